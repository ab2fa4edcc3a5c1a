"""Killed before any step of any write, the store holds what was before or what was to be.

As a program, this file does one thing to a store again and again, each time in a new process and on
a new copy, and kills that process before its first, second, third ... call to the system.
"""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from prune_audit.reruns.run import Run, run_from_plain
from prune_audit.reruns.store import Store

STEPS = ("open", "write", "fsync", "link", "replace", "rename", "unlink", "mkdir", "close")


def use_lock(store: Store) -> None:
    with store.lock("ab12"):
        pass


def save_all(store: Store, run: Run) -> None:
    store.save_weights(run.experiment.id, b"weights")
    store.save(run)
    store.drop_checkpoint(run.experiment.id)


ACTS: Mapping[str, Callable[[Store, Run], None]] = {
    "save": lambda store, run: store.save(run),
    "finish": save_all,
    "find": lambda store, run: (store.find(run.experiment.id), None)[1],
    "weights": lambda store, run: store.save_weights("ab12", b"2" * 3000),
    "checkpoint": lambda store, run: store.save_checkpoint("ab12", b"2" * 3000),
    "drop": lambda store, run: store.drop_checkpoint("ab12"),
    "correction": lambda store, run: store.save_correction("wang2023", [2]),
    "speeds": lambda store, run: store.save_speeds({"two": 2.0}),
    "lock": lambda store, run: use_lock(store),
}


def kill_before(step: int) -> None:
    """Let this process be killed before a call; only half of what is written goes out at once."""
    left = step

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            if real is write:
                arguments = (arguments[0], arguments[1][:2000])
            return real(*arguments, **options)

        return call

    write = os.write
    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))


def survives(step: int, act: Callable[[Store, Run], None], folder: Path, run: Run) -> bool:
    """Act in a process of its own; True where it was over before the step came."""
    child = os.fork()
    if not child:
        kill_before(step)
        act(Store(folder), run)
        os.kill(os.getpid(), signal.SIGTERM)  # at once, without any clean-up
    return os.waitpid(child, 0)[1] == signal.SIGTERM


def main(template: Path, copies: Path, act: str, run: Run) -> None:
    """Act on copies of a store, killed one step later each time, until the act is complete."""
    for step in range(1, 1000):
        folder = copies / f"{step:03d}"
        if template.exists():
            shutil.copytree(template, folder)
        if survives(step, ACTS[act], folder, run):
            return


Killed = Callable[[str, Run], list[Store]]


@pytest.fixture
def killed(store: Store, tmp_path: Path, as_json: Callable[..., str]) -> Killed:
    """Return the stores that are left after kills before every step of an act on ``store``."""

    def stores(act: str, run: Run) -> list[Store]:
        copies = tmp_path / "copies"
        copies.mkdir()
        command = [sys.executable, __file__, str(store.folder), str(copies), act]
        subprocess.run(command, input=as_json([run]), text=True, check=True, timeout=120)
        return [Store(folder) for folder in sorted(copies.iterdir())]

    return stores


def clean(store: Store) -> bool:
    """Whether nothing was damaged, and the next write leaves no partial file behind."""
    Store(store.folder).save_speeds({})
    return not store.notices and not list(store.folder.rglob("*.partial"))


def test_a_run_is_there_or_not_and_can_be_saved_again(
    killed: Killed, finished: Callable[..., Run]
) -> None:
    run = finished(0, 30)
    stores = killed("save", run)
    assert len(stores) > 50  # steps of setting up and of the run's own file
    found = [store.find(run.experiment.id) for store in stores]
    assert found[0] is None
    assert found[-1] == run
    assert all(one in (None, run) for one in found)
    assert found == sorted(found, key=bool)
    for store in stores:
        store.save(finished(1))
        store.save(run)
        assert store.find(run.experiment.id) == run
        assert (store.folder / ".gitignore").read_text() == "*\n"
        assert "prune-audit" in (store.folder / "README.txt").read_text()
        assert clean(store)


def test_a_run_that_is_there_has_its_weights_and_one_that_is_not_its_checkpoint(
    store: Store, killed: Killed, finished: Callable[..., Run]
) -> None:
    run = finished()
    run_id = run.experiment.id
    store.save_checkpoint(run_id, b"one")
    for after in killed("finish", run):
        if after.find(run_id):
            assert after.weights(run_id) == b"weights"
        else:
            assert after.checkpoint(run_id) == b"one"
        save_all(after, run)
        assert after.checkpoint(run_id) is None
        assert clean(after)


