"""Logs with several rows per epoch: LRs that differ inside an epoch, and whose they can be."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.evidence import Evidence
from prune_audit.schedules import parse_lr
from prune_audit.schedules.schedule import Schedule

Submit = Callable[..., Evidence]
Row = tuple[int, object, str]
STEPS = 4
COLUMNS = {"epoch": "epoch", "lr": "lr", "accuracy": "acc"}


def schedule_of(submit: Submit, declared: str, epochs: int, rows: Sequence[Row]) -> Check:
    """Return the check of a schedule against rows of epoch, LR and accuracy."""
    text = "\n".join(["epoch,lr,acc", *(",".join(map(str, row)) for row in rows), ""])
    row = {"retraining": {"epochs": str(epochs), "lr": declared}, "top1": "90.00"}
    evidence = submit({"seed0.csv": text}, row=row, columns=COLUMNS)
    [check] = [check for check in evidence.checks if check.what is What.SCHEDULE]
    return check


def constant_rows(epochs: int, lr: str = "0.01") -> list[Row]:
    return [(n, lr, "90.00") for n in range(epochs)]


def by_step(schedule: Schedule, epochs: int) -> list[Row]:
    """Return a row per step, and a test at the end of each epoch behind the scheduler's step."""
    rows: list[Row] = []
    for n in range(epochs):
        rows += [(n, schedule.at(n + step / STEPS), "") for step in range(STEPS)]
        rows.append((n, schedule.at(min(n + 1, epochs - 1e-9)), "90.00"))
    return rows


def test_another_lr_in_a_second_row_of_one_epoch_is_contradicted(submit: Submit) -> None:
    rows: list[Row] = constant_rows(8)
    rows.insert(6, (5, "0.5", ""))
    check = schedule_of(submit, "constant 1e-2", 8, rows)
    assert check.status is Status.CONTRADICTED
    assert "first differing epoch 5 (counted from 0): another row" in check.message
    assert "LR 0.5, the declared schedule 0.01" in check.message
    assert check.anchors[1].line == 8


@pytest.mark.parametrize(
    "declared",
    [
        "cosine 1e-1 to 0",
        "linear 1e-1 to 1e-3",
        "exponential 1e-1 by 0.9",
        "0:1e-1,5:1e-2,8:1e-3",
        "step 1e-1 at 5/8 by 0.1 warmup 2 from 0",
        "cosine 1e-1 to 1e-4 warmup 1 from 1e-3",
    ],
)
def test_a_log_of_every_step_agrees(submit: Submit, declared: str) -> None:
    rows = by_step(parse_lr(declared).over(10), 10)
    assert schedule_of(submit, declared, 10, rows).status is Status.VERIFIED


def test_a_test_row_with_the_lr_of_the_next_epoch_agrees(submit: Submit) -> None:
    rows: list[Row] = []
    for n, (lr, following) in enumerate([("0.01", "0.01"), ("0.01", "0.001"), ("0.001", "0.001")]):
        rows += [(n, lr, ""), (n, following, "90.00")]
    assert schedule_of(submit, "0:1e-2,2:1e-3", 3, rows).status is Status.VERIFIED


def test_the_lr_behind_the_last_epoch_may_have_been_lowered_once_more(submit: Submit) -> None:
    rows: list[Row] = [*constant_rows(4), (3, "0.001", "")]
    assert schedule_of(submit, "constant 1e-2", 4, rows).status is Status.VERIFIED


@pytest.mark.parametrize("lr", ["0", "0.0", "none", "nan", "1_0", "0.0100"])
def test_a_second_row_without_an_lr_of_its_own_says_nothing(submit: Submit, lr: str) -> None:
    rows: list[Row] = constant_rows(6)
    rows.insert(3, (2, lr, ""))
    assert schedule_of(submit, "constant 1e-2", 6, rows).status is Status.VERIFIED


def test_a_second_lr_in_every_epoch_is_not_verified_and_not_accused(submit: Submit) -> None:
    rows: list[Row] = []
    for n, lr in enumerate([0.01] * 4 + [0.001] * 4):
        rows += [(n, lr, ""), (n, 10 * lr, "90.00")]
    check = schedule_of(submit, "0:1e-2,4:1e-3", 8, rows)
    assert check.status is Status.NOT_VERIFIED
    assert "have a second LR, 0.1 at first" in check.message


@given(
    st.integers(3, 12), st.sampled_from(["cosine 1e-1 to 0", "linear 2e-1 to 1e-3"]),
    st.sampled_from(["", "g", ".6g", ".4e", ".8f"]), st.integers(1, 6),
)  # fmt: skip
def test_a_simulated_log_of_steps_is_never_contradicted(
    epochs: int, declared: str, digits: str, steps: int
) -> None:
    from prune_audit.evidence.following import further_off, logged, shift_of
    from prune_audit.evidence.logs import Columns, read_log
    from prune_audit.places import Place

    schedule = parse_lr(declared).over(epochs)
    rows = [
        f"{n},{format(schedule.at(n + step / steps), digits)}\n"
        for n in range(epochs)
        for step in range(steps)
    ]
    text = "".join(["epoch,lr\n", *rows])
    curve = read_log(text.encode(), "a.csv", Columns(), Place("a.csv")).curve
    assert curve is not None
    lrs = logged(curve)
    shift = shift_of(curve, lrs, schedule)
    assert shift is not None
    assert further_off(lrs, schedule, shift) == []


def test_the_epochs_without_an_lr_are_named(submit: Submit) -> None:
    gap = schedule_of(submit, "constant 1e-2", 6, [r for r in constant_rows(6) if r[0] != 3])
    assert "LR of 5 of 6 epochs (none in epoch 3)" in gap.message
    rows = [(n, "" if n in (1, 2, 3, 4) else "0.01", "90.00") for n in range(6)]
    silent = schedule_of(submit, "constant 1e-2", 6, rows)
    assert "(none in epoch 1, 2, 3 and 1 more)" in silent.message
    assert silent.status is Status.NOT_VERIFIED
