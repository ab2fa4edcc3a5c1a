"""Manual pages of the keys of claim files, from the classes that describe them."""

from collections.abc import Iterator
from functools import cache
from textwrap import fill
from typing import NamedTuple

from prune_audit import keys
from prune_audit.forms import Key, keys_of
from prune_audit.manual import FORMS, TOP
from prune_audit.rules import RULES

WIDTH = 100


class Described(NamedTuple):
    """A key and where it stands: ``pruning`` and ``ratio``; the file's own keys stand nowhere."""

    parent: str
    name: str
    meaning: str
    expects: str
    needed: bool
    form: type | None = None

    @property
    def full(self) -> str:
        """The key with what it stands under, such as ``pruning.ratio``."""
        return f"{self.parent}.{self.name}" if self.parent else self.name


@cache
def described() -> tuple[Described, ...]:
    """Return every key of a claim file, once for each mapping that may hold it."""
    forms = dict(FORMS)
    top = [
        Described("", name, meaning, expects, bool(needed), forms.get(name))
        for name, needed, meaning, expects in TOP
    ]
    inner = [
        _described(parent, key)
        for names, form in FORMS
        for parent in names.partition(" (")[0].split(", ")
        for key in keys_of(form)
    ]
    return (*top, *inner)


def _described(parent: str, key: Key) -> Described:
    return Described(parent, key.name, key.doc, key.expects, key.required, key.form)


def names() -> set[str]:
    """Return every name by which a key can be asked for."""
    return {name for one in described() for name in (one.name, one.full)}


def key_page(asked: str) -> str:
    """Return what the manual says of a key, for each mapping that may hold it; empty for none.

    Keys of a row may be asked for as they stand there: ``finetuning.lr`` or ``results.sparsity``.
    """
    name = keys.canonical(asked)
    found = [one for one in described() if one.full == name]
    found = found or [one for one in described() if one.name == name]
    pages: dict[str, list[Described]] = {}
    for one in found:
        pages.setdefault("\n".join(_lines(one)), []).append(one)
    return "\n".join(f"{_head(same)}\n\n{text}\n" for text, same in pages.items())


def _head(same: list[Described]) -> str:
    return f"{same[0].name} (key of {', '.join(one.parent or 'the file' for one in same)})"


def _lines(one: Described) -> Iterator[str]:
    yield fill(f"Meaning: {one.meaning}.", WIDTH)
    yield fill(f"Expects: {one.expects}.", WIDTH)
    yield f"Needed: {'yes' if one.needed else 'no'}."
    if one.form:
        inner = ", ".join(key.name for key in keys_of(one.form))
        yield fill(f"Keys below it: {inner}.", WIDTH)
    used = [rule for rule in RULES if _named(one, rule.manual)]
    if used:
        yield fill(f"Rules: {', '.join(f'{rule.code} {rule.name}' for rule in used)}.", WIDTH)


def _named(one: Described, manual: str) -> bool:
    """Whether a manual page names the key; with its parent where several hold one of that name."""
    alone = len({other.meaning for other in described() if other.name == one.name}) == 1
    called = (one.name, one.full) if alone else (one.full,)
    return any(f"``{name}``" in manual or f"``{name}:" in manual for name in called)
