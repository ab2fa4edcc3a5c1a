"""Count torchvision's networks again and read its weights again, where it is installed."""

from typing import Any

import pytest

from prune_audit.registry import network
from prune_audit.registry.imagenet_networks import IMAGENET_NETWORKS
from prune_audit.registry.torchvision_weights import torchvision_checkpoints

torch: Any = pytest.importorskip("torch", reason="counting again needs torch")
flop_counter: Any = pytest.importorskip("torch.utils.flop_counter")
models: Any = pytest.importorskip("torchvision", reason="counting again needs torchvision").models

COUNTED = [entry.id for entry in IMAGENET_NETWORKS if hasattr(models, entry.id)]


def build(name: str) -> Any:
    options = {
        "googlenet": {"aux_logits": False, "init_weights": False},
        "inception_v3": {"init_weights": False},
    }
    return models.get_model(name, **options.get(name, {})).eval()


def macs_by_kind(model: Any, size: int) -> tuple[int, int]:
    with flop_counter.FlopCounterMode(display=False) as counter:
        model(torch.empty(1, 3, size, size, device="meta"))
    flops = {str(kind): count for kind, count in counter.get_flop_counts()["Global"].items()}
    attention = sum(n for kind, n in flops.items() if "bmm" in kind or "attention" in kind)
    return (sum(flops.values()) - attention) // 2, attention // 2


def layers_and_macs_by_hooks(model: Any, size: int) -> tuple[int, int]:
    counted = []

    def count(module: Any, _inputs: Any, output: Any) -> None:
        channels = output.shape[1 if isinstance(module, torch.nn.Conv2d) else -1]
        counted.append(module.weight.numel() * (output.numel() // channels))

    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d | torch.nn.Linear):
            module.register_forward_hook(count)
    model(torch.empty(1, 3, size, size, device="meta"))
    return len(counted), sum(counted)


@pytest.mark.parametrize("name", COUNTED)
def test_macs_and_parameters_are_those_of_torchvision(name: str) -> None:
    entry = network(name)
    assert entry is not None
    with torch.device("meta"):
        model = build(name)
    assert macs_by_kind(model, entry.input_size) == (entry.macs, entry.attention)
    assert sum(p.numel() for p in model.parameters()) == entry.params
    if not entry.attention:  # torch's attention multiplies by its weights without a linear layer
        found = layers_and_macs_by_hooks(model, entry.input_size)
        assert found == (entry.layers, entry.macs)


def test_published_figures_are_those_of_the_installed_weights() -> None:
    for entry in torchvision_checkpoints():
        weights = models.get_weight(entry.tag.removeprefix("torchvision/"))
        accuracy = weights.meta["_metrics"]["ImageNet-1K"]
        assert (float(entry.top1), float(entry.top5)) == (accuracy["acc@1"], accuracy["acc@5"])
        assert (entry.params, float(entry.gmacs)) == (
            weights.meta["num_params"],
            weights.meta["_ops"],
        )
        assert f"-{entry.sha256[0]}" in weights.url
