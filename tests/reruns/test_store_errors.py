"""A store that cannot be written says which file, why, and what to do; it can still be read."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from prune_audit.reruns.run import Run
from prune_audit.reruns.store import Store, StoreError

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let every attempt to write fail: as root, no folder refuses by its mode."""

    def refuse(number: int) -> None:
        real = os.open

        def open_(path: str, flags: int, mode: int = 0o777) -> int:
            if flags & WRITING:
                raise OSError(number, os.strerror(number), str(path))
            return real(path, flags, mode)

        def refused(path: str, *_: object) -> None:
            raise OSError(number, os.strerror(number), str(path))

        monkeypatch.setattr(os, "open", open_)
        for name in ("mkdir", "link", "replace", "rename", "unlink"):
            monkeypatch.setattr(os, name, refused)

    return refuse


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EROFS, "the file system is read-only"), (errno.EACCES, "permission denied")],
)
def test_a_read_only_store_can_be_read(
    store: Store,
    finished: Callable[..., Run],
    read_only: Callable[[int], None],
    number: int,
    words: str,
) -> None:
    run = finished()
    store.save(run)
    store.save_weights(run.experiment.id, b"weights")
    store.save_correction("wang2023", [1])
    read_only(number)
    later = Store(store.folder)
    later.save(run)  # it is there, so there is nothing to write
    assert later.find(run.experiment.id) == run
    assert later.weights(run.experiment.id) == b"weights"
    assert later.correction("wang2023") == [1]
    attempts: list[Callable[[], None]] = [
        lambda: later.save(finished(1)),
        lambda: later.save_correction("wang2023", [2]),
        lambda: later.save_checkpoint(run.experiment.id, b"one"),
        lambda: later.save_speeds({"resnet8": 1.0}),
    ]
    for attempt in attempts:
        with pytest.raises(StoreError) as raised:
            attempt()
        assert str(store.folder) in str(raised.value)
        assert f"{words}; allow writing there, or choose another folder" in str(raised.value)


def test_a_damaged_run_of_a_read_only_store_counts_as_missing(
    store: Store, finished: Callable[..., Run], read_only: Callable[[int], None]
) -> None:
    run = finished()
    store.save(run)
    path = store.folder / "runs" / f"{run.experiment.id}.json"
    path.write_bytes(b"")
    read_only(errno.EROFS)
    later = Store(store.folder)
    assert later.find(run.experiment.id) is None
    assert later.find(run.experiment.id) is None
    [notice] = later.notices
    assert f"{path} is damaged: the file is empty" in notice
    assert "it stays there: cannot lock" in notice


@pytest.mark.parametrize("below", ["", "store", "a/b"])
def test_a_store_at_or_below_a_file_is_an_error(
    tmp_path: Path, finished: Callable[..., Run], below: str
) -> None:
    (tmp_path / "file").write_text("mine")
    store = Store(tmp_path / "file" / below)
    with pytest.raises(StoreError, match=r"cannot read .*: a file lies where a folder is needed"):
        store.find("ab12")
    with pytest.raises(StoreError, match="choose another folder for the store"):
        store.save(finished())
    with (
        pytest.raises(StoreError, match="a file lies where a folder is needed"),
        store.lock("ab12"),
    ):
        pass
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_of_something_else_does_not_become_a_store(
    tmp_path: Path, finished: Callable[..., Run]
) -> None:
    (tmp_path / "train.py").write_text("mine")
    (tmp_path / "runs").mkdir()
    with pytest.raises(StoreError, match=r"is no store and not empty: it holds train\.py; choose"):
        Store(tmp_path).save(finished())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runs", "train.py"]


