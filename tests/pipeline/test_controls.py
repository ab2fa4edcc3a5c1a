"""Controls keep the counts of a method's choice and nothing else of it."""

from collections.abc import Mapping

import pytest
import torch
from torch import Tensor, nn

from prune_audit.pipeline import controls
from prune_audit.pipeline.controls import controlled, shuffled
from prune_audit.pipeline.masks import Masks, prune
from prune_audit.pipeline.networks import build
from prune_audit.reruns.experiment import Pruning

METHOD = Pruning("magnitude", (0.9,), scope="global")
CONTROL = Pruning("magnitude", (0.9,), scope="global", control="shuffled")


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def masked(pruning: Pruning, seed: int = 1) -> tuple[nn.Module, Masks]:
    net = build("resnet8", 10, 1, seeded())
    return net, prune(net, pruning, seeded(seed), "resnet8")


def counted(masks: Masks) -> dict[str, int]:
    return {name: int(gone.sum()) for name, gone in masks.gone.items()}


def test_every_layer_keeps_as_many_weights_as_under_the_method() -> None:
    method, control = masked(METHOD)[1], masked(CONTROL)[1]
    assert counted(control) == counted(method)
    assert len(set(counted(method).values())) > 1
    assert control.sparsity == method.sparsity


def test_kept_weights_are_elsewhere_and_the_digest_says_so() -> None:
    method, control = masked(METHOD)[1], masked(CONTROL)[1]
    assert control.digest != method.digest
    places, moved = method.gone["layer3.0.conv2"], control.gone["layer3.0.conv2"]
    share = (~places).double().mean().item()
    both = (~places & ~moved).sum().item() / (~places).sum().item()
    assert both == pytest.approx(share, abs=0.05)  # no more in common than by chance


def test_weights_at_the_new_places_are_the_old_ones() -> None:
    net, masks = masked(CONTROL)
    old = build("resnet8", 10, 1, seeded())
    for name, gone in masks.gone.items():
        weight = net.get_parameter(f"{name}.weight")
        assert torch.equal(weight, old.get_parameter(f"{name}.weight").masked_fill(gone, 0.0))


def test_the_seed_decides_where_to() -> None:
    assert masked(CONTROL)[1].digest == masked(CONTROL)[1].digest
    assert masked(CONTROL)[1].digest != masked(CONTROL, seed=2)[1].digest


def test_fresh_weights_come_under_the_masks_of_the_control() -> None:
    fresh = Pruning("magnitude", (0.9,), scope="global", control="shuffled", fresh=True)
    net, masks = masked(fresh)
    assert masks.digest == masked(CONTROL)[1].digest
    masks.verify(net)


def test_every_place_of_a_layer_is_equally_likely() -> None:
    places = torch.tensor([[True, True, True], [True, False, True]])
    source = seeded()
    kept = sum((~shuffled({"fc": places}, source)["fc"]).long() for _ in range(3000))
    assert isinstance(kept, Tensor)
    assert kept.sum() == 3000
    assert (kept - 500).abs().max() < 5 * 20.5  # five standard deviations of a sixth of 3000


def test_a_control_that_changes_nothing_is_refused() -> None:
    """Of two weights one goes; half the shuffles leave it where it is."""
    places = torch.tensor([[True, False]])
    moves = [not torch.equal(shuffled({"": places}, seeded(s))[""], places) for s in range(20)]
    moving, staying = moves.index(True), moves.index(False)
    net = nn.Linear(2, 1, bias=False)
    net.weight.data.copy_(torch.tensor([[1.0, 2.0]]))
    pruning = Pruning("magnitude", (0.5,), control="shuffled")
    with pytest.raises(ValueError, match="the control shuffled changed nothing"):
        prune(net, pruning, seeded(staying))
    assert prune(net, pruning, seeded(moving)).gone[""].tolist() == [[False, True]]


def test_where_nothing_goes_nothing_has_to_move() -> None:
    _, masks = masked(Pruning("magnitude", (0.0,), control="shuffled"))
    assert masks.sparsity == 0


def test_a_control_that_changes_a_count_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(gone: Mapping[str, Tensor], _: torch.Generator) -> dict[str, Tensor]:
        return {name: torch.zeros_like(places) for name, places in gone.items()}

    monkeypatch.setattr(controls, "CONTROLS", {"careless": careless})
    with pytest.raises(ValueError, match="changed how many weights of fc go"):
        controlled("careless", {"fc": torch.tensor([True, False])}, seeded())


def test_an_unknown_control_is_refused_before_anything_is_pruned() -> None:
    net = build("resnet8", 10, 1, seeded())
    with pytest.raises(ValueError, match="expected the control shuffled, got 'inverted'"):
        prune(net, Pruning("magnitude", (0.9,), control="inverted"), seeded())
    assert net.get_parameter("fc.weight").all()
