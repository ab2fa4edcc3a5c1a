"""Two rows under one recipe: which one is ahead, and is it noise?

Welch's test decides. Rows share their seeds, and runs of one seed share initial weights and the
order of images, which makes the noise of a difference smaller than Welch presumes, if anything: it
is the cautious test. The test of the differences by seed is shown beside it.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.numbers import Printed
from prune_audit.reruns.correct import claimed_accuracy
from prune_audit.reruns.ledger import Ledger
from prune_audit.reruns.planned import Arm, Compared
from prune_audit.reruns.scores import ENOUGH, Paired, Scores, paired
from prune_audit.statistics import Welch, welch

ALPHA = 0.05
LOSSLESS = "lossless"
WANTED = {"better": 1, "significantly better": 1, "on par": 0, LOSSLESS: 1}
"""The sign of ours minus the other that a statement asks for."""
OWN_BASE = "own base"
DENSE_CONTROL = "dense control"


class Sign(StrEnum):
    """What a rerun says of the sign that is stated, or printed where nothing is stated."""

    HOLDS = "holds"
    FAILS = "does not hold"
    UNRESOLVED = "not resolved"
    OPEN = "open"
    NONE = "nothing stated"


@dataclass(frozen=True)
class Side:
    """One side of a contest; ``what`` is empty for the row, else its base, scratch arm or control.

    ``ids`` are those of the experiments behind the scores.
    """

    result: Result
    scores: Scores
    ids: tuple[str, ...]
    ledger: Ledger | None = None
    what: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """File, row and what of it."""
        return (self.result.file, self.result.name, self.what)

    @property
    def name(self) -> str:
        """What to call it."""
        return f"{self.result.name}: {self.what}" if self.what else self.result.name


class Printing(NamedTuple):
    """A printed difference, ours minus the other, in points; ``sign`` is 0 within rounding."""

    difference: Decimal
    sign: int


@dataclass(frozen=True)
class Contest:
    """Two rows under one arm; everything is ours minus the other, in points.

    ``label`` says under whose recipe where the rows are crossed, else it is empty.
    ``p`` is Welch's p-value after Holm's correction over the ``family`` of pairs that a comparison
    makes under one arm.
    ``wanted`` is the sign that the statement asks for (0: on par), or the printed one where nothing
    is stated; None where there is neither. ``compared`` is None for an arm that was added.
    """

    compared: Compared | None
    arm: Arm
    label: str
    ours: Side
    other: Side
    printed: Printing | None
    test: Welch | None
    by_seed: Paired | None
    p: float | None = None
    family: int = 0
    alpha: float = ALPHA

    @property
    def statement(self) -> str:
        """The statement of the comparison; ``none`` where there is none."""
        return (self.compared.comparison.statement.value if self.compared else None) or "none"

    @property
    def wanted(self) -> int | None:
        """The sign that is stated, else the printed one."""
        if self.statement in WANTED:
            return WANTED[self.statement]
        return (self.printed.sign or None) if self.printed else None

    @property
    def winner(self) -> int | None:
        """1 where ours is significantly ahead, -1 where the other is, 0 within noise.

        None where runs are missing, and of fewer than three seeds on either side.
        """
        few = min(self.ours.scores.n, self.other.scores.n) < ENOUGH
        if self.p is None or self.test is None or few:
            return None
        return 0 if self.p >= self.alpha else 1 if self.test.difference > 0 else -1

    @property
    def sign(self) -> Sign:
        """What becomes of the stated or printed sign."""
        if self.winner is None:
            return Sign.OPEN
        if self.wanted is None:
            return Sign.NONE
        if self.winner == 0:
            return Sign.UNRESOLVED
        if self.wanted == 0:  # better than a row that it is said to equal is no contradiction
            return Sign.HOLDS if self.winner > 0 else Sign.FAILS
        return Sign.HOLDS if self.winner == self.wanted else Sign.FAILS

    @property
    def flipped(self) -> bool:
        """Whether the means stand in the other order than the printed numbers."""
        if self.printed is None or self.test is None:
            return False
        return self.printed.sign * self.test.difference < 0


def contest(
    arm: Arm, ours: Side, other: Side, label: str = "", compared: Compared | None = None
) -> Contest:
    """Set two sides against each other; p is not corrected for other tests."""
    a, b = ours.scores.sample, other.scores.sample
    test = welch(a, b) if a and b else None
    by_seed = paired(ours.scores, other.scores)
    printed = _printing(ours, other) if compared else None
    p = test.p if test else None
    return Contest(compared, arm, label, ours, other, printed, test, by_seed, p, 1)


def _printing(ours: Side, other: Side) -> Printing | None:
    a = claimed_accuracy(ours.result)
    b = ours.result.dense_top1.value if other.what == OWN_BASE else claimed_accuracy(other.result)
    if a is None or b is None or b.bound:
        return None
    one_way = ours.result.file == other.result.file and a.step == b.step
    return Printing(a.value - b.value, _printed_sign(a, b, one_way))


def _printed_sign(a: Printed, b: Printed, one_way: bool) -> int:
    """Return the sign of a - b; 0 where rounding may hide it.

    Numbers of one paper with as many digits are rounded in one way, which keeps their order.
    """
    if one_way:
        return (a.value > b.value) - (a.value < b.value)
    return b.hull.below(a.hull) - a.hull.below(b.hull)
