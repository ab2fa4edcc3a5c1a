"""Whether two results are one kind of pruning: where weights start, when what goes is chosen.

Two unknown cells are neither the same nor different. Source: the survey of pruning at
initialisation (arXiv 2103.06460).
"""

from prune_audit.answers import Answer, answer
from prune_audit.cells import Cell, cell
from prune_audit.claim import Result
from prune_audit.facts import Fact
from prune_audit.places import Entry

NAMES = {"base": "weights start", "mask": "mask", "weights": "weights that stay"}
"""The three questions as facts about a pair."""

WORDS: dict[str, dict[str, str]] = {
    "base": {
        "trained": "PaT (pruning after training)",
        "early": "pruning early in training",
        "init": "PaI (pruning at initialisation)",
    },
    "mask": {
        "static-pre": "a mask chosen before training",
        "static-post": "a mask chosen after a training",
        "dynamic": "a mask that changes while it trains",
        "selection": "a mask searched over weights that never train",
    },
    "weights": {
        "inherited": "weights kept as they are",
        "rewound": "weights of an earlier epoch",
        "original-init": "the initial weights",
        "re-init": "new random weights",
        "none": "weights that never train",
    },
}


def cell_facts(a: Result, b: Result) -> tuple[Fact, ...]:
    """Answer whether two pruned rows lie in one cell; nothing where neither side is known."""
    left, right = cell(a), cell(b)
    if a.is_scratch or b.is_scratch or not (left.known or right.known):
        return ()
    return tuple(
        Fact(NAMES[name], _same(one, other), one, other, "")
        for name, one, other in zip(Cell._fields, left, right, strict=True)
    )


def _same(one: Entry[str], other: Entry[str]) -> Answer:
    return answer(one.value == other.value if one.known and other.known else None)


def label(facts: tuple[Fact, ...]) -> str:
    """Name both kinds where two rows surely lie in different cells, else nothing."""
    return "; ".join(
        f"{WORDS[name][fact.left.text]} against {WORDS[name][fact.right.text]}"
        for name, fact in zip(Cell._fields, facts, strict=False)
        if fact.answer is Answer.DIFFERENT
    )
