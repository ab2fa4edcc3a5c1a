"""Squared errors of the two arms on the values of a tensor: magnitude pruning and a uniform grid.

The line search sorts the values once. With running sums, the error of a grid costs one binary
search per bound between two levels, however many values there are.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

_COARSE, _FINE = 28, 9
_ZOOMS, _POLISHED = 2, 2
_APART = 4.0
"""Between rows on the line; their values lie from -1 to 1."""
_OUTSIDE = 1.5
"""Beyond all values of a row, and nearer to it than the next row."""
_FEW = 256
"""Different values of a row that has them if it was quantised before."""
_BLOCK = 1 << 22
"""Values that are sorted at once, where there are several rows."""


def pruning_errors(values: "Floats", keeps: Sequence[int]) -> tuple[float, ...]:
    """Return the sums of squares of what magnitude pruning removes.

    Args:
        values: of the tensor, in any shape.
        keeps: how many of the largest values stay.
    """
    import numpy as np

    squares = np.sort(np.square(values), axis=None)
    removed = np.concatenate([[0.0], np.cumsum(squares)])
    return tuple(float(removed[squares.size - keep]) for keep in keeps)


def quantisation_errors(rows: "Floats", widths: Sequence[int]) -> tuple[float, ...]:
    """Return the sums of squared errors of the best uniform grids, one grid per row.

    Args:
        rows: shape (grids, values of each).
        widths: bits per value.
    """
    blocks = [_Sorted.of(block) for block in _blocks(rows)]
    return tuple(sum(_least_error(block, bits) for block in blocks) for bits in widths)


def best_steps(rows: "Floats", bits: int) -> "Floats":
    """Return the distance of the levels of the best grid of each row.

    The levels are the multiples -2^(b-1) to 2^(b-1) - 1 of it. Shape: (rows,).
    """
    line = _Sorted.of(rows)
    return line.largest * _steps(line, bits)


class _Sorted(NamedTuple):
    """Rows whose largest magnitude is made 1, sorted and laid one behind the other on a line."""

    line: "Floats"
    sums: "Floats"
    """Of all values before a place on the line, without the distance between rows."""
    starts: "Whole"
    """Where the rows start, and the end."""
    largest: "Floats"
    """Magnitude of each row before."""
    mean: "Floats"
    """Magnitude of each row, of which the largest is 1."""

    @classmethod
    def of(cls, rows: "Floats") -> "_Sorted":
        import numpy as np

        largest = np.abs(rows).max(axis=1)
        largest[largest == 0] = 1
        values = rows / largest[:, None]
        values.sort(axis=1)
        mean = np.abs(values).mean(axis=1)
        sums = np.concatenate([[0.0], np.cumsum(values)])
        values += _APART * np.arange(len(rows))[:, None]
        starts = np.arange(len(rows) + 1) * rows.shape[1]
        return cls(values.reshape(-1), sums, starts, largest, mean)

    @property
    def rows(self) -> "Floats":
        """The values of each row, sorted."""
        import numpy as np

        found: Floats = self.line.reshape(len(self.largest), -1)
        return found - _APART * np.arange(len(found))[:, None] if len(found) > 1 else found


class _Fit(NamedTuple):
    """How values fall on a grid whose levels are k * step, per row."""

    products: "Floats"
    """Sum of value times k."""
    squares: "Floats"
    """Sum of k squared."""

    def excess(self, steps: "Floats") -> "Floats":
        """Return the squared error less the sum of squares of the values."""
        return steps * (steps * self.squares - 2 * self.products)


def _blocks(rows: "Floats") -> Iterator["Floats"]:
    most = max(_BLOCK // rows.shape[1], 1)
    for start in range(0, len(rows), most):
        yield rows[start : start + most]


def _least_error(line: _Sorted, bits: int) -> float:
    """Return the error at the best steps, value by value: differences of sums would round it."""
    import numpy as np

    steps, top = _steps(line, bits)[:, None], 2 ** (bits - 1) - 1
    values = line.rows
    levels = np.clip(np.rint(values / steps), -top - 1, top) * steps
    levels -= values
    return float(np.square(levels).sum(axis=1) @ np.square(line.largest))


def _steps(line: _Sorted, bits: int) -> "Floats":
    """Search for the best step of each row: among some far apart, nearer and nearer to the best.

    The largest level is no larger than the largest value. The best step is sum(w k) / sum(k^2),
    and k^2 <= 2^(b-1) |k|, so that it does not lie far below mean|w| / 2^(b-1) either.
    """
    import numpy as np

    high = np.full(len(line.largest), 1 / (2 ** (bits - 1) - 1))
    low = np.where(line.mean > 0, np.minimum(line.mean / 2**bits, high), high)
    ratio = (high / low) ** (1 / (_COARSE - 1))
    coarse = [high * ratio**-i for i in range(_COARSE)]
    best = _best(line, bits, [*coarse, *_of_earlier_levels(line, bits)])
    for _ in range(_ZOOMS):
        best = _best(line, bits, [best * ratio**place for place in np.linspace(-1, 1, _FINE)])
        ratio = ratio ** (2 / (_FINE - 1))
    for _ in range(_POLISHED):
        best = _polished(line, bits, best)
    return best


def _of_earlier_levels(line: _Sorted, bits: int) -> Iterator["Floats"]:
    """Yield the steps of which the largest value is a multiple, where values were quantised before.

    Such values have a step that loses nothing, and nothing near it tells where it is.
    """
    import numpy as np

    if np.count_nonzero(np.diff(line.line)) < _FEW * len(line.largest):
        for level in range(1, 2 ** (bits - 1) + 1):
            yield np.full(len(line.largest), 1 / level)


def _best(line: _Sorted, bits: int, candidates: Sequence["Floats"]) -> "Floats":
    import numpy as np

    errors = np.stack([_fit(line, bits, steps).excess(steps) for steps in candidates])
    chosen = np.argmin(errors, axis=0)
    found: Floats = np.stack(candidates)[chosen, np.arange(len(line.largest))]
    return found


def _polished(line: _Sorted, bits: int, steps: "Floats") -> "Floats":
    """Return the step that is best for values that stay on the levels where they are."""
    import numpy as np

    fit = _fit(line, bits, steps)
    return np.where(fit.squares > 0, fit.products / np.maximum(fit.squares, 1), steps)


def _fit(line: _Sorted, bits: int, steps: "Floats") -> _Fit:
    """Return how the rows fall on grids: k is the highest one less the bounds above a value."""
    import numpy as np

    top = 2 ** (bits - 1) - 1
    ks = np.arange(-top, top + 1)
    middles = _APART * np.arange(len(steps))[:, None]
    bounds = np.clip((ks - 0.5) * steps[:, None], -_OUTSIDE, _OUTSIDE)
    places = np.searchsorted(line.line, bounds + middles)
    starts, ends = line.starts[:-1], line.starts[1:]
    before = (line.sums[places] - line.sums[starts][:, None]).sum(axis=1)
    products = top * (line.sums[ends] - line.sums[starts]) - before
    lost = (places - starts[:, None]) @ (2 * ks - 1)
    return _Fit(products, (top**2 * (ends - starts) - lost).astype(np.float64))
