"""In which cell of the taxonomy of pruning a result lies.

What a claim file states under ``pruning.taxonomy`` counts. Where it states nothing, other keys say
so only if they leave no doubt; all else is unknown.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from prune_audit.claim import PruningStage, Result, Stage
from prune_audit.grammar.taxonomy import cell as pipeline_cell
from prune_audit.places import Entry, Place
from prune_audit.registry import checkpoint

_KEEPING = ("finetuning", "lr-rewinding", "slr", "clr", "llr", "allr")
"""Kinds of retraining that go on from the weights that pruning left."""


class Cell(NamedTuple):
    """The cell of the taxonomy that a result lies in; each part may be silent."""

    base: Entry[str]
    mask: Entry[str]
    weights: Entry[str]

    @property
    def known(self) -> bool:
        """Whether anything is known of it."""
        return any(part.known for part in self)


@lru_cache(maxsize=4096)
def cell(result: Result) -> Cell:
    """Return a result's cell: as stated, else as far as its other keys leave no doubt."""
    stage = result.pruning
    if stage is None:
        return Cell(*(Entry[str](result.place) for _ in Cell._fields))
    implied = dict(_implied(result, stage))
    return Cell(*(_part(stage, name, implied) for name in Cell._fields))


def _part(stage: PruningStage, name: str, implied: dict[str, Entry[str]]) -> Entry[str]:
    """Return what is stated; a word that says it is unknown is stated too."""
    stated: Entry[str] = getattr(stage.taxonomy, name) if stage.taxonomy else Entry(stage.place)
    return stated if stated.text else implied.get(name, stated)


def _implied(result: Result, stage: PruningStage) -> Iterator[tuple[str, Entry[str]]]:
    """Yield what follows for sure.

    A pipeline says it all. Pruning at initialisation starts from initial weights. A published
    checkpoint is a trained network, so a one-shot cut of it without training chooses its mask after
    that training.
    """
    if stage.pipeline.value and (found := pipeline_cell(stage.pipeline.value)):
        for name in Cell._fields:
            yield name, _word(getattr(found, name), stage.pipeline.place)
        return
    if stage.schedule.value == "at-init":
        yield "base", _word("init", stage.schedule.place)
    if stage.schedule.value != "one-shot" or not _no_epochs(stage) or _rewound(result.retraining):
        return
    if published := _published(result):
        yield "base", _word("trained", published)
        yield "mask", _word("static-post", stage.schedule.place)
        if result.retraining and _keeps(result.retraining):
            yield "weights", _word("inherited", result.retraining.place)


def _word(word: str, place: Place) -> Entry[str]:
    return Entry(place, word, word, None)


def _no_epochs(stage: Stage) -> bool:
    return stage.epochs.value is not None and stage.epochs.value.none


def _rewound(stage: Stage | None) -> bool:
    return stage is not None and stage.kind.value in ("weight-rewinding", "other")


def _keeps(stage: Stage) -> bool:
    return stage.kind.value in _KEEPING or _no_epochs(stage)


def _published(result: Result) -> Place | None:
    """Return where the base model's weights are named, if they are a known checkpoint."""
    entry = result.base_model.weights if result.base_model else None
    if entry is None or entry.value is None or entry.value.kind == "own":
        return None
    tag = f"sha256:{entry.value.name}" if entry.value.kind == "hash" else entry.value.name
    return entry.place if checkpoint(tag) else None
