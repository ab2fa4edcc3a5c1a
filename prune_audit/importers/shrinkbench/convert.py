"""The survey -> one claim file per paper."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from prune_audit.filetext import MAX_BYTES
from prune_audit.importers.emit import Tree, emit, one_line
from prune_audit.importers.names import Names, slug
from prune_audit.importers.shrinkbench.paper import paper_of
from prune_audit.importers.shrinkbench.rows import PaperRows, Written
from prune_audit.importers.shrinkbench.survey import RESULTS, Row, Survey, read_survey
from prune_audit.load import load_text

COMMENTS = (
    "Made by prune-audit import shrinkbench from the survey of Blalock et al. 2020 (arXiv "
    "2003.03033).",
    "A secondary source: nobody has held these cells against the paper.",
    "unreported: the survey's cell is empty. unverified: it has no such column, or no accuracy of "
    "the row was copied.",
)


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """A claim file to be written: its name without a folder, its text, its rows."""

    name: str
    text: str
    rows: int


@dataclass(frozen=True, slots=True)
class Imported:
    """The files of a survey, the rows that are in none of them, and what went into notes.

    ``left_out`` says of each row where it stands and why it is in no file; ``as_notes`` counts by
    column the cells that no key of a claim file can hold; ``bare`` counts rows without any number.
    """

    files: tuple[ClaimFile, ...]
    left_out: tuple[str, ...]
    as_notes: Counter[str]
    bare: int


def imported(folder: Path) -> Imported:
    """Turn the survey in a folder into claim files, the same ones every time.

    Raises:
        ImportFailedError: the survey is not there or cannot be read.
    """
    survey = read_survey(folder)
    papers, lost = _by_paper(survey)
    names = Names()
    files: list[ClaimFile] = []
    left_out = [*survey.refused, *lost]
    as_notes: Counter[str] = Counter()
    bare = 0
    for name, rows in papers.items():
        written = PaperRows(survey.columns).write(rows)
        left_out += written.left_out
        as_notes.update(written.as_notes)
        bare += written.bare
        text = _text(name, survey, written)
        broken = _refusals(text, name) if written.results else ()
        left_out += [f"{RESULTS}: all rows of the paper {name!r}: {reason}" for reason in broken]
        if written.results and not broken:
            file = f"{names.take(slug(name, 'paper'))}.yaml"
            files.append(ClaimFile(file, text, len(written.results)))
    return Imported(tuple(files), tuple(left_out), as_notes, bare)


def _refusals(text: str, name: str) -> tuple[str, ...]:
    """Return why the loader would not take a file; empty where it takes it."""
    if len(text.encode()) > MAX_BYTES:
        return ("they would make a file larger than 1 MiB",)
    return tuple(problem.message for problem in load_text(text, name).problems)


def _by_paper(survey: Survey) -> tuple[dict[str, list[Row]], list[str]]:
    papers: dict[str, list[Row]] = {}
    lost: list[str] = []
    for row in survey.results:
        if row.get("Paper"):
            papers.setdefault(row.get("Paper"), []).append(row)
        else:
            lost.append(f"{RESULTS}:{row.line}: the row names no paper")
    return papers, lost


def _text(name: str, survey: Survey, written: Written) -> str:
    tree: dict[str, Tree] = {"schema": "1", "paper": paper_of(name, survey.papers.get(name))}
    if written.bases:
        tree["base_models"] = dict(written.bases)
    return emit({**tree, "results": dict(written.results)}, COMMENTS)


def summary(found: Imported) -> Iterable[str]:
    """Yield in lines what was imported, what was kept as notes, and what was left out."""
    rows = sum(file.rows for file in found.files)
    yield f"{rows} rows of {len(found.files)} papers; {found.bare} of them without any number"
    if found.as_notes:
        counted = ", ".join(f"{column} {count}" for column, count in sorted(found.as_notes.items()))
        yield f"cells without a key, kept in the notes of their rows: {counted}"
    for reason in found.left_out:
        yield f"left out: {one_line(reason)}"
