"""The study of sparse double descent: what it plans, and how it reads runs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from prune_audit.pipeline.run import Bench, run_job
from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.jobs import Job, with_sources
from prune_audit.reruns.run import Count, Epoch, Run
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Settings
from prune_audit.studies.descent_arms import (
    CLEAN,
    COARSE,
    NOISY,
    STEPS,
    VARIANTS,
    WITH_NOISE,
    WITHOUT,
    reinitialised,
    rewound,
)
from prune_audit.studies.descent_signs import by_others
from prune_audit.studies.double_descent import STUDY
from prune_audit.studies.outcome import Held, Outcome
from prune_audit.studies.phases import deepest
from prune_audit.studies.study import Lab

SEEDS = (0, 1)
BOTTOM, PEAK = 10, 15
Shape = Callable[[Experiment, int], float]


def shortened(one: Experiment) -> Experiment:
    """Return a chain in which each training has two epochs."""
    base = shortened(one.base) if isinstance(one.base, Experiment) else one.base
    return replace(one, training=one.training.first(2), base=base)


def run(one: Experiment, last: float, best: float, train: float, distance: float) -> Run:
    """Return a run of two epochs, the first of them the better one; accuracies in percent."""
    history = tuple(
        Epoch(0.1, 1.0, Count(round(train * 10), 1000), 1.0, Count(round(test * 10), 1000), 0.0)
        for test in (best, last)
    )
    kept = 1.0
    for cut in one.cuts:
        kept *= 1 - cut.ratios[0]
    return Run(one, history, 1, 1, 1, 1, sparsity=1 - kept, distance=distance)


def descent(one: Experiment, level: int) -> float:
    """Return an accuracy that falls to 60 % at one level and is back at 75 % at another."""
    fall = min(level, BOTTOM) * 2.0
    rise = max(0, min(level, PEAK) - BOTTOM) * 3.0
    return 80.0 - fall + rise - 10.0 * max(0, level - PEAK) + 0.2 * one.seed


def monotone(one: Experiment, level: int) -> float:
    return 80.0 - level + 0.2 * one.seed


def concluded(noisy: Shape, clean: Shape = monotone) -> Outcome:
    """Conclude from runs whose accuracy is that of a shape, by level; variants just fall."""
    runs = {}
    for one in with_sources(STUDY.plan(SEEDS)):
        level = len(one.cuts)
        is_noisy, chained = bool(one.data.noise), one.rewind == 0 or not level
        fresh = one.pruning is not None and one.pruning.fresh
        shape = noisy if is_noisy and chained else clean
        last = shape(one, level) + (5.0 if fresh and not chained else 0.0)
        train = 100.0 if level < BOTTOM else 90.0
        runs[one.id] = run(one, last, 85.0, train, 20.0 - abs(level - BOTTOM + 1))
    return STUDY.conclude(Lab(SEEDS, runs, {}))


def held(found: Outcome, part: str) -> Held:
    [sign] = [one for one in found.signs if part in one.expected]
    return sign.held


@pytest.fixture(scope="module")
def dipped() -> Outcome:
    return concluded(descent)


# what is planned


@pytest.mark.parametrize("arm", [WITH_NOISE, WITHOUT, *VARIANTS.values()])
def test_every_arm_has_twelve_levels_with_the_dense_network_and_some_beyond_99_percent(
    arm: Callable[[int, int], Experiment],
) -> None:
    steps = len(COARSE) if arm in VARIANTS.values() else len(STEPS)
    cuts = arm(steps, 0).cuts
    kept = 1.0
    for cut in cuts:
        kept *= 1 - cut.ratios[0]
    assert len(cuts) + 1 >= 12
    assert kept < 0.005


def test_noise_is_all_that_sets_the_control_apart() -> None:
    noisy, clean = WITH_NOISE(5, 1), WITHOUT(5, 1)
    assert replace(NOISY, noise=0.0, noise_kind="") == CLEAN
    assert clean.cuts == noisy.cuts
    assert clean.data == replace(noisy.data, noise=0.0, noise_kind="")


def test_each_seed_draws_its_own_images_and_wrong_labels() -> None:
    assert [WITH_NOISE(3, seed).data.draw for seed in SEEDS] == [0, 1]
    assert all(link.data.draw == link.seed == 1 for link in WITH_NOISE(3, 1).chain)


def test_only_rewinding_takes_initial_weights_back() -> None:
    assert [one.rewind for one in rewound(NOISY, 2, 0).chain] == [None, 0, 0]
    for arm in VARIANTS.values():
        assert {one.rewind for one in arm(2, 0).chain} == {None}


def test_weights_drawn_anew_have_the_masks_of_rewinding_and_distances_begin_there(
    tmp_path: Path,
) -> None:
    bench = Bench(Store(tmp_path), Settings(), lambda _: None, lambda: False)
    wanted = [shortened(one) for one in (rewound(NOISY, 2, 0), reinitialised(2, 0))]
    for one in with_sources(wanted):
        assert run_job(Job((one,), frozenset([one.id])), bench)
    old, new = (bench.store.find(one.id) for one in wanted)
    assert old is not None
    assert new is not None
    assert old.kept == new.kept
    assert old.weights != new.weights
    assert old.sparsity == pytest.approx(0.75, abs=1e-3)
    # from initial weights to trained ones within two epochs, not from the level before
    assert old.distance is not None
    dense = bench.store.find(wanted[0].chain[0].id)
    assert dense is not None
    assert dense.distance is not None
    assert 0 < old.distance < dense.distance


# how runs are read


def test_a_dip_with_noise_and_none_without_is_the_signs_of_the_paper(dipped: Outcome) -> None:
    assert held(dipped, "falls, rises and falls") is Held.YES
    assert held(dipped, "rises behind its minimum") is Held.YES
    assert held(dipped, "there is no dip") is Held.YES
    assert held(dipped, "larger with label noise") is Held.YES
    assert held(dipped, "training accuracy leaves") is Held.YES
    assert held(dipped, "learning distance is largest") is Held.YES
    assert held(dipped, "best epoch") is Held.YES
    assert held(dipped, "above the dense") is Held.NO
    assert held(dipped, "weights drawn anew") is Held.YES
    assert "finetuning: no dip beyond the noise" in dipped.tables[1].note


def test_without_a_dip_the_signs_do_not_hold() -> None:
    found = concluded(monotone, descent)
    assert held(found, "falls, rises and falls") is Held.NO
    assert held(found, "there is no dip") is Held.NO
    assert held(found, "larger with label noise") is Held.NO


def test_the_table_names_the_phase_of_each_level(dipped: Outcome) -> None:
    phases = [str(row[1]) for row in dipped.tables[0].rows]
    assert len(phases) == len(STEPS) + 1
    assert (phases[0], phases[BOTTOM], phases[PEAK], phases[-1]) == (
        "light", "critical", "sweet", "collapsed",
    )  # fmt: skip


def test_the_kind_of_noise_is_named_with_the_rate_of_the_other_one(dipped: Outcome) -> None:
    said = " ".join(dipped.setup)
    assert "Label noise is symmetric: 100 labels (20 %)" in said
    assert "drawn from all 10 (uniform), 18 % would be wrong" in said


def test_marks_stand_where_phases_begin(dipped: Outcome) -> None:
    marks = {mark.label: mark.x for mark in dipped.panels[0].marks}
    assert list(marks) == ["critical", "sweet", "collapsed"]
    assert list(marks.values()) == sorted(marks.values())
    assert dipped.panels[1].marks == ()


def test_the_dip_of_a_seed_is_looked_for_on_the_others() -> None:
    # pure noise: each seed dips elsewhere, so none dips where the others do
    tests = ((80.0, 80.0, 80.0), (60.0, 80.0, 80.0), (80.0, 60.0, 80.0), (80.0, 80.0, 80.0))
    own = [row[0] for row in tests]
    assert deepest(own).bottom == 1
    rises = by_others(tests, lambda one, at: one[at.peak] - one[at.bottom])
    assert max(rises) <= 0
