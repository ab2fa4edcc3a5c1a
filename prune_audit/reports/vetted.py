"""Whether a text can be posted as a comment of this tool, though somebody else may have written it.

A pull request of a stranger runs with files of the stranger: what it hands over as the tool's
comment may be anything. Only what the format ``comment`` writes is let through: its own HTML, code,
and text in which nothing is markup, a mention, a link or an image.
"""

import re
from collections.abc import Iterator

from prune_audit.reports.comment import LIMIT, MARK
from prune_audit.reports.inert import DIRECTION, LINKED, MARKUP

_OWN_HTML = re.compile(r"</details>|<details(?: open)?><summary>[^<>&`@#$]*</summary>")
_INERT = re.compile(rf"\\{MARKUP.pattern}|`[^`\n]+`|&#36;")
_ACTIVE = re.compile(r"[<>\[\]&`$\\]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def faults(text: str) -> list[str]:
    """Return why a text is no comment of this tool; nothing where it can be posted."""
    return list(_faults(text))


def _faults(text: str) -> Iterator[str]:
    if len(text.encode("utf-8", "surrogatepass")) > LIMIT:
        yield f"it is longer than {LIMIT} bytes"
        return
    if not text.startswith(f"{MARK}\n"):
        yield f"it does not begin with {MARK}"
        return
    # what follows on HTML without an empty line is HTML too
    lines = ["", *text.removeprefix(f"{MARK}\n").split("\n"), ""]
    for number, line in enumerate(lines[1:-1], start=2):
        if _OWN_HTML.fullmatch(line):
            if lines[number] or lines[number - 2]:
                yield f"line {number}: HTML without empty lines around it"
        elif _is_active(line):
            yield f"line {number}: markup, a mention or a link that the tool does not write"


def _is_active(line: str) -> bool:
    rest = _INERT.sub(" ", line)
    odd = "``" in line or _CONTROL.search(line) or DIRECTION.search(line)
    return bool(odd or _ACTIVE.search(rest) or LINKED.search(rest))
