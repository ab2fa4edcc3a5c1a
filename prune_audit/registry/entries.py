"""What the registry knows about a data set, a network, a checkpoint; how names are compared."""

import re
from functools import lru_cache
from typing import NamedTuple


class Dataset(NamedTuple):
    """A data set and the split that pruning papers print accuracies on."""

    id: str
    name: str
    aliases: tuple[str, ...]
    family: str
    """Which variants of a network are meant: imagenet, cifar, mnist, or the data set's own id."""
    classes: int
    train_size: int | None
    """Images to train on; None where there is no fixed split."""
    test_size: int | None
    """Images that an accuracy k/n is counted on; None where accuracy is no such share."""
    split: str
    """Name of the split of ``test_size``; empty where there is none."""
    input_size: int
    """Customary side of the network's input in pixels."""
    fixed: bool
    """False where one name stands for several data sets or splits."""
    source: str


class Network(NamedTuple):
    """A dense network with its cost at ``input_size`` and ``classes``."""

    id: str
    name: str
    aliases: tuple[str, ...]
    family: str
    input_size: int
    """Side of the input in pixels at which ``macs`` holds."""
    classes: int
    macs: int
    """Multiply-accumulates of convolution and linear layers (FLOPs are twice as many)."""
    params: int
    layers: int
    """Convolution and linear layers (weight tensors), shortcuts included, auxiliary heads not."""
    blocks: int
    """Units handled one at a time: residual, dense, inception, transformer blocks.

    In a plain network every convolution is a unit (every hidden layer where it has none), so
    ``blocks`` <= what an author may call the number of layers <= ``layers``.
    """
    head: int
    """Inputs of the classifier, a linear layer with bias."""
    source: str
    attention: int = 0
    """MACs of products between activations (QK, AV), which some counters add to ``macs``."""
    note: str = ""


class Printed(NamedTuple):
    """An accuracy in percent as it is printed elsewhere for the same weights."""

    top1: str
    top5: str
    """Empty where it is not printed."""
    source: str


class Checkpoint(NamedTuple):
    """Published weights; accuracies in percent are the printed text, their digits matter."""

    tag: str
    aliases: tuple[str, ...]
    network: str
    """Id of the network."""
    dataset: str
    """Id of the data set."""
    top1: str
    top5: str
    """Empty where it is not published."""
    params: int
    gmacs: str
    """Published cost in 1e9 MACs; empty where it is not published."""
    sha256: tuple[str, ...]
    """First hex digits of the SHA-256 of its files, current one first; same weights in each."""
    also_printed: tuple[Printed, ...]
    source: str


class Cost(NamedTuple):
    """MACs of convolution and linear layers, and parameters."""

    macs: int
    params: int


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """Return what is compared of a name: letters and digits without case."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
