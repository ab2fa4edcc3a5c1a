"""Weights as arrays of NumPy: read from raw bytes, counted, masks multiplied in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from prune_audit.evidence.checkpoints.errors import CheckpointError, not_installed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_STATISTICS = ("running_mean", "running_var", "num_batches_tracked")
_MOST_SHARED = 16
"""Times its own size that the tensors of a file may hold together, as they may share values."""
_PREFIXES = ("module.", "_orig_mod.")
_ORIGINAL, _MASK = "_orig", "_mask"
_TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?", "BF16": "<u2",
}  # fmt: skip


class Layer(NamedTuple):
    """The weight of a convolution or linear layer."""

    name: str
    shape: tuple[int, ...]
    """Outputs first, then inputs (per group), then the kernel."""
    zeros: int
    """Weights that are exactly zero."""
    alive: int
    """Outputs with a weight that is not zero."""

    @property
    def size(self) -> int:
        """Number of weights."""
        return prod(self.shape)

    @property
    def linear(self) -> bool:
        """Whether it is a linear layer."""
        return len(self.shape) == 2


class Tensors(NamedTuple):
    """What a file of weights holds."""

    layers: tuple[Layer, ...]
    vectors: Mapping[str, int]
    """Sizes of trainable tensors that are no weight of a layer, by name: biases, batch norm."""
    statistics: int
    """Values that are not trained: running means and variances, counters."""
    nonfinite: tuple[str, ...]
    """Names of tensors with values that are no numbers or infinite."""
    masked: bool
    """Whether masks were multiplied in."""


def numpy() -> Any:
    """Return NumPy.

    Raises:
        CheckpointError: it is not installed.
    """
    try:
        import numpy as np
    except ImportError:
        raise not_installed("numpy", "evidence") from None
    return np


def decoded(data: "bytes | memoryview", kind: str) -> "Array":
    """Return the values of little-endian bytes of a type named as in safetensors (F32, BF16).

    Raises:
        CheckpointError: the type is not known here.
        ValueError: the bytes are no whole number of values.
    """
    np = numpy()
    if kind not in _TYPES:
        raise CheckpointError(f"holds values of the type {kind[:20]}, which is not read here")
    values: Array = np.frombuffer(data, _TYPES[kind])
    if kind != "BF16":
        return values
    wide: Array = (values.astype("<u4") << 16).view("<f4")  # it is the upper half of 32 bits
    return wide


def check_shared(sizes: Iterable[int], size: int) -> None:
    """Refuse a file whose tensors, each of so many bytes, are views of each other beyond all use.

    Raises:
        CheckpointError: to look at all of them would take hours.
    """
    if sum(sizes) > _MOST_SHARED * size:
        raise CheckpointError(f"holds tensors of more than {_MOST_SHARED} times its own size")


def layer(name: str, array: "Array") -> Layer:
    """Count the zeros of a weight whose first axis is the outputs.

    Raises:
        CheckpointError: it has no values.
    """
    np = numpy()
    if not array.size or not array.ndim:
        raise CheckpointError(f"holds {name} without values")
    with np.errstate(all="ignore"):  # values that are no numbers have their own finding
        nonzero = int(np.count_nonzero(array))
        alive = int(np.count_nonzero(array.reshape(len(array), -1).any(axis=1)))
    return Layer(name, array.shape, array.size - nonzero, alive)


def finite(array: "Array") -> bool:
    """Whether every value is a finite number."""
    np = numpy()
    with np.errstate(all="ignore"):
        return bool(np.isfinite(array).all())


def tallied(arrays: "Mapping[str, Array]") -> Tensors:
    """Sort the tensors of a state_dict into weights of layers, other parameters and statistics.

    Raises:
        CheckpointError: there is no weight of a layer, or a mask of another shape than its weight.
    """
    named = {plain(name): array for name, array in arrays.items()}
    masked = dict(unmasked(without_common(named)))
    layers = tuple(layer(name, a) for name, a in masked.items() if is_layer(name, a))
    if not layers:
        raise CheckpointError("holds no weights of convolution or linear layers")
    weights = {one.name for one in layers}
    others = {name: a for name, a in masked.items() if name not in weights}
    return Tensors(
        layers,
        {name: a.size for name, a in others.items() if not name.endswith(_STATISTICS)},
        sum(a.size for name, a in others.items() if name.endswith(_STATISTICS)),
        tuple(name for name, array in masked.items() if not finite(array)),
        len(masked) < len(arrays),
    )


def is_layer(name: str, array: "Array") -> bool:
    """Whether an array is the weight of a convolution or linear layer."""
    return name.endswith("weight") and array.ndim >= 2 and array.size > 0


def plain(name: str) -> str:
    """Return a name without what wrappers put before it."""
    while name.startswith(_PREFIXES):
        name = name.partition(".")[2]
    return name


def without_common(arrays: "Mapping[str, Array]") -> "Mapping[str, Array]":
    """Leave out a first word that all names share: model.conv1.weight, model.fc.weight."""
    words = {name.partition(".")[0] for name in arrays}
    if len(words) > 1 or any(name.count(".") < 2 for name in arrays):
        return arrays
    return {name.partition(".")[2]: array for name, array in arrays.items()}


def unmasked(arrays: "Mapping[str, Array]") -> "Iterator[tuple[str, Array]]":
    """Multiply the masks of torch.nn.utils.prune in: weight_orig and weight_mask give weight."""
    for name, array in arrays.items():
        plain = name.removesuffix(_ORIGINAL)
        if name.endswith(_MASK) and f"{name.removesuffix(_MASK)}{_ORIGINAL}" in arrays:
            continue
        mask = arrays.get(f"{plain}{_MASK}") if plain != name else None
        if mask is None:
            yield name, array
        elif mask.shape != array.shape:
            raise CheckpointError(f"holds a mask of {plain} of another shape than the weight")
        else:
            with numpy().errstate(all="ignore"):
                masked = array * mask
            yield plain, masked


def shown_shape(shape: Sequence[int]) -> str:
    """Write a shape as 16 x 3 x 3 x 3."""
    return " x ".join(map(str, shape))
