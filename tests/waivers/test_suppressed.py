"""What comments and tables take out of a report, and what they cannot."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from prune_audit import RULES, Settings, audit, gather, load_text
from prune_audit.findings import SuppressedBy
from prune_audit.places import Place
from prune_audit.waivers.apply import suppress
from prune_audit.waivers.gather import waived
from prune_audit.waivers.suppression import Matching, Suppression

Check = Callable[..., tuple[list[str], list[dict[str, Any]]]]
Run = Callable[..., Result]
DROP = "drop: 1.97"


def behind(claim: str, comment: str) -> str:
    return claim.replace(DROP, f"{DROP}  # prune-audit: {comment}")


# comments


def test_a_suppressed_finding_does_not_fail_and_stays_visible(
    claim: str, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(claim, encoding="utf-8")
    assert run("check", path).exit_code == 1
    path.write_text(behind(claim, "ignore[PA101] the drop of table 2"), encoding="utf-8")
    done = run("check", path)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1].endswith("0 errors, 0 warnings, 0 notes, 1 suppressed")
    assert run("check", path, "--format", "concise").stdout == "1 suppressed\n"


def test_json_says_who_suppressed_what_and_why(claim: str, report_on: Check) -> None:
    _, suppressed = report_on(
        behind(claim, "ignore[PA101] (owner: ann, until: 2999-12-31) - asked the authors")
    )
    assert [one["code"] for one in suppressed] == ["PA101"]
    why = suppressed[0]["suppressed"]
    assert (why["by"], why["reason"]) == ("comment", "asked the authors")
    assert (why["owner"], why["until"], why["place"]["line"]) == ("ann", "2999-12-31", 17)


@pytest.mark.parametrize("word", ["PA101", "pa101", "drop-mismatch", "PA102, PA101"])
def test_codes_and_names_are_known(claim: str, report_on: Check, word: str) -> None:
    found, suppressed = report_on(behind(claim, f"ignore[{word}] a reason"))
    assert ("PA101" in found, len(suppressed)) == (False, 1)


def test_a_comment_acts_on_every_anchor_of_a_finding(claim: str, report_on: Check) -> None:
    # PA101 also rests on the accuracy of the base model
    text = claim.replace("top1: 76.13", "top1: 76.13  # prune-audit: ignore[PA101] a reason")
    assert report_on(text)[0] == []


def test_a_comment_on_another_line_does_not_act(claim: str, report_on: Check) -> None:
    text = claim.replace("2.31x", "2.31x  # prune-audit: ignore[PA101] a reason")
    assert report_on(text)[0] == ["PA101", "PA901"]


def test_a_comment_of_another_rule_does_not_act(claim: str, report_on: Check) -> None:
    assert report_on(behind(claim, "ignore[PA102] a reason"))[0] == ["PA101", "PA901"]


def test_a_comment_in_a_value_does_not_act(claim: str, report_on: Check) -> None:
    text = claim.replace("title: A title", 'title: "# prune-audit: ignore-file[PA1] reason"')
    assert report_on(text)[0] == ["PA101"]


def test_a_file_can_name_a_family_in_its_first_comment_lines(claim: str, report_on: Check) -> None:
    head = "# a paper\n# prune-audit: ignore-file[PA1] all drops are those of table 2\n"
    found, suppressed = report_on(head + claim)
    assert (found, len(suppressed)) == ([], 1)
    assert report_on(claim + head)[0] == ["PA101", "PA905"]


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("ignore[PA101]", "PA902"),
        ("ignore[PA101] (owner: ann)", "PA902"),
        ("ignore[PA101] (until: 2020-01-01) a reason", "PA903"),
        ("ignore[PA999] a reason", "PA904"),
        ("ignore[PA1] a reason", "PA905"),
        ("ignore PA101 a reason", "PA905"),
        ("ignore[PA101] (until: soon) a reason", "PA905"),
        ("ignore[PA901] a reason", "PA908"),
        ("ignore[PA001] a reason", "PA908"),
    ],
)
def test_a_faulty_comment_is_a_finding_and_does_not_act(
    claim: str, report_on: Check, comment: str, code: str
) -> None:
    assert report_on(behind(claim, comment)) == (["PA101", code], [])


def test_an_unknown_code_is_found_beside_a_known_one_that_acts(
    claim: str, report_on: Check
) -> None:
    found, suppressed = report_on(behind(claim, "ignore[PA101, drop-missmatch] a reason"))
    assert (found, len(suppressed)) == (["PA904"], 1)


def test_a_file_that_is_not_read_cannot_be_made_to_look_clean(
    claim: str, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "a.yaml"
    text = claim.replace("venue:", "vneue:").replace("\nbase", "\n\nbase")
    path.write_text(f"# prune-audit: ignore-file[PA0] a reason\n{text}", encoding="utf-8")
    (tmp_path / "prune-audit.toml").write_text(
        '[[suppress]]\ncodes = ["PA005", "PA006"]\nreason = "known"\n', encoding="utf-8"
    )
    done = run("check", path, "--format", "concise")
    assert done.exit_code == 1
    assert "PA005" in done.stdout
    assert "PA005 cannot be suppressed: its finding leaves the file unread" in done.stdout


def test_suppressions_change_no_verdict(unfair: Path, run: Run) -> None:
    before = run("check", unfair).stdout
    text = unfair.read_text(encoding="utf-8")
    head = "# prune-audit: ignore-file[PA2, PA3, PA4] known\n"
    unfair.write_text(head + text, encoding="utf-8")
    done = run("check", unfair)
    assert done.exit_code == 0
    assert "1 unfair" in before.splitlines()[-1]
    assert "1 unfair" in done.stdout.splitlines()[-1]


def test_no_suppress_shows_everything(claim: str, report_on: Check) -> None:
    text = behind(claim, "ignore[PA101] a reason")
    assert report_on(text, "--no-suppress") == (["PA101"], [])
    assert report_on(behind(claim, "nonsense"), "--no-suppress") == (["PA101"], [])


# what is unused


def test_a_rule_that_was_not_selected_leaves_no_suppression_unused(
    claim: str, report_on: Check
) -> None:
    text = claim.replace(DROP, "drop: 0.97  # prune-audit: ignore[PA101] a reason")
    assert report_on(text)[0] == ["PA901"]
    assert report_on(text, "--select", "PA3")[0] == []
    assert report_on(text, "--ignore", "PA101")[0] == []


def test_rules_that_need_more_than_this_run_had_leave_no_suppression_unused(
    claim: str, report_on: Check
) -> None:
    wanting = [rule.code for rule in RULES if rule.scope in ("corpus", "evidence", "entrant")]
    assert wanting
    text = claim.replace(DROP, f"drop: 0.97  # prune-audit: ignore[{', '.join(wanting)}] a reason")
    assert report_on(text)[0] == []


def test_one_finding_leaves_no_suppression_that_covers_it_unused(
    claim: str, tmp_path: Path, report_on: Check
) -> None:
    (tmp_path / "prune-audit.toml").write_text(
        '[[suppress]]\ncode = "PA101"\nreason = "known"\n', encoding="utf-8"
    )
    found, suppressed = report_on(behind(claim, "ignore[PA101] a reason"))
    assert (found, suppressed[0]["suppressed"]["by"]) == ([], "comment")


def test_a_table_is_unused_only_where_all_its_files_were_checked(
    claim: str, tmp_path: Path, run: Run
) -> None:
    (tmp_path / "prune-audit.toml").write_text(
        '[[suppress]]\ncode = "PA101"\nfiles = "*.yaml"\nreason = "known"\n', encoding="utf-8"
    )
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(claim.replace("1.97", "0.97"), encoding="utf-8")
    assert "PA901" not in run("check", tmp_path / "a.yaml").stdout
    assert "PA901" in run("check", tmp_path).stdout


def test_findings_about_suppressions_are_new_in_ruleset_2(claim: str, report_on: Check) -> None:
    text = behind(claim, "ignore[PA102] a reason")
    assert report_on(text, "--ruleset", "1")[0] == ["PA101"]


# tables


@pytest.mark.parametrize(
    ("keys", "acts"),
    [
        ('files = "*.yaml"', True),
        ('files = ["b.yaml", "./a.yaml"]', True),
        ('files = "**/a.yaml"', True),
        ('files = "below/*.yaml"', False),
        ('files = "b.yaml"', False),
        ('pointer = "results.ours.*"', True),
        ('pointer = "base_models.*.top1"', True),
        ('pointer = "results.theirs.*"', False),
        ("until = 2999-01-01", True),
        ("until = 2020-01-01", False),
    ],
)
def test_a_table_acts_where_it_says(
    claim: str, tmp_path: Path, report_on: Check, keys: str, acts: bool
) -> None:
    (tmp_path / "prune-audit.toml").write_text(
        f'[[suppress]]\ncodes = ["PA1"]\nreason = "known"\n{keys}\n', encoding="utf-8"
    )
    found, suppressed = report_on(claim)
    assert ("PA101" not in found) is acts
    assert [one["suppressed"]["by"] for one in suppressed] == (["configuration"] if acts else [])


def test_a_pattern_is_relative_to_the_configuration(claim: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "a.yaml").write_text(claim, encoding="utf-8")
    (tmp_path / "prune-audit.toml").write_text(
        '[[suppress]]\ncode = "PA101"\nfiles = "claims/"\nreason = "known"\n', encoding="utf-8"
    )
    assert run("check", tmp_path / "claims").exit_code == 0


# the functions


def test_the_last_day_of_a_suppression_is_its_own() -> None:
    report = audit(gather([load_text("x: 1\n", "a.yaml")]), RULES, Settings())
    one = Suppression(
        ("PA101",), Matching(Path("/nowhere")), Place("b.toml"), SuppressedBy.WAIVER, "a reason",
        until=date(2026, 5, 1),
    )  # fmt: skip

    def codes(today: date) -> set[str]:
        return {finding.code for finding in suppress(report, [one], today).findings}

    assert "PA903" not in codes(date(2026, 5, 1))
    assert "PA903" in codes(date(2026, 5, 2))


def test_a_waiver_of_a_benchmark_suppresses_and_comments_can_be_left_out(claim: str) -> None:
    text = behind(claim, "ignore[PA101] the author's own reason")
    report = audit(gather([load_text(text, "a.yaml")]), RULES, Settings())
    where = Matching(Path.cwd(), ("a.yaml",))
    waiver = Suppression(("PA101",), where, Place("b.yaml", 3), SuppressedBy.WAIVER, "agreed")
    done = suppress(report, [waiver], date(2026, 1, 1))
    assert done.findings == ()
    assert [(one.by, one.reason) for one in done.suppressed] == [(SuppressedBy.WAIVER, "agreed")]
    assert report.suppressed == ()


def test_without_any_suppression_a_report_stays_the_same(claim: str) -> None:
    report = audit(gather([load_text(claim, "a.yaml")]), RULES, Settings())
    assert waived(report, (), None, date(2026, 1, 1)) is report