@pytest.mark.parametrize("act", ["save", "find"])
def test_a_damaged_run_is_repaired_whenever_its_repair_was_interrupted(
    store: Store, killed: Killed, finished: Callable[..., Run], act: str
) -> None:
    run = finished()
    store.save(run)
    path = store.folder / "runs" / f"{run.experiment.id}.json"
    path.write_bytes(path.read_bytes()[:100])
    for after in killed(act, run):
        assert after.find(run.experiment.id) in (None, run)
        after.save(run)
        assert after.find(run.experiment.id) == run
        assert (after.folder / "damaged" / f"runs-{path.name}").stat().st_size == 100
        assert clean(Store(after.folder))


@pytest.mark.parametrize("naming", ["link", "replace"])
def test_a_file_is_on_the_disk_before_it_gets_its_name_and_its_name_after(
    store: Store, finished: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, naming: str
) -> None:
    store.save_correction("wang2023", [1])
    calls: list[str] = []

    def noted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            folder = name == "fsync" and stat.S_ISDIR(os.fstat(arguments[0]).st_mode)
            calls.append("fsync of the folder" if folder else name)
            return real(*arguments)

        return call

    for name in ("write", "fsync", naming):
        monkeypatch.setattr(os, name, noted(name, getattr(os, name)))
    if naming == "link":
        store.save(finished())
    else:
        store.save_correction("wang2023", [2])
    assert calls == ["write", "fsync", naming, "fsync of the folder"]


def test_an_interrupt_in_the_middle_of_a_write_leaves_what_was_before(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save_checkpoint("ab12", b"one")

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            store.save_checkpoint("ab12", b"two")
    assert store.checkpoint("ab12") == b"one"
    assert not list(store.folder.rglob("*.partial"))


def test_weights_are_there_or_not(killed: Killed, finished: Callable[..., Run]) -> None:
    for after in killed("weights", finished()):
        assert after.weights("ab12") in (None, b"2" * 3000)
        after.save_weights("ab12", b"2" * 3000)
        assert after.weights("ab12") == b"2" * 3000
        assert clean(after)


def test_there_is_always_a_checkpoint_the_old_or_the_new_one(
    store: Store, killed: Killed, finished: Callable[..., Run]
) -> None:
    store.save_checkpoint("ab12", b"1" * 3000)
    stores = killed("checkpoint", finished())
    found = [after.checkpoint("ab12") for after in stores]
    assert found[0] == b"1" * 3000
    assert found[-1] == b"2" * 3000
    assert found == sorted(found, key=lambda data: data or b"")
    assert None not in found
    for after in stores:
        after.save_checkpoint("ab12", b"3")
        assert after.checkpoint("ab12") == b"3"
        assert len(list((after.folder / "checkpoints").iterdir())) == 1
        assert clean(after)


def test_a_checkpoint_that_is_dropped_is_there_or_not(
    store: Store, killed: Killed, finished: Callable[..., Run]
) -> None:
    store.save_checkpoint("ab12", b"one")
    found = [after.checkpoint("ab12") for after in killed("drop", finished())]
    assert found == [b"one", None]


def test_a_correction_is_the_old_or_the_new_one(
    store: Store, killed: Killed, finished: Callable[..., Run]
) -> None:
    store.save_correction("wang2023", [1])
    stores = killed("correction", finished())
    found = [after.correction("wang2023") for after in stores]
    assert found == sorted(found, key=str)
    assert (found[0], found[-1]) == ([1], [2])
    for after in stores:
        after.save_correction("wang2023", [3])
        assert after.correction("wang2023") == [3]
        assert clean(after)


def test_speeds_lose_nothing(store: Store, killed: Killed, finished: Callable[..., Run]) -> None:
    store.save_speeds({"one": 1.0})
    stores = killed("speeds", finished())
    for after in stores:
        assert after.speeds() in ({"one": 1.0}, {"one": 1.0, "two": 2.0})
        after.save_speeds({"three": 3.0})
        assert {"one", "three"} <= after.speeds().keys()
        assert clean(after)
    assert stores[-1].speeds() == {"one": 1.0, "two": 2.0, "three": 3.0}


def test_a_lock_is_free_after_its_holder_was_killed(
    killed: Killed, finished: Callable[..., Run]
) -> None:
    for after in killed("lock", finished()):
        with after.lock("ab12") as held:
            assert held


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], run_from_plain(json.load(sys.stdin)[0]))
