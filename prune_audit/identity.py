"""Are two names the same data set or network?"""

import re
from decimal import Decimal
from functools import lru_cache

from prune_audit.answers import Answer, answer
from prune_audit.claim import Result
from prune_audit.registry import Network
from prune_audit.registry import dataset as known_dataset
from prune_audit.registry import network as registered_network

VARIANT = Decimal("1.1")
"""Dense parameter counts further apart than this factor are two variants of one name."""


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
    same = _same(left, right, one.id if one else None, other.id if other else None)
    return Answer.UNKNOWN if same is Answer.SAME and _other_cost(a, b) else same


def _other_cost(a: Result, b: Result) -> bool:
    """Whether the dense networks' printed parameters say that one name means two variants."""
    models = (a.base_model, b.base_model)
    params = [model.params.value for model in models if model and model.params.value]
    if len(params) < 2:
        return False
    one, other = (number.hull for number in params)
    return one.low > other.high * VARIANT or other.low > one.high * VARIANT


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
