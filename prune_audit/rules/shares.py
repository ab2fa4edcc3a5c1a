"""One thing printed three ways: a rate (2x), a removed share (50 %), a dense and a pruned size."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.intervals import Interval
from prune_audit.numbers import Convention, Printed
from prune_audit.places import Entry, Place
from prune_audit.rates import ONE

DISAGREE = "the printed numbers disagree"
_SPREAD = re.compile(r"\+-|\u00b1")


class Stated(NamedTuple):
    """A number that the claim file states, with its place."""

    printed: Printed
    place: Place

    @property
    def value(self) -> Decimal:
        """The printed value, in the unit of its key."""
        return self.printed.value

    def __str__(self) -> str:
        """The number as printed, without a spread behind it."""
        return _SPREAD.split(self.printed.text)[0].strip()


class Share(NamedTuple):
    """A share of something as printed: what was removed, or what was kept."""

    name: str
    number: Stated
    kept: bool = False

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.number.place

    def removed(self, convention: Convention) -> Interval:
        """Return the removed share, whichever of the two is printed."""
        printed = self.number.printed.interval(convention)
        return ONE - printed if self.kept else printed

    def remaining(self, convention: Convention) -> Interval:
        """Return the kept share, whichever of the two is printed."""
        printed = self.number.printed.interval(convention)
        return printed if self.kept else ONE - printed

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Sizes(NamedTuple):
    """Cost or parameters of the dense and the pruned network; dense / own * factor is the rate."""

    dense: Stated
    own: Stated
    factor: Decimal = Decimal(1)

    @property
    def rate(self) -> Decimal:
        """The rate of the printed values."""
        return self.dense.value * self.factor / self.own.value

    @property
    def places(self) -> tuple[Place, Place]:
        """Where the two sizes stand, the row's own first."""
        return self.own.place, self.dense.place


def stated(entry: Entry[Printed]) -> Stated | None:
    """Return the entry's number, or None where it is silent."""
    return Stated(entry.value, entry.place) if entry.value else None


def shares(*named: tuple[str, Entry[Printed], bool]) -> list[Share]:
    """Return the shares that are stated: a name, the entry, and whether it is what was kept."""
    return [Share(name, Stated(e.value, e.place), kept) for name, e, kept in named if e.value]


def flops_shares(result: Result) -> list[Share]:
    """Return what a row prints of its removed or kept FLOPs."""
    return shares(
        ("FLOPs reduction", result.flops_reduction, False),
        ("kept share of FLOPs", result.flops_kept, True),
    )


def params_shares(result: Result) -> list[Share]:
    """Return what a row prints of its removed or kept parameters."""
    return shares(
        ("reduction of parameters", result.params_reduction, False),
        ("kept share of parameters", result.params_kept, True),
    )


def some_convention(relation: Callable[[Convention], bool]) -> bool:
    """Whether a relation can hold if all its numbers were rounded in one of the honest ways."""
    return any(relation(convention) for convention in Convention)


_UNITS = (
    # the dense key, the row's key, and what their quotient is multiplied with: FLOPs = 2 x MACs
    ("macs", "macs", Decimal(1)),
    ("flops", "flops", Decimal(1)),
    ("macs", "flops", Decimal(2)),
    ("flops", "macs", Decimal("0.5")),
)


def cost_sizes(result: Result) -> Sizes | None:
    """Return the costs of the base model and of the row, in one unit where both have one."""
    base = result.base_model
    if base is None or not (result.macs.known or result.flops.known):
        return None
    for dense_name, own_name, factor in _UNITS:
        dense: Stated | None = stated(getattr(base, dense_name))
        own: Stated | None = stated(getattr(result, own_name))
        if dense and own:
            return _positive(Sizes(dense, own, factor))
    return None


def param_sizes(result: Result) -> Sizes | None:
    """Return the parameters of the base model and of the row."""
    dense = stated(result.base_model.params) if result.base_model else None
    own = stated(result.params)
    return _positive(Sizes(dense, own)) if dense and own else None


def _positive(sizes: Sizes) -> Sizes | None:
    """Leave out sizes that may be zero: nothing can be divided by them."""
    return sizes if min(side.printed.hull.low for side in sizes[:2]) > 0 else None


def _quotient(sizes: Sizes, convention: Convention) -> Interval:
    dense = sizes.dense.printed.interval(convention)
    own = sizes.own.printed.interval(convention)
    return dense * Interval.point(sizes.factor) / own


def rate_fits_sizes(rate: Stated, sizes: Sizes) -> bool:
    """Whether the dense over the pruned size can be the rate."""
    return some_convention(lambda c: _quotient(sizes, c).meets(rate.printed.interval(c)))


def share_fits_sizes(share: Share, sizes: Sizes) -> bool:
    """Whether the pruned over the dense size can leave the share."""
    return some_convention(
        lambda c: (ONE - _quotient(sizes, c).reciprocal()).meets(share.removed(c))
    )


def share_fits_rate(share: Share, rate: Stated) -> bool:
    """Whether the removed share can be 1 - 1 / rate."""
    if rate.printed.hull.low <= 0:
        return True
    return some_convention(
        lambda c: (ONE - rate.printed.interval(c).reciprocal()).meets(share.removed(c))
    )


def shares_fit(one: Share, other: Share) -> bool:
    """Whether two shares can be of one thing."""
    return some_convention(lambda c: one.removed(c).meets(other.removed(c)))


def rate_message(name: str, rate: Stated, sizes: Sizes) -> str:
    """Say what the two sizes give instead of the printed rate."""
    times = "" if sizes.factor == 1 else f" x {sizes.factor:f}"
    text = (
        f"{DISAGREE}: {sizes.dense} / {sizes.own}{times} = {_digits(sizes.rate, rate)}x, "
        f"the printed {name} is {rate}"
    )
    quotient = sizes.rate / rate.value if rate.value > 0 else Decimal(1)
    if Decimal("1.9") < max(quotient, 1 / quotient) < Decimal("2.1"):
        text += "; a factor of two: one size may be MACs and the other 2 x MACs"
    return text


def share_message(share: Share, removed: Decimal, because: str) -> str:
    """Say which share ``because`` gives instead of the printed one."""
    found, rest = (1 - removed, removed) if share.kept else (removed, 1 - removed)
    text = (
        f"{DISAGREE}: {because} {_as_share(found, share.number)}, "
        f"the printed {share.name} is {share.number}"
    )
    if not share.number.printed.hull.holds(rest):
        return text
    return f"{text}, which fits what is {'removed' if share.kept else 'kept'}"


def _as_share(value: Decimal, like: Stated) -> str:
    if "%" in like.printed.text:
        return f"{float(100 * value):.{_decimals(like, 2) + 1}f} %"
    return _digits(value, like)


def _digits(value: Decimal, like: Stated) -> str:
    """Write with one digit more than a number is printed with."""
    return f"{float(value):.{_decimals(like) + 1}f}"


def _decimals(like: Stated, shift: int = 0) -> int:
    exponent = like.printed.step.as_tuple().exponent
    return max(-exponent - shift, 0) if isinstance(exponent, int) else 0
