"""Training sets made harder: few images, or labels drawn anew; the test set stays as it is."""

import torch
from torch import Tensor

from prune_audit.pipeline.data.sets import Labelled
from prune_audit.pipeline.streams import stream
from prune_audit.reruns.experiment import Data
from prune_audit.reruns.image_folders import DatasetError

NOISE = ("symmetric", "uniform")


def altered(train: Labelled, data: Data, classes: int) -> Labelled:
    """Return the training images that an experiment takes, with the labels that it gives them.

    First ``data.few`` images are drawn, as many of each class (give or take one), then the labels
    of exactly ``round(data.noise * images)`` of them are drawn anew.

    Raises:
        DatasetError: there are not so many images, or the noise is of no known kind or no fraction.
    """
    if data.few:
        train = train.where(_few(train.labels, data, classes))
    if not data.noise:
        return train
    if data.noise_kind not in NOISE or not 0 < data.noise <= 1:
        kinds = " or ".join(NOISE)
        raise DatasetError(
            f"expected label noise above 0 and up to 1, {kinds}; "
            f"got {data.noise:g} {data.noise_kind or 'of no kind'}"
        )
    return Labelled(train.images, _noisy(train.labels, data, classes))


def _few(labels: Tensor, data: Data, classes: int) -> Tensor:
    """Return which images are kept (bool, like the labels)."""
    generator = stream(data.draw, "few")
    mask = torch.zeros(len(labels), dtype=torch.bool)
    for label in range(classes):
        places = (labels == label).nonzero().flatten()
        wanted = data.few // classes + (label < data.few % classes)
        if wanted > len(places):
            raise DatasetError(
                f"{data.few} images of {data.name} take {wanted} of class {label}, "
                f"which has {len(places)}"
            )
        mask[places[torch.randperm(len(places), generator=generator)[:wanted]]] = True
    return mask


def _noisy(labels: Tensor, data: Data, classes: int) -> Tensor:
    """Return labels of which a fraction is drawn anew: from the others, or from all classes."""
    generator = stream(data.draw, "label noise")
    count = round(data.noise * len(labels))
    chosen = torch.randperm(len(labels), generator=generator)[:count]
    found = labels.clone()
    if data.noise_kind == "uniform":
        found[chosen] = torch.randint(classes, (count,), generator=generator)
    else:
        shift = torch.randint(1, classes, (count,), generator=generator)
        found[chosen] = (labels[chosen] + shift) % classes
    return found
