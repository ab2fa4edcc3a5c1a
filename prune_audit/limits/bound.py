"""The predicted pruning limit: a fixed point of removed weights and curvature, without torch.

Source: Zhang et al. 2024 (arXiv 2306.05857), "How Sparse Can We Prune A Deep Network". Around a
trained network the loss is taken as quadratic. Where it may rise by eps, it may move by
r_i = sqrt(2 eps / |lambda_i|) along the i-th direction of the Hessian. Removing the smallest
fraction rho of D weights moves the network by R(rho); it is predicted to be free of loss up to the
fixed point of rho = (1/D) sum_i r_i^2 / (R(rho)^2 + r_i^2).
"""

from collections.abc import Callable, Sequence
from math import fsum, isfinite
from typing import NamedTuple

_HALVINGS = 60
"""Steps of a bisection of [0, 1] to the precision of a double."""


class Spectrum(NamedTuple):
    """Eigenvalues with the share (0 to 1) of all D that each stands for; the shares add up to 1.

    ``exact`` eigenvalues have equal weights; those of Lanczos quadrature have unequal ones.
    """

    values: tuple[float, ...]
    weights: tuple[float, ...]

    @classmethod
    def exact(cls, values: Sequence[float]) -> "Spectrum":
        """Return the spectrum of a matrix of which all eigenvalues are known."""
        return cls(tuple(values), (1 / len(values),) * len(values))

    def share(self, below: float) -> float:
        """Return the share of the eigenvalues whose absolute value is at most a bound."""
        return fsum(
            weight for value, weight in zip(self.values, self.weights, strict=True)
            if abs(value) <= below
        )  # fmt: skip


def free_share(spectrum: Spectrum, eps: float, moved: float) -> float:
    """Return the share of directions along which a squared distance raises the loss less than eps.

    (1/D) sum_i r_i^2 / (moved + r_i^2), written as 2 eps / (moved |lambda_i| + 2 eps): a flat
    direction counts as 1, and eigenvalues of zero need no treatment of their own.
    """
    if moved == 0:
        return 1.0
    return fsum(
        weight * 2 * eps / (moved * abs(value) + 2 * eps)
        for value, weight in zip(spectrum.values, spectrum.weights, strict=True)
    )


def limit(spectrum: Spectrum, eps: float, removed: Callable[[float], float]) -> float:
    """Return the predicted limit: the sparsity (0 to 1) that equals the share of free directions.

    Args:
        spectrum: of the Hessian of the loss.
        eps: by how much the loss may rise, above zero.
        removed: R(rho)^2, the sum of squares of the removed weights at a sparsity; never falls.

    Raises:
        ValueError: eps is not a positive number.
    """
    if not (isfinite(eps) and eps > 0):
        raise ValueError(f"the loss may rise by a positive number, not by {eps:g}")
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if free_share(spectrum, eps, removed(middle)) > middle:
            low = middle
        else:
            high = middle
    return (low + high) / 2
