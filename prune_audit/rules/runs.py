"""Family PA5, how a printed number came about: runs, spread, selection, tuning."""

from collections.abc import Iterator
from decimal import Decimal

from prune_audit.claim import Claim, Result
from prune_audit.findings import Hit
from prune_audit.judged import JudgedComparison, JudgedPair
from prune_audit.numbers import Printed
from prune_audit.places import Entry
from prune_audit.registry import dataset
from prune_audit.rules.fairness import STATED
from prune_audit.rules.unstated import ANCHORS, Lack, gathered, listed, unreported
from prune_audit.settings import Settings

BETTER = ("better", "significantly better")
SHOWN = 3
MIXED = (
    frozenset({"best-epoch", "last-epoch"}),
    frozenset({"best-epoch", "best-on-validation"}),
    frozenset({"best-run", "mean"}),
    frozenset({"best-run", "last-epoch"}),
)
"""Kinds of value of which one is surely higher on average; a mean of best epochs is possible."""


def single_run(judged: JudgedComparison, settings: Settings) -> Iterator[Hit]:
    """A statement that one row is better rests on rows without repeated runs.

    Definition: better or significantly better is stated, and the source gives one run for a row of
    the comparison, or was read and does not say how many.
    Why: two runs of one recipe differ by their seeds alone; one run cannot tell a better method
    from a lucky seed.
    Fix: run each row three times or more, and print mean, spread, and the number of runs.
    Cannot detect: runs that share a seed or a base model; runs that the source does not mention.
    Source: this tool; Tables 4 to 7 of Wang et al. 2023 give means of at least three runs.
    """
    statement = judged.comparison.statement
    if statement.value not in BETTER:
        return
    rows = {
        (row.file, row.name): row
        for pair in judged.pairs
        for row in (pair.pair.ours, pair.pair.other)
        if _one_run(row.runs)
    }
    if rows:
        single = list(rows.values())
        named = ", ".join(f"{row.name} ({_runs(row.runs)})" for row in single[:SHOWN])
        more = f" and {len(single) - SHOWN} more" if len(single) > SHOWN else ""
        yield Hit(
            f'"{statement}" rests on rows for which repeated runs are not stated: {named}{more}',
            (statement.place, *dict.fromkeys(row.runs.place for row in single[:SHOWN])),
            "run each row three times or more, and print mean, spread, and the number of runs",
        )


def _one_run(runs: Entry[Printed]) -> bool:
    return runs.unreported or (
        runs.value is not None and runs.value.exact and runs.value.value == 1
    )


def _runs(runs: Entry[Printed]) -> str:
    return "one run" if runs.known else "runs not stated"


