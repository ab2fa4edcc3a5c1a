"""Comments of a claim file -> suppressions, and problems where they cannot be read."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches

from prune_audit.findings import SuppressedBy
from prune_audit.load import Loaded
from prune_audit.places import Place
from prune_audit.problems import Problem, shown
from prune_audit.waivers import problems
from prune_audit.waivers.comments import MARK, Comment, comments
from prune_audit.waivers.suppression import OneFile, OneLine, Suppression

_FORM = re.compile(
    r"(?P<kind>ignore(?:-file)?)[ \t]*\[(?P<words>[^\[\]]*)\]"
    r"[ \t]*(?:\((?P<details>[ \t]*(?P<first>[\w-]+)[ \t]*:[^()]*)\))?(?P<reason>.*)",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DETAILS = ("owner", "until")
_BEFORE_REASON = " \t:-–—"


class _UnreadableError(ValueError):
    """A comment that is not of the form of a suppression; the message says why."""


def from_comments(files: Iterable[Loaded]) -> tuple[tuple[Suppression, ...], tuple[Problem, ...]]:
    """Return what the comments of checked files suppress, and what is wrong with the comments."""
    read = [_read(comment, loaded.name) for loaded in files for comment in comments(loaded.text)]
    return (
        tuple(one for one in read if isinstance(one, Suppression)),
        tuple(one for one in read if isinstance(one, Problem)),
    )


def day(text: str) -> date:
    """Read a date as YYYY-MM-DD.

    Raises:
        ValueError: another form, or no day of the calendar.
    """
    if not _DATE.fullmatch(text):
        raise ValueError(f"expected a date such as 2030-12-31, got {shown(text)}")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"there is no day {text}") from error


def _read(comment: Comment, file: str) -> Suppression | Problem:
    place = Place(file, comment.line, comment.column)
    try:
        return _suppression(comment, place)
    except _UnreadableError as error:
        return problems.malformed_suppression(place, str(error))


def _suppression(comment: Comment, place: Place) -> Suppression:
    form = _FORM.fullmatch(comment.text)
    if not comment.colon:
        raise _UnreadableError(f"the colon behind {MARK} is missing, so this does not act")
    if form is None:
        raise _UnreadableError(f"{shown(comment.text)} is not what prune-audit reads in a comment")
    whole = form["kind"].casefold() == "ignore-file"
    if whole and not comment.leading:
        raise _UnreadableError("ignore-file stands among the first comment lines of a file")
    words = tuple(word for part in form["words"].split(",") if (word := part.strip()))
    if not words:
        raise _UnreadableError("the brackets name no rule")
    details, reason = _details(form)
    return Suppression(
        words,
        OneFile(place.file) if whole else OneLine(place.file, comment.target),
        place,
        SuppressedBy.COMMENT,
        reason.strip(_BEFORE_REASON),
        details.get("owner", ""),
        _until(details.get("until", "")),
        families=whole,
    )


def _details(form: re.Match[str]) -> tuple[dict[str, str], str]:
    """Return owner and until, and the reason; other text in parentheses belongs to the reason."""
    inside = form["details"]
    if inside is None:
        return {}, form["reason"]
    if not get_close_matches(form["first"].casefold(), _DETAILS, 1, cutoff=0.6):
        return {}, f"({inside}){form['reason']}"
    return dict(_pairs(inside)), form["reason"]


def _pairs(inside: str) -> Iterator[tuple[str, str]]:
    seen = set()
    for part in inside.split(","):
        name, _, value = (text.strip() for text in part.partition(":"))
        known = name.casefold()
        if known not in _DETAILS or known in seen or not value:
            raise _UnreadableError(
                f"{shown(part.strip())} is not what can stand in the parentheses: "
                "(owner: name, until: 2030-12-31)"
            )
        seen.add(known)
        yield known, value


def _until(text: str) -> date | None:
    try:
        return day(text) if text else None
    except ValueError as error:
        raise _UnreadableError(f"until: {error}") from error
