"""The numbers of methods that prune while a network trains, and how they fit a stage's length."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from prune_audit.reruns.experiment import Pruning

Numbers = Mapping[str, float]

_GROWTH = {"delta": 1e-4, "every": 10.0, "ceiling": 1.0}
_RATIO = {"ratio": 1000.0, "memory": 0.9}
_PICK = {"pick_delta": 1e-5, "pick_ceiling": 1e-2, "kept": -1e-4}

PENALTIES: Mapping[str, Numbers] = MappingProxyType(
    {
        "greg-1": MappingProxyType({**_GROWTH, **_RATIO}),
        "greg-2": MappingProxyType({**_GROWTH, **_RATIO, **_PICK}),
        "greg-1-weights": MappingProxyType(_GROWTH),
        "greg-2-weights": MappingProxyType({**_GROWTH, **_PICK}),
        "tpp": MappingProxyType({**_GROWTH, "gram": 1000.0, "zero_every": 100.0}),
    }
)
"""What each method takes as ``Pruning.settings``, and the values of its paper for CIFAR.

``delta``: what the penalty grows by; ``every``: after so many steps; ``ceiling``: where it stops;
``ratio``: of kept to pruned mean magnitude, at which it stops too; ``memory``: share of the old
value in the moving average of that ratio; ``pick_delta``, ``pick_ceiling``: growth and end of the
penalty on all weights before any is chosen; ``kept``: penalty on what stays, afterwards;
``gram``: weight of the decorrelation, times the penalty; ``zero_every``: steps from one layer
to the next when they are zeroed.
"""


class Length(NamedTuple):
    """How often a paper raises its penalty, and how long it then keeps it up, in steps."""

    every: int
    stabilised: int


CIFAR = Length(10, 10_000)
IMAGENET = Length(5, 40_000)
"""The ImageNet stages have batches of 64 images (GReg) or 256 (TPP)."""


def settings(pruning: Pruning) -> dict[str, float]:
    """Return all numbers of a pruning: those that it states, and the paper's where it is silent.

    Raises:
        ValueError: the method takes no such number, or not this value of it.
    """
    usual = PENALTIES[pruning.method]
    stated = dict(pruning.settings)
    stated.pop("draw", None)  # any method may be one of several draws
    unknown = [name for name in stated if name not in usual]
    if unknown:
        known = ", ".join(usual)
        raise ValueError(f"{pruning.method} takes no setting {unknown[0]!r}; it takes {known}")
    found = {**usual, **stated}
    if found["every"] < 1 or found["every"] != int(found["every"]):
        raise ValueError(f"expected a whole number of steps as every, got {found['every']:g}")
    for name in ("delta", "pick_delta"):
        if found.get(name, 1.0) <= 0:
            raise ValueError(f"expected {name} above zero, got {found[name]:g}")
    if not 0 <= found.get("memory", 0.0) < 1:
        raise ValueError(f"expected a share from 0 to 1 as memory, got {found['memory']:g}")
    return found


def raises(method: str) -> int:
    """Return how often a method raises its penalty until it is at its ceiling, by its paper."""
    usual = PENALTIES[method]
    start = usual.get("pick_ceiling", 0.0)
    picking = start / usual["pick_delta"] if start else 0.0
    return round(picking + (usual["ceiling"] - start) / usual["delta"])


def full_length(method: str, paper: Length) -> int:
    """Return the steps of a pruning stage whose penalty grows to its ceiling, by the paper."""
    return raises(method) * paper.every + paper.stabilised


def fitted(method: str, steps: int, paper: Length) -> dict[str, float]:
    """Return the settings of a stage of so many steps, only those that are not the default.

    A stage that is long enough takes the paper's numbers. In a shorter one the penalty is raised
    every step, and by so much more that it reaches its ceiling after the same share of the stage.
    """
    full = full_length(method, paper)
    usual = PENALTIES[method]
    if steps >= full:
        return {"every": float(paper.every)} if paper.every != usual["every"] else {}
    growing = steps * raises(method) * paper.every / full
    faster = raises(method) / growing
    scaled = {name: usual[name] * faster for name in ("delta", "pick_delta") if name in usual}
    if "zero_every" in usual:
        scaled["zero_every"] = usual["zero_every"] * steps / full
    return {"every": 1.0, **{name: float(f"{value:.4g}") for name, value in scaled.items()}}
