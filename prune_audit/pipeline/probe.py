"""Short measurements before a rerun: speed of training, accuracy of a base model."""

import time

import torch
from torch import nn

from prune_audit.pipeline import counting, surgery
from prune_audit.pipeline.checkpoint import fill, state_of
from prune_audit.pipeline.data import load
from prune_audit.pipeline.machine import check_device
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.sgd import SGD
from prune_audit.pipeline.start import stream
from prune_audit.pipeline.train import test, train_epoch
from prune_audit.reruns.experiment import Experiment, Pruning, Training, Weights
from prune_audit.reruns.run import Count
from prune_audit.reruns.watch import Settings

PIXELS_AT_ONCE = 64 * 32 * 32
"""A batch is made smaller for the measurement where its images are large."""
LEAST_SECONDS = 0.5
SMALL = 0.9
"""Ratio of the smaller one of the two networks that are timed."""


def speed(network: str, classes: int, channels: int, side: int, batch: int, device: str) -> (
    tuple[float, float]
):  # fmt: skip
    """Return the seconds of training on one image: the overhead, and what each MAC adds.

    A line through two networks, dense and with most filters gone. The images are noise: what they
    show does not matter to the clock.

    Raises:
        DeviceError: there is no such device.
    """
    torch.set_num_threads(1)
    check_device(device)
    points = [_timed(network, classes, channels, side, batch, device, r) for r in (0.0, SMALL)]
    (dense, slow), (small, fast) = points
    per_mac = max(0.0, (slow - fast) / (dense - small)) if dense > small else 0.0
    return max(0.0, fast - per_mac * small), per_mac


def _timed(
    network: str, classes: int, channels: int, side: int, batch: int, device: str, ratio: float
) -> tuple[int, float]:
    """Return the MACs of a network and the seconds of training it on one image."""
    net = build(network, classes, channels, stream(0, "speed")).to(device)
    example = surgery.example(channels, side, device)
    if ratio:
        surgery.prune(net, Pruning("l1", (ratio,)), network, example, stream(0, "speed"))
    net = net.to(memory_format=torch.channels_last)
    count = max(2, min(batch, PIXELS_AT_ONCE // side**2))
    macs = counting.cost(net, example).macs
    return macs, _seconds(net, count, channels, side, classes, device)


class _Noise:
    """One batch of noise, over and over."""

    def __init__(self, batch, times: int) -> None:  # type: ignore[no-untyped-def]
        self.batch, self.times = batch, times

    @property
    def size(self) -> int:
        return len(self.batch[1]) * self.times

    def batches(self, batch_size, generator=None, augment=False):  # type: ignore[no-untyped-def]
        return iter([self.batch] * self.times)


def _seconds(
    net: nn.Module, count: int, channels: int, side: int, classes: int, device: str
) -> float:
    generator = stream(0, "noise")
    images = torch.randn(count, channels, side, side, generator=generator).to(device)
    labels = torch.randint(classes, (count,), generator=generator).to(device)
    training = Training(1, "constant 1e-3", count, 0.0)
    optimizer = SGD(net, training)
    train_epoch(net, optimizer, _Noise((images, labels), 2), training, 0, generator)
    times, begun = 0, time.perf_counter()
    while times < 2 or time.perf_counter() - begun < LEAST_SECONDS:
        train_epoch(net, optimizer, _Noise((images, labels), 2), training, 0, generator)
        times += 2
    return (time.perf_counter() - begun) / (times * count)


def base_accuracy(one: Experiment, settings: Settings) -> Count:
    """Return the right answers of the loaded base model of an experiment on the test set.

    Raises:
        CheckpointError: its file cannot be read or does not fit the network. DeviceError: there is
            no such device. DatasetError: the data set cannot be read.
    """
    torch.set_num_threads(1)
    check_device(settings.device)
    assert isinstance(one.base, Weights), "only loaded base models are measured"
    sets = load(one.data, settings.data, torch.device(settings.device))
    net = build(one.network, sets.classes, sets.channels, stream(0, "weights"))
    file = settings.files[one.base.sha256]
    fill(net, state_of(file, one.base.sha256), str(file))
    return test(net.to(settings.device), sets.test).right
