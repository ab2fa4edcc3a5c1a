"""Accuracies of the claim against the ends of the logs."""

from collections.abc import Callable
from typing import Any

import pytest

from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.evidence import Evidence

Submit = Callable[..., Evidence]
COUNTED = {"epoch": "epoch", "lr": "lr", "correct": "right", "total": "images"}


def only(evidence: Evidence, what: What) -> Check:
    """Return the one check of a thing."""
    [check] = [check for check in evidence.checks if check.what is what]
    return check


def status(evidence: Evidence, what: What) -> Status:
    return only(evidence, what).status


def three(log: Callable[..., str], ends: tuple[str, str, str]) -> dict[str, str]:
    """Return the logs of three runs that end with these accuracies."""
    start = ("90.21", "90.87", "90.74", "90.93", "92.05", "92.06", "92.10")
    return {
        f"seed{n}.csv": log(accuracies=(f"90.0{n}", *start[1:], end)) for n, end in enumerate(ends)
    }


def counted(right: int, images: int = 10_000) -> str:
    """Return a log of right answers that ends with so many."""
    rows = [f"{n},{lr},{min(9000, images)},{images}" for n, lr in enumerate(["0.01"] * 4)]
    rows += [f"4,0.001,9200,{images}", f"5,0.001,9200,{images}", f"6,0.0001,9200,{images}"]
    return "\n".join(["epoch,lr,right,images", *rows, f"7,0.0001,{right},{images}", ""])


def test_the_last_epoch_of_the_log_verifies_the_row(submit: Submit) -> None:
    check = only(submit(), What.ACCURACY)
    assert (check.status, check.claimed) == (Status.VERIFIED, "93.08")
    assert [place.line for place in check.anchors][1] == 9


@pytest.mark.parametrize("claimed", ["93.1", "93.08", "93.080", "93"])
def test_a_coarser_print_of_the_same_value_is_verified(submit: Submit, claimed: str) -> None:
    assert status(submit(row={"top1": claimed}), What.ACCURACY) is not Status.CONTRADICTED


def test_a_log_with_fewer_digits_than_the_claim_verifies_nothing(
    submit: Submit, log: Callable[..., str]
) -> None:
    whole = log(accuracies=("90", "90", "90", "90", "92", "92", "92", "93"))
    assert status(submit({"seed0.csv": whole}), What.ACCURACY) is Status.NOT_VERIFIED


def test_an_accuracy_that_no_epoch_has_is_contradicted(submit: Submit) -> None:
    check = only(submit(row={"top1": "93.58"}), What.ACCURACY)
    assert check.status is Status.CONTRADICTED
    assert "93.08" in check.message


def test_the_best_epoch_is_noticed_where_the_last_is_claimed(submit: Submit) -> None:
    evidence = submit(row={"top1": "93.10"})
    check = only(evidence, What.LAST_EPOCH)
    assert check.status is Status.CONTRADICTED
    assert "which is the best epoch" in check.message
    assert not list(evidence.of(What.ACCURACY))


def test_the_best_epoch_is_noticed_where_nothing_is_said(submit: Submit) -> None:
    evidence = submit(row={"top1": "93.10", "selection": "unreported"})
    assert "does not say which epoch" in only(evidence, What.LAST_EPOCH).message


def test_the_best_epoch_is_verified_where_the_row_says_so(submit: Submit) -> None:
    evidence = submit(row={"top1": "93.10", "selection": "best-epoch"})
    assert status(evidence, What.ACCURACY) is Status.VERIFIED


def test_which_epoch_validation_chose_is_not_verified(submit: Submit) -> None:
    chosen = {"selection": "best-on-validation"}
    assert status(submit(row={**chosen, "top1": "93.06"}), What.ACCURACY) is Status.NOT_VERIFIED
    assert status(submit(row={**chosen, "top1": "93.58"}), What.ACCURACY) is Status.CONTRADICTED


