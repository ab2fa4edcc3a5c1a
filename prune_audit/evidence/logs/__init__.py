"""Training logs of a run: one reader per kind of file, all giving the same curve."""

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from prune_audit.evidence.logs import delimited, event_file, json_lines
from prune_audit.evidence.logs.building import Built, build
from prune_audit.evidence.logs.curve import Curve, Point
from prune_audit.evidence.logs.rows import Columns, LogError, MissingExtraError, Row
from prune_audit.places import Place

Reader = Callable[[bytes, Columns], Iterator[Row]]

KINDS = ".csv, .tsv, .jsonl, .ndjson or a TensorBoard event file (events.out.tfevents...)"
_BY_SUFFIX: dict[str, Reader] = {
    ".csv": delimited.rows,
    ".tsv": delimited.rows,
    ".jsonl": json_lines.rows,
    ".ndjson": json_lines.rows,
}


def read_log(data: bytes, path: str, columns: Columns, place: Place) -> Built:
    """Return the curve in the bytes of a log, whose kind is known by its name.

    Raises:
        MissingExtraError: the library for this kind is not installed.
    """
    name = PurePosixPath(path)
    reader = event_file.rows if "tfevents" in name.name else _BY_SUFFIX.get(name.suffix.lower())
    if reader is None:
        return Built(None, LogError(f"is of no kind that is read: {KINDS}"))
    return build(reader(data, columns), columns, place)


__all__ = ["Columns", "Curve", "LogError", "MissingExtraError", "Point", "Reader", "read_log"]
