"""Where a configuration stands: found from a folder upwards, read as TOML."""

import os
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from prune_audit.configuration.errors import ConfigurationError
from prune_audit.filetext import RefusedError, decode
from prune_audit.paths import printable

OWN = "prune-audit.toml"
PROJECT = "pyproject.toml"
TABLE = ("tool", "prune-audit")
_MISSPELT = "prune_audit"
MAX_BYTES = 1 << 20
_AT = re.compile(r"(?P<reason>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)")
_HELP = "mend it, or leave it out with --isolated"


@dataclass(frozen=True)
class Source:
    """A file that holds a configuration.

    ``keys`` is the path of its table inside the file: empty in a file of its own. ``name`` is how
    messages call the file.
    """

    path: Path
    name: str
    text: str
    keys: tuple[str, ...]
    table: dict[str, Any]


def search(folder: Path, known: dict[Path, Source | None]) -> Source | None:
    """Return the nearest configuration from a folder upwards, None where there is none.

    In one folder ``prune-audit.toml`` wins. A ``pyproject.toml`` without ``[tool.prune-audit]`` is
    passed over. ``known`` holds what was found from other folders, and takes in what is found here.

    Raises:
        ConfigurationError: a file that cannot be read as TOML.
    """
    start = Path(os.path.abspath(folder))
    passed = []
    found = None
    for inner in (start, *start.parents):
        if inner in known:
            found = known[inner]
            break
        passed.append(inner)
        if found := _inside(inner):
            break
    known.update(dict.fromkeys(passed, found))
    return found


def _inside(folder: Path) -> Source | None:
    own, project = folder / OWN, folder / PROJECT
    if os.path.lexists(own):
        return opened(own)
    # unlike Path.is_file, this is no error in a folder that may not be looked into
    return _project(project) if os.path.isfile(project) else None


def shadowed(source: Source) -> str | None:
    """Return the project file beside a configuration of its own, if its table is not read."""
    project = source.path.parent / PROJECT
    if source.path.name != OWN or not os.path.isfile(project):
        return None
    try:
        return shown(project) if _project(project) else None
    except ConfigurationError:
        return None


def opened(path: Path) -> Source:
    """Read a configuration file that is named or found: a file of its own, or a project's.

    Raises:
        ConfigurationError: a file that cannot be read as TOML, or a project's without the table.
    """
    if path.name == PROJECT:
        source = _project(path)
        if source is None:
            raise ConfigurationError([f"{shown(path)} has no table [tool.prune-audit]"])
        return source
    text = _text(_bytes(path), path)
    return Source(path, shown(path), text, (), parsed(text, shown(path)))


def _project(path: Path) -> Source | None:
    data = _bytes(path)
    # most projects say nothing about this tool, and parsing takes longer than looking
    if not re.search(rb"(?s)prune-audit|tool.{0,9}prune_audit", data):
        return None
    text = _text(data, path)
    table: Any = parsed(text, shown(path)).get(TABLE[0])
    table = table if isinstance(table, dict) else {}
    if _MISSPELT in table and TABLE[1] not in table:
        raise ConfigurationError(
            [f"{shown(path)}: [tool.{_MISSPELT}] is not read; write [tool.prune-audit]; {_HELP}"]
        )
    table = table.get(TABLE[1])
    if table is None:
        return None
    if not isinstance(table, dict):
        raise ConfigurationError([f"{shown(path)}: tool.prune-audit is no table of keys"])
    return Source(path, shown(path), text, TABLE, table)


def parsed(text: str, name: str) -> dict[str, Any]:
    """Parse TOML; numbers with a point are read exactly.

    Raises:
        ConfigurationError: broken syntax.
    """
    import tomllib  # takes some milliseconds, which a check without a configuration need not pay

    try:
        return tomllib.loads(text, parse_float=Decimal)
    except RecursionError as error:
        raise ConfigurationError([f"{name}: nested too deeply; {_HELP}"]) from error
    except (ValueError, ArithmeticError) as error:
        at = _AT.fullmatch(str(error))
        last = text.rstrip().count("\n") + 1
        line = f":{at['line'] or last}" if at else ""
        reason = at["reason"] if at else str(error)
        raise ConfigurationError(
            [f"{name}{line}: not readable as TOML: {reason}; {_HELP}"]
        ) from error


def shown(path: Path) -> str:
    """Return a path as messages name it: from the working folder if it lies below it."""
    return printable(str(near(path)))


def near(path: Path) -> Path:
    """Return a path from the working folder if it lies below it, else from the root."""
    full = Path(os.path.abspath(path))
    here = Path.cwd()
    return full.relative_to(here) if full.is_relative_to(here) else full


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            what = "is no regular file" if os.path.lexists(path) else "does not exist"
            raise ConfigurationError([f"the configuration {shown(path)} {what}"])
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigurationError([f"{shown(path)} cannot be read: {reason}; {_HELP}"]) from error


def _text(data: bytes, path: Path) -> str:
    try:
        return decode(data, shown(path))
    except RefusedError as refused:
        place, reason = refused.problem.anchors[0], refused.problem.message
        raise ConfigurationError([f"{place.file}:{place.line}: {reason}; {_HELP}"]) from refused