def test_a_log_that_ends_early_neither_verifies_nor_contradicts(
    submit: Submit, log: Callable[..., str]
) -> None:
    short = "".join(log().splitlines(keepends=True)[:6])
    for claimed in ("92.95", "95.00"):
        evidence = submit({"seed0.csv": short}, row={"top1": claimed})
        assert status(evidence, What.ACCURACY) is Status.NOT_VERIFIED


@pytest.mark.parametrize(
    ("right", "claimed", "expected"),
    [
        (9308, "93.08", Status.VERIFIED),
        (9308, "93.1", Status.VERIFIED),
        (9309, "93.08", Status.CONTRADICTED),
    ],
)
def test_counts_are_compared_exactly(
    submit: Submit, right: int, claimed: str, expected: Status
) -> None:
    evidence = submit({"a.csv": counted(right)}, columns=COUNTED, row={"top1": claimed})
    assert status(evidence, What.ACCURACY) is expected


def test_another_number_of_images_is_noticed(submit: Submit) -> None:
    evidence = submit({"a.csv": counted(9293, 9984)}, columns=COUNTED, row={"top1": "93.08"})
    assert "the test set has 10000" in only(evidence, What.COUNT).message


def test_an_accuracy_that_is_no_share_of_the_images_is_noticed(
    submit: Submit, log: Callable[..., str]
) -> None:
    evidence = submit({"a.csv": log().replace("93.08", "93.0812")})
    assert status(evidence, What.COUNT) is Status.CONTRADICTED
    assert status(evidence, What.ACCURACY) is Status.VERIFIED


def test_the_mean_of_the_runs_is_verified_with_its_spread(
    submit: Submit, log: Callable[..., str]
) -> None:
    logs = three(log, ("93.08", "92.90", "93.21"))
    row = {"top1": "93.06+-0.16", "runs": "3", "spread_is": "sample-std"}
    evidence = submit(logs, row=row)
    assert status(evidence, What.ACCURACY) is Status.VERIFIED
    assert status(evidence, What.SPREAD) is Status.VERIFIED


@pytest.mark.parametrize(
    ("kind", "spread"),
    [
        ("sample-std", "0.16"), ("population-std", "0.13"), ("standard-error", "0.09"),
        ("ci95", "0.39"), ("range", "0.31"), ("std", "0.13"), ("unreported", "0.09"),
    ],
)  # fmt: skip
def test_every_kind_of_spread_is_computed_again(
    submit: Submit, log: Callable[..., str], kind: str, spread: str
) -> None:
    logs = three(log, ("93.08", "92.90", "93.21"))
    row = {"top1": f"93.06+-{spread}", "runs": "3", "spread_is": kind}
    assert status(submit(logs, row=row), What.SPREAD) is Status.VERIFIED
    row["top1"] = "93.06+-0.05"
    assert status(submit(logs, row=row), What.SPREAD) is Status.CONTRADICTED


def test_a_wrong_mean_is_contradicted(submit: Submit, log: Callable[..., str]) -> None:
    logs = three(log, ("93.08", "92.90", "93.21"))
    evidence = submit(logs, row={"top1": "93.20", "runs": "3"})
    assert status(evidence, What.ACCURACY) is Status.CONTRADICTED


def test_the_best_run_is_the_highest_end(submit: Submit, log: Callable[..., str]) -> None:
    logs = three(log, ("93.08", "92.90", "93.21"))
    row = {"runs": "3", "selection": "best-run"}
    assert status(submit(logs, row={**row, "top1": "93.21"}), What.ACCURACY) is Status.VERIFIED
    assert status(submit(logs, row={**row, "top1": "93.08"}), What.ACCURACY) is Status.CONTRADICTED


def test_a_mean_needs_the_log_of_every_run(submit: Submit, log: Callable[..., str]) -> None:
    runs = [{"seed": "0", "log": "seed0.csv"}, {"seed": "1"}]
    evidence = submit({"seed0.csv": log()}, runs=runs, row={"runs": "2"})
    check = only(evidence, What.ACCURACY)
    assert (check.status, "1 of 2 runs" in check.message) == (Status.NOT_VERIFIED, True)


