"""Sections on rows: accuracy beside the claimed one, and what the rows cost."""

from collections.abc import Iterable, Iterator, Sequence

from prune_audit.reruns.conclusions import Conclusions
from prune_audit.reruns.correct import Correction, StandInRow
from prune_audit.reruns.measured import Measured
from prune_audit.reruns.planned import Arm
from prune_audit.reruns.reports import words
from prune_audit.reruns.reports.blocks import Grid, Section, without_arm
from prune_audit.reruns.reports.printed import SIGNS, TOLD_APART, matrix_grid, sign_grid
from prune_audit.reruns.reports.stages import stage_line
from prune_audit.reruns.reports.words import Namer

SPREAD = "+-: sample standard deviation over the seeds; top-1 in percent after the last epoch"
UNTRAINED = "rows that are not retrained: right after pruning, in place of the last epoch"
CONNECTED = (
    "zero (of the rest): weights under masks, and how many of those that are kept lie on a path "
    "from input to output"
)
BEST_EPOCH = "best epoch: an extra, picked on the test set and so biased upwards"
INTERVAL = (
    "rerun - claimed: points, 95 % confidence interval, rounding of the claimed digits included"
)
HELD_OUT = "Search on held-out training images, never on the test set"


def accuracy(conclusions: Conclusions, name: Namer, verbose: bool) -> Section:
    """Return printed tables beside ours, then every row that is in none of them."""
    rows = [row for row in conclusions.rows if not row.measured.on_validation]
    hidden = frozenset() if verbose else _swept(conclusions)
    shown = [row for row in rows if row.measured.planned.key not in hidden]
    grids: list[Grid] = []
    for matrix in conclusions.matrices:
        grids.append(matrix_grid(matrix, conclusions.stand_in))
        signs = sign_grid(matrix, conclusions.contests)
        grids += [signs] if signs else []
    if shown:
        grids.append(_rows(shown, name, conclusions.stand_in))
    searched = [row for row in conclusions.measured if row.on_validation]
    if searched:
        grids.append(_searched(searched, name))
    title = "Claimed, and beside it the stand-in" if conclusions.stand_in else "Corrections"
    return Section(title, (*grids, *_notes(conclusions, name)))


def _swept(conclusions: Conclusions) -> frozenset[tuple[str, ...]]:
    """Return the keys of the rows that stand in a printed table."""
    families = (family for matrix in conclusions.matrices for family in matrix.families)
    return frozenset(row.planned.key for family in families for row in family.rows.values())


def _rows(rows: Sequence[Correction | StandInRow], name: Namer, stand_in: bool) -> Grid:
    heads = ("row", "arm", "claimed", "stand-in" if stand_in else "rerun", "n")
    rows = _by_row(rows)
    cells = tuple(_cells(row.measured, name) for row in rows)
    if stand_in:
        return without_arm(Grid(heads, cells, keys=2))
    differences = [_difference(row) for row in rows]
    every = tuple((*row, shown) for row, shown in zip(cells, differences, strict=True))
    return without_arm(Grid((*heads, "rerun - claimed"), every, keys=2))


def _by_row(rows: Iterable[Correction | StandInRow]) -> list[Correction | StandInRow]:
    """Put the arms of each row together, rows in the order in which they first stand."""
    groups: dict[tuple[str, ...], list[Correction | StandInRow]] = {}
    for row in rows:
        groups.setdefault(row.measured.planned.key[:2], []).append(row)
    return [row for group in groups.values() for row in group]


def _cells(row: Measured, name: Namer) -> tuple[str, ...]:
    result = row.planned.result
    return (
        name(result), words.arm(row.planned), _claimed(row), words.accuracy(row.scores),
        words.seeds(row),
    )  # fmt: skip


def _claimed(row: Measured) -> str:
    """Return the claimed accuracy; of a dense control nothing is claimed."""
    return words.NONE if row.planned.arm is Arm.DENSE else words.claimed(row.planned.result)


def _difference(row: Correction | StandInRow) -> str:
    if isinstance(row, StandInRow) or row.gap is None:
        return words.NONE
    difference = words.points(row.gap.difference)
    if row.gap.interval is None:
        return f"{difference}, no interval"
    return f"{difference} {words.interval(row.gap.interval)}"


def _searched(rows: Iterable[Measured], name: Namer) -> Grid:
    cells = [
        (name(row.planned.result), words.arm(row.planned), words.accuracy(row.scores),
         words.seeds(row))
        for row in rows
    ]  # fmt: skip
    return Grid(("row", "arm", "held-out", "n"), tuple(cells), HELD_OUT, keys=2)


