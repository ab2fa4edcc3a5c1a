"""Builds the curve of a run from the rows of its log."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from prune_audit.evidence.logs.curve import Curve, Point
from prune_audit.evidence.logs.further_lrs import Ends, further, widened
from prune_audit.evidence.logs.rows import Columns, LogError, Row, malformed
from prune_audit.evidence.logs.values import learning_rate, percent, whole
from prune_audit.numbers import Printed
from prune_audit.places import Place
from prune_audit.problems import cut, shown, suggestion

CONSTANTS = ("seed", "dataset", "network", "model", "arch")
_MOST_EPOCHS = 10_000
_MOST_COLUMNS = 300
_MOST_NAMED = 12
_WORDS = {
    "epoch": "epoch", "lr": "LR", "accuracy": "test accuracy", "correct": "right answers",
    "total": "tested images", "train": "training accuracy",
}  # fmt: skip


class Built(NamedTuple):
    """The curve, where there is one, and what stopped the reading, if something did."""

    curve: Curve | None
    error: LogError | None


def build(rows: Iterable[Row], columns: Columns, place: Place) -> Built:
    """Return the curve of what can be read; an error later in the log leaves a cut curve."""
    found = _Found(columns)
    error = None
    try:
        for row in rows:
            found.take(row)
    except LogError as caught:
        error = caught
    try:
        return Built(found.curve(place, cut=error is not None), error)
    except LogError as caught:
        return Built(None, error or caught)


class _Found:
    """Gathers rows by epoch; rows of one epoch are joined."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._points: dict[int, Point] = {}
        self._lrs: dict[int, Ends] = {}
        self._seen: dict[str, None] = {}
        self._constants: dict[str, tuple[str, int] | None] = {}
        self._last, self._last_text = -1, ""
        self._told = frozenset(filter(None, columns[2:6]))

    def take(self, row: Row) -> None:
        """Take in one row; raise LogError for one that does not belong behind the others."""
        if not row.cells.keys() <= self._seen.keys() and len(self._seen) < _MOST_COLUMNS:
            self._seen.update(dict.fromkeys(row.cells))
        text = row.cells.get(self._columns.epoch)
        if text is None:
            return
        epoch = self._epoch(text, row.line)
        before = self._points.get(epoch)
        # of an epoch with a row per batch, most rows tell nothing new
        if before is None or before.lr is None or not self._told.isdisjoint(row.cells):
            new = self._point(row, epoch)
            self._points[epoch] = _joined(before, new) if before else new
        self._note_lr(row, epoch)
        self._note_constants(row)
        if len(self._points) > _MOST_EPOCHS:
            raise LogError(f"has more than {_MOST_EPOCHS:,} epochs", row.line)

    def _epoch(self, text: str, line: int) -> int:
        if text == self._last_text:
            return self._last
        epoch = whole(text, "a whole epoch", line)
        if epoch < self._last:
            raise _goes_back(epoch, self._last, line, only_one=len(self._points) == 1)
        self._last, self._last_text = epoch, text
        return epoch

    def curve(self, place: Place, *, cut: bool) -> Curve:
        """Return the curve; raise LogError where the rows are none of a whole run."""
        self._check_columns()
        points = [
            point._replace(further=further(self._lrs.get(point.epoch), point.lr))
            for point in self._points.values()
        ]
        if not points:
            raise LogError("has no rows", 1, "name a log with a row per epoch")
        first, stride = _numbering(list(self._points))
        if not any(point.lr for point in points[:1]) and first == 0 and _before(points):
            points, first = points[1:], 1
        numbered = tuple(point._replace(epoch=point.epoch - first) for point in points)
        _check_unit(numbered, self._columns)
        constants = {name: held for name, held in self._constants.items() if held}
        lacks = dict(self._lacks())
        return Curve(place, numbered, self._columns, first, stride, cut, lacks, constants)

    def _point(self, row: Row, epoch: int) -> Point:
        cells, line, columns = row.cells, row.line, self._columns
        lr = cells.get(columns.lr)
        accuracy, train = cells.get(columns.accuracy), cells.get(columns.train)
        return Point(
            epoch,
            line,
            learning_rate(lr, line) if lr else None,
            percent(accuracy, columns.unit, "an accuracy from 0 to 100 %", line)
            if accuracy
            else None,
            _right(cells, columns, line),
            percent(train, columns.unit, "an accuracy from 0 to 100 %", line) if train else None,
        )

    def _note_lr(self, row: Row, epoch: int) -> None:
        text = row.cells.get(self._columns.lr)
        ends = widened(self._lrs.get(epoch), text, row.line) if text else None
        if ends:
            self._lrs[epoch] = ends

    def _note_constants(self, row: Row) -> None:
        for name in CONSTANTS:
            text = row.cells.get(name)
            if text is not None:
                held = self._constants.setdefault(name, (text, row.line))
                if held and held[0] != text:
                    self._constants[name] = None

    def _check_columns(self) -> None:
        """A column that the submission names must be there; so must the epoch."""
        for key, name in self._columns._asdict().items():
            needed = key == "epoch" or key in self._columns.named
            if key in _WORDS and needed and self._seen and name not in self._seen:
                words = f"has no column {shown(name)} for the {_WORDS[key]}"
                raise LogError(words, 1, suggestion(name, map(cut, self._seen), ""))

    def _lacks(self) -> Iterator[tuple[str, str]]:
        known = ", ".join(map(cut, sorted(self._seen)[:_MOST_NAMED]))
        for key, name in self._columns._asdict().items():
            if key in _WORDS and name not in self._seen:
                which = f"no column {shown(name)}" if name else f"no column named as {_WORDS[key]}"
                yield key, f"{which} (there are: {known})"


