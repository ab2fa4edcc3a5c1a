"""Text that must not grow beyond a limit: whole entries are left out, and how many is said."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

RESERVE = 300
"""Bytes that are kept for saying what was left out."""


class Section(NamedTuple):
    """Entries between a head and a tail; ``share`` is the part of the limit that they may fill.

    A section whose first entry does not fit is left out with its head and tail.
    """

    head: str
    entries: tuple[str, ...]
    tail: str = ""
    share: float = 1.0


def fitted(sections: Iterable[Section], limit: int) -> tuple[str, int]:
    """Return the text of sections, at most ``limit`` UTF-8 bytes, and how many entries it lacks."""
    parts: list[str] = []
    room, left_out = limit - RESERVE, 0
    for section in sections:
        kept = list(_kept(section, min(room, int(section.share * limit))))
        left_out += len(section.entries) - len(kept)
        if kept or not section.entries:
            text = "".join([section.head, *kept, section.tail])
            parts += [text] if size(text) <= room else []
            room -= size(text) if size(text) <= room else 0
    return "".join(parts), left_out


def _kept(section: Section, room: int) -> Iterator[str]:
    room -= size(section.head) + size(section.tail)
    for entry in section.entries:
        room -= size(entry)
        if room < 0:
            return
        yield entry


def size(text: str) -> int:
    """Return the length in UTF-8 bytes; no count of characters, of whatever kind, is larger."""
    return len(text.encode())
