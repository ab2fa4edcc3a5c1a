"""The command line: exit codes, paths, options, and what it may import."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from prune_audit import cli
from prune_audit.rules import RULES

ROOT = Path(__file__).parent.parent
Write = Callable[..., str]
UNFAIR = {"retraining.epochs": "60", "retraining.lr": "0:1e-2,30:1e-3"}


def command(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a process of its own, without colours or a set width."""
    plain = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")}
    environment = {**plain, **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "prune_audit", *arguments],
        capture_output=True, text=True, timeout=120, check=False, env=environment, **options,
    )  # fmt: skip


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli.app, arguments, **options)


@pytest.fixture
def fair(tmp_path: Path, write: Write) -> Path:
    path = tmp_path / "fair.yaml"
    path.write_text(write({"top1": "76.00"}), encoding="utf-8")
    return path


@pytest.fixture
def unfair(tmp_path: Path, write: Write) -> Path:
    path = tmp_path / "unfair.yaml"
    path.write_text(write({}, UNFAIR), encoding="utf-8")
    return path


# exit codes of the installed command


def test_a_fair_claim_exits_with_0(fair: Path) -> None:
    done = command("check", str(fair))
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 fair" in done.stdout


def test_an_unfair_statement_exits_with_1(unfair: Path) -> None:
    done = command("check", str(unfair))
    assert done.returncode == 1
    assert "PA301" in done.stdout


def test_an_unknown_option_exits_with_2(fair: Path) -> None:
    assert command("check", str(fair), "--no-such-option").returncode == 2


def test_a_pattern_that_matches_nothing_exits_with_4(tmp_path: Path) -> None:
    done = command("check", str(tmp_path / "*.yaml"))
    assert (done.returncode, done.stdout) == (4, "")
    assert "nothing to check" in done.stderr


def test_an_internal_error_exits_with_3_and_is_no_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fair: Path
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("something unexpected")

    monkeypatch.setattr(cli, "audit", broken)
    monkeypatch.setattr(sys, "argv", ["prune-audit", "check", str(fair)])
    monkeypatch.delenv("PRUNE_AUDIT_DEBUG", raising=False)
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 3
    shown = capsys.readouterr()
    assert "internal error: RuntimeError: something unexpected" in shown.err
    assert "Traceback" not in shown.err + shown.out


def test_an_internal_error_can_be_looked_into(monkeypatch: pytest.MonkeyPatch, fair: Path) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("something unexpected")

    monkeypatch.setattr(cli, "audit", broken)
    monkeypatch.setattr(sys, "argv", ["prune-audit", "check", str(fair)])
    monkeypatch.setenv("PRUNE_AUDIT_DEBUG", "1")
    with pytest.raises(RuntimeError):
        cli.main()


def test_a_reader_that_leaves_early_is_no_error(claims: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "prune_audit", "check", str(claims), "--fail-on", "never"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
    ) as process:  # fmt: skip
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_the_version_is_printed() -> None:
    done = command("--version")
    assert (done.returncode, done.stdout.split()[0]) == (0, "prune-audit")


def test_nothing_at_all_shows_the_help() -> None:
    assert "check" in command().stdout


# imports

BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "torchvision", "numpy", "scipy"):
            raise ImportError(f"{name} is not for check")

