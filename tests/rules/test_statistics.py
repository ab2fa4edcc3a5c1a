"""Rules about runs, spreads and tests: their exact logic, against scipy as an oracle."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import mean, stdev

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import ttest_ind_from_stats

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.findings import Finding
from prune_audit.load import load_file, load_text
from prune_audit.noise import noise
from prune_audit.rules.statistics import RULES
from prune_audit.settings import Settings

SELECTIONS = ("last-epoch", "best-epoch", "best-run", "best-on-validation", "mean")
JUDGING = {"PA503", "PA504", "PA505", "PA509", "PA511"}


def found(text: str) -> tuple[Finding, ...]:
    loaded = load_text(text, "example.yaml")
    assert loaded.problems == ()
    return audit(gather([loaded]), RULES, Settings()).findings


def codes(text: str) -> set[str]:
    return {finding.code for finding in found(text)}


def pair(ours: str, theirs: str, statement: str = "better", best_of: int = 0) -> str:
    """Return a claim file with two rows of one recipe, ours picked from some rows."""
    family = [f"other{number}" for number in range(1, best_of)]
    rows = "".join(f"  {name}: {{method: {name}, top1: 60.00}}\n" for name in family)
    picked = f", best_of: [{', '.join(['ours', *family])}]" if best_of else ""
    return f"""
schema: 1
paper: {{title: Example, venue: arXiv, year: 2024}}
base_models:
  base: {{network: resnet50, dataset: imagenet, weights: own, top1: 76.13, source: Table 1}}
defaults:
  base: base
  pruning: {{granularity: filter, schedule: one-shot, epochs: 0}}
  retraining: {{epochs: 90, lr: cosine 1e-2 to 0}}
  speedup: 2.31x
  source: Table 1
results:
  ours: {{method: ours, {ours}}}
  theirs: {{method: theirs, {theirs}}}
{rows}comparisons:
  - {{ours: ours, against: [theirs], statement: {statement}{picked}}}
