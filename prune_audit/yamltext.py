"""Text of a YAML file -> a tree of mappings, sequences and exact texts, each with its place.

Only the event stream of the parser is used: no tag is resolved, so ``1e-2``, ``1:30``, ``on`` and
``2301.05219`` stay what was written. Anchors, aliases, tags, merge keys and several documents are
refused; size, depth and duplicate keys are checked before anything else sees the file.
"""

import re
from collections.abc import Callable
from sys import intern
from typing import Any, NamedTuple, cast

import yaml

from prune_audit import problems
from prune_audit.filetext import RefusedError, place_behind
from prune_audit.places import Place
from prune_audit.problems import Problem

MAX_DEPTH = 32
MAX_PARTS = 200_000
MAX_TEXT = 10_000
MAX_KEY = 200
_LONGEST_POINTER = 300
_SHARED = 24
"""Texts up to this length, mostly words and numbers that repeat, are kept in memory once."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOUND = re.compile(r">=?[ ]*[0-9][^\s,}\]]*")
_LONGEST_WORD = 30
_BOM = "\ufeff"
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


class Scalar(NamedTuple):
    """One exact text; ``plain`` when it stands without quotes.

    ``absent`` marks the empty value of a key inside braces, as in ``{a, b: 1}``.
    """

    place: Place
    text: str
    plain: bool = True
    absent: bool = False


class Mapping(NamedTuple):
    """Keys and values in the order of the file."""

    place: Place
    items: dict[str, tuple[Place, "Node"]]


class Sequence(NamedTuple):
    """A list in the order of the file."""

    place: Place
    items: list["Node"]


Node = Scalar | Mapping | Sequence


def parse(text: str, name: str) -> tuple[Node, list[Problem]]:
    """Return the tree of a file and its problems that do not stop the reading (duplicate keys).

    Raises:
        RefusedError: broken syntax, an empty file, or something that claim files may not use.
    """
    plain = text.removeprefix(_BOM)
    if strange := _UNPRINTABLE.search(plain):
        place = place_behind(plain[: strange.start()], name)
        raise _refused(place, f"the invisible character U+{ord(strange[0]):04X} is not allowed")
    loader = _LOADER(plain)
    try:
        return _Tree(name, loader.get_event).build()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = " ".join(part for part in (error.context, error.problem) if part)
        told = _told(plain, error)
        fix = "" if told else problems.MEND
        raise _refused(_marked(name, mark), told or words, fix) from error
    finally:
        loader.dispose()


def is_absent(node: Node) -> bool:
    """Whether a node is the missing value of a key inside braces."""
    return isinstance(node, Scalar) and node.absent


def _told(text: str, error: yaml.MarkedYAMLError) -> str:
    """Say in plain words what is wrong and what to do, or nothing where that cannot be seen."""
    for mark in (error.problem_mark, error.context_mark):
        rest = text[mark.index :][:_LONGEST_WORD] if mark else ""
        if rest.startswith("\t"):
            return "a tab stands here; indent with spaces"
        if bound := _BOUND.match(rest):
            return f'> starts a block text in YAML here; write "{bound[0]}" in quotes'
    return ""


def _refused(place: Place, reason: str, fix: str = problems.MEND) -> RefusedError:
    return RefusedError(problems.yaml_syntax(place, reason, fix))


def _marked(name: str, mark: Any, pointer: str = "") -> Place:
    """Return the place of a parser's mark, of which PyYAML has two unrelated classes."""
    return Place(name, mark.line + 1, mark.column + 1, pointer) if mark else Place(name)


