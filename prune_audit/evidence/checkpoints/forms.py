"""The forms in which a row prints its cost and its size, each as a figure of two counts."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.evidence.check import What
from prune_audit.evidence.checkpoints.counters import Counter, End
from prune_audit.intervals import Interval
from prune_audit.numbers import Convention, Printed
from prune_audit.places import Entry


class Form(NamedTuple):
    """One key of a row."""

    what: What
    key: str
    figure: Callable[[Decimal, Decimal], Decimal]
    """Of the count of the pruned network and that of the dense one."""
    needs_dense: bool = True


def _own(own: Decimal, dense: Decimal) -> Decimal:
    return own


def _double(own: Decimal, dense: Decimal) -> Decimal:
    return 2 * own


def _rate(own: Decimal, dense: Decimal) -> Decimal:
    return dense / own


def _kept(own: Decimal, dense: Decimal) -> Decimal:
    return own / dense


def _removed(own: Decimal, dense: Decimal) -> Decimal:
    return 1 - own / dense


MACS = (Form(What.MACS, "macs", _own, False), Form(What.MACS, "flops", _double, False))
SPEEDUP = (
    Form(What.SPEEDUP, "speedup", _rate),
    Form(What.SPEEDUP, "flops_reduction", _removed),
    Form(What.SPEEDUP, "flops_kept", _kept),
)
PARAMS = (
    Form(What.PARAMS, "params", _own, False),
    Form(What.PARAMS, "compression", _rate),
    Form(What.PARAMS, "params_reduction", _removed),
    Form(What.PARAMS, "params_kept", _kept),
)
SPARSITY = (Form(What.SPARSITY, "sparsity", _removed),)
"""Here the counts are of weights that are not zero, and of all."""


def stated(
    forms: tuple[Form, ...], result: Result
) -> Iterator[tuple[Form, Entry[Printed], Printed]]:
    """Yield the forms in which a row states a number."""
    for form in forms:
        entry: Entry[Printed] = getattr(result, form.key)
        if entry.value is not None:
            yield form, entry, entry.value


def values(form: Form, counter: Counter) -> Interval | None:
    """Return what a counter gives in a form, or None where the dense count is not known."""
    figures = [_figure(form, end) for end in counter.ends]
    known = [figure for figure in figures if figure is not None]
    return Interval(min(known), max(known)) if known and len(known) == len(figures) else None


def _figure(form: Form, end: End) -> Decimal | None:
    own, dense = Decimal(end.own), Decimal(end.dense or 0)
    if form.needs_dense and (dense <= 0 or own <= 0):
        return None
    return form.figure(own, dense)


def fits(printed: Printed, values: Interval) -> bool:
    """Whether some value is printed like that under one of the honest conventions."""
    return any(printed.interval(convention).meets(values) for convention in Convention)


def written(key: str, value: Decimal, like: Printed | None) -> str:
    """Write a figure in the form of a key, with a digit more than is printed."""
    if key in ("macs", "flops", "params"):
        return f"{int(value):,}"
    exponent = like.step.as_tuple().exponent if like else -2
    places = max(2, 1 - exponent) if isinstance(exponent, int) else 2
    if key in ("speedup", "compression"):
        return f"{value:.{places}f}x"
    return f"{100 * value:.{max(2, places - 2)}f} %"
