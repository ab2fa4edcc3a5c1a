"""Are two names the same data set or network?"""

import re
from collections.abc import Callable
from functools import lru_cache

from prune_audit.answers import Answer
from prune_audit.places import Entry
from prune_audit.registry import dataset as known_dataset
from prune_audit.registry import network as known_network


def same_dataset(a: Entry[str], b: Entry[str]) -> Answer:
    """Compare data sets: two known names decide, others are the same only when spelt alike."""
    return _same(a, b, _dataset_id)


def same_network(a: Entry[str], b: Entry[str]) -> Answer:
    """Compare networks: two known names decide, others are the same only when spelt alike."""
    return _same(a, b, _network_id)


def _same(a: Entry[str], b: Entry[str], identify: Callable[[str], str | None]) -> Answer:
    if a.value is None or b.value is None:
        return Answer.UNKNOWN
    if a.value == b.value or _folded(a.value) == _folded(b.value):
        return Answer.SAME
    left, right = identify(a.value), identify(b.value)
    if left is None or right is None:
        return Answer.UNKNOWN  # another spelling of the same thing cannot be ruled out
    return Answer.SAME if left == right else Answer.DIFFERENT


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).lower()


@lru_cache(maxsize=1024)
def _dataset_id(name: str) -> str | None:
    known = known_dataset(name)
    return known.id if known else None


@lru_cache(maxsize=1024)
def _network_id(name: str) -> str | None:
    known = known_network(name)
    return known.id if known else None
