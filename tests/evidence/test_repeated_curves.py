"""Runs of different seeds with one accuracy curve, and runs that only look alike."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.evidence import Evidence

Submit = Callable[..., Evidence]
Write = Callable[..., Path]
Read = Callable[..., tuple[Evidence, ...]]
EPOCHS = 12
ROW = {"retraining": {"epochs": str(EPOCHS), "lr": "constant 1e-2"}, "runs": "2"}
RISING = [f"{80 + n}.25" for n in range(EPOCHS)]


def a_log(accuracies: Sequence[str], loss: int = 1) -> str:
    """Return a log whose losses differ with ``loss``."""
    rows = [f"{n},0.01,{loss}.{n},{top1}" for n, top1 in enumerate(accuracies)]
    return "\n".join(["epoch,lr,loss,acc", *rows, ""])


def repeated(evidence: Evidence) -> list[Check]:
    return [check for check in evidence.checks if check.what is What.CURVES]


def two(first: Sequence[str], second: Sequence[str]) -> dict[str, str]:
    return {"a.csv": a_log(first), "b.csv": a_log(second, loss=2)}


def test_a_copied_log_with_other_losses_is_noticed(submit: Submit) -> None:
    evidence = submit(two(RISING, RISING), row=ROW, columns={"accuracy": "acc"})
    [check] = repeated(evidence)
    assert check.status is Status.CONTRADICTED
    assert "seed 0 and seed 1 have the same test accuracy in all 12 epochs" in check.message
    verified = [one for one in evidence.checks if one.status is Status.VERIFIED]
    assert What.SEEDS not in {one.what for one in verified}


def test_accuracies_are_compared_by_value_and_not_by_their_digits(submit: Submit) -> None:
    longer = [f"{top1}0" for top1 in RISING]
    assert repeated(submit(two(RISING, longer), row=ROW, columns={"accuracy": "acc"}))


@pytest.mark.parametrize(
    "accuracies",
    [
        ["10.00"] * EPOCHS,
        ["97.33", "97.44"] * (EPOCHS // 2),
        [*RISING[:9], "90.00", "90.00", "90.00"][:6] + ["90.00"] * 6,
    ],
)
def test_flat_and_saturated_curves_may_agree_by_chance(
    submit: Submit, accuracies: list[str]
) -> None:
    assert not repeated(submit(two(accuracies, accuracies), row=ROW, columns={"accuracy": "acc"}))


def test_one_other_accuracy_is_another_curve(submit: Submit) -> None:
    other = [*RISING[:-1], "93.50"]
    assert not repeated(submit(two(RISING, other), row=ROW, columns={"accuracy": "acc"}))


def test_one_seed_that_is_run_twice_gives_one_curve(
    tmp_path: Path, write_submission: Write, read_evidence: Read
) -> None:
    paths = [
        write_submission(
            tmp_path / name, {"log.csv": a_log(RISING, loss)}, row={**ROW, "runs": "1"},
            runs=[{"seed": "3", "log": "log.csv"}], columns={"accuracy": "acc"}, name=name,
        )
        for loss, name in enumerate(("one", "two"), 1)
    ]  # fmt: skip
    assert [repeated(evidence) for evidence in read_evidence(*paths)] == [[], []]


def test_two_submissions_with_one_curve_under_two_seeds_are_both_told(
    tmp_path: Path, write_submission: Write, read_evidence: Read
) -> None:
    paths = [
        write_submission(
            tmp_path / name, {"log.csv": a_log(RISING, seed + 1)}, row={**ROW, "runs": "1"},
            runs=[{"seed": str(seed), "log": "log.csv"}], columns={"accuracy": "acc"}, name=name,
        )
        for seed, name in enumerate(("one", "two"))
    ]  # fmt: skip
    [one], [other] = (repeated(evidence) for evidence in read_evidence(*paths))
    assert "seed 0 has the test accuracy of seed 1 of the submission two" in one.message
    assert "seed 1 has the test accuracy of seed 0 of the submission one" in other.message


def test_honest_runs_on_a_small_test_set_are_told_apart() -> None:
    """Runs of 12 epochs on 899 images whose seeds move the accuracy by one image only."""
    from prune_audit.evidence.repeated import LEAST_VALUES

    source = random.Random(5)
    centres = [899 * (97 - 20 * 0.7**n) / 100 for n in range(EPOCHS)]
    curves = [tuple(round(source.gauss(centre, 1.0)) for centre in centres) for _ in range(1000)]
    compared = [curve for curve in curves if len(set(curve)) >= LEAST_VALUES]
    assert len(compared) > 500
    assert len(set(compared)) == len(compared)
