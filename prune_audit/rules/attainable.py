"""Family PA1: accuracies and spreads that a test set of known size cannot produce."""

from collections.abc import Iterator
from decimal import Decimal
from math import floor
from typing import NamedTuple

from prune_audit.claim import Claim, Result
from prune_audit.corpus import Corpus
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.intervals import Interval
from prune_audit.numbers import Convention, Printed
from prune_audit.places import Entry
from prune_audit.registry import dataset as known_dataset
from prune_audit.rules.rule import Rule, Scope
from prune_audit.settings import Settings
from prune_audit.statistics import attainable_for_some, nearest, power, spread_possible

MOST_RUNS = 100
"""More runs than anybody averages; a bound such as ``<= 1000`` is not gone through."""

FLOAT_NOISE = Decimal("0.0001")
"""Points by which sums in single precision may be off; finer digits are not judged."""

_PERCENT = Interval(Decimal(0), Decimal(100))


class _Accuracy(NamedTuple):
    """An accuracy with what is said of the runs behind it, and the size of its test set."""

    entry: Entry[Printed]
    runs: Entry[Printed]
    spread_is: Entry[str]
    test_size: int | None


def _accuracies(claim: Claim) -> Iterator[_Accuracy]:
    """Yield the stated accuracies of base models and rows that were counted on a test set."""
    for base in claim.base_models.values():
        size = _test_size(base.dataset)
        for entry in filter(_known, (base.top1, base.top5)):
            yield _Accuracy(entry, base.runs, Entry(base.place), size)
    for result in claim.results.values():
        on_test = result.evaluated_on.value != "validation" and _is_accuracy(result)
        size = _test_size(result.dataset) if on_test else None
        for entry in filter(_known, (result.top1, result.top5, result.before_retraining)):
            yield _Accuracy(entry, result.runs, result.spread_is, size)
        if result.base_model and result.base_top1.known:
            yield _Accuracy(result.base_top1, result.base_model.runs, Entry(result.place), size)


def _known(entry: Entry[Printed]) -> bool:
    return entry.value is not None


def _is_accuracy(result: Result) -> bool:
    """Whether the row's accuracy is a share of images, and no average precision or the like."""
    return result.metric.value in (None, "top1")


def _test_size(dataset: Entry[str]) -> int | None:
    """Return the size of the test set where the name stands for one test set only."""
    known = known_dataset(dataset.value) if dataset.value else None
    return known.test_size if known and known.fixed else None


