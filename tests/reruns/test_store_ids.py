"""An id stands for everything that decides the outcome; what is written is what is read."""

import json
from dataclasses import field, fields, make_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.reruns.experiment import (
    Data,
    Experiment,
    Pruning,
    Training,
    Weights,
    from_plain,
    plain,
)
from prune_audit.reruns.run import Count, Epoch, Run, run_from_plain, run_to_plain
from prune_audit.reruns.sealed import seal, unseal

PRETRAINING = Training(20, "0:1e-1,10:1e-2", 64, 5e-4)
RETRAINING = Training(30, "0:1e-2,15:1e-3", 64, 5e-4)
DENSE = Experiment(Data("digits"), "resnet8", 0, PRETRAINING)
PRUNED = Experiment(
    Data("digits"), "resnet8", 3, RETRAINING, Pruning("l1", (0.9,)), base=PRETRAINING
)
LOADED = Experiment(
    Data("imagenet", "classes", 0.1), "resnet34", 1, replace(RETRAINING, nesterov=True),
    Pruning("magnitude", (0.0, 0.5, 0.7), ("conv1",), "global"), Weights("ab" * 32, "v1"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("experiment", "pinned"),
    [
        (DENSE, "796869195df47a980d62"),
        (PRUNED, "25196e1acc067d0ce537"),
        (LOADED, "41a9dc4b655ab979641d"),
    ],
    ids=["dense", "pruned", "loaded"],
)
def test_ids_are_pinned_because_finished_runs_are_found_by_them(
    experiment: Experiment, pinned: str
) -> None:
    # a change of these needs a new ENGINE or costs every user all finished runs
    assert experiment.id == pinned


def other(value: Any) -> Any:
    """Return some other value that a field could have."""
    match value:
        case bool():
            return not value
        case str():
            return value + "x"
        case int() | float():
            return value + 1
        case tuple():
            return (*value, *(value or ("x",)))
    return {Pruning: None, Weights: None, Training: Weights("cd"), type(None): RETRAINING}[
        type(value)
    ]


def variants(value: Any) -> list[tuple[str, Any]]:
    """Return a dataclass with each of its fields, and those of its parts, changed alone."""
    found = []
    for one in fields(value):
        now = getattr(value, one.name)
        if hasattr(now, "__dataclass_fields__"):
            inner = [(f"{one.name}.{name}", part) for name, part in variants(now)]
            found += [(name, replace(value, **{one.name: part})) for name, part in inner]
        if one.name not in ("data", "training"):
            found.append((one.name, replace(value, **{one.name: other(now)})))
    return found


def test_every_change_of_any_field_changes_the_id() -> None:
    changed = [*variants(LOADED), *variants(PRUNED)]
    assert len(changed) >= 50
    ids = {LOADED.id, PRUNED.id, *(variant.id for _, variant in changed)}
    assert len(ids) == 2 + len(changed)


def test_a_field_that_is_added_with_a_default_keeps_the_ids_of_older_experiments() -> None:
    newer = make_dataclass(
        "Training", [("ema", float, field(default=0.0))], bases=(Training,), frozen=True
    )
    older = {one.name: getattr(RETRAINING, one.name) for one in fields(RETRAINING)}
    assert plain(newer(**older)) == plain(RETRAINING)
    assert replace(PRUNED, training=newer(**older)).id == PRUNED.id
    assert replace(PRUNED, training=newer(**older, ema=0.9)).id != PRUNED.id


def test_equal_experiments_have_one_id_however_their_numbers_are_typed() -> None:
    whole = replace(PRUNED, pruning=Pruning("l1", (0, 1)), training=replace(RETRAINING, momentum=0))
    real = replace(
        PRUNED, pruning=Pruning("l1", (0.0, 1.0)), training=replace(RETRAINING, momentum=0.0)
    )
    assert whole == real
    assert whole.id == real.id


def test_the_data_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of Data, Training"):
        from_plain({"kind": "Path", "name": "x"})


def test_the_base_of_a_pruned_run_has_the_id_of_the_dense_run() -> None:
    base = PRUNED.base_experiment
    assert base is not None
    assert base.id == replace(DENSE, seed=3).id
    assert LOADED.base_experiment is None


finite = st.floats(allow_nan=False, allow_infinity=False)
counts = st.builds(Count, st.integers(0), st.integers(1))
data = st.builds(Data, st.text(), st.text(), finite)
trainings = st.builds(
    Training,
    st.integers(1), st.text(), st.integers(1), finite, finite, st.booleans(), st.text(), finite,
)  # fmt: skip
prunings = st.builds(
    Pruning,
    st.text(), st.lists(finite).map(tuple), st.lists(st.text()).map(tuple), st.text(),
    st.booleans(),
)  # fmt: skip
experiments = st.builds(
    Experiment,
    data, st.text(), st.integers(), trainings, st.none() | prunings,
    st.none() | trainings | st.builds(Weights, st.text(), st.text()),
)  # fmt: skip
runs = st.builds(
    Run,
    experiment=experiments,
    history=st.lists(st.builds(Epoch, finite, finite, counts, finite, counts, finite)).map(tuple),
    macs=st.integers(), params=st.integers(), dense_macs=st.integers(), dense_params=st.integers(),
    before=st.none() | counts, kept=st.text(), sparsity=finite, weights=st.text(),
    diverged=st.none() | st.integers(0),
    machine=st.dictionaries(st.text(), st.text() | st.integers()),
)  # fmt: skip


@given(experiments)
def test_an_experiment_is_read_as_it_was_written(experiment: Experiment) -> None:
    again = from_plain(json.loads(json.dumps(plain(experiment))))
    assert again == experiment
    assert again.id == experiment.id


@given(runs)
def test_a_run_is_read_as_it_was_written(run: Run) -> None:
    assert run_from_plain(unseal("run", "x", seal("run", "x", run_to_plain(run)))) == run


@given(st.sampled_from([float("nan"), float("inf"), float("-inf")]))
def test_the_loss_of_a_diverged_run_keeps_its_value(loss: float) -> None:
    history = (Epoch(0.1, loss, Count(1, 2), loss, Count(1, 2), 1.0),)
    run = Run(DENSE, history, 1, 1, 1, 1, diverged=0)
    again = run_from_plain(unseal("run", "x", seal("run", "x", run_to_plain(run))))
    assert repr(again) == repr(run)
