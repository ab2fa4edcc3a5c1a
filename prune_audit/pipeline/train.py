"""Training and testing a network: one epoch of each, in plain sight."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from prune_audit.pipeline.data import ImageSet
from prune_audit.pipeline.masks import Masks, layers_of
from prune_audit.pipeline.sgd import SGD
from prune_audit.pipeline.stages import Stage
from prune_audit.reruns.experiment import Training
from prune_audit.reruns.run import Count

TEST_BATCH = 256
TEST_PIXELS = 2**20
"""Tested at once at most: 20 photos of 224 x 224; larger batches are no faster on a CPU."""

_PENDING = 32
"""Batches whose answers are counted in one go."""


class Pass(NamedTuple):
    """What came out of one pass over images: mean loss per image, right answers of images."""

    loss: float
    right: Count


class _Tally:
    """Adds up losses and right answers, of many batches at once: one by one it takes longer."""

    def __init__(self) -> None:
        self.loss: Tensor | float = 0.0
        self.right: Tensor | int = 0
        self.seen = 0
        self.pending: list[tuple[Tensor, Tensor, Tensor]] = []

    def add(self, loss: Tensor, answers: Tensor, labels: Tensor) -> None:
        """Take the summed loss of some images, their logits and their labels."""
        self.pending.append((loss.detach(), answers.detach(), labels))
        self.seen += len(labels)
        if len(self.pending) == _PENDING:
            self._count()

    def _count(self) -> None:
        losses, answers, labels = zip(*self.pending, strict=True)
        self.loss += torch.stack(losses).sum(dtype=torch.float64)
        self.right += (torch.cat(answers).argmax(1) == torch.cat(labels)).sum()
        self.pending.clear()

    def total(self) -> Pass:
        """Return what all images together came to; there is at least one."""
        if self.pending:
            self._count()
        return Pass(float(self.loss) / self.seen, Count(int(self.right), self.seen))


def train_epoch(
    net: nn.Module,
    optimizer: SGD,
    images: ImageSet,
    training: Training,
    epoch: int,
    generator: torch.Generator,
    masks: Masks | None = None,
    stage: Stage | None = None,
) -> Pass:
    """Train one epoch (from 0) at the LR that the schedule has at its beginning.

    With ``lr_each`` of ``step`` every step has the LR that the schedule has where it begins.
    Loss (label smoothing included) and right answers are those of each batch before its step.
    The penalty ``l1`` acts on the gradients and is no part of the loss. A pruning stage acts before
    and after each step; masked weights are then set to zero. Everything random comes from the
    generator, which is on the CPU.
    """
    net.train()
    schedule = training.schedule
    moves = 1 / max(1, images.size // training.batch_size) if training.lr_each == "step" else 0.0
    augment = training.augmentation != "none"
    tally = _Tally()
    with _seeded_globally(generator):
        batches = images.batches(training.batch_size, generator, augment)
        for step, (batch, labels) in enumerate(batches):
            answers = net(batch)
            loss = cross_entropy(answers, labels, label_smoothing=training.label_smoothing)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            _shrink(net, training.l1)
            if stage is not None:
                stage.press()
            optimizer.step(schedule.at(epoch + step * moves))
            if stage is not None:
                stage.stepped()
            if masks is not None:
                masks.apply(net)
            tally.add(loss.detach() * len(labels), answers, labels)
    return tally.total()


def _shrink(net: nn.Module, l1: float) -> None:
    """Add the derivative of the L1 penalty to the gradients of prunable weights."""
    if not l1:
        return
    for _, layer in layers_of(net):
        if layer.weight.grad is not None:
            layer.weight.grad.add_(layer.weight.detach().sign(), alpha=l1)


def test(net: nn.Module, images: ImageSet) -> Pass:
    """Return mean loss (cross-entropy) and right answers over all images, in evaluation mode."""
    net.eval()
    tally = _Tally()
    with torch.inference_mode():
        for batch, labels in _test_batches(images):
            answers = net(batch)
            tally.add(cross_entropy(answers, labels, reduction="sum"), answers, labels)
        return tally.total()


def _test_batches(images: ImageSet) -> Iterator[tuple[Tensor, Tensor]]:
    for batch, labels in images.batches(TEST_BATCH):
        size = max(1, TEST_PIXELS // batch[0, 0].numel())
        yield from zip(torch.split(batch, size), torch.split(labels, size), strict=True)


@contextmanager
def _seeded_globally(generator: torch.Generator) -> Iterator[None]:
    """Let dropout draw from the generator too: torch's dropout knows the global ones only."""
    gpus = range(torch.cuda.device_count()) if torch.cuda.is_available() else ()
    with torch.random.fork_rng(gpus):
        torch.manual_seed(int(torch.randint(2**62, (), generator=generator)))
        yield