def accuracy_not_attainable(claim: Claim, corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """No share of the test images rounds to the printed accuracy.

    Definition: an accuracy over N images is k / N, a mean over n runs k / (n N). With N from the
    registry and the runs as stated (``3``, ``<=5``), no k gives a value that prints like this
    under any rounding convention. Where the runs are not stated, or only bounded from below, every
    value is possible for some number of runs, and nothing is said.
    Why: such a number was not measured the way the table says, or was misread or mistyped.
    Fix: compare with the source; then ask which images were counted. Usual innocent causes: a
    distributed sampler that repeats images to fill the last batch, a dropped last batch, an
    average over batches of unequal size, a mean of rounded accuracies, another split, a mean over
    runs that is not mentioned.
    Cannot detect: anything where the printed digits are no finer than the grid: two decimals on
    10,000 or more images always pass. The message states how many values would be caught.
    Source: Brown and Heathers 2017, the GRIM test.
    """
    for found in _accuracies(claim):
        printed, runs = found.entry.value, _runs(found.runs)
        if printed is None or printed.bound or runs is None or found.test_size is None:
            continue
        if not _attainable(printed, found.test_size, runs):
            yield Hit(
                _unattainable(printed, found.test_size, runs),
                (found.entry.place, found.runs.place),
                "check the number at its source, the number of runs and of test images",
            )


def _runs(entry: Entry[Printed]) -> tuple[int, int] | None:
    """Return the least and the most runs that are stated, or None without an upper end."""
    if entry.value is None or entry.value.bound not in ("", "<", "<="):
        return None
    most = floor(entry.value.value)
    if entry.value.bound == "<" and most == entry.value.value:
        most -= 1
    least = 1 if entry.value.bound else most
    return (least, most) if 1 <= least <= most <= MOST_RUNS else None


def _attainable(printed: Printed, test_size: int, runs: tuple[int, int]) -> bool:
    if not printed.hull.meets(_PERCENT):
        return True  # PA106 is about these
    if printed.step < FLOAT_NOISE:
        intervals = [Interval(printed.value - FLOAT_NOISE, printed.value + FLOAT_NOISE)]
    else:
        intervals = [printed.interval(convention) for convention in Convention]
    return any(
        attainable_for_some(i.low, i.high, test_size, *runs, i.low_open, i.high_open)
        for i in intervals
    )


def _unattainable(printed: Printed, test_size: int, runs: tuple[int, int]) -> str:
    decimals = _decimals(printed)
    count = f"{runs[0]}" if runs[0] == runs[1] else f"{runs[0]} to {runs[1]}"
    text = f"{printed} cannot be a share of {test_size} images in {count} run{'s' * (runs[1] > 1)}"
    below, above = nearest(printed.value, test_size, runs[1])
    near = " and ".join(f"{float(value):.{decimals + 1}f}" for value in (below, above))
    caught = power(decimals, test_size, runs[1])
    return (
        f"{text}; the nearest in {runs[1]} are {near} (of all numbers with {decimals} decimals "
        f"about {100 * caught:.0f} % would be caught)"
    )


def _decimals(printed: Printed) -> int:
    exponent = printed.step.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def zero_spread(claim: Claim, corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """A spread is printed as +-0.00.

    Definition: the number behind +- is zero and the runs are not stated to be one.
    Why: a spread below half a digit is rare over several runs, so it may stand for one run, for
    runs that share a seed, or for a rounded number. It is a hint and no error.
    Fix: say how many runs there were, and print one digit more.
    Cannot detect: which of these it is.
    Source: this tool; Wang et al. 2023, tables 4 (79.70) and 6 (92.27), with at least three runs.
    """
    for found in _accuracies(claim):
        printed, runs = found.entry.value, found.runs.value
        if printed is None or printed.spread is None or printed.spread.value != 0:
            continue
        if runs and runs.exact and runs.value == 1:
            continue
        text = f"the spread of {printed} is printed as zero over {_count(found.runs)}"
        yield Hit(
            text + _same_count(printed.spread, found),
            (found.entry.place, found.runs.place),
            "check the number of runs and the rounding",
        )


def _count(runs: Entry[Printed]) -> str:
    return f"{runs} runs" if runs.value else f"runs whose number is {runs.silence}"


def _same_count(spread: Printed, found: _Accuracy) -> str:
    """Say so where a zero means that all runs got the same number of images right."""
    runs = found.runs.value
    if runs is None or found.test_size is None or not runs.exact or runs.value < 2:
        return ""
    # one run that differs by one image: the smallest spread above zero, with divisor n
    smallest = 100 / Decimal(found.test_size) * (runs.value - 1).sqrt() / runs.value
    if smallest < spread.step:
        return ""
    return f": all runs would have the same number of the {found.test_size} images right"


_DECIDABLE = ("sample-std", "population-std", "std", "standard-error")


def infeasible_spread(claim: Claim, corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """No accuracies of that many runs have the printed mean and the printed spread.

    Definition: with the runs and the kind of spread as stated, no set of counts k out of N test
    images has a mean and a spread that print like this under one rounding convention. Only for test
    sets whose size is a multiple of 10,000, so that accuracies rounded to two decimals before they
    were averaged stay on the grid.
    Why: one of mean, spread, number of runs and kind of spread is not what it is said to be.
    Fix: check the four at the source; see PA104 for innocent causes.
    Cannot detect: most slips; on large test sets nearly every spread of some hundredths is
    possible.
    Source: Anaya 2016 (PeerJ Preprints 4:e2400v1), the GRIMMER test.
    """
    for found in _accuracies(claim):
        runs = _runs(found.runs)
        if found.test_size is None or found.test_size % 10_000 or found.spread_is.value is None:
            continue
        if found.spread_is.value not in _DECIDABLE or runs is None or runs[0] != runs[1]:
            continue
        if runs[0] > 1 and _infeasible(found, found.test_size, runs[0]):
            yield Hit(
                f"{found.entry} over {runs[0]} runs of {found.test_size} images: no such runs have "
                f"this mean and this {found.spread_is}",
                (found.entry.place, found.runs.place, found.spread_is.place),
                "check mean, spread, number of runs and kind of spread at the source",
            )


def _infeasible(found: _Accuracy, test_size: int, runs: int) -> bool:
    printed = found.entry.value
    if printed is None or printed.spread is None or printed.bound or printed.step < FLOAT_NOISE:
        return False
    return all(
        spread_possible(
            _ends(printed, convention),
            _ends(printed.spread, convention),
            test_size,
            runs,
            found.spread_is.value,
        )
        is False
        for convention in Convention
    )


def _ends(printed: Printed, convention: Convention) -> tuple[Decimal, Decimal]:
    interval = printed.interval(convention)
    return interval.low, interval.high


RULES: tuple[Rule, ...] = (
    Rule("PA104", Severity.WARNING, Tier.HEURISTIC, Scope.CLAIM, accuracy_not_attainable),
    Rule("PA111", Severity.NOTE, Tier.HEURISTIC, Scope.CLAIM, zero_spread),
    Rule("PA112", Severity.WARNING, Tier.CONCLUSIVE, Scope.CLAIM, infeasible_spread),
)
