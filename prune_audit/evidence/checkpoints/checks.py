"""The cost and size that a row claims beside those of its checkpoint."""

from collections.abc import Iterator
from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.checkpoints import forms
from prune_audit.evidence.checkpoints.counters import Counter, mac_counters, param_counters
from prune_audit.evidence.checkpoints.dense import Dense, classes, dense_at, dense_networks
from prune_audit.evidence.checkpoints.errors import CheckpointError
from prune_audit.evidence.checkpoints.forms import Form, fits, stated, values, written
from prune_audit.evidence.checkpoints.measured import Measured
from prune_audit.evidence.checkpoints.sparsity import sparsity_counters
from prune_audit.numbers import Printed
from prune_audit.places import Entry, Place
from prune_audit.submission import CheckpointFile

_GROUPS = (
    (forms.MACS, "MACs or FLOPs"),
    (forms.SPEEDUP, "speedup or share of the FLOPs"),
    (forms.PARAMS, "parameters or compression"),
    (forms.SPARSITY, "sparsity"),
)
_FIX = "claim what the checkpoint has, or submit the checkpoint that the row is of"
_HALF = "the number is that of MACs: write it under macs"


def cost_checks(
    checkpoint: CheckpointFile, result: Result, measured: Measured | CheckpointError
) -> Iterator[Check]:
    """Yield what a checkpoint says of the MACs, speedup, parameters and sparsity of a row.

    A number is verified if some honest rounding of what was measured gives its digits, also by one
    of the other usual counters, which the message then names; contradicted if none does. What the
    row does not state, and what could not be measured, is not verified.

    Args:
        checkpoint: the file as the submission names it.
        result: the submitted row.
        measured: what was measured on the file, or why it was not opened.
    """
    for group, name in _GROUPS:
        numbers = list(stated(group, result))
        if isinstance(measured, CheckpointError):
            yield _unopened(group[0].what, checkpoint, result, measured, numbers)
            continue
        counters = _counters(group[0].what, measured, result)
        if not numbers:
            yield _unstated(group, name, checkpoint, result, counters)
        for form, entry, printed in numbers:
            yield _judged(_Claimed(form, entry, printed, checkpoint), counters, measured, result)


class _Claimed(NamedTuple):
    """A number of the row."""

    form: Form
    entry: Entry[Printed]
    printed: Printed
    checkpoint: CheckpointFile

    def check(self, status: Status, found: str, message: str, fix: str = "") -> Check:
        """Return the check of this number."""
        anchors = (self.entry.place, self.checkpoint.file.place)
        text = f"{self.form.key} {self.printed}: {message}"
        return Check(self.form.what, status, str(self.printed), found, text, anchors, fix=fix)


def _counters(what: What, measured: Measured, result: Result) -> list[Counter]:
    """Return the counters of one thing, the tool's own in the usual network first."""
    if what is What.PARAMS:
        networks: list[Dense | None] = [*dense_networks(measured, result)] or [None]
        return [c for dense in networks for c in param_counters(measured, dense, result)]
    if what is What.SPARSITY:
        return list(sparsity_counters(measured, tuple(dense_networks(measured, result))))
    outputs = classes(measured, result)
    found: list[Counter] = []
    for fit in measured.fits:
        dense = dense_at(fit.network, fit.size, outputs, measured.channels) if fit.network else None
        found.extend(mac_counters(measured, fit, dense, result))
    return found


def _judged(
    claimed: _Claimed, counters: list[Counter], measured: Measured, result: Result
) -> Check:
    if not counters:
        return claimed.check(Status.NOT_VERIFIED, "", f"the MACs were not counted: {measured.why}")
    known = [(c, v) for c in counters if (v := values(claimed.form, c)) is not None]
    if not known:
        why = f"the dense cost of {result.network} at this input size is not known"
        return claimed.check(Status.NOT_VERIFIED, "", why)
    own = written(claimed.form.key, known[0][1].low, claimed.printed)
    fitting = [counter for counter, found in known if fits(claimed.printed, found)]
    if not fitting:
        return claimed.check(
            Status.CONTRADICTED, own, f"{_has(own, measured)}; no usual counter gives the number",
            _fix(claimed, counters),
        )  # fmt: skip
    best = min(fitting, key=lambda c: (c.status is not Status.VERIFIED, bool(c.words)))
    if best.status is Status.VERIFIED and not best.words:
        return claimed.check(Status.VERIFIED, own, _has(own, measured))
    message = f"{_has(own, measured)}; the number fits a count {best.words}"
    return claimed.check(best.status, own, message)


def _has(own: str, measured: Measured) -> str:
    notes = f" ({'; '.join(measured.notes)})" if measured.notes else ""
    return f"the checkpoint has {own}{notes}"


def _fix(claimed: _Claimed, counters: list[Counter]) -> str:
    """Return what to do about a number that does not fit; FLOPs may be MACs by another name."""
    if claimed.form.key == "flops":
        as_macs = values(forms.MACS[0], counters[0])
        if as_macs and fits(claimed.printed, as_macs):
            return _HALF
    return _FIX


def _unstated(
    group: tuple[Form, ...], name: str, checkpoint: CheckpointFile, result: Result,
    counters: list[Counter],
) -> Check:  # fmt: skip
    """Return the check of something that the row does not state; what was measured is said."""
    form = group[0]
    entry: Entry[Printed] = getattr(result, form.key)
    found = values(form, counters[0]) if counters else None
    own = written(form.key, found.low, None) if found else ""
    has = f"; the checkpoint has {own}" if own else ""
    message = f"the row states no {name}{has}"
    anchors = (_place(result, entry), checkpoint.file.place)
    return Check(form.what, Status.NOT_VERIFIED, entry.text, own, message, anchors)


def _unopened(
    what: What, checkpoint: CheckpointFile, result: Result, error: CheckpointError,
    numbers: list[tuple[Form, Entry[Printed], Printed]],
) -> Check:  # fmt: skip
    """Return the check of something for which the file had to be opened, and was not."""
    first = numbers[0][1] if numbers else None
    place = first.place if first else result.place
    claimed = ", ".join(f"{form.key} {printed}" for form, _, printed in numbers)
    message = f"{what}: the checkpoint {error.reason}"
    anchors = (place, checkpoint.file.place)
    return Check(what, Status.NOT_VERIFIED, claimed, "", message, anchors, fix=error.fix)


def _place(result: Result, entry: Entry[Printed]) -> Place:
    return entry.place if entry.text else result.place
