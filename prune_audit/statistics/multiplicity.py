"""Corrections of p-values where several comparisons were made, or one was picked out of many."""

from collections.abc import Sequence


def bonferroni(p: float, k: int) -> float:
    """Return the p-value of one of ``k`` tests, corrected for all of them.

    Holds under any dependence between the tests.

    Raises:
        ValueError: ``p`` is not between 0 and 1, or ``k`` is below one.
    """
    _check(p)
    if k < 1:
        raise ValueError(f"a family needs at least one test, got k = {k}")
    return min(1.0, k * p)


def best_of(p: float, k: int) -> float:
    """Return the p-value of a winner that was picked out of ``k`` candidates.

    Bonferroni's bound, since the candidates share their opponent and their tests therefore
    depend on each other (Sidak's formula would assume that they do not). It does not repair
    the winner's estimate: the best of several is too high on average.

    Raises:
        ValueError: ``p`` is not between 0 and 1, or ``k`` is below one.
    """
    return bonferroni(p, k)


def holm(pvalues: Sequence[float]) -> list[float]:
    """Return the p-values of a family of tests after Holm's correction, in the order given.

    Source: S. Holm, Scandinavian Journal of Statistics 6, 1979. Never larger than Bonferroni's,
    and holds under any dependence too.

    Raises:
        ValueError: a p-value is not between 0 and 1.
    """
    corrected = [0.0] * len(pvalues)
    largest = 0.0
    order = sorted(range(len(pvalues)), key=pvalues.__getitem__)
    for rank, index in enumerate(order):
        largest = max(largest, bonferroni(pvalues[index], len(pvalues) - rank))
        corrected[index] = largest
    return corrected


def _check(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"a p-value lies between 0 and 1, got {p}")
