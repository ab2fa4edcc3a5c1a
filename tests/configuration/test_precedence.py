"""Command line before configuration before default, and the command that shows which it was."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from prune_audit.rules import RULES, RULESET
from prune_audit.selection import chosen

Run = Callable[..., Result]
Configure = Callable[..., Path]


def codes(done: Result) -> set[str]:
    return {one["code"] for one in json.loads(done.stdout)["findings"]}


# check


@pytest.mark.parametrize(
    ("text", "option", "codes_of_exit"),
    [
        ('require = "S2"', ("--require", "S3.2"), (0, 1)),
        ('fail-on = "never"', ("--fail-on", "error"), (0, 1)),
        ('ignore = ["PA301"]', ("--ignore", "PA1"), (0, 1)),
        ('select = "PA1"', ("--select", "PA301"), (0, 1)),
    ],
)
def test_the_command_line_wins_over_the_configuration(
    unfair: Path, run: Run, configure: Configure, text: str, option: tuple[str, str],
    codes_of_exit: tuple[int, int],
) -> None:  # fmt: skip
    configure(text)
    found = run("check", unfair).exit_code, run("check", unfair, *option).exit_code
    assert found == codes_of_exit


def test_format_store_and_settings_come_from_the_configuration(
    unfair: Path, run: Run, configure: Configure
) -> None:
    configure('format = "json"\ntolerance = "10%"\nbase-gap = 0.75\nalpha = 0.01\n')
    data = json.loads(run("check", unfair).stdout)
    assert data["settings"] == {
        "require": "S3.2", "tolerance": 0.1, "base_gap": 0.75, "alpha": 0.01,
    }  # fmt: skip
    assert "PA301" in run("check", unfair, "--format", "concise").stdout
    given = json.loads(run("check", unfair, "--tolerance", "0.2").stdout)
    assert given["settings"]["tolerance"] == 0.2


def test_a_number_with_a_point_is_read_exactly(fair: Path, run: Run, configure: Configure) -> None:
    configure("base-gap = 0.30")
    assert "base-gap   0.30 " in run("config", fair).stdout


# rulesets


def test_a_ruleset_leaves_out_newer_rules() -> None:
    first = chosen(RULES, (), (), 1)
    assert {rule.since for rule in first} == {1}
    assert [rule for rule in RULES if rule.since == 1] == list(first)
    assert chosen(RULES, (), (), RULESET) == RULES


def test_a_pinned_ruleset_can_be_overruled(fair: Path, run: Run, configure: Configure) -> None:
    configure('ruleset = 1\nformat = "json"\n')
    text = fair.read_text(encoding="utf-8")
    fair.write_text(f"# prune-audit: nonsense\n{text}", encoding="utf-8")
    assert "PA905" not in codes(run("check", fair))
    assert "PA905" in codes(run("check", fair, "--ruleset", "2"))


@pytest.mark.parametrize("ruleset", ["0", "-1", "3000"])
def test_an_unknown_ruleset_is_a_usage_error(fair: Path, run: Run, ruleset: str) -> None:
    for command in (("check", fair), ("rules",)):
        done = run(*command, "--ruleset", ruleset)
        assert done.exit_code == 2
        assert f"this version knows rulesets 1 to {RULESET}, got {ruleset}" in done.stderr


def test_a_rule_that_is_newer_than_the_ruleset_cannot_be_selected(fair: Path, run: Run) -> None:
    done = run("check", fair, "--ruleset", "1", "--select", "PA901")
    assert (done.exit_code, "'PA901' is newer than ruleset 1" in done.stderr) == (2, True)
    assert run("check", fair, "--ruleset", "1", "--ignore", "PA901").exit_code == 0


def test_rules_shows_and_takes_the_ruleset(run: Run) -> None:
    assert "PA901 unused-suppression (warning, conclusive, since ruleset 2)" in run("rules").stdout
    assert "PA9" not in run("rules", "--ruleset", "1").stdout


# the command config


def test_config_shows_value_and_origin(unfair: Path, run: Run, configure: Configure) -> None:
    path = configure(
        '# mine\nrequire = "S3.1"\nselect = ["PA1", "PA3"]\n\n[[suppress]]\ncode = "PA304"\n'
        'reason = "known"\nowner = "ann"\nuntil = 2030-01-31\n'
    )
    shown = run("config", unfair).stdout.splitlines()
    assert shown[0] == f"configuration: {path}"
    rows = {line.split()[0]: line for line in shown if line}
    assert rows["require"].endswith(f"{path}:2")
    assert "S3.1" in rows["require"]
    assert "PA1, PA3" in rows["select"]
    assert rows["tolerance"].endswith("default")
    assert "known, owner ann, until 2030-01-31" in " ".join(shown)


def test_config_says_where_none_was_found(unfair: Path, run: Run) -> None:
    done = run("config", unfair.parent)
    assert done.exit_code == 0
    assert done.stdout.startswith("no prune-audit.toml")
    data = json.loads(run("config", unfair, "--format", "json").stdout)
    assert (data["version"], data["file"], data["suppress"]) == (1, None, [])
    assert {value["from"] for value in data["values"].values()} == {"default"}


def test_config_names_a_project_file_that_is_not_read(
    unfair: Path, run: Run, configure: Configure
) -> None:
    configure("alpha = 0.1\n")
    project = configure("[tool.other]\n", "pyproject.toml")
    assert "not read" not in run("config", unfair).stdout
    configure("[tool.prune-audit]\nalpha = 0.2\n", "pyproject.toml")
    shown = run("config", unfair, env={"COLUMNS": "300"}).stdout
    assert f"not read: [tool.prune-audit] in {project} beside it" in shown
    assert json.loads(run("config", unfair, "--format", "json").stdout)["not_read"] == str(project)


def test_config_as_json_names_the_place(unfair: Path, run: Run, configure: Configure) -> None:
    path = configure('[tool.prune-audit]\n"base-gap" = 0.25\n', "pyproject.toml")
    data = json.loads(run("config", unfair.parent, "--format", "json").stdout)
    assert data["values"]["base-gap"] == {
        "value": 0.25, "from": "configuration", "place": {"file": str(path), "line": 2},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("tool.prune-audit.alpha = 0.1", 1),
        ("[tool]\nx = 1\nprune-audit.alpha = 0.1", 3),
        ("[tool]\n\nprune-audit = {alpha = 0.1}", 3),
        ("[other]\nalpha = 1\n[tool.'prune-audit']\nstore = 'alpha = 2'\nalpha = 0.1", 5),
        ("[tool.prune-audit]\r\nselect = [\r\n'PA1',\r\n]\r\nalpha = 0.1", 5),
    ],
)
def test_a_line_is_found_however_the_key_is_written(
    unfair: Path, run: Run, configure: Configure, text: str, line: int
) -> None:
    configure(text, "pyproject.toml")
    data = json.loads(run("config", unfair, "--format", "json").stdout)
    assert data["values"]["alpha"]["place"]["line"] == line


def test_tables_in_a_list_have_their_lines(unfair: Path, run: Run, configure: Configure) -> None:
    configure("suppress = [\n {code = 'PA1', reason = 'a'},\n {code = 'PA2', reason = 'b'},\n]\n")
    data = json.loads(run("config", unfair, "--format", "json").stdout)
    assert [one["place"]["line"] for one in data["suppress"]] == [2, 3]


def test_config_of_a_wrong_configuration_or_path_is_an_error(
    unfair: Path, run: Run, configure: Configure
) -> None:
    assert run("config", unfair.parent / "none").exit_code == 2
    configure("alpha = 3\n")
    assert run("config", unfair).exit_code == 2


def test_a_newer_rule_selected_in_the_configuration_is_an_error_of_config_too(
    unfair: Path, run: Run, configure: Configure
) -> None:
    path = configure('select = ["PA9"]\nruleset = 1\n')
    done = run("config", unfair)
    assert done.exit_code == 2
    assert f"(ruleset: {path}:2)" in done.stderr
