"""The formats of a rerun: text, json, markdown."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from prune_audit.reports.look import Look
from prune_audit.reruns.planned import Arm
from prune_audit.reruns.reports import FORMATS

Make = Callable[..., Any]
Write = Callable[..., str]
R, C, X = Arm.REPORTED, Arm.CALIBRATED, Arm.CROSSED
HIGH, LOW, ALIKE = [8000, 8011, 7991], [7000, 7011, 6991], [7996, 8012, 8005]
SAID = (
    {"name": "Main", "ours": "ours", "against": ["other", "third"], "statement": "better"},
    {"ours": "ours", "statement": "lossless"},
    {"ours": "sweep", "against": ["swept"], "statement": "none"},
)
SWEEP = {"at": [10, 50, 90], "top1": ["75.1", "74.1", "73.1"]}
ROWS: dict[str, dict[str, Any]] = {
    "ours": {"top1": "76.00+-0.20", "runs": "3", "spread_is": "std", "ta": "70", "speedup": "2x"},
    "other": {}, "third": {"top1": "74.00"}, "refused": {},
    "sweep": {"sweep": SWEEP}, "swept": {"sweep": {**SWEEP, "top1": ["75.0", "74.0", "73.0"]}},
}  # fmt: skip
ANSWERS: Mapping[Any, Sequence[int | None]] = {
    ("ours", R): HIGH, ("other", R): LOW, ("ours", C): HIGH, ("other", C): ALIKE,
    ("third", C): [7000, None, -1],
    ("ours", X, "FT of ours"): HIGH, ("ours", X, "FT of other"): LOW,
    ("other", X, "FT of ours"): ALIKE, ("other", X, "FT of other"): LOW,
    ("ours", Arm.SCRATCH, "Scratch-E"): LOW,
    ("ours", Arm.CONVERGENCE, "+0"): LOW, ("ours", Arm.TUNED, "try 1e-2"): LOW,
    **{(f"sweep@{at}", R): HIGH for at in (10, 50, 90)},
    **{(f"swept@{at}", R): LOW for at in (10, 50, 90)},
}  # fmt: skip


def everything(make: Make, claim: Write, **changes: Any) -> Any:
    """Return conclusions that have every section."""
    bases = [8100, 8120, 8110]
    made = make(claim(ROWS, *SAID), ANSWERS, bases=bases, refused=["refused"])
    return made.concluded(**changes)


def shown(conclusions: Any, form: str = "text", **look: Any) -> str:
    return FORMATS[form](conclusions, Look(**look))


def test_text_shows_claimed_rerun_difference_and_n(make: Make, claim: Write) -> None:
    text = shown(everything(make, claim), width=120)
    assert re.search(r"ours +as reported +76\.00\+-0\.20 +80\.01\+-0\.10 +3 +\+4\.01 \[", text)
    assert re.search(r"third +calibrated +74\.00 +70\.00 +1 of 3, few +-4\.00, no interval", text)


def test_text_names_missing_and_diverged_runs(make: Make, claim: Write) -> None:
    text = shown(everything(make, claim), width=120)
    assert "third (calibrated): not run yet: seed 1; diverged: seed 2 in epoch 1, not in" in text


def test_text_shows_verdicts_by_arm_and_over_all(make: Make, claim: Write) -> None:
    text = shown(everything(make, claim), width=120)
    assert 'Main (ours) states "better"' in text
    assert re.search(r"other +as reported +confirmed", text)
    assert re.search(r"calibrated +within noise", text)
    assert re.search(r"all arms +recipe-dependent", text)
    assert "goes with the recipe, not with the method" in text.replace("\n  ", " ")


def test_text_shows_a_printed_table_with_its_signs(make: Make, claim: Write) -> None:
    lines = shown(everything(make, claim)).splitlines()
    start = lines.index("  Table 1 (as reported; n = 3)")
    assert [line.split() for line in lines[start + 1 : start + 8]] == [
        ["row", "10", "50", "90"],
        ["speedup", "claimed", "-", "-", "-"],
        ["rerun", "4.00x", "4.00x", "4.00x"],
        ["sweep", "claimed", "75.1", "74.1", "73.1"],
        ["rerun", *["80.01+-0.10"] * 3],
        ["swept", "claimed", "75.0", "74.0", "73.0"],
        ["rerun", *["70.01+-0.10"] * 3],
    ]
    assert any(line.split() == ["sweep", ":", "swept", *["+", "holds"] * 3] for line in lines)


def test_text_says_what_was_assumed_refused_and_where_it_ran(make: Make, claim: Write) -> None:
    text = shown(everything(make, claim))
    assert "all rows:\n  - weight decay: 0.0005 (not stated)" in text
    assert "- refused: its method is not known. What would help: name the method" in text
    assert "device cpu, threads 1, torch 2.15.0" in text


def test_the_last_line_of_text_is_a_summary(make: Make, claim: Write) -> None:
    last = shown(everything(make, claim)).splitlines()[-1]
    assert last.startswith("9 rows, ")
    assert "1 recipe-dependent" in last


def test_best_epochs_are_labelled_as_an_extra(make: Make, claim: Write) -> None:
    assert "best epoch: an extra, picked on the test set" in shown(everything(make, claim))


@pytest.mark.parametrize("width", [80, 100, 140])
@pytest.mark.parametrize("stand_in", [False, True])
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_of_text_is_wider_than_the_terminal(
    make: Make, claim: Write, width: int, stand_in: bool, verbose: bool
) -> None:
    text = shown(everything(make, claim, stand_in=stand_in), width=width, verbose=verbose)
    *lines, _ = text.splitlines()  # the summary is one line, for those who take the last one
    assert max(map(len, lines)) <= width


def test_colours_are_for_terminals_and_change_no_text(make: Make, claim: Write) -> None:
    found = everything(make, claim)
    painted = shown(found, colour=True)
    assert "\x1b[31mrecipe-dependent\x1b[0m" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == shown(found)


def test_json_holds_the_counts_of_every_seed(make: Make, claim: Write) -> None:
    data = json.loads(shown(everything(make, claim), "json"))
    row = data["rows"][0]
    assert (data["version"], data["kind"]) == (1, "rerun")
    assert [run["final"] for run in row["runs"]] == [{"k": k, "n": 10000} for k in HIGH]
    assert row["claimed"]["top1"] == "76.00+-0.20"
    assert row["difference"]["points"] == pytest.approx(4.006667)
    assert row["runs"][0]["machine"]["torch"] == "2.15.0"
    assert row["assumed"][0]["what"] == "weight decay"
    assert [stage["name"] for stage in row["ledger"]["stages"]] == [
        "pretraining", "pruning", "retraining",
    ]  # fmt: skip
    assert data["comparisons"][0]["pairs"][0]["verdict"] == "recipe-dependent"
    assert data["provenance"]["runs"] < data["provenance"]["planned"]


def test_json_of_a_stand_in_has_no_difference_from_the_claim(make: Make, claim: Write) -> None:
    data = json.loads(shown(everything(make, claim, stand_in=True), "json"))
    assert data["kind"] == "stand-in"
    assert all(row["stand_in"] and "difference" not in row for row in data["rows"])
    pairs = [pair for one in data["comparisons"] for pair in one["pairs"]]
    assert {pair["verdict"] for pair in pairs} <= {
        "holds", "does not hold", "not resolved", "recipe-dependent", "open", "nothing stated",
    }  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_a_stand_in_is_never_called_a_correction(make: Make, claim: Write, form: str) -> None:
    text = shown(everything(make, claim, stand_in=True), form, verbose=True)
    assert "stand-in" in text.lower()
    assert not re.search("correct", text, re.IGNORECASE)
    assert not re.search(r"\b(confirmed|contradicted)\b", text)
    assert "rerun - claimed" not in text


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_stand_in_says_so_first_and_last(make: Make, claim: Write, form: str) -> None:
    lines = shown(everything(make, claim, stand_in=True), form).splitlines()
    assert any("STAND-IN" in line for line in lines[:6])
    assert any("stand-in digits" in line for line in (lines[2], lines[-1]))


@pytest.mark.parametrize("form", FORMATS)
def test_claims_on_their_own_data_are_not_called_a_stand_in(
    make: Make, claim: Write, form: str
) -> None:
    text = shown(everything(make, claim), form).lower()
    assert "stand-in" not in text.replace('"stand_in": false', "")


def test_markdown_has_a_table_per_section(make: Make, claim: Write) -> None:
    text = shown(everything(make, claim), "markdown")
    assert text.startswith("# Rerun\n")
    assert "## Corrections" in text
    rows = [line for line in text.splitlines() if line.startswith("| ours")]
    assert "76.00+-0.20" in rows[0]
    assert all(line.count("|") >= 4 for line in rows)


HOSTILE = "evil\x1b[2J|<b>*x*`~"


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_texts_of_a_claim_are_harmless(make: Make, claim: Write, form: str) -> None:
    said = {"name": HOSTILE, "ours": "ours", "against": ["other"], "statement": "better"}
    rows = {"ours": {"method": HOSTILE, "source": HOSTILE}, "other": {"source": HOSTILE}}
    text = claim(rows, said)
    made = make(text, {("ours", C): HIGH, ("other", C): LOW}, refused=["other"])
    assert "\x1b" not in shown(made.concluded(), form)


def test_bars_of_a_claim_do_not_break_markdown_tables(make: Make, claim: Write) -> None:
    rows = {"s": {**ROWS["sweep"], "source": "a | b"}}
    made = make(claim(rows), {("s@10", C): HIGH, ("s@50", C, "|"): LOW}, refused=["s@90"])
    text = shown(made.concluded(), "markdown")
    assert r"a \| b" in text
    tables = [line.replace(r"\|", "") for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") and line.count("|") >= 5 for line in tables)


def test_a_plan_without_any_run_is_reported_as_such(make: Make, claim: Write) -> None:
    made = make(claim(ROWS, *SAID), {("ours", C): [None] * 3, ("other", C): [None] * 3})
    text = shown(made.concluded())
    assert text.splitlines()[-1] == "2 rows, 0 of 9 runs; 2 pairs: 2 open"
    assert re.search(r"other +open", text)


def test_nothing_planned_is_reported_with_the_refusals(make: Make, claim: Write) -> None:
    text = shown(make(claim(ROWS), {}, refused=["ours"]).concluded())
    assert "ours: its method is not known" in text


def test_rows_of_several_files_are_told_apart(make: Make, claim: Write) -> None:
    from dataclasses import replace

    one = make(claim({"ours": {}}), {("ours", C): HIGH}, file="claims/one.yaml")
    two = make(claim({"ours": {}}), {("ours", C): HIGH}, file="claims/two.yaml")
    plan = replace(one.plan, rows=(*one.plan.rows, *two.plan.rows))
    text = shown(one._replace(plan=plan).concluded())
    assert "one#ours" in text
    assert "two#ours" in text


def test_conclusions_and_formats_import_nothing_heavy() -> None:
    code = (
        "import sys, prune_audit.reruns.recalled, prune_audit.reruns.reports\n"
        "print({'torch', 'numpy', 'scipy', 'tabulate', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    ("at_10", "cell"),
    [
        (LOW, "+ holds"), ([9000, 9011, 8991], "+ no"), (ALIKE, "+ ?"), ([8000], "+ open"),
        ([7971, 7985, 7978], "+ alone"), ([8016, 8030, 8023], "+ no alone"),
    ],
)  # fmt: skip
def test_signs_of_a_printed_table(
    make: Make, claim: Write, at_10: Sequence[int], cell: str
) -> None:
    """Of two pairs that are tested, the one at 50 is within noise."""
    made = make(claim(ROWS, *SAID), {
        ("sweep@10", R): HIGH, ("swept@10", R): at_10,
        ("sweep@50", R): HIGH, ("swept@50", R): ALIKE,
    })  # fmt: skip
    lines = shown(made.concluded()).splitlines()
    assert any(re.fullmatch(rf" +sweep : swept +{re.escape(cell)} +\+ \?", line) for line in lines)
