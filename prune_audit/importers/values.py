"""What a cell prints -> the text that its key holds, checked by the key's own reader.

The digits stay those of the cell. What goes are footnote marks, words for the unit, and arrows,
which become the sign that the key gives them.
"""

import re
from decimal import Decimal

from prune_audit.importers.targets import Target, Turn
from prune_audit.numbers import Unit, parse_number

ABSENT = frozenset(
    (
        "",
        "-",
        "--",
        "---",
        "–",
        "—",
        "−",
        "n/a",
        "na",
        "n.a.",
        "n/r",
        "?",
        "/",
        "\\",
        "not reported",
    )
)
UNITS = re.compile(r"%|[kKMGTBx]|e[0-9]{1,2}")
"""What ``--unit`` may say of bare numbers: per cent, thousands to billions, times, a power."""

_MARKS = re.compile(r"^[*†‡§¶♯⋆★☆#\s]+|(?:[*†‡§¶♯⋆★☆#]|\s|\[[0-9]{1,3}\])+$")
_WORDS = {
    Unit.COUNT: re.compile(r"\s*(?:flops?|macs?|params?|parameters|ops)$", re.IGNORECASE),
    Unit.TIMES: re.compile(r"(?<=[0-9.])\s*times$", re.IGNORECASE),
    Unit.PERCENT: re.compile(r"\s*(?:pp|points|p\.p\.)$", re.IGNORECASE),
}
_ARROW = re.compile("[↓↑]")
_SIGNED = re.compile(r"\s*[-+−‐‑–]")
_PLUS_MINUS = re.compile(r"\s*(?:±|\+/?-)\s*")
_BARE = re.compile(r"[^0-9]*[0-9][0-9., \u2009\u202f\u00a0]*")
_PARTS = re.compile(
    r"(?P<first>[^()/↓↑]+?)\s*(?:\((?P<in>[^()]*)\)|/(?P<behind>[^()/]+)|(?P<arrow>[↓↑].*))"
)
_FALLING_KEYS = ("drop", "flops_reduction", "params_reduction", "pruning.ratio", "sparsity")


def is_absent(text: str) -> bool:
    """Whether a cell says that there is no value."""
    return text.strip().lower() in ABSENT


def parts(text: str, count: int) -> list[str]:
    """Return the numbers of a cell such as ``75.2 (-0.9)``, ``71.0 / 90.1`` or ``75.2 ↓0.9``.

    What is missing is empty. Any other cell is one part.
    """
    match = _PARTS.fullmatch(text.strip()) if count == 2 and not is_absent(text) else None
    if match is None:
        return [text, *("" for _ in range(count - 1))]
    return [match["first"], match["in"] or match["behind"] or match["arrow"] or ""]


def value(text: str, target: Target, unit: str = "") -> str | None:
    """Return what a claim file is to hold, None where the cell says that there is no value.

    ``unit`` is that of bare numbers: ``%`` for shares, ``G`` or ``e8`` for counts.

    Raises:
        ValueError: the cell is no such value; the message says what was expected.
    """
    if is_absent(_MARKS.sub("", text) if target.unit else text):
        return None
    if target.unit is None:
        target.reader.parse(text)
        return text
    number = _turned(_bare_number(text, target), target)
    number = _with_unit(number, target.unit, unit)
    _refuse_bare_share(number, target)
    _refuse_bare_count(number, target)
    target.reader.parse(number)
    return number


def _bare_number(text: str, target: Target) -> str:
    """Take off marks, words and arrows; an arrow becomes the sign that the key gives it."""
    number = _MARKS.sub("", text)
    number = _PLUS_MINUS.sub("+-", number) if "±" not in number else number
    if target.name == "spread":
        number = re.sub(r"^\s*(?:±|\+-)\s*", "", number)
    if target.unit in _WORDS:
        number = _WORDS[target.unit].sub("", number)
    arrows = _ARROW.findall(number)
    if not arrows:
        return number
    plain = _ARROW.sub("", number).strip()
    if len(arrows) > 1:
        raise ValueError(f"two arrows in {text!r}")
    return _signed(plain, arrows[0] == "↓", target)


def _signed(number: str, falls: bool, target: Target) -> str:
    """Give a number the sign that its arrow means under the key."""
    sign = _SIGNED.match(number)
    digits = number[sign.end() :].strip() if sign else number
    printed = (sign[0].strip() == "+") if sign else None
    if target.name == "delta" or target.turn is Turn.NEGATIVE:
        if printed is not None and printed == falls:
            raise ValueError("the arrow and the sign contradict each other")
        return f"-{digits}" if falls else digits
    if target.name not in _FALLING_KEYS:
        raise ValueError(f"an arrow has no meaning for {target.name}; use two keys: top1,delta")
    if printed is not None:
        raise ValueError("an arrow and a sign: which of them is meant is not sure")
    return digits if falls else f"-{digits}"


def _turned(number: str, target: Target) -> str:
    if target.turn is Turn.NOT:
        return number
    first, *spread = _PLUS_MINUS.split(number.replace("±", "+-"), maxsplit=1)
    sign = _SIGNED.match(first)
    digits = first[sign.end() :] if sign else first
    if target.turn is Turn.NEGATIVE:
        turned = digits if sign and "+" not in sign[0] else f"-{digits}"
    else:
        error = re.fullmatch(r"\s*([0-9]{1,3}(?:\.[0-9]{0,10})?)\s*%?\s*", first)
        if error is None:
            raise ValueError(f"expected an error in percent such as 23.87, got {number!r}")
        turned = str(Decimal(100) - Decimal(error[1]))
    return "+-".join((turned.strip(), *spread))


def _with_unit(number: str, unit: Unit, given: str) -> str:
    """Put the unit of the column behind bare numbers."""
    fits = {Unit.FRACTION: "%", Unit.TIMES: "x"}.get(unit) == given or unit is Unit.COUNT
    if not given or (given == "%" and unit is not Unit.FRACTION) or not fits:
        return number
    first, *spread = _PLUS_MINUS.split(number, maxsplit=1)
    if not _BARE.fullmatch(first.strip()):
        return number
    behind = [one + given if given == "%" else one for one in spread]
    return "+-".join((first.strip() + given, *behind))


def bare_number(text: str) -> Decimal | None:
    """Return the first number of a cell without a per cent sign; None where there is none."""
    number = re.search(r"[0-9]+(?:\.[0-9]+)?", text)
    return Decimal(number[0]) if number and "%" not in text else None


def _refuse_bare_count(number: str, target: Target) -> None:
    """A small count without its suffix has lost it, or is no count; neither is made up."""
    if target.unit is not Unit.COUNT or number.rstrip()[-1:].isalpha():
        return
    if 0 < parse_number(number, Unit.COUNT).value < 1000:
        raise ValueError(
            f"{number!r} lacks its suffix; if the table gives one for the column, say so with "
            f"--unit {target.name}=M; a share of the base is no count"
        )


def _refuse_bare_share(number: str, target: Target) -> None:
    """A share above 1 without its per cent sign is not guessed to be a percentage."""
    if target.unit is not Unit.FRACTION or "%" in number:
        return
    if target.reader.parse(number).value > 1:
        raise ValueError(
            f"{number!r} is no share below 1; if the column is in percent, say so with "
            f"--unit {target.name}=%"
        )
