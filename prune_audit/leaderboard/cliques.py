"""Maximal cliques: sets in which every pair is joined, and to which nothing can be added."""

from collections.abc import Iterator, Sequence
from itertools import islice

Clique = tuple[int, ...]

MOST = 500
"""Cliques that are listed at most; there can be 3 ** (n / 3) of n results."""


def bits(mask: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def maximal_cliques(joined: Sequence[int]) -> Iterator[int]:
    """Yield every maximal clique as a bit mask, those of one vertex included.

    ``joined[i]`` is the mask of what ``i`` is joined with, itself not. Bron and Kerbosch 1973 with
    the pivot of Tomita et al. 2006, on a stack of its own: a clique may be larger than the
    interpreter's recursion.
    """
    stack = [(0, (1 << len(joined)) - 1, 0)]
    while stack:
        clique, free, done = stack.pop()
        if not free | done:
            yield clique
            continue
        pivot = max(bits(free | done), key=lambda one: (free & joined[one]).bit_count())
        for one in bits(free & ~joined[pivot]):
            stack.append((clique | 1 << one, free & joined[one], done & joined[one]))
            free &= ~(1 << one)
            done |= 1 << one


def cliques(joined: Sequence[int], most: int = MOST) -> tuple[tuple[Clique, ...], bool]:
    """Return the maximal cliques of two or more, and whether these are all."""
    several = (tuple(bits(one)) for one in maximal_cliques(joined) if one.bit_count() > 1)
    found = tuple(islice(several, most + 1))
    return found[:most], len(found) <= most
