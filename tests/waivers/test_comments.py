"""Which comments a YAML text holds, and that nothing else is taken for one."""

import json
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.load import load_text
from prune_audit.waivers.comments import comments
from prune_audit.waivers.written import from_comments

OURS = "# prune-audit: ignore[PA101] a reason"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LINES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def targets(text: str) -> list[int]:
    return [comment.target for comment in comments(text)]


def test_a_comment_behind_a_value_speaks_of_its_line() -> None:
    assert targets(f"a: 1\nb: 2  {OURS}\n") == [2]


def test_a_comment_on_its_own_speaks_of_the_next_line_that_is_no_comment() -> None:
    assert targets(f"a: 1\n{OURS}\n# another\n\n  # third\nb: 2\n") == [6]


def test_a_comment_at_the_end_speaks_of_no_line() -> None:
    assert targets(f"a: 1\n{OURS}") == [0]


def test_a_comment_inside_braces_is_one() -> None:
    assert targets(f"a: [1,  {OURS}\n  2]  {OURS}\n") == [1, 2]


def test_a_comment_behind_the_head_of_a_block_text_is_one() -> None:
    assert targets(f"a: |  {OURS}\n  text\nb: 1\n") == [1]


def test_a_byte_order_mark_and_other_line_ends_do_not_shift_lines() -> None:
    assert targets(f"\ufeffa: 1\r\nb: 2  {OURS}\r\n") == [2]
    assert targets(f"a: 1\u2028b: 2\x85c: 3  {OURS}\n") == [3]


def test_only_comments_that_begin_with_the_name_are_for_the_tool() -> None:
    assert comments(f"a: 1  # see {OURS}\n# prune-audit is a tool\n# prune-audit checks\n") == ()


@pytest.mark.parametrize("text", ["", "# prune-audit:", "a: [", "\x00 # prune-audit:", "\ud800#"])
def test_what_is_no_yaml_has_no_comments_and_is_no_error(text: str) -> None:
    comments(text)


@pytest.mark.parametrize(
    "value",
    [
        json.dumps(f"text {OURS}"),
        f"'text {OURS}'",
        f'"first\n  {OURS}\n  last"',
        f"|\n  text\n  {OURS}\n\n  {OURS}",
        f">-\n  {OURS}",
        f"text{OURS}",
        f"[a, '{OURS}', \"{OURS}\"]",
    ],
)
def test_a_comment_inside_a_value_never_acts(value: str) -> None:
    assert comments(f"a: {value}\nb: 1\n") == ()


@given(LINES, LINES)
def test_no_text_in_quotes_holds_a_comment(before: str, after: str) -> None:
    inner = json.dumps(f"{before} {OURS}{after}")
    single = f"{before} {OURS}{after}".replace("'", "''")
    assert comments(f"a: {inner}\n") == ()
    assert comments(f"a: '{single}'\n") == ()


@given(st.lists(st.sampled_from(["text", OURS, "", "a: b", "'", '"', "- x"]), max_size=6))
def test_no_block_text_holds_a_comment(lines: list[str]) -> None:
    block = "".join(f"  {line}\n" for line in ["text", *lines])
    assert targets(f"a: |\n{block}b: 1  {OURS}\n") == [len(lines) + 3]


PIECES = st.sampled_from(
    ["a: 1", " ", "\n", "\t", "#", OURS, "'", '"', "|", ">", "[", "]", "{", "}", "- ", ": ", "\r",
     "\u2028", "\ufeff", "---", "%", "&a", "*a", "# prune-audit: ignore[", "PA101", "](until: 2"],
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=20).map("".join)))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    for comment in comments(text + OURS):
        assert comment.line >= 1
        assert comment.target == 0 or comment.target >= comment.line


@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_comment_becomes_a_suppression_or_a_problem(rest: str) -> None:
    line = rest.replace("\n", " ").replace("\r", " ").replace("\u2028", " ")
    loaded = load_text(f"a: 1 # prune-audit: {line}\n", "a.yaml")
    found, faults = from_comments([loaded])
    assert len(found) + len(faults) == 1


def scalars(text: str) -> list[str]:
    return [
        event.value for event in yaml.parse(text, LOADER) if isinstance(event, yaml.ScalarEvent)
    ]


@given(st.lists(PIECES, max_size=25).map("".join))
def test_taking_a_comment_out_changes_no_value(text: str) -> None:
    plain = text.removeprefix("\ufeff")
    for comment in comments(text):
        parts = re.split("(\r\n|[\n\r\x85\u2028\u2029])", plain)
        # every second part is a line end
        at = 2 * (comment.line - 1)
        parts[at] = parts[at][: comment.column - 1]
        assert scalars("".join(parts)) == scalars(plain)
