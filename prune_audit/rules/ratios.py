"""Family PA1: pruning ratios against the printed speedup, through the registry's cost model."""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from prune_audit.claim import Claim, Result
from prune_audit.corpus import Corpus
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.intervals import Interval
from prune_audit.places import Place
from prune_audit.rates import Rate, RateKind, rate
from prune_audit.registry import cost, networks
from prune_audit.registry import dataset as known_dataset
from prune_audit.registry.shapes import SHAPES, ResNetShape
from prune_audit.rules.rule import Rule, Scope
from prune_audit.settings import Settings

ESTABLISHED = 3
"""Pairs of network and ratio that must agree before a single ratio is taken as the model's."""

CLOSE = Decimal("0.003")
"""How near a speedup must be for a ratio to be named as the one that fits."""


class _Row(NamedTuple):
    """A row with declared ratios: what it prints, and what the model makes of it."""

    result: Result
    ratios: tuple[float, ...]
    place: Place
    printed: Rate
    modelled: tuple[float, ...]

    @property
    def text(self) -> str:
        """What is printed of the speedup."""
        text = self.printed.entry.text
        return text if self.printed.entry is self.result.speedup else f"a cost or share of {text}"

    @property
    def places(self) -> tuple[Place, Place]:
        """Where ratios and speedup stand."""
        return self.place, self.printed.entry.place

    def fits(self, tolerance: Decimal) -> bool:
        """Whether some variant of the network has nearly the printed speedup."""
        return any(_near(self.printed.interval, value, tolerance) for value in self.modelled)


def _near(printed: Interval, value: float, tolerance: Decimal) -> bool:
    """Whether |a - b| / max(a, b) can be within the tolerance for some value of the digits."""
    keep = 1 - tolerance
    return printed.low * keep <= Decimal(value) <= printed.high / keep


def ratios_speedup_mismatch(claim: Claim, corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """Declared pruning ratios do not give the printed speedup.

    Definition: for a ResNet or VGG of known structure, the speedup that the ratios give in the
    registry's cost model is further from the printed one than the tolerance setting (5 %), for
    every variant of the network. Taken for the model's are a list in GReg's notation (stem, stages,
    classifier of a bottleneck ResNet; each layer of a VGG), and a single ratio of filters where
    at least three pairs of network and ratio of the same criterion in the file do agree.
    Why: the ratios are how others rebuild the network.
    Fix: look both up; say which layers are spared, and whether the ratio is of filters, of
    parameters or of FLOPs.
    Cannot detect: slips below the tolerance, layers spared without a word, basic-block ResNets with
    a list of ratios (sparing some blocks is customary there), and unstructured pruning.
    Source: Wang et al. 2023, Appendix A: [0, 0.6, 0.6, 0.6, 0.21, 0] on ResNet-50 gives 2.31x.
    """
    for result in claim.results.values():
        listed = _listed(result)
        if listed and not listed.fits(settings.tolerance):
            ratios = ", ".join(f"{ratio:g}" for ratio in listed.ratios)
            yield Hit(
                f"ratios [{ratios}] give {_about(listed.modelled)} on {result.network}, "
                f"{listed.text} is printed",
                listed.places,
                "look up the ratios and the speedup, and say which layers are spared",
            )
    yield from _single_ratio_hits(claim, settings)


def _single_ratio_hits(claim: Claim, settings: Settings) -> Iterator[Hit]:
    """Yield one hit per network whose rows do not follow the model that the others follow."""
    rows: dict[tuple[str, tuple[float, ...], str], _Row] = {}
    for result in claim.results.values():
        single = _single(result)
        criterion = result.pruning.criterion.value if result.pruning else None
        if single and criterion:
            rows.setdefault((str(result.network), single.ratios, criterion), single)
    fitting = [key[-1] for key, row in rows.items() if row.fits(settings.tolerance)]
    odd: dict[tuple[str, str], list[_Row]] = {}
    for (network, _, criterion), row in rows.items():
        if fitting.count(criterion) >= ESTABLISHED and not row.fits(settings.tolerance):
            odd.setdefault((network, criterion), []).append(row)
    for (network, _), found in odd.items():
        yield Hit(
            f"{network}: " + "; ".join(_odd_ratio(row) for row in found),
            tuple(place for row in found for place in row.places),
            "look up ratios and speedups, and say which layers are spared",
        )


def _odd_ratio(row: _Row) -> str:
    """Say what a ratio gives, and which tenth fits the printed speedup where one does."""
    text = f"ratio {row.ratios[0]:g} gives {_about(row.modelled)}, {row.text} is printed"
    for tenth in range(1, 10):
        speedups = _modelled(row.result, (tenth / 10,), basic_blocks=True)
        if any(_near(row.printed.interval, value, CLOSE) for value in speedups):
            return f"{text} (which fits the ratio {tenth / 10})"
    return text


def _about(speedups: tuple[float, ...]) -> str:
    low, high = f"{min(speedups):.2f}x", f"{max(speedups):.2f}x"
    return low if low == high else f"{low} to {high}"


def _listed(result: Result) -> _Row | None:
    """Return a row with a list of ratios whose meaning is sure."""
    entry = result.pruning.ratios if result.pruning else None
    if entry is None or entry.value is None:
        return None
    ratios = tuple(float(ratio.value) for ratio in entry.value)
    return _row(result, ratios, entry.place, basic_blocks=False)


def _single(result: Result) -> _Row | None:
    """Return a row with one ratio of filters, the same in every layer."""
    pruning = result.pruning
    if pruning is None or pruning.ratios.value or pruning.scope.value == "global":
        return None
    if pruning.ratio.value is None or pruning.ratio.value.bound:
        return None
    ratios = (float(pruning.ratio.value.value),)
    return _row(result, ratios, pruning.ratio.place, basic_blocks=True)


def _row(
    result: Result, ratios: tuple[float, ...], place: Place, *, basic_blocks: bool
) -> _Row | None:
    printed = rate(result, RateKind.SPEEDUP)
    pruning = result.pruning
    if printed is None or pruning is None or pruning.granularity.value not in ("filter", "channel"):
        return None
    if printed.interval.low <= 0:
        return None
    modelled = tuple(_modelled(result, ratios, basic_blocks))
    return _Row(result, ratios, place, printed, modelled) if modelled else None


def _modelled(result: Result, ratios: tuple[float, ...], basic_blocks: bool) -> Iterator[float]:
    """Yield the speedup of each variant of the network, for a VGG also with a whole first layer."""
    if result.network.value is None or result.dataset.value is None:
        return
    data = known_dataset(result.dataset.value)
    for entry in networks(result.network.value, result.dataset.value):
        shape = SHAPES.get(entry.id)
        if shape is None or data is None:
            continue
        residual = isinstance(shape, ResNetShape)
        if isinstance(shape, ResNetShape) and not shape.bottleneck and not basic_blocks:
            continue
        for spared in ((),) if residual or len(ratios) > 1 else ((), ("0",)):
            found = _speedup(entry.id, ratios, data.classes, spared)
            if found:
                yield found


@lru_cache(maxsize=1024)
def _speedup(
    network: str, ratios: tuple[float, ...], classes: int, spared: tuple[str, ...]
) -> float | None:
    """Return the speedup, or None where the ratios are not in the model's notation."""
    given = ratios[0] if len(ratios) == 1 else ratios
    try:
        return cost(network, 0.0, classes).macs / cost(network, given, classes, None, spared).macs
    except ValueError:
        return None


RULES: tuple[Rule, ...] = (
    Rule("PA117", Severity.WARNING, Tier.HEURISTIC, Scope.CLAIM, ratios_speedup_mismatch),
)
