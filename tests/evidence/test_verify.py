"""The command ``verify``: what it finds, how it ends, and its formats."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from prune_audit.audit import Report
from prune_audit.verify_cli import verify

Write = Callable[..., Path]
Log = Callable[..., str]


def run(*arguments: object) -> Result:
    """Run the command alone."""
    app = typer.Typer()
    app.command()(verify)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_good_submission_passes(tmp_path: Path, write_submission: Write) -> None:
    write_submission(tmp_path / "good")
    result = run(tmp_path)
    assert result.exit_code == 0
    last = result.output.strip().splitlines()[-1]
    assert "evidence: 4 verified, 0 contradicted, 2 not verified" in last
    assert "evidence of example" in result.output


def test_a_wrong_schedule_fails_with_the_first_differing_epoch(
    tmp_path: Path, write_submission: Write, log: Log
) -> None:
    lrs = ["0.01"] * 2 + ["0.001"] * 4 + ["0.0001"] * 2
    write_submission(tmp_path / "bad", {"seed0.csv": log(lrs)})
    result = run(tmp_path / "bad" / "submission.yaml")
    assert result.exit_code == 1
    assert "PA409" in result.output
    assert "first differing epoch 2" in result.output


def test_a_warning_fails_only_where_it_is_asked_to(tmp_path: Path, write_submission: Write) -> None:
    write_submission(tmp_path, row={"top1": "93.10"})
    assert run(tmp_path).exit_code == 0
    assert run(tmp_path, "--fail-on", "warning").exit_code == 1


def test_a_folder_without_a_submission_exits_with_four(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert (result.exit_code, "no submission.yaml" in result.output) == (4, True)
    assert run(tmp_path / "*" / "submission.yaml").exit_code == 4


def test_a_name_without_a_file_is_wrong_usage(tmp_path: Path) -> None:
    assert run(tmp_path / "gone.yaml").exit_code == 2


def test_a_linked_folder_is_reported_and_not_entered(
    tmp_path: Path, write_submission: Write
) -> None:
    write_submission(tmp_path / "elsewhere")
    (tmp_path / "submissions").mkdir()
    (tmp_path / "submissions" / "link").symlink_to(tmp_path / "elsewhere")
    result = run(tmp_path / "submissions")
    assert result.exit_code == 1
    assert "evidence of" not in result.output


def test_two_submissions_with_one_log_fail(tmp_path: Path, write_submission: Write) -> None:
    for name in ("one", "two"):
        write_submission(tmp_path / name, name=name)
    result = run(tmp_path, "--format", "concise")
    assert (result.exit_code, "PA707" in result.output) == (1, True)


def test_json_holds_every_check(tmp_path: Path, write_submission: Write) -> None:
    write_submission(tmp_path, row={"top1": "93.58"})
    document = json.loads(run(tmp_path, "--format", "json").output)
    [evidence] = document["evidence"]
    assert evidence["submission"] == "example"
    by_what = {check["what"]: check for check in evidence["checks"]}
    assert by_what["accuracy"]["status"] == "contradicted"
    assert by_what["accuracy"]["places"][1]["line"] == 9
    assert by_what["LR schedule"]["run"] == "seed 0"


@pytest.mark.parametrize("form", ["text", "markdown", "sarif", "junit", "github", "jsonl"])
def test_every_format_can_be_written(tmp_path: Path, write_submission: Write, form: str) -> None:
    write_submission(tmp_path / "in", row={"top1": "93.58"})
    out = tmp_path / "out"
    assert run(tmp_path / "in", "--format", form, "--output", out).exit_code == 1
    assert "93.58" in out.read_text(encoding="utf-8")


def test_a_file_of_a_submission_is_not_written_over(
    tmp_path: Path, write_submission: Write
) -> None:
    write_submission(tmp_path)
    before = (tmp_path / "seed0.csv").read_text()
    assert run(tmp_path, "--output", tmp_path / "seed0.csv").exit_code == 2
    assert (tmp_path / "seed0.csv").read_text() == before


def test_control_characters_of_a_log_do_not_reach_the_terminal(
    tmp_path: Path, write_submission: Write, log: Log
) -> None:
    write_submission(tmp_path, {"seed0.csv": log().replace("93.08", "\x1b[31m")})
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "\x1b" not in result.output


def test_a_clean_submission_has_no_findings_but_the_missing_hash(
    tmp_path: Path, write_submission: Write, report_on_submissions: Callable[..., Report]
) -> None:
    report = report_on_submissions(write_submission(tmp_path))
    assert {finding.code for finding in report.findings if finding.code[2] == "7"} == {"PA716"}


def test_reading_logs_imports_neither_torch_nor_tensorboard(
    tmp_path: Path, write_submission: Write
) -> None:
    write_submission(tmp_path)
    code = (
        "import sys\n"
        "from prune_audit.verify_cli import verified\n"
        f"verified([{str(tmp_path / 'submission.yaml')!r}])\n"
        "print([name for name in ('torch', 'numpy', 'tensorboard') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"


def test_a_missing_library_is_not_verified_with_the_command_to_install_it(
    tmp_path: Path, write_submission: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto.event_pb2", None)
    write_submission(tmp_path, {"events.out.tfevents.0": b"\x01\x02"})
    result = run(tmp_path, "--verbose")
    assert result.exit_code == 0
    assert "prune-audit[evidence]" in result.output
    assert " verified" not in result.output.replace("not verified", "").replace("0 verified", "")
