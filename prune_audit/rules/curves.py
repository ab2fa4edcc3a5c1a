"""Family PA4, continued: the declared schedule against the training logs of a submission."""

from collections.abc import Iterator

from prune_audit.evidence.check import What
from prune_audit.evidence.evidence import Evidence
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.rules.picked import contradicted
from prune_audit.rules.rule import Rule, Scope
from prune_audit.settings import Settings


def lr_off_schedule(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """The log of a run has another LR than the declared schedule.

    Definition: in some epoch the logged LR is none that the declared schedule has within that
    epoch; the first such epoch is named. Where an epoch has several rows, its first LR counts; the
    lowest and the highest must be LRs of that epoch or of a neighbour, unless most epochs have such
    a second LR, as other weights may: the schedule is then not verified. The digits of the log are
    taken as rounded, LRs within 1e-6 of each other as the same. A log whose every LR is that of the
    next epoch (written after the scheduler's step) agrees. A schedule that is stated in part is
    contradicted only by what is stated.
    Why: the schedule decides the verdict of a comparison (S3.2), so the declared one must have run.
    Fix: declare the schedule that was run, or give the log of the declared run.
    Cannot detect: a log that was written by hand; an LR between two logged rows; a step that is
    one epoch off, if all steps are.
    Source: this tool; why the LR matters: Wang et al. 2023.
    """
    yield from contradicted(evidence, What.SCHEDULE)


def epochs_off_log(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """The log of a run has more or fewer epochs than declared.

    Definition: the number of epochs in the log is none that the claim allows. Epochs count from 0
    or from 1, as the first row does; where a log from 0 has one row too many and nothing tells
    whether the first is a test before training, nothing is said.
    Why: more retraining epochs are an advantage (S3.1), and fewer mean another run.
    Fix: declare the epochs that were run, or give the log of the whole run.
    Cannot detect: epochs that were trained and not logged.
    Source: this tool.
    """
    yield from contradicted(evidence, What.EPOCHS)


def premature_decay(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """The test accuracy is still rising when the LR is first lowered.

    Definition: in the last half of the first LR stage (four epochs at least), of the mean curve of
    the runs, a straight line rises significantly (Student's test of the slope, one-sided, p below
    0.01) by at least one binomial standard error of the test set and at least the residual
    standard deviation.
    Why: a network whose LR is lowered before it has recovered from pruning ends below what the
    method can reach, and the comparison then measures the schedule.
    Fix: keep the first LR longer, or show that a longer first stage changes nothing.
    Cannot detect: whether the accuracy would have gone on rising; a rise below the noise.
    Source: this tool; Wang et al. 2023, table 5, where short retraining gains from more epochs.
    """
    yield from contradicted(evidence, What.DECAY)


def ta_off_curve(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """The stated trainability accuracy is not the mean over the first LR stage of the logs.

    Definition: the printed ``ta`` is neither the mean test nor the mean training accuracy over the
    epochs of the first LR stage, of no run and not of their mean, where the logs have both for all
    of these epochs.
    Why: TA is only comparable where it is computed alike.
    Fix: say which accuracy it is and over which epochs.
    Cannot detect: a TA over other epochs or images that the claim describes in words.
    Source: Wang et al. 2023, equation 1.
    """
    yield from contradicted(evidence, What.TA)


def _rule(code: str, severity: Severity, tier: Tier, check: object) -> Rule:
    assert callable(check)
    return Rule(code, severity, tier, Scope.EVIDENCE, check, since=2)


RULES: tuple[Rule, ...] = (
    _rule("PA409", Severity.ERROR, Tier.CONCLUSIVE, lr_off_schedule),
    _rule("PA410", Severity.ERROR, Tier.CONCLUSIVE, epochs_off_log),
    _rule("PA411", Severity.WARNING, Tier.HEURISTIC, premature_decay),
    _rule("PA412", Severity.WARNING, Tier.HEURISTIC, ta_off_curve),
)
