"""Places in files, and what a claim file states there."""

from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Place(NamedTuple):
    """Where something stands: 1-based line and column, and the keys that lead there."""

    file: str
    line: int = 1
    column: int = 1
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Silence(StrEnum):
    """Why a value is not known.

    *unreported*: the source was read and does not state it. *unverified*: nobody has read it; an
    optional key that a claim file leaves out is unverified too.
    """

    UNREPORTED = "unreported"
    UNVERIFIED = "unverified"


class Entry(NamedTuple, Generic[T]):
    """One value of a claim file with its exact text and place; ``value`` is None when silent.

    ``places`` are those of the items where the value is a list.
    """

    place: Place
    text: str = ""
    value: T | None = None
    silence: Silence | None = Silence.UNVERIFIED
    looked: str = ""
    places: tuple[Place, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the claim file states a value."""
        return self.value is not None

    @property
    def unreported(self) -> bool:
        """Whether the source was read and does not state it."""
        return self.silence is Silence.UNREPORTED

    def __str__(self) -> str:
        return self.text or str(self.silence)
