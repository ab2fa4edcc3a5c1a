"""How numbers are typed in LR schedules, brought to one form: 10^-2, 1×10⁻² and 1E−2 are 1e-2."""

import re

# An unsigned number as a regular expression without groups.
NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?"

_SIGNS = str.maketrans({**dict.fromkeys("−–‒‐‑", "-"), **dict.fromkeys("×·⋅∗✕", "*"), "％": "%"})
_RAISED = re.compile("[⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_PLAIN_DIGITS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_POWER = re.compile(
    r"(?<![0-9.e+-])(?:([0-9]+(?:\.[0-9]*)?|\.[0-9]+) ?[*x] ?)?10 ?\^ ?[({]?([+-]? ?[0-9]+)[)}]?"
)
_SPACED = re.compile(r" ?([,/:]) ?| (%)")


def tidy(text: str) -> str:
    """Return the text in lower case, single-spaced, with its numbers in one form."""
    if not text.isascii():
        text = _RAISED.sub(lambda found: "^" + found[0].translate(_PLAIN_DIGITS), text)
        text = text.translate(_SIGNS)
    text = " ".join(text.lower().split())
    if "^" in text:
        text = _POWER.sub(_scientific, text)
    return _SPACED.sub(r"\1\2", text)


def _scientific(power: re.Match[str]) -> str:
    return f"{power[1] or '1'}e{power[2].replace(' ', '')}"
