"""The keys of claim files by name: stages, aliases, what a row may hold, what a sweep may vary."""

from prune_audit.claim import BaseModel, PruningStage, Result, ScratchStage, Stage
from prune_audit.forms import keys_of

STAGES: dict[str, type] = {
    "pretraining": Stage,
    "pruning": PruningStage,
    "retraining": Stage,
    "scratch": ScratchStage,
}
ALIASES = {"finetuning": "retraining"}


def names_of(*forms: type) -> frozenset[str]:
    """Return the keys of some forms."""
    return frozenset(key.name for form in forms for key in keys_of(form))


def canonical(key: str) -> str:
    """Return a key with its first word in its proper form: ``finetuning.lr`` is retraining's."""
    outer, dot, inner = key.partition(".")
    return ALIASES.get(outer, outer) + dot + inner


DEFAULTS = names_of(Result)
ROW = DEFAULTS | {"sweep"}
BASE_MODEL = names_of(BaseModel)
RECIPE = names_of(*STAGES.values())
STAGE = {name: names_of(form) | {"recipe"} for name, form in STAGES.items()}
SWEEP = DEFAULTS | {
    "at",
    *(f"{stage}.{key}" for stage in STAGES if stage in DEFAULTS for key in STAGE[stage]),
}
