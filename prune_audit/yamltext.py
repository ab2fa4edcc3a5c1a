"""Text of a YAML file -> a tree of mappings, sequences and exact texts, each with its place.

Only the event stream of the parser is used: no tag is resolved, so ``1e-2``, ``1:30``, ``on`` and
``2301.05219`` stay what was written. Anchors, aliases, tags, merge keys and several documents are
refused; size, depth and duplicate keys are checked before anything else sees the file.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, cast

import yaml

from prune_audit import problems
from prune_audit.places import Place
from prune_audit.problems import Problem

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_TEXT = 10_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar(NamedTuple):
    """One exact text; ``plain`` when it stands without quotes."""

    place: Place
    text: str
    plain: bool = True


class Mapping(NamedTuple):
    """Keys and values in the order of the file."""

    place: Place
    items: dict[str, tuple[Place, "Node"]]


class Sequence(NamedTuple):
    """A list in the order of the file."""

    place: Place
    items: list["Node"]


Node = Scalar | Mapping | Sequence


class Refused(Exception):
    """A file that cannot be read as a claim file; carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_text(path: Path, name: str) -> str:
    """Read a claim file as UTF-8 text.

    Raises:
        Refused: missing, no regular file, too large, not UTF-8, or with NUL bytes.
    """
    start = Place(name)
    try:
        if not path.is_file():
            what = "a directory" if path.is_dir() else "no file"
            raise Refused(problems.unreadable(start, f"this is {what}, expected a claim file"))
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused(problems.unreadable(start, f"cannot be read: {reason}")) from error
    return decode(data, name)


def decode(data: bytes, name: str) -> str:
    """Decode the bytes of a claim file; a byte order mark is dropped.

    Raises:
        Refused: too large, not UTF-8, or with NUL bytes.
    """
    if len(data) > MAX_BYTES:
        raise Refused(problems.unreadable(Place(name), "is larger than 1 MiB, the limit"))
    nul = data.find(b"\0")
    if nul >= 0:
        raise Refused(problems.unreadable(_byte_place(data, nul, name), "holds a NUL byte"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _byte_place(data, error.start, name)
        raise Refused(problems.unreadable(place, "is not UTF-8 text")) from error


def _byte_place(data: bytes, offset: int, name: str) -> Place:
    line_start = data.rfind(b"\n", 0, offset) + 1
    return Place(name, data.count(b"\n", 0, offset) + 1, offset - line_start + 1)


def parse(text: str, name: str) -> tuple[Node, list[Problem]]:
    """Return the tree of a file and its problems that do not stop the reading (duplicate keys).

    Raises:
        Refused: broken syntax, an empty file, or something that claim files may not use.
    """
    try:
        return _Tree(name).build(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        reason = " ".join(part for part in (error.context, error.problem) if part)
        raise Refused(problems.yaml_syntax(place, reason)) from error
    except yaml.YAMLError as error:
        raise Refused(
            problems.yaml_syntax(_reader_place(error, text, name), _first_line(error))
        ) from error


def _first_line(error: yaml.YAMLError) -> str:
    return str(error).splitlines()[0]


def _reader_place(error: yaml.YAMLError, text: str, name: str) -> Place:
    offset = getattr(error, "position", None)
    return _byte_place(text.encode(), offset, name) if isinstance(offset, int) else Place(name)


class _Tree:
    """Builds the tree of one file from parser events, with a depth cap."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def build(self, events: Iterator[yaml.Event]) -> tuple[Node, list[Problem]]:
        documents = 0
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._forbidden(event, "a second document", "one file is one paper")
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, events, "", 1)
        if root is None:
            raise Refused(problems.yaml_syntax(Place(self.name), "the file is empty"))
        return root, self.problems

    def _node(
        self, event: yaml.Event, events: Iterator[yaml.Event], pointer: str, depth: int
    ) -> Node:
        self._refuse_indirection(event)
        place = self._place(event, pointer)
        if isinstance(event, yaml.ScalarEvent):
            if len(event.value) > MAX_TEXT:
                raise Refused(problems.yaml_syntax(place, f"a text is longer than {MAX_TEXT}"))
            return Scalar(place, event.value, event.style is None)
        if depth > MAX_DEPTH:
            raise Refused(problems.yaml_syntax(place, f"nested deeper than {MAX_DEPTH} levels"))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(place, events, depth)
        return self._sequence(place, events, depth)

    def _mapping(self, place: Place, events: Iterator[yaml.Event], depth: int) -> Mapping:
        items: dict[str, tuple[Place, Node]] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events, place.pointer, depth + 1)
            if not isinstance(key, Scalar):
                raise Refused(problems.yaml_syntax(key.place, "a key must be a word"))
            pointer = f"{place.pointer}.{key.text}" if place.pointer else key.text
            value = self._node(next(events), events, pointer, depth + 1)
            key_place = key.place._replace(pointer=pointer)
            if key.text in items:
                first = items[key.text][0]
                self.problems.append(problems.duplicate_key(key_place, key.text, first))
            else:
                items[key.text] = (key_place, value)
        return Mapping(place, items)

    def _sequence(self, place: Place, events: Iterator[yaml.Event], depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(event, events, f"{place.pointer}[{len(items)}]", depth + 1))
        return Sequence(place, items)

    def _place(self, event: yaml.Event, pointer: str) -> Place:
        mark = event.start_mark
        return Place(self.name, mark.line + 1, mark.column + 1, pointer)

    def _refuse_indirection(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise self._forbidden(event, f"the alias *{event.anchor}", "write the value out")
        node = cast("yaml.ScalarEvent", event)
        if node.anchor is not None:
            raise self._forbidden(event, f"the anchor &{node.anchor}", "name it under recipes:")
        if node.tag is not None:
            raise self._forbidden(event, f"the tag {node.tag}", "leave it out")

    def _forbidden(self, event: yaml.Event, what: str, instead: str) -> Refused:
        return Refused(problems.forbidden_yaml(self._place(event, ""), what, instead))
