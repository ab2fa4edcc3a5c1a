"""What the survey says of a paper, as the section ``paper`` of a claim file."""

from prune_audit.importers.emit import Tree
from prune_audit.importers.latex.plain import plain
from prune_audit.importers.shrinkbench.bibtex import arxiv, authors, field
from prune_audit.importers.shrinkbench.survey import Row

READ = (
    "not the paper: made from the cells of the survey of Blalock et al. 2020 (ShrinkBench), "
    "a secondary source"
)
ZEROS = (
    "The survey shows each column with a fixed number of digits; zeros at the end of a number are "
    "dropped."
)


def paper_of(name: str, row: Row | None) -> Tree:
    """Return the section of the paper that the survey calls by that name."""
    row = row or Row(0, {})
    entry = row.get("BibTeX")
    year = row.get("Date")[:4]
    known: dict[str, Tree] = {
        "title": plain(field(entry, "title")) or name,
        "venue": row.get("Venue") or "unverified",
        "year": year if year.isdigit() and year[:2] in ("19", "20") else "unverified",
    }
    if people := plain(authors(entry)):
        known["authors"] = people
    if number := arxiv(entry):
        known["arxiv"] = number
    return {**known, "read": READ, "note": _note(name, row)}


def _note(name: str, row: Row) -> str:
    parts = [f"Called {name} in the survey.", ZEROS]
    if compared := row.get("Compares To"):
        parts.append(f"Compared by its authors with: {compared}.")
    if row.get("Non-pruning"):
        parts.append("The survey marks it as not about pruning.")
    if note := row.get("Notes"):
        parts.append(f"Note of the survey: {note}")
    return " ".join(parts)