def _goes_back(epoch: int, last: int, line: int, *, only_one: bool) -> LogError:
    reason = f"epoch {epoch} comes after epoch {last}"
    if only_one and epoch == last - 1:
        return LogError(f"{reason}: the epochs go down", line, "sort the rows by epoch, from first")
    why = "the rows are out of order, or two logs were joined"
    return LogError(f"{reason}: {why}", line, "name the log of one run, from its first epoch on")


def _right(cells: dict[str, str], columns: Columns, line: int) -> tuple[int, int] | None:
    correct, total = cells.get(columns.correct), cells.get(columns.total)
    if correct is None or total is None:
        return None
    right, tested = whole(correct, "right answers", line), whole(total, "tested images", line)
    if tested == 0:
        raise malformed("one tested image at least", total, line)
    if right > tested:
        raise malformed(f"at most {tested} right answers of {tested} images", correct, line)
    return right, tested


def _joined(before: Point, new: Point) -> Point:
    """Join rows of one epoch: its first LR (the others are kept apart), and one test accuracy."""
    if before.tested and new.tested:
        same = before.accuracy == new.accuracy and before.right == new.right
        if not same:
            reason = f"epoch {new.epoch} has a second test accuracy"
            raise LogError(reason, new.line, "log one test accuracy per epoch")
    return Point(
        before.epoch,
        new.line if new.tested and not before.tested else before.line,
        before.lr or new.lr,
        before.accuracy or new.accuracy,
        before.right or new.right,
        new.train or before.train,
    )


def _numbering(raw: list[int]) -> tuple[int, int]:
    """Return the number of the first epoch (0 or 1) and the gap between rows.

    Raises:
        LogError: the log begins in the middle of a run.
    """
    gaps = {after - before for before, after in pairwise(raw)}
    stride = gaps.pop() if len(gaps) == 1 else 1
    if raw[0] in (0, 1):
        return raw[0], stride
    if stride > 1 and raw[0] in (stride - 1, stride):  # tested at the end of every few epochs
        return raw[0] - stride + 1, stride
    reason = f"begins with epoch {raw[0]}, expected 0 or 1: its beginning is missing"
    raise LogError(reason, 1, "name the log from the first epoch on, also where a run was resumed")


def _before(points: list[Point]) -> bool:
    """Whether the first row is a test before training: alone in having no LR."""
    return len(points) > 1 and points[0].train is None and all(p.lr for p in points[1:])


def _check_unit(points: tuple[Point, ...], columns: Columns) -> None:
    """Accuracies that never exceed 1 are no percentages, most likely; ask instead of accusing."""
    tested = [point for point in points if point.accuracy]
    if columns.unit or len(tested) < 2 or any(point.right for point in tested):
        return
    highest = max(_value(point.accuracy) for point in tested)
    if 0 < highest <= 1 and not any((p.accuracy and "%" in p.accuracy.text) for p in tested):
        reason = "no accuracy is above 1: are they percent or fractions?"
        raise LogError(reason, tested[0].line, "write unit: fraction, or unit: percent, under logs")


def _value(printed: Printed | None) -> float:
    return float(printed.value) if printed else 0.0
