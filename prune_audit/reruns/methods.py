"""The pruning methods that can be rerun, and the words by which claims name them.

A method here decides which filters or weights stay; ``pipeline.methods`` holds its code under the
same key. A method that trains while it prunes belongs here once its pruning stage is implemented.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from prune_audit.registry.entries import key


class Method(NamedTuple):
    """A method: its granularity as claims state it, what it ranks by, and how claims name it.

    ``scope`` is taken where a claim states none. ``images`` says that it looks at training images,
    ``initial`` that it is made for networks that are not trained yet. ``module`` is the file of its
    code in ``pipeline.methods``, where that is not called as the method is. ``own_scope`` says that
    the scope belongs to the method, ``ratio`` that there is only one.
    """

    granularity: str
    title: str
    words: tuple[str, ...]
    source: str
    scope: str = "layerwise"
    images: bool = False
    initial: bool = False
    module: str = ""
    own_scope: bool = False
    ratio: float | None = None

    @property
    def masked(self) -> bool:
        """Whether it takes single weights, which masks hold at zero, and no whole filters."""
        return self.granularity != "filter"


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "l1": Method(
            "filter",
            "filters with the smallest L1-norm go",
            ("l1", "l1-norm", "l1 norm", "filter l1-norm", "l1-norm of filters"),
            "Li et al. 2017 (arXiv 1608.08710)",
        ),
        "random": Method(
            "filter",
            "filters go at random, as many per layer as the ratio says",
            ("random", "random filters", "random filter pruning"),
            "the control of Wang et al. 2023 and Mittal et al. 2018 (arXiv 1801.10447)",
        ),
        "magnitude": Method(
            "weight",
            "single weights with the smallest absolute value go",
            ("magnitude", "weight magnitude", "absolute value", "magnitude of weights"),
            "Han et al. 2015 (arXiv 1506.02626)",
        ),
    }
)


def method_named(words: str, granularity: str) -> str | None:
    """Return the key of the method that a claim's criterion or method name means, else None."""
    for name, method in METHODS.items():
        if method.granularity == granularity and key(words) in map(key, method.words):
            return name
    return None
