"""Of every four consecutive weights the two smallest go (2:4).

Definition: the weights of an output are taken in groups of four along its inputs; in each group the
two with the smallest absolute values go, among equal ones the first. The inputs of a linear layer
or of a 1x1 convolution are in order; those of larger kernels in the order of their shape: channel,
row, column, which is the matrix that is multiplied by unfolded images. A layer whose number of
inputs is not divisible by four stays dense (``left_dense`` names it), so the sparsity of the
network is at most a half. The ratio is 0.5, nothing else has a meaning here.
Why: a pattern of single weights that some GPUs multiply faster, at the cost of a choice that is
less free than that of magnitude at the same ratio.
Cannot detect: speed. Here masks are held at zero and nothing gets faster. ``semi_structured``
stores linear layers of such a network in torch's own sparse form, which needs an NVIDIA GPU of
compute capability 8.0 or higher, half or bfloat16 weights, and rows and columns in multiples of 32
and 64; small layers may be no faster for it. In float32 that form keeps one of every two weights,
which is not this pattern. torch has no such form for convolutions; ASP in NVIDIA's apex groups
four input channels at the same place of the kernel, which for kernels larger than 1x1 is not
the grouping here. The shuffled control keeps the counts of a layer, not the pattern.
Source: Mishra et al. 2021 (arXiv 2104.08378).
"""

import torch
from torch import Tensor, nn
from torch.sparse import SparseSemiStructuredTensor, to_sparse_semi_structured

from prune_audit.pipeline.methods.scorer import Layer, Scoring

GROUP = 4
GONE = 2
RATIO = GONE / GROUP

_ROWS, _COLUMNS = 32, 64
"""Whose multiples both of torch's back ends take, cuSPARSELt and CUTLASS, in half and bfloat16."""


def two_four(scoring: Scoring, ratio: float) -> dict[str, Tensor]:
    """Let the two smallest of every four weights go.

    Raises:
        ValueError: the ratio is not 0.5, no layer has inputs in multiples of four, or a weight is
            not a number.
    """
    if ratio != RATIO:
        raise ValueError(f"2:4 lets two of four weights go: expected the ratio 0.5, got {ratio:g}")
    if len(left_dense(scoring)) == len(scoring.layers):
        raise ValueError("no layer has a number of inputs that is divisible by 4")
    return {name: _gone(name, layer) for name, layer in scoring.layers.items()}


def left_dense(scoring: Scoring) -> tuple[str, ...]:
    """Return the names of the layers that 2:4 leaves whole: inputs not divisible by four."""
    return tuple(name for name, layer in scoring.layers.items() if not _fits(layer))


def semi_structured(net: nn.Module) -> tuple[str, ...]:
    """Store the 2:4 linear layers of a network in torch's semi-structured form, in place.

    For inference: the weights are then constants. Layers that do not have the pattern, or not the
    sizes, stay as they are.

    Returns:
        The names of the layers that were changed.

    Raises:
        ValueError: there is no layer that can be stored so, or its weight is not on a GPU that can
            multiply it, or is neither half nor bfloat16; nothing is changed then.
    """
    linear = {name: layer for name, layer in net.named_modules() if isinstance(layer, nn.Linear)}
    found = {name: layer for name, layer in linear.items() if _storable(layer)}
    if not found:
        raise ValueError("no linear layer is 2:4 and has sizes in multiples of 32 and 64")
    for name, layer in found.items():
        _check_hardware(name, layer.weight)
    for layer in found.values():
        dense = layer.weight.detach().contiguous()
        layer.weight = nn.Parameter(to_sparse_semi_structured(dense), requires_grad=False)
    return tuple(found)


def has_pattern(weight: Tensor) -> bool:
    """Return whether at least two of every four weights along the inputs are zero."""
    rows = weight.detach().flatten(1)
    if rows.shape[1] % GROUP:
        return False
    return bool((rows.reshape(-1, GROUP) == 0).sum(1).ge(GONE).all())


def _fits(layer: Layer) -> bool:
    return layer.weight[0].numel() % GROUP == 0


def _gone(name: str, layer: Layer) -> Tensor:
    """Return which weights of a layer go: booleans of the shape of its weight."""
    weight = layer.weight.detach()
    if not _fits(layer):
        return torch.zeros_like(weight, dtype=torch.bool)
    if weight.isnan().any():
        raise ValueError(f"a weight of {name} is not a number")
    groups = weight.abs().flatten(1).reshape(-1, GROUP)
    smallest = groups.argsort(dim=1, stable=True)[:, :GONE]
    gone = torch.zeros_like(groups, dtype=torch.bool).scatter_(1, smallest, True)
    return gone.view(weight.shape)


def _storable(layer: nn.Linear) -> bool:
    if isinstance(layer.weight, SparseSemiStructuredTensor):
        return False  # already stored so
    sized = layer.out_features % _ROWS == 0 and layer.in_features % _COLUMNS == 0
    return sized and has_pattern(layer.weight)


def _check_hardware(name: str, weight: Tensor) -> None:
    if not weight.is_cuda or torch.cuda.get_device_capability(weight.device) < (8, 0):
        raise ValueError(
            f"{name} is on {weight.device}: 2:4 sparsity needs an NVIDIA GPU of compute "
            "capability 8.0 or higher"
        )
    if weight.dtype not in (torch.float16, torch.bfloat16):
        raise ValueError(f"{name} is {weight.dtype}: expected float16 or bfloat16")
