"""What a row claims beside what its checkpoint has."""

from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.checkpoints import CheckpointError, cost_checks, opened
from prune_audit.pipeline import masks, surgery
from prune_audit.pipeline.networks import build
from prune_audit.registry import cost
from prune_audit.reruns.experiment import Pruning
from prune_audit.submission import CheckpointFile

Rows = Callable[..., Any]
Nets = Callable[..., nn.Module]
Saver = Callable[..., Path]
OTHERS = {"dataset": "cifar10", "source": "Table 1", "top1": "91.0"}


@pytest.fixture
def judge(row: Rows, named: CheckpointFile, tmp_path: Path) -> Callable[..., dict[What, Check]]:
    """Return the checks of a network's weights against a row, by what they are about."""

    def judged(net: nn.Module, network: str = "resnet20", **claims: Any) -> dict[What, Check]:
        torch.save(net.state_dict(), tmp_path / "net.pth")
        result = row(network, **claims)
        checks = cost_checks(named, result, opened(tmp_path / "net.pth", result))
        return {check.what: check for check in checks}

    return judged


Judge = Callable[..., dict[What, Check]]
RESNET20 = cost("resnet20", 0.5, 10, 32)
DENSE = cost("resnet20", 0.0, 10, 32)
HONEST = {
    "macs": f"{RESNET20.macs / 1e6:.3f}M", "params": f"{RESNET20.params / 1e3:.3f}k",
    "speedup": f"{DENSE.macs / RESNET20.macs:.3f}x", "sparsity": "0.00",
}  # fmt: skip


def test_honest_claims_are_verified(judge: Judge, cut: Nets) -> None:
    found = judge(cut("resnet20"), **HONEST)
    assert {check.status for check in found.values()} == {Status.VERIFIED}
    assert (
        found[What.MACS].message == f"macs {HONEST['macs']}: the checkpoint has {RESNET20.macs:,}"
    )
    assert found[What.MACS].anchors[0].pointer == "results.ours.macs"
    assert found[What.MACS].anchors[1].pointer == "submission.checkpoint"


def test_a_filter_that_was_not_pruned_is_seen_in_every_number(judge: Judge, cut: Nets) -> None:
    kept = {"layer3.2.conv1": tuple(range(33))}
    net = cut("resnet20")
    whole = build("resnet20", 10, 3, torch.Generator().manual_seed(0))
    surgery.cut(whole, {
        name: kept.get(name, tuple(range(len(module.weight))))
        for name, module in net.named_modules()
        if isinstance(module, nn.Conv2d) and name.endswith("conv1") and name != "conv1"
    }, surgery.example(3))  # fmt: skip
    claims = {key: HONEST[key] for key in ("macs", "params", "speedup")}
    found = judge(whole.eval(), **claims)
    for what in (What.MACS, What.PARAMS, What.SPEEDUP):
        assert found[what].status is Status.CONTRADICTED
        assert "no usual counter gives the number" in found[what].message
        assert found[what].fix.startswith("claim what the checkpoint has")


@pytest.mark.parametrize(
    ("key", "what", "right", "wrong"),
    [
        ("macs", What.MACS, "20.5M", "18.5M"),
        ("flops", What.MACS, "41.0M", "37M"),
        ("speedup", What.SPEEDUP, "1.98x", "2.2x"),
        ("flops_reduction", What.SPEEDUP, "49.5%", "55%"),
        ("flops_kept", What.SPEEDUP, "0.505", "0.45"),
        ("params", What.PARAMS, "0.136M", "0.12M"),
        ("compression", What.PARAMS, "1.99x", "2.2x"),
        ("params_reduction", What.PARAMS, "49.7%", "55%"),
        ("params_kept", What.PARAMS, "50.3%", "0.45"),
    ],
)
def test_every_form_of_a_number_is_compared(
    key: str, what: What, right: str, wrong: str, judge: Judge, cut: Nets
) -> None:
    net = cut("resnet20")
    assert judge(net, **{key: right})[what].status is Status.VERIFIED
    assert judge(net, **{key: wrong})[what].status is Status.CONTRADICTED


