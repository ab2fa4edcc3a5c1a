"""scikit-learn's digits."""

import torch
from sklearn.datasets import load_digits

from prune_audit.pipeline.data.sets import Halves, Labelled


def read() -> Halves:
    """Return the digits (8 x 8, values 0 to 16): the first 898 train, the last 899 test."""
    found = load_digits()
    images = torch.from_numpy(found.images).to(torch.uint8).unsqueeze(1)
    labels = torch.from_numpy(found.target).to(torch.int64)
    half = len(labels) // 2
    return Halves(Labelled(images[:half], labels[:half]), Labelled(images[half:], labels[half:]))
