"""The setting that is looked up among reference points, and what a point must share with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from prune_audit.answers import Answer
from prune_audit.intervals import Interval
from prune_audit.reruns.experiment import Training
from prune_audit.reruns.reference_points import Base, Point, same_base, same_recipe
from prune_audit.reruns.reference_words import base_words, recipe_words


@dataclass(frozen=True)
class Wanted:
    """The setting that is looked up.

    ``data`` and ``network`` are ids of the registry, ``method`` a key of ``METHODS``. ``rate`` is
    dense over kept, in times, as the printed digits leave it open: of MACs, or of weights where
    single ones are masked. ``ratios`` are the printed ones; None is not to be compared. ``base``
    None is any, as long as the references have one only.
    """

    data: str
    network: str
    method: str
    recipe: Training
    rate: Interval
    ratios: tuple[Interval, ...] | None = None
    base: Base | None = None
    scope: str = "layerwise"
    content: str = ""


class Aspect(NamedTuple):
    """Something a reference must have; how its lack, and what there is instead, are put."""

    fits: Callable[[Point], bool]
    words: str
    has: str
    shown: Callable[[Point], str]


def aspects(wanted: Wanted) -> list[Aspect]:
    """Return what must fit, the most general first, so that the nearest thing can be named."""
    return [
        Aspect(
            lambda point: (point.data.name, point.data.content) == (wanted.data, wanted.content),
            f"is on {wanted.data}", "are on", _data_words,
        ),
        Aspect(
            lambda point: point.network == wanted.network,
            f"on {wanted.data} is of {wanted.network}", "are of", lambda point: point.network,
        ),
        Aspect(
            lambda point: _method(point) == (wanted.method, _scope(wanted.scope, point)),
            f"of {wanted.network} prunes by {_method_words(wanted.method, wanted.scope)}",
            "prune by", lambda point: _method_words(point.pruning.method, point.pruning.scope),
        ),
        Aspect(
            lambda point: not point.pruning.spared,
            "prunes every layer", "spare", lambda point: ", ".join(point.pruning.spared),
        ),
        Aspect(
            lambda point: wanted.base is None or same_base(point.base, wanted.base) is Answer.SAME,
            f"starts from that base model ({base_words(wanted.base)})", "start from",
            lambda point: base_words(point.base),
        ),
        Aspect(
            lambda point: same_recipe(point.recipe, wanted.recipe),
            f"has that recipe ({recipe_words(wanted.recipe)})", "have",
            lambda point: recipe_words(point.recipe),
        ),
    ]  # fmt: skip


def _method(point: Point) -> tuple[str, str]:
    return point.pruning.method, _scope(point.pruning.scope, point)


def _scope(scope: str, point: Point) -> str:
    """Return the scope where it decides anything: filters go layer by layer whatever it says."""
    return scope if point.masked else "layerwise"


def _method_words(method: str, scope: str) -> str:
    return f"{method}, global" if scope == "global" else method


def _data_words(point: Point) -> str:
    return f"{point.data.name} (files of one's own)" if point.data.content else point.data.name
