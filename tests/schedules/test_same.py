"""Same, different or unknown: comparing LR schedules that sources state in whole or in part."""

from collections.abc import Sequence
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.answers import Answer
from prune_audit.schedules.notation import parse_lr, same_schedule
from prune_audit.schedules.schedule import equal

SAME, DIFFERENT, UNKNOWN = Answer.SAME, Answer.DIFFERENT, Answer.UNKNOWN
Span = tuple[float, float | None]
OPEN: Span = (0, None)


def exactly(epochs: float) -> Span:
    return epochs, epochs


def compare(a: str, b: str, epochs_a: Span, epochs_b: Span | None = None) -> Answer:
    """The answer, checked to be the same in either direction."""
    one, other = parse_lr(a), parse_lr(b)
    epochs_b = epochs_a if epochs_b is None else epochs_b
    found = same_schedule(one, epochs_a, other, epochs_b)
    assert same_schedule(other, epochs_b, one, epochs_a).answer is found.answer
    assert found.why
    return found.answer


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("0:1e-1,30:1e-1,60:1e-2", "0:1e-1,60:1e-2"),
        ("1e-3", "0:1e-3"),
        ("step 1e-2 at 30/60 by 0.1", "0:1e-2,30:1e-3,60:1e-4"),
        ("step 1e-2 every 30 by 0.1", "0:1e-2,30:1e-3,60:1e-4"),
        ("rewind 90 of 120: 0:1e-1,30:1e-2,60:1e-3,90:1e-4,105:1e-5",
         "0:1e-2,30:1e-3,60:1e-4,75:1e-5"),
        ("cosine 1e-2 to 0", "cosine 0.01 to 0.0"),
        ("cosine 1e-2 to 0 warmup 10% from 0", "cosine 1e-2 to 0 warmup 9 from 0"),
        ("one-cycle 1e-2 to 1e-1 to 0 peak 30%", "linear 1e-1 to 0 warmup 27 from 1e-2"),
        ("cosine 1e-2 to 0 warmup 5 from 1e-4", "0:linear 1e-4 to 1e-2,5:cosine 1e-2 to 0"),
        ("exponential 1 by 0.9", "exponential 1 to 7.6177348045866e-5"),
    ],
)  # fmt: skip
def test_two_ways_to_write_one_schedule_of_90_epochs_are_the_same(a: str, b: str) -> None:
    assert compare(a, b, exactly(90)) is SAME
    assert compare(a, b, exactly(90), OPEN) is not DIFFERENT
    assert compare(a, b, (80, 100)) is not DIFFERENT


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("0:1e-2,30:1e-3", "0:1e-2,36:1e-3"),
        ("0:1e-2,30:1e-3", "0:1e-1,30:1e-3"),
        ("0:1e-2,30:1e-3", "0:1e-2,30:1e-4"),
        ("step 1e-2 at 36/48/54", "step 1e-2 at 30/60/75"),
        ("step 1e-2 at 36/48/54", "0:1e-2,30:1e-3,60:1e-4,75:1e-5"),
        ("step 1e-2 at 30/60", "step 1e-3 at 30/60"),
        ("step 1e-2 at 30/60/75", "step 1e-2 at 30/60"),
        ("step 1e-2 every 20", "step 1e-2 every 30"),
        ("step 1e-2 every 30 by 0.1", "step 1e-2 at 30/60 by 0.2"),
        ("step 1e-2 at 30/60", "1e-2"),
        ("initial 1e-2", "0:1e-3,30:1e-4"),
        ("initial 1e-2", "cosine 1e-1"),
        ("cosine 1e-2", "step 1e-2"),
        ("cosine 1e-2", "linear 1e-2"),
        ("cosine 1e-2", "exponential 1e-2"),
        ("cosine 1e-2", "1e-2"),
        ("cosine 1e-2 to 0", "cosine 1e-2 to 1e-5"),
        ("exponential 1e-2 by 0.97", "exponential 1e-2 by 0.9"),
        ("cosine 1e-2 to 0", "cosine 1e-2 to 0 warmup 5"),
        ("cosine 1e-2 warmup 5", "cosine 1e-2 to 0 warmup 10"),
        ("cosine 1e-2 warmup 5 from 0", "cosine 1e-2 warmup 5 from 1e-4"),
        ("cosine 1e-2 warmup 5%", "cosine 1e-2 to 0 warmup 10%"),
        ("rewind 60 of 160: cosine 1e-1 to 0", "step 1e-2 at 30"),
    ],
)
def test_one_known_difference_is_enough(a: str, b: str) -> None:
    assert compare(a, b, exactly(90), OPEN) is DIFFERENT
    assert compare(a, b, exactly(90)) is DIFFERENT
    assert compare(a, b, (76, 200)) is DIFFERENT


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("initial 1e-2", "initial 1e-2"),
        ("initial 1e-2", "0:1e-2,30:1e-3"),
        ("initial 1e-2", "cosine 1e-2 to 0 warmup 5 from 1e-4"),
        ("initial 1e-2", "0:1e-3,5:1e-2,30:1e-3"),
        ("initial 1e-1", "one-cycle 1e-2 to 1e-1 to 0 peak 30%"),
        ("step 1e-2", "1e-2"),
        ("step 1e-2", "0:1e-2,30:1e-3"),
        ("step 1e-2 at 30/60", "step 1e-2 at 30/60"),
        ("step 1e-2 at 30/60", "0:1e-2,30:1e-3,60:1e-4"),
        ("step 1e-2 at 30/60", "step 1e-2 every 30 by 0.1"),
        ("step 1e-2 at 30", "0:1e-3,5:1e-2,30:1e-3"),
        ("cosine 1e-2", "cosine 1e-2 to 0"),
        ("cosine 1e-2", "cosine 1e-2 to 0 warmup 5 from 0"),
        ("cosine 1e-2 to 0 warmup 5", "cosine 1e-2 to 0 warmup 5 from 0"),
        ("exponential 1e-2", "exponential 1e-2 by 0.97"),
        ("rewind 90 of 160: cosine 1e-1", "cosine 1e-2 to 0"),
        ("rewind 90 of 160: step 1e-1 at 80", "1e-2"),
    ],
)
def test_what_is_left_out_makes_neither_same_nor_different(a: str, b: str) -> None:
    for span in (exactly(90), OPEN, (76, 200)):
        assert compare(a, b, span) is UNKNOWN


