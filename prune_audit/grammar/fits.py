"""Whether the ratios of a pipeline leave something of every layer of a network."""

from collections.abc import Iterator, Sequence
from math import ceil

from prune_audit.grammar.calls import GrammarError
from prune_audit.grammar.nodes import Pipeline, Prune
from prune_audit.registry import Network
from prune_audit.registry.ratios import block_ratios, hidden_ratios, layer_ratios
from prune_audit.registry.shapes import SHAPES, MLPShape, ResNetShape, VGGShape
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.ratios import one_or_list


def check_fits(pipeline: Pipeline, network: Network) -> None:
    """Refuse ratios that leave a layer nothing, or that the network has no use for.

    Raises:
        GrammarError: the message names the column of the step, and what would be left.
    """
    left = float(network.params)
    widths: dict[str, int] | None = None
    for step in pipeline.steps:
        if not isinstance(step, Prune):
            continue
        if METHODS[step.method].masked:
            left *= 1 - step.ratios[0]
            if left < network.layers:
                reason = f"{step} leaves fewer than one weight per layer of {network.name}"
                raise GrammarError(step.column, reason)
        elif METHODS[step.method].shrinks:
            widths = _narrowed(step, network, widths)


def _narrowed(step: Prune, network: Network, widths: dict[str, int] | None) -> dict[str, int]:
    """Return the filters that each layer has after a step."""
    try:
        places = list(_places(network.id, step.ratios))
    except ValueError as error:
        reason = f"{step} does not fit {network.name}: {error}"
        raise GrammarError(step.column, reason) from None
    found = {}
    for name, ratio, width in places:
        now = widths[name] if widths else width
        gone = ceil(round(ratio * now, 9))
        if gone >= now:
            reason = f"{step} takes every filter of a layer of {network.name} that has {now}"
            raise GrammarError(step.column, reason)
        found[name] = now - gone
    return found


def _places(network: str, ratios: tuple[float, ...]) -> Iterator[tuple[str, float, int]]:
    """Yield the layers that lose filters: name, ratio, filters; none where nothing is known."""
    shape, given = SHAPES.get(network), one_or_list(ratios)
    if isinstance(shape, ResNetShape):
        for (stage, block), ratio in block_ratios(shape.depths, given).items():
            yield f"{stage}.{block}", ratio, shape.widths[stage - 1] * shape.widening
    elif isinstance(shape, VGGShape):
        convolutions = [width for stage in shape.stages for width in stage]
        each = layer_ratios(len(convolutions), len(shape.hidden), given)
        yield from _numbered(each, (*convolutions, *shape.hidden))
    elif isinstance(shape, MLPShape):
        yield from _numbered(hidden_ratios(len(shape.hidden), given), shape.hidden)


def _numbered(ratios: Sequence[float], widths: Sequence[int]) -> Iterator[tuple[str, float, int]]:
    for place, (ratio, width) in enumerate(zip(ratios, widths, strict=True)):
        yield str(place), ratio, width
