"""Phrases that the formats of a rerun share."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath

from prune_audit.claim import Result
from prune_audit.numbers import Printed
from prune_audit.places import Entry
from prune_audit.reports.words import plural as plural
from prune_audit.reruns.conclusions import Conclusions
from prune_audit.reruns.contest import Contest
from prune_audit.reruns.ledger import Ledger
from prune_audit.reruns.measured import Measured
from prune_audit.reruns.planned import PlannedRow
from prune_audit.reruns.scores import Interval95, Scores
from prune_audit.reruns.verdicts import VERDICTS, Ruling, Verdict
from prune_audit.statistics import Welch

NONE = "-"
"""What stands for a value that there is none of."""
Namer = Callable[[Result], str]


def namer(conclusions: Conclusions) -> Namer:
    """Return how rows are called in the reports of a rerun."""
    rows = [row.planned.result for row in conclusions.measured]
    return naming([*rows, *(refusal.result for refusal in conclusions.plan.refused)])


def naming(results: Iterable[Result]) -> Namer:
    """Return how rows are called: by name, and by file too where there are several files."""
    if len({result.file for result in results}) < 2:
        return lambda result: result.name
    return lambda result: f"{PurePath(result.file).stem}#{result.name}"


def arm(planned: PlannedRow) -> str:
    """Return the arm with its label."""
    return planned.under


def number(value: float | None, digits: int = 2) -> str:
    """Return a number with so many decimals."""
    return NONE if value is None else f"{value:.{digits}f}"


def points(value: float) -> str:
    """Return a difference with its sign; one that rounds to nothing has none of minus."""
    return f"{value + 0.0 if abs(value) >= 0.005 else 0.0:+.2f}"


def interval(found: Interval95) -> str:
    """Return both ends of an interval."""
    return f"[{points(found.low)}, {points(found.high)}]"


def welch(test: Welch | None) -> str:
    """Return a difference with its interval."""
    if test is None:
        return NONE
    return f"{points(test.difference)} {interval(Interval95(test.low, test.high))}"


def p_value(p: float | None) -> str:
    """Return a p-value in two digits."""
    if p is None:
        return NONE
    return "< 1e-4" if p < 1e-4 else f"{p:.2g}"


def accuracy(scores: Scores) -> str:
    """Return mean and sample standard deviation in percent; the mean alone of one run."""
    if scores.std is None:
        return number(scores.mean)
    return f"{number(scores.mean)}+-{number(scores.std)}"


def claimed(result: Result) -> str:
    """Return the claimed accuracy as printed, or that it is silent."""
    return str(result.top1)


def stated(entry: Entry[Printed]) -> str:
    """Return a printed number that is an extra in the claim; a dash where it is silent."""
    return entry.text if entry.known else NONE


def seeds(row: Measured) -> str:
    """Return how many seeds the mean is of, of how many, and whether they are few."""
    wanted, done = len(row.planned.experiments), len(row.runs)
    shown = f"{done}" if done == wanted else f"{done} of {wanted}"
    return f"{shown}, few" if row.few else shown


def faults(rows: Iterable[Measured], name: Namer) -> list[str]:
    """Return a line per row whose runs are missing or diverged."""
    every = ((row, list(_faults(row))) for row in rows)
    return [
        f"{name(row.planned.result)} ({arm(row.planned)}): {'; '.join(what)}, not in the mean"
        for row, what in every
        if what
    ]


def _faults(row: Measured) -> Iterator[str]:
    if row.missing:
        yield f"not run yet: {_listed('seed', row.missing)}"
    own = {one.id for one in row.planned.experiments}
    for run in row.diverged:
        where = "" if run.experiment.id in own else " of a run that it starts from"
        yield f"diverged: seed {run.experiment.seed} in epoch {run.diverged}{where}"


def _listed(what: str, numbers: Iterable[int]) -> str:
    every = [str(one) for one in numbers]
    return f"{what if len(every) == 1 else what + 's'} {', '.join(every)}"


def quantity(value: float | None) -> str:
    """Return a count with three digits and a suffix: 0.764M, 12.3G."""
    if value is None:
        return NONE
    for suffix, size in (("E", 1e18), ("P", 1e15), ("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:.3g}{suffix}"
    return f"{value:.3g}"


def epochs(ledger: Ledger | None) -> str:
    """Return the epochs of the stages, as in ``30+0+90``; ``?`` for one that was not run here."""
    if ledger is None:
        return NONE
    return "+".join("?" if one.epochs is None else str(one.epochs) for one in ledger.stages)


def times(value: float | None) -> str:
    """Return a multiple."""
    return NONE if value is None else f"{value:.2f}x"


def duration(seconds: float) -> str:
    """Return a wall time."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min {rest} s"


def verdict(ruling: Ruling, stand_in: bool) -> str:
    """Return the verdict on a pair; on a stand-in only what becomes of the sign.

    Other data can neither confirm nor contradict a claim.
    """
    if ruling.depends:
        return str(Verdict.RECIPE_DEPENDENT)
    return str(ruling.sign if stand_in else ruling.verdict)


def contest_verdict(contest: Contest, stand_in: bool) -> str:
    """Return the verdict under one arm, in the words of ``verdict``."""
    return str(contest.sign if stand_in else VERDICTS[contest.sign])


def budget(contest: Contest) -> str:
    """Return epochs and training FLOPs of ours over those of the other; empty where not metered."""
    ours, other = contest.ours.ledger, contest.other.ledger
    metered = ours and other and ours.complete and other.complete
    if not (ours and other and metered and other.epochs and other.flops):
        return ""
    return f"{ours.epochs / other.epochs:.2f}x, {ours.flops / other.flops:.2f}x"
