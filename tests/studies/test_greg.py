"""The study of growing penalties: what its arms share, and how it reads runs."""

from collections.abc import Callable

import pytest

from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.jobs import with_sources
from prune_audit.reruns.ledger import ledger
from prune_audit.reruns.run import Count, Epoch, Run
from prune_audit.studies.greg import STUDY
from prune_audit.studies.greg_arms import ARMS, BASE, NORMED, STAGE, TOTAL, TRAINED, arm
from prune_audit.studies.outcome import Held, Outcome
from prune_audit.studies.study import Lab

SEEDS = (0, 1, 2)
FIGURES = {
    "penalty_max": 1.0, "growth_steps": 127.0, "ended_by_ceiling": 2.0, "still_growing": 0.0,
}  # fmt: skip


def made(one: Experiment, percent: float) -> Run:
    """Return a run that ends at an accuracy, a seed's own noise included."""
    right = Count(round(10 * percent) + one.seed % 2, 1000)
    history = tuple(
        Epoch(0.1, 1.0, Count(800, 896), 1.0, right, 0.0) for _ in range(one.training.epochs)
    )
    kept = 40.0 if one.network != NORMED else 9.0
    figures = {**FIGURES, "ratio_min": kept} if one.during else {}
    return Run(one, history, 1, 1, 1, 1, before=Count(100, 1000), figures=figures)


def name_of(one: Experiment) -> str:
    """Return the arm that a chain is."""
    stage = one.base_experiment
    assert stage is not None
    if stage.during and stage.pruning is not None:
        return stage.pruning.method
    if one.training.epochs == 20:
        return TOTAL
    return "post" if stage.pruning else "pre" if stage.base else "none"


def concluded(percent: Callable[[str], float]) -> Outcome:
    """Return what the study concludes from runs of which an arm decides the accuracy."""
    last = STUDY.plan(SEEDS)
    runs = {one.id: made(one, percent(name_of(one))) for one in last}
    for one in with_sources(last):
        runs.setdefault(one.id, made(one, 50.0))
    return STUDY.conclude(Lab(SEEDS, runs, {}))


def held(outcome: Outcome, words: str) -> set[Held]:
    """Return how the signs came out whose expectation holds some words."""
    return {sign.held for sign in outcome.signs if words in sign.expected}


@pytest.mark.parametrize("name", ["pre", "post", *TRAINED])
def test_only_the_content_of_the_stage_differs(name: str) -> None:
    one, plain = arm(name, 0.9, 5e-2), arm("none", 0.9, 5e-2)
    dense, stage, last = one.chain
    assert dense.training == BASE
    assert stage.training == STAGE
    assert last.training == plain.training
    runs = {link.id: made(link, 50.0) for link in one.chain}
    stages = ledger(runs[one.id], runs).stages
    assert [found.epochs for found in stages] == [40, 10, 10]


def test_equal_total_has_the_epochs_of_the_stage_in_its_retraining() -> None:
    one = arm(TOTAL, 0.9, 5e-2)
    assert [link.training.epochs for link in one.chain] == [40, 20]
    assert one.cuts == arm("none", 0.9, 5e-2).cuts


def test_signs_hold_where_the_arms_come_out_as_the_papers_and_the_counter_examples_say() -> None:
    order = {"none": 60, "pre": 62, "greg-1": 70, "greg-2": 70, "tpp": 71, "post": 75, TOTAL: 77}
    assert {sign.held for sign in concluded(order.__getitem__).signs} == {Held.YES}


def test_signs_do_not_hold_where_the_arms_come_out_the_other_way() -> None:
    order = {"none": 77, "pre": 75, "greg-1": 70, "greg-2": 70, "tpp": 69, "post": 62, TOTAL: 60}
    outcome = concluded(order.__getitem__)
    assert held(outcome, "above pre") == held(outcome, "counter-example") == {Held.NO}


def test_what_comes_out_alike_is_unresolved() -> None:
    outcome = concluded(lambda name: 70.0)
    assert held(outcome, "above pre") == held(outcome, "counter-example") == {Held.OPEN}


def test_every_arm_has_a_row_and_every_stage_says_how_far_its_penalty_came() -> None:
    outcome = concluded(lambda name: 70.0)
    accuracy, grown = outcome.tables
    assert len(accuracy.rows) == 3 * len(ARMS) + 2
    assert [row[2] for row in grown.rows] == 3 * list(TRAINED)
    assert {row[5] for row in grown.rows} == {"ceiling"}


def test_the_network_with_batch_norm_has_five_seeds_at_most() -> None:
    plan = STUDY.plan(tuple(range(7)))
    assert {one.seed for one in plan if one.network == NORMED} == set(range(5))
    assert {one.seed for one in plan if one.network != NORMED} == set(range(7))
