"""What a suppression is: which rules, where, why, whose, until when."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from prune_audit.findings import Finding, SuppressedBy
from prune_audit.fingerprint import named
from prune_audit.places import Place
from prune_audit.waivers.patterns import path_pattern, pointer_pattern


class OneLine(NamedTuple):
    """Findings that have an anchor on one line of the file they belong to."""

    file: str
    line: int

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is one of them."""
        spots = ((place.file, place.line) for place in finding.anchors)
        return finding.place.file == self.file and (self.file, self.line) in spots

    def reads(self, file: str) -> bool:
        """Whether a checked file can hold such findings."""
        return file == self.file

    def __str__(self) -> str:
        return f"on line {self.line}" if self.line else "below this comment"


class OneFile(NamedTuple):
    """Findings of one file."""

    file: str

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is one of them."""
        return finding.place.file == self.file

    def reads(self, file: str) -> bool:
        """Whether a checked file can hold such findings."""
        return file == self.file

    def __str__(self) -> str:
        return "in this file"


@dataclass(frozen=True)
class Matching:
    """Findings in files that patterns match, as seen from a folder.

    ``pointer`` is a pattern that the pointer of an anchor in that file must match, any if empty.
    ``whole`` says that all claim files that the patterns match are checked.
    """

    folder: Path
    files: tuple[str, ...] = ("**",)
    pointer: str = ""
    whole: bool = True

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is one of them."""
        file = finding.place.file
        return self.reads(file) and (
            not self.pointer
            or any(
                self._pointer.fullmatch(place.pointer)
                for place in finding.anchors
                if place.file == file
            )
        )

    def reads(self, file: str) -> bool:
        """Whether a checked file can hold such findings."""
        name = named(file, self.folder)
        return any(pattern.fullmatch(name) for pattern in self._files)

    @cached_property
    def _files(self) -> tuple[re.Pattern[str], ...]:
        return tuple(map(path_pattern, self.files))

    @cached_property
    def _pointer(self) -> re.Pattern[str]:
        return pointer_pattern(self.pointer)

    def __str__(self) -> str:
        below = f" under {self.pointer}" if self.pointer else ""
        return f"in {', '.join(self.files)}{below}"


Where = OneLine | OneFile | Matching


@dataclass(frozen=True)
class Suppression:
    """One comment or table: findings of some rules, at some place, do not count.

    ``words`` are codes or names of rules, families such as PA1 where ``families`` allows them.
    ``place`` is that of the comment or table itself. ``until`` is the last day on which it acts.
    """

    words: tuple[str, ...]
    where: Where
    place: Place
    by: SuppressedBy
    reason: str
    owner: str = ""
    until: date | None = None
    families: bool = False
