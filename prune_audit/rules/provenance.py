"""Family PA0, continued: how much of a file was read at its source."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from prune_audit.claim import BaseModel, Claim, Result, Stage
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.forms import keys_of
from prune_audit.places import Entry, Place, Silence
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.unstated import ANCHORS
from prune_audit.settings import Settings

_SECONDARY = re.compile(r"\s*secondary\b", re.IGNORECASE)


def secondary_source(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """Numbers of the file were taken from others than the authors who made them.

    Definition: a ``source`` of a row, a base model or a stage begins with the word "secondary".
    One note per file counts them.
    Why: what another paper prints of a result may be rounded, converted or mistyped.
    Fix: read the paper itself and replace the source.
    Cannot detect: a secondary source that is not called so.
    Source: this tool.
    """
    rows = _secondary(claim.results.values())
    bases = _secondary(claim.base_models.values())
    stages = sorted(set(_secondary(_stages(claim))))
    if rows or bases or stages:
        yield Hit(
            f"from secondary sources: {len(rows)} of {len(claim.results)} rows, {len(bases)} of "
            f"{len(claim.base_models)} base models, {len(stages)} stage descriptions",
            tuple(dict.fromkeys((*rows, *bases, *stages)))[:ANCHORS],
            "read the paper itself and replace the source",
        )


def _secondary(forms: Iterable[Result | BaseModel | Stage]) -> list[Place]:
    return [
        form.source.place
        for form in forms
        if any(_SECONDARY.match(text) for text in form.source.value or ())
    ]


def _stages(claim: Claim) -> Iterator[Stage]:
    for row in claim.results.values():
        yield from filter(None, (row.pruning, row.retraining, row.scratch))
    yield from (base.pretraining for base in claim.base_models.values() if base.pretraining)


def much_unverified(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """Nobody has read most of the facts that the verdicts on this file need.

    Definition: of the required values of rows, base models and their stages (identity, accuracy,
    epochs, LR, granularity, schedule) more than half are ``unverified``. The LR of a stage without
    epochs does not count.
    Why: verdicts on such a file say little about the paper; undetermined means unread here.
    Fix: read the source and write the values, or ``unreported`` where it does not state them.
    Cannot detect: which of the facts the source states.
    Source: this tool.
    """
    facts = [fact for fact in _facts(claim) if fact.text]  # without text: there is no such stage
    unread = [fact for fact in facts if fact.silence is Silence.UNVERIFIED]
    if 2 * len(unread) > len(facts):
        yield Hit(
            f"{len(unread)} of {len(facts)} required facts are unverified",
            tuple(dict.fromkeys(fact.place for fact in unread))[:ANCHORS],
            "read the source; write the values, or unreported where it does not state them",
        )


def _facts(claim: Claim) -> Iterator[Entry[Any]]:
    forms: list[Result | BaseModel | Stage] = [
        *claim.base_models.values(), *claim.results.values(), *_stages(claim),
    ]  # fmt: skip
    for form in forms:
        idle = isinstance(form, Stage) and form.epochs.value and form.epochs.value.none
        kind: type = type(form)
        for field in _needed(kind):
            if not (idle and field == "lr"):
                yield getattr(form, field)


@cache
def _needed(form: type) -> tuple[str, ...]:
    """Return the fields that must be stated or said to be silent, without the source."""
    keys = (key for key in keys_of(form) if key.required and key.silent)
    return tuple(key.field for key in keys if key.field != "source")


RULES: tuple[Rule, ...] = (
    Rule("PA011", Severity.NOTE, Tier.CONCLUSIVE, Scope.CLAIM, secondary_source),
    Rule("PA012", Severity.NOTE, Tier.CONCLUSIVE, Scope.CLAIM, much_unverified),
)
