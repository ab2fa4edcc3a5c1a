"""The study ``rank-stability``: ranks of made-up runs."""

from collections.abc import Callable

import pytest

from prune_audit.reruns.run import Count, Epoch, Run
from prune_audit.studies.outcome import Held, Outcome, Spread
from prune_audit.studies.rank_stability import CRITERIA, RANDOM, RATIOS, STUDY, arm
from prune_audit.studies.study import Lab

SEEDS = (0, 1, 2)
LAST = len(CRITERIA)
PAIRS = LAST * (LAST - 1) // 2


def concluded(right: Callable[[int, float, int], int]) -> Outcome:
    """Conclude from runs of which ``right`` gives the right answers of 10,000."""
    runs = {}
    for seed in SEEDS:
        for ratio in RATIOS:
            for place, method in enumerate(CRITERIA):
                one = arm(method, ratio, seed)
                count = Count(right(place, ratio, seed), 10_000)
                epoch = Epoch(1e-2, 1.0, count, 1.0, count, 0.1)
                runs[one.id] = Run(one, (epoch,), 1, 1, 1, 1)
    return STUDY.conclude(Lab(SEEDS, runs, {}))


def steady(place: int, ratio: float, seed: int) -> int:
    return 9000 - 100 * place - 10 * seed


def turning(place: int, ratio: float, seed: int) -> int:
    return steady(place, ratio, seed) if ratio < 0.6 else 9000 + 100 * place


def level(place: int, ratio: float, seed: int) -> int:
    """Give criteria that differ by the seed only."""
    return 9000 + (place * (seed + 1)) % LAST


def test_ranks_that_stay_are_stable_and_random_is_last() -> None:
    found = concluded(steady)
    for row in found.tables[2].rows:
        assert row[2:6] == (Spread((1.0, 1.0, 1.0)), 1.0, PAIRS, 0)
    ranks = {str(row[0]): row[1:] for row in found.tables[1].rows}
    assert all(one == Spread((LAST,) * 3) for one in ranks[RANDOM])
    assert {sign.held for sign in found.signs if "random" in sign.expected} == {Held.NO}


def test_ranks_that_turn_round_are_reversed_beyond_noise() -> None:
    rows = {(row[0], row[1]): row for row in concluded(turning).tables[2].rows}
    assert rows["30", "50"][3] == 1.0
    assert rows["30", "90"][3:6] == (-1.0, 0, PAIRS)


def test_what_seeds_cannot_tell_apart_is_a_tie_whatever_its_tau() -> None:
    for row in concluded(level).tables[2].rows:
        assert row[4:6] == (0, 0)
        assert row[3] is None


@pytest.mark.parametrize(("right", "held"), [(steady, Held.NO), (turning, Held.YES)])
def test_the_sign_of_the_farthest_points_follows_their_tau(
    right: Callable[[int, float, int], int], held: Held
) -> None:
    assert concluded(right).signs[0].held is held
