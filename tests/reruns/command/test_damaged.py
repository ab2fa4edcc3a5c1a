"""Files of a store that are damaged, or cannot be written, between reruns and while they run."""

import json
import resource
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from prune_audit.reruns.run import Run

Desk = Any  # the class of conftest.py

READ_ONLY = """
import errno, os
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
real = os.open

def refused(path, *_):
    raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

def open_(path, flags, *rest, **options):
    in_store = ".prune-audit" in str(path)
    return refused(path) if flags & WRITING and in_store else real(path, flags, *rest, **options)

os.open = open_
for name in ("mkdir", "link", "replace", "rename", "unlink"):
    setattr(os, name, refused)
from prune_audit.cli import main
main()
"""


def dense(runs: dict[str, Run], seed: int) -> str:
    """Return the id of the base model of a seed."""
    return next(
        run_id
        for run_id, run in runs.items()
        if run.experiment.seed == seed and run.experiment.pruning is None
    )


def rows(runs: dict[str, Run], seed: int) -> list[str]:
    """Return the ids of the pruned runs of a seed."""
    return [
        run_id
        for run_id, run in runs.items()
        if run.experiment.seed == seed and run.experiment.pruning
    ]


def test_what_is_damaged_is_run_again_and_nothing_else(copied: Desk, finished_desk: Desk) -> None:
    runs = copied.runs()
    truncated, lost = rows(runs, 0)
    emptied = rows(runs, 1)[0]
    folder = copied.store.folder
    for run_id, left in ((truncated, 300), (emptied, 0)):
        path = folder / "runs" / f"{run_id}.json"
        path.write_bytes(path.read_bytes()[:left])
    (folder / "runs" / f"{lost}.json").unlink()
    [weights] = (folder / "weights").glob(f"{dense(runs, 0)}-*.pt")
    weights.write_bytes(weights.read_bytes()[:-1])
    copied.store.save_checkpoint(lost, b"no checkpoint")
    before = copied.files()

    done = copied.rerun()
    assert done.returncode == 0
    assert copied.runs() == finished_desk.runs()
    notices = [line for line in done.stderr.splitlines() if line.startswith("prune-audit: ")]
    for name in (f"runs/{truncated}.json", f"runs/{emptied}.json", f"weights/{weights.name}"):
        assert sum(name in line and "was damaged" in line for line in notices) == 1, notices
    assert sum(f"checkpoint of run {lost} is not used" in line for line in notices) == 1
    assert len(notices) == 4
    after = copied.files()
    changed = {name for name, data in before.items() if after.get(name) != data}
    assert changed == {
        f".prune-audit/runs/{truncated}.json",
        f".prune-audit/runs/{emptied}.json",
        f".prune-audit/weights/{weights.name}",
        *(name for name in before if "/checkpoints/" in name),
    }
    again = copied.rerun()
    assert (again.returncode, again.stderr, again.stdout) == (0, "", done.stdout)


def test_a_read_only_store_is_printed_from(copied: Desk) -> None:
    printed = copied.rerun().stdout
    done = copied.rerun(program=("-c", READ_ONLY))
    assert (done.returncode, done.stderr, done.stdout) == (0, "", printed)


def test_what_follows_from_runs_is_printed_also_where_it_cannot_be_kept(copied: Desk) -> None:
    claim = json.loads((copied.path / "claim.yaml").read_text())
    claim["results"]["ours"]["top1"] = "91.0"
    (copied.path / "claim.yaml").write_text(json.dumps(claim))
    done = copied.rerun(program=("-c", READ_ONLY))
    assert (done.returncode, "91.0" in done.stdout) == (0, True)
    assert "is printed, not kept: cannot" in done.stderr
    assert "the file system is read-only" in done.stderr


def test_a_disk_that_is_full_is_told_about_and_nothing_is_lost(
    copied: Desk, finished_desk: Desk
) -> None:
    before = copied.files()
    small = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (100_000, 100_000))
    done = copied.rerun(seeds=3, preexec_fn=small)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = [line for line in done.stderr.splitlines() if line.startswith("prune-audit: ")]
    assert "cannot write .prune-audit/weights/" in line
    assert "the file is larger than allowed" in line
    assert "then run the same command again: finished runs are kept" in line
    assert "Traceback" not in done.stderr
    assert copied.files() == before

    done = copied.rerun(seeds=3)
    assert done.returncode == 0
    assert "9 runs, 6 of them in the store; to run: 3 runs, 16 epochs" in done.stderr
    assert len(copied.runs()) == 9
    assert finished_desk.runs().items() <= copied.runs().items()


@pytest.mark.parametrize("where", ["claim.yaml", "claim.yaml/store"])
def test_a_store_that_cannot_be_a_folder_is_an_error(desk: Desk, where: str) -> None:
    done = desk.rerun("--store", str(Path(where)))
    assert (done.returncode, done.stdout) == (2, "")
    assert "a file lies where a folder is needed" in done.stderr
