"""Pairs under one recipe: which row is ahead, beyond noise, after Holm's correction."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from prune_audit.reruns.contest import Contest, Sign
from prune_audit.reruns.planned import Arm

Make = Callable[..., Any]
Write = Callable[..., str]
C = Arm.CALIBRATED
HIGH, LOW, ALIKE = [7600, 7610, 7620], [7500, 7510, 7520], [7596, 7612, 7625]


def fought(
    make: Make, claim: Write, ours: list[int], other: list[int], **comparison: Any
) -> Contest:
    """Return the contest of one pair; ours is printed one point ahead."""
    said = {"ours": "ours", "against": ["other"], "statement": "better", **comparison}
    text = claim({"ours": {"top1": "76.00"}, "other": {"top1": "75.00"}}, said)
    found = make(text, {("ours", C): ours, ("other", C): other}).concluded().contests
    assert len(found) == 1
    contest: Contest = found[0]
    return contest


def test_the_test_is_welchs(make: Make, claim: Write) -> None:
    found = fought(make, claim, [7600, 7622, 7610], [7500, 7570, 7590])
    expected = stats.ttest_ind([76, 76.22, 76.1], [75, 75.7, 75.9], equal_var=False)
    assert found.test is not None
    assert found.p == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval()
    assert found.test.low == pytest.approx(interval.low)
    assert found.test.high == pytest.approx(interval.high)
    assert found.by_seed is not None
    assert found.by_seed.wins == 3


@pytest.mark.parametrize(
    ("statement", "ours", "other", "sign"),
    [
        ("better", HIGH, LOW, Sign.HOLDS),
        ("better", LOW, HIGH, Sign.FAILS),
        ("better", HIGH, ALIKE, Sign.UNRESOLVED),
        ("significantly better", HIGH, LOW, Sign.HOLDS),
        ("significantly better", LOW, HIGH, Sign.FAILS),
        ("on par", HIGH, ALIKE, Sign.UNRESOLVED),
        ("on par", HIGH, LOW, Sign.HOLDS),
        ("on par", LOW, HIGH, Sign.FAILS),
        ("none", HIGH, LOW, Sign.HOLDS),  # the printed order
        ("none", LOW, HIGH, Sign.FAILS),
        ("better", [7600], [7500], Sign.OPEN),
        ("better", HIGH, LOW[:2], Sign.OPEN),  # fewer than three: nothing is concluded
    ],
)
def test_what_becomes_of_a_statement(
    make: Make, claim: Write, statement: str, ours: list[int], other: list[int], sign: Sign
) -> None:
    assert fought(make, claim, ours, other, statement=statement).sign == sign


def test_the_last_printed_digit_decides_between_rows_of_one_paper(make: Make, claim: Write) -> None:
    said = {"ours": "ours", "against": ["other"], "statement": "none"}
    text = claim({"ours": {"top1": "76.01"}, "other": {"top1": "76.00"}}, said)
    found = make(text, {("ours", C): HIGH, ("other", C): LOW}).concluded().contests[0]
    assert found.printed.sign == 1


def test_a_tie_in_print_states_no_sign(make: Make, claim: Write) -> None:
    said = {"ours": "ours", "against": ["other"], "statement": "none"}
    text = claim({"ours": {"top1": "76.0"}, "other": {"top1": "76.02"}}, said)
    found = make(text, {("ours", C): HIGH, ("other", C): LOW}).concluded().contests[0]
    assert found.printed.sign == 0
    assert found.sign is Sign.NONE
    assert not found.flipped


def test_means_in_the_other_order_are_a_flip_even_within_noise(make: Make, claim: Write) -> None:
    found = fought(make, claim, [7600, 7605, 7610], [7604, 7609, 7613])
    assert found.flipped
    assert found.winner == 0


def three(claim: Write) -> str:
    said = {"ours": "ours", "against": ["other", "third"], "statement": "better"}
    rows = {"ours": {"top1": "76.00"}, "other": {"top1": "75.00"}, "third": {"top1": "74.00"}}
    return claim(rows, said)


def test_holm_corrects_over_the_pairs_of_a_comparison(make: Make, claim: Write) -> None:
    answers = {("ours", C): HIGH, ("other", C): [7590, 7600, 7605], ("third", C): LOW}
    near, far = make(three(claim), answers).concluded().contests
    assert near.family == far.family == 2
    assert far.p == pytest.approx(2 * far.test.p)
    assert near.p == pytest.approx(near.test.p)


def test_pairs_without_runs_yet_count_so_that_no_p_grows_later(make: Make, claim: Write) -> None:
    some = {("ours", C): HIGH, ("other", C): LOW, ("third", C): [None, None, None]}
    found = make(three(claim), some).concluded().contests
    assert [one.family for one in found] == [2, 2]
    assert found[0].p == pytest.approx(2 * found[0].test.p)
    assert found[1].sign is Sign.OPEN


def test_each_arm_is_a_family_of_its_own(make: Make, claim: Write) -> None:
    answers = {
        ("ours", arm): HIGH for arm in (C, Arm.REPORTED)
    } | {("other", arm): LOW for arm in (C, Arm.REPORTED)}  # fmt: skip
    said = {"ours": "ours", "against": ["other"], "statement": "better"}
    text = claim({"ours": {"top1": "76.00"}, "other": {}}, said)
    found = make(text, answers).concluded().contests
    assert [(one.arm, one.family) for one in found] == [(C, 1), (Arm.REPORTED, 1)]


def test_every_comparison_is_a_family_of_its_own(make: Make, claim: Write) -> None:
    said = [
        {"ours": "ours", "against": ["other"], "statement": "better"},
        {"ours": "other", "against": ["ours"], "statement": "on par"},
    ]
    text = claim({"ours": {"top1": "76.00"}, "other": {}}, *said)
    found = make(text, {("ours", C): HIGH, ("other", C): LOW}).concluded().contests
    assert [one.family for one in found] == [1, 1]


def test_rows_under_different_arms_are_not_set_against_each_other(make: Make, claim: Write) -> None:
    said = {"ours": "ours", "against": ["other"], "statement": "better"}
    text = claim({"ours": {}, "other": {}}, said)
    answers = {("ours", C): HIGH, ("other", Arm.REPORTED): LOW}
    assert make(text, answers).concluded().contests == ()


def test_a_scratch_row_with_its_budget_as_label_meets_a_pruned_row(
    make: Make, claim: Write
) -> None:
    said = {"ours": "ours", "against": ["scratch"], "statement": "better"}
    scratch = {"scratch": {"epochs": 4, "lr": "constant 1e-1", "budget": "E"}}
    text = claim({"ours": {}, "scratch": scratch}, said)
    answers = {("ours", C): HIGH, ("scratch", C, "SX-A"): LOW}
    found = make(text, answers).concluded().contests
    assert [one.sign for one in found] == [Sign.HOLDS]


def test_trials_on_held_out_images_meet_nothing(make: Make, claim: Write) -> None:
    said = {"ours": "ours", "against": ["other"], "statement": "better"}
    text = claim({"ours": {}, "other": {}}, said)
    trials = {("ours", Arm.TUNED, "try 1e-2"): HIGH, ("other", Arm.TUNED, "try 1e-2"): LOW}
    chosen = {("ours", Arm.TUNED, "1e-2 chosen"): HIGH, ("other", Arm.TUNED, "1e-1 chosen"): LOW}
    assert make(text, trials).concluded().contests == ()
    assert len(make(text, trials | chosen).concluded().contests) == 1


LOSSLESS = {"ours": "ours", "statement": "lossless"}


@pytest.mark.parametrize(
    ("bases", "sign"),
    [
        ([7700, 7710, 7720], Sign.FAILS),
        ([7500, 7510, 7520], Sign.HOLDS),
        ([7605, 7609, 7618], Sign.UNRESOLVED),
        ([], Sign.OPEN),
    ],
)
def test_lossless_is_judged_against_the_base_models_of_the_same_seeds(
    make: Make, claim: Write, bases: list[int], sign: Sign
) -> None:
    made = make(claim({"ours": {}}, LOSSLESS), {("ours", C): HIGH}, bases=bases)
    found = made.concluded().contests
    assert [one.sign for one in found] == [sign]
    assert found[0].other.what == "own base"


def test_an_added_scratch_arm_is_set_beside_its_row(make: Make, claim: Write) -> None:
    answers = {("ours", C): HIGH, ("ours", Arm.SCRATCH, "Scratch-E"): LOW}
    found = make(claim({"ours": {}}), answers).concluded()
    assert [one.winner for one in found.contests] == [1]
    assert found.contests[0].sign is Sign.NONE
    assert found.beside[0].other.what == "Scratch-E"


counts = st.lists(st.integers(7000, 8000), min_size=3, max_size=5)


@given(counts, counts)
def test_exchanging_a_pair_mirrors_everything(
    make: Make, claim: Write, a: list[int], b: list[int]
) -> None:
    rows = {"a": {"top1": "76.00"}, "b": {"top1": "75.00"}}
    answers = {("a", C): a, ("b", C): b}
    found = []
    for ours, other in (("a", "b"), ("b", "a")):
        said = {"ours": ours, "against": [other], "statement": "none"}
        found += make(claim(rows, said), answers).concluded().contests
    one, mirrored = found
    assert one.test.difference == pytest.approx(-mirrored.test.difference)
    assert one.test.low == pytest.approx(-mirrored.test.high)
    assert one.test.high == pytest.approx(-mirrored.test.low)
    assert one.winner == -mirrored.winner
    assert (one.sign, one.flipped) == (mirrored.sign, mirrored.flipped)
