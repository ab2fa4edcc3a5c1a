"""The study ``removal-curves``: curves and retrainings that are made up."""

from collections.abc import Mapping
from itertools import product

from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.run import Count, Epoch, Run
from prune_audit.studies.outcome import Held, Outcome
from prune_audit.studies.removal_curves import STUDY
from prune_audit.studies.removal_runs import (
    FRACTIONS,
    PERCEPTRON,
    RATIOS,
    RETRAINED,
    RETRAINING,
    SUBJECTS,
    dense,
    draws,
    pruned,
    ranks,
    wanted,
)
from prune_audit.studies.study import Lab

SEEDS = (0, 1, 2)


def test_series_that_seeds_tell_apart_have_ranks_of_their_own() -> None:
    assert ranks([(90.0, 91.0, 90.0), (80.0, 81.0, 80.5), (85.0, 86.0, 85.0)]) == ["1", "3", "2"]


def test_series_that_cross_from_seed_to_seed_share_a_range_of_ranks() -> None:
    assert ranks([(90.0, 80.0, 85.0), (80.0, 90.0, 84.0), (10.0, 11.0, 10.0)]) == [
        "1-2", "1-2", "3",
    ]  # fmt: skip


def concluded(harms: Mapping[str, float], spread_left: float) -> Outcome:
    """Conclude from criteria with the given accuracies before retraining, 50 without one.

    Retraining leaves of the differences between criteria the share ``spread_left``.
    """
    runs, values = {}, {}
    for seed in SEEDS:
        for subject in SUBJECTS:
            one = dense(subject, seed)
            runs[one.id] = _run(one, 98.0, 98.0)
            for criterion in subject.every:
                accuracy = harms.get(criterion.method, 50.0) + 0.1 * seed
                curve = {"accuracy": [accuracy] * len(FRACTIONS), "error": 0.2, "apart": 0.9}
                for measure in wanted(subject, criterion, seed):
                    values[measure.id] = dict.fromkeys(subject.layers, curve)
        for ratio in RATIOS:
            for method in ("random", *RETRAINED):
                before = harms.get(method, 50.0)
                after = 90 + spread_left * (before - 50)
                for draw, retraining in product(draws(method), RETRAINING):
                    one = pruned(method, ratio, seed, draw, retraining)
                    runs[one.id] = _run(one, before, after)
    return STUDY.conclude(Lab(SEEDS, runs, values))


def _run(one: Experiment, before: float, final: float) -> Run:
    epoch = Epoch(1e-2, 1.0, Count(0, 1), 1.0, Count(round(100 * final), 10_000), 0.1)
    return Run(one, (epoch,), 1, 1, 1, 1, before=Count(round(100 * before), 10_000))


def _held(found: Outcome, *words: str) -> set[Held]:
    return {sign.held for sign in found.signs if all(word in sign.expected for word in words)}


def test_shapley_values_that_harm_least_are_said_to_hold() -> None:
    found = concluded({"shapley": 70.0, "shapley-error": 72.0, "l1": 60.0}, 0.0)
    assert _held(found, "before retraining shapley", "harms less") == {Held.YES}
    assert _held(found, "the payoff matters") == {Held.YES}


def test_shapley_values_below_l1_do_not_hold_whatever_the_paper_says() -> None:
    found = concluded({"shapley": 40.0, "l1": 60.0}, 0.0)
    assert _held(found, "before retraining shapley, ", "less than l1") == {Held.NO}


def test_retraining_that_levels_all_criteria_brings_them_to_random() -> None:
    found = concluded({"l1": 70.0, "random": 30.0}, 0.0)
    assert _held(found, "shrinks the spread") == {Held.YES}
    assert _held(found, "less than one point") == {Held.YES}


def test_retraining_that_changes_no_difference_shrinks_nothing() -> None:
    found = concluded({"l1": 54.0, "random": 46.0}, 1.0)
    assert _held(found, "shrinks the spread") == {Held.OPEN}
    assert _held(found, "less than one point") == {Held.NO}


def test_ties_are_not_ranked() -> None:
    table = concluded({"l1": 60.0}, 0.0).tables[0]
    places = {str(row[0]): row[-1] for row in table.rows}
    assert places["l1"] == "1"
    assert places["fpgm"] == f"2-{len(PERCEPTRON.every)}"
