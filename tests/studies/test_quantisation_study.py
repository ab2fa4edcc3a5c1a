"""The study of pruning against quantisation: what it plans, and how it reads runs."""

from collections.abc import Callable
from typing import Any

import pytest

from prune_audit.reruns.experiment import Experiment, Pruning, Training
from prune_audit.reruns.jobs import with_sources
from prune_audit.reruns.run import Count, Epoch, Run
from prune_audit.studies.outcome import Held, Outcome, Spread
from prune_audit.studies.quantisation import ARMS, COUNTED, PRUNED, QUANTISED, STUDY, WIDTHS, arm
from prune_audit.studies.study import Lab

SEEDS = (0, 1, 2)
Accuracies = Callable[[Experiment], tuple[float, float]]
SQNR = {8: (40.0, 11.0, 10.0), 4: (19.0, 5.5, 4.5), 2: (3.0, 8.0, None)}


def concluded(accuracies: Accuracies) -> Outcome:
    """Return what the study says of runs with accuracies right after and after retraining."""
    runs = {one.id: made(one, *accuracies(one)) for one in with_sources(STUDY.plan(SEEDS))}
    return STUDY.conclude(Lab(SEEDS, runs, {one.id: LAYERS for one in STUDY.measures(SEEDS)}))


LAYERS: list[dict[str, Any]] = [
    {"name": name, "kurtosis": 0.5, "arms": {
        str(bits): [value if value is None else value + apart for value in SQNR[bits]]
        for bits in WIDTHS
    }}
    for name, apart in (("hidden", 1.0), ("classifier", -1.0))
]  # fmt: skip
LAYERS[0]["arms"]["2"][2] = 1.5  # of the other one nothing is lost


def made(one: Experiment, before: float, final: float) -> Run:
    epoch = Epoch(0.1, 1.0, Count(1, 2), 1.0, count(final), 0.0)
    return Run(one, (epoch,), 1, 1, 1, 1, before=count(before) if one.pruning else None)


def count(percent: float) -> Count:
    return Count(round(percent * 10), 1000)


def held(found: Outcome, *words: str) -> Held:
    (sign,) = (sign for sign in found.signs if all(one in sign.expected for one in words))
    return sign.held


def few_bits_favour_pruning(one: Experiment) -> tuple[float, float]:
    if one.pruning is None:
        return 0.0, 95.0
    quantised = one.pruning.method.startswith("int")
    few = one in {arm(kind, 2, seed) for kind in ARMS for seed in SEEDS}
    return (94.8, 95.0) if quantised != few else (70.0, 95.0)


@pytest.mark.parametrize(("bits", "free", "counted"), [
    (8, 0.5, 0.5625), (4, 0.75, 0.8125), (2, 0.875, 0.9375),
])  # fmt: skip
def test_all_arms_of_a_width_take_as_many_bytes(bits: int, free: float, counted: float) -> None:
    assert arm(QUANTISED, bits).pruning == Pruning(f"int{bits}", (0.0,))
    assert arm(PRUNED, bits).pruning == Pruning("magnitude", (free,))
    assert arm(COUNTED, bits).pruning == Pruning("magnitude", (counted,))


def test_every_arm_has_the_same_recipe_and_base_model() -> None:
    pruned = [one for one in STUDY.plan((0,)) if one.pruning]
    assert len(pruned) == 9
    assert len({(one.training, one.base) for one in pruned}) == 1
    assert isinstance(pruned[0].base, Training)


def test_right_after_and_retrained_are_told_apart() -> None:
    found = concluded(few_bits_favour_pruning)
    assert held(found, "INT8 loses less") is Held.YES
    assert held(found, "INT4 above", "post-training") is Held.YES
    assert held(found, "INT2 above", "post-training") is Held.NO
    assert held(found, "INT4 above", "retrained alike") is Held.OPEN


def test_the_sqnr_is_the_mean_of_the_layers_that_lose_something() -> None:
    found = concluded(few_bits_favour_pruning)
    assert held(found, "INT8 above", "SQNR") is Held.YES
    assert held(found, "INT2 above", "SQNR") is Held.NO
    rows = {row[:2]: row[3] for row in found.tables[0].rows}
    assert rows[8, QUANTISED] == Spread((40.0, 40.0, 40.0))
    assert rows[2, COUNTED] == Spread((1.5, 1.5, 1.5))


def test_layers_stand_beside_gaussian_weights() -> None:
    *layers, gaussian = concluded(few_bits_favour_pruning).tables[1].rows
    assert [row[0] for row in layers] == ["hidden", "classifier"]
    assert gaussian[2:] == pytest.approx((40.57, 11.47, 19.26, 5.58, 8.26, 3.03), abs=0.02)
