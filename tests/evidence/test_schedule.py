"""The LR of every epoch, the number of epochs, and what follows from the first LR stage."""

import math
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.evidence import Evidence
from prune_audit.schedules import parse_lr

Submit = Callable[..., Evidence]
Log = Callable[..., str]


def of(evidence: Evidence, what: What) -> Check:
    """Return the one check of a thing."""
    [check] = [check for check in evidence.checks if check.what is what]
    return check


def with_lrs(
    submit: Submit, log: Log, declared: str, lrs: Sequence[str], *, first: int = 0, epochs: str = ""
) -> Check:
    """Return the check of the schedule of a run with these LRs."""
    text = log(lrs, ["90.00"] * len(lrs), first)
    stage = {"epochs": epochs or str(len(lrs)), "lr": declared}
    row = {"retraining": stage, "top1": "90.00"}
    return of(submit({"seed0.csv": text}, row=row), What.SCHEDULE)


@pytest.mark.parametrize("first", [0, 1])
def test_the_declared_schedule_is_verified(submit: Submit, log: Log, first: int) -> None:
    lrs = ["0.01"] * 3 + ["0.001"] * 3
    assert with_lrs(submit, log, "0:1e-2,3:1e-3", lrs, first=first).status is Status.VERIFIED


@pytest.mark.parametrize(
    ("declared", "update"),
    [
        ("cosine 1e-1 to 0", lambda n: 0.1 * (1 + math.cos(math.pi * n / 20)) / 2),
        ("cosine 1e-1 to 0", lambda n: 0.1 * (1 + math.cos(math.pi * (n + 0.999) / 20)) / 2),
        ("linear 1e-1 to 0", lambda n: 0.1 * (1 - (n + 0.5) / 20)),
        ("exponential 1e-1 by 0.9", lambda n: 0.1 * 0.9**n),
        ("step 1e-1 at 10 by 0.1 warmup 5 from 0", lambda n: 0.1 * min(1, (n + 1) / 5)
         if n < 10 else 0.01),
    ],
)  # fmt: skip
def test_an_lr_of_any_point_inside_its_epoch_agrees(
    submit: Submit, log: Log, declared: str, update: Callable[[int], float]
) -> None:
    lrs = [repr(update(n)) for n in range(20)]
    assert with_lrs(submit, log, declared, lrs).status is Status.VERIFIED


@pytest.mark.parametrize("digits", [".4f", ".2e", "g", ".6g", ""])
def test_an_lr_agrees_as_it_was_rounded(submit: Submit, log: Log, digits: str) -> None:
    lrs = [format(0.1 * 0.97**n, digits) for n in range(20)]
    assert with_lrs(submit, log, "exponential 1e-1 by 0.97", lrs).status is Status.VERIFIED


def test_a_log_of_the_next_epoch_s_lr_agrees_and_says_so(submit: Submit, log: Log) -> None:
    check = with_lrs(submit, log, "0:1e-2,3:1e-3", ["0.01"] * 2 + ["0.001"] * 4)
    assert (check.status, "next epoch" in check.message) == (Status.VERIFIED, True)


def test_a_step_that_is_one_epoch_off_alone_is_contradicted(submit: Submit, log: Log) -> None:
    lrs = ["0.01"] * 2 + ["0.001"] * 2 + ["0.0001"] * 2
    check = with_lrs(submit, log, "0:1e-2,3:1e-3,4:1e-4", lrs)
    assert check.status is Status.CONTRADICTED
    assert "first differing epoch 2 " in check.message
    assert check.anchors[1].line == 4


def test_the_epoch_is_named_as_the_log_counts(submit: Submit, log: Log) -> None:
    lrs = ["0.01"] * 6
    assert "first differing epoch 3 " in with_lrs(submit, log, "0:1e-2,3:1e-3", lrs).message
    check = with_lrs(submit, log, "0:1e-2,3:1e-3", lrs, first=1)
    assert "first differing epoch 4 (counted from 1)" in check.message


def test_an_lr_with_too_few_digits_shows_nothing(submit: Submit, log: Log) -> None:
    check = with_lrs(submit, log, "constant 1.2e-2", ["0.01"] * 4)
    assert check.status is Status.NOT_VERIFIED
    assert with_lrs(submit, log, "constant 1e-2", ["0.01"] * 4).status is Status.VERIFIED


def test_a_partly_stated_schedule_is_never_verified(submit: Submit, log: Log) -> None:
    lrs = ["0.01"] * 3 + ["0.001"] * 3
    check = with_lrs(submit, log, "step 1e-2 at 3", lrs)
    assert check.status is Status.NOT_VERIFIED
    assert with_lrs(submit, log, "step 2e-2 at 3", lrs).status is Status.CONTRADICTED
    assert with_lrs(submit, log, "initial 2e-2", lrs).status is Status.CONTRADICTED
    late = with_lrs(submit, log, "step 1e-2 at 3", ["0.01"] * 6)
    assert (late.status, "stays 0.01 at epoch 3" in late.message) == (Status.CONTRADICTED, True)
    assert with_lrs(submit, log, "cosine 1e-2", lrs).status is Status.NOT_VERIFIED


def test_a_log_without_lr_leaves_the_schedule_unverified(submit: Submit) -> None:
    text = "epoch,acc\n" + "".join(f"{n},93.08\n" for n in range(8))
    columns = {"epoch": "epoch", "accuracy": "acc"}
    check = of(submit({"seed0.csv": text}, columns=columns), What.SCHEDULE)
    assert (check.status, "no column 'lr'" in check.message) == (Status.NOT_VERIFIED, True)