def test_an_empty_folder_becomes_a_store_and_a_store_may_hold_notes(
    tmp_path: Path, finished: Callable[..., Run]
) -> None:
    Store(tmp_path).save(finished())
    (tmp_path / "notes.txt").write_text("mine")
    Store(tmp_path).save(finished(1))
    assert Store(tmp_path).find(finished(1).experiment.id) == finished(1)


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("nowhere")])
def test_something_else_at_the_place_of_a_run_is_an_error(
    store: Store, finished: Callable[..., Run], make: Callable[[Path], None]
) -> None:
    store.save(finished(1))
    make(store.folder / "runs" / f"{finished().experiment.id}.json")
    with pytest.raises(StoreError, match=r"a folder lies where a file is needed|no run; move it"):
        store.save(finished())


def test_a_name_that_is_too_long_for_the_disk_is_an_error(store: Store) -> None:
    with pytest.raises(StoreError, match=r"cannot write .*: File name too long; check the disk"):
        store.save_correction("x" * 300, {})


def fail(number: int) -> Callable[..., int]:
    def failing(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    return failing


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full; make room, then run the same command again"),
        (errno.EDQUOT, "the disk quota is used up; make room"),
        (errno.EIO, "Input/output error; check the disk and its folder"),
    ],
)
@pytest.mark.parametrize("step", ["write", "fsync"])
def test_a_full_or_failing_disk_loses_nothing_that_was_stored(
    store: Store,
    finished: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    words: str,
    step: str,
) -> None:
    store.save(finished(1))
    store.save_checkpoint("ab12", b"one")
    store.save_correction("wang2023", [1])
    before = {path: path.read_bytes() for path in store.folder.rglob("*") if path.is_file()}
    with monkeypatch.context() as patched:
        patched.setattr(os, step, fail(number))
        attempts: list[Callable[[], None]] = [
            lambda: store.save(finished()),
            lambda: store.save_weights("ab12", b"weights"),
            lambda: store.save_checkpoint("ab12", b"two"),
            lambda: store.save_correction("wang2023", [2]),
        ]
        for attempt in attempts:
            with pytest.raises(StoreError, match=r"cannot write .*store.*: " + words):
                attempt()
    after = {path: path.read_bytes() for path in store.folder.rglob("*") if path.is_file()}
    assert after == before
    store.save(finished())
    assert store.find(finished().experiment.id) == finished()


LIMITED = """
import resource, sys
from pathlib import Path
from prune_audit.reruns.store import Store, StoreError
store = Store(Path(sys.argv[1]))
store.save_checkpoint("ab12", b"1" * 1000)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    store.save_checkpoint("ab12", b"2" * 100_000)
except StoreError as error:
    print(error)
"""


def test_a_file_larger_than_the_system_allows_is_an_error(store: Store) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(store.folder)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert "cannot write" in done.stdout
    assert "larger than allowed; raise the limit (ulimit -f)" in done.stdout
    assert store.checkpoint("ab12") == b"1" * 1000
    assert not list(store.folder.rglob("*.partial"))


def test_a_disk_without_hard_links_will_do(
    store: Store, finished: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", fail(errno.EPERM))
    run = finished()
    for _ in range(2):
        store.save(run)
        assert store.find(run.experiment.id) == run
    store.save_checkpoint("ab12", b"one")
    store.save_checkpoint("ab12", b"two")
    assert store.checkpoint("ab12") == b"two"
    assert not list(store.folder.rglob("*.partial"))


def test_a_folder_whose_names_cannot_be_forced_to_the_disk_will_do(
    store: Store, finished: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if os.path.isdir(f"/dev/fd/{descriptor}"):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    store.save(finished())
    assert store.find(finished().experiment.id) == finished()


def test_a_disk_without_locks_is_an_error(
    store: Store, finished: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fcntl.flock", fail(errno.ENOLCK))
    with pytest.raises(StoreError, match=r"has no locks; .* such as a local disk"):
        store.save(finished())


def test_a_system_without_locks_can_read_a_store_and_says_that_it_cannot_write_one(
    store: Store, finished: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(finished())
    monkeypatch.setitem(sys.modules, "fcntl", None)
    assert store.find(finished().experiment.id) == finished()
    with pytest.raises(StoreError, match="Windows can read a store, not write one"):
        store.save(finished(1))
