"""A checkpoint under both arms, as text and JSON."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from math import inf
from typing import Any, NamedTuple

from prune_audit.evidence.checkpoints.arrays import shown_shape
from prune_audit.quantisation.compare import HEAVY, Arms, Compared, Skipped, Summary, summary
from prune_audit.quantisation.storage import BASE_BITS, MASK_BITS, sparsity
from prune_audit.reports.lines import cut, one_line, painted, wrapped
from prune_audit.reports.look import Look
from prune_audit.reports.words import plural

VERSION = 1

_ARM_WIDTH = 11
_COLUMN = 7
_NARROWEST = 16
_SOME = 0.005
"""Fraction of zeros from which on they are mentioned."""
_COUNTED = "pruned+mask"
_LEGEND = (
    "SQNR in dB. INT-b: symmetric uniform levels, {ranges}, least squared error. pruned: the "
    "largest b/16 of the weights stay in 16 bits, positions free of charge. pruned+mask: (b-1)/16 "
    "stay, positions counted as one bit per weight. * pruning loses less than INT-b; exact: "
    "nothing is lost; kurtosis: excess over a Gaussian."
)


class Comparison(NamedTuple):
    """A checkpoint whose tensors were compared."""

    file: str
    per_channel: bool
    tensors: tuple[Compared, ...]
    skipped: tuple[Skipped, ...]


def text(found: Comparison, look: Look) -> str:
    """Return three lines per tensor, then what they say together."""
    ranges = "a range per output" if found.per_channel else "one range per tensor"
    widths = [one.bits for one in found.tensors[0].arms]
    heads = "".join(f"{f'{bits} bits':>{_COLUMN}}" for bits in widths)
    blocks = [
        "\n".join(wrapped(_LEGEND.format(ranges=ranges), look, 0)),
        painted(f"{'':{_label(look, len(widths))}} {'':{_ARM_WIDTH}}{heads}", "bold", look),
        *("\n".join(_tensor(one, look)) for one in found.tensors),
        "\n".join(_together(found, look)),
    ]
    return "\n\n".join(blocks) + "\n"


def structured(found: Comparison, look: Look) -> str:
    """Return everything as versioned JSON; an SQNR is null where nothing is lost."""
    document = {
        "version": VERSION,
        "kind": "sqnr",
        "file": found.file,
        "base_bits": BASE_BITS,
        "mask_bits": MASK_BITS,
        "per_channel": found.per_channel,
        "tensors": [_data(one) for one in found.tensors],
        "skipped": [one._asdict() for one in found.skipped],
        "summary": [_summary_data(one) for one in summary(found.tensors)],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)


FORMATS: dict[str, Callable[[Comparison, Look], str]] = {"text": text, "json": structured}


def shown(value: float | None) -> str:
    """Write an SQNR or a mean of some."""
    if value is None:
        return "-"
    return "exact" if value == inf else f"{value:.2f}"


def _tensor(tensor: Compared, look: Look) -> Iterator[str]:
    width = _label(look, len(tensor.arms))
    arms = (
        ("INT-b", [shown(one.quantised) for one in tensor.arms]),
        ("pruned", [_starred(one.pruned, one.winner) for one in tensor.arms]),
        (_COUNTED, [_starred(one.pruned_masked, one.winner_masked) for one in tensor.arms]),
    )
    name, *labels = _labels(tensor)
    if len(name) > width:  # shortened, it might be that of another layer too
        yield cut(name, look)
    else:
        labels.insert(0, name)
    rows = [f"{arm:{_ARM_WIDTH}}{_columns(cells)}" for arm, cells in arms]
    for label, row in zip_longest(labels, rows, fillvalue=""):
        yield f"{cut(label, Look(width)):{width}} {row}".rstrip()


def _labels(tensor: Compared) -> Iterator[str]:
    """Yield its name, its shape, its tails, and what is zero already."""
    yield one_line(tensor.name)
    yield shown_shape(tensor.shape)
    yield "kurtosis -" if tensor.kurtosis is None else f"kurtosis {tensor.kurtosis:.2f}"
    if tensor.zeros >= _SOME:
        yield f"{tensor.zeros:.0%} zero"


def _starred(sqnr: float, winner: str) -> str:
    return f"{shown(sqnr)}{'*' if winner == 'pruning' else ''}"


def _columns(cells: Iterable[str]) -> str:
    """Return cells one below the other, with room for a star behind each."""
    return "".join(f"{cell if cell.endswith('*') else cell + ' ':>{_COLUMN}}" for cell in cells)


def _label(look: Look, widths: int) -> int:
    return max(look.width - _ARM_WIDTH - 1 - _COLUMN * widths, _NARROWEST)


def _together(found: Comparison, look: Look) -> Iterator[str]:
    sums = summary(found.tensors)
    yield painted(f"{plural(len(found.tensors), 'tensor')} of {one_line(found.file)}", "bold", look)
    for name, cells in _rows(sums):
        yield f"{name:{_label(look, len(sums)) + 1 + _ARM_WIDTH}}{_columns(cells)}".rstrip()
    yield from _notes(found.tensors, sums)
    for one in found.skipped:
        yield from wrapped(f"left out: {one_line(one.name)} {one.why}", look, 0, 2)


def _rows(sums: Sequence[Summary]) -> Iterator[tuple[str, Iterable[str]]]:
    yield "INT-b, mean dB", (shown(one.quantised) for one in sums)
    yield "pruned, sparsity", (f"{sparsity(one.bits):.2%}" for one in sums)
    yield "pruned, mean dB", (shown(one.pruned) for one in sums)
    yield "pruned, wins", (f"{one.wins / one.tensors:.1%}" for one in sums)
    if sums[0].heavy:
        yield "pruned, wins heavy tails", (f"{one.heavy_wins / one.heavy:.1%}" for one in sums)
    yield "pruned+mask, sparsity", (f"{sparsity(one.bits, MASK_BITS):.2%}" for one in sums)
    yield "pruned+mask, mean dB", (shown(one.pruned_masked) for one in sums)
    yield "pruned+mask, wins", (f"{one.wins_masked / one.tensors:.1%}" for one in sums)


def _notes(tensors: Sequence[Compared], sums: Sequence[Summary]) -> Iterator[str]:
    yield "wins: share of tensors of which pruning loses less than INT-b"
    if sums[0].heavy:
        yield f"heavy tails: excess kurtosis above {HEAVY:g}, {plural(sums[0].heavy, 'tensor')}"
    if any(one.exact for one in sums):
        yield "means leave out tensors that an arm reproduces exactly"
    zeros = sum(one.zeros >= _SOME for one in tensors)
    if zeros:
        yield f"with zeros already, which pruning removes without loss: {plural(zeros, 'tensor')}"


def _data(tensor: Compared) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "shape": tensor.shape,
        "excess_kurtosis": _rounded(tensor.kurtosis),
        "zeros": _rounded(tensor.zeros),
        "widths": [_arms_data(one) for one in tensor.arms],
    }


def _arms_data(arms: Arms) -> dict[str, Any]:
    return {
        "bits": arms.bits,
        "quantised_db": _rounded(arms.quantised),
        "pruned_db": _rounded(arms.pruned),
        "pruned_with_mask_db": _rounded(arms.pruned_masked),
        "winner": arms.winner,
        "winner_with_mask": arms.winner_masked,
    }


def _summary_data(one: Summary) -> dict[str, Any]:
    return {
        "bits": one.bits,
        "sparsity": sparsity(one.bits),
        "sparsity_with_mask": sparsity(one.bits, MASK_BITS),
        "tensors": one.tensors,
        "tensors_exact": one.exact,
        "mean_quantised_db": _rounded(one.quantised),
        "mean_pruned_db": _rounded(one.pruned),
        "mean_pruned_with_mask_db": _rounded(one.pruned_masked),
        "pruning_wins": one.wins,
        "pruning_wins_with_mask": one.wins_masked,
        "heavy_tensors": one.heavy,
        "pruning_wins_heavy": one.heavy_wins,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None or value == inf else round(value, 4)