def _notes(conclusions: Conclusions, name: Namer) -> Iterator[str]:
    yield f"- {SPREAD}"
    if any(sign_grid(one, conclusions.contests) for one in conclusions.matrices):
        yield f"- {SIGNS}"
    if any(sum(column.order) for one in conclusions.matrices for column in one.columns):
        yield f"- {TOLD_APART}"
    gaps = [row.gap for row in conclusions.rows if isinstance(row, Correction) and row.gap]
    if gaps:
        yield f"- {INTERVAL}"
        assumed = dict.fromkeys(what for gap in gaps for what in gap.assumed)
        yield from (f"- in some intervals: {what}" for what in assumed)
    if not all(row.retrained for row in conclusions.measured):
        yield f"- {UNTRAINED}"
    if any(row.few for row in conclusions.measured):
        yield "- few: fewer than 3 finished runs; nothing should be concluded from them"
    yield from (f"- {line}" for line in words.faults(conclusions.measured, name))


def cost(conclusions: Conclusions, name: Namer, verbose: bool) -> Section | None:
    """Return accuracy around retraining, size and cost of the rows; None without a run.

    Rows of printed tables can be hundreds: they are left out unless ``verbose`` asks for them.
    """
    hidden = frozenset() if verbose else _swept(conclusions)
    rows = [
        row for row in conclusions.measured
        if row.runs and not row.on_validation and row.planned.key not in hidden
    ]  # fmt: skip
    if not rows:
        return None
    called = _called(rows, name)
    around = tuple((one, *_around(row)) for one, row in zip(called, rows, strict=True))
    price = tuple((one, *_price(row)) for one, row in zip(called, rows, strict=True))
    paths = any(row.connected is not None for row in rows)
    return Section("Around retraining, and what it cost", (
        Grid(("row", "pruned", "TA test", "TA train", "final", "best epoch"), around),
        Grid(("row", "speedup", "claimed", "MACs", "params", "zero", "epochs", "FLOPs", "time"),
             price),
        "- pruned: right after pruning, before retraining; TA: mean over the first LR stage",
        f"- {BEST_EPOCH}",
        "- speedup: dense MACs over those of the network as it ran; FLOPs: of training, all "
        "stages, and of the forward passes by which a method chose",
        "- epochs: pretraining+pruning+retraining, or training from scratch; time: retraining only",
        *([f"- {CONNECTED}"] if paths else []),
        *(f"- {one}: no path crosses {', '.join(row.cut_off)} in some run"
          for one, row in zip(called, rows, strict=True) if row.cut_off),
        *(f"- {one}: {stage_line(row)}"
          for one, row in zip(called, rows, strict=True) if stage_line(row)),
        *(f"- {one}: {line}"
          for one, row in zip(called, rows, strict=True) for line in _figures(row)),
    ))  # fmt: skip


def _figures(row: Measured) -> Iterator[str]:
    """Yield what ALLR made of the LR, and how far quantisation changed the weights."""
    if ends := _ends(row, "lr_share"):
        yield f"ALLR begins at {ends} of the largest LR, by the norm that pruning took"
    if ends := _ends(row, "sqnr_db"):
        bits = row.runs[0].figures["bits"]
        yield f"{bits:g} bits per weight, SQNR {ends} dB before retraining, mean of layers"


def _ends(row: Measured, figure: str) -> str:
    """Return the smallest and the largest value of a figure; empty without any."""
    values = [run.figures[figure] for run in row.runs if figure in run.figures]
    return f"{min(values):.2f} to {max(values):.2f}" if values else ""


def _called(rows: Sequence[Measured], name: Namer) -> list[str]:
    """Return the rows' names, with the arm where there are several."""
    arms = [words.arm(row.planned) for row in rows]
    names = [name(row.planned.result) for row in rows]
    if len(set(arms)) == 1:
        return names
    return [f"{one} ({arm})" for one, arm in zip(names, arms, strict=True)]


def _around(row: Measured) -> tuple[str, ...]:
    return (
        words.number(row.before, 1), words.number(row.ta_test, 1), words.number(row.ta_train, 1),
        words.number(row.scores.mean), words.number(row.best),
    )  # fmt: skip


def _price(row: Measured) -> tuple[str, ...]:
    zero = f"{row.sparsity:.2%}" if row.sparsity else words.NONE
    if row.connected is not None:
        zero += f" ({row.connected:.0%})"
    return (
        words.times(row.speedup), words.stated(row.planned.result.speedup),
        words.quantity(row.macs), words.quantity(row.params), zero, words.epochs(row.ledger),
        words.quantity(row.ledger.flops if row.ledger else None),
        words.duration(row.seconds or 0.0),
    )  # fmt: skip
