"""The command ``check``: exit codes, paths, options."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from prune_audit import check_cli, cli

ROOT = Path(__file__).parent.parent
Write = Callable[..., str]
Command = Callable[..., subprocess.CompletedProcess[str]]


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli.app, arguments, **options)


# exit codes of the installed command


def test_a_fair_claim_exits_with_0(command: Command, fair: Path) -> None:
    done = command("check", str(fair))
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 fair" in done.stdout


def test_an_unfair_statement_exits_with_1(command: Command, unfair: Path) -> None:
    done = command("check", str(unfair))
    assert done.returncode == 1
    assert "PA301" in done.stdout


def test_an_unknown_option_exits_with_2(command: Command, fair: Path) -> None:
    assert command("check", str(fair), "--no-such-option").returncode == 2


def test_a_pattern_that_matches_nothing_exits_with_4(command: Command, tmp_path: Path) -> None:
    done = command("check", str(tmp_path / "*.yaml"))
    assert (done.returncode, done.stdout) == (4, "")
    assert "nothing to check" in done.stderr


def test_an_internal_error_exits_with_3_and_is_no_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fair: Path
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("something unexpected")

    monkeypatch.setattr(check_cli, "audit", broken)
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

    monkeypatch.setattr(check_cli, "audit", broken)
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


def test_the_version_is_printed(command: Command) -> None:
    done = command("--version")
    assert (done.returncode, done.stdout.split()[0]) == (0, "prune-audit")


def test_nothing_at_all_shows_the_help(command: Command) -> None:
    assert "check" in command().stdout


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


def test_a_report_is_never_written_over_a_claim_file(fair: Path) -> None:
    before = fair.read_text(encoding="utf-8")
    done = run("check", str(fair.parent), "--output", f"{fair.parent}/./{fair.name}")
    assert done.exit_code == 2
    assert "one of the files to check" in done.stderr
    assert fair.read_text(encoding="utf-8") == before


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


def test_a_pattern_that_matches_nothing_is_told_beside_others(tmp_path: Path, fair: Path) -> None:
    pattern = str(tmp_path / "zz*.yaml")
    done = run("check", pattern, str(fair))
    assert (done.exit_code, done.stderr) == (0, f"prune-audit: nothing matches {pattern}\n")
    assert run("check", str(tmp_path / "*.yaml"), str(fair)).stderr == ""


def test_an_empty_path_is_named_in_quotes() -> None:
    done = run("check", "")
    assert (done.exit_code, done.stderr) == (2, "prune-audit: no such file: ''\n")


def test_submissions_have_no_review(tmp_path: Path) -> None:
    done = run("check", "--benchmark", str(tmp_path / "b.yaml"), "--format", "review", ".")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "use comment or markdown" in done.stderr


def test_a_missing_file_is_a_finding_whatever_is_selected(tmp_path: Path, fair: Path) -> None:
    done = run("check", str(tmp_path / "missing.yaml"), str(fair), "--select", "PA3")
    assert (done.exit_code, "PA001" in done.stdout) == (1, True)


@pytest.mark.parametrize("fail_on", ["never", "error"])
def test_naming_nothing_that_exists_is_a_usage_error(tmp_path: Path, fail_on: str) -> None:
    names = [str(tmp_path / "clams"), str(tmp_path / "gone.yaml")]
    done = run("check", *names, "--fail-on", fail_on)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"no such file: {names[0]}, {names[1]}" in done.stderr


def test_a_folder_that_cannot_be_listed_is_a_finding(
    tmp_path: Path, fair: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    listed = os.scandir

    def scandir(path: Any) -> Any:
        if os.fspath(path) == str(closed):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    for named in (tmp_path, closed):
        done = run("check", str(named), "--format", "concise")
        assert done.exit_code == 1
        assert "closed:1:1: PA001 cannot be read: Permission denied\n" in done.stdout
    assert "1 fair" in run("check", str(tmp_path)).stdout


def test_the_order_of_the_arguments_does_not_change_the_findings(fair: Path, unfair: Path) -> None:
    arguments = ("--format", "concise")
    one, other = (
        run("check", *paths, *arguments).stdout
        for paths in ((str(fair), str(unfair)), (str(unfair), str(fair)))
    )
    assert one == other != ""


# the last screen


def test_several_files_end_with_a_line_per_file_a_hint_and_the_totals(
    tmp_path: Path, fair: Path, unfair: Path
) -> None:
    (tmp_path / "broken.yaml").write_text("schema: 1\n", encoding="utf-8")
    shown = run("check", str(tmp_path), env={"COLUMNS": "300"}).stdout.splitlines()
    *table, hint, empty, totals = shown[-7:]
    assert [line.split()[0].rpartition("/")[2] for line in table] == [
        "file", "broken.yaml", "fair.yaml", "unfair.yaml",
    ]  # fmt: skip
    assert table[0].split()[1:] == [
        "pairs", "fair", "unfair", "undetermined", "errors", "warnings", "notes",
    ]  # fmt: skip
    assert [line.split()[1:6] for line in table[1:]] == [
        ["0", "0", "0", "0", "2"], ["1", "1", "0", "0", "0"], ["1", "0", "1", "0", "1"],
    ]  # fmt: skip
    assert len(set(map(len, table))) == 1
    assert hint == "prune-audit check FILE shows one paper"
    assert (empty, totals.partition(",")[0]) == ("", "3 files")


def test_one_file_has_no_line_per_file(unfair: Path) -> None:
    shown = run("check", str(unfair)).stdout
    assert "undetermined  errors" not in shown
    assert "shows one paper" not in shown


def test_several_files_without_anything_open_need_no_hint(tmp_path: Path, fair: Path) -> None:
    (tmp_path / "second.yaml").write_bytes(fair.read_bytes())
    shown = run("check", str(tmp_path), "--select", "PA3").stdout
    assert "undetermined" in shown
    assert "shows one paper" not in shown


def test_the_lines_per_file_fit_the_width_and_keep_the_end_of_a_path(
    tmp_path: Path, fair: Path
) -> None:
    (tmp_path / "second.yaml").write_bytes(fair.read_bytes())
    shown = run("check", str(tmp_path), "--select", "PA3", env={"COLUMNS": "80"}).stdout
    table = shown.splitlines()[-4:-2]
    assert {len(line) for line in table} == {80}
    assert [line.startswith("…") for line in table] == [True, True]
    assert ["fair.yaml " in table[0], "second.yaml " in table[1]] == [True, True]


def test_a_full_disk_is_said_and_is_no_internal_error(fair: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "prune_audit", "check", str(fair)],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "prune-audit: cannot write the output: No space left on device\n"


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
