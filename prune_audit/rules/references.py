"""Family PA7, continued: a submission against reference retraining points."""

from collections.abc import Iterator

from prune_audit.evidence.check import What
from prune_audit.evidence.evidence import Evidence
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.rules.rule import Rule, Scope
from prune_audit.settings import Settings


def below_reference(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """A baseline is less accurate than reference runs of its own recipe.

    Definition: reference runs of the same data set, network, base model, method, recipe and rate
    exist (three or more), or two such points lie around the rate, at most a factor of two apart.
    The accuracy, at the upper end of what its digits leave open, lies more than 0.2 points below
    their mean (below the lower one of two points), and the one-sided p is below 0.01: by Welch's
    test where runs and spread are stated, else by the t prediction test. Runs that may share one
    base model, trained by its authors once, count as one draw. A spread of the reference of less
    than half an image counts as that of the test set.
    Why: an under-trained baseline makes any method look good.
    Fix: train the baseline under its stated recipe again, or take the value of the reference.
    Cannot detect: a recipe that is itself too weak; a deficit smaller than the spread of few runs;
    a base model that is worse than those of the reference and states the same training; other
    software, which may give another accuracy for one recipe.
    Source: the reference convergence points of MLPerf Training, for pruning.
    """
    return _hits(evidence, What.BASELINE_REFERENCE)


def above_reference(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """A result is more accurate than reference runs of its own recipe.

    Definition: as for below-reference, on the other side: the accuracy, at the lower end of what
    its digits leave open, lies more than 0.2 points above the mean of the reference runs (above the
    higher one of two points), with a one-sided p below 0.01. Where the row does not say that it
    prints the last epoch, it is compared with the best epoch of every reference run.
    Why: what the stated recipe does not give is due to something that is not stated.
    Fix: state what else the recipe has, or add logs and checkpoints of every run.
    Cannot detect: a gain smaller than the spread of few runs; a run picked from many, which is
    refused where it is stated; another protocol of evaluation, such as several crops; a method that
    references do not have.
    Source: the reference convergence points of MLPerf Training, for pruning.
    """
    return _hits(evidence, What.RESULT_REFERENCE)


def _hits(evidence: Evidence, what: What) -> Iterator[Hit]:
    return (Hit(check.message, check.anchors, check.fix) for check in evidence.of(what))


RULES: tuple[Rule, ...] = (
    Rule("PA718", Severity.WARNING, Tier.HEURISTIC, Scope.EVIDENCE, below_reference, since=2),
    Rule("PA719", Severity.WARNING, Tier.HEURISTIC, Scope.EVIDENCE, above_reference, since=2),
)
