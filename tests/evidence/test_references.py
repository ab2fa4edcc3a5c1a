"""A row against reference points made of runs of its own recipe."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from prune_audit.claim import Claim
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.evidence import Evidence
from prune_audit.evidence.references import (
    Role,
    reference_checks,
    references_of,
    submission_checks,
)
from prune_audit.findings import Hit
from prune_audit.load import load_text
from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training, Weights
from prune_audit.reruns.reference_points import Point, points_of
from prune_audit.reruns.run import Count, Epoch, Run
from prune_audit.reruns.store import Store
from prune_audit.rules.references import above_reference, below_reference
from prune_audit.settings import Settings

BASE = Training(40, "0:1e-1,20:1e-2,30:1e-3", 64, 5e-4)
RECIPE = Training(10, "0:1e-3,5:1e-4", 64, 5e-4)
L1 = Pruning("l1", (0.9,))
SUBMITTED = "submission: {id: one, track: digits, result: l1-8.86x, runs: none}\n"
SPEEDS = {0.9: 8.86, 0.85: 6.0, 0.93: 11.0, 0.5: 2.0}


def runs(
    counts: Sequence[int] = (730, 735, 740, 745), pruning: Pruning = L1, **changes: Any
) -> list[Run]:
    """Return finished runs on the digits with so many right answers of 899, by seed."""
    one = Experiment(Data("digits"), "resnet8", 0, RECIPE, pruning, BASE)
    one = replace(one, **changes)
    macs = round(763_000 / SPEEDS[pruning.ratios[0]])
    return [
        Run(
            replace(one, seed=seed),
            (Epoch(1e-3, 1.0, Count(800, 896), 1.0, Count(count, 899), 0.1),),
            macs, 9_000, 763_000, 77_754,
        )
        for seed, count in enumerate(counts)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def text(claims: Path) -> str:
    return (claims / "example-digits.yaml").read_text()


def checked(
    text: str, role: Role, points: Sequence[Point], row: str = "l1-8.86x", **changes: str
) -> Check:
    for change in changes.values():
        old, _, new = change.partition(" -> ")
        assert old in text, old
        text = text.replace(old, new)
    (check,) = reference_checks(claim_of(text).results[row], role, points)
    return check


def claim_of(text: str) -> Claim:
    loaded = load_text(text, "a.yaml")
    assert loaded.claim is not None
    assert not loaded.problems, loaded.problems
    return loaded.claim


def test_a_row_where_its_recipe_leads_is_verified_on_both_sides(text: str) -> None:
    points = points_of(runs())
    for role in Role:
        check = checked(text, role, points)
        assert check.status is Status.VERIFIED, check.message
        assert check.what is role.what


def test_a_baseline_far_below_is_contradicted_with_numbers_and_ids(text: str) -> None:
    made = runs()
    check = checked(text, Role.BASELINE, points_of(made), top1="82.02+-4.43 -> 62.02")
    assert check.status is Status.CONTRADICTED
    assert check.claimed == "62.02"
    for shown in (
        "below", "n = 4", "p = ", "8.86x", "0:1e-3,5:1e-4", made[0].experiment.id, "and 1 more",
    ):  # fmt: skip
        assert shown in check.message, shown
    assert check.anchors[0].line == text[: text.index("82.02")].count("\n") + 1
    assert check.fix


def test_a_result_far_above_is_contradicted_and_a_baseline_there_is_not(text: str) -> None:
    points = points_of(runs())
    high = "82.02+-4.43 -> 97.02"
    assert checked(text, Role.RESULT, points, top1=high).status is Status.CONTRADICTED
    assert checked(text, Role.BASELINE, points, top1=high).status is Status.VERIFIED


def test_between_two_references_the_message_names_both(text: str) -> None:
    slower = runs((760, 765, 770), replace(L1, ratios=(0.85,)))
    faster = runs((700, 705, 710), replace(L1, ratios=(0.93,)))
    points = points_of([*slower, *faster])
    check = checked(text, Role.BASELINE, points)
    assert check.status is Status.VERIFIED
    assert "between" in check.message
    assert "log(rate)" in check.message
    low = checked(text, Role.BASELINE, points, top1="82.02+-4.43 -> 42.02")
    assert low.status is Status.CONTRADICTED


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("top1: 82.02+-4.43 -> top1: unreported", "its accuracy is unreported"),
        ("top1: 82.02+-4.43 -> top1: '>82'", "its accuracy is >82"),
        ('lr: "0:1e-3,5:1e-4" -> lr: unreported', "LR schedule of its retraining is unreported"),
        ('lr: "0:1e-3,5:1e-4" -> lr: step 1e-3 at 5', "LR of retraining"),
        ("weight_decay: 5e-4, batch_size: 64, augmentation: standard, source -> "
         "batch_size: 64, augmentation: standard, source", "weight decay of retraining"),
        ("{optimizer: sgd, momentum: 0.9, weight -> {momentum: 0.9, weight", "optimizer"),
        ("batch_size: 64, augmentation: standard, source -> "
         'batch_size: "~64", augmentation: standard, source', "batch size"),
        ("criterion: L1-norm, ratio: 0.9 -> criterion: L1-norm", "pruning ratio is unverified"),
        ("criterion: L1-norm, ratio -> criterion: HRank, ratio", "its method (HRank, filter)"),
        ("criterion: L1-norm, ratio -> scope: global, criterion: L1-norm, ratio", "over all"),
        ("schedule: one-shot -> schedule: iterative", "iterative"),
        ("schedule: one-shot, epochs: 0 -> schedule: one-shot, epochs: 30", "30"),
        ("weights: own -> weights: unreported", "weights of its base model are unreported"),
        ("evaluated_on: test -> evaluated_on: validation", "validation split"),
        ("dataset: digits -> dataset: unreported", "data set is unreported"),
        ("augmentation: standard, source -> augmentation: randaugment, source", "randaugment"),
        ("augmentation: standard, source -> augmentation: standard, mixup: yes, source", "mixup"),
    ],
)  # fmt: skip
def test_a_fact_that_is_not_known_or_does_not_fit_is_named(
    text: str, change: str, named: str
) -> None:
    check = checked(text, Role.BASELINE, points_of(runs()), change=change)
    assert check.status is Status.NOT_VERIFIED
    assert named in check.message


def test_an_unknown_speedup_is_named(text: str) -> None:
    bare = text.replace("  speedup: 8.86x\n  macs: 86.1k\n", "")
    check = checked(bare, Role.BASELINE, points_of(runs()))
    assert check.status is Status.NOT_VERIFIED
    assert "its speedup is unverified" in check.message


def test_a_row_that_prints_its_macs_is_looked_up_by_them(text: str) -> None:
    bare = text.replace("  speedup: 8.86x\n", "")
    assert checked(bare, Role.BASELINE, points_of(runs())).status is Status.VERIFIED


@pytest.mark.parametrize(
    ("points", "named"),
    [
        ((), "no reference at all"),
        (points_of(runs((700, 710))), "takes 3 finished runs"),
        (points_of(runs(training=replace(RECIPE, lr="0:1e-1,5:1e-2"))), "0:1e-1,5:1e-2"),
        (points_of(runs(base=replace(BASE, epochs=80))), "80 epochs"),
        (points_of(runs(base=Weights("a" * 64))), "aaaaaaaaaaaa"),
        (points_of(runs(pruning=replace(L1, ratios=(0.5,)))), "extrapolated"),
        (points_of(runs(data=Data("digits", "abc"))), "files of one's own"),
    ],
)
def test_what_no_reference_covers_is_not_verified(
    text: str, points: tuple[Point, ...], named: str
) -> None:
    for role in Role:
        check = checked(text, role, points, top1="82.02+-4.43 -> 22.02")
        assert check.status is Status.NOT_VERIFIED
        assert named in check.message


def test_the_best_epoch_is_compared_with_best_epochs(text: str) -> None:
    made = runs((700, 701, 702))
    peak = [
        replace(run, history=(run.history[0]._replace(test=Count(850, 899)), *run.history))
        for run in made
    ]
    points = points_of(peak)
    high = "82.02+-4.43 -> 94.5"
    assert checked(text, Role.RESULT, points, top1=high).status is Status.CONTRADICTED
    for selection in ("best-epoch", "mean", "unreported"):
        kind = f"selection: last-epoch -> selection: {selection}"
        check = checked(text, Role.RESULT, points, top1=high, kind=kind)
        assert check.status is Status.VERIFIED, check.message
        assert "best epoch" in check.message
    picked = "selection: last-epoch -> selection: best-run"
    check = checked(text, Role.RESULT, points, top1=high, kind=picked)
    assert check.status is Status.NOT_VERIFIED


def test_runs_that_may_share_one_trained_base_model_are_one_draw(text: str) -> None:
    low = "82.02+-4.43 -> 77.02+-0.50"
    once = text.replace("98.71+-0.37", "98.71").replace(
        "    runs: 5\n    source: base", "    source: base"
    )
    points = points_of(runs())
    assert "t prediction" in checked(once, Role.BASELINE, points, top1=low).message
    assert "Welch" in checked(text, Role.BASELINE, points, top1=low).message
    several = once.replace("    source: base models", "    runs: 5\n    source: base models")
    assert "Welch" in checked(several, Role.BASELINE, points, top1=low).message


def test_runs_from_published_weights_are_draws_of_their_own(text: str) -> None:
    digest = "b" * 64
    once = text.replace("98.71+-0.37", "98.71").replace("weights: own", f"weights: sha256:{digest}")
    points = points_of(runs(base=Weights(digest)))
    check = checked(once, Role.BASELINE, points, top1="82.02+-4.43 -> 77.02+-0.50")
    assert "Welch" in check.message
    assert check.status is Status.CONTRADICTED


def test_a_base_model_of_another_file_is_known_by_what_that_file_says(text: str) -> None:
    owner = load_text(text, "somewhere/baselines.yaml").claim
    assert owner is not None
    start, end = text.index("    pretraining:"), text.index("    runs: 5")
    borrowed = (text[:start] + text[end:]).replace("weights: own", "weights: own:baselines")
    row = claim_of(borrowed).results["l1-8.86x"]
    points = points_of(runs())
    (known,) = reference_checks(row, Role.BASELINE, points, owner.base_models.values())
    assert known.status is Status.VERIFIED
    (unknown,) = reference_checks(row, Role.BASELINE, points)
    assert "how its base model was trained" in unknown.message
    stranger = claim_of(text).base_models.values()
    (other,) = reference_checks(row, Role.BASELINE, points, stranger)
    assert other.status is Status.NOT_VERIFIED


def test_single_weights_are_looked_up_by_their_sparsity(text: str) -> None:
    masks = Pruning("magnitude", (0.9,), scope="global")
    made = [replace(run, macs=763_000, sparsity=0.9) for run in runs(pruning=masks)]
    rows = text.replace("granularity: filter", "granularity: weight, scope: global").replace(
        "criterion: L1-norm", "criterion: magnitude"
    )
    check = checked(rows, Role.BASELINE, points_of(made), top1="82.02+-4.43 -> 62.02")
    assert check.status is Status.CONTRADICTED
    assert "90 % sparsity" in check.message
    silent = rows.replace(", scope: global", "")
    assert "pruning scope" in checked(silent, Role.BASELINE, points_of(made)).message


def test_a_submission_has_its_row_and_the_rows_it_is_compared_with_checked(text: str) -> None:
    claim = claim_of(text)
    found = list(submission_checks(claim, claim.results["random-8.86x"], points_of(runs())))
    assert [(check.what, check.message.split()[0]) for check in found] == [
        (What.RESULT_REFERENCE, "random-8.86x"),
        (What.BASELINE_REFERENCE, "l1-8.86x"),
    ]
    assert [check.status for check in found] == [Status.NOT_VERIFIED, Status.VERIFIED]


def test_the_rules_report_what_is_contradicted_and_nothing_else(text: str) -> None:
    points = points_of(runs())
    below = checked(text, Role.BASELINE, points, top1="82.02+-4.43 -> 62.02")
    above = checked(text, Role.RESULT, points, top1="82.02+-4.43 -> 97.02")
    fine = checked(text, Role.BASELINE, points)
    claim = claim_of(text)
    result = claim.results["l1-8.86x"]
    submission = claim_of(text + SUBMITTED).submission
    assert submission is not None
    evidence = Evidence(claim, submission, result, (below, above, fine))
    settings = Settings()
    assert list(below_reference(evidence, settings)) == [
        Hit(below.message, below.anchors, below.fix)
    ]
    assert list(above_reference(evidence, settings)) == [
        Hit(above.message, above.anchors, above.fix)
    ]


def test_references_come_from_a_store(tmp_path: Path, text: str) -> None:
    store = Store(tmp_path / "store")
    for run in runs():
        store.save(run)
    found = references_of(store.folder)
    assert checked(text, Role.BASELINE, found.points).status is Status.VERIFIED
