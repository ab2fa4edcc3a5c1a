"""Fresh weights for a network of any widths, from one generator."""

import torch
from torch import nn
from torch.nn import init
from torch.nn.modules.batchnorm import _BatchNorm

HE = "he"
"""Linear layers as convolutions: normal with variance 2 / inputs (He et al. 2015), bias 0."""

LinearInit = float | str | None


def initialise(net: nn.Module, generator: torch.Generator, linear: LinearInit = None) -> None:
    """Give every layer new weights, in the order of ``net.modules()``.

    Convolutions: normal with variance 2 / (outputs x kernel area) (He et al. 2015, fan-out), bias
    0. Batch norm: scale 1, shift 0, running statistics reset. Linear layers: weights and biases
    uniform in +-1/sqrt(inputs), which is torch's default; where ``linear`` is a number normal
    weights of that standard deviation and bias 0, as torchvision's VGG and MobileNetV2 have them
    (0.01), where it is ``HE`` normal ones of variance 2 / inputs.
    The weights are made on the generator's device, where those of the network must be. The global
    random state is neither used nor changed.

    Raises:
        ValueError: a layer has weights of a kind that is not named above.
    """
    for name, module in net.named_modules():
        match module:
            case nn.Conv2d():
                init.kaiming_normal_(
                    module.weight, mode="fan_out", nonlinearity="relu", generator=generator
                )
                if module.bias is not None:
                    init.zeros_(module.bias)
            case _BatchNorm():
                module.reset_parameters()
            case nn.Linear():
                _linear(module, generator, linear)
            case _ if [*module.parameters(recurse=False), *module.buffers(recurse=False)]:
                kind = type(module).__name__
                raise ValueError(f"no rule for fresh weights of {name or 'the network'}: {kind}")


def _linear(layer: nn.Linear, generator: torch.Generator, linear: LinearInit) -> None:
    std = (2 / layer.in_features) ** 0.5 if linear == HE else linear
    if isinstance(std, float):
        init.normal_(layer.weight, 0.0, std, generator)
        init.zeros_(layer.bias)
        return
    bound = layer.in_features**-0.5
    init.uniform_(layer.weight, -bound, bound, generator)
    init.uniform_(layer.bias, -bound, bound, generator)
