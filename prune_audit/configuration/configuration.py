"""A configuration file -> the values it states, or everything that is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prune_audit.configuration.errors import ConfigurationError
from prune_audit.configuration.keys import KEYS, SUPPRESS
from prune_audit.configuration.lines import line_of
from prune_audit.configuration.source import PROJECT, TABLE, Source, opened, search
from prune_audit.configuration.suggestions import unknown
from prune_audit.configuration.tables import read_tables
from prune_audit.paths import STDIN, printable
from prune_audit.problems import cut
from prune_audit.waivers.suppression import Suppression

_MOST_FAULTS = 50


@dataclass(frozen=True)
class Configuration:
    """What a file states: values by key, and suppressions."""

    source: Source
    values: Mapping[str, Any]
    suppressions: tuple[Suppression, ...]

    def place(self, key: str) -> tuple[str, int]:
        """Return file and line of a key."""
        source = self.source
        return source.name, line_of(source.text, (*source.keys, key))


def find(files: Iterable[str], named: Path | None, *, isolated: bool) -> Configuration | None:
    """Return the configuration of a command on some files, None where there is none.

    A named one is read whatever lies beside the files; ``isolated`` reads none.

    Raises:
        ConfigurationError: both are asked for, a file that cannot be used, or files whose
            configurations differ.
    """
    if named is not None and isolated:
        raise ConfigurationError(["--config and --isolated exclude each other"])
    if isolated:
        return None
    source = opened(named) if named is not None else _shared(files)
    return read(source) if source else None


def _shared(files: Iterable[str]) -> Source | None:
    """Return the one configuration of all files."""
    first: tuple[str, Source | None] | None = None
    known: dict[Path, Source | None] = {}
    for file in files:
        found = search(Path.cwd() if file == STDIN else Path(file).parent, known)
        if first is None:
            first = (file, found)
        elif _path(first[1]) != _path(found):
            raise ConfigurationError([_differ(first, (file, found))])
    return first[1] if first else None


def _path(source: Source | None) -> Path | None:
    return source.path if source else None


def _differ(one: tuple[str, Source | None], other: tuple[str, Source | None]) -> str:
    told = (
        f"{printable(file)} {f'is under {source.name}' if source else 'is under no configuration'}"
        for file, source in (one, other)
    )
    return (
        f"the files have different configurations: {', '.join(told)}; check them one by one, name "
        "one with --config FILE, or use none with --isolated"
    )


def read(source: Source) -> Configuration:
    """Read every key of a configuration.

    Raises:
        ConfigurationError: keys that are not known, values that are not what their key expects; all
            of them, with their lines.
    """
    suppressions, wrong_tables = read_tables(source)
    values: dict[str, Any] = {}
    wrong = list(_read_values(source, values))
    if wrong or wrong_tables:
        every = [*wrong, *wrong_tables]
        more = [f"and {len(every) - _MOST_FAULTS} more"] if len(every) > _MOST_FAULTS else []
        raise ConfigurationError([*every[:_MOST_FAULTS], *more])
    return Configuration(source, values, suppressions)


def _read_values(source: Source, values: dict[str, Any]) -> Iterator[str]:
    """Fill in the values that can be read; yield what is wrong with the others."""
    folder = source.path.parent
    for name, value in source.table.items():
        if name == SUPPRESS:
            continue
        if name == TABLE[0] and not source.keys:
            heading = f"[{'.'.join(TABLE)}]"
            yield f"{_where(source, name)}: {heading} is for {PROJECT}; drop the heading here"
            continue
        if name not in KEYS:
            yield f"{_where(source, name)}: {unknown(name, (*KEYS, SUPPRESS))}"
            continue
        try:
            values[name] = KEYS[name].read(value, folder)
        except ValueError as error:
            expected = KEYS[name].expects
            reason = f" ({error})" if name in ("select", "ignore") else ""
            got = cut(_toml(value))
            yield f"{_where(source, name)}: {name}: expected {expected}, got {got}{reason}"


def _where(source: Source, name: str) -> str:
    return f"{source.name}:{line_of(source.text, (*source.keys, name))}"


def _toml(value: Any) -> str:
    """Return a value as it may stand in the file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return "a table" if isinstance(value, dict) else str(value)