"""


Runs = tuple[int, int, int]
"""Mean and sample standard deviation in hundredths of a point, number of runs."""

samples = st.tuples(st.integers(7000, 7100), st.integers(1, 60), st.integers(2, 8))


def printed(runs: Runs) -> str:
    return f"top1: {runs[0] / 100:.2f}+-{runs[1] / 100:.2f}, runs: {runs[2]}, spread_is: sample-std"


def p_value(ours: Runs, theirs: Runs) -> float:
    numbers = [
        number / scale
        for runs in (ours, theirs)
        for number, scale in zip(runs, (100, 100, 1), strict=True)
    ]
    p = float(ttest_ind_from_stats(*numbers, equal_var=False).pvalue)
    assume(abs(p - 0.05) > 1e-6)
    return p


@given(samples, samples)
def test_better_is_within_noise_exactly_where_p_is_not_below_the_level(
    ours: Runs, theirs: Runs
) -> None:
    p = p_value(ours, theirs)
    ahead = ours[0] > theirs[0]
    expected = set() if p < 0.05 and ahead else {"PA503"} if p >= 0.05 else {"PA511"}
    assert codes(pair(printed(ours), printed(theirs))) & JUDGING == expected


@given(samples, samples)
def test_significantly_better_is_a_decision_error_exactly_where_p_is_not_below_the_level(
    ours: Runs, theirs: Runs
) -> None:
    p = p_value(ours, theirs)
    ahead = ours[0] > theirs[0]
    expected = set() if p < 0.05 and ahead else {"PA504"} if p >= 0.05 else {"PA511"}
    text = pair(printed(ours), printed(theirs), "significantly better")
    assert codes(text) & JUDGING == expected


@given(samples, samples)
def test_on_par_is_contradicted_exactly_where_the_other_row_is_significantly_ahead(
    ours: Runs, theirs: Runs
) -> None:
    behind = p_value(ours, theirs) < 0.05 and ours[0] < theirs[0]
    text = pair(printed(ours), printed(theirs), "on par")
    assert codes(text) & JUDGING == ({"PA509"} if behind else set())


@given(samples, samples, st.integers(2, 12))
def test_a_pick_is_named_exactly_where_its_correction_decides(
    ours: Runs, theirs: Runs, family: int
) -> None:
    p = p_value(ours, theirs)
    assume(abs(p * family - 0.05) > 1e-6)
    decides = p < 0.05 <= p * family and ours[0] > theirs[0]
    text = pair(printed(ours), printed(theirs), best_of=family)
    assert ("PA505" in codes(text)) is decides


def test_an_unfair_pair_is_no_question_of_noise() -> None:
    other = printed((7470, 10, 3)) + ", retraining: {epochs: 20, lr: constant 1e-3}"
    for statement in ("better", "significantly better", "on par"):
        text = pair(printed((7500, 10, 3)), other, statement, best_of=6)
        assert codes(text) & JUDGING == set()


def test_what_had_to_be_assumed_is_said_and_what_was_not_is_not() -> None:
    assumed = pair('top1: 75.00+-0.30, runs: ">=3"', 'top1: 74.90+-0.30, runs: ">=3"')
    stated = pair(printed((7500, 30, 3)), printed((7490, 30, 3)))
    (first,) = [finding for finding in found(assumed) if finding.code == "PA503"]
    (second,) = [finding for finding in found(stated) if finding.code == "PA503"]
    assert "n = 3 assumed" in first.message
    assert "from stated numbers only" in second.message


ROUNDINGS = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)


@given(
    st.lists(st.integers(35_000, 38_000), min_size=1, max_size=8),
    st.sampled_from(ROUNDINGS),
    st.integers(1, 3),
)
def test_simulated_runs_are_always_possible_and_their_spread_is_defined(
    right: list[int], rounding: str, digits: int
) -> None:
    step = Decimal(1).scaleb(-digits)
    accuracies = [Decimal(count) / 500 for count in right]
    text = f"top1: {mean(accuracies).quantize(step, rounding)}"
    if len(right) > 1:
        text += f"+-{stdev(accuracies).quantize(step, rounding)}, spread_is: sample-std"
    row = f"{text}, runs: {len(right)}, selection: mean"
    assert not codes(pair(row, row)) & {"PA502", "PA506", "PA508", "PA512", "PA513"}


@given(st.sampled_from(SELECTIONS), st.sampled_from(SELECTIONS))
def test_a_mixed_pair_is_one_finding_and_an_equal_one_none(ours: str, theirs: str) -> None:
    def row(top1: str, selection: str) -> str:
        return f"top1: {top1}, selection: {selection}"

    hits = codes(pair(row("75.16", ours), row("74.77", theirs))) & {"PA508", "PA512"}
    mirrored = codes(pair(row("75.16", theirs), row("74.77", ours))) & {"PA508", "PA512"}
    assert len(hits) <= 1
    assert bool(hits) is bool(mirrored)
    if ours == theirs or "best-run" not in (ours, theirs):
        assert "PA508" not in hits
    if ours == theirs:
        assert not hits


@pytest.mark.parametrize("silence", ["unverified", "unreported"])
def test_only_what_was_read_and_is_not_there_is_held_against_a_row(silence: str) -> None:
    same = f"runs: {silence}, spread_is: {silence}, evaluated_on: {silence}"
    ours, theirs = (f"top1: {n}+-0.10, {same}, selection: best-epoch" for n in (75.16, 74.77))
    expected = {"PA501", "PA502", "PA506"} if silence == "unreported" else set()
    assert codes(pair(ours, theirs)) - JUDGING == expected


S42 = ("p15f105-1e-1", "p30f90-1e-2", "p45f75-1e-2", "p60f60-1e-3", "p75f45-1e-3", "p90f30-1e-4")


@pytest.mark.parametrize(
    ("percent", "before", "after"),
    [
        (10, 0.124, 0.74),
        (30, 0.017, 0.10),
        (50, 0.049, 0.29),
        (70, 0.008, 0.051),
        (90, 0.127, 0.76),
        (95, 0.194, 1.0),
    ],
)
def test_best_of_six_of_table_4_has_these_p_values(
    percent: int, before: float, after: float, claims: Path
) -> None:
    results = next(gather([load_file(claims / "wang2023.yaml")]).claims).results
    rows = [results[f"t4-{name}@{percent}"] for name in S42]
    best = max(rows, key=lambda row: row.top1.value.value if row.top1.value else Decimal(0))
    scratch = results[f"t4-scratch@{percent}"]
    alone, picked = noise(best, scratch), noise(best, scratch, len(rows))
    assert alone is not None
    assert picked is not None
    assert alone.p == pytest.approx(before, abs=0.0006)
    assert picked.p == pytest.approx(after, abs=0.006)


def test_the_seed_papers_significant_rows_are_not_after_the_correction(claims: Path) -> None:
    findings = audit(gather([load_file(claims / "wang2023.yaml")]), RULES, Settings()).findings
    for code in ("PA504", "PA505"):
        named = [finding.message for finding in findings if finding.code == code]
        assert len(named) == 3
        for percent, p in ((30, "p = 0.1"), (50, "p = 0.29"), (70, "p = 0.051")):
            (message,) = [text for text in named if f"@{percent} " in text]
            assert p in message
            assert "n = 3 assumed" in message
