"""What a reader would have to know: missing facts as questions, one per fact, with its rows."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from prune_audit.claim import Result
from prune_audit.facts import Fact
from prune_audit.places import Entry
from prune_audit.reports.rows import RowNames
from prune_audit.setups import FactName
from prune_audit.verdict import Pair

ASKED: dict[str, str] = {
    FactName.DATASET: "Which data set was used?",
    FactName.NETWORK: "Which network was pruned?",
    FactName.METRIC: "What is the top-1 accuracy?",
    FactName.RATE: "What is the speedup, or what are the MACs of the dense and the pruned network?",
    FactName.GRANULARITY: "What is removed as one piece: filters, channels, weights?",
    FactName.BASE: "Which base model was pruned? Its weights, by source and version.",
    FactName.EPOCHS: "For how many epochs was it retrained?",
    FactName.SCHEDULE: "Under which learning-rate schedule was it retrained?",
    FactName.PRUNING_EPOCHS: "How many training epochs does the pruning stage take?",
    FactName.PRUNING_SCHEDULE: "Under which learning-rate schedule does the pruning stage train?",
    "S4.2": "What are the learning-rate schedules of all stages and of the scratch training?",
    "SX-A": "How many epochs do all stages take, and how many the scratch training?",
    "SX-B": "How many epochs do all stages take, and at which speedup?",
}


class Questions(NamedTuple):
    """Questions that a source was read for, and others that nobody has looked up yet."""

    authors: list[str]
    transcriber: list[str]


def questions(pairs: Iterable[Pair], names: RowNames) -> Questions:
    """Ask once for each missing fact that would decide a pair, and name the rows."""
    authors: dict[str, dict[str, None]] = {}
    transcriber: dict[str, dict[str, None]] = {}
    for pair in pairs:
        for fact in pair.verdict.missing:
            for row, side in _open(pair, fact):
                asked = transcriber if _not_read(side) else authors
                asked.setdefault(fact.name, {})[names.one(row, _stated(side))] = None
    return Questions(list(_listed(authors)), list(_listed(transcriber)))


def _open(pair: Pair, fact: Fact) -> Iterator[tuple[Result, Entry[Any]]]:
    """Yield the sides that are silent, or vague, or (what they state does not decide) both."""
    sides = ((pair.ours, fact.left), (pair.other, fact.right))
    silent = [side for side in sides if not side[1].known]
    vague = [side for side in sides if side[1].text == "other"]
    yield from silent or vague or sides


def _not_read(side: Entry[Any]) -> bool:
    return not side.known and not side.unreported


def _stated(side: Entry[Any]) -> str:
    return f"; stated: {side.text}" if side.known else ""


def _listed(asked: dict[str, dict[str, None]]) -> Iterator[str]:
    for name, question in ASKED.items():
        if name in asked:
            yield f"{question} {', '.join(asked[name])}"
