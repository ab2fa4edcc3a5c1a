"""Everything that a check lets suppress findings: comments, configuration, baseline."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from prune_audit.audit import Report
from prune_audit.fingerprint import Key
from prune_audit.paths import claim_files
from prune_audit.waivers.apply import suppress, with_problems
from prune_audit.waivers.baseline import read_baseline
from prune_audit.waivers.known import against
from prune_audit.waivers.suppression import Matching, Suppression
from prune_audit.waivers.written import from_comments

_WILD = frozenset("*?")


@dataclass(frozen=True)
class Baseline:
    """A baseline with its path."""

    path: Path
    counts: Counter[Key]


def opened(path: Path | None) -> Baseline | None:
    """Read the baseline at a path, if one is named.

    Raises:
        BaselineError: a file that is missing or no baseline.
    """
    return Baseline(path, read_baseline(path)) if path is not None else None


def waived(
    report: Report, tables: Iterable[Suppression], baseline: Baseline | None, today: date
) -> Report:
    """Suppress what comments in the checked files, tables of a configuration and a baseline cover.

    ``today`` decides which suppressions have expired.
    """
    written, faults = from_comments(report.files)
    checked = [loaded.name for loaded in report.files]
    suppressions = (*written, *from_configuration(tables, checked))
    if suppressions or faults:
        report = with_problems(suppress(report, suppressions, today), faults)
    return against(report, baseline.counts, baseline.path) if baseline else report


def from_configuration(
    tables: Iterable[Suppression], checked: Sequence[str]
) -> tuple[Suppression, ...]:
    """Return tables with the knowledge whether all claim files they apply to are checked."""
    there = frozenset(map(os.path.realpath, checked))
    return tuple(
        replace(table, where=replace(where, whole=_is_whole(where, there)))
        if isinstance(where := table.where, Matching)
        else table
        for table in tables
    )


def _is_whole(where: Matching, checked: frozenset[str]) -> bool:
    named = claim_files(str(_start(where.folder, pattern)) for pattern in where.files)
    return all(os.path.realpath(file) in checked for file in named if where.reads(file))


def _start(folder: Path, pattern: str) -> Path:
    """Return the folder or file from which on a pattern has to be looked for."""
    parts = pattern.removeprefix("./").split("/")
    wild = next((i for i, part in enumerate(parts) if _WILD.intersection(part)), len(parts))
    return folder.joinpath(*parts[:wild])
