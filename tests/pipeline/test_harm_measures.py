"""Random cuts of one base, and what is measured of harm before retraining."""

from dataclasses import replace
from typing import Any

import pytest

from prune_audit.pipeline.measures.harm import pruned_loss, removal
from prune_audit.pipeline.removal import FRACTIONS
from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.studies import removal_runs

Lab = Any  # the class of conftest.py

NOTHING = Training(0, "constant 1e-2", 30, 0.0)


@pytest.fixture
def base() -> Experiment:
    training = Training(3, "constant 1e-1", 30, 5e-4)
    return Experiment(Data("digits", few=90), "mlp-3x16", 0, training)


def cut(base: Experiment, *draw: int, method: str = "random", ratio: float = 0.5) -> Experiment:
    settings = tuple(("draw", one) for one in draw)
    pruning = Pruning(method, (ratio,), settings=settings)
    return replace(base, training=NOTHING, pruning=pruning, base=base.training)


def test_draws_of_one_seed_are_different_cuts_of_one_base(lab: Lab, base: Experiment) -> None:
    runs = lab.run(cut(base), cut(base, 0), cut(base, 1))
    assert len({run.experiment.id for run in runs}) == 3
    assert len({run.kept for run in runs}) == 3
    assert len({run.dense_macs for run in runs}) == 1


def test_a_draw_changes_nothing_for_a_method_that_draws_nothing(lab: Lab, base: Experiment) -> None:
    [one, other] = lab.run(cut(base, 0, method="l1"), cut(base, 1, method="l1"))
    assert one.kept == other.kept


def test_a_cut_of_nothing_has_the_loss_of_its_base_and_others_have_more(
    lab: Lab, base: Experiment
) -> None:
    whole, half, most = (cut(base, 0, ratio=ratio) for ratio in (0.0, 0.5, 0.9))
    lab.run(whole, half, most)
    bench = lab.bench()
    losses = [pruned_loss(one, {}, bench) for one in (whole, half, most)]
    untouched = pruned_loss(replace(whole, pruning=None), {}, bench)
    assert losses[0] == pytest.approx(untouched)
    assert losses[0] < min(losses[1:])


def test_a_removal_curve_has_a_point_per_fraction_for_every_layer(
    lab: Lab, base: Experiment
) -> None:
    lab.run(base)
    found = removal(base, {"method": "l1"}, lab.bench())
    assert set(found) == {"hidden.0", "hidden.1", "hidden.2"}
    for layer in found.values():
        assert layer["units"] == 16
        assert len(layer["accuracy"]) == len(layer["loss"]) == len(FRACTIONS)
        assert all(0 <= one <= 100 for one in layer["accuracy"])


def test_random_removals_differ_by_their_draw_and_are_repeatable(
    lab: Lab, base: Experiment
) -> None:
    lab.run(base)
    bench = lab.bench()
    first, again, other = (
        removal(base, {"method": "random", "draw": draw}, bench) for draw in (0, 0, 1)
    )
    assert first == again != other


def test_more_orders_make_shapley_values_surer(lab: Lab, base: Experiment) -> None:
    lab.run(base)
    bench = lab.bench()
    few, many = (
        removal(base, {"method": "shapley", "permutations": orders}, bench) for orders in (3, 60)
    )
    assert all(many[layer]["error"] < few[layer]["error"] for layer in few)
    assert all(many[layer]["apart"] > few[layer]["apart"] for layer in few)


def test_the_fractions_of_the_study_are_those_that_are_measured() -> None:
    assert [fraction / 100 for fraction in removal_runs.FRACTIONS] == list(FRACTIONS)
