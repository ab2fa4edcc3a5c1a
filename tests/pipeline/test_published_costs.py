"""The surgery against printed numbers: real networks are cut by L1-norm and counted.

Table 4 and Appendix A of Wang et al. 2023 (arXiv 2301.05219) come out exactly. Of Table 6
(ResNet-56), 0.3, 0.5 and 0.7 agree to 0.01 and 0.9 does not. Table 7 (VGG-19) does not come out at
the printed ratios; its shares are those of 0.1, 0.3, 0.5 and 0.7 with the first convolution spared,
its speedups then agree to 0.05. Tests say so in both directions.
"""

from typing import NamedTuple

import pytest
import torch

from prune_audit.pipeline import counting, surgery
from prune_audit.pipeline.networks import build
from prune_audit.registry import Cost
from prune_audit.reruns.experiment import Pruning


class Measured(NamedTuple):
    """Costs counted before and after the cut."""

    dense: Cost
    pruned: Cost

    @property
    def speedup(self) -> float:
        return self.dense.macs / self.pruned.macs

    @property
    def removed(self) -> float:
        """Parameters, in percent."""
        return 100 * (1 - self.pruned.params / self.dense.params)


def measured(network: str, classes: int, side: int, pruning: Pruning) -> Measured:
    generator = torch.Generator().manual_seed(0)
    net = build(network, classes, 3, generator)
    image = surgery.example(3, side)
    dense = counting.cost(net, image)
    surgery.prune(net, pruning, network, surgery.example(3), generator)
    return Measured(dense, counting.cost(net, image))


@pytest.mark.parametrize(
    ("ratio", "gmacs", "times"),
    [
        (0.10, "3.30", "1.11"),
        (0.30, "2.59", "1.41"),
        (0.50, "1.90", "1.93"),
        (0.70, "1.19", "3.09"),
        (0.90, "0.48", "7.68"),
        (0.95, "0.30", "12.06"),
    ],
)
def test_resnet34_gives_the_macs_and_speedups_printed_in_table_4(
    ratio: float, gmacs: str, times: str
) -> None:
    found = measured("resnet34", 100, 224, Pruning("l1", (ratio,)))
    assert f"{found.dense.macs / 1e9:.2f}" == "3.66"
    assert f"{found.pruned.macs / 1e9:.2f}" == gmacs
    assert f"{found.speedup:.2f}" == times


@pytest.mark.parametrize(
    ("ratios", "times"),
    [((0, 0.60, 0.60, 0.60, 0.21, 0), "2.31"), ((0, 0.74, 0.74, 0.60, 0.21, 0), "2.56")],
)
def test_resnet50_gives_both_speedups_printed_in_appendix_a(
    ratios: tuple[float, ...], times: str
) -> None:
    found = measured("resnet50", 1000, 224, Pruning("l1", ratios))
    assert f"{found.speedup:.2f}" == times


TABLE_6 = [
    (0.3, "31.14", "31.14", "1.45"),
    (0.5, "49.82", "49.82", "1.99"),
    (0.7, "70.58", "70.57", "3.59"),
]


@pytest.mark.parametrize(("ratio", "removed", "printed", "times"), TABLE_6)
def test_resnet56_agrees_with_table_6_up_to_70_percent(
    ratio: float, removed: str, printed: str, times: str
) -> None:
    found = measured("resnet56", 10, 32, Pruning("l1", (ratio,)))
    assert f"{found.dense.params / 1e6:.2f}" == "0.85"
    assert f"{found.removed:.2f}" == removed
    assert float(removed) == pytest.approx(float(printed), abs=0.0101)
    assert f"{found.speedup:.2f}" == times


def test_resnet56_disagrees_with_table_6_at_90_percent() -> None:
    printed = ("90.39", "11.41")
    found = measured("resnet56", 10, 32, Pruning("l1", (0.9,)))
    assert (f"{found.removed:.2f}", f"{found.speedup:.2f}") == ("90.45", "11.58") != printed


TABLE_7 = [
    (0.1, "19.24", "1.23", "1.23"),
    (0.3, "51.01", "1.97", "1.97"),
    (0.5, "74.87", "3.61", "3.60"),
    (0.7, "90.98", "8.89", "8.84"),
]


@pytest.mark.parametrize(("ratio", "removed", "times", "printed"), TABLE_7)
def test_vgg19_has_the_shares_of_table_7_at_ratios_that_the_table_does_not_print(
    ratio: float, removed: str, times: str, printed: str
) -> None:
    found = measured("vgg19-cifar", 100, 32, Pruning("l1", (ratio,), spared=("0",)))
    assert f"{found.dense.params / 1e6:.2f}" == "20.08"
    assert f"{found.removed:.2f}" == removed
    assert f"{found.speedup:.2f}" == times
    assert found.speedup == pytest.approx(float(printed), abs=0.055)


@pytest.mark.parametrize("spared", [(), ("0",)])
def test_vgg19_does_not_have_them_at_the_ratios_it_prints(spared: tuple[str, ...]) -> None:
    found = measured("vgg19-cifar", 100, 32, Pruning("l1", (0.3,), spared))
    assert found.removed - 19.24 > 30
