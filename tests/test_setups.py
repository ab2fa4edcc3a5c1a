"""Climbing the ladder of Table 2."""

from hypothesis import given
from hypothesis import strategies as st

from prune_audit.answers import Answer, all_same, answer
from prune_audit.setups import TABLE_2, FactName, Setup, climb, names_up_to

ANSWERS = st.fixed_dictionaries({name: st.sampled_from(Answer) for name in FactName})
EVERYTHING = dict.fromkeys(FactName, Answer.SAME)


def test_a_pair_that_shares_everything_reaches_the_top() -> None:
    place = climb(EVERYTHING)
    assert (place.floor, place.ceiling, place.stop) == (Setup.S42, Setup.S42, None)


def test_a_difference_stops_floor_and_ceiling_below_its_setup() -> None:
    place = climb({**EVERYTHING, FactName.EPOCHS: Answer.DIFFERENT})
    assert (place.floor, place.ceiling, place.stop) == (Setup.S2, Setup.S2, FactName.EPOCHS)


def test_an_unknown_fact_stops_the_floor_and_not_the_ceiling() -> None:
    place = climb({**EVERYTHING, FactName.BASE: Answer.UNKNOWN})
    assert (place.floor, place.ceiling) == (Setup.S1, Setup.S42)
    assert place.missing == (FactName.BASE,)


def test_unknown_facts_above_a_difference_are_not_missing() -> None:
    answers = {**EVERYTHING, FactName.BASE: Answer.DIFFERENT, FactName.EPOCHS: Answer.UNKNOWN}
    assert climb(answers).missing == ()


def test_setups_are_ordered_as_in_the_paper() -> None:
    assert [str(setup) for setup in Setup] == [
        "below S1", "S1", "S2", "S3.1", "S3.2", "S4.1", "S4.2",
    ]  # fmt: skip
    assert [setup.rank for setup in Setup] == list(range(7))


def test_table_2_asks_every_question_once() -> None:
    assert [name for _, names in TABLE_2 for name in names] == list(FactName)


def test_a_setup_asks_for_all_facts_below_it() -> None:
    assert names_up_to(Setup.S2)[-1] is FactName.BASE
    assert FactName.EPOCHS not in names_up_to(Setup.S2)
    assert names_up_to(Setup.S42) == tuple(FactName)


@given(ANSWERS)
def test_the_floor_is_never_above_the_ceiling(answers: dict[FactName, Answer]) -> None:
    place = climb(answers)
    assert place.floor.rank <= place.ceiling.rank


@given(ANSWERS, st.sampled_from(FactName))
def test_learning_that_a_fact_is_the_same_never_lowers_anything(
    answers: dict[FactName, Answer], name: FactName
) -> None:
    before, after = climb({**answers, name: Answer.UNKNOWN}), climb({**answers, name: Answer.SAME})
    assert after.floor.rank >= before.floor.rank
    assert after.ceiling.rank == before.ceiling.rank


@given(ANSWERS, st.sampled_from(FactName))
def test_learning_that_a_fact_differs_never_raises_anything(
    answers: dict[FactName, Answer], name: FactName
) -> None:
    before = climb({**answers, name: Answer.UNKNOWN})
    after = climb({**answers, name: Answer.DIFFERENT})
    assert after.floor.rank == before.floor.rank
    assert after.ceiling.rank <= before.ceiling.rank


@given(ANSWERS)
def test_floor_and_ceiling_bound_every_way_to_fill_the_gaps(
    answers: dict[FactName, Answer],
) -> None:
    place = climb(answers)
    best, worst = (
        climb({k: filled if v is Answer.UNKNOWN else v for k, v in answers.items()})
        for filled in (Answer.SAME, Answer.DIFFERENT)
    )
    assert (worst.floor, best.ceiling) == (place.floor, place.ceiling)


def test_unknown_is_neither_true_nor_false() -> None:
    assert [answer(None), answer(True), answer(False)] == [
        Answer.UNKNOWN, Answer.SAME, Answer.DIFFERENT,
    ]  # fmt: skip


@given(st.lists(st.sampled_from(Answer)))
def test_many_answers_are_the_same_only_if_all_are(answers: list[Answer]) -> None:
    together = all_same(answers)
    assert (together is Answer.DIFFERENT) == (Answer.DIFFERENT in answers)
    assert (together is Answer.SAME) == (set(answers) <= {Answer.SAME})
