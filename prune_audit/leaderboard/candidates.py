"""Which results a leaderboard is about: each once, from its own paper."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath

from prune_audit.claim import Claim, Result
from prune_audit.corpus import Corpus


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A result with the paper it stands in and the rows of other papers that quote it."""

    result: Result
    claim: Claim
    quoted_by: tuple[Result, ...] = ()

    @property
    def ref(self) -> str:
        """The result as ``classify`` takes it: ``file#row``."""
        return reference(self.result)

    @property
    def short(self) -> str:
        """The result as tables name it: the id of a submission, else the file's stem and row."""
        submitted = self.claim.submission
        if submitted and submitted.id.value:
            return submitted.id.value
        return f"{PurePath(self.result.file).stem}#{self.result.name}"

    @property
    def track(self) -> str | None:
        """The track that a submission names; None for other rows."""
        return self.claim.submission.track.value if self.claim.submission else None

    @property
    def order(self) -> tuple[str, int, int, str]:
        """A fixed order of candidates, whatever the order of the files."""
        place = self.result.place
        return (self.result.file, place.line, place.column, self.result.name)

    @property
    def drop(self) -> Decimal | None:
        """Accuracy points lost: as printed, else base minus pruned; negative is a gain."""
        row = self.result
        if row.drop.value:
            return row.drop.value.value
        if row.delta.value:
            return -row.delta.value.value
        dense, own = row.dense_top1.value, row.top1.value
        return dense.value - own.value if dense and own and dense.exact and own.exact else None


def reference(result: Result) -> str:
    """Return ``file#row``."""
    return f"{result.file}#{result.name}"


def candidates(corpus: Corpus) -> tuple[Candidate, ...]:
    """Return the results of the files, of a submission only the submitted one.

    A row that cites a result is that result: it is listed once, from its own paper, which need not
    be among the files. A row that was reproduced is a result of its own.
    """
    homes = {row: claim for claim in _every(corpus) for row in claim.results.values()}
    quotes: dict[Result, list[Result]] = {}
    for claim in corpus.claims:
        for row in entered(claim):
            own = _original(corpus, homes, row)
            quotes.setdefault(own, [])
            if own is not row:
                quotes[own].append(row)
    found = (Candidate(own, homes[own], tuple(rows)) for own, rows in quotes.items())
    return tuple(sorted(found, key=lambda one: one.order))


def entered(claim: Claim) -> Iterable[Result]:
    """Return the rows of a claim that can be ranked: of a submission, the submitted one."""
    if claim.submission is None:
        return claim.results.values()
    row = claim.results.get(claim.submission.result.value or "")
    return [row] if row else []


def _every(corpus: Corpus) -> Iterator[Claim]:
    yield from corpus.known.values()
    yield from corpus.claims


def _original(corpus: Corpus, homes: dict[Result, Claim], row: Result) -> Result:
    """Follow citations to the result's own paper; rows that cite in a circle are the first one."""
    path = [row]
    while cited := corpus.copied(homes[path[-1]], path[-1]):
        if cited in path:
            circle = path[path.index(cited) :]
            return min(circle, key=lambda one: (one.file, one.place.line, one.name))
        path.append(cited)
    return path[-1]
