"""The method that a row of a claim names, and whether its schedule is one that the method has."""

from difflib import get_close_matches

from prune_audit.claim import PruningStage, Result
from prune_audit.registry.entries import key
from prune_audit.reruns.methods import METHODS, method_named
from prune_audit.reruns.planning.refused import CannotRerunError

GROWING = "growing-penalty"
"""The schedule, in claims, of the methods that train while they prune."""


def method_of(row: Result) -> str:
    """Return the key of the method that a pruned row names.

    Raises:
        CannotRerunError: there is no such method here, or it has not the schedule that is stated.
    """
    stage = row.pruning
    if stage is None:
        raise CannotRerunError(
            "its pruning stage is not described",
            "add pruning: to the row, with criterion and ratio",
        )
    granularity = stage.granularity.value or "filter"
    words = stage.criterion.value or row.method.value or ""
    found = _trained(row, stage, granularity) or method_named(words, granularity)
    if found is None:
        raise _unknown(words, granularity)
    check = _check_trained if METHODS[found].trains else _check_at_once
    check(stage, found)
    return found


def _trained(row: Result, stage: PruningStage, granularity: str) -> str | None:
    """Return the method that trains while it prunes, where a row with such a schedule names one.

    Its criterion may be what it ranks by, so the name of the method counts as well.
    """
    if stage.schedule.value != GROWING:
        return None
    words = (stage.criterion.value, row.method.value)
    named = (method_named(one, granularity) for one in words if one)
    return next((one for one in named if one and METHODS[one].trains), None)


def _check_trained(stage: PruningStage, method: str) -> None:
    """Refuse a schedule that a method with a growing penalty has not.

    Raises:
        CannotRerunError: another schedule is stated.
    """
    if stage.schedule.value not in (None, GROWING):
        raise CannotRerunError(
            f"its schedule is {stage.schedule}, {method} prunes while the network trains",
            f"schedule: {GROWING}, with epochs and lr of the stage",
            method,
        )


def _check_at_once(stage: PruningStage, method: str) -> None:
    """Refuse a schedule other than one-shot and, where the method allows it, at-init.

    Raises:
        CannotRerunError: another schedule is stated.
    """
    if at_init(stage) and not METHODS[method].initial:
        able = ", ".join(name for name, one in METHODS.items() if one.initial)
        raise CannotRerunError(
            "its method is not for networks that nobody has trained",
            f"those that are: {able}",
            method,
        )
    if stage.schedule.value not in (None, "one-shot") and not at_init(stage):
        raise CannotRerunError(
            "it does not prune in one shot",
            "state its steps under pruning.pipeline (see prune-audit pipeline)",
            stage.schedule.value,
        )


def _unknown(words: str, granularity: str) -> CannotRerunError:
    """Say that a method is not there, or that it is there for another granularity."""
    shown = words if granularity == "filter" else f"{words} ({granularity})"
    elsewhere = [one.granularity for one in METHODS.values() if key(words) in map(key, one.words)]
    if elsewhere:
        reason = f"its granularity is {granularity}, its method is one for {elsewhere[0]}"
        return CannotRerunError(reason, "correct one of the two", words)
    known = [word for one in METHODS.values() for word in one.words]
    near = get_close_matches(words.lower(), known, 1, cutoff=0.75)
    hint = f"did you mean {near[0]}? " if near else ""
    remedy = f"{hint}prune-audit methods lists those here"
    return CannotRerunError("its method is not implemented", remedy, shown)


def at_init(stage: PruningStage) -> bool:
    """Whether it prunes at initialisation, a network that nobody has trained."""
    return stage.schedule.value == "at-init"
