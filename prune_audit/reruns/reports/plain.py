"""Numbers and rows as the JSON of a rerun writes them."""

from math import isfinite
from typing import Any

from prune_audit.claim import Result
from prune_audit.reruns.scores import Contrast, Interval95
from prune_audit.statistics import Welch


def rounded(value: float | None) -> float | None:
    """Return a value to six decimals; None for what no JSON number can hold."""
    return round(value, 6) if value is not None and isfinite(value) else None


def p_value(value: float | None) -> float | None:
    """Return a p-value to six digits."""
    return None if value is None else float(f"{value:.6g}")


def row_name(result: Result) -> dict[str, Any]:
    """Return which row of which file it is."""
    return {"file": result.file, "row": result.name, "method": result.method.value}


def interval(found: Interval95 | None) -> list[float | None] | None:
    """Return both ends."""
    return None if found is None else [rounded(found.low), rounded(found.high)]


def welch_data(test: Welch | None) -> dict[str, Any] | None:
    """Return a test with its interval, in points."""
    if test is None:
        return None
    return {
        "difference": rounded(test.difference),
        "ci95": [rounded(test.low), rounded(test.high)],
        "t": rounded(test.t),
        "df": rounded(test.df),
        "p": p_value(test.p),
    }


def contrast_data(found: Contrast | None) -> dict[str, Any] | None:
    """Return a weighted sum of means with its interval, in points."""
    if found is None:
        return None
    return {"points": rounded(found.value), "ci95": interval(found.interval), "p": p_value(found.p)}
