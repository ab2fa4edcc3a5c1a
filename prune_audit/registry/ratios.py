"""Which block or layer loses which fraction of its filters: one number, or a list as in GReg.

The list of a residual network holds stem, each stage, classifier; that of a VGG each convolution
and linear layer. Stem and classifier lose no outputs.
"""

from collections.abc import Collection, Sequence

Ratios = float | Sequence[float]


def block_ratios(
    depths: Sequence[int], ratios: Ratios, spared: Collection[str] = ()
) -> dict[tuple[int, int], float]:
    """Return the ratio of every (stage from 1, block from 0) of a residual network.

    Args:
        depths: blocks per stage.
        ratios: one number for all stages, or stem, each stage, classifier (first and last 0).
        spared: blocks that stay whole, as ``"stage.block"``.

    Raises:
        ValueError: ratios or spared places do not fit the network.
    """
    stages = _stage_ratios(len(depths), ratios)
    names = {
        f"{stage}.{block}": (stage, block)
        for stage, depth in enumerate(depths, 1)
        for block in range(depth)
    }
    _check_spared(spared, names)
    return {place: 0.0 if name in spared else stages[place[0] - 1] for name, place in names.items()}


def layer_ratios(
    convolutions: int, hidden: int, ratios: Ratios, spared: Collection[str] = ()
) -> list[float]:
    """Return the ratio of every convolution and hidden linear layer of a VGG, in order.

    Args:
        convolutions: how many there are.
        hidden: linear layers before the classifier; one number leaves them whole.
        ratios: one number for all convolutions, or one per convolution and linear layer (last 0).
        spared: layers that stay whole, by index from 0.

    Raises:
        ValueError: ratios or spared places do not fit the network.
    """
    count = convolutions + hidden
    _check_spared(spared, [str(index) for index in range(count)])
    if isinstance(ratios, int | float):
        ratios = [ratios] * convolutions + [0.0] * (hidden + 1)
    if len(ratios) != count + 1 or ratios[-1]:
        raise ValueError(
            f"expected {count + 1} ratios (the last one, the classifier's, 0), got {list(ratios)}"
        )
    return [0.0 if str(i) in spared else ratio for i, ratio in enumerate(ratios[:-1])]


def hidden_ratios(hidden: int, ratios: Ratios, spared: Collection[str] = ()) -> list[float]:
    """Return the ratio of every hidden layer of a multilayer perceptron, in order.

    Args:
        hidden: how many there are.
        ratios: one number for all of them, or one per linear layer (last 0).
        spared: layers that stay whole, by index from 0.

    Raises:
        ValueError: ratios or spared places do not fit the network.
    """
    every = [ratios] * hidden + [0.0] if isinstance(ratios, int | float) else ratios
    return layer_ratios(0, hidden, every, spared)


def _stage_ratios(stages: int, ratios: Ratios) -> list[float]:
    if isinstance(ratios, int | float):
        return [ratios] * stages
    if len(ratios) != stages + 2 or ratios[0] or ratios[-1]:
        raise ValueError(
            f"expected {stages + 2} ratios (stem 0, {stages} stages, classifier 0), "
            f"got {list(ratios)}"
        )
    return list(ratios[1:-1])


def _check_spared(spared: Collection[str], known: Collection[str]) -> None:
    unknown = sorted(set(spared) - set(known))
    if unknown:
        raise ValueError(f"no such place to spare: {', '.join(unknown)}")