def spread_undefined(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """What stands behind a plus-minus sign is not fully stated.

    Definition: a +- is printed, and the source was read and does not say what it is (or only
    "standard deviation"), or not how many runs it covers (unreported, or a bound such as >=3). One
    note gathers the rows that lack the same.
    Why: of three runs, the sample standard deviation is 1.22 times the population one and 1.73
    times the standard error; a test needs to know which, and the number of runs.
    Fix: state the kind of spread (``sample-std`` for divisor n - 1) and the number of runs.
    Cannot detect: a spread that is called by the wrong name.
    Source: this tool.
    """
    rows = (row for row in claim.results.values() if row.top1.value and row.top1.value.spread)
    yield from gathered(rows, _unclear, "state the kind of spread and the number of runs")


def _unclear(row: Result) -> Iterator[Lack]:
    kind, runs = row.spread_is, row.runs
    yield from unreported("what the +- is", kind)
    if kind.value == "std":
        yield Lack("which standard deviation the +- is (divisor n - 1 or n)", kind.place)
    yield from unreported("the number of runs behind the +-", runs)
    if runs.value is not None and not runs.value.exact:
        yield Lack(f"the exact number of runs behind the +- ({runs})", runs.place)


def selected_on_test(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """The printed value was picked by the accuracy that is printed.

    Definition: the best epoch or the best run is printed, and the accuracy is that of the test
    split (on ImageNet and the like, whose test labels are withheld, of the validation split). Where
    the source was read and does not name the split, only that is said. One finding gathers the
    rows of a file.
    Why: a maximum over epochs or runs on the test set is too high on average, and more so the more
    there are to pick from.
    Fix: print the last epoch, or pick on a held-out split and print the test accuracy.
    Cannot detect: hyper-parameters that were picked on the test set.
    Source: this tool.
    """
    groups: dict[str, list[Result]] = {}
    for row in claim.results.values():
        if row.selection.value in ("best-epoch", "best-run") and (how := _picked_by(row)):
            groups.setdefault(f"the {_words(row.selection.value)} is printed{how}", []).append(row)
    for what, rows in groups.items():
        places = dict.fromkeys(e.place for row in rows for e in (row.selection, row.evaluated_on))
        yield Hit(
            f"{what}: {listed(rows)}",
            tuple(places)[:ANCHORS],
            "print the last epoch, or pick on a held-out split and say so",
        )


def _picked_by(row: Result) -> str:
    """Say by which split a maximum was picked, or "" where nothing speaks against it."""
    split = row.evaluated_on
    if split.unreported:
        return "; the split that picked it is not stated"
    if split.value == "test" or (split.value == "validation" and _printed_split(row) == "val"):
        return f", picked by the {split} accuracy itself"
    return ""


def _printed_split(result: Result) -> str:
    """Return the split that accuracies on this data set are customarily printed for."""
    known = dataset(result.dataset.value) if result.dataset.value else None
    return known.split if known else ""


def unequal_tuning(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """The own row was tuned with more trials than the row it is compared with.

    Definition: better, significantly better or on par is stated, both retraining (or scratch)
    stages state how many settings were tried, and ours surely tried more.
    Why: the best of many settings is higher on average whatever the method.
    Fix: give both rows the same search, and print how large it was.
    Cannot detect: trials that are not stated; ranges of unequal quality.
    Source: this tool.
    """
    pair = judged.pair
    one = pair.ours.retraining or pair.ours.scratch
    other = pair.other.retraining or pair.other.scratch
    if not (_stated(judged) and one and other) or one is other:
        return
    ours, theirs = one.tuning_trials.value, other.tuning_trials.value
    if ours and theirs and _trials(theirs)[1] < _trials(ours)[0]:
        yield Hit(
            f"{one.tuning_trials} settings were tried for {pair.ours.name}, {other.tuning_trials} "
            f"for {pair.other.name}",
            (one.tuning_trials.place, other.tuning_trials.place),
            "give both rows the same search",
        )


def _trials(printed: Printed) -> tuple[Decimal, Decimal]:
    """Return the fewest and the most trials: a count is exact, a bound is not."""
    if printed.exact:
        return printed.value, printed.value
    interval = printed.interval()
    return interval.low, interval.high


def _stated(judged: JudgedPair) -> bool:
    comparison = judged.pair.comparison
    return comparison is not None and comparison.statement.value in STATED


def best_run_printed(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """The best of our runs is set against ordinary values of the other row.

    Definition: a statement is made, ours prints its best run, the other a mean or a last epoch.
    Why: a maximum is above the mean by about one standard deviation at four runs, whatever was
    pruned.
    Fix: print the mean of all runs on both sides.
    Cannot detect: a best run that is not named as such.
    Source: this tool.
    """
    ours, theirs = judged.pair.ours.selection, judged.pair.other.selection
    if _stated(judged) and ours.value == "best-run" and theirs.value in ("mean", "last-epoch"):
        yield _mixed(judged, "the best run against the", "print the mean of all runs on both sides")


def mixed_selection(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """Two compared rows print different kinds of value.

    Definition: a statement is made, and best epoch stands against last epoch (or against an epoch
    picked on validation data), or mean or last epoch against best run.
    Why: a maximum over epochs or runs is higher on average than a fixed epoch or a mean, so the
    two numbers do not measure the same thing; which row gains by it is named.
    Fix: print the same kind of value on both sides.
    Cannot detect: what an unstated selection is; a mean may be one of best or of last epochs.
    Source: this tool.
    """
    ours, theirs = judged.pair.ours.selection.value, judged.pair.other.selection.value
    if not _stated(judged) or frozenset({ours, theirs}) not in MIXED or ours == "best-run":
        return
    what = f"the {_words(ours)} against the"
    yield _mixed(judged, what, "print the same kind of value on both sides")


def _mixed(judged: JudgedPair, what: str, fix: str) -> Hit:
    ours, theirs = judged.pair.ours, judged.pair.other
    kinds = ours.selection.value, theirs.selection.value
    gains = ours.name if kinds[0] in ("best-epoch", "best-run") else theirs.name
    return Hit(
        f"{ours.name} and {theirs.name}: {what} {_words(kinds[1])}, which favours {gains}",
        (ours.selection.place, theirs.selection.place),
        fix,
    )


def _words(selection: str | None) -> str:
    names = {"best-on-validation": "epoch picked on validation data"}
    return names.get(selection or "", (selection or "").replace("-", " "))


def impossible_runs(claim: Claim, corpus: object, settings: Settings) -> Iterator[Hit]:
    """The number of runs cannot be.

    Definition: a row states one run and prints a spread over runs (a standard deviation or a range)
    that is not zero. Fewer than one run is PA106's, a fraction of a run PA007's.
    Why: the number of runs decides every test; one of the two entries is a slip.
    Fix: correct the runs. If the +- is not over runs (over epochs or images, say), leave
    ``spread_is`` unverified and write a note.
    Cannot detect: a wrong number of runs that is possible.
    Source: logic.
    """
    for row in claim.results.values():
        runs = row.runs.value
        if runs and runs.exact and runs.value == 1 and _spreads(row):
            yield Hit(
                f"one run is stated, and {row.top1} prints a spread over runs "
                f"({row.spread_is}): both cannot hold",
                (row.runs.place, row.top1.place, row.spread_is.place),
                "correct the number of runs, or what the spread is",
            )


def _spreads(result: Result) -> bool:
    """Whether a spread over runs is printed that is not zero."""
    over_runs = ("sample-std", "population-std", "std", "range")
    spread = result.top1.value.spread if result.top1.value else None
    return spread is not None and spread.value > 0 and result.spread_is.value in over_runs
