"""Is a printed difference larger than noise explains?"""

from dataclasses import dataclass
from math import sqrt

from prune_audit.claim import Result
from prune_audit.numbers import Printed
from prune_audit.registry import dataset as known_dataset
from prune_audit.statistics import Sample, best_of, binomial_floor, welch

ASSUMED_RUNS = 3
TOP1 = "top1"


@dataclass(frozen=True, slots=True)
class Noise:
    """A two-sided test of the difference between two printed accuracies.

    ``difference`` is ours minus theirs in percentage points. ``test`` is ``Welch`` or ``binomial``.
    ``assumed`` lists what the claim does not state; a test that assumed anything is never
    conclusive, and neither is the binomial floor.
    """

    difference: float
    p: float
    test: str
    assumed: tuple[str, ...]

    @property
    def conclusive(self) -> bool:
        """Whether the result rests on stated numbers only."""
        return self.test == "Welch" and not self.assumed

    def significant(self, alpha: float) -> bool:
        """Whether the difference is larger than noise explains at this level."""
        return self.p < alpha

    def __str__(self) -> str:
        rest = f" ({'; '.join(self.assumed)})" if self.assumed else ""
        return f"{self.difference:+.2f} points, {self.test} p = {self.p:.2g}{rest}"


def noise(ours: Result, other: Result, picked_from: int = 1) -> Noise | None:
    """Test ours against other: Welch where runs and spreads are given, else the binomial floor.

    ``picked_from`` is the size of the family of which ours is the best; p is corrected for it.
    None where an accuracy is not stated exactly, the numbers are no accuracies of one metric, or
    neither spreads nor the test set's size are known.
    """
    a, b = ours.top1.value, other.top1.value
    if a is None or b is None or a.bound or b.bound or _metric(ours) != _metric(other):
        return None
    found = _welch(ours, other, a, b) or _binomial(ours, a, b)
    if found is None or picked_from <= 1:
        return found
    note = f"best of {picked_from}, p corrected for it"
    return Noise(
        found.difference, best_of(found.p, picked_from), found.test, (*found.assumed, note)
    )


def _metric(result: Result) -> str:
    return result.metric.value or TOP1


def _welch(ours: Result, other: Result, a: Printed, b: Printed) -> Noise | None:
    left, right = sample(ours, a), sample(other, b)
    if left is None or right is None:
        return None
    test = welch(left[0], right[0])
    return Noise(test.difference, test.p, "Welch", tuple(dict.fromkeys(left[1] + right[1])))


def sample(result: Result, top1: Printed) -> tuple[Sample, tuple[str, ...]] | None:
    """Return the runs behind a printed accuracy, and what had to be assumed of them.

    None where no spread is printed, where it is no standard deviation or error, or of one run.
    """
    runs = result.runs.value
    if top1.spread is None or (runs and runs.exact and runs.value < 2):
        return None
    kind = result.spread_is.value
    if kind in ("range", "ci95"):
        return None
    assumed: list[str] = []
    n = int(runs.value) if runs and runs.exact else ASSUMED_RUNS
    if runs and runs.bound.startswith(">"):
        n = max(n, int(runs.value))
    if not (runs and runs.exact):
        assumed.append(f"n = {n} assumed")
    if kind not in ("sample-std", "population-std", "standard-error"):
        assumed.append("+- taken as a sample standard deviation")
    spread = float(top1.spread.value)
    if not spread:
        spread = float(top1.spread.step) / 2
        assumed.append(f"+-{top1.spread} taken as {spread:g}")
    factor = {"standard-error": sqrt(n), "population-std": sqrt(n / (n - 1))}.get(kind or "", 1.0)
    return Sample(float(top1.value), spread * factor, n), tuple(assumed)


def _binomial(ours: Result, a: Printed, b: Printed) -> Noise | None:
    known = known_dataset(ours.dataset.value) if ours.dataset.value else None
    if known is None or not known.test_size or _metric(ours) != TOP1:
        return None
    if not (0 <= a.value <= 100 and 0 <= b.value <= 100):
        return None
    floor = binomial_floor(float(a.value) / 100, float(b.value) / 100, known.test_size)
    assumed = ("standard deviations are not stated: sampling of the test set alone",)
    return Noise(100 * floor.difference, floor.p, "binomial", assumed)
