"""Names for rows, base models and files, made from the texts of a source."""

import re

_RESERVED = ("none", "unreported", "unverified")
_LONGEST = 60


def slug(text: str, otherwise: str) -> str:
    """Return letters, digits, ``.``, ``_`` and ``-`` of a text, beginning with a letter or digit.

    ``otherwise`` is taken where nothing is left, and put before a reserved word.
    """
    plain = re.sub(r"[^A-Za-z0-9._]+", "-", text)[:_LONGEST].strip("-._")
    if not plain:
        return otherwise
    return f"{otherwise}-{plain}" if plain.lower() in _RESERVED else plain


class Names:
    """Gives out names, each once, also for file systems that do not tell cases apart."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._last: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """Return the wanted name, or with -2, -3 ... behind it where it is taken."""
        name, number = wanted, self._last.get(wanted.lower(), 1)
        while name.lower() in self._taken:
            number += 1
            name = f"{wanted}-{number}"
        self._last[wanted.lower()] = number
        self._taken.add(name.lower())
        return name
