"""The baseline: known by values and not by lines, counted, and never silent about what is gone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def slip(tmp_path: Path, claim: str) -> Path:
    path = tmp_path / "claims" / "a.yaml"
    path.parent.mkdir()
    path.write_text(claim, encoding="utf-8")
    return path


@pytest.fixture
def baseline(slip: Path, tmp_path: Path, run: Run) -> Path:
    path = tmp_path / "baseline.json"
    assert run("baseline", "write", slip, "--output", path).exit_code == 0
    return path


def change(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def last_line(done: Result) -> str:
    return done.stdout.splitlines()[-1]


def test_known_findings_pass_and_are_counted(slip: Path, baseline: Path, run: Run) -> None:
    done = run("check", slip, "--baseline", baseline)
    assert done.exit_code == 0
    assert last_line(done).endswith("1 suppressed; against the baseline 0 new, 1 existing, "
                                    "0 resolved")  # fmt: skip
    data = json.loads(run("check", slip, "--baseline", baseline, "--format", "json").stdout)
    assert data["baseline"] == {"new": 0, "existing": 1, "resolved": 0}
    assert data["suppressed"][0]["suppressed"]["by"] == "baseline"


def test_lines_may_move(slip: Path, baseline: Path, run: Run) -> None:
    change(slip, "results:", "# a comment\n\nresults:")
    change(slip, "    drop: 1.97\n", "")
    change(slip, "    method:", "    drop: 1.97\n    method:")
    assert run("check", slip, "--baseline", baseline).exit_code == 0


@pytest.mark.parametrize(("old", "new"), [("1.97", "2.97"), ("  ours:", "  mine:")])
def test_other_values_and_other_rows_are_new(
    slip: Path, baseline: Path, run: Run, old: str, new: str
) -> None:
    change(slip, old, new)
    done = run("check", slip, "--baseline", baseline)
    assert done.exit_code == 1
    assert last_line(done).endswith("against the baseline 1 new, 0 existing, 1 resolved")


def test_a_baseline_is_the_same_from_every_folder(
    slip: Path, baseline: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(slip.parent)
    assert run("check", "a.yaml", "--baseline", "../baseline.json").exit_code == 0
    before = baseline.read_bytes()
    assert run("baseline", "write", ".", "--output", "../baseline.json").exit_code == 0
    assert baseline.read_bytes() == before
    assert json.loads(before)["findings"][0]["file"] == "claims/a.yaml"


def test_equal_findings_are_counted(slip: Path, tmp_path: Path, run: Run) -> None:
    # two comparisons that cannot be told apart by what they say
    path, target = slip.with_name("b.yaml"), tmp_path / "b.json"
    twice = "comparisons:\n" + '  - {ours: ours, against: [other], statement: "better"}\n' * 2
    text = slip.read_text(encoding="utf-8").replace("1.97", "0.97")
    row = (
        text[text.index("  ours:") :]
        .replace("  ours:", "  other:")
        .replace("epochs: 90", "epochs: 60")
    )
    row = row.replace("0:1e-2,30:1e-3,60:1e-4,75:1e-5", "0:1e-2,30:1e-3")
    path.write_text(text + row + twice, encoding="utf-8")
    run("baseline", "write", path, "--select", "PA301", "--output", target)
    entries = json.loads(target.read_text(encoding="utf-8"))["findings"]
    assert [entry["count"] for entry in entries] == [2]
    options = ("--select", "PA301", "--baseline", target)
    assert run("check", path, *options).exit_code == 0
    path.write_text(text + row + twice + twice.partition("\n")[2], encoding="utf-8")
    done = run("check", path, *options)
    assert (done.exit_code, "2 new, 2 existing" in last_line(done)) == (1, True)


def test_a_mended_finding_is_resolved_and_pruned(slip: Path, baseline: Path, run: Run) -> None:
    change(slip, "1.97", "0.97")
    done = run("check", slip, "--baseline", baseline)
    assert done.exit_code == 0
    assert "PA906" in done.stdout
    assert last_line(done).endswith("against the baseline 0 new, 0 existing, 1 resolved")
    assert run("baseline", "prune", slip, baseline).exit_code == 0
    assert json.loads(baseline.read_text(encoding="utf-8"))["findings"] == []
    assert "PA906" not in run("check", slip, "--baseline", baseline).stdout


def test_pruning_adds_nothing_and_leaves_a_current_baseline_as_it_is(
    slip: Path, baseline: Path, run: Run
) -> None:
    before = baseline.read_bytes()
    slip.with_name("b.yaml").write_bytes(slip.read_bytes())
    done = run("baseline", "prune", slip.parent, baseline)
    assert (done.exit_code, done.stderr) == (0, "0 resolved, 1 left\n")
    assert baseline.read_bytes() == before


def test_what_this_run_did_not_look_for_is_not_resolved(
    slip: Path, baseline: Path, claim: str, run: Run
) -> None:
    other = slip.with_name("b.yaml")
    other.write_text(claim.replace("1.97", "0.97"), encoding="utf-8")
    for arguments in (
        (other,),
        (slip, "--select", "PA3"),
        (slip, "--ruleset", "1", "--ignore", "PA1"),
    ):
        done = run("check", *arguments, "--baseline", baseline)
        assert last_line(done).endswith("0 existing, 0 resolved"), arguments
        prune = run("baseline", "prune", *arguments, baseline)
        assert prune.stderr == "0 resolved, 1 left\n"


def test_a_file_that_cannot_be_read_resolves_nothing_and_is_never_known(
    slip: Path, baseline: Path, run: Run
) -> None:
    change(slip, "venue:", "vneue:")
    done = run("check", slip, "--baseline", baseline)
    assert done.exit_code == 1
    assert last_line(done).endswith("0 existing, 0 resolved")
    written = run("baseline", "write", slip, "--output", baseline)
    assert "0 findings in the baseline; still to be mended" in written.stderr
    assert "PA005" in written.stderr


def test_entries_of_a_file_that_is_gone_are_resolved(
    slip: Path, baseline: Path, claim: str, run: Run
) -> None:
    other = slip.with_name("b.yaml")
    other.write_text(claim.replace("1.97", "0.97"), encoding="utf-8")
    slip.unlink()
    assert last_line(run("check", other, "--baseline", baseline)).endswith("1 resolved")


def test_a_finding_that_a_comment_suppresses_still_occurs(
    slip: Path, baseline: Path, run: Run
) -> None:
    change(slip, "drop: 1.97", "drop: 1.97  # prune-audit: ignore[PA101] a reason")
    done = run("check", slip, "--baseline", baseline)
    assert (done.exit_code, "PA906" in done.stdout) == (0, False)
    assert last_line(done).endswith("0 new, 0 existing, 0 resolved")


def test_findings_about_suppressions_are_always_new(slip: Path, baseline: Path, run: Run) -> None:
    change(slip, "drop: 1.97", "drop: 1.97  # prune-audit: ignore[PA101]")
    run("baseline", "write", slip, "--output", baseline)
    assert "PA9" not in baseline.read_text(encoding="utf-8")
    assert run("check", slip, "--baseline", baseline).exit_code == 1


def test_the_baseline_of_a_configuration_is_used(
    slip: Path, baseline: Path, tmp_path: Path, run: Run
) -> None:
    (tmp_path / "prune-audit.toml").write_text('baseline = "baseline.json"\n', encoding="utf-8")
    assert run("check", slip).exit_code == 0
    assert run("check", slip, "--isolated").exit_code == 1
    assert run("check", slip, "--no-suppress").exit_code == 1
    baseline.unlink()
    assert run("check", slip).exit_code == 2
    assert run("baseline", "write", slip).exit_code == 0
    assert run("check", slip).exit_code == 0


BAD: dict[str, str | bytes] = {
    "text": "no json",
    "empty": "",
    "list": "[]",
    "newer": '{"prune-audit baseline": 2, "findings": []}',
    "truth": '{"prune-audit baseline": true}',
    "no findings": '{"prune-audit baseline": 1}',
    "entry": '{"prune-audit baseline": 1, "findings": [3]}',
    "deep": "[" * 100_000,
    "digits": '{"prune-audit baseline": ' + "9" * 10_000 + "}",
    "bytes": b"\xff\xfe",
}
ENTRY: dict[str, object] = {
    "file": "a.yaml",
    "code": "PA101",
    "pointers": [],
    "values": [],
    "count": 1,
}
WRONG: dict[str, dict[str, object]] = {
    "count": {"count": 0}, "half": {"count": 1.5}, "yes": {"count": True}, "file": {"file": None},
    "values": {"values": [1]}, "code": {"code": "\x1b[31m"}, "surrogate": {"file": "\ud800"},
}  # fmt: skip
for name, wrong in WRONG.items():
    BAD[name] = json.dumps({"prune-audit baseline": 1, "findings": [{**ENTRY, **wrong}]})
BAD["twice"] = json.dumps({"prune-audit baseline": 1, "findings": [ENTRY, ENTRY]})


@pytest.mark.parametrize("kind", BAD)
def test_a_corrupt_baseline_is_a_clear_error(
    slip: Path, tmp_path: Path, run: Run, kind: str
) -> None:
    path = tmp_path / "bad.json"
    data = BAD[kind]
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    for arguments in (("check", slip, "--baseline", path), ("baseline", "prune", slip, path)):
        done = run(*arguments)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "bad.json" in done.stderr


def test_a_missing_baseline_says_how_to_make_one(slip: Path, tmp_path: Path, run: Run) -> None:
    done = run("check", slip, "--baseline", tmp_path / "none.json")
    assert done.exit_code == 2
    assert "prune-audit baseline write" in done.stderr


def test_a_file_that_is_no_baseline_is_never_written_over(slip: Path, run: Run) -> None:
    before = slip.read_bytes()
    done = run("baseline", "write", slip, "--output", slip)
    assert (done.exit_code, slip.read_bytes()) == (2, before)
    assert "is no baseline" in done.stderr


def test_a_baseline_needs_files_and_a_name(slip: Path, tmp_path: Path, run: Run) -> None:
    assert run("baseline", "write", slip).exit_code == 2
    (tmp_path / "empty").mkdir()
    assert run("baseline", "write", tmp_path / "empty", "--output", "b.json").exit_code == 4
    assert run("baseline", "write", tmp_path / "none.yaml", "--output", "b.json").exit_code == 2


def test_no_suppress_and_a_baseline_exclude_each_other(
    slip: Path, baseline: Path, run: Run
) -> None:
    done = run("check", slip, "--no-suppress", "--baseline", baseline)
    assert (done.exit_code, "exclude each other" in done.stderr) == (2, True)


def test_a_report_is_not_written_over_the_baseline(slip: Path, baseline: Path, run: Run) -> None:
    assert run("check", slip, "--baseline", baseline, "--output", baseline).exit_code == 2
