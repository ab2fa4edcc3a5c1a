"""Family PA3, continued: rows of two kinds of pruning set against each other."""

from collections.abc import Iterator

from prune_audit.cells import cell
from prune_audit.claim import Result
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.judged import JudgedPair
from prune_audit.places import Entry
from prune_audit.rules.fairness import STATED
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.unstated import Lack, unreported
from prune_audit.settings import Settings
from prune_audit.taxonomy import label


def budget_across_kinds_unreported(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """Two kinds of pruning are compared, and the source does not state the epochs of both in full.

    Definition: better, significantly better or on par is stated of a pair that surely lies in two
    cells of the taxonomy (``pruning.taxonomy``), and epochs of the pruning stage, of retraining or
    of pretraining are ``unreported``; of pretraining where weights or mask come from a training.
    Why: pruning at initialisation saves the pretraining that pruning after training needs, and a
    lottery ticket starts from initial weights but finds its mask by training; only total epochs
    with the search of the mask say what each kind costs.
    Fix: state the epochs of every stage on both sides, the search of the mask among those of
    pruning.
    Cannot detect: a search whose epochs the source leaves out of what it states; kinds that no key
    tells.
    Source: Wang et al. 2022 (arXiv 2103.06460), the taxonomy; Liu and Wang 2023 (arXiv 2302.02596).
    """
    pair = judged.pair
    kinds = label(pair.verdict.cells)
    if not kinds or pair.comparison is None or pair.comparison.statement.value not in STATED:
        return
    lacking = {row.name: tuple(_lacking(row)) for row in (pair.ours, pair.other)}
    texts = [
        f"{', '.join(lack.name for lack in lacks)} of {name}"
        for name, lacks in lacking.items()
        if lacks
    ]
    if texts:
        yield Hit(
            f"{pair.ours.name} and {pair.other.name} are two kinds, {kinds}; the source does "
            f"not state the epochs of {' and '.join(texts)}",
            tuple(lack.place for lacks in lacking.values() for lack in lacks),
            "state the total epochs of both, the search of the mask included",
        )


def _lacking(row: Result) -> Iterator[Lack]:
    """Yield the stages whose epochs belong to the total and are not reported."""
    stages = [("pruning", row.pruning), ("retraining", row.retraining)]
    own = cell(row)
    trained = own.base.value in ("trained", "early") or own.mask.value == "static-post"
    if row.base_model and trained:
        stages.insert(0, ("pretraining", row.base_model.pretraining))
    for name, stage in stages:
        yield from unreported(name, stage.epochs if stage else Entry(row.place))


RULES: tuple[Rule, ...] = (
    Rule(
        "PA311", Severity.NOTE, Tier.CONCLUSIVE, Scope.PAIR, budget_across_kinds_unreported, since=2
    ),
)
