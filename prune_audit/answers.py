"""Three-valued answers: same, different, unknown.

What nobody reported is neither equal nor unequal, so every question about a pair of results is
answered with one of three words and the words are combined without ever turning *unknown* into
one of the other two.
"""

from collections.abc import Iterable
from enum import StrEnum


class Answer(StrEnum):
    """The answer to "do these two results share this?"."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


def answer(equal: bool | None) -> Answer:
    """Return the answer for a truth value; ``None`` is unknown."""
    if equal is None:
        return Answer.UNKNOWN
    return Answer.SAME if equal else Answer.DIFFERENT


def all_same(answers: Iterable[Answer]) -> Answer:
    """Combine answers that must all be *same*: one difference decides, else one unknown does."""
    seen = set(answers)
    if Answer.DIFFERENT in seen:
        return Answer.DIFFERENT
    return Answer.UNKNOWN if Answer.UNKNOWN in seen else Answer.SAME
