"""The comment on a pull request."""

import re
from collections.abc import Callable

import markdown_it
import pytest

from prune_audit.audit import Report
from prune_audit.findings import Finding
from prune_audit.places import Place
from prune_audit.reports import FORMATS, Look
from prune_audit.reports.comment import LIMIT, MARK
from prune_audit.reports.inert import code, plain

render = FORMATS["comment"]
UNFAIR = {"retraining.epochs": "60", "retraining.lr": "0:1e-2,30:1e-3"}


def html(text: str) -> str:
    """Return what a parser of CommonMark with tables makes of a comment."""
    shown: str = markdown_it.MarkdownIt("commonmark").enable("table").render(text)
    return shown


def test_mark_counts_and_findings_by_rule(small: Report) -> None:
    assert (
        render(small, Look())
        == """\
<!-- prune-audit -->
### prune-audit: ❌ 1 error

0 files, no pairs; 1 error, 1 warning, 1 note

<details open><summary>❌ PA104 speedup-mismatch: 1 error</summary>

- `claims/a b.yaml:7` 2.00x cannot be 4.09G / 2.50G; *fix:* check the MACs

</details>

<details><summary>⚠️ PA402 small-initial-lr: 1 warning</summary>

- `claims/a b.yaml:5` retraining starts at 1e-3

</details>

<details><summary>ℹ️ PA010 unused-entry: 1 note</summary>

- `./claims/b.yaml:2` no result uses the base model 'b'

</details>
"""
    )


def test_no_finding_is_said_at_once(empty: Report) -> None:
    assert render(empty, Look()) == (
        "<!-- prune-audit -->\n### prune-audit: ✅ no findings\n\n"
        "0 files, no pairs; 0 errors, 0 warnings, 0 notes\n"
    )


def test_suppressed_findings_stay_in_sight(waived: Report) -> None:
    assert (
        "<details open><summary>1 suppressed finding</summary>\n\n"
        "- `claims/a b.yaml:7` PA104 3.00x cannot be 4.09G / 2.50G; *suppressed by* comment, Ada, "
        "until 2030-01-31: as printed\n"
    ) in render(waived, Look())


def test_verdicts_are_a_table(write: Callable[..., str], report_on: Callable[..., Report]) -> None:
    shown = render(report_on(write({}, UNFAIR), select="PA301"), Look())
    assert (
        "\nVerdicts on 1 pair\n\n"
        "| comparison | against | setup | verdict | statement | decided by |\n"
        "|---|---|---|---|---|---|\n"
        "| ours | `other` | S2 | unfair | not attributable | retraining epochs: 90 / 60 |\n"
    ) in shown
    assert html(shown).count("<td>") == 6


def test_a_file_that_was_not_read_is_named(report_on: Callable[..., Report]) -> None:
    shown = render(report_on("schema: 1\n"), Look())
    assert "\nNot read:\n\n- a.yaml has 2 errors and was not read; " in shown


def test_hostile_text_stays_text(hostile: Report) -> None:
    shown = html(render(hostile, Look()))
    tags = set(re.findall(r"</?(\w+)", shown.replace("<!--", "")))
    assert tags <= {"h3", "p", "details", "summary", "ul", "li", "code", "em"}
    outside = re.sub(r"<code>.*?</code>", "", shown)
    assert not re.search(r"(?a)(?<!\w)@\w|#\d|://|www\.|:tada:|@evil\.org", outside)
    assert "\u202e" not in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@user", "@\u200buser"),
        ("row@30 of a.yaml#row", "row@30 of a.yaml#\u200brow"),
        ("a@b.org", "a@\u200bb.org"),
        ("é@user", "é@\u200buser"),
        ("#1 !2 GH-3", "#\u200b1 !\u200b2 GH\u200b-3"),
        ("https://x.org www.x.org", "https:\u200b//x.org www\u200b.x.org"),
        (":smile: 0:1e-2,30:1e-3", ":\u200bsmile: 0:1e-2,30:1e-3"),
        ("a | b <b> *c* [d](e) `f` _g_", "a \\| b \\<b\\> \\*c\\* \\[d\\](e) \\`f\\` \\_g\\_"),
        ("5 % apart, $x$", "5 % apart, &#36;x&#36;"),
    ],
)
def test_what_would_be_markup_or_a_link_is_text(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_code_cannot_be_left() -> None:
    assert code("a`b|c\n@user") == "`a b c @user`"


def test_a_comment_is_never_too_long(many: Report) -> None:
    shown = render(many, Look())
    assert len(shown.encode()) <= LIMIT < 65536
    assert shown.startswith(MARK)
    shown_entries = shown.count("\n- ")
    last = shown.splitlines()[-1]
    assert last == (
        f"{2000 - shown_entries} more entries left out for length; "
        "run `prune-audit check` to see all."
    )
    assert shown.count("<details") == shown.count("</details>") == 1


def test_letters_of_several_bytes_count_as_such(
    make: Callable[..., Report], an_error: Callable[..., Finding]
) -> None:
    report = make(
        *(an_error(message="\U0001f4a5" * 5000, anchors=(Place("a", n + 1),)) for n in range(90))
    )
    assert len(render(report, Look()).encode()) <= LIMIT


def test_verdicts_leave_room_for_findings(seed: Report) -> None:
    shown = render(seed, Look())
    assert "Verdicts on 127 pairs</summary>" in shown
    assert shown.count("<details") == shown.count("</details>")
    assert all(finding.code in shown for finding in seed.findings)
