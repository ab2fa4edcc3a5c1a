"""Family PA6: what a source was read for and does not report.

The rules speak of ``unreported`` only: what nobody has read is not held against anyone. One note
gathers all rows of a file that lack the same facts.
"""

from collections.abc import Iterator
from decimal import Decimal

from prune_audit.claim import Claim, Result
from prune_audit.facts import is_joint
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.intervals import Interval
from prune_audit.registry import dataset as known_dataset
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.unstated import (
    ANCHORS,
    Lack,
    gathered,
    last_stage,
    listed,
    none_reported,
    own_rows,
    read_in_full,
    unreported,
)
from prune_audit.settings import Settings

STRUCTURED = ("filter", "channel", "group")
ANY = Interval.above(Decimal(0), True)
"""More than no epochs, which is all that ``>0`` says."""


def retraining_details_missing(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """The source does not say how a row of a statement was retrained.

    Definition: epochs, LR, optimizer, weight decay or batch size of the last training stage of an
    own row are ``unreported`` (the pruning stage of a method that prunes while it trains).
    Why: retraining moves the accuracy as much as the choice of filters does.
    Fix: report the recipe, or release the configuration.
    Cannot detect: details that stand in released code which nobody has read.
    Source: Wang et al. 2023, sections 3 and 6.
    """

    def details(row: Result) -> Iterator[Lack]:
        if stage := last_stage(row):
            yield from unreported("the training epochs", stage.epochs)
            yield from unreported("the LR schedule", stage.lr)
            yield from unreported("the optimizer", stage.optimizer)
            yield from unreported("the weight decay", stage.weight_decay)
            yield from unreported("the batch size", stage.batch_size)

    yield from gathered(own_rows(claim), details, "report the retraining recipe")


def evaluation_protocol_unreported(
    claim: Claim, corpus: object, settings: Settings
) -> Iterator[Hit]:
    """The source does not say how an ImageNet accuracy was evaluated.

    Definition: ``evaluation`` of an own row with a statement is ``unreported``, on ImageNet.
    Why: input size, resize and the number of crops move the accuracy.
    Fix: report them.
    Cannot detect: protocols that are stated and differ between compared rows.
    Source: this tool.
    """

    def protocol(row: Result) -> Iterator[Lack]:
        known = known_dataset(row.dataset.value) if row.dataset.value else None
        if known and known.id == "imagenet":
            yield from unreported("the evaluation protocol", row.evaluation)

    fix = "report input size, resize and number of crops"
    yield from gathered(own_rows(claim), protocol, fix)


def granularity_unreported(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """The source does not say what was removed as one piece.

    Definition: ``granularity`` of an own row with a statement is ``unreported``.
    Why: single weights can go at far higher ratios than filters; the two are not compared.
    Fix: say filter, weight, n:m, block or layer.
    Cannot detect: which of them it was.
    Source: Wang et al. 2023, who describe a method by its granularity among five aspects.
    """

    def granularity(row: Result) -> Iterator[Lack]:
        if row.pruning:
            yield from unreported("the granularity", row.pruning.granularity)

    yield from gathered(own_rows(claim), granularity, "say what is removed as one piece")


def pruning_cost_unreported(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """The source does not say how many epochs the pruning stage takes.

    Definition: the pruning stage's epochs of an own row with a statement are ``unreported``, or
    known to be there and no more (``>0``) though the paper was read in full. Methods that prune
    while they train fall under PA601.
    Why: training during pruning is training; at unknown cost nobody can compare at equal cost.
    Fix: report the epochs of the pruning stage, 0 for one-shot.
    Cannot detect: a search that trains other networks.
    Source: Wang et al. 2023, setups S4.1 and S4.2.
    """

    def cost(row: Result) -> Iterator[Lack]:
        if row.pruning and not is_joint(row):
            epochs = row.pruning.epochs
            yield from unreported("how long pruning takes", epochs)
            if epochs.value and epochs.value.interval == ANY and read_in_full(claim):
                yield Lack("how long pruning takes", epochs.place)

    yield from gathered(own_rows(claim), cost, "report the epochs of the pruning stage")


def ratios_unreported(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """The source does not say how much of which layer went.

    Definition: an own row with a statement removes filters, channels or groups, and of ``ratio``
    and ``ratios`` none is known and at least one is ``unreported``.
    Why: the ratios decide accuracy and speed, and nobody can rebuild the network without them.
    Fix: report the pruned share per layer or stage, or release the pruned network.
    Cannot detect: ratios that released code computes.
    Source: Wang et al. 2023, who describe a method by its ratios among five aspects.
    """

    def ratios(row: Result) -> Iterator[Lack]:
        if row.pruning and row.pruning.granularity.value in STRUCTURED:
            yield from none_reported("the pruned share", (row.pruning.ratio, row.pruning.ratios))

    yield from gathered(own_rows(claim), ratios, "report the pruned share per layer or stage")


def no_accuracy_before_retraining(
    claim: Claim, corpus: object, settings: Settings
) -> Iterator[Hit]:
    """The source prints no accuracy between pruning and retraining.

    Definition: ``before_retraining`` of an own row with a statement is ``unreported``.
    Why: before and after together show what pruning left and what retraining brought back.
    Fix: print the accuracy right after pruning too.
    Cannot detect: whether it was low because batch norm was not adapted.
    Source: this tool.
    """

    def before(row: Result) -> Iterator[Lack]:
        if not is_joint(row):
            yield from unreported("the accuracy right after pruning", row.before_retraining)

    yield from gathered(own_rows(claim), before, "print the accuracy right after pruning too")


def statistics_unreported(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """The source does not say what a printed accuracy is an accuracy of.

    Definition: ``runs`` or ``selection`` of an own row with a statement is ``unreported``.
    Why: one run, the best of five and the mean of five are three different numbers, and so are the
    last and the best epoch.
    Fix: report the number of runs, their spread, and which epoch is printed.
    Cannot detect: a choice on the test set that is not mentioned.
    Source: Blalock et al. 2020 (arXiv 2003.03033), in whose survey few papers state runs or spread.
    """

    def statistics(row: Result) -> Iterator[Lack]:
        yield from unreported("the number of runs", row.runs)
        yield from unreported("which epoch or run is printed", row.selection)

    yield from gathered(own_rows(claim), statistics, "report runs, spread and the printed epoch")


def top1_missing(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """Rows print no top-1 accuracy.

    Definition: ``top1`` is ``unreported`` and no other metric is named. The note counts the rows
    that print a drop instead.
    Why: a drop hides which base model it was taken from, and top-5 saturates.
    Fix: print the top-1 accuracy of the base and of the pruned model.
    Cannot detect: a value that could be read off a figure.
    Source: this tool.
    """
    rows = [row for row in claim.results.values() if row.top1.unreported and _is_top1(row)]
    if rows:
        drops = sum(row.drop.known or row.delta.known for row in rows)
        yield Hit(
            f"no top-1 accuracy is printed for {len(rows)} of {len(claim.results)} rows, a drop "
            f"alone for {drops}: {listed(rows)}",
            tuple(row.top1.place for row in rows)[:ANCHORS],
            "print the top-1 accuracy of base and pruned model",
        )


def _is_top1(row: Result) -> bool:
    return (row.metric.value or "top1") == "top1"


RULES: tuple[Rule, ...] = (
    Rule("PA601", Severity.NOTE, Tier.CONCLUSIVE, Scope.CLAIM, retraining_details_missing),
    Rule("PA605", Severity.NOTE, Tier.CONCLUSIVE, Scope.CLAIM, evaluation_protocol_unreported),
    Rule("PA606", Severity.NOTE, Tier.CONCLUSIVE, Scope.CLAIM, granularity_unreported),
    Rule("PA607", Severity.NOTE, Tier.CONCLUSIVE, Scope.CLAIM, pruning_cost_unreported),
    Rule("PA609", Severity.NOTE, Tier.CONCLUSIVE, Scope.CLAIM, ratios_unreported),
    Rule("PA610", Severity.NOTE, Tier.CONCLUSIVE, Scope.CLAIM, no_accuracy_before_retraining),
    Rule("PA612", Severity.NOTE, Tier.CONCLUSIVE, Scope.CLAIM, statistics_unreported),
    Rule("PA613", Severity.NOTE, Tier.CONCLUSIVE, Scope.CLAIM, top1_missing),
)
