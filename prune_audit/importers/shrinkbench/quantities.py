"""What a row of the survey states, as keys of a claim file, and what it states without a key."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from prune_audit.importers.emit import Tree
from prune_audit.importers.shrinkbench.cells import complement, number, percent
from prune_audit.importers.shrinkbench.survey import Row
from prune_audit.registry import networks

NAMES = ("Name", "Paper", "Dataset", "Model", "Method", "Notes")
"""Columns that say what a row is; all others hold numbers."""

EMPTY: Tree = {"unreported": "cells of the survey"}
"""The survey was read and its cell is empty; whether the paper states it nobody has looked up."""

UNKNOWN = "???"
"""What the survey writes for a network or a data set that its authors could not make out."""

_TOP1, _TOP5 = ("Top1", "Err1", "stdTop1"), ("Top5", "Err5", "")
_ACCURACIES = ("Top1", "Err1", "dTop1", "Top5", "Err5", "dTop5")
_SIZE = ("MParams", "savedParams", "keptParams", "old/new Nparam")
_COST = ("GFLOPS", "savedFLOPS", "keptFLOPS", "old/new FLOPS")
_BASE_TOP1 = ("OrigTop1", "OrigErr1", "stdOrigTop1")
_BASE_TOP5 = ("OrigTop5", "OrigErr5", "")
BASE = ("OrigTop1", "stdOrigTop1", "OrigErr1", "OrigTop5", "OrigErr5", "OrigMParams", "OrigGFLOPS")


def _share(cell: str) -> str | None:
    digits = percent(cell)
    return None if digits is None else f"{digits}%"


def _suffixed(suffix: str) -> Callable[[str], str | None]:
    def read(cell: str) -> str | None:
        digits = number(cell)
        return None if digits is None else digits + suffix

    return read


_ONE_TO_ONE: tuple[tuple[str, str, Callable[[str], str | None]], ...] = (
    ("dTop1", "delta", percent),
    ("MParams", "params", _suffixed("M")),
    ("savedParams", "params_reduction", _share),
    ("keptParams", "params_kept", _share),
    ("old/new Nparam", "compression", _suffixed("x")),
    ("savedFLOPS", "flops_reduction", _share),
    ("keptFLOPS", "flops_kept", _share),
    ("old/new FLOPS", "speedup", _suffixed("x")),
    ("NumTrials", "runs", number),
)


@dataclass(frozen=True, slots=True)
class Stated:
    """Keys with their values, and the columns whose cells became one of them."""

    values: dict[str, Tree]
    used: frozenset[str]


def numbers_of(row: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns with a filled cell that is more than a name."""
    return tuple(name for name in columns if name not in NAMES and row.get(name))


def stated_by_row(row: Row) -> Stated:
    """Return what the row states of the pruned network.

    Where some accuracy was copied, an empty cell is ``unreported``: the survey's authors looked at
    that row. Where none was, they did not copy the row, and nothing can be said of its paper.
    """
    found = _merged(_accuracy(row, "top1", *_TOP1), _accuracy(row, "top5", *_TOP5), _plain(row))
    found = _merged(found, _cost(row, "GFLOPS"))
    values = {**_empty(row), **found.values}
    if "stdTop1" in found.used:
        values["spread_is"] = "std"
    return Stated(values, found.used)


def _empty(row: Row) -> dict[str, Tree]:
    if not any(row.get(column) for column in _ACCURACIES):
        return {"top1": "unverified"}
    values = dict.fromkeys(("top1", "top5", "runs"), EMPTY)
    if not any(row.get(column) for column in _SIZE):
        values["params"] = EMPTY
    if not any(row.get(column) for column in _COST):
        values["speedup"] = EMPTY
    return values


def stated_of_base(row: Row) -> Stated:
    """Return what the row states of the dense network; nothing where it states nothing."""
    if not any(row.get(column) for column in BASE):
        return Stated({}, frozenset())
    top1, top5 = _accuracy(row, "top1", *_BASE_TOP1), _accuracy(row, "top5", *_BASE_TOP5)
    found = _merged(top1, top5, _cost(row, "OrigGFLOPS"))
    values = {"top1": EMPTY, **found.values}
    params = number(row.get("OrigMParams"))
    if params:
        values["params"] = f"{params}M"
    return Stated(values, found.used | ({"OrigMParams"} if params else set()))


def _merged(*found: Stated) -> Stated:
    values: dict[str, Tree] = {}
    for one in found:
        values.update(one.values)
    return Stated(values, frozenset().union(*(one.used for one in found)))


def _accuracy(row: Row, key: str, right: str, wrong: str, spread: str) -> Stated:
    """Read an accuracy, or the error that stands in its place, with its standard deviation."""
    column = right if row.get(right) else wrong
    digits = percent(row.get(column)) if column == right else complement(row.get(column))
    if digits is None:
        return Stated({}, frozenset())
    deviation = percent(row.get(spread)) if spread else None
    if deviation is None:
        return Stated({key: digits}, frozenset({column}))
    return Stated({key: f"{digits}+-{deviation}"}, frozenset({column, spread}))


def _plain(row: Row) -> Stated:
    read = {
        column: (key, text)
        for column, key, reader in _ONE_TO_ONE
        if (text := reader(row.get(column))) is not None
    }
    return Stated(dict(read.values()), frozenset(read))


def _cost(row: Row, column: str) -> Stated:
    """Read a cost as ``macs`` or ``flops``, where it is sure which of the two the row counts."""
    digits, key = number(row.get(column)), _counted_as(row)
    if digits is None or not key:
        return Stated({}, frozenset())
    return Stated({key: f"{digits}G"}, frozenset({column}))


def _counted_as(row: Row) -> str:
    """Say what the row's costs count: MACs, FLOPs (2 x MACs), or nothing where that is not sure.

    The survey's GFLOPS are both. The dense cost is held against the MACs of the known network; only
    what is near to one and far from the other is decided, as for VGG-16 with 15.5 and 30.9.
    """
    dense = _dense_cost(row)
    for entry in networks(row.get("Model"), row.get("Dataset")) if dense else ():
        times = (dense or Decimal(0)) * 10**9 / Decimal(entry.macs)
        if Decimal("0.8") <= times <= Decimal("1.25"):
            return "macs"
        if Decimal("1.6") <= times <= Decimal("2.5"):
            return "flops"
    return ""


def _dense_cost(row: Row) -> Decimal | None:
    """Return the dense cost in billions: as it stands there, else from the share removed."""
    if dense := number(row.get("OrigGFLOPS")):
        return Decimal(dense)
    pruned, saved = number(row.get("GFLOPS")), percent(row.get("savedFLOPS"))
    if pruned is None or saved is None or not 0 <= Decimal(saved) < 100:
        return None
    return Decimal(pruned) / (1 - Decimal(saved) / 100)
