"""Lines of text: without control characters, wrapped to the width, painted for terminals."""

import re
import textwrap

from prune_audit.reports.look import Look

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


def clean(text: str) -> str:
    """Return a text without control characters, of which some turn its direction."""
    return _CONTROL.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Return a text of a claim file on one line, without control characters."""
    return clean(" ".join(text.split()))


def wrapped(text: str, look: Look, indent: int, hang: int | None = None) -> list[str]:
    """Return a text as lines of at most the width; ``hang`` indents the lines after the first."""
    if indent + len(text) <= look.width:
        return [" " * indent + text]
    rest = " " * (indent if hang is None else hang)
    return textwrap.wrap(
        text, max(look.width, len(rest) + 20), initial_indent=" " * indent,
        subsequent_indent=rest, break_on_hyphens=False,
    )  # fmt: skip


def painted(text: str, styles: str, look: Look) -> str:
    """Return a text in some styles (words such as ``bold red``); plain where colour is off."""
    if not (look.colour and text):
        return text
    codes = ";".join(_CODES[style] for style in styles.split())
    return f"\x1b[{codes}m{text}\x1b[0m"


def cut(text: str, look: Look) -> str:
    """Return one line cut to the width, with an ellipsis where something is left out."""
    return text if len(text) <= look.width else text[: look.width - 1] + "…"
