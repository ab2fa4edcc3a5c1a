"""Calls -> nodes: what the words of a pipeline mean, and which mean nothing."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache

from prune_audit.grammar.calls import Call, GrammarError, Group, Word, calls
from prune_audit.grammar.nodes import (
    Node,
    Option,
    Pipeline,
    Prune,
    Reinit,
    Repeat,
    Rewind,
    Train,
)
from prune_audit.grammar.values import RECIPE, fraction, lr_over, signed, whole, word_of
from prune_audit.problems import shown
from prune_audit.reruns.methods import METHODS

SCOPES = ("layerwise", "global")
CONTROLS = ("shuffled",)
OTHERS = ("scope", "control", "epochs")
"""What a prune step may state beside settings and a recipe."""
ITERATIONS = (
    "rewind counts epochs; iterations, as papers count them, can be stated only where they are "
    "whole epochs"
)


@lru_cache(maxsize=256)
def parse(text: str) -> Pipeline:
    """Read a pipeline.

    Raises:
        GrammarError: the message names column, what was expected, what was found, nearest word.
    """
    return Pipeline(tuple(map(_node, calls(text))))


def _node(one: Call | Group) -> Node:
    if isinstance(one, Group):
        return Repeat(tuple(map(_node, one.body)), one.times, one.column)
    known: Mapping[str, Callable[[Call], Node]] = {
        "train": _train, "prune": _prune, "rewind": _rewind, "reinit": _reinit,
    }  # fmt: skip
    if one.name not in known:
        raise GrammarError(one.column, f"expected {_among(known, one.name)}")
    return known[one.name](one)


def _train(call: Call) -> Train:
    _count(call, 1, "the epochs, as in train(20)")
    epochs = whole(call.values[0], "a whole number of epochs")
    return _training(epochs, _by_name(call, RECIPE), call.column)


def _training(epochs: int, named: Mapping[str, Word], column: int) -> Train:
    options = (Option(name, RECIPE[name](word)) for name, word in sorted(named.items()))
    found = Train(epochs, tuple(options), column)
    if "lr" in named:
        lr_over(named["lr"], epochs)
    return found


def _prune(call: Call) -> Prune:
    word = call.values[0] if call.values else Word("", call.closed)
    method = word_of(word, METHODS, "a method")
    only = METHODS[method].ratio
    if len(call.values) == 1 and only is not None:
        ratios: tuple[float, ...] = (only,)
    else:
        _count(call, 2, f"a method and a ratio, as in prune({method}, 0.5)")
        ratios = _ratios(call.values[1])
    named = _by_name(call, None)
    scope = word_of(named.pop("scope"), SCOPES, "a scope") if "scope" in named else ""
    control = word_of(named.pop("control"), CONTROLS, "a control") if "control" in named else ""
    training = _while_training(named, call.column)
    settings = tuple(sorted((name, _setting(method, name, word)) for name, word in named.items()))
    return Prune(method, ratios, scope, control, settings, training, call.column)


def _while_training(named: dict[str, Word], column: int) -> Train | None:
    """Take the training of a pruning node out of its named values; None without epochs."""
    recipe = {name: named.pop(name) for name in [*named] if name in RECIPE}
    if "epochs" in named:
        return _training(whole(named.pop("epochs"), "a whole number of epochs"), recipe, column)
    for name, word in recipe.items():
        raise GrammarError(word.column, f"{name} belongs to a training: state epochs too")
    return None


def _ratios(word: Word) -> tuple[float, ...]:
    """Read one ratio, or a list of them."""
    parts = word.text.split(",") if word.listed else [word.text]
    return tuple(fraction(Word(part.strip(), word.column)) for part in parts)


def _setting(method: str, name: str, word: Word) -> float:
    """Read a number that a method takes."""
    # here: few steps have settings, and experiments take 10 ms to import, which check need not pay
    from prune_audit.reruns.penalties import PENALTIES

    known = ["draw", *PENALTIES.get(method, {})]
    if name not in known:
        near = get_close_matches(name, [*known, *RECIPE, *OTHERS], 1, cutoff=0.6)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise GrammarError(
            word.column, f"{method} takes no {shown(name)}, its settings: {', '.join(known)}{hint}"
        )
    return signed(word, f"a number for {name}")


def _rewind(call: Call) -> Rewind:
    _count(call, 1, "the epoch, as in rewind(2); rewind(0) for the initial weights")
    _by_name(call, {})
    expected = f"a whole number of epochs ({ITERATIONS})"
    return Rewind(whole(call.values[0], expected, least=0), call.column)


def _reinit(call: Call) -> Reinit:
    if call.values or call.named:
        raise GrammarError(call.column, "reinit takes no values")
    return Reinit(call.column)


def _count(call: Call, count: int, expected: str) -> None:
    if len(call.values) < count:
        raise GrammarError(call.closed, f"expected {expected}")
    if len(call.values) > count:
        extra = call.values[count]
        raise GrammarError(extra.column, f"expected {expected}; {shown(extra.text)} has no name")


def _by_name(call: Call, known: Iterable[str] | None) -> dict[str, Word]:
    """Return the named values of a call, each given once and under a known name."""
    found: dict[str, Word] = {}
    for name, value in call.named:
        if known is not None and name.text not in known:
            raise GrammarError(name.column, f"expected {_among(known, name.text)}")
        if name.text in found:
            raise GrammarError(name.column, f"{name.text} is stated twice")
        found[name.text] = value
    return found


def _among(known: Iterable[str], got: str) -> str:
    words = list(known)
    near = get_close_matches(got[:40].lower(), words, 1, cutoff=0.6)
    hint = f"; did you mean {near[0]}?" if near else ""
    choice = f"one of {', '.join(words)}" if words else "no named value"
    return f"{choice}, got {shown(got)}{hint}"
