"""Units of a layer: where their outputs leave it, what the loss is without some, its gradients.

A unit is a filter of a convolution or an output of a linear layer. Where a batch norm reads the
outputs of the layer, the unit's output is what the batch norm makes of it: cutting a unit takes
both. A ReLU may follow; zero stays zero behind it. Where a depthwise convolution with a batch norm
of its own follows (MobileNetV2), that makes a constant of the zeros, which cutting would take too.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import TypeGuard

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.hooks import RemovableHandle

from prune_audit.pipeline.modes import inspected

BATCH = 128
"""Images that pass through a network at once."""

Norm = nn.BatchNorm1d | nn.BatchNorm2d
Sample = tuple[Tensor, Tensor]
"""Images (N, channels, H, W) and their labels (N,)."""
Payoff = Callable[[Tensor, Tensor], Tensor]
"""Logits (N, classes) and labels (N,) to what each image adds to the harm: (N,)."""


def losses(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the cross-entropy (natural logarithm) of every image: (N,)."""
    return cross_entropy(logits, labels, reduction="none")


def errors(logits: Tensor, labels: Tensor) -> Tensor:
    """Return 1 for every image that is not recognised, else 0: (N,)."""
    return (logits.argmax(1) != labels).to(logits.dtype)


def outputs(
    net: nn.Module, layers: Mapping[str, nn.Module], example: Tensor
) -> dict[str, nn.Module]:
    """Return the module that gives out each layer's units: its batch norm, or the layer itself.

    Args:
        net: the network, left as it is.
        layers: convolution and linear layers of the network, by name.
        example: some images, (N, channels, H, W); their values do not matter.

    Raises:
        ValueError: the network does not use one of the layers, or one more than once.
    """
    found = norms(net, layers, example)
    return {name: found[name] or layer for name, layer in layers.items()}


def norms(
    net: nn.Module, layers: Mapping[str, nn.Module], example: Tensor
) -> dict[str, Norm | None]:
    """Return the batch norm that reads the very output of each layer, None where there is none.

    Takes what ``outputs`` takes. Names play no part: one pass shows which tensor goes where. A
    batch norm behind a ReLU counts only if the ReLU works in place.
    """
    made: list[tuple[str, Tensor]] = []
    found: dict[str, Norm | None] = {}

    def give(name: str, output: Tensor) -> None:
        if name in found:
            raise ValueError(f"the network uses the layer {name} more than once")
        found[name] = None
        made.append((name, output))

    def take(norm: Norm, read: Tensor) -> None:
        found.update({name: norm for name, output in made if output is read})

    with inspected(net), torch.no_grad(), _tracing(net, layers, give, take):
        net(example[:1])
    missing = [name for name in layers if name not in found]
    if missing:
        raise ValueError(f"the network does not use the layer {missing[0]}")
    return found


@contextmanager
def _tracing(
    net: nn.Module,
    layers: Mapping[str, nn.Module],
    give: Callable[[str, Tensor], None],
    take: Callable[[Norm, Tensor], None],
) -> Iterator[None]:
    """Tell of every output that a layer makes, and of every input that a batch norm reads."""

    def made(name: str) -> RemovableHandle:
        return layers[name].register_forward_hook(lambda _, __, output: give(name, output))

    def read(norm: Norm) -> RemovableHandle:
        return norm.register_forward_pre_hook(lambda _, inputs: take(norm, inputs[0]))

    batch_norms = (module for module in net.modules() if _is_norm(module))
    with _removed(chain(map(made, layers), map(read, batch_norms))):
        yield


def _is_norm(module: nn.Module) -> TypeGuard[Norm]:
    """Say whether a module is a batch norm."""
    return isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d)


@contextmanager
def silenced(output: nn.Module, gone: Tensor) -> Iterator[None]:
    """Let a module of ``outputs`` give zero for some units, and leave it as it was afterwards.

    Args:
        output: the module; its own weights do not change.
        gone: which units, booleans of shape (outputs,); may change meanwhile.
    """

    def zeroed(module: nn.Module, _: object, values: Tensor) -> Tensor:
        return values.masked_fill(_along(gone, module, values), 0.0)

    with _removed(iter([output.register_forward_hook(zeroed)])):
        yield


