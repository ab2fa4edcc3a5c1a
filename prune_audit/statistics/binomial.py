"""The noise that a finite test set puts under an accuracy.

An accuracy over ``n`` test images is a share of successes; its standard deviation is that of a
binomial share. It is a floor: the noise from training (initialisation, data order) comes on top.
"""

import math
from typing import NamedTuple

from prune_audit.statistics.student import normal_sf

_Z_95 = 1.959963984540054


class NoiseFloor(NamedTuple):
    """Two accuracies against the noise of their test set; all but ``p`` in fractions of one.

    ``threshold`` is the absolute difference beyond which p falls below 0.05.
    """

    difference: float
    sd: float
    p: float
    threshold: float


def accuracy_sd(accuracy: float, test_size: int) -> float:
    """Return the binomial standard deviation of an accuracy; both are fractions, not percent.

    Raises:
        ValueError: the accuracy is not between 0 and 1, or there is no test image.
    """
    if not 0 <= accuracy <= 1:
        raise ValueError(f"an accuracy is a fraction between 0 and 1 here, got {accuracy}")
    if test_size < 1:
        raise ValueError(f"a test set needs at least one image, got {test_size}")
    return math.sqrt(accuracy * (1 - accuracy) / test_size)


def binomial_floor(acc_a: float, acc_b: float, test_size: int) -> NoiseFloor:
    """Set the difference of two single runs against the noise of the test set.

    Accuracies are fractions (0.7524, not 75.24). The p-value is two-sided, by the normal
    approximation, as if each network had its own test set of ``test_size`` images. The two see
    the same images and mostly agree on them, so this is conservative about the test set: a
    difference beyond the floor is more than the draw of the images explains.

    What it cannot detect: the noise between training runs, which one run does not show, so a
    difference beyond the floor may still be a lucky seed; a paired difference too small for it
    (McNemar's test would need each image's outcome); a run or an epoch picked on the test set.
    Near 0 or 1 with few images the normal approximation is poor.

    Raises:
        ValueError: an accuracy is not between 0 and 1, or there is no test image.
    """
    difference = acc_a - acc_b
    sd = math.hypot(accuracy_sd(acc_a, test_size), accuracy_sd(acc_b, test_size))
    if sd == 0:
        return NoiseFloor(difference, 0.0, float(difference == 0), 0.0)
    return NoiseFloor(difference, sd, 2 * normal_sf(abs(difference) / sd), _Z_95 * sd)
