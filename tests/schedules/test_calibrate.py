"""Calibrated retraining schedules (Wang et al. 2023, Appendix A)."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.schedules.calibrate import (
    CIFAR,
    IMAGENET,
    PROFILES,
    Calibrated,
    calibrate,
    explain,
)
from prune_audit.schedules.notation import parse_lr
from prune_audit.schedules.schedule import ScheduleError, equal


@pytest.mark.parametrize(
    ("epochs", "lr", "profile", "expected"),
    [
        (90, 1e-1, "imagenet", "0:1e-1,30:1e-2,60:1e-3,75:1e-4,83:1e-5"),
        (60, 1e-2, "imagenet", "0:1e-2,30:1e-3,45:1e-4,53:1e-5"),
        (90, 1e-2, "imagenet100", "0:1e-2,30:1e-3,60:1e-4,75:1e-5"),
        (30, 1e-2, "imagenet100", "0:1e-2,15:1e-3,23:1e-4,27:1e-5"),
        (120, 1e-1, "imagenet", "0:1e-1,30:1e-2,60:1e-3,90:1e-4,105:1e-5"),
        (120, 1e-2, "cifar", "0:1e-2,60:1e-3,90:1e-4"),
        (120, 1e-3, "cifar10", "0:1e-3,60:1e-4"),
        (120, 1e-2, "cifar100", "0:1e-2,60:1e-3,90:1e-4"),
        (150, 1e-2, "imagenet", "0:1e-2,60:1e-3,90:1e-4,120:1e-5"),
        (30, 1e-4, "imagenet", "0:1e-4,15:1e-5"),
        (5, 1e-1, "imagenet", "0:1e-1,1:1e-2,2:1e-3,3:1e-4,4:1e-5"),
    ],
)
def test_budgets_have_the_schedule_that_the_rules_give(
    epochs: int, lr: float, profile: str, expected: str
) -> None:
    calibrated = calibrate(epochs, lr, PROFILES[profile])
    assert str(calibrated.schedule) == expected
    assert equal(calibrated.schedule, parse_lr(expected).over(epochs))


def test_the_scratch_recipe_is_its_own_calibration() -> None:
    scratch = parse_lr("0:1e-1,30:1e-2,60:1e-3,90:1e-4,105:1e-5").over(120)
    assert equal(calibrate(120, 1e-1, IMAGENET).schedule, scratch)


def test_l1_norms_recipe_of_table_1_is_the_calibrated_one() -> None:
    table_1 = parse_lr("0:1e-2,30:1e-3,60:1e-4,75:1e-5").over(90)
    assert equal(calibrate(90, 1e-2, IMAGENET).schedule, table_1)


def test_each_stage_names_the_rule_that_made_it() -> None:
    assert explain(calibrate(90, 1e-2, IMAGENET)) == (
        ("0-29", "30", "1e-2", "rule 3: no stage longer than 30 epochs"),
        ("30-59", "30", "1e-3", "rule 2: half of the remaining epochs"),
        ("60-74", "15", "1e-4", "rule 2: half of the remaining epochs"),
        ("75-89", "15", "1e-5", "rule 1: the final LR, for the epochs that remain"),
    )


def test_a_long_budget_lengthens_the_first_stage_and_says_so() -> None:
    calibrated = calibrate(150, 1e-2, IMAGENET)
    assert [stage.epochs for stage in calibrated.stages] == [60, 30, 30, 30]
    assert "lengthened by the 30 epochs" in calibrated.stages[0].rule
    assert "Rules 2 and 3 collide" in calibrated.notes[0]
    assert calibrate(120, 1e-2, IMAGENET).notes == ()


def test_a_short_budget_keeps_one_epoch_for_every_stage_and_says_so() -> None:
    calibrated = calibrate(6, 1e-1, IMAGENET)
    assert [stage.epochs for stage in calibrated.stages] == [2, 1, 1, 1, 1]
    assert "epochs run out" in calibrated.notes[0]


def test_the_cifar_profile_says_that_it_is_not_in_appendix_a() -> None:
    assert "Appendix A does not treat CIFAR" in calibrate(120, 1e-2, CIFAR).notes[0]


@pytest.mark.parametrize(
    ("epochs", "lr", "message"),
    [
        (90, 3e-2, "use 1e-2 or 1e-1"),
        (90, 2e-5, "use 1e-4$"),
        (90, 1e-5, "use 1e-4$"),
        (90, 1e-7, "use 1e-4$"),
        (90, 0, "positive initial LR"),
        (90, math.nan, "positive initial LR"),
        (3, 1e-2, "3 epochs are fewer than the 4 LR stages from 1e-2 to 1e-5: use at least 4"),
        (0, 1e-2, "use at least 4 epochs"),
    ],
)
def test_what_cannot_be_calibrated_is_refused_with_what_can(
    epochs: int, lr: float, message: str
) -> None:
    with pytest.raises(ScheduleError, match=message):
        calibrate(epochs, lr, IMAGENET)


@st.composite
def calibrations(draw: st.DrawFn) -> Calibrated:
    profile = draw(st.sampled_from([IMAGENET, CIFAR]))
    decades = draw(st.integers(1, 4))
    epochs = draw(st.integers(decades + 1, 400))
    return calibrate(epochs, profile.lr_final * 10**decades, profile)


@given(calibrations())
def test_stages_fill_the_epochs_and_fall_by_ten_to_the_final_lr(calibrated: Calibrated) -> None:
    stages, schedule = calibrated.stages, calibrated.schedule
    assert sum(stage.epochs for stage in stages) == schedule.epochs
    assert all(stage.epochs >= 1 for stage in stages)
    assert schedule.stages() == tuple((stage.start, stage.lr) for stage in stages)
    assert stages[-1].lr in (IMAGENET.lr_final, CIFAR.lr_final)
    for before, after in pairwise(stages):
        assert math.isclose(before.lr, 10 * after.lr)
        assert after.start == before.start + before.epochs


@given(st.integers(1, 4), st.integers(5, 1000))
def test_no_stage_is_longer_than_the_cap_but_a_lengthened_first_one(
    decades: int, epochs: int
) -> None:
    calibrated = calibrate(epochs, 1e-5 * 10**decades, IMAGENET)
    assert all(stage.epochs <= 30 for stage in calibrated.stages[1:])
    too_long = calibrated.stages[0].epochs > 30
    assert too_long is (epochs > 30 * (decades + 1))
    assert too_long is any("collide" in note for note in calibrated.notes)


@given(st.integers(1, 4), st.integers(5, 400))
def test_later_stages_are_never_longer_than_earlier_ones(decades: int, epochs: int) -> None:
    lengths = [stage.epochs for stage in calibrate(epochs, 1e-5 * 10**decades, IMAGENET).stages]
    assert lengths == sorted(lengths, reverse=True)
