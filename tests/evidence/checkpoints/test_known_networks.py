"""Every network that the tool builds is known by the names of its weights."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from prune_audit.evidence.checkpoints.arrays import tallied
from prune_audit.evidence.checkpoints.dense import dense_at
from prune_audit.evidence.checkpoints.kinds import Kind
from prune_audit.evidence.checkpoints.measured import Measured
from prune_audit.evidence.checkpoints.weights_only import measure_weights
from prune_audit.pipeline.networks import BUILDERS, bare
from prune_audit.registry import Network, dataset, dense, networks
from prune_audit.registry.networks import NETWORKS
from prune_audit.registry.shapes import SHAPES, MLPShape
from prune_audit.reruns.networks import MLPS

DATA = {"imagenet": "imagenet", "cifar": "cifar10", "digits": "digits", "mnist": "mnist"}


def entry(network: str) -> Network:
    return next(one for one in NETWORKS if one.id == network)


def measured(network: str, row: Callable[..., Any], classes: int, **claims: Any) -> Measured:
    """Measure a network of ones, which take no memory."""
    channels = 1 if network == "resnet8" or network in MLPS else 3
    state = bare(network, classes, channels).state_dict()
    arrays = {name: np.broadcast_to(np.float32(1), tuple(t.shape)) for name, t in state.items()}
    return measure_weights(Kind.STATE_DICT, tallied(arrays), row(network, **claims))


@pytest.mark.parametrize("network", BUILDERS)
def test_a_dense_network_has_the_macs_of_the_registry(
    network: str, row: Callable[..., Any]
) -> None:
    known = entry(network)
    found = measured(network, row, known.classes, dataset=DATA[known.family])
    ids = [fit.network.id for fit in found.fits if fit.network]
    assert found.macs == known.macs
    assert found.params == known.params
    assert len(found.layers) == known.layers
    assert ids[0] == network or network in ids


@pytest.mark.parametrize("network", SHAPES)
def test_the_dense_side_is_the_registrys_network(network: str) -> None:
    known = entry(network)
    for classes in (known.classes, 37):
        side = dense_at(known, known.input_size, classes, None)
        assert (side.macs, side.params) == dense(known, classes)
        assert side.convolutions == known.macs - _linear(known, known.classes)
        assert side.weights is not None
        assert side.weights < side.params


def _linear(known: Network, classes: int) -> int:
    shape = SHAPES[known.id]
    if isinstance(shape, MLPShape):
        return dense(known, classes).macs
    hidden = getattr(shape, "hidden", ())
    widths = [*hidden, classes]
    first = 512 * getattr(shape, "pooled", 1) ** 2 if hidden else known.head
    return sum(a * b for a, b in zip([first, *widths], widths, strict=False))


def test_other_classes_than_those_of_the_data_set_are_not_counted(
    row: Callable[..., Any],
) -> None:
    assert "10 outputs for 100 classes" in measured("resnet20", row, 10, dataset="cifar100").why
    assert dataset("my-data") is None
    assert measured("resnet20", row, 37, dataset="my-data").macs


def test_names_of_a_deeper_network_do_not_fit_a_shallower_one(row: Callable[..., Any]) -> None:
    arrays = {
        name: np.ones(tuple(t.shape)) for name, t in bare("resnet32", 10, 3).state_dict().items()
    }
    found = measure_weights(Kind.STATE_DICT, tallied(arrays), row("resnet20"))
    assert "also holds layer1.3.conv1.weight" in found.why
    assert networks("resnet20", "cifar10")[0].name in found.why
