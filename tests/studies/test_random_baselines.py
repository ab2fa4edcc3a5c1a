"""The studies of random masks and controls: what they plan, and how they read made-up runs."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.run import Count, Epoch, Run
from prune_audit.studies import at_init, at_init_arms, baseline_arms, random_baselines
from prune_audit.studies.outcome import Held, Outcome, Sign
from prune_audit.studies.study import Lab, Study

SEEDS = (0, 1, 2)
Right = Callable[[Experiment], int]


def run(one: Experiment, right: int) -> Run:
    count = Count(right + one.seed, 1000)
    epoch = Epoch(1e-2, 0.1, Count(1, 1), 1.0, count, 0.1)
    cut = one.pruning
    kept = f"{cut.method} {cut.control} {one.seed}" if cut else ""
    return Run(one, (epoch,), 1, 1, 9, 1, kept=kept, sparsity=0.9, connected=0.97)


def lab(study: Study, right: Right, changed: Callable[[Run], Run] = lambda one: one) -> Lab:
    runs = (changed(run(one, right(one))) for one in study.plan(SEEDS))
    return Lab(SEEDS, {one.experiment.id: one for one in runs}, {})


def signs(found: Outcome, *words: str) -> list[Sign]:
    return [one for one in found.signs if all(word in one.expected for word in words)]


def held(found: Outcome, *words: str) -> set[Held]:
    return {one.held for one in signs(found, *words)}


def of_method(points: dict[str, int]) -> Right:
    """Return right answers of 1000 by method; 900 of others, 100 fewer for a control."""

    def right(one: Experiment) -> int:
        if one.pruning is None:
            return 950
        return points.get(one.pruning.method, 900) - 100 * bool(one.pruning.control)

    return right


def chained(study: Study) -> Iterable[Experiment]:
    return (one for one in study.plan((0,)))


def test_scratch_b_is_pretrained_for_the_dense_flops_and_retrained_on_top() -> None:
    training, retraining = baseline_arms.PRETRAINING.epochs, baseline_arms.CLR.epochs
    speedup = baseline_arms.speedup()
    expected = round(training * speedup + retraining)
    assert baseline_arms.scratch_b() == expected > training + retraining
    arm = baseline_arms.scratch(expected)
    assert arm.training.epochs == arm.training.schedule.epochs == expected
    assert arm.base is None
    assert arm.pruning is not None
    assert arm.pruning.fresh


def test_all_mandatory_baselines_stand_in_one_table() -> None:
    found = random_baselines.STUDY.conclude(lab(random_baselines.STUDY, of_method({})))
    names = {str(row[0]) for row in found.tables[1].rows}
    assert {
        "random, uniform", "random, ERK", "its layer ratios, shuffled", "random filters, CLR",
        "L1, CLR", "Scratch-E", "Scratch-B",
    } <= names  # fmt: skip


def test_both_halves_of_a_comparison_lose_as_much() -> None:
    every = [one for one in chained(random_baselines.STUDY) if one.base is not None]
    filters = {one.pruning.ratios for one in every if one.pruning and one.pruning.method in
               ("l1", "random")}  # fmt: skip
    weights = {one.pruning.ratios for one in every if one.pruning and one.pruning.method in
               ("magnitude", "er", "erk", "random-weights")}  # fmt: skip
    assert len(filters) == len(weights) == 1


def narrowing(one: Experiment) -> int:
    """Return answers of which random masks of narrow networks give fewest; ER is below uniform at
    the narrowest alone."""
    if not one.network.startswith("mlp") or one.pruning is None:
        return 950
    width = int(one.network.removeprefix("mlp-3x"))
    er = one.pruning.method == "er"
    return 950 - 6400 // width + (20 if er else 0) * (-1 if width == 16 else 1)


def test_the_gap_by_width_and_the_counter_example_are_read_from_runs() -> None:
    found = random_baselines.STUDY.conclude(lab(random_baselines.STUDY, narrowing))
    assert held(found, "gap between dense and ER shrinks") == {Held.YES}
    assert held(found, "ER above uniform at width") == {Held.YES}
    assert held(found, "ER below uniform at width 16") == {Held.YES}


def test_a_counter_example_that_does_not_show_is_said_not_to_hold() -> None:
    answers = of_method({"er": 900, "random-weights": 850})
    found = random_baselines.STUDY.conclude(lab(random_baselines.STUDY, answers))
    assert held(found, "ER below uniform at width 16") == {Held.NO}


@pytest.mark.parametrize(
    ("points", "snip"), [({"er": 300, "snip": 800}, Held.NO), ({"snip": 500}, Held.YES)]
)
def test_worse_than_random_is_tested_not_assumed(points: dict[str, int], snip: Held) -> None:
    found = at_init.STUDY.conclude(lab(at_init.STUDY, of_method(points)))
    assert held(found, "random masks (ER) above snip") == {snip}


def test_what_shuffling_costs_is_compared_between_both_networks() -> None:
    def right(one: Experiment) -> int:
        cut = one.pruning
        lost = 400 if one.network == at_init_arms.NARROW else 10
        return 900 - (lost if cut and cut.control else 0)

    found = at_init.STUDY.conclude(lab(at_init.STUDY, right))
    assert held(found, "known counter-example") == {Held.YES}
    assert held(found, "costs snip less") == held(found, "costs force less") == {Held.YES}


@pytest.mark.parametrize("study", [at_init.STUDY, random_baselines.STUDY])
def test_the_setup_counts_the_controls_that_acted(study: Study) -> None:
    def idle(one: Run) -> Run:
        return replace(one, kept="the same")

    acted = study.conclude(lab(study, of_method({}))).setup[-1]
    inert = study.conclude(lab(study, of_method({}), idle)).setup[-1]
    pairs = len(SEEDS) * (1 if study is random_baselines.STUDY else 11)
    assert f"of {pairs} runs the mask's digest differs from the method's in {pairs}," in acted
    assert f"of {pairs} runs the mask's digest differs from the method's in 0," in inert


def test_layers_that_are_cut_off_are_listed_with_their_seeds() -> None:
    def severed(one: Run) -> Run:
        cut = one.experiment.pruning
        if not cut or cut.method != "random-weights":
            return one
        names = ("hidden.5", "classifier") if one.experiment.seed else ("classifier",)
        return replace(one, cut_off=names)

    found = at_init.STUDY.conclude(lab(at_init.STUDY, of_method({}), severed))
    assert found.tables[1].rows == tuple(
        ("random-weights", 100 * kept, seeds, layers)
        for kept in at_init_arms.KEPT
        for seeds, layers in ((1, "classifier"), (2, "hidden.5, classifier"))
    )
