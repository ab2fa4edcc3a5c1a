"""Controls: choices that share nothing with a method but how many weights each layer keeps."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch
from torch import Tensor

Gone = dict[str, Tensor]
"""Which weights go, by layer: booleans of the shape of its weight."""


def shuffled(gone: Mapping[str, Tensor], generator: torch.Generator) -> Gone:
    """Move the places within each layer at random.

    Source: Frankle et al. 2021 (arXiv 2009.08576) and Su et al. 2020 (arXiv 2009.11094).
    """
    return {name: _permuted(places, generator) for name, places in gone.items()}


def _permuted(places: Tensor, generator: torch.Generator) -> Tensor:
    order = torch.randperm(places.numel(), generator=generator, device=generator.device)
    return places.flatten()[order.to(places.device)].view_as(places)


CONTROLS: Mapping[str, Callable[[Mapping[str, Tensor], torch.Generator], Gone]] = MappingProxyType(
    {"shuffled": shuffled}
)


def controlled(name: str, gone: Mapping[str, Tensor], generator: torch.Generator) -> Gone:
    """Return the choice of a control, proved to have acted.

    Raises:
        ValueError: there is no such control, or it changed nothing although it could have.
    """
    if name not in CONTROLS:
        raise ValueError(f"expected the control {' or '.join(CONTROLS)}, got {name!r}")
    found = CONTROLS[name](gone, generator)
    for layer, places in gone.items():
        if int(found[layer].sum()) != int(places.sum()):
            raise ValueError(f"the control {name} changed how many weights of {layer} go")
    movable = any(0 < int(places.sum()) < places.numel() for places in gone.values())
    if movable and all(torch.equal(found[layer], places) for layer, places in gone.items()):
        raise ValueError(f"the control {name} changed nothing")
    return found
