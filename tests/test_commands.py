"""The commands beside ``check``: classify, schedule, rules, explain, schema, init."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from prune_audit import cli
from prune_audit.catalogue import ENTRIES, Entry
from prune_audit.explained import folded
from prune_audit.reruns.methods import METHODS
from prune_audit.rules import RULES
from prune_audit.studies.registry import STUDIES

ROOT = Path(__file__).parent.parent


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli.app, arguments, **options)


# the other commands


def test_classify_explains_a_pair_fact_by_fact(unfair: Path) -> None:
    done = run("classify", f"{unfair}#ours", "other")
    assert done.exit_code == 0
    for part in ("S3.1", "retraining epochs", "different", "90", "60", "S2, unfair"):
        assert part in done.stdout


def test_a_pair_is_judged_as_in_the_comparison_that_sets_it() -> None:
    claim = str(ROOT / "claims" / "wang2023.yaml")
    done = run("classify", f"{claim}#t4-p30f90-1e-1@95", "t4-scratch@95")
    assert "attitude 2" in done.stdout
    assert "judged as in the comparison" in done.stdout


def test_classify_takes_rows_of_two_files(fair: Path, unfair: Path) -> None:
    assert run("classify", f"{fair}#ours", f"{unfair}#other").exit_code == 0


@pytest.mark.parametrize(
    ("ours", "other", "hint"),
    [
        ("ours", "other", "claims/foo.yaml#row"),
        ("{file}#nobody", "other", "there are ours, other"),
        ("{file}#outs", "other", "did you mean ours? There are also other"),
        ("{file}#ours", "{file}.gone#other", "no such file"),
    ],
)
def test_classify_says_what_it_cannot_find(fair: Path, ours: str, other: str, hint: str) -> None:
    done = run("classify", ours.format(file=fair), other.format(file=fair))
    assert done.exit_code == 2
    assert hint in done.stderr


def test_classify_does_not_advise_to_check_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run("classify", f"{tmp_path / 'zz.yaml'}#a", "b")
    assert done.exit_code == 2
    assert "there is no such file" in done.stderr
    assert "run prune-audit check" not in done.stderr


def test_classify_shows_all_facts_of_a_scratch_pair() -> None:
    claim = str(ROOT / "claims" / "wang2023.yaml")
    done = run("classify", f"{claim}#t4-p30f90-1e-1@90", "t4-scratch@90")
    for part in ("joined LR schedule", "total epochs", "total FLOPs", "recipe of the base model"):
        assert part in done.stdout


def test_classify_names_the_members_of_a_sweep() -> None:
    claim = str(ROOT / "claims" / "wang2023.yaml")
    done = run("classify", f"{claim}#t4-p30f90-1e-1", "t4-scratch@90")
    assert done.exit_code == 2
    assert "t4-p30f90-1e-1@10" in done.stderr


def test_classify_lists_the_nearest_names_first_and_says_that_there_are_more() -> None:
    claim = str(ROOT / "claims" / "wang2023.yaml")
    shown = run("classify", f"{claim}#l1-2.31", "greg1-2.31x").stderr
    assert "did you mean l1-2.31x, " in shown
    assert shown.endswith(", ...\n")


@pytest.mark.parametrize("width", range(70, 130, 5))
def test_classify_breaks_schedules_at_commas(width: int) -> None:
    claim = str(ROOT / "claims" / "wang2023.yaml")
    shown = run("classify", f"{claim}#l1-2.31x", "greg1-2.31x", env={"COLUMNS": str(width)}).stdout
    table = shown.partition("\n rate:")[0]
    assert max(map(len, table.splitlines())) <= width
    for entry in ("0:1e-2", "30:1e-3", "60:1e-4", "75:1e-5"):
        assert len(re.findall(rf"(?<![\d.]){entry}(?!\d)", table)) == 2


@given(
    st.lists(st.text("0123456789e-", min_size=1, max_size=9), min_size=1),
    st.sampled_from([",", ", ", " "]),
    st.integers(10, 60),
)
def test_folding_breaks_behind_commas_and_spaces_only(
    words: list[str], mark: str, room: int
) -> None:
    lines = folded(mark.join(words), room).split("\n")
    assert max(map(len, lines)) <= room
    assert [word for line in lines for word in re.split(r"[ ,]+", line) if word] == words


def test_folding_cuts_only_words_that_are_too_long() -> None:
    assert folded("torchvision/ResNet50 v1", 12).replace("\n", "") == "torchvision/ResNet50 v1"


def test_schedule_prints_the_calibrated_schedule_and_its_rules() -> None:
    done = run("schedule", "90", "1e-2")
    assert done.stdout.splitlines()[0] == "0:1e-2,30:1e-3,60:1e-4,75:1e-5"
    assert "because" in done.stdout


@pytest.mark.parametrize(
    "arguments", [("3", "1e-1"), ("90", "3e-2"), ("90", "fast"), ("90", "nan")]
)
def test_schedule_refuses_what_the_rules_do_not_cover(arguments: tuple[str, str]) -> None:
    done = run("schedule", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")


def test_rules_lists_every_rule() -> None:
    done = run("rules", env={"COLUMNS": "200"})
    assert [rule.code for rule in RULES if rule.code not in done.stdout] == []


def test_rules_fit_80_columns() -> None:
    lines = run("rules", env={"COLUMNS": "80"}).stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[:2] == ["PA001 unreadable (error, conclusive)", "      The file cannot be read."]


@pytest.mark.parametrize("rule", ["PA301", "pa301", "unfair-statement"])
def test_explain_prints_the_page_of_a_rule(rule: str) -> None:
    done = run("explain", rule)
    assert done.exit_code == 0
    assert done.stdout.startswith("PA301 unfair-statement (error, conclusive")
    assert "Cannot detect:" in done.stdout


def test_explain_suggests_a_rule() -> None:
    done = run("explain", "unfair-statment")
    assert done.exit_code == 2
    assert "did you mean unfair-statement?" in done.stderr


@pytest.mark.parametrize("code", ["PA999", "nonsense", "fairness"])
def test_explain_does_not_guess_wildly(code: str) -> None:
    done = run("explain", code)
    assert done.exit_code == 2
    assert "did you mean" not in done.stderr


def test_explain_lists_a_family() -> None:
    done = run("explain", "pa1")
    assert done.exit_code == 0
    assert done.stdout.startswith("PA1 arithmetic\nPA101 drop-mismatch")
    listed = [rule.code for rule in RULES if f"{rule.code} {rule.name} (" in done.stdout]
    assert listed == [rule.code for rule in RULES if rule.family == "PA1"]


def test_manual_pages_hold_no_markup() -> None:
    assert [rule.code for rule in RULES if "``" in run("explain", rule.code).stdout] == []


def test_schema_is_json() -> None:
    assert json.loads(run("schema").stdout)["type"] == "object"


def test_init_writes_a_skeleton_and_never_overwrites(tmp_path: Path) -> None:
    target = tmp_path / "mine.yaml"
    assert run("init", str(target)).exit_code == 0
    before = target.read_text(encoding="utf-8")
    again = run("init", str(target))
    assert (again.exit_code, target.read_text(encoding="utf-8")) == (2, before)
    assert "exists already" in again.stderr


def test_the_methods_are_listed_with_their_sources() -> None:
    done = run("methods")
    assert done.exit_code == 0
    for name, method in METHODS.items():
        assert name in done.stdout
        assert method.source.split(" (")[0] in " ".join(done.stdout.split())


def test_methods_are_listed_by_what_they_remove_then_controls_diagnostics_and_studies() -> None:
    blocks = run("methods").stdout.split("\n\n")
    heads = [block.splitlines()[0].partition(" (")[0] for block in blocks]
    assert heads[:4] == [
        "Methods for filters", "Methods for single weights", "Methods for n of m weights",
        "Fewer bits in place of fewer weights",
    ]  # fmt: skip
    assert heads[4].startswith("Controls and arms of a rerun")
    listed = {block.splitlines()[0].partition(" (")[0]: block for block in blocks}
    assert "\n  shapley " in listed["Methods for filters"]
    assert "\n  snip " in listed["Methods for single weights"]
    assert "prune-audit rerun --dense-control" in listed["Controls and arms of a rerun"]
    assert "prune-audit study imp" in "".join(blocks)


@pytest.mark.parametrize("one", ENTRIES.values(), ids=ENTRIES)
def test_what_is_listed_exists_has_a_source_and_can_be_explained(one: Entry) -> None:
    assert re.search(r"\(arXiv [0-9]{4}\.[0-9]{5}\)", one.source)
    assert one.study in (*STUDIES, "")
    assert run("explain", one.name).exit_code == 0
    command = re.match(r"prune-audit ([a-z-]+)(?: (--[a-z-]+))?", one.use)
    if command:
        shown = run(command[1], "--help", env={"COLUMNS": "200"})
        assert shown.exit_code == 0
        assert (command[2] or "") in shown.stdout


BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "numpy", "scipy", "matplotlib"):
            raise ImportError(f"{name} is not needed here")

sys.meta_path.insert(0, Blocked())
from typer.testing import CliRunner
from prune_audit.cli import app
for words in (
    ["methods"], ["study"], ["explain", "greg-1"], ["explain", "imp"], ["pipeline", "train(2)"],
    ["ranks", "claims/pruningbench-ranks2024.yaml"],
    ["double-descent", "claims/example-greg.yaml#l1"],
):
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, (words, done.output, done.exception)
"""


def test_what_trains_nothing_needs_no_torch() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_name_in_other_letters_gets_a_hint() -> None:
    assert "did you mean allr?" in run("explain", "ALLR").stderr


@pytest.mark.parametrize("name", METHODS)
def test_every_method_has_a_full_manual_page(name: str) -> None:
    shown = run("explain", name).stdout
    for part in ("Definition:", "Why:", "Cannot detect:", "Source:", "In claims, as criterion:"):
        assert part in shown
