"""CIFAR-10 and CIFAR-100 through torchvision."""

import warnings
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from torchvision.datasets import CIFAR10, CIFAR100

from prune_audit.pipeline.data.integrity import verify
from prune_audit.pipeline.data.sets import Halves, Labelled
from prune_audit.reruns.published import Published


def read(folder: Path, known: Published) -> Halves:
    """Return the images (32 x 32, RGB) and labels (of CIFAR-100 the fine ones).

    Raises:
        DatasetError: a file is not the one that ``known`` describes.
    """
    verify(folder, known)
    parent: Any = CIFAR100 if known.loader == "CIFAR100" else CIFAR10

    class Verified(parent):  # type: ignore[misc]
        """The same files without torchvision's own sums: those of ``known`` were compared."""

        train_list = tuple((name, None) for name, _ in parent.train_list)
        test_list = tuple((name, None) for name, _ in parent.test_list)
        meta = MappingProxyType({**parent.meta, "md5": None})

    with warnings.catch_warnings():
        # NumPy 2.4.0 to 2.4.4, of files that NumPy 1 wrote (pytorch/vision#9340)
        warnings.filterwarnings("ignore", r"dtype\(\): align should be passed")
        return Halves(*(_labelled(Verified(folder, train=half)) for half in (True, False)))


def _labelled(found: Any) -> Labelled:
    images = torch.from_numpy(found.data).permute(0, 3, 1, 2).contiguous()
    return Labelled(images, torch.tensor(found.targets))
