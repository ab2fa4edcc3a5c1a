"""Family PA7: one result, or one base model, in two papers."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from prune_audit.answers import Answer
from prune_audit.claim import BaseModel, Result
from prune_audit.corpus import Corpus
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.intervals import Interval
from prune_audit.numbers import Printed
from prune_audit.places import Entry
from prune_audit.rates import RateKind, rate, same_rate
from prune_audit.registry import checkpoint
from prune_audit.registry import dataset as known_dataset
from prune_audit.rules.rule import Rule, Scope
from prune_audit.settings import Settings


class Quote(NamedTuple):
    """A number that two files print differently, and how the two differ."""

    what: str
    here: Entry[Printed]
    there: Entry[Printed]
    how: str = ""


def quoted_differently(corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """A cited row prints other numbers than the file of the paper it is cited from.

    Definition: the row names the cited one by ``cites`` and was not rerun. The top-1 accuracies
    (or the drops, where a top-1 is missing) differ beyond rounding, or the base accuracies by more
    than re-evaluating one checkpoint explains (0.5 points), or the speedups by more than the
    tolerance (5 %), since counters of FLOPs differ. Copies may be rounded, truncated, or taken
    from an error rate: less than one last digit is no difference.
    Why: one of two papers, or of two transcriptions, has a wrong number, and copies live on.
    Fix: look the number up in both papers; versions of one paper can differ.
    Cannot detect: which of the two is right, or a number that both have wrong.
    Source: this tool.
    """
    for claim in corpus.claims:
        for row in claim.results.values():
            cited = corpus.copied(claim, row)
            if cited:
                yield from (_quoted(row, cited, q) for q in _quotes(row, cited, settings))


def _quotes(row: Result, cited: Result, settings: Settings) -> Iterator[Quote]:
    one, other = row.top1, cited.top1
    if not (one.value and other.value):
        yield from _other_drop(row, cited)
    elif not reach(one.value).meets(reach(other.value)):
        yield Quote("top-1", one, other, slip(one.value, other.value))
    one, other = row.dense_top1, cited.dense_top1
    if one.value and other.value and _gap(one.value, other.value) > settings.base_gap:
        yield Quote("base accuracy", one, other, slip(one.value, other.value))
    here, there = rate(row, RateKind.SPEEDUP), rate(cited, RateKind.SPEEDUP)
    same = same_rate(row, cited, RateKind.SPEEDUP, settings.tolerance)
    if here and there and same is Answer.DIFFERENT:
        yield Quote("rate", here.entry, there.entry)


def _other_drop(row: Result, cited: Result) -> Iterator[Quote]:
    here, there = _drop(row), _drop(cited)
    if here and there and not here[1].meets(there[1]):
        yield Quote("drop", here[0], there[0])


def _drop(row: Result) -> tuple[Entry[Printed], Interval] | None:
    if row.drop.value:
        return row.drop, reach(row.drop.value)
    return (row.delta, -reach(row.delta.value)) if row.delta.value else None


def reach(number: Printed) -> Interval:
    """Return less than one last digit around a number: a truncated error rate errs upwards."""
    if number.bound:
        return number.hull
    return Interval(number.value - number.step, number.value + number.step, True, True)


def _gap(one: Printed, other: Printed) -> Decimal:
    """Return the smallest distance that the digits of two accuracies leave."""
    a, b = one.hull, other.hull
    return max(a.low - b.high, b.low - a.high)


def _quoted(row: Result, cited: Result, quote: Quote) -> Hit:
    source = f" (source: {cited.source.text})" if cited.source.known else ""
    how = f"; {quote.how}" if quote.how else ""
    return Hit(
        f"{row.name} prints {quote.what} {quote.here.text}, {row.cites.text} has "
        f"{quote.there.text}{source}{how}",
        (quote.here.place, quote.there.place),
        "look the number up in both papers; versions of one paper can differ",
    )


def slip(one: Printed, other: Printed) -> str:
    """Say how the digits of two numbers differ where a slip of the pen would explain it."""
    if one.step != other.step:
        return ""
    a, b = f"{one.value:f}", f"{other.value:f}"
    apart = [i for i in range(len(a)) if a[i] != b[i]] if len(a) == len(b) else []
    if len(apart) == 1:
        return "one digit differs"
    if len(apart) == 2 and sorted(a) == sorted(b):
        return "two digits are swapped"
    distance = abs(one.value - other.value)
    return f"exactly {distance.normalize():f} apart" if distance in (1, Decimal("0.1")) else ""


class Shown(NamedTuple):
    """An accuracy that some file prints for a checkpoint."""

    top1: Printed
    base: BaseModel

    @property
    def file(self) -> str:
        """The claim file that prints it."""
        return self.base.place.file


def shared_base_differs(corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """One checkpoint is printed with accuracies too far apart for re-evaluation.

    Definition: base models of two files carry the same weights (tag or hash, not "own") on the same
    data set, and their accuracies are further apart than re-evaluating one checkpoint explains (0.5
    points). One finding per checkpoint, on the two values furthest apart.
    Why: one of the two was not the checkpoint that is named, or was evaluated in another way.
    Fix: evaluate the checkpoint that was pruned, and print that number.
    Cannot detect: which of the two files names the wrong weights.
    Source: this tool; torchvision's first ResNet-50 is printed as 76.13, 76.15 and 76.18.
    """
    checked = {claim.file for claim in corpus.claims}
    for tag, shown in _by_weights(corpus).items():
        here, there = _furthest(shown)
        if here.file not in checked:
            here, there = there, here
        if here.file in checked and _gap(here.top1, there.top1) > settings.base_gap:
            yield Hit(
                f"{tag} has {here.top1} as {here.base.name}, and {there.top1} as "
                f"{there.base.name} in {there.file}",
                (here.base.top1.place, there.base.top1.place),
                "evaluate the checkpoint that was pruned; check that both files name it rightly",
            )


def _by_weights(corpus: Corpus) -> dict[str, list[Shown]]:
    groups: dict[str, list[Shown]] = defaultdict(list)
    for claim in corpus.known.values():
        for base in claim.base_models.values():
            weights, top1 = base.weights.value, base.top1.value
            if weights and weights.kind != "own" and top1 and top1.exact and base.dataset.known:
                known = checkpoint(base.weights.text)
                tag = known.tag if known else base.weights.text
                groups[f"{tag} on {dataset_id(base.dataset.text)}"].append(Shown(top1, base))
    return groups


def _furthest(shown: list[Shown]) -> tuple[Shown, Shown]:
    """Return the two accuracies of different files that are furthest apart."""
    ranked = sorted(shown, key=lambda one: one.top1.value)
    low, high = ranked[0], ranked[-1]
    above = next((one for one in reversed(ranked) if one.file != low.file), low)
    below = next((one for one in ranked if one.file != high.file), high)
    pairs = ((low, above), (below, high))
    return max(pairs, key=lambda pair: pair[1].top1.value - pair[0].top1.value)


def dataset_id(name: str) -> str:
    """Return the registered name of a data set, else the name itself."""
    known = known_dataset(name)
    return known.id if known else name


RULES: tuple[Rule, ...] = (
    Rule("PA701", Severity.WARNING, Tier.CONCLUSIVE, Scope.CORPUS, quoted_differently),
    Rule("PA702", Severity.WARNING, Tier.CONCLUSIVE, Scope.CORPUS, shared_base_differs),
)
