"""Reads a mapping of a claim file into the dataclass that describes it."""

import dataclasses
from collections.abc import Mapping as AbstractMapping
from functools import cache
from typing import Any, NamedTuple, TypeVar

from prune_audit import problems
from prune_audit.places import Entry, Place, Silence
from prune_audit.problems import Collector
from prune_audit.readers import ListReader, Reader
from prune_audit.yamltext import Mapping, Node, Scalar, Sequence, is_absent

T = TypeVar("T")
_NULLS = ("", "~", "null", "Null", "NULL")
SILENCES: dict[str, Silence] = {str(silence): silence for silence in Silence}


@dataclasses.dataclass(frozen=True)
class Key:
    """One key of a form: its name in the file, the field it fills, how it is read."""

    name: str
    field: str
    reader: Reader[Any] | ListReader[Any] | type
    doc: str
    required: bool
    silent: bool
    form: type | None
    """The dataclass of a nested mapping, or None for plain values."""

    @property
    def expects(self) -> str:
        """What the value must be, in words."""
        words = "a mapping" if isinstance(self.reader, type) else self.reader.expects
        return f"{words}, or unreported / unverified" if self.silent else words


@cache
def keys_of(form: type) -> tuple[Key, ...]:
    """Return the keys that a form's dataclass declares, in the order of the class."""
    return tuple(
        Key(
            field.metadata["name"] or field.name,
            field.name,
            field.metadata["reader"],
            field.metadata["doc"],
            field.metadata["required"],
            field.metadata["silent"],
            field.metadata["reader"] if isinstance(field.metadata["reader"], type) else None,
        )
        for field in dataclasses.fields(form)
        if field.metadata
    )


def key(
    reader: Reader[Any] | ListReader[Any] | type,
    doc: str,
    *,
    required: bool = False,
    silent: bool = True,
    name: str = "",
) -> Any:
    """Declare a key; ``silent`` keys may be ``unreported`` or ``unverified``.

    ``name`` is the key in the file where it is not the field's own name.
    """
    return dataclasses.field(
        metadata={
            "reader": reader, "doc": doc, "required": required, "silent": silent, "name": name,
        }
    )  # fmt: skip


class Layout(NamedTuple):
    """The keys of a form by name, with the fields to fill where the file leaves them out."""

    by_name: dict[str, Key]
    required: tuple[Key, ...]
    plain: tuple[str, ...]
    nested: dict[str, None]

    def unfilled(self, absent: Entry[Any]) -> dict[str, Any]:
        """Return the fields of a form of which the file states nothing."""
        return {**dict.fromkeys(self.plain, absent), **self.nested}


@cache
def _layout(form: type) -> Layout:
    keys = keys_of(form)
    return Layout(
        {key.name: key for key in keys},
        tuple(key for key in keys if key.required),
        tuple(key.field for key in keys if not key.form),
        {key.field: None for key in keys if key.form},
    )


