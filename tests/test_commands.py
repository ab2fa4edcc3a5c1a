"""The commands beside ``check``: classify, schedule, rules, explain, schema, init."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from prune_audit import cli
from prune_audit.rules import RULES

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
        ("{file}#ours", "{file}.gone#other", "no such file"),
    ],
)
def test_classify_says_what_it_cannot_find(fair: Path, ours: str, other: str, hint: str) -> None:
    done = run("classify", ours.format(file=fair), other.format(file=fair))
    assert done.exit_code == 2
    assert hint in done.stderr


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


def test_schema_is_json() -> None:
    assert json.loads(run("schema").stdout)["type"] == "object"


def test_init_writes_a_skeleton_and_never_overwrites(tmp_path: Path) -> None:
    target = tmp_path / "mine.yaml"
    assert run("init", str(target)).exit_code == 0
    before = target.read_text(encoding="utf-8")
    again = run("init", str(target))
    assert (again.exit_code, target.read_text(encoding="utf-8")) == (2, before)
    assert "exists already" in again.stderr
