"""What a rule says about a place in a file."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from prune_audit.places import Place


class Severity(StrEnum):
    """How much a finding matters, gravest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


class Tier(StrEnum):
    """How a finding is known.

    *conclusive*: arithmetic or logic, proof given the inputs. *heuristic*: a hint.
    """

    CONCLUSIVE = "conclusive"
    HEURISTIC = "heuristic"


class Hit(NamedTuple):
    """What a rule returns: a message, the places it rests on (first the main one), and a fix."""

    message: str
    anchors: tuple[Place, ...]
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit with what the registry knows of its rule."""

    code: str
    name: str
    severity: Severity
    tier: Tier
    message: str
    anchors: tuple[Place, ...]
    fix: str = ""

    @property
    def place(self) -> Place:
        """The main place."""
        return self.anchors[0]

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """File, line, column, code, message: one order for every format."""
        place = self.place
        return (place.file, place.line, place.column, self.code, self.message)


class SuppressedBy(StrEnum):
    """What keeps a finding from counting."""

    COMMENT = "comment"
    CONFIGURATION = "configuration"
    BASELINE = "baseline"
    WAIVER = "waiver of the benchmark"


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that does not count, and by whose word; it stays visible in json and sarif.

    ``until`` is a date as YYYY-MM-DD. ``place`` is that of the comment or table that says so.
    """

    finding: Finding
    by: SuppressedBy
    reason: str
    owner: str = ""
    until: str = ""
    place: Place | None = None