def test_bounds_and_approximate_numbers_are_claims_too(judge: Judge, cut: Nets) -> None:
    net = cut("resnet20")
    assert judge(net, speedup="~2x")[What.SPEEDUP].status is Status.VERIFIED
    assert judge(net, speedup=">1.9x")[What.SPEEDUP].status is Status.VERIFIED
    assert judge(net, speedup=">=2.5x")[What.SPEEDUP].status is Status.CONTRADICTED


def test_macs_under_the_name_of_flops_are_named(judge: Judge, cut: Nets) -> None:
    check = judge(cut("resnet20"), flops="20.5M")[What.MACS]
    assert check.status is Status.CONTRADICTED
    assert check.fix == "the number is that of MACs: write it under macs"


def test_a_counter_that_adds_batch_norm_is_no_false_claim(judge: Judge, cut: Nets) -> None:
    net = cut("resnet20")
    values = sum(  # of the maps behind every batch norm
        len(module.weight) * side**2
        for name, module in net.named_modules()
        for side in [32 if name.startswith(("conv1", "layer1")) else 16 if "2." in name else 8]
        if isinstance(module, nn.Conv2d)
    )
    check = judge(net, macs=str(RESNET20.macs + 2 * values))[What.MACS]
    assert check.status is Status.VERIFIED
    assert "adds something for biases, batch norm and activations" in check.message
    more = judge(net, macs=str(RESNET20.macs + 20 * values))[What.MACS]
    assert more.status is Status.CONTRADICTED


def test_parameters_may_be_counted_without_batch_norm(judge: Judge, cut: Nets) -> None:
    net = cut("resnet20")
    weights = sum(one.numel() for one in net.parameters() if one.dim() > 1)
    check = judge(net, params=str(weights))[What.PARAMS]
    assert check.status is Status.VERIFIED
    assert "without biases and batch norm" in check.message
    assert judge(net, params=str(weights - 1))[What.PARAMS].status is Status.CONTRADICTED


def masked(ratio: float = 0.8) -> tuple[nn.Module, masks.Masks]:
    generator = torch.Generator().manual_seed(0)
    net = build("resnet20", 10, 3, generator)
    return net, masks.prune(net, Pruning("magnitude", (ratio,), scope="layerwise"), generator)


def test_sparsity_of_a_masked_network_is_verified(judge: Judge) -> None:
    net, gone = masked()
    found = judge(net, granularity="weight", sparsity=f"{100 * gone.sparsity:.2f}%")
    assert found[What.SPARSITY].status is Status.VERIFIED
    assert found[What.SPARSITY].found == f"{100 * gone.sparsity:.3f} %"


def test_a_layer_that_lost_its_mask_is_seen(judge: Judge) -> None:
    net, gone = masked()
    nn.init.ones_(net.get_parameter("layer3.2.conv2.weight"))
    claims = {"granularity": "weight", "sparsity": f"{100 * gone.sparsity:.2f}%"}
    assert judge(net, **claims)[What.SPARSITY].status is Status.CONTRADICTED


def test_sparsity_may_leave_out_the_first_and_the_last_layer(judge: Judge) -> None:
    net, _ = masked(0.9)
    for name in ("conv1.weight", "fc.weight"):
        nn.init.ones_(net.get_parameter(name))
    check = judge(net, granularity="weight", sparsity="0.9000")[What.SPARSITY]
    assert check.status is Status.VERIFIED
    assert "without the first and the last layer" in check.message


def test_cut_filters_may_be_printed_as_sparsity_of_the_dense_network(
    judge: Judge, cut: Nets
) -> None:
    check = judge(cut("resnet20"), sparsity="50%")[What.SPARSITY]
    assert check.status is Status.VERIFIED
    assert "over the weights of the dense network" in check.message


def test_speedup_by_zero_weights_is_what_it_is_called(judge: Judge) -> None:
    net, _ = masked(0.8)
    fine = judge(net, granularity="weight", speedup="4.97x", params="54k")
    assert fine[What.SPEEDUP].status is Status.VERIFIED
    assert "without the weights that are zero" in fine[What.SPEEDUP].message
    assert fine[What.PARAMS].status is Status.VERIFIED
    coarse = judge(net, granularity="filter", speedup="4.97x")
    assert coarse[What.SPEEDUP].status is Status.NOT_VERIFIED
    assert "still in the file" in coarse[What.SPEEDUP].message


