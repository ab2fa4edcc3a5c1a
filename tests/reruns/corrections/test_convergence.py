"""Added epochs: gains, premature decay, and whether another round is needed."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from prune_audit.reruns.convergence import Progress, Series, next_extension
from prune_audit.reruns.experiment import Training
from prune_audit.reruns.planned import Arm

Make = Callable[..., Any]
Write = Callable[..., str]
A = Arm.CONVERGENCE


def training(first_stage: int, lr: str = "1e-2") -> Training:
    return Training(first_stage + 2, f"0:{lr},{first_stage}:1e-3", 64, 5e-4)


def extended(make: Make, claim: Write, *rounds: Sequence[int | None]) -> Any:
    """Return a plan whose row is extended by 0, 4, 8 ... epochs."""
    keys = [("ours", A, f"+{4 * index}") for index in range(len(rounds))]
    trainings = {key: training(4 + 4 * index) for index, key in enumerate(keys)}
    return make(claim({"ours": {}}), dict(zip(keys, rounds, strict=True)), trainings=trainings)


def series(made: Any) -> Series:
    (found,) = made.concluded().series
    assert isinstance(found, Series)
    return found


def test_a_gain_within_noise_is_convergence(make: Make, claim: Write) -> None:
    found = series(extended(make, claim, [7000, 7010, 7020], [7004, 7013, 7019]))
    assert found.added == (0, 4)
    assert found.progress is Progress.CONVERGED
    assert not found.premature_decay


def test_a_first_gain_beyond_noise_is_premature_decay(make: Make, claim: Write) -> None:
    found = series(extended(make, claim, [7000, 7010, 7020], [7400, 7410, 7420]))
    assert found.premature_decay
    assert found.progress is Progress.GAINING
    assert found.gains[0] is not None
    assert found.gains[0].difference == pytest.approx(4)


def test_a_loss_beyond_noise_is_no_gain(make: Make, claim: Write) -> None:
    found = series(extended(make, claim, [7400, 7410, 7420], [7000, 7010, 7020]))
    assert found.progress is Progress.CONVERGED
    assert not found.premature_decay


def test_each_extension_is_measured_against_the_one_before(make: Make, claim: Write) -> None:
    rounds = ([7000, 7010, 7020], [7400, 7410, 7420], [7402, 7412, 7417])
    found = series(extended(make, claim, *rounds))
    assert [gain is not None and round(gain.difference, 2) for gain in found.gains] == [4, 0]
    assert (found.progress, found.premature_decay) == (Progress.CONVERGED, True)


@pytest.mark.parametrize(
    ("rounds", "wanted"),
    [
        ([[None, None, None]], True),  # the first extension is always tried
        ([[7000, 7010, 7020], [7400, 7410, 7420]], True),
        ([[7000, 7010, 7020], [7004, 7013, 7019]], False),
        ([[7000, 7010, 7020], [7400, 7410, None]], False),  # nothing is decided before it is there
        ([[7000, 7010, 7020], [None, None, None]], False),
        ([[7000, 7010, 7020], [-1, -1, -1]], False),
        ([[6000, 6010, 6020], [7400, 7410, 7420], [7405, 7411, 7417]], False),
    ],
)
def test_whether_another_round_is_needed(
    make: Make, claim: Write, rounds: list[list[int | None]], wanted: bool
) -> None:
    made = extended(make, claim, *rounds)
    assert next_extension(made.plan.rows, made.runs) is wanted


def test_extensions_that_a_table_prints_are_found_as_reported(make: Make, claim: Write) -> None:
    """As in Table 5: rows of one table that differ in the length of the first stage alone."""
    arm = Arm.REPORTED
    rows = ("small", "small-plus4", "large", "other-table")
    trainings = {
        ("small", arm): training(4), ("small-plus4", arm): training(8),
        ("large", arm): training(4, "1e-1"), ("other-table", arm): training(12),
    }  # fmt: skip
    text = claim({name: {} for name in rows} | {"other-table": {"source": "Table 2"}})
    answers = {
        ("small", arm): [7000, 7010, 7020], ("small-plus4", arm): [7395, 7410, 7420],
        ("large", arm): [7400, 7410, 7420], ("other-table", arm): [7400, 7410, 7420],
    }  # fmt: skip
    found = series(make(text, answers, trainings=trainings))
    assert [row.planned.result.name for row in found.rows] == ["small", "small-plus4"]
    assert found.rival is not None
    assert found.rival.planned.result.name == "large"
    assert [gap and round(gap.difference, 2) for gap in found.gaps] == [4, 0.02]


def test_rows_that_are_no_extension_make_no_series(make: Make, claim: Write) -> None:
    text = claim({"ours": {}, "other": {}})
    answers = {("ours", Arm.REPORTED): [7000, 7010], ("other", Arm.REPORTED): [7000, 7010]}
    assert make(text, answers).concluded().series == ()
