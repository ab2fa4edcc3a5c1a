"""The folder of a store: what lies where, how it is set up, and where damaged files go."""

from contextlib import suppress
from pathlib import Path

from prune_audit.reruns.failures import StoreError
from prune_audit.reruns.files import PARTIAL, make_folder, move, names, remove_partial, write_new

FOLDERS = (
    "runs", "weights", "checkpoints", "measurements", "corrections", "damaged", "locks",
)  # fmt: skip
_README = """\
This folder is a store of prune-audit: what its reruns have found so far.

runs/         one file per finished run: the experiment, accuracy and loss per epoch, cost
weights/      final weights of base models, from which other runs start
checkpoints/  where an unfinished run goes on after an interruption
measurements/ what studies measured on networks, beside their runs
corrections/  what followed from the runs, per claim file
speeds.json   measured training times, for estimates
locks/        which process works on which run
damaged/      files that did not hold what was written, with the reason; nothing here is used

A finished run is never repeated: delete this folder and every run has to be paid for again.
Files may be copied from one store to another; edited files are noticed and set aside.
"""
_SETUP = {"README.txt": _README, ".gitignore": "*\n"}


def set_up(folder: Path) -> None:
    """Make what is missing of a store, and remove what killed writers left behind.

    Raises:
        StoreError: the folder cannot be made, or holds files of something else.
    """
    make_folder(folder)
    found = {name for name in names(folder) if not name.endswith(PARTIAL)}
    if not {"runs", "locks"} <= found:
        _refuse_foreign(folder, found - {*_SETUP, *FOLDERS})
        for name, text in _SETUP.items():
            write_new(folder / name, text.encode())
    for name in FOLDERS:
        make_folder(folder / name)
        remove_partial(folder / name)
    remove_partial(folder)


def _refuse_foreign(folder: Path, foreign: set[str]) -> None:
    # a .gitignore of ours would hide these files from git
    if foreign:
        raise StoreError(
            f"{folder} is no store and not empty: it holds {min(foreign)}; choose a new or an "
            "empty folder for the store"
        )


def set_aside(path: Path, damaged: Path, reason: str) -> Path:
    """Move a damaged file to the folder of damaged ones, with a note of the reason.

    Raises:
        StoreError: it cannot be moved.
    """
    plain = f"{path.parent.name}-{path.name}"
    taken = names(damaged)
    name = next(one for one in _numbered(plain, len(taken)) if one not in taken)
    move(path, damaged / name)
    with suppress(StoreError):  # a full disk: the reason is told to the user as well
        write_new(damaged / f"{name}.txt", f"{path}: {reason}\n".encode())
    return damaged / name


def _numbered(name: str, most: int) -> list[str]:
    return [name, *(f"{name}.{number}" for number in range(2, most + 3))]
