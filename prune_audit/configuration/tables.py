"""The tables ``[[suppress]]`` of a configuration -> suppressions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from prune_audit.configuration.keys import SUPPRESS, texts
from prune_audit.configuration.lines import line_of, lines_of_tables
from prune_audit.configuration.source import Source
from prune_audit.configuration.suggestions import unknown
from prune_audit.findings import SuppressedBy
from prune_audit.places import Place
from prune_audit.waivers.suppression import Matching, Suppression
from prune_audit.waivers.written import day

EXPECTED: Mapping[str, str] = {
    "code": 'the code or name of a rule, or a family, such as "PA104"',
    "codes": 'a list of codes, names or families such as ["PA104", "PA2"]',
    "files": 'a pattern or a list of patterns from this folder on, such as "claims/**/*.yaml"',
    "pointer": 'a pattern such as "results.foo.*"',
    "reason": "a text",
    "owner": "a text",
    "until": "a date such as 2030-12-31",
}


def read_tables(source: Source) -> tuple[tuple[Suppression, ...], list[str]]:
    """Return what the tables suppress, and what is wrong with them."""
    tables = source.table.get(SUPPRESS, [])
    path = (*source.keys, SUPPRESS)
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        where = f"{source.name}:{line_of(source.text, path)}"
        return (), [f"{where}: {SUPPRESS}: expected tables, each under [[{'.'.join(path)}]]"]
    lines = lines_of_tables(source.text, path, len(tables))
    read: list[Suppression] = []
    wrong: list[str] = []
    for index, (table, line) in enumerate(zip(tables, lines, strict=True)):
        faults = list(_faults(table, source, (*path, index), line))
        wrong += faults
        if not faults:
            read.append(_suppression(table, source, line))
    return tuple(read), wrong


def _faults(
    table: Mapping[str, Any], source: Source, path: Sequence[str | int], line: int
) -> Iterator[str]:
    for key, value in table.items():
        where = f"{source.name}:{line_of(source.text, (*path, key))}: {SUPPRESS}: "
        if key not in EXPECTED:
            yield where + unknown(key, EXPECTED)
        elif not _fits(key, value):
            yield f"{where}{key}: expected {EXPECTED[key]}, got {value!r}"
    if ("code" in table) == ("codes" in table):
        which = "code and codes both stand here" if "code" in table else "no rule is named"
        yield f'{source.name}:{line}: {SUPPRESS}: {which}; write codes = ["PA104"]'


def _fits(key: str, value: Any) -> bool:
    try:
        if key in ("codes", "files"):
            return bool(texts(value)) and not any(text.startswith("/") for text in texts(value))
        if key == "until":
            return type(value) is date or bool(day(value))
    except (ValueError, TypeError):
        return False
    return isinstance(value, str) and (bool(value.strip()) or key != "code")


def _suppression(table: Mapping[str, Any], source: Source, line: int) -> Suppression:
    until = table.get("until")
    words = texts(table.get("codes", table.get("code")))
    return Suppression(
        words,
        Matching(_folder(source), texts(table.get("files", "**")), table.get("pointer", "")),
        Place(source.name, line),
        SuppressedBy.CONFIGURATION,
        table.get("reason", "").strip(),
        table.get("owner", ""),
        day(until) if isinstance(until, str) else until,
        families=True,
    )


def _folder(source: Source) -> Path:
    return source.path.parent.absolute()
