"""What becomes of a statement."""

from collections.abc import Callable
from typing import Any

import pytest

from prune_audit.audit import Report
from prune_audit.judged import JudgedPair
from prune_audit.outcome import TABLE, Judged, Outcome, lossless
from prune_audit.settings import Settings

Judge = Callable[..., JudgedPair]
BETTER, SIGNIFICANT, PAR = "better", "significantly better", "on par"
AGAINST, NOISE, FOR = {"top1": "74.00"}, {"top1": "75.10"}, {"top1": "76.00"}
UNFAIR = {"retraining.lr": "0:1e-1,30:1e-2,60:1e-3"}
OPEN = {"base": "unreported"}


def outcome(judged: Judge, statement: str, ours: Any, other: Any) -> Outcome:
    found: Judged = judged(ours, other, comparison={"statement": statement}).judged
    return found.outcome


@pytest.mark.parametrize(
    ("statement", "ours", "expected"),
    [
        (BETTER, AGAINST, Outcome.CONTRADICTED),
        (BETTER, NOISE, Outcome.WITHIN_NOISE),
        (BETTER, FOR, Outcome.SUPPORTED),
        (SIGNIFICANT, AGAINST, Outcome.CONTRADICTED),
        (SIGNIFICANT, NOISE, Outcome.DECISION_ERROR),
        (SIGNIFICANT, FOR, Outcome.SUPPORTED),
        (PAR, AGAINST, Outcome.CONTRADICTED),
        (PAR, NOISE, Outcome.SUPPORTED),
        (PAR, FOR, Outcome.SUPPORTED),
    ],
)
def test_a_fair_pair_is_decided_by_its_numbers(
    judged: Judge, statement: str, ours: Any, expected: Outcome
) -> None:
    assert outcome(judged, statement, ours, {}) is expected


@pytest.mark.parametrize("statement", TABLE)
@pytest.mark.parametrize("ours", [AGAINST, NOISE, FOR])
def test_nothing_that_is_said_of_an_unfair_pair_is_attributable(
    judged: Judge, statement: str, ours: Any
) -> None:
    assert outcome(judged, statement, ours, UNFAIR) is Outcome.NOT_ATTRIBUTABLE


@pytest.mark.parametrize("statement", TABLE)
@pytest.mark.parametrize("ours", [AGAINST, NOISE, FOR])
def test_what_is_said_of_an_undetermined_pair_stays_undetermined(
    judged: Judge, statement: str, ours: Any
) -> None:
    assert outcome(judged, statement, ours, OPEN) is Outcome.UNDETERMINED


def test_a_comparison_without_a_statement_has_no_outcome(judged: Judge) -> None:
    assert outcome(judged, "none", FOR, {}) is Outcome.NONE


def test_a_fair_pair_without_any_test_stays_undetermined(judged: Judge) -> None:
    bare = {"network": "my-net", "dataset": "my-data"}
    pair = judged(FOR, {}, bases={"dense": bare}, comparison={"statement": BETTER})
    assert pair.pair.verdict.fairness == "fair"
    assert pair.judged == Judged(Outcome.UNDETERMINED, None)


def test_the_pick_of_the_best_counts(judged: Judge) -> None:
    ours = {"top1": "75.70"}
    alone = judged(ours, {}, comparison={"statement": BETTER})
    picked = judged(ours, {}, comparison={"statement": BETTER, "best_of": ["ours"] + ["other"] * 5})
    assert alone.judged.outcome is Outcome.SUPPORTED
    assert picked.judged.outcome is Outcome.WITHIN_NOISE


def test_better_than_a_dominating_row_is_contradicted(judged: Judge) -> None:
    rows = {"speedup": "1.50x", **AGAINST}, {"speedup": "2.50x"}
    assert outcome(judged, BETTER, *rows) is Outcome.CONTRADICTED


def test_the_level_is_a_setting(judged: Judge) -> None:
    rows: tuple[Any, Any] = {"top1": "75.50"}, {}
    strict = judged(*rows, settings=Settings(alpha=0.05)).judged.outcome
    loose = judged(*rows, settings=Settings(alpha=0.10)).judged.outcome
    assert (strict, loose) == (Outcome.WITHIN_NOISE, Outcome.SUPPORTED)


@pytest.mark.parametrize(
    ("top1", "expected"),
    [
        ("76.13", Outcome.SUPPORTED),
        ("76.50", Outcome.SUPPORTED),
        ("76.00", Outcome.SUPPORTED),
        ("75.00", Outcome.CONTRADICTED),
        ("unreported", Outcome.UNDETERMINED),
    ],
)
def test_lossless_is_held_against_the_own_base(judged: Judge, top1: str, expected: Outcome) -> None:
    row = judged({"top1": top1}).pair.ours
    assert lossless(row, Settings()).outcome is expected


def test_lossless_without_a_base_accuracy_is_undetermined(judged: Judge) -> None:
    row = judged({"base": "unreported"}).pair.ours
    assert lossless(row, Settings()).outcome is Outcome.UNDETERMINED


def test_lossless_is_held_against_the_base_accuracy_beside_the_row(judged: Judge) -> None:
    row = judged({"top1": "75.00", "base_top1": "75.01"}).pair.ours
    assert lossless(row, Settings()).outcome is Outcome.SUPPORTED


def test_a_lossless_comparison_needs_no_other_row(
    write: Callable[..., str], report_on: Callable[..., Report]
) -> None:
    text = write({"top1": "75.00"}, comparison={"statement": "lossless", "against": None})
    report = report_on(text.replace('"against": null,', ""))
    judged = report.comparisons[0]
    assert judged.pairs == ()
    assert [own.outcome for own in judged.lossless] == [Outcome.CONTRADICTED]
