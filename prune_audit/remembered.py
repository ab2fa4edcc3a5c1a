"""What reruns gave, put beside what a check finds: read from the store, nothing is run."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from prune_audit.audit import Report

if TYPE_CHECKING:
    from prune_audit.reruns.recalled import Recalled


def with_reruns(report: Report, folder: Path) -> tuple[Report, tuple[str, ...]]:
    """Return the report with what is stored for its files, and what could not be read.

    Nothing is imported and nothing changes where there is no store.
    """
    if not (folder / "corrections").is_dir():
        return report, ()
    from prune_audit.reruns.recalled import recall
    from prune_audit.reruns.store import Store, StoreError

    store = Store(folder)
    claims = [loaded.claim for loaded in report.files if loaded.claim]
    found, unread = {}, []
    for claim in claims:
        try:
            kept = recall(store.correction(PurePath(claim.file).stem), claim, claims)
        except (StoreError, ValueError) as error:
            unread.append(str(error))
            continue
        if kept.rows or kept.pairs:
            found[claim.file] = kept
    return replace(report, reruns=found), (*unread, *store.notices)


def lines(kept: "Recalled") -> Iterator[str]:
    """Yield what is stored for a file: its own data line by line, stand-ins counted only."""
    yield from (str(row) for row in kept.rows if not row.stand_in)
    yield from (str(pair) for pair in kept.pairs if not pair.stand_in)
    for name in dict.fromkeys(row.stand_in for row in kept.rows if row.stand_in):
        rows = sum(row.stand_in == name for row in kept.rows)
        signs = Counter(pair.verdict for pair in kept.pairs if pair.stand_in == name)
        pairs = "; pairs: " + ", ".join(f"{n} {sign}" for sign, n in signs.items()) if signs else ""
        yield (
            f"on the stand-in {name}, which says nothing about the claimed numbers: {rows} "
            f"{'row' if rows == 1 else 'rows'} rerun{pairs}"
        )
