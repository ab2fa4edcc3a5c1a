"""What a user says of a whole table: the paper, the common facts of its rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from prune_audit.forms import SILENCES
from prune_audit.importers.grid import TableError
from prune_audit.importers.targets import target
from prune_audit.readers import ARXIV, YEAR, Reader


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts beside the cells; empty where nothing is said.

    ``common`` holds keys of a row that no column holds, such as ``dataset`` or ``retraining.lr``;
    ``units`` the unit of bare numbers by key. ``section`` is the key that the headings inside the
    table hold (``network``, ``dataset``, or ``note``). Rows whose method is one of ``base_rows``
    are the dense networks of the rows like them.
    """

    title: str = ""
    venue: str = ""
    year: str = ""
    arxiv: str = ""
    table: str = ""
    common: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    section: str = "note"
    base_rows: tuple[str, ...] = ()

    def check(self) -> None:
        """Refuse facts that a claim file could not hold.

        Raises:
            TableError: one line per fact.
        """
        problems = list(self._problems())
        if problems:
            raise TableError("\n".join(problems))

    def _problems(self) -> Iterable[str]:
        checked: list[tuple[str, str, Reader[Any]]] = [
            ("year", self.year, YEAR), ("arxiv", self.arxiv, ARXIV),
        ]  # fmt: skip
        for name, text, reader in checked:
            if text:
                try:
                    reader.parse(text)
                except ValueError as error:
                    yield f"--{name}: {error}"
        for key, text in self.common.items():
            try:
                wanted = target(key)
                if text not in SILENCES or key == "method":
                    wanted.reader.parse(text)
            except ValueError as error:
                yield f"{key}={text}: {error}"

    def unfilled(self) -> tuple[str, ...]:
        """Return what the file will lack of the paper, as its keys."""
        stated = {
            "paper.title": self.title, "paper.venue": self.venue, "paper.year": self.year,
            "source": self.table,
        }  # fmt: skip
        return tuple(name for name, text in stated.items() if not text)