@pytest.mark.parametrize(
    ("a", "b", "epochs_a", "epochs_b", "answer"),
    [
        ("0:1e-2,30:1e-3", "0:1e-2,30:1e-3", OPEN, OPEN, UNKNOWN),
        ("0:1e-2,30:1e-3", "0:1e-2,30:1e-3", exactly(90), OPEN, UNKNOWN),
        ("0:1e-2,30:1e-3", "0:1e-2,30:1e-3", exactly(90), exactly(60), DIFFERENT),
        ("0:1e-2,30:1e-3", "0:1e-2,30:1e-3", (20, 40), (50, None), DIFFERENT),
        ("0:1e-2,30:1e-3", "0:1e-2,60:1e-3", OPEN, OPEN, DIFFERENT),
        ("initial 1e-2", "initial 1e-2", exactly(90), exactly(60), DIFFERENT),
        ("rewind 40 of 160: 1e-2", "1e-2", OPEN, exactly(40), SAME),
        ("rewind 40 of 160: 1e-2", "1e-2", OPEN, exactly(90), DIFFERENT),
        ("1e-2", "1e-2", exactly(0), exactly(0), SAME),
        ("1e-2", "1e-3", exactly(0), OPEN, UNKNOWN),
        ("cosine 1e-2 warmup 9", "cosine 1e-2 to 0 warmup 10%", OPEN, OPEN, UNKNOWN),
        ("cosine 1e-2 warmup 9", "cosine 1e-2 to 0 warmup 10%", exactly(90), exactly(90), UNKNOWN),
        ("cosine 1e-2 warmup 9", "cosine 1e-2 to 0 warmup 10%", (100, None), OPEN, DIFFERENT),
        ("exponential 1 by 0.9", "exponential 1 to 1e-4", OPEN, OPEN, UNKNOWN),
    ],
)
def test_the_epochs_take_part(
    a: str, b: str, epochs_a: Span, epochs_b: Span, answer: Answer
) -> None:
    assert compare(a, b, epochs_a, epochs_b) is answer


def test_a_milestone_beyond_the_epochs_decides_nothing() -> None:
    assert compare("1e-2", "step 1e-2 at 30/60", exactly(90)) is DIFFERENT
    assert compare("1e-2", "step 1e-2 at 30/60", exactly(20)) is UNKNOWN
    assert compare("1e-2", "0:1e-2,30:1e-3", exactly(30)) is UNKNOWN
    assert compare("step 1e-1 at 30/60", "step 1e-1 at 30/60/90", exactly(90)) is UNKNOWN


@pytest.mark.parametrize(
    ("a", "b", "why"),
    [
        ("step 1e-2 at 36/48/54", "step 1e-2 at 30/60/75", "milestones 36/48/54 against 30/60/75"),
        ("1e-2", "step 1e-2 at 30/60", "milestones none against 30/60"),
        ("step 1e-2 every 20", "step 1e-2 at 30", "milestones every 20 against 30"),
        ("step 1e-2 at 30/60", "step 1e-2 at 30/60", "the LR's factor is not stated"),
        ("initial 1e-2", "0:1e-3,30:1e-4", "initial LR 1e-2 against 1e-3"),
        ("cosine 1e-2", "1e-2", "cosine against constant"),
        ("0:1e-2,30:1e-3", "0:1e-2,30:1e-4", "LR 1e-3 against 1e-4 from epoch 30 on"),
        ("step 1e-2 at 30 by 0.1", "step 1e-2 at 30 by 0.2", "factor 0.1 against 0.2"),
        ("cosine 1e-2 to 0", "cosine 1e-2 to 1e-5", "final LR 0 against 1e-5"),
        ("1e-2", "1e-2 warmup 5 from 0", "no warm-up against a warm-up of 5 epochs"),
        ("1e-2 warmup 5 from 0", "1e-2 warmup 5 from 1e-3", "a warm-up from 0 against 1e-3"),
        ("1e-2", "1e-2", "the same LR at every epoch"),
        ("1e-2", "0:1e-2,90:1e-3", "an LR schedule does not fit its number of epochs"),
        ("0:linear 1e-2 to 0,30:1e-2", "0:linear 1e-2 to 0,30:1e-3",
         "other LRs from epoch 30 on"),
    ],
)  # fmt: skip
def test_the_answer_names_what_decides(a: str, b: str, why: str) -> None:
    ninety = exactly(90)
    assert same_schedule(parse_lr(a), ninety, parse_lr(b), ninety).why == why


