"""Are two names the same data set or network?"""

import re
from functools import lru_cache

from prune_audit.answers import Answer, answer
from prune_audit.claim import Result
from prune_audit.registry import Network
from prune_audit.registry import dataset as known_dataset
from prune_audit.registry import network as registered_network


def same_dataset(a: Result, b: Result) -> Answer:
    """Compare data sets: two known names decide, others are the same only when spelt alike.

    A name without fixed content (ImageNet-100 is any draw of 100 classes) means one data set within
    a paper; across papers it may not.
    """
    left, right = a.dataset.value, b.dataset.value
    if left is None or right is None:
        return Answer.UNKNOWN
    one, other = known_dataset(left), known_dataset(right)
    same = _same(left, right, one.id if one else None, other.id if other else None)
    loose = one is not None and not one.fixed and a.file != b.file
    return Answer.UNKNOWN if loose and same is Answer.SAME else same


def same_network(a: Result, b: Result) -> Answer:
    """Compare networks: two known names decide, others are the same only when spelt alike."""
    left, right = a.network.value, b.network.value
    if left is None or right is None:
        return Answer.UNKNOWN
    one, other = known_network(a), known_network(b)
    return _same(left, right, one.id if one else None, other.id if other else None)


def _same(left: str, right: str, one: str | None, other: str | None) -> Answer:
    if left == right or _folded(left) == _folded(right):
        return Answer.SAME
    if one is None or other is None:
        return Answer.UNKNOWN  # another spelling of the same thing cannot be ruled out
    return answer(one == other)


def known_network(result: Result) -> Network | None:
    """Return the registered network of a row, on its data set where that is known."""
    return _network(result.network.value, result.dataset.value) if result.network.value else None


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).lower()


@lru_cache(maxsize=1024)
def _network(name: str, dataset: str | None) -> Network | None:
    """VGG-16 and VGG-16-BN are two networks on ImageNet and one on CIFAR: the data set matters."""
    return (registered_network(name, dataset) if dataset else None) or registered_network(name)
