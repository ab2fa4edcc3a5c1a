"""What the header of a column, with the look of its cells, says about the keys it may hold.

One key is a proposal, several are a question, none is an unknown column. Signs, and shares that may
be kept or removed, are never guessed from the numbers.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from prune_audit.importers.values import is_absent, parts

_BASE = re.compile(r"\b(?:base|baseline|orig|original|dense|unpruned|pre ?trained|full|before)\b")
_TOP5 = re.compile(r"\b(?:top ?5|acc ?5)\b")
_ERROR = re.compile(r"\b(?:err|error)\b")
_ACCURACY = re.compile(r"\b(?:acc|accuracy|top ?1|acc ?1|err|error)\b|\btop ?5\b")
_BEFORE_RETRAINING = re.compile(r"(?:before|without|w o|no) (?:ft|fine ?tun\w*|retrain\w*)")
_DROP = re.compile(r"\b(?:drop|loss|decrease|degradation|decline)\b")
_GAIN = re.compile(r"\b(?:gain|increase|improvement)\b")
_CHANGE = re.compile(r"Δ|\b(?:delta|change|gap|diff|difference)\b")
_COST = re.compile(r"\b(?:[gmkt]? ?(?:flops?|macs?|madds?)|mult adds?|multiply adds?)\b")
_MACS = re.compile(r"\b(?:[gmkt]? ?(?:macs?|madds?)|mult adds?|multiply adds?)\b")
_PARAMS = re.compile(r"\b(?:params?|parameters|param)\b")
_REMOVED = re.compile(
    r"\b(?:reduction|reduced|red|removed|saved|savings?|pruned|drop|decrease|cut|pr)\b"
)
_KEPT = re.compile(r"\b(?:kept|keep|remain|remaining|left|retained|preserved)\b")
_CLOCK = re.compile(
    r"\b(?:latency|throughput|fps|time|wall|clock|measured|actual|realistic|gpu|cpu)\b"
)
_RETRAINING = re.compile(r"\b(?:retrain\w*|fine ?tun\w*|ft|finetune)\b")
_PRUNING = re.compile(r"\bprun\w*\b")
_SIMPLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\bsparsity\b", ("sparsity",)),
    (r"\b(?:runs|seeds|trials|repeats)\b", ("runs",)),
    (r"\b(?:std|stdev|sd|deviation)\b", ("spread",)),
    (r"\b(?:methods?|approach|algorithms?)\b", ("method",)),
    (r"\b(?:networks?|architectures?|arch|backbone)\b", ("network",)),
    (r"\bdata ?sets?\b", ("dataset",)),
    (r"\bmodels?\b", ("network", "method")),
    (r"\bcriterion\b", ("pruning.criterion", "method")),
    (r"\bweight decay\b", ("retraining.weight_decay",)),
    (r"\bbatch size\b", ("retraining.batch_size",)),
    (r"\boptimi[sz]er\b", ("retraining.optimizer",)),
    (r"\b(?:lr|learning rate)\b", ("retraining.lr", "pruning.lr")),
    (r"\b(?:hardware|device)\b", ("hardware",)),
    (r"\b(?:notes?|remarks?|comments?)\b", ("note",)),
    (r"\b(?:granularity)\b", ("pruning.granularity",)),
    (r"\bdetails\b", ("note",)),
)
_RATIOS = ("pruning.ratio", "params_reduction", "params_kept", "flops_reduction", "sparsity")
_SAME = {"top1": ("base_top1", "top1", "before_retraining"), "top5": ("base.top5", "top5")}
_SUFFIX = re.compile(r"[\[(]\s*[×x]?\s*([GMKBT])(?:FLOPs?|MACs?)?\s*[\])]")
_GLUED = re.compile(r"\b([GMKT])(?:FLOPs?|MACs?)\b")
_COUNT = re.compile(r"[0-9]\s*[kKMGTB]\b")
_POWER = re.compile(r"10\s*\^\s*\{?([0-9]{1,2})|\b1?e\+?([0-9]{1,2})\b")


class _Column(NamedTuple):
    """Words of a header in lower case, and what its cells look like.

    ``percent`` is said of most cells, ``shares`` of some; ``counts`` of some with a suffix as 4.1G.
    """

    words: str
    percent: bool
    signed: bool
    times: bool
    arrow: str
    shares: bool
    counts: bool


def candidates(header: str, cells: Sequence[str]) -> tuple[str, ...]:
    """Return the keys that a column may hold; the cells are looked at for signs and units only.

    ``top1,delta`` stands for two numbers in one cell.
    """
    stated = [cell for cell in cells if not is_absent(cell)]
    column = _Column(
        words=" ".join(re.sub(r"[^a-z0-9Δ]+", " ", header.lower().replace("δ", "Δ")).split()),
        percent="%" in header or _most(stated, lambda cell: "%" in cell),
        signed=any(re.match(r"\s*[-+−]", cell) for cell in stated),
        times="×" in header or _most(stated, lambda cell: cell.rstrip().endswith(("x", "×", "X"))),
        arrow="↓" if "↓" in header else "↑" if "↑" in header else "",
        shares=any("%" in cell for cell in stated),
        counts=unit_of(header) not in ("", "%") or any(map(_COUNT.search, stated)),
    )
    if _most(stated, lambda cell: bool(parts(cell, 2)[1])) and (pairs := _pairs(column)):
        return pairs
    readers = (_speed, _clock, _size, _accuracy, _change, _epochs, _ratio, _simple)
    return next((found for read in readers if (found := read(column)) is not None), ())


def unit_of(header: str) -> str:
    """Return the unit that a header gives to bare numbers: ``%``, ``G``, ``e8``; or nothing."""
    if "%" in header:
        return "%"
    if power := _POWER.search(header):
        return f"e{power[1] or power[2]}"
    suffix = _SUFFIX.search(header) or _GLUED.search(header)
    return suffix[1] if suffix else ""


def alternatives(key: str) -> tuple[str, ...]:
    """Return what columns may be of which several look like one key."""
    return _SAME.get(key, (key, "note"))


def _most(cells: Sequence[str], looks: Callable[[str], bool]) -> bool:
    return 2 * sum(map(looks, cells)) > len(cells)


def _pairs(column: _Column) -> tuple[str, ...]:
    """Two numbers in a cell: which is the second, no header says."""
    if _COST.search(column.words):
        return ("macs,flops_reduction", "flops,flops_reduction", "macs,flops_kept")
    if _PARAMS.search(column.words):
        return ("params,params_reduction", "params,params_kept")
    if _ACCURACY.search(column.words):
        return ("top1,delta", "top1,drop", "top1,top5", "top1,spread")
    return ()


def _speed(column: _Column) -> tuple[str, ...] | None:
    if not re.search(r"\b(?:speed ?ups?|acceleration)\b", column.words):
        return None
    if _CLOCK.search(column.words):
        return ("measured_speedup",)
    return ("flops_reduction", "measured_speedup") if column.percent else ("speedup",)


def _clock(column: _Column) -> tuple[str, ...] | None:
    return () if re.search(r"\b(?:latency|throughput|fps|ms)\b", column.words) else None


def _size(column: _Column) -> tuple[str, ...] | None:
    """Costs and parameters: a count, or a share that is kept or removed."""
    if _COST.search(column.words):
        name, counts = "flops", ("macs",) if _MACS.search(column.words) else ("macs", "flops")
    elif _PARAMS.search(column.words):
        name, counts = "params", ("params",)
    else:
        return None
    if _BASE.search(column.words):
        return tuple(f"base.{count}" for count in counts)
    share = column.percent or column.signed or column.shares
    if _KEPT.search(column.words):
        return (f"{name}_kept",)
    if _REMOVED.search(column.words) and not column.signed:
        return (f"{name}_reduction",) if share or "pruned" not in column.words else counts
    if column.signed:
        return (f"{name}_change", f"{name}_reduction")
    if share:
        mixed = column.counts and not column.percent
        return (f"{name}_reduction", f"{name}_kept", *(counts if mixed else ()))
    # an arrow may say which way is better, or that the column is what is removed
    removed = (f"{name}_reduction",) if column.arrow and not column.counts else ()
    return (*counts, *removed)


def _accuracy(column: _Column) -> tuple[str, ...] | None:
    if not _ACCURACY.search(column.words):
        return None
    changes = _changes(column)
    if _TOP5.search(column.words):
        return () if changes else _top5(column)
    if changes:
        return changes
    if _ERROR.search(column.words):
        return ("base_top1_error",) if _BASE.search(column.words) else ("top1_error",)
    if _BEFORE_RETRAINING.search(column.words):
        return ("before_retraining",)
    if column.arrow:
        # an arrow may say which way is better, or that the column is a change
        return ("top1", "drop", "delta")
    return ("base_top1",) if _BASE.search(column.words) else ("top1",)


def _top5(column: _Column) -> tuple[str, ...]:
    if _BASE.search(column.words):
        return ("base.top5",)
    return ("top5_error",) if _ERROR.search(column.words) else ("top5",)


def _change(column: _Column) -> tuple[str, ...] | None:
    return _changes(column) or None


def _changes(column: _Column) -> tuple[str, ...]:
    """A change of accuracy; which sign is a loss only some words say."""
    if _GAIN.search(column.words):
        return ("delta",)
    if _DROP.search(column.words):
        return ("drop", "delta") if column.signed else ("drop",)
    return ("delta", "drop") if _CHANGE.search(column.words) else ()


def _epochs(column: _Column) -> tuple[str, ...] | None:
    if not re.search(r"\bepochs?\b", column.words):
        return None
    if _RETRAINING.search(column.words):
        return ("retraining.epochs",)
    if _PRUNING.search(column.words):
        return ("pruning.epochs",)
    return ("retraining.epochs", "pruning.epochs")


def _ratio(column: _Column) -> tuple[str, ...] | None:
    """A rate of which it is not said what it counts, and whether that is kept or removed."""
    if re.search(r"\b(?:compression|compress|cr)\b", column.words):
        return ("compression",) if column.times else ("compression", "params_kept", *_RATIOS[:2])
    if column.words in ("pruned", "after", "ours"):
        return ("top1", *_RATIOS)
    if re.search(r"\b(?:pruned|ratio|rate|pr|pruning|removed|remaining|kept)\b", column.words):
        return _RATIOS
    return None


def _simple(column: _Column) -> tuple[str, ...] | None:
    found = next((keys for words, keys in _SIMPLE if re.search(words, column.words)), None)
    bare = found is None and _BASE.search(column.words)
    return ("base_top1", "base.macs", "base.params") if bare else found