def test_differing_and_unknown_epochs_are_named_too() -> None:
    lr = parse_lr("1e-2")
    assert same_schedule(lr, (90, 90), lr, (20, 30)).why == "90 epochs against 20 to 30"
    assert same_schedule(lr, (9, 9), lr, (20, None)).why == "9 epochs against at least 20"
    unknown = same_schedule(lr, (90, 90), lr, OPEN)
    assert unknown.why == "the number of epochs is not stated exactly"


# A whole schedule, and what sources may state of it: the first is complete.
FAMILIES: Sequence[Sequence[str]] = (
    ("step 1e-2 at 30/60 by 0.1", "0:1e-2,30:1e-3,60:1e-4", "step 1e-2 every 30 by 0.1",
     "rewind 90 of 120: 0:1e-1,30:1e-2,60:1e-3,90:1e-4", "step 1e-2 at 30/60", "step 1e-2 every 30",
     "step 1e-2 by 0.1", "step 1e-2", "initial 1e-2"),
    ("0:1e-2,30:1e-3,60:5e-4", "step 1e-2 at 30/60", "step 1e-2", "initial 1e-2"),
    ("0:1e-3,5:1e-2,60:1e-3", "step 1e-2 at 60", "initial 1e-2"),
    ("constant 1e-2", "step 1e-2", "initial 1e-2", "rewind 90 of 160: 1e-2"),
    ("cosine 1e-2 to 0", "rewind 90 of 90: cosine 1e-2 to 0", "cosine 1e-2", "initial 1e-2"),
    ("cosine 1e-2 to 1e-4 warmup 10% from 0", "cosine 1e-2 to 1e-4 warmup 9 from 0",
     "0:linear 0 to 1e-2,9:cosine 1e-2 to 1e-4", "0:linear 0 to 5e-3,4.5:linear 5e-3 to 1e-2,"
     "9:cosine 1e-2 to 1e-4", "cosine 1e-2 to 1e-4 warmup 9", "cosine 1e-2 warmup 9 from 0",
     "cosine 1e-2", "initial 1e-2 warmup 9", "initial 1e-2"),
    ("step 1e-2 at 30 by 0.1 warmup 9 from 0", "0:linear 0 to 1e-2,9:1e-2,30:1e-3",
     "step 1e-2 at 30 by 0.1 warmup 10%", "step 1e-2 at 30", "initial 1e-2 warmup 9 from 0"),
    ("linear 1e-1 to 0 warmup 30% from 1e-2", "one-cycle 1e-2 to 1e-1 to 0 peak 30%",
     "linear 1e-1 warmup 27", "linear 1e-1", "initial 1e-1"),
    ("exponential 1e-2 by 0.97", "exponential 1e-2", "initial 1e-2"),
    ("exponential 1e-2 to 1e-4", "exponential 1e-2", "initial 1e-2"),
)  # fmt: skip
SPANS: Sequence[Span] = (exactly(90), (60, 90), (90, 120), (89, 91), (0, 90), OPEN)
VIEWS = st.sampled_from(FAMILIES).flatmap(
    lambda family: st.tuples(st.just(family[0]), st.sampled_from(family), st.sampled_from(SPANS))
)


@given(VIEWS, VIEWS)
def test_knowing_less_only_ever_turns_an_answer_into_unknown(
    a: tuple[str, str, Span], b: tuple[str, str, Span]
) -> None:
    truth = compare(a[0], b[0], exactly(90))
    assert compare(a[1], b[1], a[2], b[2]) in (truth, UNKNOWN)


@given(VIEWS, VIEWS)
def test_completing_one_side_never_turns_different_into_same_or_back(
    a: tuple[str, str, Span], b: tuple[str, str, Span]
) -> None:
    before = compare(a[1], b[1], a[2], b[2])
    after = compare(a[0], b[1], exactly(90), b[2])
    assert {before, after} != {SAME, DIFFERENT}


def test_same_is_equality_of_two_complete_functions_over_exact_epochs() -> None:
    texts = sorted({text for family in FAMILIES for text in family})
    for a, b in combinations_with_replacement(texts, 2):
        one, other = parse_lr(a).schedule(90), parse_lr(b).schedule(90)
        both = one is not None and other is not None and equal(one, other)
        assert (compare(a, b, exactly(90)) is SAME) is both, (a, b)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_complete_schedule_over_exact_epochs_is_the_same_as_itself(family: Sequence[str]) -> None:
    assert compare(family[0], family[0], exactly(90)) is SAME
