"""A plan for people: experiments, cost, what was assumed, and what is refused and why."""

from collections.abc import Iterable, Iterator, Sequence

from tabulate import tabulate

from prune_audit.grammar.written import written
from prune_audit.reports.lines import one_line, painted, wrapped
from prune_audit.reports.look import Look
from prune_audit.reruns.experiment import Experiment, Training, Weights
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.planned import Plan, PlannedRow
from prune_audit.reruns.planning.estimate import Cost
from prune_audit.reruns.reports.origin import refusal_lines
from prune_audit.reruns.reports.words import Namer, naming

SHOWN = 8
"""Names that a group of rows lists before it counts the rest."""


def render(plan: Plan, cost: Cost, missing: Cost, workers: int, look: Look) -> str:
    """Return the whole plan; ``missing`` is the cost of what is not in the store yet."""
    lines = [*stand_in_lines(plan, look)]
    lines += [_table(plan.rows), ""]
    lines += [*_pipeline_lines(plan.rows, look)]
    lines += [*assumed_lines(plan.rows, look), *refused_lines(plan, look)]
    lines += [painted(line, "bold", look) for line in cost_lines(cost, missing, workers)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def stand_in_lines(plan: Plan, look: Look) -> Iterator[str]:
    """Yield what a stand-in replaces by what; nothing where there is none."""
    if plan.stand_in is None:
        return
    head = f"STAND-IN: on {plan.stand_in.data}, not on the data of the claim. Nothing here corrects"
    yield from (painted(x, "bold", look) for x in wrapped(f"{head} a claimed number.", look, 0))
    for rule in plan.stand_in.rules:
        yield from wrapped(f"- {rule}", look, 1, 3)
    yield ""


def _table(rows: Sequence[PlannedRow]) -> str:
    head = ("row", "arm", "base", "prunes", "trains", "seeds")
    cells = [_cells(row) for row in rows]
    return tabulate(cells, headers=head, tablefmt="simple", disable_numparse=True,
                    maxcolwidths=[28, 16, 14, 18, 34, 5])  # fmt: skip


def _cells(row: PlannedRow) -> tuple[str, ...]:
    first = row.experiments[0]
    arm = f"{row.arm} {row.label}".strip()
    pruning = first.pruning
    kept = "nothing" if pruning is None else " ".join(f"{ratio:g}" for ratio in pruning.ratios)
    name = "" if pruning is None else f"{'structure' if pruning.fresh else pruning.method} "
    if pruning is not None and METHODS[pruning.method].bits:
        kept = ""
    if pruning is not None and pruning.scope == "global":
        kept += " global"
    if pruning is not None and pruning.control:
        kept += f" {pruning.control}"
    stage = first.base
    if isinstance(stage, Experiment) and stage.during:
        kept += f" in {stage.training.epochs} epochs {stage.training.lr}".replace(",", " ")
    trains = f"{first.training.epochs} epochs {first.training.lr}".replace(",", " ")
    if first.training.epochs == 0:
        trains = "nothing"
    if first.training.schedule.stages() is None:
        trains += f" LR set each {first.training.lr_each}"
    if first.training.allr:
        trains += " at most"
    if first.rewind is not None:
        trains += f" from the weights of epoch {first.rewind}"
    return (
        one_line(row.result.name), arm, _base(first), f"{name}{kept}".strip(), trains,
        str(len(row.experiments)),
    )  # fmt: skip


def _pipeline_lines(rows: Iterable[PlannedRow], look: Look) -> Iterator[str]:
    """Yield the whole chain of every row that states its pipeline, as it is run."""
    stated = [row for row in rows if row.result.pruning and row.result.pruning.pipeline.known]
    if not stated:
        return
    yield painted("pipelines, step by step", "bold", look)
    for row in stated:
        name = f"{one_line(row.result.name)}, {row.arm} {row.label}".rstrip()
        yield from wrapped(f"- {name}: {_whole(row.experiments[0])}", look, 1, 3)
    yield ""


def _whole(experiment: Experiment) -> str:
    loaded = experiment.chain[0].base
    first = f"weights {loaded.sha256[:12]} > " if isinstance(loaded, Weights) else ""
    return f"{first}{written(experiment)}"


def _base(experiment: Experiment) -> str:
    """Return how the network that is pruned first came about, and what is trained after it."""
    first, *more = experiment.chain[:-1] or (experiment,)
    base = first.training if first is not experiment else experiment.base
    later = sum(one.training.epochs for one in more if not one.during)
    after = f" + {later}" if later else ""
    if isinstance(base, Training):
        return f"{base.epochs}{after} epochs"
    return f"{base.sha256[:12]}" if isinstance(base, Weights) else "none"


def assumed_lines(rows: Iterable[PlannedRow], look: Look) -> Iterator[str]:
    """Yield every assumption once, with the rows that it was made for."""
    by_text: dict[str, list[str]] = {}
    for row in rows:
        for one in row.assumed:
            by_text.setdefault(str(one), []).append(one_line(row.result.name))
    if not by_text:
        yield from ("nothing is assumed", "")
        return
    yield painted("assumed, because the claim does not say", "bold", look)
    for text, names in by_text.items():
        shown = "every row" if len(set(names)) == _count(rows) else names_shown(names)
        yield from wrapped(f"- {one_line(text)}: {shown}", look, 1, 3)
    yield ""


def _count(rows: Iterable[PlannedRow]) -> int:
    return len({row.result.name for row in rows})


def names_shown(names: Sequence[str]) -> str:
    """Return names in a line, the first few of many."""
    unique = list(dict.fromkeys(names))
    rest = len(unique) - SHOWN
    return ", ".join(unique[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def refused_lines(plan: Plan, look: Look) -> Iterator[str]:
    """Yield reasons why rows are not rerun, the rows, and what would change that."""
    if not plan.refused:
        return
    yield painted("not rerun", "bold", look)
    for line in refusal_lines(plan.refused, plan.rows, _named(plan)):
        yield from wrapped(one_line(line), look, 1, 3)
    yield ""


def _named(plan: Plan) -> Namer:
    return naming([*(row.result for row in plan.rows), *(one.result for one in plan.refused)])


def cost_lines(cost: Cost, missing: Cost, workers: int) -> Iterator[str]:
    """Yield the cost of the plan, and of what of it is still to be run."""
    done = cost.runs - missing.runs
    stored = f", {done} of them in the store" if done else ""
    yield f"{cost.runs} runs{stored}; to run: {missing.runs} runs, {missing.epochs} epochs"
    yield f"training FLOPs to run: {missing.flops:.2e}{_open(missing)}"
    if missing.runs:
        yield f"time: {duration(missing, workers)}"


def _open(cost: Cost) -> str:
    return f", without {cost.open} runs whose FLOPs are known once built" if cost.open else ""


def duration(cost: Cost, workers: int) -> str:
    """Return the estimated time in words."""
    if cost.seconds is None:
        return "not estimated (no measured speed)"
    seconds = cost.seconds / workers
    if seconds < 90:
        span = f"{seconds:.0f} s"
    elif seconds < 5400:
        span = f"{seconds / 60:.0f} min"
    else:
        span = f"{seconds / 3600:.1f} h"
    return f"about {span} on {workers} process{'es' if workers > 1 else ''}, from measured speed"
