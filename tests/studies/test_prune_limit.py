"""``study prune-limit``: what is planned and measured, and how it is read."""

from functools import partial
from pathlib import Path

import pytest

from prune_audit.limits.bound import Spectrum
from prune_audit.limits.found import Limits, Point, Probe, from_plain, to_plain
from prune_audit.pipeline.measures import MEASURES
from prune_audit.pipeline.run import Bench, run_job
from prune_audit.reruns.jobs import jobs
from prune_audit.reruns.run import Count, Run
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Settings
from prune_audit.studies.outcome import Held, Outcome
from prune_audit.studies.prune_limit import MEASURED, PENALTIES, STUDY, dense, measure, pruned
from prune_audit.studies.study import Lab

SEEDS = (0, 1, 2)
CONFIRMED = (0.6, 0.8, 0.9, 0.95)
"""Limits, by penalty, of a world in which everything is as the paper has it."""


def curve(limit: float, within: float) -> tuple[Point, ...]:
    """Return losses that leap at one limit and accuracies that leap at another."""
    return tuple(
        Point(
            step / 200, 0.1 if step <= round(200 * limit) else 1.0,
            95.0 if step <= round(200 * within) else 50.0, (step / 200) ** 2, 1 - step / 200,
        )
        for step in range(201)
    )  # fmt: skip


def limits(predicted: float, measured: float, penalty: float) -> Limits:
    """Return limits of which a given one is predicted: rho = 2 eps / (rho^2 lambda + 2 eps)."""
    eps = 0.05
    value = 2 * eps * (1 - predicted) / predicted**3
    spectrum = Spectrum.exact([value])
    at_random = tuple(one._replace(removed=30 * one.sparsity) for one in curve(0.01, 0.01))
    return Limits(
        898, 899, 64, eps * 8, 128, penalty, 0.5, (Probe(spectrum, spectrum),),
        curve(measured, measured + 0.02), at_random,
    )  # fmt: skip


def run(one, right: int) -> Run:  # type: ignore[no-untyped-def]
    return Run(one, (), 1, 1, 1, 1, before=Count(right, 899))


def lab(predicted: tuple[float, ...], measured: tuple[float, ...]) -> Lab:
    """Return a laboratory in which every seed finds the same."""
    measurements = {
        measure(penalty, seed).id: to_plain(limits(a, b, penalty))
        for seed in SEEDS
        for penalty, a, b in zip(PENALTIES, predicted, measured, strict=True)
    }
    runs = {one.id: run(one, 800) for one in STUDY.plan(SEEDS)}
    runs |= {dense(p, seed).id: run(dense(p, seed), 850) for p in PENALTIES for seed in SEEDS}
    return Lab(SEEDS, runs, measurements)


def held(found: Outcome, *words: str) -> list[Held]:
    return [one.held for one in found.signs if all(word in one.expected for word in words)]


def test_nothing_is_retrained_and_every_penalty_is_measured_on_every_seed() -> None:
    planned = STUDY.plan(SEEDS)
    assert {one.training.epochs for one in planned} == {0}
    assert {one.base.l1 for one in planned} == set(PENALTIES)  # type: ignore[union-attr]
    assert {one.pruning.scope for one in planned if one.pruning} == {"global"}
    assert len(STUDY.measures(SEEDS)) == len(SEEDS) * len(PENALTIES)
    assert {one.of.id for one in STUDY.measures(SEEDS)} <= {
        base.id for one in planned if (base := one.base_experiment)
    }


def test_limits_that_agree_and_rise_hold_and_the_control_breaks() -> None:
    found = STUDY.conclude(lab(CONFIRMED, CONFIRMED))
    assert {one.held for one in found.signs} == {Held.YES}
    assert len(found.panels) == 3


def test_a_prediction_that_is_far_off_is_told_for_its_penalty_alone() -> None:
    found = STUDY.conclude(lab(CONFIRMED, (0.3, 0.8, 0.9, 0.95)))
    apart = held(found, "less than 3 points")
    assert apart == [Held.NO, Held.YES, Held.YES, Held.YES]


def test_limits_that_fall_with_the_penalty_do_not_hold() -> None:
    found = STUDY.conclude(lab(CONFIRMED[::-1], CONFIRMED[::-1]))
    assert set(held(found, "rises")) == {Held.NO}


@pytest.mark.parametrize("penalty", [PENALTIES[0], PENALTIES[-1]])
def test_a_run_without_retraining_has_the_accuracy_of_the_curve(
    penalty: float, tmp_path: Path
) -> None:
    one = pruned(penalty, 0.5)
    store = Store(tmp_path)
    bench = Bench(store, Settings(1, "cpu", None, {}, 10.0, True), lambda _: None, partial(bool, 0))
    for job in sorted(jobs([one]), key=lambda job: len(job.longest.chain)):
        run_job(job, bench)
    quick = {**dict(MEASURED), "points": 4.0, "probes": 2.0, "steps": 4.0}
    found = from_plain(MEASURES["prune-limit"](dense(penalty), quick, bench))
    pruned_run = store.runs([one.id])[one.id]
    assert pruned_run.history == ()
    assert pruned_run.final.percent == pytest.approx(found.curve[2].accuracy)
    assert found.l1 == penalty
    assert found.images == 898
