"""Whatever a text holds, it stands in the file as that text and nothing else."""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.importers.emit import Tree, emit, one_line
from prune_audit.importers.names import Names, slug
from prune_audit.readers import NAME_PATTERN
from prune_audit.yamltext import Mapping, Node, Scalar, parse

HOSTILE = (
    "a: b", "# no comment", "!!python/object:os.system", "&anchor", "*alias", "<<", "- item", "{a}",
    "[1, 2", "'", '"', "a\nb: c", "%YAML 1.1", "---", "...", "yes", "null", "~", "", " ", "0x1F",
    "1:30", "1_000", "1e-2", ".inf", "nan",
    "2021-01-01", "76.10", "007", "=1+2", "@x", "`x`", "> x",
    "| x", "? x", "a #b", "tab\there", "\u2028", "\ufeff", "\x07", "\x85", "é", "😀", "\\n", "a: ",
)  # fmt: skip
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))


def plain(node: Node) -> Tree:
    """Return what the loader reads, as plain texts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Mapping):
        return {name: plain(item) for name, (_, item) in node.items.items()}
    return [plain(item) for item in node.items]


def read(text: str) -> Tree:
    node, problems = parse(text, "x.yaml")
    assert not problems
    return plain(node)


@given(st.lists(TEXTS, min_size=1), TEXTS)
def test_every_text_is_read_back_exactly(texts: list[str], comment: str) -> None:
    tree: dict[str, Tree] = {"list": [*texts], "map": {f"k{i}": t for i, t in enumerate(texts)}}
    assert read(emit(tree, [comment])) == tree


@given(TEXTS)
def test_other_yaml_readers_see_no_tag_and_no_reference(text: str) -> None:
    loaded = yaml.safe_load(emit({"value": text}))
    assert list(loaded) == ["value"]
    assert isinstance(loaded["value"], str | int | float)
    assert isinstance(loaded["value"], str) or float(text) == loaded["value"]


def test_numbers_stand_as_they_are_printed() -> None:
    text = emit({"a": "76.10", "b": "75", "c": "-0.5", "d": "1e-2", "e": "1:30"})
    assert text == "a: 76.10\nb: 75\nc: -0.5\nd: 1e-2\ne: '1:30'\n"


@given(st.text())
def test_a_comment_is_one_printable_line(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert len(line.splitlines()) <= 1


@given(st.lists(st.text(max_size=12), max_size=20))
def test_names_are_names_and_given_out_once(texts: list[str]) -> None:
    names = Names()
    taken = [names.take(slug(text, "row")) for text in texts]
    assert all(NAME_PATTERN.fullmatch(name) for name in taken)
    assert len({name.lower() for name in taken}) == len(taken)
    assert not {"none", "unreported", "unverified"}.intersection(taken)