class FormReader:
    """Reads forms of one file and collects what is wrong with them.

    What several results share (a recipe, a default) is read once: ``memo`` is keyed on the identity
    of the tree's node, which it keeps alive.
    """

    def __init__(self, found: Collector) -> None:
        self._found = found
        self._memo: dict[tuple[int, type | str], tuple[Node, Any]] = {}

    def read(self, form: type[T], node: Node, what: str, at: Place, **given: Any) -> T:
        """Return the form's dataclass; ``given`` fills the fields that are no keys."""
        items = self._items(node, what, at)
        plain: type = form
        layout = _layout(plain)
        values = layout.unfilled(Entry(at))
        for name, (place, child) in items.items():
            key = layout.by_name.get(name)
            if key is None:
                self._found.add(_unknown(place, name, child, layout, what))
            else:
                values[key.field] = self._value(key, place, child)
        if isinstance(node, Mapping):
            self._missing(layout, items, what, at)
        return form(**values, **given)

    def check(self, form: type, node: Mapping) -> None:
        """Report what is wrong with the keys that are there, of which none has to be."""
        for key in keys_of(form):
            if key.name in node.items:
                place, child = node.items[key.name]
                if key.form and isinstance(child, Mapping) and not silence_of(child):
                    self.check(key.form, child)
                else:
                    self._value(key, place, child)

    def stage(self, form: type, node: Node, what: str, place: Place) -> Any:
        """Return a stage: a mapping, ``none``, ``unreported`` or ``unverified``."""
        memo_key = (id(node), form)
        if memo_key not in self._memo:
            silence = silence_of(node)
            if silence is not None:
                stage = _silent_stage(form, place, silence)
            elif isinstance(node, Scalar) and node.text == "none":
                stage = self._no_stage(form, node)
            else:
                stage = self.read(form, node, what, node.place, place=node.place)
            self._memo[memo_key] = (node, stage)
        return self._memo[memo_key][1]

    def _items(
        self, node: Node, what: str, place: Place
    ) -> AbstractMapping[str, tuple[Place, Node]]:
        if isinstance(node, Mapping):
            return node.items
        fix = "write its keys below it, indented, or in braces: {key: value}"
        self._found.add(problems.wrong_value(place, what, "expected a mapping of keys", fix))
        return {}

    def _missing(
        self, layout: Layout, items: AbstractMapping[str, object], what: str, at: Place
    ) -> None:
        for key in layout.required:
            if key.name not in items:
                self._found.add(problems.missing_key(at, key.name, what, key.expects))

    def _value(self, key: Key, key_place: Place, node: Node) -> Any:
        if key.form:
            return self.stage(key.form, node, key.name, key_place)
        memo_key = (id(node), key.name)
        if memo_key not in self._memo:
            self._memo[memo_key] = (node, self._plain(key, node))
        return self._memo[memo_key][1]

    def _plain(self, key: Key, node: Node) -> Entry[Any]:
        if key.silent and (silence := silence_of(node)) is not None:
            return silence
        if isinstance(key.reader, ListReader):
            return self._list(key, key.reader, node)
        assert isinstance(key.reader, Reader)
        return self._scalar(key, key.reader, node)

    def _scalar(self, key: Key, reader: Reader[Any], node: Node) -> Entry[Any]:
        if not isinstance(node, Scalar):
            return self._wrong(key, node, f"expected {key.expects}, one value")
        if key.name != "note" and problems.is_todo(node.text):
            self._found.add_todo(node.place)
            return Entry(node.place, node.text)
        try:
            if node.plain and node.text in _NULLS:
                raise ValueError(f"expected {key.expects}, found nothing")
            return Entry(node.place, node.text, reader.parse(node.text), None)
        except ValueError as error:
            return self._wrong(key, node, str(error))

    def _list(self, key: Key, reader: ListReader[Any], node: Node) -> Entry[Any]:
        if isinstance(node, Scalar) and reader.single:
            one = self._scalar(key, reader.item, node)
            return one._replace(value=(one.value,), places=(one.place,)) if one.known else one
        if not isinstance(node, Sequence) or not node.items:
            return self._wrong(key, node, f"expected {key.expects}")
        entries = [self._scalar(key, reader.item, item) for item in node.items]
        text = ", ".join(entry.text for entry in entries)
        read = [entry for entry in entries if entry.known]
        values, places = tuple(entry.value for entry in read), tuple(entry.place for entry in read)
        return Entry(node.place, text, values, None, places=places)

    def _wrong(self, key: Key, node: Node, reason: str) -> Entry[Any]:
        missing = "write that, or unreported / unverified where there is no value"
        fix = missing if key.silent else f"the key is for: {key.doc}"
        self._found.add(problems.wrong_value(node.place, key.name, reason, fix))
        return Entry(node.place, node.text if isinstance(node, Scalar) else "")

    def _no_stage(self, form: type, node: Scalar) -> Any:
        values = _silent_values(form, Entry(node.place))
        for key in keys_of(form):
            if key.name == "epochs":
                values[key.field] = Entry(node.place, "0", _parse(key, "0"), None)
        return form(**values, place=node.place)


def _unknown(place: Place, name: str, node: Node, layout: Layout, what: str) -> problems.Problem:
    return problems.unknown_key(place, name, layout.by_name, what, absent=is_absent(node))


def _parse(key: Key, text: str) -> Any:
    assert isinstance(key.reader, Reader)
    return key.reader.parse(text)


def _silent_stage(form: type, place: Place, silence: Entry[Any]) -> Any:
    """Return a stage of which the file says as a whole that nothing is known."""
    return form(**_silent_values(form, silence._replace(place=place)), place=place)


def _silent_values(form: type, entry: Entry[Any]) -> dict[str, Any]:
    """Return one entry for every key, and for a mapping below one the same of all its keys."""
    return {
        key.field: key.form(**_silent_values(key.form, entry), place=entry.place)
        if key.form
        else entry
        for key in keys_of(form)
    }


def silence_of(node: Node) -> Entry[Any] | None:
    """Return the entry for ``unreported``, ``unverified`` or ``{unreported: where looked}``."""
    if isinstance(node, Scalar):
        silence = SILENCES.get(node.text)
        return Entry(node.place, node.text, None, silence) if silence else None
    if isinstance(node, Mapping) and len(node.items) == 1:
        word, (_, where) = next(iter(node.items.items()))
        if word in SILENCES and isinstance(where, Scalar):
            return Entry(node.place, word, None, SILENCES[word], where.text)
    return None