SCHEDULES = st.one_of(
    st.tuples(
        st.integers(2, 20), st.integers(1, 19), st.sampled_from(["1e-1", "3e-2", "0.005"])
    ).map(lambda t: (t[0] + t[1], f"step {t[2]} at {t[1]} by 0.1")),
    st.tuples(st.integers(2, 40), st.sampled_from(["1e-1", "2e-2"])).map(
        lambda t: (t[0], f"cosine {t[1]} to 0")
    ),
    st.tuples(st.integers(6, 40), st.integers(1, 5)).map(
        lambda t: (t[0], f"cosine 1e-1 to 1e-4 warmup {t[1]} from 0")
    ),
)


@given(
    SCHEDULES, st.floats(0, 0.99), st.integers(0, 1),
    st.sampled_from(["", "g", ".6g", ".8f", ".5e"]),
)  # fmt: skip
def test_a_simulated_log_of_the_declared_schedule_is_never_contradicted(
    drawn: tuple[int, str], inside: float, first: int, digits: str
) -> None:
    epochs, text = drawn
    schedule = parse_lr(text).over(epochs)
    lrs = [format(schedule.at(n + inside), digits) for n in range(epochs)]
    assert checked(text, epochs, lrs, first).status is not Status.CONTRADICTED


@given(st.integers(6, 30), st.data())
def test_one_changed_lr_is_found_at_its_epoch(epochs: int, data: st.DataObject) -> None:
    milestone = data.draw(st.integers(2, epochs - 3), label="milestone")
    epoch = data.draw(st.integers(0, epochs - 1), label="epoch")
    lrs = ["0.01" if n < milestone else "0.001" for n in range(epochs)]
    lrs[epoch] = "0.02"
    check = checked(f"step 1e-2 at {milestone} by 0.1", epochs, lrs, 0)
    assert check.status is Status.CONTRADICTED
    assert f"first differing epoch {epoch} " in check.message


def checked(declared: str, epochs: int, lrs: Sequence[str], first: int) -> Check:
    """Return the check of a schedule without any file."""
    from prune_audit.claim import Stage
    from prune_audit.evidence.case import RunEvidence
    from prune_audit.evidence.logs import Columns, read_log
    from prune_audit.evidence.schedule import compared
    from prune_audit.forms import FormReader
    from prune_audit.places import Place
    from prune_audit.problems import Collector
    from prune_audit.submission import RunFiles
    from prune_audit.yamltext import parse

    rows = "".join(f"{n + first},{lr}\n" for n, lr in enumerate(lrs))
    curve = read_log(f"epoch,lr\n{rows}".encode(), "a.csv", Columns(), Place("a.csv")).curve
    reader, at = FormReader(Collector()), Place("a.yaml")
    stage = reader.read(
        Stage,
        parse(f'{{epochs: {epochs}, lr: "{declared}"}}', "a.yaml")[0],
        "a stage",
        at,
        place=at,
    )
    run = reader.read(RunFiles, parse("{seed: 0}", "a.yaml")[0], "a run", at, place=at)
    assert curve is not None
    return compared(stage, RunEvidence(run, "seed 0", curve), curve)


def test_fewer_epochs_than_declared_are_contradicted(submit: Submit, log: Log) -> None:
    text = "".join(log().splitlines(keepends=True)[:7])
    check = of(submit({"seed0.csv": text}), What.EPOCHS)
    assert (check.status, check.found) == (Status.CONTRADICTED, "6")


def test_a_run_that_was_continued_is_contradicted(submit: Submit, log: Log) -> None:
    text = log() + "8,0.0001,95.00,93.40\n"
    assert of(submit({"seed0.csv": text}), What.EPOCHS).status is Status.CONTRADICTED


def test_a_test_before_training_is_no_epoch_too_many(submit: Submit, log: Log) -> None:
    rows = log(first=1).splitlines(keepends=True)
    text = "".join([rows[0], "0,0.01,,10.02\n", *rows[1:]])
    evidence = submit({"seed0.csv": text})
    assert of(evidence, What.EPOCHS).status is not Status.CONTRADICTED
    assert of(evidence, What.SCHEDULE).status is Status.VERIFIED


def test_epochs_that_are_stated_roughly_are_not_verified(submit: Submit) -> None:
    for text, expected in (
        ("~8", Status.NOT_VERIFIED),
        (">0", Status.NOT_VERIFIED),
        (">9", Status.CONTRADICTED),
    ):
        stage = {"epochs": text, "lr": "0:1e-2,4:1e-3,6:1e-4"}
        assert of(submit(row={"retraining": stage}), What.EPOCHS).status is expected


def test_the_log_of_a_scratch_row_is_set_against_its_own_stage(submit: Submit) -> None:
    scratch = {"budget": "E", "epochs": "8", "lr": "0:1e-2,4:1e-3,6:1e-4"}
    row = {
        "base": "none", "network": "resnet56", "dataset": "cifar10", "scratch": scratch,
        "pruning": None, "retraining": None,
    }  # fmt: skip
    evidence = submit(row=row)
    assert of(evidence, What.SCHEDULE).status is Status.VERIFIED
    assert of(evidence, What.EPOCHS).status is Status.VERIFIED


def test_a_row_without_retraining_has_no_schedule_to_compare(submit: Submit) -> None:
    evidence = submit(row={"retraining": "none"})
    assert {check.what for check in evidence.checks}.isdisjoint({What.SCHEDULE, What.EPOCHS})
