"""Accuracies of runs and of the row against the ends of the logs."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from prune_audit.evidence.case import Case, RunEvidence
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.finals import (
    FLOAT_NOISE,
    Final,
    Value,
    digits_of,
    ends_early,
    final_of,
    fits,
    mean,
    pooled,
    value_at,
)
from prune_audit.evidence.logs import Curve
from prune_audit.numbers import Printed
from prune_audit.places import Entry, Place

VERIFY = "give the log of every run, and name the column of its test accuracy under logs"
_MEANS = (None, "mean", "last-epoch", "best-epoch")
_VALIDATION = "the log does not show which epoch the validation images chose"


class Ends(NamedTuple):
    """What a claimed accuracy may be: the value of the last epoch, that of the best one.

    ``early`` says that a log does not show the end of its run, else it is empty; ``also`` are other
    ways of taking the same mean.
    """

    last: Value
    best: Value
    early: str
    also: tuple[Value, ...] = ()


def checks(case: Case) -> Iterator[Check]:
    """Yield a check of each run that states an accuracy, then one of the row."""
    for run in case.runs:
        if run.run.top1.known:
            yield _run(case, run)
    if case.result.top1.known:
        yield _row(case)


def finals(case: Case) -> list[tuple[RunEvidence, Curve, Final]]:
    """Return how the runs end that have a log with accuracies."""
    ends = [(run, curve, final_of(curve, case)) for run, curve in case.curves]
    return [(run, curve, final) for run, curve, final in ends if final]


def _run(case: Case, run: RunEvidence) -> Check:
    entry = run.run.top1
    final = final_of(run.curve, case) if run.curve else None
    if run.curve is None or final is None:
        why = run.why or f"its log has {run.curve.lacks.get('accuracy', '') if run.curve else ''}"
        return _silent(What.RUN_ACCURACY, entry, run.label, why, run.place)
    ends = Ends(final.last, final.best, final.early)
    anchors = (entry.place, run.curve.at(final.last.point))
    if case.result.selection.value == "best-on-validation":
        return _chosen(case, entry, run, run.curve, anchors)
    return judged(case, entry, ends, What.RUN_ACCURACY, run.label, anchors)


def _row(case: Case) -> Check:
    entry, found = case.result.top1, finals(case)
    places = tuple(curve.at(final.last.point) for _, curve, final in found)
    missing = _missing(case, len(found))
    if missing:
        return _unlogged(case, entry, missing)
    selection = case.result.selection.value
    if selection == "best-on-validation":
        if len(found) == 1:
            return _chosen(case, entry, found[0][0], found[0][1], (entry.place, *places))
        return _silent(What.ACCURACY, entry, "", _VALIDATION, *places)
    if selection == "best-run":
        ends = _best_run([final for _, _, final in found])
    else:
        ends = _mean(case, [final for _, _, final in found])
    if ends.early and len(found) > 1:
        run = next(run.label for run, _, final in found if final.early)
        ends = ends._replace(early=f"{run}: {ends.early}")
    return judged(case, entry, ends, What.ACCURACY, "", (entry.place, *places))


def prints_other_epoch(case: Case) -> bool:
    """Whether the row prints the best epoch for the last one, or the last for the best (PA705)."""
    return case.result.top1.known and _row(case).what is What.LAST_EPOCH


def _missing(case: Case, logged: int) -> str:
    """Say which evidence the row's accuracy lacks, empty where it is all there."""
    stated, given = case.result.runs.value, len(case.runs)
    if not given:
        return "no runs are given"
    if stated and not stated.hull.holds(Decimal(given)):
        return f"the row states runs: {stated}, the evidence is of {given}"
    if logged < given:
        return f"{logged} of {given} runs have a log with test accuracies"
    return ""


def _mean(case: Case, ends: Sequence[Final]) -> Ends:
    last, best = [end.last for end in ends], [end.best for end in ends]
    also = [value for value in (pooled(last), _mean_of_rounded(case, last)) if value]
    early = next((end.early for end in ends if end.early), "")
    return Ends(mean(last), mean(best), early, tuple(also) if len(ends) > 1 else ())


def _mean_of_rounded(case: Case, last: Sequence[Value]) -> Value | None:
    """Return the mean of the runs' printed accuracies, if those are roundings of the logged."""
    printed = [run.run.top1.value for run in case.runs]
    stated = [number for number in printed if number]
    if len(stated) != len(last) or not all(map(fits, stated, last)):
        return None
    return stated_mean(stated)


def stated_mean(printed: Sequence[Printed]) -> Value:
    """Return the mean of printed accuracies, taken before or after they were rounded."""
    return mean([Value(number.hull, number.text) for number in printed])


def _best_run(ends: Sequence[Final]) -> Ends:
    last = max((end.last for end in ends), key=lambda value: value.middle)
    best = max((end.best for end in ends), key=lambda value: value.middle)
    return Ends(last, best, next((end.early for end in ends if end.early), ""))


