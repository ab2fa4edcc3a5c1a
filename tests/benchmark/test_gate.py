"""The example benchmark through the command line: good submissions pass, each bad one fails."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from prune_audit import gate_cli
from prune_audit.cli import app, main

EXAMPLE = Path(__file__).parents[1] / "example_benchmark"
GOOD = sorted(path.name for path in (EXAMPLE / "submissions" / "good").iterdir())
DECIDES = {
    "best-epoch": ("PA705", "95.59+-1.11, which is the best epoch"),
    "early-decay": (
        "PA409",
        "seed 1: first differing epoch 4 (counted from 0): the log has LR",
    ),
    "irreproducible": ("PA719", "above what reference runs of its recipe give: 94.97+-1.13"),
    "longer-recipe": ("PA804", "has not the track's retraining epochs, 20 / 10"),
    "no-evidence": ("PA807", "requires logs: no runs are listed"),
    "off-band": ("PA802", "speedup, 4.64x / 8x .. 10x"),
    "other-base": ("PA804", "base model, own / own:baselines"),
    "other-network": ("PA709", "speedup 8.86x: the checkpoint has 4.642x"),
    "seed-reuse": ("PA707", "the logs of seed 1 and seed 2 are the same file"),
    "silent": ("PA803", "leaves open retraining LR schedule"),
    "weak-baseline": (
        "PA718",
        "l1 (82.02+-4.43 %) is below what reference runs of its recipe give",
    ),
    "two-runs": ("PA806", "states runs: 2, the track resnet8-9x asks for 3"),
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A copy of the example benchmark that a test may change."""
    shutil.copytree(EXAMPLE, tmp_path / "desk", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "desk"


def check(desk: Path, *arguments: str) -> Result:
    benchmark = str(desk / "benchmark.yaml")
    return CliRunner().invoke(app, ["check", "--benchmark", benchmark, *arguments])


def submission(desk: Path, name: str) -> Path:
    return next((desk / "submissions").glob(f"*/{name}"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("name", GOOD)
def test_a_good_submission_passes(name: str) -> None:
    done = check(EXAMPLE, str(submission(EXAMPLE, name)))
    assert done.exit_code == 0, done.output
    assert "0 errors, 0 warnings" in done.output
    assert "0 contradicted" in done.output


def test_the_good_submissions_pass_together_and_are_set_against_the_accepted_ones() -> None:
    done = check(EXAMPLE, str(EXAMPLE / "submissions" / "good"), "--format", "json")
    assert done.exit_code == 0
    found = {one["id"]: one for one in json.loads(done.stdout)["submissions"]}
    assert sorted(found) == GOOD
    assert found["random-9x"]["baseline"]["fairness"] == "fair"
    assert [pair["fairness"] for pair in found["random-9x"]["accepted"]] == ["fair"]
    assert found["random-3x-open"]["baseline"]["fairness"] == "unfair"


def test_every_bad_submission_of_the_example_is_told_about_here() -> None:
    assert {path.name for path in (EXAMPLE / "submissions" / "bad").iterdir()} == set(DECIDES)


@pytest.mark.parametrize("name", DECIDES)
def test_a_bad_submission_fails_by_the_fact_that_decides(name: str) -> None:
    done = check(EXAMPLE, str(submission(EXAMPLE, name)), "--format", "json")
    assert done.exit_code == 1
    code, words = DECIDES[name]
    found = json.loads(done.stdout)["findings"]
    assert any(one["code"] == code and words in one["message"] for one in found), found
    assert all(one["places"][0]["file"].startswith(str(EXAMPLE)) for one in found)


@pytest.mark.parametrize("name", sorted({*DECIDES} - {"irreproducible", "longer-recipe", "silent"}))
def test_what_is_wrong_with_one_thing_is_found_by_one_rule(name: str) -> None:
    done = check(EXAMPLE, str(submission(EXAMPLE, name)), "--format", "json")
    found = json.loads(done.stdout)["findings"]
    assert {one["code"] for one in found if one["severity"] != "note"} == {DECIDES[name][0]}


@pytest.mark.parametrize("where", ["nothing-*", "references"])
def test_where_nothing_is_submitted_the_check_is_not_green(where: str) -> None:
    done = check(EXAMPLE, str(EXAMPLE / where))
    assert done.exit_code == 4
    assert "no submission.yaml" in done.output


def test_a_submission_that_is_not_there_is_wrong_usage() -> None:
    assert check(EXAMPLE, str(EXAMPLE / "nothing.yaml")).exit_code == 2


def test_a_crash_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("of all things")

    monkeypatch.setattr(gate_cli, "gated", crash)
    monkeypatch.setattr(sys, "argv", ["prune-audit", "check", "--benchmark", "b.yaml", "s"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    assert "internal error: RuntimeError: of all things" in capsys.readouterr().err


def test_a_benchmark_with_mistakes_is_told_about_with_its_lines(desk: Path) -> None:
    edit(desk / "benchmark.yaml", "profile: closed", "profile: closd")
    edit(desk / "benchmark.yaml", "baselines#l1@9x", "baselines#l1@99x")
    done = check(desk, str(desk / "submissions"))
    assert done.exit_code == 2
    assert "benchmark.yaml:4:10" in done.output
    edit(desk / "benchmark.yaml", "profile: closd", "profile: closed")
    done = check(desk, str(desk / "submissions"))
    assert done.exit_code == 2
    assert "there is no row in baselines 'l1@99x'; did you mean 'l1@9x'?" in done.output


@pytest.mark.parametrize(
    "option",
    [
        ("--require", "S1"), ("--baseline", "known.json"), ("--ruleset", "1"),
        ("--select", "PA1"), ("--ignore", "PA806"), ("--tolerance", "50%"),
    ],
)  # fmt: skip
def test_what_the_benchmark_settles_is_not_settled_by_options(option: tuple[str, str]) -> None:
    done = check(EXAMPLE, str(EXAMPLE / "submissions"), *option)
    assert done.exit_code == 2
    assert "has no place beside --benchmark" in done.output


@pytest.mark.parametrize("name", ["benchmark.yaml", "submissions/good/random-9x/logs/seed0.csv"])
def test_a_report_is_not_written_over_what_is_checked(desk: Path, name: str) -> None:
    before = (desk / name).read_bytes()
    done = check(desk, str(desk / "submissions"), "--output", str(desk / name))
    assert done.exit_code == 2
    assert (desk / name).read_bytes() == before


@pytest.mark.parametrize("ruleset", ["1", "99", '">=2"'])
def test_a_ruleset_without_rules_on_submissions_or_of_the_future_is_refused(
    desk: Path, ruleset: str
) -> None:
    edit(desk / "benchmark.yaml", "ruleset: 2", f"ruleset: {ruleset}")
    done = check(desk, str(submission(desk, "two-runs")))
    assert done.exit_code == 2
    assert "benchmark.yaml:5:10" in done.output
    assert "holds submissions to ruleset 2" in done.output


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("accepted: accepted", "accepted: acepted", "there is no folder acepted"),
        ("accepted: accepted", "accepted: baselines.yaml", "there is no folder baselines.yaml"),
        ("references: references", "references: refs", "there is no folder refs"),
        ("speedup_to: 10x", "speedup_to: 8.5x", "does not meet speedup of its own track"),
        ("granularity: filter", "granularity: weight", "does not meet granularity of its own"),
        ("base: own:baselines", "base: own:baseline", "base model of its own track"),
        ("calibrated_from: 1e-1", "calibrated_from: 1e-2", "retraining LR schedule of its own"),
        ("runs: 3", "runs: 0", "expected the fewest runs, 1 or more"),
        ("fail_on: warning", "fail_on: warn", "did you mean 'warning'?"),
        ("fail_on: warning", "fail_on: warning\ntolerance: 5", "expected a"),
    ],
)
def test_a_benchmark_that_nothing_can_pass_or_fail_is_told_about_its_own_mistake(
    desk: Path, old: str, new: str, words: str
) -> None:
    edit(desk / "benchmark.yaml", old, new)
    done = check(desk, str(submission(desk, "random-9x")))
    assert done.exit_code == 2
    assert words in done.output
    assert "benchmark.yaml:" in done.output


def test_a_broken_file_of_baselines_is_told_about_with_its_first_line(desk: Path) -> None:
    edit(desk / "baselines.yaml", "    runs: 5", "    runs: many")
    done = check(desk, str(submission(desk, "random-9x")))
    assert done.exit_code == 2
    assert "its file has errors, the first at" in done.output


def test_accepted_submissions_must_be_sound(desk: Path) -> None:
    home = desk / "accepted"
    shutil.copytree(home / "l1-9x", home / "again")
    done = check(desk, str(submission(desk, "random-9x")))
    assert done.exit_code == 2
    assert "the id 'l1-9x' is taken" in done.output
    (home / "again" / "submission.yaml").write_text("schema: [")
    assert check(desk, str(submission(desk, "random-9x"))).exit_code == 2


def test_when_a_prescribed_schedule_falls_is_no_warning(desk: Path) -> None:
    home = submission(desk, "random-9x")
    for log in home.glob("logs/*.csv"):
        lines = log.read_text().splitlines()
        rising = ["308", "400", "500", "600", "700"]
        rows = [line.split(",") for line in lines[1:]]
        for row, k in zip(rows, rising, strict=False):
            row[4], row[6] = k, f"{100 * int(k) / 899:.2f}"
        log.write_text("\n".join([lines[0], *(",".join(row) for row in rows)]) + "\n")
    done = check(desk, str(home), "--format", "json", "--fail-on", "never")
    found = json.loads(done.stdout)["findings"]
    assert not [one for one in found if one["code"] == "PA411"]


def test_a_benchmark_may_fail_on_errors_only(desk: Path) -> None:
    edit(desk / "benchmark.yaml", "fail_on: warning", "fail_on: error")
    assert check(desk, str(submission(desk, "best-epoch"))).exit_code == 0
    assert check(desk, str(submission(desk, "two-runs"))).exit_code == 1


WAIVER = """\
waivers:
  - {submission: two-runs, codes: [PA806], reason: agreed on, owner: maintainers, until: UNTIL}
"""


def test_a_waiver_lets_a_submission_pass_and_stays_visible(desk: Path) -> None:
    edit(desk / "benchmark.yaml", "tracks:\n", WAIVER.replace("UNTIL", "2999-12-31") + "tracks:\n")
    done = check(desk, str(submission(desk, "two-runs")), "--format", "json")
    assert done.exit_code == 0
    (waived,) = json.loads(done.stdout)["suppressed"]
    assert waived["code"] == "PA806"
    assert waived["suppressed"]["by"] == "waiver of the benchmark"
    assert waived["suppressed"]["owner"] == "maintainers"
    assert waived["suppressed"]["place"]["file"].endswith("benchmark.yaml")
    assert "1 suppressed" in check(desk, str(submission(desk, "two-runs"))).output


def test_a_waiver_that_has_ended_says_so(desk: Path) -> None:
    edit(desk / "benchmark.yaml", "tracks:\n", WAIVER.replace("UNTIL", "2020-12-31") + "tracks:\n")
    done = check(desk, str(submission(desk, "two-runs")))
    assert done.exit_code == 1
    assert "PA811" in done.output
    assert "the waiver for two-runs ended on 2020-12-31" in done.output


def test_a_waiver_for_another_submission_is_nobody_elses_business(desk: Path) -> None:
    edit(desk / "benchmark.yaml", "tracks:\n", WAIVER.replace("UNTIL", "2020-12-31") + "tracks:\n")
    assert check(desk, str(submission(desk, "random-9x"))).exit_code == 0


def test_a_submission_cannot_waive_by_itself(desk: Path) -> None:
    home = submission(desk, "two-runs")
    edit(
        home / "submission.yaml", "    runs: 2", "    runs: 2  # prune-audit: ignore[PA806] please"
    )
    (home / "prune-audit.toml").write_text('fail-on = "never"\nignore = ["PA8"]\n')
    assert check(desk, str(home)).exit_code == 1


def test_two_submissions_of_one_id_are_told_apart_by_neither(desk: Path) -> None:
    home = desk / "submissions" / "good"
    shutil.copytree(home / "random-5x", home / "again")
    done = check(desk, str(home))
    assert done.exit_code == 1
    assert "PA808" in done.output
    assert "PA707" in done.output  # they share their logs as well


def test_an_accepted_submission_may_be_checked_again() -> None:
    assert check(EXAMPLE, str(EXAMPLE / "accepted")).exit_code == 0


def test_links_are_not_followed(desk: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: hunter2\n")
    home = desk / "submissions" / "linked"
    home.mkdir()
    os.symlink(secret, home / "submission.yaml")
    os.symlink(tmp_path, desk / "submissions" / "folder")
    done = check(desk, str(home), str(desk / "submissions" / "folder" / "submission.yaml"))
    assert done.exit_code == 1
    assert "is a symbolic link" in done.output
    assert "hunter2" not in done.output
    whole = check(desk, str(desk / "submissions"), "--format", "jsonl")
    assert "submissions/folder is a symbolic link" in whole.output
    assert "hunter2" not in whole.output


def test_a_claim_without_submission_is_a_finding(desk: Path) -> None:
    home = submission(desk, "two-runs")
    text = (home / "submission.yaml").read_text(encoding="utf-8")
    (home / "submission.yaml").write_text(text[: text.index("submission:\n")])
    done = check(desk, str(home))
    assert done.exit_code == 1
    assert "has no key 'submission'" in done.output


def test_a_broken_submission_does_not_hide_the_others(desk: Path) -> None:
    (submission(desk, "two-runs") / "submission.yaml").write_text("schema: [")
    done = check(desk, str(submission(desk, "two-runs")), str(submission(desk, "random-9x")))
    assert done.exit_code == 1
    assert "random-9x on resnet8-9x: no findings" in done.output


def test_submissions_are_never_walked_as_claims() -> None:
    done = CliRunner().invoke(app, ["check", str(EXAMPLE / "submissions")])
    assert done.exit_code == 4
    assert "--benchmark" in done.output


def test_a_safetensors_checkpoint_is_measured_without_torch() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "prune_audit", "check", "--benchmark",
         str(EXAMPLE / "benchmark.yaml"), str(submission(EXAMPLE, "random-9x"))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "prune_audit.evidence.gather" in imported
    assert "torch" not in imported
    assert "8.863x" in done.stdout
