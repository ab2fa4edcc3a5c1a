"""Pruning ratios: which ones make sense, and which one reaches a speedup."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence

from prune_audit.registry import cost

STEPS = 1000
"""A search tries the ratios 0, 1/STEPS ... up to the last one below 1."""

_MOST_STEPS = STEPS - 1


class UnreachableError(ValueError):
    """No ratio makes the network that fast; the message names how fast it can get."""


def check_ratios(ratios: Sequence[float]) -> None:
    """Refuse ratios that leave nothing of a layer, or are none.

    Raises:
        ValueError: there is no ratio, or one is not a fraction from 0 to below 1.
    """
    if not ratios:
        raise ValueError("expected a pruning ratio, got none")
    for ratio in ratios:
        if not 0 <= ratio < 1:
            raise ValueError(f"expected pruning ratios from 0 to below 1, got {ratio:g}")


def one_or_list(ratios: tuple[float, ...]) -> float | tuple[float, ...]:
    """Return the ratios of a ``Pruning`` as ``registry.cost`` takes them: a number, or a list."""
    return ratios[0] if len(ratios) == 1 else ratios


def speedup_ratio(
    network: str,
    speedup: float,
    classes: int | None = None,
    side: int | None = None,
    channels: int | None = None,
    spared: Collection[str] = (),
) -> float:
    """Return the smallest uniform ratio of removed filters that makes a network so much faster.

    Speedup is dense over pruned MACs (``registry.cost``, whose arguments these are); a printed one
    is rounded, so give the lower end of what it may stand for.

    Raises:
        UnreachableError: the speedup is out of reach.
        ValueError: there is no cost model of the network, or size or spared places do not fit it.
    """

    def macs(ratio: float) -> int:
        return cost(network, ratio, classes, side, spared, channels).macs

    dense = macs(0.0)
    return smallest_ratio(network, speedup, lambda ratio: dense / macs(ratio))


def smallest_ratio(network: str, speedup: float, at: Callable[[float], float]) -> float:
    """Return the smallest ratio whose speedup reaches the given one; ``at`` never falls with it.

    Raises:
        UnreachableError: the speedup is out of reach.
    """
    highest = at(_MOST_STEPS / STEPS)
    if not speedup <= highest:
        raise UnreachableError(
            f"{network} cannot become {speedup:g}x faster by removing filters: "
            f"the highest speedup is {highest:.2f}x, at ratio {_MOST_STEPS / STEPS:g}"
        )
    steps = range(_MOST_STEPS)
    return bisect_left(steps, True, key=lambda step: at(step / STEPS) >= speedup) / STEPS
