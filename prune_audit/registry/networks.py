"""Looking up networks by name and data set."""

from functools import cache

from prune_audit.registry.cifar_networks import CIFAR_NETWORKS
from prune_audit.registry.datasets import dataset as known_dataset
from prune_audit.registry.entries import Cost, Network, key
from prune_audit.registry.imagenet_networks import IMAGENET_NETWORKS
from prune_audit.registry.mlps import MLP_NETWORKS

NETWORKS: tuple[Network, ...] = IMAGENET_NETWORKS + CIFAR_NETWORKS + MLP_NETWORKS


def networks(name: str, dataset: str | None = None) -> tuple[Network, ...]:
    """Return all variants of that name, the usual one first; with a data set, those for it.

    VGG-16 is one network on ImageNet and several on CIFAR, ResNet-50 strides in its 3x3 or in its
    first 1x1 convolution: printed figures are off only if they fit no variant. Empty where the name
    or the data set is unknown, or where the network is not known for it.
    """
    found = _index().get(key(name), ())
    if dataset is None:
        return found
    known = known_dataset(dataset)
    return tuple(entry for entry in found if known and entry.family == known.family)


def network(name: str, dataset: str | None = None) -> Network | None:
    """Return the usual variant of that name, on that data set if one is given; else None.

    Give the data set where there is one: ``vgg16`` and ``vgg16_bn`` are two networks on ImageNet
    and one on CIFAR; without a data set ImageNet's come first.
    """
    found = networks(name, dataset)
    return found[0] if found else None


def dense(entry: Network, classes: int | None = None) -> Cost:
    """Return MACs and parameters of the dense network with a classifier for ``classes``."""
    more = 0 if classes is None else classes - entry.classes
    return Cost(entry.macs + more * entry.head, entry.params + more * (entry.head + 1))


@cache
def _index() -> dict[str, tuple[Network, ...]]:
    found: dict[str, tuple[Network, ...]] = {}
    for entry in NETWORKS:
        for name in dict.fromkeys(key(n) for n in (entry.id, entry.name, *entry.aliases)):
            found[name] = (*found.get(name, ()), entry)
    return found
