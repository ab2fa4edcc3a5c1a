"""Text of others in markdown: it mentions nobody, links nowhere, shows no image, holds no HTML."""

import re

from prune_audit.reports.lines import one_line

LONGEST = 2_000
"""Characters of one text that are shown."""
MARKUP = re.compile(r"([\\`*_{}\[\]<>|~&])")
DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of what follows, so that it reads as something else."""
LINKED = re.compile(
    r"(?ia)((?<!\w)@(?=\w)|@(?=[\w-]*\.)|[#!%~&](?=\w)|:(?=//|[\w+-]+:)|\bwww(?=\.)|\bgh(?=-\d))"
)
"""What GitHub and GitLab make links of, though it is no markup: @name, #1, !1, https://, :smile:"""
_APART = "\u200b"
"""A space of no width: what would be a mention or a link falls apart, and looks the same."""


def plain(text: str) -> str:
    """Return a text that markdown shows as it is: no markup, HTML, mention, link or formula."""
    marked = MARKUP.sub(r"\\\1", _shown(text))
    return _apart(marked).replace("$", "&#36;")


def unlinked(text: str) -> str:
    """Return a text of which nothing becomes a link; markup and HTML in it are left."""
    return _apart(_shown(text))


def _apart(text: str) -> str:
    return LINKED.sub(rf"\1{_APART}", text)


def code(text: str) -> str:
    """Return a text as code, in which nothing is a mention or a link."""
    return f"`{_shown(text).replace('`', ' ').replace('|', ' ')}`"


def _shown(text: str) -> str:
    """Return one line without characters that turn the direction, cut where it is very long."""
    line = DIRECTION.sub("\ufffd", one_line(text))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
