"""YAML is read as text with places: nothing is resolved, nothing indirect or endless gets in."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from prune_audit import yamltext
from prune_audit.filetext import RefusedError
from prune_audit.problems import Problem
from prune_audit.yamltext import Mapping, Node, Scalar, Sequence, parse

YAMLISH = st.text("ab:-?,[]{}&*!|>'\"%@#~\n \t\r0.<=\\\u2028\u0085\ufeff\x00é", max_size=60)


def values(text: str) -> dict[str, str]:
    root, _ = parse(text, "a.yaml")
    assert isinstance(root, Mapping)
    return {key: node.text for key, (_, node) in root.items.items() if isinstance(node, Scalar)}


def refusal(text: str) -> Problem:
    with pytest.raises(RefusedError) as refused:
        parse(text, "a.yaml")
    return refused.value.problem


def scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    else:
        for _, item in node.items.values():
            yield from scalars(item)


@pytest.mark.parametrize(
    "trap",
    [
        *(
            "1e-2",
            "1:30",
            "on",
            "yes",
            "no",
            "y",
            "true",
            "2301.05219",
            "2012.09240",
            "0777",
            "0o17",
        ),
        *(
            "1_000",
            "~",
            "null",
            "Null",
            "0x1F",
            ".inf",
            ".nan",
            "2021-01-01",
            "12:30:45",
            "=",
            "76.10",
        ),
        *("+1", "-0", "1.", "\u221276", "75.24\u00b10.38", "a b", "none"),
    ],
)
def test_a_plain_word_stays_what_was_written(trap: str) -> None:
    assert values(f"key: {trap}\nlist: [{trap}]\n")["key"] == trap


def test_keys_stay_what_was_written() -> None:
    assert [*values("on: 1\n2021: 2\n1e2: 3\nnull: 4\n~: 5\n")] == [
        "on",
        "2021",
        "1e2",
        "null",
        "~",
    ]


def test_quotes_and_blocks_are_told_from_plain_words() -> None:
    root, _ = parse("[plain, 'single', \"double\"]\n", "a.yaml")
    assert [scalar.plain for scalar in scalars(root)] == [True, False, False]
    block, _ = parse("a: |\n  text\n", "a.yaml")
    assert [scalar.plain for scalar in scalars(block)] == [False]


def test_every_value_knows_its_line_column_and_keys() -> None:
    root, _ = parse("a:\n  b: [1, {c: x}]\n", "f.yaml")
    places = [(s.text, s.place.line, s.place.column, s.place.pointer) for s in scalars(root)]
    assert places == [("1", 2, 7, "a.b[0]"), ("x", 2, 14, "a.b[1].c")]
    assert str(next(scalars(root)).place) == "f.yaml:2:7"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_counts_as_one_line(end: str) -> None:
    root, _ = parse(f"a: 1{end}{end}b: 2{end}", "a.yaml")
    assert [scalar.place.line for scalar in scalars(root)] == [1, 3]


def test_the_places_in_the_shipped_claims_are_where_the_words_stand(claims: Path) -> None:
    for path in sorted(claims.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        lines = text.split("\n")
        for scalar in scalars(parse(text, path.name)[0]):
            if scalar.plain and "\n" not in scalar.text:
                line = lines[scalar.place.line - 1][scalar.place.column - 1 :]
                assert line.split()[:1] == scalar.text.split()[:1] or line.startswith(scalar.text)


def test_a_duplicate_key_is_reported_with_both_places_and_the_first_is_kept() -> None:
    root, problems = parse("a: 1\nb: {c: 2, c: 3}\na: 4\n", "a.yaml")
    assert [scalar.text for scalar in scalars(root)] == ["1", "2"]
    found = [(p.code, [(place.line, place.column) for place in p.anchors]) for p in problems]
    assert found == [("PA004", [(2, 11), (2, 5)]), ("PA004", [(3, 1), (1, 1)])]
    assert "'a' stands twice, first in line 1" in problems[1].message


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("a: &x 1\n", "anchor &x", 1),
        ("a: 1\nb: *x\n", "alias *x", 2),
        ("&x a: 1\n", "anchor &x", 1),
        ("*x : 1\n", "alias *x", 1),
        ("a: &x {b: 1}\n", "anchor &x", 1),
        ("a: !!str 1\n", "tag tag:yaml.org,2002:str", 1),
        ("a: !<tag:x> [1]\n", "tag tag:x", 1),
        ("a: !!python/object/apply:os.system [ls]\n", "tag tag:yaml.org,2002:python", 1),
        ("a: ! x\n", "tag !", 1),
        ("b:\n  <<: {a: 1}\n", "merge key <<", 2),
        ("a: 1\n---\nb: 2\n", "several documents", 2),
        ("--- a\n...\n--- b\n", "several documents", 3),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "anchor &a", 1),
    ],
)
def test_indirection_is_refused_with_its_place(text: str, words: str, line: int) -> None:
    problem = refusal(text)
    assert problem.code == "PA003"
    assert words in problem.message
    assert problem.anchors[0].line == line
    assert problem.fix


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("", "the file is empty", (1, 1)),
        ("\n# only a comment\n", "the file is empty", (1, 1)),
        ("a: b: c\n", "mapping values are not allowed", (1, 5)),
        ("a: [1, 2\nb: 3\n", "while parsing a flow sequence", (2, 2)),
        ("a:\n\t- 1\n", "a tab stands here; indent with spaces", (2, 1)),
        ("a:\n  b: 1\n\tc: 2\n", "a tab stands here; indent with spaces", (3, 1)),
        ("a: 1\r\nruns: >=3\r\n", 'write ">=3" in quotes', (2, 8)),
        ("a: {\u00e9: {runs: >=3}}\n", 'write ">=3" in quotes', (1, 15)),
        ("epochs: >0\n", 'write ">0" in quotes', (1, 10)),
        ("epochs: >3\n", "> starts a block text in YAML here", (1, 9)),
        ("a: 'x\n", "while scanning a quoted scalar", (2, 1)),
        ("a: @x\n", "cannot start any token", (1, 4)),
        ("[a]: 1\n", "a key must be a word", (1, 1)),
        ("? {a: 1}\n: 2\n", "a key must be a word", (1, 3)),
        ("ab\x07c: 1\n", "invisible character U+0007", (1, 3)),
        ("a: 1\nb: x\ufeffy\n", "invisible character U+FEFF", (2, 5)),
        ("a: \ud800\n", "invisible character U+D800", (1, 4)),
        ("a: \x00\n", "invisible character U+0000", (1, 4)),
        ("[" * 100_000, "nested deeper than 32 levels", (1, 33)),
        ("- " * 100_000, "nested deeper than 32 levels", (1, 65)),
        ("{a: " * 100_000, "nested deeper than 32 levels", (1, 129)),
        ("a: " + "x" * 10_001, "a text is longer than 10,000 characters", (1, 4)),
        ("? " + "k" * 201 + "\n: 1\n", "a key is longer than 200 characters", (1, 3)),
        ("[" + "1," * 300_000 + "]", "more than 200,000 keys and values", (1, 400_002)),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    text: str, words: str, place: tuple[int, int]
) -> None:
    problem = refusal(text)
    assert problem.code == "PA002"
    assert words in problem.message
    assert (problem.anchors[0].line, problem.anchors[0].column) == place


def test_an_empty_file_is_told_where_to_get_a_skeleton() -> None:
    assert "prune-audit init FILE" in refusal("").fix


def test_a_key_in_braces_without_a_value_is_told_from_an_empty_one() -> None:
    root, _ = parse("{a, b: '', c: 1, d: [e]}", "a.yaml")
    assert [scalar.absent for scalar in scalars(root)] == [True, False, False, False]
    block, _ = parse("a:\nb: 1\n", "a.yaml")
    assert [scalar.absent for scalar in scalars(block)] == [False, False]


def test_pointers_of_deep_long_keys_do_not_grow_without_end() -> None:
    deep = "".join(f"{'  ' * level}{'k' * 150}{level}:\n" for level in range(30))
    root, _ = parse(f"{deep}{'  ' * 30}x: [1, 2, 3]\n", "a.yaml")
    assert {scalar.text for scalar in scalars(root)} == {"1", "2", "3"}
    assert max(len(scalar.place.pointer) for scalar in scalars(root)) <= 300


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert values("\ufeffschema: 1\n") == {"schema": "1"}


@given(st.one_of(st.text(), YAMLISH))
@example("%YAML 1.2\n---\na: 1\n")
@example("%YAML 9.9\n---\na: 1\n")
@example("%TAG ! tag:x,2000:\n---\na: !x 1\n")
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        root, problems = parse(text, "a.yaml")
    except RefusedError as refused:
        problems = [refused.problem]
    else:
        assert isinstance(root, Scalar | Mapping | Sequence)
    assert all(problem.anchors[0].line >= 1 for problem in problems)


PRINTABLE = st.characters(
    exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"
)


@given(st.text(PRINTABLE, max_size=30))
def test_any_quoted_text_survives(text: str) -> None:
    assert values(json.dumps({"key": text}, ensure_ascii=False)) == {"key": text}


def test_the_parser_in_pure_python_gives_the_same_tree(
    claims: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (claims / "wang2023.yaml").read_text(encoding="utf-8")
    fast = parse(text, "a.yaml")
    monkeypatch.setattr(yamltext, "_LOADER", yaml.SafeLoader)
    assert parse(text, "a.yaml") == fast
    assert 'write ">=3" in quotes' in refusal("a: 1\nruns: >=3\n").message
    assert "a tab stands here" in refusal("a:\n\tb: 1\n").message
    assert refusal("a: [1\nb: *c").anchors[0].line == 2
