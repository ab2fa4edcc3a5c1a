"""A user's checkpoint -> the network that it holds, on its data set."""

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from prune_audit.pipeline.checkpoint import CheckpointError, fill, state_of
from prune_audit.pipeline.data import Sets, load
from prune_audit.pipeline.machine import check_device
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.streams import stream
from prune_audit.reruns import datasets
from prune_audit.reruns.experiment import Data


class Opened(NamedTuple):
    """A trained network on a device, and the images that it was trained and is tested on."""

    net: nn.Module
    sets: Sets


def opened(file: Path, network: str, data: str, folder: Path | None, device: str) -> Opened:
    """Return a trained network and its data set.

    Raises:
        CheckpointError: the file cannot be read, holds more than tensors, other than finite real
            numbers, or does not fit the network or the network the images.
        DeviceError: there is no such device.
        DatasetError: the data set cannot be read.
    """
    check_device(device)
    sizes = datasets.sizes(data, folder)
    net = build(network, sizes.classes, sizes.channels, stream(0, "weights"))
    fill(net, state_of(file), str(file))
    _check_takes(net, network, torch.zeros(1, sizes.channels, sizes.side, sizes.side))
    sets = load(Data(data, datasets.content(data, folder)), folder, device)
    return Opened(net.to(device), sets)


def _check_takes(net: nn.Module, network: str, images: Tensor) -> None:
    try:
        with torch.no_grad():
            net.eval()(images)
    except (RuntimeError, ValueError) as error:
        side = images.shape[-1]
        raise CheckpointError(
            f"{network} does not take images of {side} x {side} pixels: {error}"
        ) from error
