"""MNIST and Fashion-MNIST through torchvision's reader of IDX files."""

from pathlib import Path

from torchvision.datasets.mnist import read_image_file, read_label_file

from prune_audit.pipeline.data.integrity import verify
from prune_audit.pipeline.data.sets import Halves, Labelled
from prune_audit.reruns.published import Published


def read(folder: Path, known: Published) -> Halves:
    """Return the images (28 x 28, one channel) and labels.

    Raises:
        DatasetError: a file is not the one that ``known`` describes.
    """
    verify(folder, known)
    images, labels, test_images, test_labels = (str(folder / name) for name in known.md5)
    return Halves(_labelled(images, labels), _labelled(test_images, test_labels))


def _labelled(images: str, labels: str) -> Labelled:
    return Labelled(read_image_file(images).unsqueeze(1), read_label_file(labels))
