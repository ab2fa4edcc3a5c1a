"""Widths of quantised weights, and the sparsity that takes as many bytes."""

BASE_BITS = 16
"""Of a weight that stays after pruning: FP16."""
MASK_BITS = 1
"""Per weight, of a bitmap that says which stay."""
FEWEST, MOST = 2, 8
WIDTHS = tuple(range(MOST, FEWEST - 1, -1))


class WidthError(ValueError):
    """A text that names no widths that can be compared."""


def sparsity(bits: int, mask_bits: int = 0) -> float:
    """Return the fraction of weights to remove for as many bytes as ``bits`` per weight take.

    Args:
        bits: per weight of the quantised tensor.
        mask_bits: per weight, for the positions of those that stay; 0 where they are not counted.
    """
    return 1 - (bits - mask_bits) / BASE_BITS


def kept(size: int, bits: int, mask_bits: int = 0) -> int:
    """Return how many of ``size`` weights may stay, never more than there are bytes for."""
    return size * (bits - mask_bits) // BASE_BITS


def widths(text: str) -> tuple[int, ...]:
    """Read bits per weight, such as ``8,4,2`` or ``2-8``; the widest first.

    Raises:
        WidthError: something else, or a width out of range.
    """
    found = {width for part in text.split(",") for width in _part(part.strip())}
    return tuple(sorted(found, reverse=True))


def _part(part: str) -> range:
    first, dash, last = part.partition("-")
    ends = [first, last if dash else first]
    if not all(end.strip().isascii() and end.strip().isdigit() for end in ends):
        raise WidthError(f"bits must be numbers such as 8,4,2 or a range such as 2-8, got {part!r}")
    low, high = sorted(int(end[:9]) for end in ends)
    if not FEWEST <= low <= high <= MOST:
        raise WidthError(f"bits must be from {FEWEST} to {MOST}, got {part}")
    return range(low, high + 1)
