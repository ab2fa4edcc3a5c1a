import pytest
import torch
from torch import Tensor, nn

from prune_audit.pipeline.checkpoint import dumped, loaded
from prune_audit.pipeline.sgd import SGD
from prune_audit.reruns.experiment import Training

TRAINING = Training(1, "constant 1e-1", 8, 1e-2, nesterov=True)


def layer() -> nn.Module:
    torch.manual_seed(0)
    net = nn.Conv2d(3, 4, 3)
    return net.to(memory_format=torch.channels_last)


def step(net: nn.Module, optimizer: SGD, images: Tensor) -> None:
    optimizer.zero_grad()
    net(images).square().sum().backward()
    optimizer.step(0.01)


def test_steps_go_on_from_a_state_bit_by_bit() -> None:
    images = torch.randn(2, 3, 5, 5)
    net = layer()
    optimizer = SGD(net, TRAINING)
    step(net, optimizer, images)
    saved = loaded(dumped([net.state_dict(), optimizer.state_dict()]), torch.device("cpu"))
    step(net, optimizer, images)
    again = layer()
    again.load_state_dict(saved[0])
    resumed = SGD(again, TRAINING)
    resumed.load_state_dict(saved[1])
    step(again, resumed, images)
    assert torch.equal(net.weight, again.weight)  # type: ignore[arg-type]


@pytest.mark.parametrize("momenta", [[], [torch.zeros(1)] * 3, [torch.zeros(7), torch.zeros(4)]])
def test_the_state_of_another_network_is_refused(momenta: list[Tensor]) -> None:
    with pytest.raises((ValueError, RuntimeError)):
        SGD(layer(), TRAINING).load_state_dict({"momenta": momenta})


def test_gradients_do_not_add_up() -> None:
    net, images = layer(), torch.ones(1, 3, 5, 5)
    optimizer = SGD(net, TRAINING)
    step(net, optimizer, images)
    optimizer.zero_grad()
    assert all(parameter.grad is None for parameter in net.parameters())
