"""What a user names -> the submissions there: folders with a file called ``submission.yaml``.

Links are never followed: a submission can come from anyone, and reports quote what they read.
"""

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from prune_audit.benchmark.problems import duplicate_id, link_in_submission, not_a_submission
from prune_audit.claim import Claim
from prune_audit.load import Loaded, load_file
from prune_audit.paths import SUFFIXES, printable
from prune_audit.places import Place
from prune_audit.problems import Problem
from prune_audit.submission import FILE_NAME


def submission_files(arguments: Iterable[str]) -> list[str]:
    """Return the submission files that arguments name, each once, in a fixed order.

    A folder stands for every ``submission.yaml`` below it. A plain name of a file is kept, also
    where there is nothing, so that it is reported; so is a link, which is not followed.
    """
    named = (file for argument in arguments for file in _named(argument))
    first: dict[str, str] = {}
    for file in named:
        first.setdefault(os.path.normpath(file), file)
    return list(first.values())


def _named(argument: str) -> Iterator[str]:
    if os.path.isdir(argument):
        yield from _below(argument)
    elif os.path.lexists(argument) or not glob.has_magic(argument):
        yield argument
    else:
        for match in sorted(glob.glob(argument, recursive=True)):
            if os.path.isdir(match):
                yield from [match] if os.path.islink(match) else _below(match)
            elif os.path.basename(match) == FILE_NAME:
                yield match


def _below(folder: str) -> list[str]:
    found = []
    for inner, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [os.path.join(inner, name) for name in files if name == FILE_NAME]
        found += [path for name in folders if os.path.islink(path := os.path.join(inner, name))]
    return sorted(found)


def read_submissions(files: Iterable[str]) -> Iterator[Loaded]:
    """Read submission files; a bad one becomes problems and does not stop the others."""
    for file in files:
        name = printable(file)
        if links := [*_links(Path(file))]:
            found = tuple(link_in_submission(Place(name), printable(link)) for link in links)
            yield Loaded(name, "", None, found)
        else:
            yield _submission(load_file(Path(file), name))


def _submission(loaded: Loaded) -> Loaded:
    if loaded.claim is None or loaded.claim.submission is not None:
        return loaded
    return replace(loaded, claim=None, problems=(not_a_submission(Place(loaded.name)),))


def _links(file: Path) -> Iterator[str]:
    """Yield the links among the file, its folder and the YAML files that it could refer to."""
    if file.is_symlink():
        yield str(file)
        return
    if file.parent.is_symlink():
        yield str(file.parent)
    for other in sorted(file.parent.glob("*")) if file.is_file() else ():
        if other.suffix in SUFFIXES and other.is_symlink():
            yield str(other)


def same_ids(claims: Iterable[Claim], accepted: Iterable[Claim]) -> Iterator[Problem]:
    """Find ids that two submissions share, the accepted ones first."""
    taken: dict[str, Place] = {}
    for known, claim in [*((True, one) for one in accepted), *((False, one) for one in claims)]:
        if claim.submission is None:
            continue
        entry = claim.submission.id
        first = taken.setdefault(entry.text, entry.place)
        if first is not entry.place and not known:
            yield duplicate_id(entry.place, entry.text, first)