class _Tree:
    """Builds the tree of one file from parser events, with a depth cap."""

    def __init__(self, name: str, next_event: Callable[[], yaml.Event | None]) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self._next_event = next_event
        self._parts = 0

    def build(self) -> tuple[Node, list[Problem]]:
        documents = 0
        root: Node | None = None
        while (event := self._next_event()) is not None:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._forbidden(event, "several documents", "one file is one paper")
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, "", 1)
        if root is None:
            fix = "prune-audit init FILE writes a skeleton"
            raise _refused(Place(self.name), "the file is empty", fix)
        return root, self.problems

    def _next(self) -> yaml.Event:
        """Return the next event of an open mapping or sequence; the parser closes every one."""
        event = self._next_event()
        assert event is not None
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise _refused(self._place(event, ""), f"more than {MAX_PARTS:,} keys and values")
        return event

    def _node(self, event: yaml.Event, pointer: str, depth: int) -> Node:
        mark: Any = event.start_mark
        place = Place(self.name, mark.line + 1, mark.column + 1, pointer)
        if isinstance(event, yaml.ScalarEvent):
            if event.style == ">" and not event.value:
                reason = '> starts a block text in YAML here; write ">3" in quotes'
                raise _refused(place, reason, "")
            return Scalar(place, self._text(event, pointer), not event.style)
        self._refuse_indirection(event)
        if depth > MAX_DEPTH:
            raise _refused(place, f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(place, depth, braces=bool(event.flow_style))
        return self._sequence(place, depth)

    def _mapping(self, place: Place, depth: int, *, braces: bool) -> Mapping:
        items: dict[str, tuple[Place, Node]] = {}
        prefix = f"{place.pointer}." if place.pointer else ""
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            name = self._key(event, place.pointer)
            pointer = _pointer(place.pointer, prefix + name)
            mark: Any = event.start_mark
            key_place = Place(self.name, mark.line + 1, mark.column + 1, pointer)
            value = self._node(self._next(), pointer, depth + 1)
            if braces and isinstance(value, Scalar) and value.plain and not value.text:
                value = value._replace(absent=True)
            if name in items:
                first = items[name][0]
                self.problems.append(problems.duplicate_key(key_place, name, first))
            else:
                items[name] = (key_place, value)
        return Mapping(place, items)

    def _key(self, event: yaml.Event, pointer: str) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse_indirection(event)
            raise _refused(self._place(event, pointer), "a key must be a word")
        name = self._text(event, pointer)
        if len(name) > MAX_KEY:
            place = self._place(event, pointer)
            raise _refused(place, f"a key is longer than {MAX_KEY} characters")
        if name == "<<" and not event.style:
            raise self._forbidden(event, "merge key <<", "write the keys out")
        return name

    def _sequence(self, place: Place, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            pointer = _pointer(place.pointer, f"{place.pointer}[{len(items)}]")
            items.append(self._node(event, pointer, depth + 1))
        return Sequence(place, items)

    def _text(self, event: yaml.ScalarEvent, pointer: str) -> str:
        if event.anchor is not None or event.tag is not None:
            self._refuse_indirection(event)
        text: str = event.value
        if len(text) > MAX_TEXT:
            place = self._place(event, pointer)
            raise _refused(place, f"a text is longer than {MAX_TEXT:,} characters")
        return intern(text) if len(text) <= _SHARED else text

    def _place(self, event: yaml.Event, pointer: str) -> Place:
        return _marked(self.name, event.start_mark, pointer)

    def _refuse_indirection(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise self._forbidden(event, f"alias *{event.anchor}", "write the value out")
        node = cast("yaml.ScalarEvent", event)
        if node.anchor is not None:
            raise self._forbidden(event, f"anchor &{node.anchor}", "name it under recipes:")
        if node.tag is not None:
            raise self._forbidden(event, f"tag {node.tag}", "leave it out")

    def _forbidden(self, event: yaml.Event, what: str, instead: str) -> RefusedError:
        place = self._place(event, "")
        return RefusedError(problems.forbidden_yaml(place, problems.cut(what), instead))


def _pointer(outer: str, inner: str) -> str:
    """Return the pointer to something inside; one beyond all use stays that of what is around."""
    return inner if len(inner) <= _LONGEST_POINTER else outer
