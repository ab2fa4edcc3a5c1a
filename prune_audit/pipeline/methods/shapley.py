"""Filters with the smallest Shapley value go: in the training loss, or in the 0-1 error.

Definition: the filters of a layer are players, and a filter is out when its output, behind batch
norm, is zero. The Shapley value of a filter is what its leaving adds to the mean payoff over
training images, averaged over all orders in which the filters of the layer can leave one by one. It
is estimated on orders drawn at random; the lowest go. The payoff is the cross-entropy (``shapley``)
or the 0-1 error (``shapley-error``). Orders times filters is how many passes over the images it
takes.
Why: of all ways to share out the harm among the filters it is the only one in which the shares sum
to the whole, equal filters get equal shares, those that do nothing get none, and shares of a sum of
payoffs add up. It counts a filter together with any number of others, where leaving out one alone
does not.
Cannot detect: what retraining makes up for. Order where it is noise: with few orders the standard
error (``estimate``) exceeds most differences, and filters within it of each other are not ranked. A
payoff without bound, such as the cross-entropy, is ruled by a few images on which a network without
most of its filters is badly wrong: its ranking can be worse than L1 or than that of the 0-1 error.
Source: Ancona et al. 2020 (arXiv 2006.01795), with the mean over images.
"""

from collections.abc import Callable, Iterable
from math import sqrt
from typing import NamedTuple

import torch
from torch import Tensor

from prune_audit.pipeline.methods.scorer import Scoring
from prune_audit.pipeline.units import Payoff, errors, harms, losses, outputs

IMAGES = 128
PERMUTATIONS = 20
"""Orders per layer; the authors' code takes 5 by default, which is noisier."""


class Estimate(NamedTuple):
    """Shapley values from some orders of leaving: ``gains`` holds (orders, units)."""

    gains: Tensor
    """What the payoff rose by when each unit left; every row sums to the same, the whole harm."""

    @property
    def permutations(self) -> int:
        """How many orders."""
        return len(self.gains)

    @property
    def values(self) -> Tensor:
        """The estimated Shapley value of every unit: (units,), double precision."""
        return self.gains.mean(0)

    @property
    def standard_errors(self) -> Tensor:
        """Monte Carlo standard error of every value, over orders: (units,).

        It holds for orders drawn independently, and says nothing about other images.

        Raises:
            ValueError: one order shows no spread.
        """
        if self.permutations < 2:
            raise ValueError("a standard error needs at least two permutations, got one")
        return self.gains.std(0) / sqrt(self.permutations)

    @property
    def relative_error(self) -> float:
        """Mean standard error over the standard deviation of the values of the layer.

        0 where all values are equal and known without error.

        Raises:
            ValueError: as ``standard_errors``.
        """
        error = float(self.standard_errors.mean())
        return error / float(self.values.std()) if error else 0.0

    @property
    def told_apart(self) -> float:
        """Fraction of pairs of units that differ by over two standard errors of the difference.

        The others are ties as far as these orders can tell. No pair, no tie: 1 for a single unit.

        Raises:
            ValueError: as ``standard_errors``.
        """
        if len(self.values) < 2:
            return 1.0
        spread = self.standard_errors.square()
        common = torch.cov(self.gains.T) / self.permutations
        variance = (spread[:, None] + spread - 2 * common).clamp(min=0)
        difference = self.values[:, None] - self.values
        apart = (difference.abs() > 2 * variance.sqrt()).triu(1)
        return int(apart.sum()) / (len(self.values) * (len(self.values) - 1) // 2)


def estimate(units: int, harm: Callable[[Tensor], float], orders: Iterable[Tensor]) -> Estimate:
    """Walk orders of leaving, and note what each unit adds to the harm when it leaves.

    Args:
        units: how many there are, at least one.
        harm: from who is gone, booleans (units,), to the payoff, higher being worse.
        orders: permutations of the units, each (units,); all n! of them give exact values.

    Raises:
        ValueError: there is no order.
    """
    nobody, everybody = (torch.full((units,), gone) for gone in (False, True))
    ends = harm(nobody), harm(everybody)
    gains = [_gains(order, harm, ends) for order in orders]
    if not gains:
        raise ValueError("Shapley values need at least one permutation")
    return Estimate(torch.stack(gains))


def _gains(order: Tensor, harm: Callable[[Tensor], float], ends: tuple[float, float]) -> Tensor:
    """Return what each unit adds when it leaves in this order: (units,)."""
    gone = torch.zeros(len(order), dtype=torch.bool)
    path = [ends[0]]
    for unit in order[:-1]:
        gone[unit] = True
        path.append(harm(gone))
    path.append(ends[1])
    gains = torch.empty(len(order), dtype=torch.float64)
    gains[order] = torch.tensor(path, dtype=torch.float64).diff()
    return gains


def estimates(
    scoring: Scoring,
    payoff: Payoff = losses,
    permutations: int = PERMUTATIONS,
    images: int = IMAGES,
) -> dict[str, Estimate]:
    """Estimate the Shapley values of the filters of every layer, in evaluation mode.

    Other layers stay whole while the filters of one leave. All layers see the same images.

    Raises:
        ValueError: no images or no permutation, or the network does not use a layer.
    """
    sample = scoring.sample(images)
    units = outputs(scoring.network, scoring.layers, sample[0])
    found = {}
    for name, layer in scoring.layers.items():
        orders = (_order(len(layer.weight), scoring.generator) for _ in range(permutations))
        with harms(scoring.network, units[name], sample, payoff) as harm:
            found[name] = estimate(len(layer.weight), harm, orders)
    return found


def _order(units: int, generator: torch.Generator) -> Tensor:
    return torch.randperm(units, generator=generator, device=generator.device).cpu()


def shapley(scoring: Scoring) -> dict[str, Tensor]:
    """Score a filter by its Shapley value in the mean cross-entropy: (outputs,).

    From ``PERMUTATIONS`` orders on ``IMAGES`` training images.

    Raises:
        ValueError: there are no images, or the network does not use a layer.
    """
    return {name: found.values for name, found in estimates(scoring).items()}


def shapley_error(scoring: Scoring) -> dict[str, Tensor]:
    """Score a filter by its Shapley value in the 0-1 error: (outputs,); else as ``shapley``."""
    return {name: found.values for name, found in estimates(scoring, errors).items()}
