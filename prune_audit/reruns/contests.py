"""Pairs of a claim's comparisons, rerun under one recipe: which row is ahead, and is it noise?

Welch's test decides. Rows share their seeds, and runs of one seed share initial weights and the
order of images, which makes the noise of a difference smaller than Welch presumes, if anything: it
is the cautious test. The test of the differences by seed is shown beside it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.numbers import Printed
from prune_audit.reruns.correct import OWN_ARMS, claimed_accuracy
from prune_audit.reruns.ledger import Ledger
from prune_audit.reruns.measured import Measured
from prune_audit.reruns.planned import Arm, Compared
from prune_audit.reruns.run import Run
from prune_audit.reruns.scores import Paired, Scores, paired
from prune_audit.statistics import Welch, holm, welch

ALPHA = 0.05
LOSSLESS = "lossless"
WANTED = {"better": 1, "significantly better": 1, "on par": 0, LOSSLESS: 1}
"""The sign of ours minus the other that a statement asks for."""
OWN_BASE = "own base"


class Sign(StrEnum):
    """What a rerun says of the sign that is stated, or printed where nothing is stated."""

    HOLDS = "holds"
    FAILS = "does not hold"
    UNRESOLVED = "not resolved"
    OPEN = "open"
    NONE = "nothing stated"


@dataclass(frozen=True)
class Side:
    """One side of a contest; ``what`` is empty for the row itself, else its base or scratch arm.

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
    ``p`` is Welch's p-value after Holm's correction over the ``family`` of all pairs of the arm.
    ``wanted`` is the sign that the statement asks for (0: on par), or the printed one where nothing
    is stated; None where there is neither. ``compared`` is None for a scratch arm that was added.
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
        """1 where ours is significantly ahead, -1 where the other is, 0 within noise, else None."""
        if self.p is None or self.test is None:
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
        return Sign.HOLDS if self.winner == self.wanted else Sign.FAILS

    @property
    def flipped(self) -> bool:
        """Whether the means stand in the other order than the printed numbers."""
        if self.printed is None or self.test is None:
            return False
        return self.printed.sign * self.test.difference < 0


def contests(
    compared: Iterable[Compared],
    rows: Sequence[Measured],
    runs: Mapping[str, Run],
    alpha: float = ALPHA,
) -> tuple[Contest, ...]:
    """Return every contest of the comparisons and of added scratch arms, corrected by arm."""
    own = [row for row in rows if not row.on_validation]
    found = [contest for one in compared for contest in _of_comparison(one, own, runs)]
    return (*_corrected(found, alpha), *_corrected([*_with_scratch_arms(own)], alpha))


def _of_comparison(
    compared: Compared, rows: Sequence[Measured], runs: Mapping[str, Run]
) -> Iterator[Contest]:
    for ours, other in compared.pairs:
        theirs = {_match(row): row for row in _of(other, rows)}
        for row in _of(ours, rows):
            arm, label = _match(row)
            if (arm in OWN_ARMS or arm is Arm.CROSSED) and (arm, label) in theirs:
                yield contest(arm, _side(row), _side(theirs[arm, label]), label, compared)
    if compared.comparison.statement.value == LOSSLESS:
        for row in rows:
            if row.planned.arm in OWN_ARMS and is_ours(row.planned.result, compared):
                base = _base(row, runs)
                yield contest(row.planned.arm, _side(row), base, compared=compared)


def is_ours(result: Result, compared: Compared) -> bool:
    """Whether a row is the one that a comparison is about, or of its sweep."""
    stem, _, inner = (compared.comparison.ours.value or "").rpartition("#")
    if stem:
        home = result.file.rpartition("/")[2].removesuffix(".yaml") == stem
        return home and inner in (result.name, result.name.partition("@")[0])
    members = compared.claim.families.get(inner, (inner,))
    return result.file == compared.claim.file and result.name in members


def _base(row: Measured, runs: Mapping[str, Run]) -> Side:
    """Return the base models of a row; those that were loaded and not trained have no scores."""
    ids = tuple(base.id for run in row.runs if (base := run.experiment.base_experiment))
    found = [runs[one] for one in ids if one in runs and runs[one].diverged is None]
    scores = Scores.of({run.experiment.seed: run.final for run in found if run.history})
    return Side(row.planned.result, scores, ids, what=OWN_BASE)


def _with_scratch_arms(rows: Sequence[Measured]) -> Iterator[Contest]:
    for arm in rows:
        if arm.planned.arm is Arm.SCRATCH:
            scratch = replace(_side(arm), what=arm.planned.label or str(Arm.SCRATCH))
            for row in _of(arm.planned.result, rows):
                if row.planned.arm in OWN_ARMS:
                    yield contest(row.planned.arm, _side(row), scratch)


def _match(row: Measured) -> tuple[Arm, str]:
    """Return what rows of a pair must share: the arm, and when crossed the recipe."""
    arm = row.planned.arm
    return (arm, row.planned.label if arm is Arm.CROSSED else "")


def _of(result: Result, rows: Iterable[Measured]) -> list[Measured]:
    key = (result.file, result.name)
    return [row for row in rows if row.planned.key[:2] == key]


def _side(row: Measured) -> Side:
    ids = tuple(run.experiment.id for run in row.runs)
    return Side(row.planned.result, row.scores, ids, row.ledger)


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
    return Printing(a.value - b.value, _printed_sign(a, b))


def _printed_sign(a: Printed, b: Printed) -> int:
    return int(b.hull.below(a.hull)) - int(a.hull.below(b.hull))


def _corrected(found: Sequence[Contest], alpha: float) -> Iterator[Contest]:
    """Apply Holm's correction within each arm; pairs whose runs are missing count with p = 1.

    So a p-value does not grow when the rest of the plan comes in. A pair that several comparisons
    make is one test.
    """
    families: dict[Arm, dict[object, float]] = {}
    for one in found:
        families.setdefault(one.arm, {})[_test_of(one)] = 1.0 if one.p is None else one.p
    corrected = {
        arm: dict(zip(tests, holm(list(tests.values())), strict=True))
        for arm, tests in families.items()
    }
    for one in found:
        p = None if one.p is None else corrected[one.arm][_test_of(one)]
        yield replace(one, p=p, family=len(families[one.arm]), alpha=alpha)


def _test_of(one: Contest) -> object:
    """Return what makes a test the same: the two sides in any order, and the label."""
    return (frozenset((one.ours.key, one.other.key)), one.label)