def test_stated_runs_contradict_a_mean_without_any_log(submit: Submit) -> None:
    runs = [{"seed": str(n), "top1": top1} for n, top1 in enumerate(("93.0", "93.2"))]
    evidence = submit({}, runs=runs, row={"runs": "2", "top1": "93.50"})
    assert status(evidence, What.ACCURACY) is Status.CONTRADICTED
    evidence = submit({}, runs=runs, row={"runs": "2", "top1": "93.10"})
    assert status(evidence, What.ACCURACY) is Status.NOT_VERIFIED


def test_each_run_is_compared_with_its_own_log(submit: Submit, log: Callable[..., str]) -> None:
    logs = three(log, ("93.08", "92.90", "93.21"))
    stated = ("93.08", "92.95", "93.21")
    runs: list[dict[str, Any]] = [
        {"seed": str(n), "log": file, "top1": stated[n]} for n, file in enumerate(logs)
    ]
    evidence = submit(logs, runs=runs, row={"top1": "93.06", "runs": "3"})
    [wrong] = evidence.of(What.RUN_ACCURACY)
    assert wrong.run == "seed 1"


def test_without_any_evidence_nothing_is_verified(submit: Submit) -> None:
    evidence = submit({}, runs=[])
    assert {check.status for check in evidence.checks} == {Status.NOT_VERIFIED}
    assert all(check.fix for check in evidence.checks)


def test_the_last_epoch_is_noticed_where_the_best_is_claimed(submit: Submit) -> None:
    evidence = submit(row={"top1": "93.08", "selection": "best-epoch"})
    assert "print the best epoch" in only(evidence, What.LAST_EPOCH).fix


def test_fractions_in_the_log_are_percent_in_the_claim(
    submit: Submit, log: Callable[..., str]
) -> None:
    start = ("0.9021", "0.9087", "0.9074", "0.9093", "0.9295", "0.9306", "0.9310")
    text = log(accuracies=(*start, "0.9308")).replace("95.00", "0.95")
    columns = {"epoch": "epoch", "lr": "lr", "accuracy": "acc", "unit": "fraction"}
    assert status(submit({"a.csv": text}, columns=columns), What.ACCURACY) is Status.VERIFIED


def with_counts(epoch: int, accuracy: str, *, unit: str = "") -> tuple[str, dict[str, str]]:
    """Return a log of counts with accuracies beside them, of which one epoch has this one."""
    rows = []
    for n, lr in enumerate(["0.01"] * 4 + ["0.001"] * 2 + ["0.0001"] * 2):
        right = 9300 + n
        told = accuracy if n == epoch else f"{right / 100:.2f}"
        rows.append(f"{n},{lr},{told},{right},10000")
    columns = {**COUNTED, "accuracy": "acc", **({"unit": unit} if unit else {})}
    return "\n".join(["epoch,lr,acc,right,images", *rows, ""]), columns


def test_the_count_of_every_epoch_is_compared(submit: Submit) -> None:
    text, columns = with_counts(3, "92.555")
    evidence = submit({"a.csv": text}, columns=columns, row={"top1": "93.07"})
    check = only(evidence, What.COUNT)
    assert check.status is Status.CONTRADICTED
    assert check.message == "epoch 3: 9303 of 10000 is 93.03 %, beside it stands 92.555"
    assert check.anchors[1].line == 5
    text, columns = with_counts(3, "93.03")
    evidence = submit({"a.csv": text}, columns=columns, row={"top1": "93.07"})
    assert status(evidence, What.COUNT) is Status.VERIFIED


def test_an_earlier_epoch_may_be_tested_on_a_part_of_the_images(submit: Submit) -> None:
    text = counted(9308).replace("0,0.01,9000,10000", "0,0.01,900,1000")
    evidence = submit({"a.csv": text}, columns=COUNTED, row={"top1": "93.08"})
    assert status(evidence, What.COUNT) is Status.VERIFIED


