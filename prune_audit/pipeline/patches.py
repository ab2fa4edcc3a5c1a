"""Images of a signal patch and a noise patch, and the small network that learns or memorises them.

Two classes. The signal patch of an image is the unit vector of its class, the noise patch Gaussian
and zero in the coordinates of the signals. The network has as many filters for each class; each
filter looks at both patches, its answers go through the cube of a ReLU and add up to the output of
its class. Single weights are gone from the beginning, each with the same chance. All images are one
batch of plain gradient descent on the mean cross-entropy (the setting of Yang et al. 2023, arXiv
2301.00335).

Gradients move a filter only along the noise patches that it was trained on, masked, so its answers
to them follow a recursion of their own (``descended``) and no step takes the dimension's time.
Everything is computed in float64.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, one_hot

from prune_audit.pipeline.streams import stream

CLASSES = 2


class Sizes(NamedTuple):
    """Coordinates of a patch, filters of each class; deviations of noise and initial weights."""

    dimension: int
    filters: int
    noise: float
    initial: float


class Images(NamedTuple):
    """Classes (int64, n) and noise patches (float64, n x dimension); signals follow from them."""

    labels: Tensor
    noise: Tensor


@dataclass(frozen=True)
class Filters:
    """Weights (float64) and which of them stay (bool), both filters x dimension.

    The filters of class 0 come first, then as many of class 1. Coordinate k is the signal of k.
    """

    weights: Tensor
    kept: Tensor

    @property
    def signal(self) -> tuple[int, ...]:
        """By class: filters that keep the coordinate of their own class."""
        return self._own(self.kept)

    @property
    def live(self) -> tuple[int, ...]:
        """By class: those of them whose weight there is above zero: else the ReLU is silent."""
        return self._own(self.kept & (self.weights > 0))

    def _own(self, places: Tensor) -> tuple[int, ...]:
        own = places[:, :CLASSES].view(CLASSES, -1, CLASSES).sum(1)
        return tuple(int(own[label, label]) for label in range(CLASSES))


def images(sizes: Sizes, count: int, generator: torch.Generator) -> Images:
    """Draw images, the classes in turn."""
    noise = torch.randn(count, sizes.dimension, generator=generator, dtype=torch.float64)
    noise[:, :CLASSES] = 0
    return Images(torch.arange(count) % CLASSES, sizes.noise * noise)


def filters(sizes: Sizes, keep: float, seed: int) -> Filters:
    """Draw filters of which every weight stays with the chance ``keep`` (0 to 1).

    A weight that stays at one rate stays at all higher ones, and begins with the same value.
    """
    shape = (CLASSES * sizes.filters, sizes.dimension)
    values = torch.randn(shape, generator=stream(seed, "patch weights"), dtype=torch.float64)
    draws = torch.rand(shape, generator=stream(seed, "patch masks"), dtype=torch.float64)
    kept = draws < keep
    return Filters(sizes.initial * values * kept, kept)


def outputs(net: Filters, seen: Images) -> Tensor:
    """Return the outputs of the network, images x classes."""
    return _outputs(net.weights[:, :CLASSES], net.weights @ seen.noise.T, seen.labels).T


def descended(net: Filters, seen: Images, lr: float, steps: int) -> Filters:
    """Return the filters after so many steps of gradient descent on all images."""
    labels, target = seen.labels, one_hot(seen.labels, CLASSES).double()
    per_class = len(net.weights) // CLASSES
    overlap = (seen.noise * net.kept[:, None]) @ seen.noise.T  # filters x images x images
    signal = net.weights[:, :CLASSES].clone()
    noise = net.weights @ seen.noise.T
    moved = torch.zeros_like(noise)
    for _ in range(steps):
        wrong = target.T - _outputs(signal, noise, labels).softmax(0)
        back = (3 * lr / len(labels)) * wrong.repeat_interleave(per_class, 0)
        push = back * noise.relu().square()
        step = (back * signal[:, labels].relu().square()) @ target
        moved += push
        noise += (overlap @ push[:, :, None])[:, :, 0]
        signal += step * net.kept[:, :CLASSES]
    weights = net.weights + net.kept * (moved @ seen.noise)
    weights[:, :CLASSES] = signal
    return replace(net, weights=weights)


def _outputs(signal: Tensor, noise: Tensor, labels: Tensor) -> Tensor:
    """Return outputs, classes x images.

    Takes answers of all filters to the signal of each class, and to the noise of each image.
    """
    answers = signal.relu().pow(3)[:, labels] + noise.relu().pow(3)
    return answers.view(CLASSES, -1, len(labels)).sum(1)


class Judged(NamedTuple):
    """Accuracy in percent and mean cross-entropy."""

    accuracy: float
    loss: float


def judged(net: Filters, seen: Images) -> Judged:
    """Return how well the network names the classes of images."""
    found = outputs(net, seen)
    right = (found.argmax(1) == seen.labels).double().mean()
    return Judged(100 * float(right), float(cross_entropy(found, seen.labels)))
