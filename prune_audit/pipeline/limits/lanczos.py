"""Stochastic Lanczos quadrature: the spectrum of a symmetric matrix from its products alone.

Source: Ubaru, Chen and Saad 2017 (SIAM J. Matrix Anal. Appl. 38(4)); for Hessians of networks
Ghorbani, Krishnan and Xiao 2019 (arXiv 1901.10159).
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from prune_audit.limits.bound import Spectrum

Product = Callable[[Tensor], Tensor]
"""Multiplies a vector (D) by a symmetric matrix."""

_NEGLIGIBLE = 1e-10
"""Of the largest entry so far: a smaller residual ends the recurrence, the rest is rounding."""


class Tridiagonal(NamedTuple):
    """What the recurrence leaves of a matrix: m entries of the diagonal, m - 1 beside it."""

    diagonal: tuple[float, ...]
    beside: tuple[float, ...]

    def head(self, steps: int) -> "Tridiagonal":
        """Return what the recurrence had left after so many steps."""
        return Tridiagonal(self.diagonal[:steps], self.beside[: max(steps - 1, 0)])

    def spectrum(self) -> Spectrum:
        """Return the Ritz values with their weights: a quadrature of the spectrum.

        It is the spectrum as seen from the start vector; over random ones its mean is the whole.
        """
        matrix = torch.diag(torch.tensor(self.diagonal, dtype=torch.float64))
        beside = torch.tensor(self.beside, dtype=torch.float64)
        matrix += torch.diag(beside, 1) + torch.diag(beside, -1)
        values, vectors = torch.linalg.eigh(matrix)
        weights = vectors[0].square()
        return Spectrum(tuple(values.tolist()), tuple((weights / weights.sum()).tolist()))


def probe(size: int, generator: torch.Generator) -> Tensor:
    """Return a Rademacher vector (float32): each entry is -1 or 1."""
    return torch.randint(2, (size,), generator=generator).float() * 2 - 1


def lanczos(product: Product, start: Tensor, steps: int) -> Tridiagonal:
    """Run the Lanczos recurrence; it ends early where the matrix has fewer distinct eigenvalues.

    Every new vector is made orthogonal to all earlier ones, twice: without that eigenvalues come
    up several times.

    Args:
        product: multiplies a vector (D, of the type of ``start``) by the matrix.
        start: not zero (D).
        steps: at most; each is one product and keeps one vector.
    """
    steps = min(steps, len(start))
    basis = torch.empty(steps, len(start), dtype=start.dtype, device=start.device)
    basis[0] = start / start.norm()
    diagonal: list[float] = []
    beside: list[float] = []
    for step in range(steps):
        image = product(basis[step])
        diagonal.append(float(basis[step] @ image))
        if step + 1 == steps:
            break
        earlier = basis[: step + 1]
        for _ in range(2):
            image = image - earlier.T @ (earlier @ image)
        left = float(image.norm())
        if left <= _NEGLIGIBLE * max(map(abs, (*diagonal, *beside))):
            break
        beside.append(left)
        basis[step + 1] = image / left
    return Tridiagonal(tuple(diagonal), tuple(beside))
