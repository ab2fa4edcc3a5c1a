"""Training and testing a network: one epoch of each, in plain sight."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from prune_audit.pipeline.data import ImageSet
from prune_audit.pipeline.masks import Masks
from prune_audit.reruns.experiment import Training
from prune_audit.reruns.run import Count

TEST_BATCH = 1000


class Pass(NamedTuple):
    """What came out of one pass over images: mean loss per image, right answers of images."""

    loss: float
    right: Count


def sgd(net: nn.Module, training: Training) -> torch.optim.SGD:
    """Return the optimizer of a training; the LR is set epoch by epoch."""
    return torch.optim.SGD(
        net.parameters(), training.schedule.initial, training.momentum,
        weight_decay=training.weight_decay, nesterov=training.nesterov, fused=True,
    )  # fmt: skip


def train_epoch(
    net: nn.Module,
    optimizer: torch.optim.SGD,
    images: ImageSet,
    training: Training,
    epoch: int,
    generator: torch.Generator,
    masks: Masks | None = None,
) -> Pass:
    """Train one epoch (from 0) at the LR that the schedule has there.

    Loss and right answers are those of each batch before its step. Masked weights are set to zero
    after every step. Everything random comes from the generator, which is on the CPU.
    """
    net.train()
    for group in optimizer.param_groups:
        group["lr"] = training.schedule.at(epoch)
    augment = training.augmentation != "none"
    total, right, seen = _zero(net), _zero(net), 0
    with _seeded_globally(generator):
        for batch, labels in images.batches(training.batch_size, generator, augment):
            optimizer.zero_grad()
            answers = net(batch)
            loss = cross_entropy(answers, labels, label_smoothing=training.label_smoothing)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            if masks is not None:
                masks.apply(net)
            total += loss.detach() * len(labels)
            right += (answers.detach().argmax(1) == labels).sum()
            seen += len(labels)
    return Pass(float(total) / seen, Count(int(right), seen))


def test(net: nn.Module, images: ImageSet) -> Pass:
    """Return mean loss and right answers over all images, without changing the network."""
    net.eval()
    total, right = _zero(net), _zero(net)
    with torch.inference_mode():
        for batch, labels in images.batches(TEST_BATCH):
            answers = net(batch)
            total += cross_entropy(answers, labels, reduction="sum")
            right += (answers.argmax(1) == labels).sum()
    return Pass(float(total) / images.size, Count(int(right), images.size))


def _zero(net: nn.Module) -> Tensor:
    return torch.zeros((), dtype=torch.float64, device=next(net.parameters()).device)


@contextmanager
def _seeded_globally(generator: torch.Generator) -> Iterator[None]:
    """Let dropout draw from the generator too: torch's dropout knows the global one only."""
    with torch.random.fork_rng():
        torch.manual_seed(int(torch.randint(2**62, (), generator=generator)))
        yield
