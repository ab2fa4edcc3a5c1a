"""A pipeline for people: its canonical form, what it costs, what it leaves, what kind it is."""

from collections.abc import Iterator

from tabulate import tabulate

from prune_audit.grammar.nodes import Pipeline
from prune_audit.grammar.stages import Left, course, stages
from prune_audit.grammar.taxonomy import cell
from prune_audit.reports.lines import painted, wrapped
from prune_audit.reports.look import Look

CAVEAT = (
    "Sparsity is nominal: fractions of what can go, counts not yet rounded; of a list of ratios "
    "that of the layers that lose most."
)


def report(pipeline: Pipeline, look: Look) -> str:
    """Return the page of a pipeline that can run."""
    return "\n".join(line.rstrip() for line in _lines(pipeline, look)) + "\n"


def _lines(pipeline: Pipeline, look: Look) -> Iterator[str]:
    yield from wrapped(painted(str(pipeline), "bold", look), look, 0)
    yield ""
    head = ("step", "epochs", "so far", "weights gone", "filters gone")
    rows = [_row(one) for one in course(pipeline)]
    columns = [place for place, _ in enumerate(head) if place < 3 or any(r[place] for r in rows)]
    cells = [[row[place] for place in columns] for row in rows]
    yield tabulate(
        cells, headers=[head[place] for place in columns], tablefmt="simple",
        disable_numparse=True, maxcolwidths=[44, *[None] * (len(columns) - 1)],
        colalign=["left", *["right"] * (len(columns) - 1)],
    )  # fmt: skip
    yield ""
    spent = stages(pipeline)
    yield (
        f"epochs: {spent.total} (pretraining {spent.pretraining}, pruning stage {spent.pruning}, "
        f"retraining {spent.retraining})"
    )
    found = cell(pipeline)
    yield f"taxonomy: {found or 'nothing is pruned'}"
    yield ""
    yield from wrapped(CAVEAT, look, 0)


def _row(one: Left) -> tuple[str, ...]:
    return (str(one.step), str(one.epochs), str(one.so_far), _gone(one.weights), _gone(one.filters))


def _gone(left: float) -> str:
    """Return what is gone in percent; nothing where all is left."""
    return f"{100 * (1 - left):.2f} %" if left < 1 else ""
