"""Family PA7, continued: what the files of a submission show, against its claim."""

from collections.abc import Iterator
from itertools import groupby

from prune_audit.evidence import problems
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.evidence import Evidence
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.places import Silence
from prune_audit.rules.picked import contradicted, hit_of
from prune_audit.rules.rule import Rule, Scope
from prune_audit.settings import Settings

_NOTHING = ("", *Silence)
_UNCLAIMED = (What.HASH, What.DECAY)
COSTS = (What.MACS, What.PARAMS, What.SPARSITY, What.SPEEDUP)


def accuracy_off_log(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """A stated accuracy or spread is not what the logs show.

    Definition: the accuracy of a run is a rounding neither of the last nor of the best epoch of its
    log; or the row's accuracy is not the mean of its runs (mean of percentages or all images
    together), or, where the row says best-run, not that of the best; or the printed spread is none
    of the kind that the row states (of any kind, where it states none). Counted as k / N where the
    logs count, or where the size of the test set is known. Logs that end before the run does show
    no last epoch.
    Why: the number in the table must come from the runs behind it.
    Fix: correct the number, or give the logs of the runs behind it.
    Cannot detect: logs that were written by hand; another evaluation of the same weights.
    Source: this tool.
    """
    yield from contradicted(evidence, What.ACCURACY, What.RUN_ACCURACY, What.SPREAD)


def best_epoch_printed(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """The printed accuracy is that of the best epoch, and the row does not say so.

    Definition: the log's best epoch rounds to the printed accuracy and its last one does not, and
    the row's ``selection`` is last-epoch or not stated; or the row says best-epoch and prints the
    last one. A spread of the same epochs as such a mean is not told a second time.
    Why: the best epoch on the test set is picked by the test set; it lies above the last one by
    chance alone, and the more so the longer the run.
    Fix: print the last epoch, or write ``selection: best-epoch``.
    Cannot detect: a best epoch that is the last one.
    Source: this tool.
    """
    yield from contradicted(evidence, What.LAST_EPOCH)


def count_not_attainable(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """A logged accuracy is no share of the test images.

    Definition: the test accuracy of some epoch, as finely as it is written, is no k / N for the N
    images of the known test set; or its count and its accuracy disagree; or the epoch that the row
    prints (the last one, with best-epoch the best one too) is counted on another number of images.
    The first such epoch is named.
    Why: accuracies over another number of images do not compare.
    Fix: count right answers over the whole test set, each image once; where the log is written in
    fractions, say so with ``unit: fraction``.
    Cannot detect: an earlier epoch that was tested on a part of the images and counted so; which of
    the usual causes it is: an average over batches of unequal size, a dropped last batch, a sampler
    that repeats images.
    Source: Brown and Heathers 2017, the GRIM test.
    """
    yield from contradicted(evidence, What.COUNT)


def seed_reused(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """Two runs share a seed or a log.

    Definition: the same seed twice in one submission, or logs with the same SHA-256 in one
    submission or in two.
    Why: a run that is counted twice makes the spread too small.
    Fix: run every seed once, and give each run its own log.
    Cannot detect: a copy with one byte changed; PA720 looks at its accuracies.
    Source: this tool.
    """
    yield from contradicted(evidence, What.SEEDS)


def curve_repeated(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """Two runs of different seeds have the same test accuracy in every epoch.

    Definition: two logs that are not the same file, of one submission or of two, have the same test
    accuracies (right answers, where they are logged) in the same epochs, and at least ten different
    ones among them. Even if honest runs agreed in one epoch of four, ten different values would
    agree by chance in one pair of a million; runs tested on 899 images agree in about one epoch of
    seventy.
    Why: a run that is counted twice makes the spread too small.
    Fix: give each run its own log. If both were run, the seed had no effect: look why.
    Cannot detect: which of the two was run; a copy in which an accuracy was changed as well; runs
    with fewer than ten different accuracies; a copy under the same seed in another submission,
    since one seed that is run twice may well give one curve.
    Source: this tool.
    """
    yield from contradicted(evidence, What.CURVES)


def hash_mismatch(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """A file is not the one whose SHA-256 the submission states.

    Definition: the SHA-256 of a log or of the checkpoint differs from the stated one.
    Why: the file was changed or exchanged after it was hashed.
    Fix: give the file that was hashed, or the digest of the right one.
    Cannot detect: a change before the digest was taken.
    Source: this tool.
    """
    yield from contradicted(evidence, What.HASH)


def cost_off_checkpoint(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """MACs, parameters, sparsity or speedup are not those of the checkpoint.

    Definition: the cost that is counted on the final weights is no value that the printed digits
    can stand for; the message says how it was counted.
    Why: a row's rate decides which rows it is compared with.
    Fix: print the cost of the submitted weights, or submit the weights of the row.
    Cannot detect: another way of counting that the submission describes in words.
    Source: this tool.
    """
    yield from contradicted(evidence, *COSTS)


def runs_off(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """The submission does not give as many runs as the row states.

    Definition: the number of entries under ``runs`` of the submission is none that ``runs`` of the
    row allows.
    Why: with runs left out, mean and spread cannot be verified, and the best may have been picked.
    Fix: give every run that the row averages, and no other.
    Cannot detect: runs that neither mentions.
    Source: this tool.
    """
    yield from contradicted(evidence, What.RUNS)


def not_verified(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """Something that the submission claims is neither verified nor contradicted.

    Definition: the evidence for it is missing, incomplete, or too coarse to tell. Runs are listed
    together where the reason is the same. A missing SHA-256 is PA716.
    Why: what is not verified must not look as if it were.
    Fix: give what the finding names.
    Cannot detect: whether the claim is true.
    Source: this tool.
    """
    silent = [check for check in evidence.checks if check.status is Status.NOT_VERIFIED]
    counted = [c for c in silent if c.what not in _UNCLAIMED and c.claimed not in _NOTHING]
    for (what, message), group in groupby(counted, key=lambda check: (check.what, check.message)):
        yield _together(what, message, list(group))


def _together(what: What, message: str, checks: list[Check]) -> Hit:
    runs = ", ".join(check.run for check in checks if check.run)
    named = f" ({runs})" if runs else ""
    return Hit(f"{what} not verified{named}: {message}", checks[0].anchors, checks[0].fix)


def other_run(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """A configuration or a log speaks of another run than the claim.

    Definition: a well-known key of the configuration (seed, epochs, lr, batch size, weight decay,
    momentum, optimizer, data set, network), or a column of the log that holds one value throughout,
    is surely different from the claim. Names are compared where both are known ones, a batch size
    only where it does not divide the claimed one, LR and epochs only where the log does not show
    the declared ones: such keys are named as not verified (PA711).
    Why: evidence of another run is none of this one.
    Fix: give the files of this run, or correct the claim.
    Cannot detect: another run with the same settings; keys of unusual names.
    Source: this tool.
    """
    yield from contradicted(evidence, What.CONFIG)


def unpinned_artefact(evidence: Evidence, settings: Settings) -> Iterator[Hit]:
    """A file of the submission has no stated SHA-256.

    Definition: a log or a checkpoint stands without ``sha256``.
    Why: a file that is not pinned can be exchanged after the review.
    Fix: add the digest that the finding names.
    Cannot detect: a file that was exchanged before.
    Source: this tool.
    """
    yield from map(hit_of, evidence.of(What.HASH, Status.NOT_VERIFIED))


def _rule(code: str, severity: Severity, check: object, tier: Tier = Tier.CONCLUSIVE) -> Rule:
    assert callable(check)
    return Rule(code, severity, tier, Scope.EVIDENCE, check, since=2)


def _file(code: str, maker: object) -> Rule:
    assert callable(maker)
    return Rule(code, Severity.ERROR, Tier.CONCLUSIVE, Scope.FILE, maker, since=2)


RULES: tuple[Rule, ...] = (
    _rule("PA704", Severity.ERROR, accuracy_off_log),
    _rule("PA705", Severity.WARNING, best_epoch_printed),
    _rule("PA706", Severity.WARNING, count_not_attainable, Tier.HEURISTIC),
    _rule("PA707", Severity.ERROR, seed_reused),
    _rule("PA708", Severity.ERROR, hash_mismatch),
    _rule("PA709", Severity.ERROR, cost_off_checkpoint),
    _rule("PA710", Severity.ERROR, runs_off),
    _rule("PA711", Severity.NOTE, not_verified),
    _file("PA712", problems.evidence_unreadable),
    _file("PA713", problems.evidence_outside),
    _file("PA714", problems.checkpoint_holds_code),
    _rule("PA715", Severity.ERROR, other_run),
    _rule("PA716", Severity.NOTE, unpinned_artefact),
    _rule("PA720", Severity.WARNING, curve_repeated, Tier.HEURISTIC),
)
