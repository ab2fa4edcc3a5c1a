"""How the values of a pipeline's nodes are read."""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from prune_audit.grammar.calls import GrammarError, Word
from prune_audit.grammar.nodes import Value
from prune_audit.problems import shown
from prune_audit.schedules.notation import ScheduleError, parse_lr

MOST_EPOCHS = 100_000
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DIGITS = re.compile(r"[0-9]{1,6}")


def number(word: Word, expected: str, below: float = float("inf")) -> float:
    """Read a number from 0 to below a limit."""
    found = float(word.text) if _NUMBER.fullmatch(word.text) and not word.listed else None
    if found is None or not found < below:
        raise _wrong(word, expected)
    return found


def signed(word: Word, expected: str) -> float:
    """Read a number that may be below zero."""
    below = word.text.startswith("-")
    found = number(word._replace(text=word.text.removeprefix("-")), expected)
    return -found if below else found


def fraction(word: Word) -> float:
    """Read a ratio."""
    return number(word, f"a ratio from 0 to below 1{_percent_hint(word.text)}", 1.0)


def _percent_hint(text: str) -> str:
    plain = text.removesuffix("%").strip()
    percent = float(plain) if _NUMBER.fullmatch(plain) else 100
    meant = percent >= 1 or text.endswith("%")
    return f"; {plain} % is {percent / 100:g}" if meant and percent < 100 else ""


def whole(word: Word, expected: str, least: int = 1) -> int:
    """Read a whole number of epochs or images."""
    found = int(word.text) if _DIGITS.fullmatch(word.text) and not word.listed else -1
    if not least <= found <= MOST_EPOCHS:
        raise _wrong(word, f"{expected} from {least} to {MOST_EPOCHS}")
    return found


def word_of(word: Word, known: Iterable[str], what: str) -> str:
    """Read one of some words."""
    words = list(known)
    if word.text in words and not word.listed:
        return word.text
    near = get_close_matches(word.text[:40].lower(), words, 1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near and word.text else ""
    choice = f" ({', '.join(words)})" if len(words) < 5 else ""
    raise _wrong(word, f"{what}{choice}", hint)


def lr_over(word: Word, epochs: int) -> None:
    """Check that an LR schedule is whole and fits its epochs."""
    try:
        parse_lr(word.text).over(epochs)
    except ScheduleError as error:
        raise GrammarError(word.column, f"expected a whole LR schedule; {error}") from None


def _lr(word: Word) -> str:
    if word.listed:
        raise _wrong(word, "an LR schedule, in quotes where it holds a comma")
    return " ".join(word.text.split())


def _yes(word: Word) -> bool:
    return word_of(word, ("yes", "no"), "yes or no") == "yes"


def _wrong(word: Word, expected: str, hint: str = "") -> GrammarError:
    got = shown(f"[{word.text}]" if word.listed else word.text) if word.text else "nothing"
    return GrammarError(word.column, f"expected {expected}, got {got}{hint}")


RECIPE: Mapping[str, Callable[[Word], Value]] = MappingProxyType(
    {
        "lr": _lr,
        "batch_size": lambda word: whole(word, "a whole number of images"),
        "weight_decay": lambda word: number(word, "a weight decay"),
        "momentum": lambda word: number(word, "a momentum below 1", 1.0),
        "nesterov": _yes,
        "augmentation": lambda word: word_of(word, ("standard", "none"), "an augmentation"),
        "label_smoothing": lambda word: number(word, "a label smoothing below 1", 1.0),
        "lr_each": lambda word: word_of(word, ("epoch", "step"), "how often the LR moves"),
        "l1": lambda word: number(word, "the factor of an L1 penalty"),
    }
)
"""The parts of a training's recipe, by the names of ``reruns.experiment.Training``."""
