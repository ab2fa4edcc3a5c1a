"""Two methods under both recipes: the decision rule of Wang et al. 2023, section 5."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from prune_audit.reruns.crossed import Crossed, Crossing
from prune_audit.reruns.planned import Arm

Make = Callable[..., Any]
Write = Callable[..., str]
SAID = {"ours": "ours", "against": ["other"], "statement": "better"}


def around(k: int) -> list[int]:
    return [k, k + 11, k - 9]


def crossing(make: Make, claim: Write, *cells: Sequence[int | None]) -> Crossing:
    """Return the crossing of ours under FT of ours and of other, then other under both."""
    found = crossings(make, claim, *cells)
    assert len(found) == 1
    return found[0]


def crossings(make: Make, claim: Write, *cells: Sequence[int | None]) -> tuple[Crossing, ...]:
    keys = [
        (row, Arm.CROSSED, f"FT of {owner}")
        for row in ("ours", "other") for owner in ("ours", "other")
    ]  # fmt: skip
    text = claim({"ours": {"top1": "76.00"}, "other": {}}, SAID)
    answers = dict(zip(keys, cells, strict=True))
    found: tuple[Crossing, ...] = make(text, answers).concluded().crossings
    return found


def test_a_consistent_winner_is_the_better_method(make: Make, claim: Write) -> None:
    found = crossing(make, claim, around(8000), around(7000), around(7900), around(6900))
    assert found.outcome is Crossed.CONSISTENT
    assert found.sentence.startswith("ours is the better method: ahead under both recipes (+1.00")


def test_the_other_method_can_be_the_better_one(make: Make, claim: Write) -> None:
    found = crossing(make, claim, around(7900), around(6900), around(8000), around(7000))
    assert found.sentence.startswith("other is the better method")


def test_a_win_that_comes_from_the_recipe_alone_is_exposed(make: Make, claim: Write) -> None:
    found = crossing(make, claim, around(8000), around(7000), around(8003), around(6998))
    assert found.outcome is Crossed.RECIPE
    assert found.own.test is not None
    assert found.own.test.difference == pytest.approx(10.02)
    assert found.sentence == (
        "no difference shown under one recipe (-0.03 under FT of ours, +0.02 under FT of other): "
        "the +10.02 of the rows with their own recipes goes with the recipe, not with the method"
    )


def test_within_noise_everywhere_no_difference_is_shown(make: Make, claim: Write) -> None:
    found = crossing(make, claim, around(8000), around(8001), around(8003), around(7998))
    assert found.outcome is Crossed.NO_DIFFERENCE
    assert "within noise under both recipes" in found.sentence


def test_opposite_winners_are_an_interaction_and_the_best_result_weighs_more(
    make: Make, claim: Write
) -> None:
    found = crossing(make, claim, around(8200), around(7000), around(8000), around(7300))
    assert found.outcome is Crossed.INTERACTION
    assert found.interaction is not None
    assert found.interaction.value == pytest.approx(2 + 3)
    assert found.interacts
    assert found.best_recipes == ("FT of ours", "FT of ours")
    assert "so ours weighs more" in found.sentence


def test_best_results_within_noise_are_said_to_be(make: Make, claim: Write) -> None:
    found = crossing(make, claim, around(8000), around(7000), around(7800), around(8001))
    assert found.best_recipes == ("FT of ours", "FT of other")
    assert "within noise of each other" in found.sentence


def test_a_lead_under_one_recipe_that_the_other_does_not_refute(make: Make, claim: Write) -> None:
    wide = [7900, 8060, 7990]
    found = crossing(make, claim, around(8000), wide, around(7950), [7860, 7905, 8000])
    assert found.outcome is Crossed.ONE_RECIPE
    assert "ours is ahead under FT of ours only" in found.sentence
    assert "do not differ by more than noise" in found.sentence


def test_missing_cells_leave_it_open(make: Make, claim: Write) -> None:
    found = crossing(make, claim, around(8000), [7000, None, None], around(8000), around(7000))
    assert found.outcome is Crossed.OPEN
    assert found.sentence.startswith("open")


def test_the_four_cells_stand_by_row_and_recipe(make: Make, claim: Write) -> None:
    found = crossing(make, claim, [8000] * 3, [7000] * 3, [7900] * 3, [6900] * 3)
    means = [[side.scores.mean for side in sides] for sides in found.sides]
    assert means == [[80, 70], [79, 69]]
    assert found.recipes == ("FT of ours", "FT of other")


def test_the_pick_of_the_best_of_four_combinations_is_corrected_for(
    make: Make, claim: Write
) -> None:
    found = crossing(make, claim, around(8010), around(7000), around(8000), around(7000))
    assert found.best.test is not None
    assert found.best.p == pytest.approx(min(1.0, 4 * found.best.test.p))


def test_without_both_recipes_nothing_is_crossed(make: Make, claim: Write) -> None:
    text = claim({"ours": {}, "other": {}}, SAID)
    label = "FT of ours"
    answers = {(row, Arm.CROSSED, label): around(8000) for row in ("ours", "other")}
    assert make(text, answers).concluded().crossings == ()