def test_filters_of_zeros_that_were_not_cut_out_prove_nothing(judge: Judge) -> None:
    net = build("resnet20", 10, 3, torch.Generator().manual_seed(0))
    for name, module in net.named_modules():
        if name.endswith("conv1") and name != "conv1":
            module.get_parameter("weight").data[: len(module.get_parameter("weight")) // 2] = 0
    check = judge(net, macs="20.5M")[What.MACS]
    assert check.status is Status.NOT_VERIFIED
    assert "filters of zeros, but they are still in the file" in check.message
    assert judge(net, macs="5M")[What.MACS].status is Status.CONTRADICTED


def test_what_is_not_claimed_is_not_verified_but_said(judge: Judge, cut: Nets) -> None:
    found = judge(cut("resnet20"))
    assert {check.status for check in found.values()} == {Status.NOT_VERIFIED}
    assert found[What.MACS].found == f"{RESNET20.macs:,}"
    assert found[What.SPEEDUP].found == "1.978x"
    assert "the row states no MACs or FLOPs" in found[What.MACS].message


def test_without_known_names_only_macs_and_speedup_stay_open(
    judge: Judge, row: Rows, named: CheckpointFile
) -> None:
    net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(8, 10))
    found = judge(net, macs="1M", params="0.314k", sparsity="0%", speedup="2x")
    assert found[What.MACS].status is Status.NOT_VERIFIED
    assert "the MACs were not counted: the weights are not those of" in found[What.MACS].message
    assert found[What.SPEEDUP].status is Status.NOT_VERIFIED
    assert found[What.PARAMS].status is Status.VERIFIED
    assert found[What.SPARSITY].status is Status.VERIFIED


def test_the_printed_cost_of_an_unknown_dense_network_serves(
    row: Rows, cut: Nets, savers: Mapping[str, Saver], named: CheckpointFile, tmp_path: Path
) -> None:
    base = {
        **OTHERS, "network": "my-net", "weights": "unreported", "macs": "40.6M", "params": "0.27M",
    }  # fmt: skip
    path = savers["program"](cut("resnet20"), surgery.example(3), tmp_path)
    for speedup, status in (("1.98x", Status.VERIFIED), ("2.2x", Status.CONTRADICTED)):
        result = row(base_model=base, speedup=speedup, compression=speedup)
        found = {one.what: one for one in cost_checks(named, result, opened(path, result))}
        assert found[What.SPEEDUP].status is status
        assert found[What.PARAMS].status is status


def test_a_file_that_was_not_opened_verifies_nothing(row: Rows, named: CheckpointFile) -> None:
    error = CheckpointError("holds code: a call", "save the weights alone", code=True)
    result = row(macs="20.5M", speedup="2x")
    checks = list(cost_checks(named, result, error))
    assert [check.what for check in checks] == [
        What.MACS, What.SPEEDUP, What.PARAMS, What.SPARSITY,
    ]  # fmt: skip
    assert {check.status for check in checks} == {Status.NOT_VERIFIED}
    assert checks[0].message == "MACs: the checkpoint holds code: a call"
    assert checks[0].claimed == "macs 20.5M"


ROUNDINGS = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_no_honest_rounding_is_contradicted(
    rounding: str, cut: Nets, row: Rows, named: CheckpointFile, tmp_path: Path
) -> None:
    torch.save(cut("resnet20").state_dict(), tmp_path / "net.pth")
    measured = opened(tmp_path / "net.pth", row())
    for digits in range(7):
        step = Decimal(1).scaleb(-digits)
        macs = (Decimal(RESNET20.macs) / 10**6).quantize(step, rounding)
        speedup = (Decimal(DENSE.macs) / RESNET20.macs).quantize(step, rounding)
        checks = cost_checks(named, row(macs=f"{macs}M", speedup=f"{speedup}x"), measured)
        assert [one.status for one in checks][:2] == [Status.VERIFIED] * 2
