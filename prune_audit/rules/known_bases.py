"""Family PA1: accuracies of known checkpoints against what they are published with."""

from collections.abc import Iterator
from decimal import Decimal

from prune_audit.claim import BaseModel, Claim
from prune_audit.corpus import Corpus
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.numbers import Printed
from prune_audit.readers import Weights
from prune_audit.registry import Checkpoint, networks
from prune_audit.registry import checkpoint as known_checkpoint
from prune_audit.registry import dataset as known_dataset
from prune_audit.registry.checkpoints import all_checkpoints
from prune_audit.rules.rule import Rule, Scope
from prune_audit.settings import Settings

NEAR = Decimal("0.05")
"""Points within which an accuracy is taken to name another checkpoint."""


def base_off_registry(claim: Claim, corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """A known checkpoint is printed with an accuracy that evaluating it again does not explain.

    Definition: the base accuracy, of the base model or beside a row, is further from every value
    that is known to be printed for these weights than the gap setting (0.5 points). torchvision's
    ResNet-50 V1 printed as 76.13, 76.15 or 76.18 is fine.
    Why: the row may start from other weights than it names, and drops are then off as well.
    Fix: check which weights were pruned (V1 and V2 of torchvision differ by four points), and
    under which protocol the base was evaluated.
    Cannot detect: other weights of nearly the same accuracy.
    Source: the registry; pytorch/vision issue 1114 and pull request 3360 for the 76.13 and 76.15.
    """
    for base in claim.base_models.values():
        known = _checkpoint(base)
        if known is None:
            continue
        beside = [row.base_top1 for row in claim.results.values() if row.base_model is base]
        for entry in (base.top1, *beside):
            if entry.value and all(
                _gap(entry.value, top1) > settings.base_gap for top1 in _accuracies(known)
            ):
                yield Hit(
                    f"base accuracy {entry}: {known.tag} is published with {known.top1}"
                    + _rival(known, entry.value),
                    (entry.place, base.weights.place),
                    "check which weights were pruned, and how the base was evaluated",
                )


def _checkpoint(base: BaseModel) -> Checkpoint | None:
    """Return the known checkpoint of a base model that is used on the data set it was made for."""
    weights: Weights | None = base.weights.value
    if weights is None or weights.kind == "own":
        return None
    known = known_checkpoint(f"sha256:{weights.name}" if weights.kind == "hash" else weights.name)
    data = known_dataset(base.dataset.value) if base.dataset.value else None
    if known is None or data is None or data.id != known.dataset:
        return None
    variants = networks(base.network.value or "", data.id)
    return known if known.network in {entry.id for entry in variants} else None


def _accuracies(known: Checkpoint) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in (known.top1, *(p.top1 for p in known.also_printed)))


def _gap(printed: Printed, top1: Decimal) -> Decimal:
    """Return the distance of a value from the interval that a printed number stands for."""
    return max(printed.hull.low - top1, top1 - printed.hull.high, Decimal(0))


def _rival(known: Checkpoint, printed: Printed) -> str:
    """Name another checkpoint of the network that the accuracy fits."""
    for other in all_checkpoints():
        alike = (other.network, other.dataset) == (known.network, known.dataset) and other != known
        if alike and _gap(printed, Decimal(other.top1)) <= NEAR:
            return f"; {other.tag} is published with {other.top1}"
    return ""


RULES: tuple[Rule, ...] = (
    Rule("PA109", Severity.WARNING, Tier.HEURISTIC, Scope.CLAIM, base_off_registry),
)