def judged(
    case: Case, entry: Entry[Printed], ends: Ends, what: What, run: str, anchors: tuple[Place, ...]
) -> Check:
    """Set a claimed accuracy against the last epoch, or the best one where the row says so."""
    claimed = entry.value
    assert claimed is not None, "asked of stated accuracies only"
    by_best = case.result.selection.value == "best-epoch"
    target, other = (ends.best, ends.last) if by_best else (ends.last, ends.best)
    epoch, other_epoch = ("best", "last") if by_best else ("last", "best")
    found = f"{target.shown} ({epoch} epoch{' that is there' * bool(ends.early)})"
    if any(fits(claimed, value) for value in (target, *ends.also)):
        why = _too_little(claimed, target, ends)
        status = Status.NOT_VERIFIED if why else Status.VERIFIED
        message = why or f"{claimed} is the accuracy of the {epoch} epoch in the log"
        return Check(
            what, status, claimed.text, found, message, anchors, run, VERIFY if why else ""
        )
    if ends.early:
        return Check(what, Status.NOT_VERIFIED, claimed.text, found, ends.early, anchors, run)
    if fits(claimed, other):
        return _other_epoch(claimed, target, epoch, other_epoch, case, anchors, run)
    message = (
        f"{_who(run)} {claimed}, the log ends with {ends.last.shown} (best epoch {ends.best.shown})"
    )
    fix = "state what the log shows, or give the log of this run"
    return Check(what, Status.CONTRADICTED, claimed.text, found, message, anchors, run, fix)


def _too_little(claimed: Printed, target: Value, ends: Ends) -> str:
    """Say why an accuracy that fits is not verified, empty where it is."""
    if ends.early:
        return ends.early
    if target.slack > max(claimed.step, 2 * FLOAT_NOISE):
        return f"the log prints too few digits: {target.shown}"
    return ""


def _other_epoch(
    claimed: Printed, target: Value, epoch: str, printed: str, case: Case,
    anchors: tuple[Place, ...], run: str,
) -> Check:  # fmt: skip
    selection = case.result.selection
    says = f"says {selection.text}" if selection.known else "does not say which epoch"
    message = (
        f"{_who(run)} {claimed}, which is the {printed} epoch; the {epoch} one has {target.shown}, "
        f"and the row {says}"
    )
    fix = f"print the {epoch} epoch, or write selection: {printed}-epoch"
    shown = f"{target.shown} ({epoch} epoch)"
    return Check(
        What.LAST_EPOCH, Status.CONTRADICTED, claimed.text, shown, message, anchors, run, fix
    )


def _chosen(
    case: Case, entry: Entry[Printed], run: RunEvidence, curve: Curve, anchors: tuple[Place, ...]
) -> Check:
    """The best epoch on validation images can be any; an accuracy of no epoch is none of them."""
    claimed, label = entry.value, run.label if entry is run.run.top1 else ""
    assert claimed is not None, "asked of stated accuracies only"
    what = What.RUN_ACCURACY if label else What.ACCURACY
    digits = digits_of(curve)
    values = [value_at(point, digits, case.test_size) for point in curve.tested]
    if any(fits(claimed, value) for value in values) or ends_early(curve, case):
        return _silent(what, entry, label, _VALIDATION, *anchors[1:])
    message = f"{_who(label)} {claimed}, which no epoch of the log has"
    fix = "state what the log shows, or give the log of this run"
    return Check(
        what, Status.CONTRADICTED, claimed.text, "no such epoch", message, anchors, label, fix
    )


def _unlogged(case: Case, entry: Entry[Printed], missing: str) -> Check:
    """Without logs, the stated runs can still contradict the row's mean."""
    stated = [run.run.top1 for run in case.runs]
    values = [one.value for one in stated if one.value]
    selection, runs = case.result.selection.value, case.result.runs.value
    counted = runs is None or runs.hull.holds(Decimal(len(case.runs)))
    if values and len(values) == len(stated) and counted and selection in _MEANS:
        average = stated_mean(values)
        claimed = entry.value
        if claimed and not fits(claimed, average):
            message = f"the row prints {claimed}, the mean of its {len(values)} runs is " + (
                average.shown.removeprefix("mean ")
            )
            anchors = (entry.place, *(one.place for one in stated))
            fix = "correct the mean or the runs"
            return Check(
                What.ACCURACY, Status.CONTRADICTED, claimed.text, average.shown, message, anchors,
                "", fix,
            )  # fmt: skip
    return _silent(What.ACCURACY, entry, "", missing)


def _silent(what: What, entry: Entry[Printed], run: str, why: str, *places: Place) -> Check:
    anchors = (entry.place, *places)
    return Check(what, Status.NOT_VERIFIED, entry.text, "", why, anchors, run, VERIFY)


def _who(run: str) -> str:
    return f"the run of {run} states" if run else "the row prints"
