"""What a user names to rerun: claim files, folders, and rows of a file as ``file#pattern``."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from prune_audit.paths import claim_files


class Targets(NamedTuple):
    """Claim files in a fixed order, and the patterns of row names asked for in some of them."""

    files: tuple[str, ...]
    patterns: Mapping[str, Sequence[str]]


def targets(arguments: Iterable[str]) -> Targets:
    """Read arguments such as ``claims``, ``claims/foo.yaml`` and ``claims/foo.yaml#t4-*``.

    A pattern (``*``, ``?``, ``[...]``) is matched against names of rows and of sweeps. A file that
    is named without a pattern stands for all of its rows, whatever else is asked for.
    """
    whole: list[str] = []
    patterns: dict[str, list[str]] = {}
    for argument in arguments:
        name, mark, pattern = argument.rpartition("#")
        if mark and not os.path.lexists(argument):
            for file in claim_files([name]):
                patterns.setdefault(file, []).append(pattern)
        else:
            whole += claim_files([argument])
    for file in whole:
        patterns.pop(file, None)
    return Targets(tuple(dict.fromkeys([*whole, *patterns])), patterns)
