"""The validation split: which training images are tested on in place of the test set."""

from fractions import Fraction

import torch
from torch import Tensor

from prune_audit.reruns.image_folders import DatasetError


def held_out(labels: Tensor, fraction: float) -> Tensor:
    """Return which images (bool, like ``labels``) are held out: evenly spaced within every class.

    Of a class with n images, in the order of the files, the i-th (from 0) is held out where
    floor((i + 1) * fraction) exceeds floor(i * fraction): every fifth one at 0.2, so that
    floor(n * fraction) are. Nothing is drawn at random: the split is the same for all seeds.

    Raises:
        DatasetError: nothing would be held out, or nothing left to train on.
    """
    share = Fraction(fraction).limit_denominator(10**6)
    mask = torch.zeros(len(labels), dtype=torch.bool)
    for label in sorted(set(labels.tolist())):
        places = (labels == label).nonzero().flatten()
        taken = torch.arange(len(places) + 1) * share.numerator // share.denominator
        mask[places[taken.diff() > 0]] = True
    count = int(mask.sum())
    if not 0 < count < len(labels):
        raise DatasetError(f"{count} of {len(labels)} training images held out at {fraction:g}")
    return mask
