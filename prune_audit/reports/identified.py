"""What machines know a finding by: its file as seen from the root, and a fingerprint."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import NamedTuple

from prune_audit.findings import Finding
from prune_audit.fingerprint import fingerprint, named
from prune_audit.reports.look import Look


class Identified(NamedTuple):
    """A finding with its fingerprint; ``turn`` tells findings apart that share one, from 1 on."""

    finding: Finding
    fingerprint: str
    turn: int


def identified(findings: Iterable[Finding], look: Look) -> Iterator[Identified]:
    """Yield findings with their fingerprints, in the order given."""
    turns: Counter[str] = Counter()
    for finding in findings:
        print_ = fingerprint(finding, root(look))
        turns[print_] += 1
        yield Identified(finding, print_, turns[print_])


def root(look: Look) -> Path:
    """Return the folder that paths are relative to."""
    return look.root or Path.cwd()


def path(file: str, look: Look) -> str:
    """Return a file's path from the root, with forward slashes; standard input keeps its name."""
    return named(file, root(look))


def is_file(file: str) -> bool:
    """Whether a name is that of a file; standard input is called ``<stdin>``."""
    return not file.startswith("<")


def is_inside(file: str, look: Look) -> bool:
    """Whether a file lies below the root."""
    return is_file(file) and PurePath(os.path.relpath(file, root(look))).parts[:1] != (os.pardir,)
