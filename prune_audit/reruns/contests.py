"""The contests of a plan: every compared pair under every arm, p corrected per comparison."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from prune_audit.claim import Result
from prune_audit.reruns.contest import (
    ALPHA,
    DENSE_CONTROL,
    LOSSLESS,
    OWN_BASE,
    Contest,
    Side,
    contest,
)
from prune_audit.reruns.correct import OWN_ARMS
from prune_audit.reruns.measured import Measured
from prune_audit.reruns.planned import Arm, Compared
from prune_audit.reruns.planning.dense_control import BESIDE, unpruned
from prune_audit.reruns.run import Run
from prune_audit.reruns.scores import Scores
from prune_audit.statistics import holm


def contests(
    compared: Iterable[Compared],
    rows: Sequence[Measured],
    runs: Mapping[str, Run],
    alpha: float = ALPHA,
) -> tuple[Contest, ...]:
    """Return every contest of the comparisons, of added scratch arms and dense controls.

    p is corrected over each of the three.
    """
    own = [row for row in rows if not row.on_validation]
    found = [contest for one in compared for contest in _of_comparison(one, own, runs)]
    return (
        *_corrected(found, alpha), *_corrected([*_with_scratch_arms(own)], alpha),
        *_corrected([*_with_dense_controls(own, runs)], alpha),
    )  # fmt: skip


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


def _with_dense_controls(rows: Sequence[Measured], runs: Mapping[str, Run]) -> Iterator[Contest]:
    """Yield each row against its control, and each control against the base model of both."""
    controls = {one.planned.experiments: one for one in rows if one.planned.arm is Arm.DENSE}
    compared = set()
    for row in rows if controls else ():
        found = controls.get(unpruned(row.planned))
        if found is None or row.planned.arm not in BESIDE:
            continue
        control = replace(_side(found), what=DENSE_CONTROL)
        yield contest(row.planned.arm, _side(row), control)
        if found.planned.key not in compared and found.planned.experiments[0].base is not None:
            compared.add(found.planned.key)
            yield contest(row.planned.arm, control, _base(found, runs))


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


def _corrected(found: Sequence[Contest], alpha: float) -> Iterator[Contest]:
    """Apply Holm's correction over the pairs of one comparison under one arm.

    A comparison is what is claimed at once; a sweep has a pair per ratio. Pairs whose runs are
    missing count with p = 1, so that a p-value does not grow when the rest comes in.
    """
    families: dict[Hashable, dict[Hashable, float]] = {}
    for one in found:
        tests = families.setdefault(_family_of(one), {})
        tests[_test_of(one)] = 1.0 if one.p is None else one.p
    corrected = {
        family: dict(zip(tests, holm(list(tests.values())), strict=True))
        for family, tests in families.items()
    }
    for one in found:
        family = corrected[_family_of(one)]
        p = None if one.p is None else family[_test_of(one)]
        yield replace(one, p=p, family=len(family), alpha=alpha)


def _family_of(one: Contest) -> Hashable:
    """Return what tests are corrected together: an arm of a comparison, or of all scratch arms."""
    return (one.arm, id(one.compared) if one.compared else None)


def _test_of(one: Contest) -> Hashable:
    """Return what makes a test the same: the two sides in any order, and the label."""
    return (frozenset((one.ours.key, one.other.key)), one.label)
