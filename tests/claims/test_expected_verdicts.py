"""The verdicts on all pairs of the shipped claims are stored: a change shows what it changes.

After a change that is meant, rewrite the table and look at its diff:

    python tests/claims/test_expected_verdicts.py
"""

import csv
import difflib
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.judged import JudgedComparison
from prune_audit.load import load_file
from prune_audit.settings import Settings

FOLDER = Path(__file__).parent
CLAIMS = FOLDER.parent.parent / "claims"
TABLE = FOLDER / "expected_verdicts.csv"
HEADS = (
    "file", "comparison", "ours", "other", "floor", "ceiling", "fairness", "deciding", "outcome",
)  # fmt: skip
COMMAND = "python tests/claims/test_expected_verdicts.py"
FILES = sorted(path.name for path in CLAIMS.glob("*.yaml"))

Row = tuple[str, ...]


@cache
def found() -> dict[str, list[Row]]:
    """Return the verdicts of all shipped claims by file, in the order of the files."""
    corpus = gather(load_file(CLAIMS / name, name) for name in FILES)
    rows: dict[str, list[Row]] = {name: [] for name in FILES}
    for judged in audit(corpus, (), Settings()).comparisons:
        rows[judged.claim.file] += _rows(judged, len({row[1] for row in rows[judged.claim.file]}))
    return rows


def _rows(judged: JudgedComparison, before: int) -> Iterator[Row]:
    name = f"{before + 1}: {judged.comparison.name.value or judged.comparison.ours.value}"
    file = judged.claim.file
    for pair in judged.pairs:
        verdict = pair.pair.verdict
        other = pair.pair.other
        yield (
            file, name, pair.pair.ours.name,
            other.name if other.file == file else f"{other.file}#{other.name}",
            verdict.floor, verdict.ceiling, verdict.fairness,
            verdict.deciding.name if verdict.deciding else "", pair.judged.outcome,
        )  # fmt: skip
    for ours, own in zip(judged.ours, judged.lossless, strict=False):
        yield (file, name, ours.name, "its own base", "", "", "", "", own.outcome)


def stored() -> dict[str, list[Row]]:
    """Return the stored verdicts by file."""
    rows: dict[str, list[Row]] = {}
    with TABLE.open(encoding="utf-8", newline="") as stream:
        for row in list(csv.reader(stream))[1:]:
            rows.setdefault(row[0], []).append(tuple(row))
    return rows


def rewrite() -> None:
    """Store the verdicts as they are now."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADS)
    writer.writerows(row for rows in found().values() for row in rows)
    TABLE.write_text(text.getvalue(), encoding="utf-8")


@pytest.mark.parametrize("file", FILES)
def test_the_verdicts_of_a_shipped_claim_are_those_stored(file: str) -> None:
    old, new = ([", ".join(row) for row in rows.get(file, [])] for rows in (stored(), found()))
    changes = "\n".join(difflib.unified_diff(old, new, "stored", "now", lineterm="", n=0))
    assert not changes, f"{changes}\nif this is meant: {COMMAND}"


def test_the_table_holds_no_file_that_is_gone() -> None:
    assert set(stored()) <= set(FILES)


def test_every_shipped_claim_can_be_read() -> None:
    problems = {name: load_file(CLAIMS / name, name).problems for name in FILES}
    assert {name: list(found) for name, found in problems.items() if found} == {}


def test_the_shipped_claims_cover_every_verdict() -> None:
    seen = {row[6] for rows in found().values() for row in rows}
    assert {"fair", "unfair", "undetermined"} <= seen


if __name__ == "__main__":
    rewrite()
