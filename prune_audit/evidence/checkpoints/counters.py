"""The ways in which a network is counted: the tool's own, and those of other counters.

A claim is contradicted only where none of them gives its number. Counters differ in whether biases,
batch norm and activations cost anything, whether linear layers do, and whether a weight that is
zero does.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.evidence.check import Status
from prune_audit.evidence.checkpoints.dense import Dense
from prune_audit.evidence.checkpoints.measured import Fit, Measured

_PER_OUTPUT = 4
"""Most MACs that counters add per output value: a bias, two for batch norm, an activation."""
_NORM = 4
"""Values of a batch norm per channel: scale, shift, running mean, running variance."""
_TRAINED = 2
"""Of these the ones that are trained."""
_UNKNOWN = Decimal("0.01")
"""What counters may add to a dense cost whose layers are not known one by one, as a share."""
_FINE = ("weight", "n:m", "block")
"""What is pruned where nothing can be cut out of a layer: zeros stay in the file."""
_ADDED = "that adds something for biases, batch norm and activations"

Number = int | Decimal


class End(NamedTuple):
    """One count of the network in the file and of the dense one, by the same counter."""

    own: Number
    dense: Number | None


class Counter(NamedTuple):
    """Values between these ends are what a counter may give."""

    ends: tuple[End, ...]
    words: str = ""
    """What is counted otherwise than by the tool; empty for the tool's own count."""
    status: Status = Status.VERIFIED
    """What a claim that fits is."""


def mac_counters(
    measured: Measured, fit: Fit, dense: Dense | None, result: Result
) -> Iterator[Counter]:
    """Yield the counters of MACs, the tool's own first."""
    works = tuple(measured.works(fit))
    macs, nonzero = sum(w.macs for w in works), sum(w.nonzero for w in works)
    plain = sum(w.macs for w in works if not w.layer.linear)
    more = _PER_OUTPUT * sum(w.outputs for w in works) + fit.products
    of = _DenseMacs(dense, result)
    yield Counter(of.ends(macs))
    yield Counter(of.ends(macs, more), _ADDED)
    if dense is None or dense.convolutions is not None:
        alone = Dense(dense.convolutions, 0, outputs=dense.outputs) if dense else None
        yield Counter(_DenseMacs(alone, result).ends(plain, more), "of convolutions alone")
    if nonzero < macs:
        yield _sparse(of.ends(nonzero, more), result)
    if measured.empty_filters:
        yield _cut_out(of.ends(_least(measured, fit), macs), measured)


def param_counters(measured: Measured, dense: Dense | None, result: Result) -> Iterator[Counter]:
    """Yield the counters of parameters, the tool's own first."""
    bare, own, full = _dense_params(dense, result)
    yield Counter(_beside(measured.params, own))
    yield Counter(_beside(measured.weights, bare), "without biases and batch norm")
    if measured.statistics:
        count = measured.params + measured.statistics
        yield Counter(_beside(count, full), "with the running statistics of batch norm")
    else:
        for times in range(1, _NORM + 1):
            count = measured.params + times * _filters(measured)
            sides = own if times <= _TRAINED else full
            yield Counter(_beside(count, sides), "with the batch norm that was folded away")
    if measured.zeros:
        yield _sparse(_beside(measured.params - measured.zeros, own), result)
        yield _sparse(_beside(measured.weights - measured.zeros, bare), result)
    if measured.empty_filters:
        ends = (*_beside(_least(measured), own), *_beside(measured.params, own))
        yield _cut_out(ends, measured)


def _dense_params(dense: Dense | None, result: Result) -> tuple[tuple[Number, ...], ...]:
    """Return the dense parameters: weights alone, as the tool counts, with running statistics.

    Each as one number or, where a base model prints it, as the two ends of its rounding.
    """
    if dense is None:
        base = result.base_model
        printed = base.params.value.hull if base and base.params.value else None
        ends = (printed.low, printed.high) if printed else ()
        return ends, ends, ends
    slack = (dense.params * (1 - _UNKNOWN), dense.params * (1 + _UNKNOWN))
    bare = slack if dense.weights is None else (dense.weights,)
    full = slack if dense.statistics is None else (dense.params + dense.statistics,)
    return bare, (dense.params,), full


def _beside(own: int, sides: tuple[Number, ...]) -> tuple[End, ...]:
    """Set a count beside the dense one, or beside both ends of it; None where it is not known."""
    return tuple(End(own, side) for side in sides or (None,))


class _DenseMacs:
    """The dense cost beside a count: the registry's, else the one that the row's base prints."""

    def __init__(self, dense: Dense | None, result: Result) -> None:
        self._dense = dense
        self._printed = _printed_macs(result) if dense is None or dense.macs is None else ()

    def ends(self, own: int, more: int = 0) -> tuple[End, ...]:
        """Return the ends of a count to which up to ``more`` may be added."""
        counts = (own, own + more) if more else (own,)
        if self._printed:
            return tuple(End(count, side) for count in counts for side in self._printed)
        if self._dense is None or self._dense.macs is None:
            return tuple(End(count, None) for count in counts)
        macs, outputs = self._dense.macs, self._dense.outputs
        if more and outputs is None:
            slack = macs * _UNKNOWN
            return End(own, macs - slack), End(own, macs + slack), End(own + more, macs + slack)
        return tuple(map(End, counts, (macs, macs + _PER_OUTPUT * (outputs or 0))))


def _printed_macs(result: Result) -> tuple[Decimal, ...]:
    """Return the ends of the dense MACs as the base model prints them; FLOPs are two each."""
    base = result.base_model
    if base and base.macs.value:
        return base.macs.value.hull.low, base.macs.value.hull.high
    if base and base.flops.value:
        return base.flops.value.hull.low / 2, base.flops.value.hull.high / 2
    return ()


def _sparse(ends: tuple[End, ...], result: Result) -> Counter:
    """Return the count without zero weights; of pruned filters it proves nothing."""
    granularity = result.pruning.granularity.value if result.pruning else None
    if granularity in _FINE:
        return Counter(ends, "without the weights that are zero")
    words = "without the weights that are zero, but they are still in the file"
    return Counter(ends, words, Status.NOT_VERIFIED)


def _cut_out(ends: tuple[End, ...], measured: Measured) -> Counter:
    """Return what a network could cost once filters of zeros only are cut out of it."""
    words = f"without the {measured.empty_filters} filters of zeros, but they are still in the file"
    return Counter(ends, words, Status.NOT_VERIFIED)


def _least(measured: Measured, fit: Fit | None = None) -> int:
    """Return a bound on what is left without empty filters, and what would read their maps."""
    positions = fit.positions if fit else (1,) * len(measured.layers)
    shares = [1.0 if one.linear else one.alive / one.shape[0] for one in measured.layers]
    left = [
        one.size * position * share
        for one, position, share in zip(measured.layers, positions, shares, strict=True)
    ]
    return int(sum(left) * min(shares))


def _filters(measured: Measured) -> int:
    """Return the filters of all convolutions: the channels of the batch norm behind them."""
    return sum(one.shape[0] for one in measured.layers if not one.linear)
