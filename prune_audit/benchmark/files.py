"""What a user names -> the submissions there: folders with a file called ``submission.yaml``.

Links are never followed: a submission can come from anyone, and reports quote what they read.
"""

import glob
import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from prune_audit.benchmark.problems import duplicate_id, link_in_submission, not_a_submission
from prune_audit.claim import Claim
from prune_audit.load import Loaded, load_file
from prune_audit.paths import SUFFIXES, printable
from prune_audit.places import Place
from prune_audit.problems import Problem, unreadable
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
    if link := _link_to(argument):
        yield link
    elif os.path.isdir(argument):
        yield from _below(argument)
    elif os.path.lexists(argument) or not glob.has_magic(argument):
        yield argument
    else:
        yield from sorted(_matching(PurePath(argument).parts))


def _link_to(path: str) -> str | None:
    """Return the first link on the way to a path from the working folder, or the path if it is one.

    Links above the working folder, such as ``/tmp`` of macOS, are the user's own.
    """
    whole = Path(os.path.abspath(path))
    if whole.is_symlink():
        return os.path.normpath(path)
    home = Path.cwd()
    inside = [*reversed(whole.parents)] if whole.is_relative_to(home) else []
    links = (one for one in inside if one.is_relative_to(home) and one != home and one.is_symlink())
    return next((os.path.relpath(one) for one in links), None)


def _matching(pattern: Sequence[str]) -> Iterator[str]:
    """Yield the submissions that a pattern names, and the links on its way, which stay closed."""
    first = next(number for number, part in enumerate(pattern) if glob.has_magic(part))
    home, wanted = PurePath(*pattern[:first]), pattern[first:]
    if link := _link_to(str(home)):
        yield link
        return
    for inner, folders, files in os.walk(home):
        at = PurePath(inner).relative_to(home).parts
        leading = [n for n in folders if n[0] != "." and _fits((*at, n), wanted, leading=True)]
        folders[:] = leading
        for name in leading:
            path = str(PurePath(inner) / name)
            if os.path.islink(path):
                yield path
            elif _fits((*at, name), wanted):
                yield from _below(path)
        if FILE_NAME in files and _fits((*at, FILE_NAME), wanted):
            yield str(PurePath(inner) / FILE_NAME)


def _fits(parts: Sequence[str], wanted: Sequence[str], *, leading: bool = False) -> bool:
    """Whether a path fits the parts of a pattern; ``leading``: whether one below it could."""
    if not parts:
        return leading or all(part == "**" for part in wanted)
    if not wanted:
        return False
    if wanted[0] == "**":
        shorter = _fits(parts, wanted[1:], leading=leading)
        return shorter or _fits(parts[1:], wanted, leading=leading)
    return fnmatchcase(parts[0], wanted[0]) and _fits(parts[1:], wanted[1:], leading=leading)


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
        bare = _printing(name)
        if bare != file:
            reason = "its path holds characters that do not print, or bytes that are no UTF-8"
            yield Loaded(bare, "", None, (unreadable(Place(bare), reason),))
        elif links := [*_links(Path(file))]:
            found = tuple(link_in_submission(Place(name), printable(link)) for link in links)
            yield Loaded(name, "", None, found)
        else:
            yield _submission(load_file(Path(file), name))


def _printing(name: str) -> str:
    """Return a path without what could steer a terminal or a log."""
    odd = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return "".join("\ufffd" if unicodedata.category(c) in odd else c for c in name)


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