sys.meta_path.insert(0, Blocked())
sys.argv = ["prune-audit", "check", "claims", "--fail-on", "never"]
from prune_audit.cli import main
main()
"""


def test_check_needs_neither_torch_nor_numpy_nor_scipy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert " pairs: " in done.stdout.splitlines()[-1]


# determinism


@pytest.mark.parametrize("form", ["text", "json", "markdown", "concise", "review"])
def test_two_runs_print_the_same(form: str) -> None:
    arguments = ("check", "claims", "--fail-on", "never", "--format", form)
    one, other = (command(*arguments, cwd=ROOT, env={"PYTHONHASHSEED": seed}) for seed in "12")
    assert one.returncode == 0
    assert one.stdout == other.stdout


# paths


def test_a_folder_stands_for_its_claim_files(tmp_path: Path, fair: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "more.yml").write_text(fair.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no claim", encoding="utf-8")
    assert "2 files" in run("check", str(tmp_path)).stdout


def test_a_pattern_stands_for_what_it_matches(tmp_path: Path, fair: Path, unfair: Path) -> None:
    assert "1 file, " in run("check", str(tmp_path / "f*.yaml")).stdout
    assert "2 files, " in run("check", str(tmp_path / "*.yaml")).stdout


def test_a_file_named_twice_is_checked_once(tmp_path: Path, fair: Path) -> None:
    assert "1 file, " in run("check", str(fair), str(tmp_path), str(fair)).stdout


def test_a_dash_is_standard_input(fair: Path) -> None:
    done = run("check", "-", input=fair.read_text(encoding="utf-8"))
    assert done.exit_code == 0
    assert "<stdin>" in done.stdout


def test_an_empty_folder_is_nothing_to_check(tmp_path: Path) -> None:
    done = run("check", str(tmp_path))
    assert (done.exit_code, done.stdout) == (4, "")


def test_a_missing_file_is_a_finding_and_does_not_stop_the_others(
    tmp_path: Path, fair: Path
) -> None:
    done = run("check", str(tmp_path / "missing.yaml"), str(fair))
    assert done.exit_code == 1
    assert "PA001" in done.stdout
    assert "1 fair" in done.stdout


def test_a_missing_file_is_a_finding_whatever_is_selected(tmp_path: Path) -> None:
    done = run("check", str(tmp_path / "missing.yaml"), "--select", "PA3")
    assert (done.exit_code, "PA001" in done.stdout) == (1, True)


def test_the_order_of_the_arguments_does_not_change_the_findings(fair: Path, unfair: Path) -> None:
    arguments = ("--format", "concise")
    one, other = (
        run("check", *paths, *arguments).stdout
        for paths in ((str(fair), str(unfair)), (str(unfair), str(fair)))
    )
    assert one == other != ""


# options


@pytest.mark.parametrize(
    ("fail_on", "code"), [("never", 0), ("error", 1), ("warning", 1), ("note", 1)]
)
def test_fail_on_sets_what_fails(unfair: Path, fail_on: str, code: int) -> None:
    assert run("check", str(unfair), "--fail-on", fail_on).exit_code == code


def test_warnings_do_not_fail_by_default(unfair: Path) -> None:
    assert run("check", str(unfair), "--select", "PA304").exit_code == 0
    warned = run("check", str(unfair), "--select", "PA304", "--fail-on", "warning")
    assert warned.exit_code == 1


def findings(*arguments: str) -> set[str]:
    done = run("check", *arguments, "--format", "json", "--fail-on", "never")
    return {finding["code"] for finding in json.loads(done.stdout)["findings"]}


def test_select_and_ignore_take_codes_prefixes_and_names(unfair: Path) -> None:
    everything = findings(str(unfair))
    assert {"PA301", "PA304"} <= everything
    assert findings(str(unfair), "--select", "PA301") == {"PA301"}
    assert findings(str(unfair), "--select", "unfair-statement,PA304") == {"PA301", "PA304"}
    assert findings(str(unfair), "--select", "pa3", "--ignore", "PA304") == {
        code for code in everything if code.startswith("PA3") and code != "PA304"
    }
    assert "PA301" in findings(str(unfair), "--ignore", "PA3", "--select", "PA301")


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_unknown_code_is_a_usage_error_with_a_hint(fair: Path, option: str) -> None:
    done = run("check", str(fair), option, "PA999")
    assert done.exit_code == 2
    assert "'PA999'" in done.stderr
    assert "prune-audit rules" in done.stderr


def test_the_required_setup_is_an_option(unfair: Path) -> None:
    assert run("check", str(unfair), "--require", "S2").exit_code == 0
    assert run("check", str(unfair), "--require", "S9").exit_code == 2


@pytest.mark.parametrize("tolerance", ["10%", "0.10", "10 %"])
def test_the_tolerance_is_a_share(tmp_path: Path, write: Write, tolerance: str) -> None:
    path = tmp_path / "rates.yaml"
    text = write({"speedup": "2.31x", "top1": "75.00"}, {"speedup": "2.18x", "top1": "75.32"})
    path.write_text(text, encoding="utf-8")
    select = ("--select", "PA301")
    assert run("check", str(path), *select).exit_code == 1
    assert run("check", str(path), *select, "--tolerance", tolerance).exit_code == 0


@pytest.mark.parametrize("tolerance", ["5", "100%", "-1%", "much", "nan", "inf", ""])
def test_a_tolerance_that_is_no_share_is_a_usage_error(fair: Path, tolerance: str) -> None:
    done = run("check", str(fair), "--tolerance", tolerance)
    assert done.exit_code == 2
    assert "5% or 0.05" in done.stderr


@pytest.mark.parametrize("form", ["text", "json", "markdown", "concise", "review"])
def test_output_goes_to_a_file(tmp_path: Path, unfair: Path, form: str) -> None:
    target = tmp_path / "new" / "report"
    done = run("check", str(unfair), "--format", form, "--output", str(target))
    assert (done.exit_code, done.stdout) == (1, "")
    assert target.read_text(encoding="utf-8").endswith("\n")


def test_output_to_an_unwritable_place_is_a_usage_error(fair: Path) -> None:
    done = run("check", str(fair), "--output", str(fair / "report.txt"))
    assert done.exit_code == 2
    assert "cannot write" in done.stderr


def test_an_unknown_format_is_a_usage_error(fair: Path) -> None:
    assert run("check", str(fair), "--format", "xml").exit_code == 2


def test_a_clean_concise_report_is_empty(fair: Path) -> None:
    done = run("check", str(fair), "--format", "concise", "--select", "PA3")
    assert (done.exit_code, done.stdout) == (0, "")


# the terminal


def on_a_terminal(claim: Path, **variables: str) -> str:
    """Return what a check prints on a terminal, which does not say how wide it is."""
    main, child = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
    with subprocess.Popen(
        [sys.executable, "-m", "prune_audit", "check", claim.name],
        stdout=child, stderr=child, stdin=subprocess.DEVNULL, cwd=claim.parent,
        env={**environment, "TERM": "xterm", **variables},
    ) as process:  # fmt: skip
        os.close(child)
        parts = []
        try:
            while part := os.read(main, 65536):
                parts.append(part)
        except OSError:  # the other end of a pseudo terminal is gone
            pass
        process.wait(60)
    os.close(main)
    return b"".join(parts).decode()


def test_a_terminal_gets_colours(unfair: Path) -> None:
    assert "\x1b[31munfair" in on_a_terminal(unfair)


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_color_and_dumb_terminals_get_plain_text(
    unfair: Path, variables: dict[str, str]
) -> None:
    assert "\x1b" not in on_a_terminal(unfair, **variables)


def test_a_terminal_of_unknown_width_is_taken_as_80_columns(unfair: Path) -> None:
    lines = on_a_terminal(unfair, NO_COLOR="1").splitlines()[:-1]
    assert 60 < max(map(len, lines)) <= 80


def test_a_pipe_gets_plain_text_of_a_fixed_width(unfair: Path) -> None:
    shown = command("check", unfair.name, cwd=unfair.parent).stdout
    assert "\x1b" not in shown
    assert 80 < max(map(len, shown.splitlines()[:-1])) <= 100


def test_columns_sets_the_width(unfair: Path) -> None:
    shown = command("check", unfair.name, cwd=unfair.parent, env={"COLUMNS": "70"}).stdout
    assert max(map(len, shown.splitlines()[:-1])) <= 70


# the other commands


def test_classify_explains_a_pair_fact_by_fact(unfair: Path) -> None:
    done = run("classify", f"{unfair}#ours", "other")
    assert done.exit_code == 0
    for part in ("S3.1", "retraining epochs", "different", "90", "60", "S2, unfair"):
        assert part in done.stdout


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
