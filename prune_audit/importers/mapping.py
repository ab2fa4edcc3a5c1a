"""Which column of a table holds which key: asked for, proposed, or still to be said."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from prune_audit.importers.grid import Grid, TableError
from prune_audit.importers.headers import alternatives, candidates
from prune_audit.importers.targets import target
from prune_audit.importers.values import is_absent

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Undecided:
    """A column that may be several things, or that no key is known for."""

    number: int
    header: str
    keys: tuple[str, ...]
    examples: tuple[str, ...]

    @property
    def name(self) -> str:
        """The column as a message calls it."""
        return f"column {self.number} {self.header!r}"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys by column, counted from 1; several keys stand for a cell with several numbers."""

    columns: dict[int, tuple[str, ...]] = field(default_factory=dict)
    proposed: tuple[int, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    ignored: tuple[int, ...] = ()

    def decide(self, number: int, answer: str) -> "Mapping":
        """Return the mapping with one question answered by keys, or by ``ignore``.

        Raises:
            TableError: there is no such key, or another column holds it.
        """
        keys = () if answer == "ignore" else read_keys(answer)
        rest = tuple(one for one in self.undecided if one.number != number)
        columns = {**self.columns, **({number: keys} if keys else {})}
        _refuse_twice(columns)
        ignored = self.ignored if keys else (*self.ignored, number)
        return replace(self, columns=columns, undecided=rest, ignored=ignored)

    def flags(self) -> str:
        """Return the options that say the same without a question."""
        mapped = [f"--map {','.join(keys)}=#{at}" for at, keys in sorted(self.columns.items())]
        # a word that begins with # is a comment in a shell
        return " ".join([*mapped, *(f"--ignore=#{at}" for at in sorted(self.ignored))])


def resolve(grid: Grid, asked: Iterable[str], ignored: Iterable[str]) -> Mapping:
    """Return what ``--map key=column`` and ``--ignore column`` say, completed by proposals.

    A column is its header, or ``#3`` for the third. Columns without any value and without
    a known header need no decision.

    Raises:
        TableError: an unknown key or column, or one that is named twice; all at once.
    """
    problems: list[str] = []
    columns: dict[int, tuple[str, ...]] = {}
    for text in asked:
        try:
            number, keys = _asked(grid, text)
            if number in columns:
                raise TableError(f"column {number} is mapped twice; one cell, two numbers: a,b=#N")
            columns[number] = keys
        except TableError as error:
            problems.append(f"--map {text}: {error}")
    left: set[int] = set()
    for name in ignored:
        try:
            left.add(_column(grid, name))
        except TableError as error:
            problems.append(f"--ignore {name}: {error}")
    if problems:
        raise TableError("\n".join(problems))
    _refuse_twice(columns)
    return _completed(grid, columns, left)


def read_keys(text: str) -> tuple[str, ...]:
    """Read ``top1`` or ``top1,delta``.

    Raises:
        TableError: an unknown key, or more than two.
    """
    keys = tuple(key.strip() for key in text.split(","))
    for key in keys:
        target(key)
    if len(keys) > 2:
        raise TableError("a cell holds two numbers at most")
    return keys


def _completed(grid: Grid, columns: dict[int, tuple[str, ...]], left: set[int]) -> Mapping:
    taken = {key for keys in columns.values() for key in keys}
    open_columns = [
        _looked_at(grid, number)
        for number in range(1, len(grid.columns) + 1)
        if number not in columns and number not in left
    ]
    wanted = Counter(one.keys[0] for one in open_columns if len(one.keys) == 1)
    proposed: dict[int, tuple[str, ...]] = {}
    undecided: list[Undecided] = []
    for one in open_columns:
        if len(one.keys) == 1 and wanted[one.keys[0]] == 1 and one.keys[0] not in taken:
            proposed[one.number] = one.keys
        elif one.examples:
            undecided.append(replace(one, keys=_open(one.keys, taken)))
    return Mapping({**columns, **proposed}, tuple(proposed), tuple(undecided), tuple(left))


def _open(keys: Sequence[str], taken: set[str]) -> tuple[str, ...]:
    several = alternatives(keys[0]) if len(keys) == 1 else keys
    return tuple(key for key in several if key == "note" or taken.isdisjoint(key.split(",")))


def _looked_at(grid: Grid, number: int) -> Undecided:
    cells = [row.cells[number - 1].text for row in grid.rows]
    header = grid.columns[number - 1]
    stated = tuple(dict.fromkeys(cell for cell in cells if not is_absent(cell)))
    return Undecided(number, header, candidates(header, cells), stated[:_EXAMPLES])


def _asked(grid: Grid, text: str) -> tuple[int, tuple[str, ...]]:
    keys, mark, column = text.partition("=")
    if not (keys and mark and column):
        raise TableError("expected key=column, such as top1=Acc or top1=#3")
    return _column(grid, column), read_keys(keys)


def _column(grid: Grid, name: str) -> int:
    """Return the number of a column by its header, its last part, or ``#3``."""
    if re.fullmatch(r"#[0-9]{1,3}", name.strip()):
        number = int(name.strip()[1:])
        if not 1 <= number <= len(grid.columns):
            raise TableError(f"there are {len(grid.columns)} columns")
        return number
    headers = [_plain(header) for header in grid.columns]
    found = [at for at, header in enumerate(headers, 1) if header == _plain(name)]
    found = found or [
        at for at, header in enumerate(headers, 1) if header.split(" / ")[-1] == _plain(name)
    ]
    if len(found) > 1:
        several = " and ".join(f"#{at}" for at in found)
        raise TableError(f"several columns are called so: say {several}")
    if not found:
        near = get_close_matches(_plain(name), headers, 1, cutoff=0.5)
        known = ", ".join(f"#{at} {header!r}" for at, header in enumerate(grid.columns, 1))
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise TableError(f"no such column; {hint}there are {known}")
    return found[0]


def _plain(header: str) -> str:
    return " ".join(header.lower().split())


def _refuse_twice(columns: dict[int, tuple[str, ...]]) -> None:
    counted = Counter(key for keys in columns.values() for key in keys if key != "note")
    twice = [key for key, count in counted.items() if count > 1]
    if twice:
        where = ", ".join(f"#{at}" for at, keys in columns.items() if twice[0] in keys)
        raise TableError(f"{twice[0]} is mapped to several columns: {where}")
