"""Reference retraining points: which runs of a store make them, and what they keep."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from prune_audit.reruns.experiment import ENGINE, Training, Weights
from prune_audit.reruns.failures import StoreError
from prune_audit.reruns.reference_points import points_of, references_of
from prune_audit.reruns.run import Run, run_to_plain
from prune_audit.reruns.sealed import seal
from prune_audit.reruns.store import Store

Made = Callable[..., Run]


def changed(run: Run, **changes: Any) -> Run:
    """Return a run of another experiment."""
    return replace(run, experiment=replace(run.experiment, **changes))


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_runs_that_differ_in_their_seed_only_are_one_point(store: Store, finished: Made) -> None:
    for seed in (2, 0, 1):
        store.save(finished(seed))
    (point,) = references_of(store.folder).points
    assert [run.seed for run in point.runs] == [0, 1, 2]
    assert point.ids == tuple(finished(seed).experiment.id for seed in (0, 1, 2))
    assert point.scores.n == 3
    assert point.scores.mean == pytest.approx(100 * 602 / 899)
    assert point.speedup == pytest.approx(763 / 86)
    assert (point.origin.folder, point.origin.engine) == (str(store.folder), ENGINE)


def test_another_way_to_write_an_lr_is_no_other_recipe(finished: Made) -> None:
    training = finished().experiment.training
    spelt = replace(training, lr="0:0.1,2:0.01")
    points = points_of([finished(0), changed(finished(1), training=spelt, base=spelt)])
    assert [run.seed for point in points for run in point.runs] == [0, 1]
    assert len(points) == 1


def test_one_seed_counts_once_however_often_it_was_run(finished: Made) -> None:
    spelt = replace(finished().experiment.training, lr="0:0.1,2:0.01")
    (point,) = points_of([finished(0), changed(finished(0), training=spelt)])
    assert point.scores.n == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"epochs": 4, "lr": "0:1e-1,2:1e-2"},
        {"lr": "0:1e-1,1:1e-2"},
        {"batch_size": 128},
        {"weight_decay": 1e-4},
        {"momentum": 0.0},
        {"nesterov": True},
        {"augmentation": "none"},
        {"label_smoothing": 0.1},
        {"lr_each": "step"},
    ],
)
@pytest.mark.parametrize("stage", ["training", "base"])
def test_another_recipe_is_another_point(
    changes: dict[str, Any], stage: str, finished: Made
) -> None:
    other = replace(finished().experiment.training, **changes)
    assert len(points_of([finished(0), changed(finished(1), **{stage: other})])) == 2


def test_loaded_weights_are_one_base_by_their_digest(finished: Made) -> None:
    bases = (Weights("a" * 64), Weights("a" * 64, "torchvision/x"), Weights("b" * 64))
    runs = [changed(finished(seed), base=base) for seed, base in enumerate(bases)]
    assert sorted(point.scores.n for point in points_of(runs)) == [1, 2]


def test_a_diverged_run_is_named_and_not_averaged(finished: Made) -> None:
    lost = replace(finished(3), history=(), diverged=1)
    (point,) = points_of([finished(0), lost])
    assert point.scores.n == 1
    assert [(run.seed, run.epoch) for run in point.diverged] == [(3, 1)]


def test_what_is_no_pruned_and_tested_network_is_no_reference(store: Store, finished: Made) -> None:
    run = finished(0)
    assert run.experiment.pruning is not None
    fresh = replace(run.experiment.pruning, fresh=True)
    held_out = replace(run.experiment.data, held_out=0.2)
    for other in (
        changed(run, data=held_out), changed(run, pruning=fresh, base=None),
        changed(run, pruning=None, base=None),
    ):  # fmt: skip
        store.save(other)
    assert references_of(store.folder) == ((), ())


def test_a_run_of_another_engine_is_told_and_does_not_count(store: Store, finished: Made) -> None:
    store.save(finished(0))
    other = store.folder / "runs" / "0123456789abcdef0123.json"
    other.write_bytes(seal("run", other.stem, run_to_plain(finished(1))))
    found = references_of(store.folder)
    assert [point.scores.n for point in found.points] == [1]
    assert "another version of the engine" in found.notices[0]


def test_damaged_runs_are_told_and_left_where_they_are(store: Store, finished: Made) -> None:
    for seed in (0, 1):
        store.save(finished(seed))
    path = store.folder / "runs" / f"{finished(1).experiment.id}.json"
    path.write_bytes(path.read_bytes()[:-20])
    before = tree(store.folder)
    found = references_of(store.folder)
    assert [point.scores.n for point in found.points] == [1]
    assert "is damaged" in found.notices[0]
    assert "stays there" in found.notices[0]
    assert tree(store.folder) == before


def test_a_run_of_a_newer_version_does_not_hide_the_others(store: Store, finished: Made) -> None:
    for seed in (0, 1):
        store.save(finished(seed))
    path = store.folder / "runs" / f"{finished(1).experiment.id}.json"
    path.write_bytes(path.read_bytes().replace(b'"version": 1', b'"version": 9', 1))
    found = references_of(store.folder)
    assert [point.scores.n for point in found.points] == [1]
    assert "version" in found.notices[0]


def test_impossible_numbers_are_no_reference(store: Store, finished: Made) -> None:
    run = finished(0)
    wrong = run.history[0]._replace(test=run.final._replace(k=10_000))
    store.save(replace(run, history=(wrong,)))
    store.save(replace(finished(1), macs=0))
    unreadable = replace(finished(2).experiment.training, lr="whenever")
    store.save(changed(finished(2), training=unreadable))
    found = references_of(store.folder)
    assert not found.points
    assert len(found.notices) == 3


def test_a_store_can_be_read_from_a_read_only_folder(store: Store, finished: Made) -> None:
    store.save(finished(0))
    (store.folder / "runs" / "abc.json").write_text("{}")
    before = tree(store.folder)
    folders = [store.folder, *(path for path in store.folder.rglob("*") if path.is_dir())]
    for folder in folders:
        os.chmod(folder, stat.S_IRUSR | stat.S_IXUSR)
    try:
        found = references_of(store.folder)
    finally:
        for folder in folders:
            os.chmod(folder, stat.S_IRWXU)
    assert len(found.points) == 1
    assert tree(store.folder) == before


def test_a_folder_without_runs_has_no_points(tmp_path: Path) -> None:
    assert references_of(tmp_path) == ((), ())
    assert references_of(tmp_path / "none") == ((), ())
    assert tree(tmp_path) == []


def test_a_store_opened_for_reading_writes_nothing(tmp_path: Path, finished: Made) -> None:
    store = Store(tmp_path / "store", read_only=True)
    with pytest.raises(StoreError, match="opened for reading"):
        store.save(finished())
    assert not store.folder.exists()


def test_references_need_no_torch_or_numpy() -> None:
    code = (
        "import sys, prune_audit.evidence.references, prune_audit.rules.references;"
        "import prune_audit.reruns.reports.references;"
        "print({'torch', 'numpy', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_trainings_may_be_compared_after_they_were_read(store: Store, finished: Made) -> None:
    training = Training(3, "cosine 1e-1 to 0", 64, 5e-4)
    store.save(changed(finished(0), training=training))
    (point,) = references_of(store.folder).points
    assert point.recipe == training
