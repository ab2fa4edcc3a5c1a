"""Family PA5, continued: what shows that pruning makes a network generalise better."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from prune_audit.claim import Result
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.judged import JudgedComparison
from prune_audit.numbers import Printed
from prune_audit.places import Entry
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.unstated import none_reported, read_in_full, rows_of
from prune_audit.settings import Settings

LEVELS = 10
SPARSE = Decimal("0.9")
EPOCHS = {"last-epoch", "best-epoch"}


def generalisation_without_trend(judged: JudgedComparison, settings: Settings) -> Iterator[Hit]:
    """Pruning is said to improve generalisation, and the rows are a few points of no known trend.

    Definition: a comparison with ``generalisation: yes``. Over its ``ours`` and ``best_of``:
    ``train_top1`` or ``label_noise`` is known for no row and ``unreported`` for one; or, where the
    paper was read in full (``paper.read`` begins with "full"), fewer than 10 values of ``sparsity``
    (else ``ratio``) are there, none above 90 %, not both last and best epochs (``selection``), or
    no row with and none without ``label_noise``.
    Why: test accuracy can rise, fall and rise again with sparsity, where labels are noisy; one
    point on a slope is no trend, the best epoch hides the fall, and without the accuracy on the
    training images nobody sees whether less was memorised.
    Fix: print ten levels or more up to the collapse, training and test accuracy at the last and at
    the best epoch, and a control with clean labels.
    Cannot detect: rows that were not transcribed.
    Source: He et al. 2022 (arXiv 2206.08684); on the training loss, arXiv 2301.00335.
    """
    comparison = judged.comparison
    if comparison.generalisation.value != "yes":
        return
    rows = (*judged.ours, *rows_of(judged.claim, comparison.best_of.value or ()))
    lacking = [*_unstated(rows), *(_short(rows) if read_in_full(judged.claim) else ())]
    if lacking:
        yield Hit(
            f"{comparison.ours} is said to generalise better by pruning: {', '.join(lacking)}",
            (comparison.generalisation.place, comparison.ours.place),
            "print levels up to the collapse, both epochs, training accuracy and a clean control",
        )


def _unstated(rows: Sequence[Result]) -> Iterator[str]:
    """Yield what the source was read for and states for no row."""
    if [*none_reported("", (row.train_top1 for row in rows))]:
        yield "no accuracy on the training images"
    if [*none_reported("", (row.label_noise for row in rows))]:
        yield "no word on label noise"


def _short(rows: Sequence[Result]) -> Iterator[str]:
    """Yield what the transcribed rows of a paper that was read in full do not show."""
    levels = {entry.value.value for entry in map(_level, rows) if entry.value}
    if len(levels) < LEVELS:
        yield f"{len(levels)} of {LEVELS} levels of sparsity"
    if not any(level > SPARSE for level in levels):
        yield "none above 90 %"
    if missing := EPOCHS - {row.selection.value for row in rows}:
        yield f"no accuracy of {' and '.join(sorted(missing))}"
    noises = {row.label_noise.value.value > 0 for row in rows if row.label_noise.value}
    if len(noises) == 1:
        yield f"no control {'without' if True in noises else 'with'} label noise"


def _level(row: Result) -> Entry[Printed]:
    return row.sparsity if row.sparsity.known or row.pruning is None else row.pruning.ratio


RULES: tuple[Rule, ...] = (
    Rule(
        "PA514", Severity.NOTE, Tier.HEURISTIC, Scope.COMPARISON, generalisation_without_trend,
        since=2,
    ),
)  # fmt: skip
