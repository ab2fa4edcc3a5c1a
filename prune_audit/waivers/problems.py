"""Problems of suppressions and baselines (family PA9): each function makes one, like problems.py.

The docstrings are the manual pages; rules/hygiene.py lists them beside the other rules.
"""

from collections.abc import Iterable

from prune_audit.places import Place
from prune_audit.problems import Problem, cut, shown

FORM = "# prune-audit: ignore[PA104] reason"
_MOST_NAMED = 8


def unused_suppression(place: Place, word: str, where: str) -> Problem:
    """A suppression suppresses nothing.

    Definition: no finding of the named rule stands where the suppression applies. Not judged where
    the rule was not selected, the file could not be read, the rule compares several papers or asks
    for evidence that this run did not have, or a table applies to claim files that were not
    checked.
    Why: it outlives the slip that it was written for and would hide the next one.
    Fix: delete it, or move it to the line of the finding.
    Cannot detect: a suppression that is in use and whose reason no longer holds.
    Source: this tool.
    """
    reason = f"no finding of {word} {where} is there to suppress"
    return Problem("PA901", reason, (place,), "delete the suppression, or name what it is for")


def suppression_without_reason(place: Place, words: Iterable[str]) -> Problem:
    """A suppression gives no reason, so it does not act.

    Definition: nothing stands behind the brackets of the comment, or the table of the
    configuration has no ``reason``.
    Why: whoever reads it later must see why the finding does not count.
    Fix: write the reason.
    Cannot detect: a reason that says nothing.
    Source: this tool.
    """
    reason = f"the suppression of {cut(', '.join(words))} gives no reason and does not act"
    return Problem("PA902", reason, (place,), "say why the finding does not count")


def expired_suppression(place: Place, words: Iterable[str], until: str) -> Problem:
    """A suppression has expired, so it does not act.

    Definition: today is later than ``until``, which is its last day.
    Why: it was meant for a limited time.
    Fix: mend what it hides, or give it a new date and a reason that still holds.
    Cannot detect: a clock that is wrong.
    Source: this tool.
    """
    reason = f"the suppression of {cut(', '.join(words))} ended on {until} and does not act"
    return Problem("PA903", reason, (place,), "mend the finding, or set a later date")


def unknown_suppressed_code(place: Place, word: str, near: str) -> Problem:
    """A suppression names a rule that does not exist.

    Definition: a word that is no rule's code or name, and no family where a family may stand.
    Why: it suppresses nothing, and the finding that it was meant for is still there.
    Fix: write the code or the name of the rule; ``prune-audit rules`` lists them.
    Cannot detect: the code of another rule than was meant.
    Source: this tool.
    """
    fix = f"did you mean {near}?" if near else "prune-audit rules lists all rules"
    return Problem("PA904", f"no rule is called {shown(word)}", (place,), fix)


def malformed_suppression(place: Place, reason: str, fix: str = f"write it as {FORM}") -> Problem:
    """A comment for prune-audit cannot be read, so it does not act.

    Definition: a comment that begins with ``prune-audit:`` and is not of the form
    ``# prune-audit: ignore[PA104] reason``, with ``(owner: name, until: 2030-12-31)`` behind the
    brackets if wanted; ``ignore-file[...]`` anywhere but in the first comment lines of the file; a
    family such as PA1 in a comment on a line.
    Why: it looks as if it acted.
    Fix: write it in that form.
    Cannot detect: a comment that does not begin with ``prune-audit:``.
    Source: this tool.
    """
    return Problem("PA905", reason, (place,), fix)


def stale_baseline(place: Place, count: int, codes: Iterable[str]) -> Problem:
    """A baseline lists findings that no longer occur.

    Definition: an entry of the baseline that no finding of this run matches, though its file was
    checked and its rule ran; or the file of the entry is gone.
    Why: an entry that nobody needs would hide the same slip when it comes back.
    Fix: ``prune-audit baseline prune`` drops these entries and adds none.
    Cannot detect: entries of files that this run did not check.
    Source: this tool.
    """
    named = sorted(set(codes))
    more = ", ..." if len(named) > _MOST_NAMED else ""
    listed = ", ".join(named[:_MOST_NAMED]) + more
    what = "1 finding" if count == 1 else f"{count} findings"
    reason = f"the baseline lists {what} that no longer occur{'s' * (count == 1)}: {listed}"
    return Problem("PA906", reason, (place,), "run prune-audit baseline prune")


def duplicate_suppression(place: Place, word: str, first: Place) -> Problem:
    """The same suppression stands twice.

    Definition: two suppressions of one rule that apply to the same line, file or pattern.
    Why: when the first is deleted, the second still acts.
    Fix: delete one of them.
    Cannot detect: two patterns that differ and match the same files.
    Source: this tool.
    """
    reason = f"{word} is suppressed here a second time, first in line {first.line}"
    return Problem("PA907", reason, (place, first), "delete one of the two")


def insuppressible_code(place: Place, word: str, why: str) -> Problem:
    """A suppression names a rule that cannot be suppressed.

    Definition: a rule about the suppressions themselves (PA9), or one whose finding leaves the file
    unread, so that nothing else in it was checked.
    Why: a file that was not read must not look clean, and a suppression must not hide another one.
    Fix: mend the file; the finding says how.
    Cannot detect: nothing else is exempt.
    Source: this tool.
    """
    return Problem("PA908", f"{word} cannot be suppressed: {why}", (place,), "mend what it names")