def mean_loss(net: nn.Module, sample: Sample, payoff: Payoff = losses) -> float:
    """Return the mean payoff over images, summed in double precision; in the mode the net is in."""
    with torch.inference_mode():
        sums = [
            payoff(net(images), labels).sum(dtype=torch.float64)
            for images, labels in _parts(sample)
        ]
        return float(torch.stack(sums).sum()) / len(sample[1])


def _parts(sample: Sample) -> Iterator[Sample]:
    images, labels = sample
    yield from zip(torch.split(images, BATCH), torch.split(labels, BATCH), strict=True)


@contextmanager
def harms(
    net: nn.Module, output: nn.Module, sample: Sample, payoff: Payoff = losses
) -> Iterator[Callable[[Tensor], float]]:
    """Give a function from units that are zeroed, booleans (outputs,), to the mean payoff.

    The network is in evaluation mode meanwhile and comes back as it was.
    """

    def harm(gone: Tensor) -> float:
        with silenced(output, gone.to(sample[0].device)):
            return mean_loss(net, sample, payoff)

    with inspected(net):
        yield harm


def positive(net: nn.Module, units: Mapping[str, nn.Module], images: Tensor) -> dict[str, Tensor]:
    """Return the fraction (0 to 1) of each unit's outputs that are above zero, by layer.

    Over images and pixels; shape (outputs,), double precision. Behind a ReLU all others are zero.
    """
    counts: dict[str, list[Tensor]] = {name: [] for name in units}

    def count(name: str) -> RemovableHandle:
        def hook(module: nn.Module, _: object, values: Tensor) -> None:
            above = _units_last(module, values > 0).flatten(0, -2)
            counts[name].append(above.mean(0, dtype=torch.float64) * len(values))

        return units[name].register_forward_hook(hook)

    with inspected(net), torch.inference_mode(), _removed(map(count, units)):
        for part in torch.split(images, BATCH):
            net(part)
    return {name: torch.stack(parts).sum(0) / len(images) for name, parts in counts.items()}


def gate_gradients(
    net: nn.Module, units: Mapping[str, nn.Module], sample: Sample
) -> dict[str, Tensor]:
    """Return the derivative of each image's loss by a factor on each unit, by layer.

    The factor (gate) is 1 and multiplies the unit's whole output map, so the derivative is the sum
    over the map of gradient times output: by first order, what the loss of that image loses when
    the unit goes. Evaluation mode, so that no image depends on the others.

    Returns:
        Shape (N, outputs), double precision. Gradients and weights of the network are untouched.
    """
    with inspected(net), torch.enable_grad():
        found = [_gates(net, units, *part) for part in _parts(sample)]
    return {name: torch.cat([part[name] for part in found]).double() for name in units}


def _gates(
    net: nn.Module, units: Mapping[str, nn.Module], images: Tensor, labels: Tensor
) -> dict[str, Tensor]:
    gates: dict[str, Tensor] = {}

    def gated(name: str) -> RemovableHandle:
        def hook(module: nn.Module, _: object, values: Tensor) -> Tensor:
            width = _units_last(module, values).shape[-1]
            gate = gates[name] = values.new_ones(len(values), width, requires_grad=True)
            return values * _along(gate, module, values)

        return units[name].register_forward_hook(hook)

    with _removed(map(gated, units)):
        loss = losses(net(images), labels).sum()
    return dict(zip(gates, torch.autograd.grad(loss, list(gates.values())), strict=True))


def _along(per_unit: Tensor, module: nn.Module, values: Tensor) -> Tensor:
    """Return numbers per unit, (outputs,) or (N, outputs), shaped to meet the outputs."""
    between = [1] * (values.ndim - 2)
    *rows, width = per_unit.shape
    shape = [*between, width] if isinstance(module, nn.Linear) else [width, *between]
    return per_unit.view(*(rows or [1]), *shape)


def _units_last(module: nn.Module, values: Tensor) -> Tensor:
    return values if isinstance(module, nn.Linear) else values.movedim(1, -1)


@contextmanager
def _removed(handles: Iterator[RemovableHandle]) -> Iterator[None]:
    """Remove hooks afterwards."""
    hooks = list(handles)
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
