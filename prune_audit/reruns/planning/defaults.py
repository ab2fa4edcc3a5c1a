"""What a rerun takes where a claim is silent: customary recipes per family of data sets."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from prune_audit.registry import Dataset
from prune_audit.schedules.calibrate import CIFAR, DIGITS, IMAGENET, Profile


class Defaults(NamedTuple):
    """A customary recipe: batch size in images, and what it is customary for."""

    batch_size: int
    weight_decay: float
    momentum: float
    profile: Profile
    scratch_epochs: int
    scratch_lr: str
    """LR schedule of training from scratch, in the notation of claim files."""
    source: str


FAMILIES: Mapping[str, Defaults] = MappingProxyType(
    {
        "imagenet": Defaults(
            256, 1e-4, 0.9, IMAGENET, 120, "0:1e-1,30:1e-2,60:1e-3,90:1e-4,105:1e-5",
            "customary for ImageNet: the PyTorch example; LR of Wang et al. 2023, Appendix A",
        ),
        "cifar": Defaults(
            128, 5e-4, 0.9, CIFAR, 200, "0:1e-1,100:1e-2,150:1e-3",
            "customary for CIFAR; LR of Wang et al. 2023, Appendix C",
        ),
        "mnist": Defaults(128, 5e-4, 0.9, CIFAR, 40, "0:1e-1,20:1e-2,30:1e-3", "our choice"),
        "digits": Defaults(64, 5e-4, 0.9, DIGITS, 40, "0:1e-1,20:1e-2,30:1e-3", "our choice"),
    }
)  # fmt: skip


def defaults(dataset: Dataset | None) -> Defaults:
    """Return the customary recipe for a data set; ImageNet's for image folders and the unknown."""
    return FAMILIES.get(dataset.family if dataset else "imagenet", FAMILIES["imagenet"])


def on_stand_in(usual: Defaults) -> Defaults:
    """Return a customary recipe carried over to digits: their batch size and weight decay."""
    digits = FAMILIES["digits"]
    return usual._replace(
        batch_size=digits.batch_size,
        weight_decay=digits.weight_decay,
        momentum=digits.momentum,
        source="our choice for the stand-in",
    )