def test_shares_of_every_epoch_are_looked_at(submit: Submit, log: Callable[..., str]) -> None:
    text = log().replace("90.74", "90.7433")
    check = only(submit({"a.csv": text}), What.COUNT)
    assert "epoch 2: 90.7433 is no share of 10000 images" in check.message


@pytest.mark.parametrize("form", [".2f", ".4f", ".1f", ".4g", ".5g", ".6g", "", ".9g"])
def test_shares_agree_with_counts_in_any_usual_print(submit: Submit, form: str) -> None:
    """Of 899 images, from a few per cent up, so that the number of digits varies."""
    counts = (7, 83, 89, 90, 412, 799, 890, 899)
    lrs = ["0.01"] * 4 + ["0.001"] * 2 + ["0.0001"] * 2
    rows = [
        f"{n},{lr},{format(100 * right / 899, form)},{right},899"
        for n, (lr, right) in enumerate(zip(lrs, counts, strict=True))
    ]
    text = "\n".join(["epoch,lr,acc,right,images", *rows, ""])
    row = {"top1": "100.0", "dataset": "digits", "network": "resnet8", "base": "dense"}
    base = {"dataset": "digits", "network": "resnet8"}
    columns = {**COUNTED, "accuracy": "acc"}
    evidence = submit({"a.csv": text}, columns=columns, row=row, base=base)
    assert status(evidence, What.COUNT) is Status.VERIFIED
    without = {"epoch": "epoch", "lr": "lr", "accuracy": "acc"}
    evidence = submit({"a.csv": text}, columns=without, row=row, base=base)
    assert not list(evidence.of(What.COUNT))


def test_fractions_without_their_unit_are_told_apart_from_wrong_counts(submit: Submit) -> None:
    text, columns = with_counts(-1, "")
    for n in range(8):
        text = text.replace(f",{(9300 + n) / 100:.2f},", f",{(9300 + n) / 10000:.4f},")
    evidence = submit({"a.csv": text}, columns=columns, row={"top1": "93.07"})
    check = only(evidence, What.COUNT)
    assert "a fraction; so in 7 more epochs" in check.message
    assert check.fix == "write unit: fraction under logs"


def test_a_log_that_breaks_off_says_how_far_it_could_be_read(
    submit: Submit, log: Callable[..., str]
) -> None:
    evidence = submit({"a.csv": log().replace("92.95", "nan")})
    accuracy = only(evidence, What.ACCURACY)
    assert "could be read only up to epoch 3" in accuracy.message
    assert "last epoch that is there" in accuracy.found
    epochs = only(evidence, What.EPOCHS)
    assert "could be read only up to epoch 3: 4 epochs" in epochs.message


def best_of_three(log: Callable[..., str]) -> dict[str, str]:
    """Return three logs whose best epochs are 93.30, 93.20 and 93.60, the last ones lower."""
    start = ("90.21", "90.87", "90.74", "90.93", "92.05", "92.06")
    ends = (("93.30", "93.08"), ("93.20", "92.90"), ("93.60", "93.21"))
    return {
        f"seed{n}.csv": log(accuracies=(f"90.0{n}", *start[1:], *end)) for n, end in enumerate(ends)
    }


def test_the_spread_of_best_epochs_is_told_once_with_their_mean(
    submit: Submit, log: Callable[..., str]
) -> None:
    row = {"top1": "93.37+-0.21", "runs": "3", "spread_is": "sample-std"}
    evidence = submit(best_of_three(log), row=row)
    assert status(evidence, What.LAST_EPOCH) is Status.CONTRADICTED
    assert status(evidence, What.SPREAD) is Status.NOT_VERIFIED


def test_the_spread_of_best_epochs_beside_the_mean_of_the_last_is_contradicted(
    submit: Submit, log: Callable[..., str]
) -> None:
    row = {"top1": "93.06+-0.21", "runs": "3", "spread_is": "sample-std"}
    evidence = submit(best_of_three(log), row=row)
    assert status(evidence, What.SPREAD) is Status.CONTRADICTED
