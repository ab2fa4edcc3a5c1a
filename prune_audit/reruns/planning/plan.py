"""Claims and a request -> a plan: what will be run, what will not and why, what is assumed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from prune_audit.claim import BaseModel, Claim, Result
from prune_audit.corpus import Corpus
from prune_audit.judged import pairs_of
from prune_audit.reruns.experiment import Weights
from prune_audit.reruns.planned import Arm, Compared, Plan, PlannedRow, Refusal
from prune_audit.reruns.planning.arms import ARMS
from prune_audit.reruns.planning.chains import check_arm
from prune_audit.reruns.planning.dense_control import dense_controls
from prune_audit.reruns.planning.refused import CannotRerunError
from prune_audit.reruns.planning.request import Request
from prune_audit.reruns.planning.rows import Ready, ready
from prune_audit.reruns.planning.scratch_arms import scratch_arm
from prune_audit.reruns.planning.standin import stand_in
from prune_audit.reruns.run import Run


class Wanted(NamedTuple):
    """Rows to rerun, in the order of their files, and the comparisons among them."""

    rows: tuple[Result, ...]
    compared: tuple[Compared, ...]


def wanted(corpus: Corpus, patterns: Mapping[str, Sequence[str]]) -> Wanted:
    """Return the rows whose names match, and what the claims compare them with.

    ``patterns`` are shell patterns by file; a file without one stands for all of its rows, and for
    the rows of other files that it compares them with.
    """
    rows: dict[int, Result] = {}
    compared = []
    for claim in corpus.claims:
        chosen = patterns.get(claim.file, ())
        rows |= {
            id(row): row for row in claim.results.values() if not chosen or matches(row, chosen)
        }
        found = [*_compared(claim, corpus, chosen)]
        compared += found
        pairs = (pair for one in found for pair in one.pairs)
        rows |= {id(row): row for pair in pairs for row in pair}
    return Wanted(tuple(rows.values()), tuple(compared))


def matches(row: Result, patterns: Sequence[str]) -> bool:
    """Return whether one of some shell patterns fits a row's name, or that of its sweep."""
    family, _, _ = row.name.partition("@")
    return any(fnmatchcase(row.name, one) or fnmatchcase(family, one) for one in patterns)


def _compared(claim: Claim, corpus: Corpus, patterns: Sequence[str]) -> Iterator[Compared]:
    for comparison in claim.comparisons:
        pairs = tuple(
            (ours, other)
            for ours, other in pairs_of(claim, corpus, comparison)
            if not patterns or (matches(ours, patterns) and matches(other, patterns))
        )
        ours = corpus.rows(claim, [comparison.ours.value or ""])
        lossless = comparison.statement.value == "lossless"
        if pairs or (lossless and (not patterns or any(matches(o, patterns) for o in ours))):
            yield Compared(claim, comparison, pairs)


def plan(found: Wanted, request: Request, runs: Mapping[str, Run]) -> Plan:
    """Return what to run for the rows wanted; ``runs`` matter to arms that search step by step."""
    pairs = [pair for one in found.compared for pair in one.pairs]
    rows, refused = _made_ready(found.rows, _partners(pairs), request)
    planned: dict[tuple[str, str, str, str], PlannedRow] = {}
    arms = (one for arm in request.arms for one in _under(arm, rows, pairs, request, runs))
    for one in (*arms, *_scratch(rows, pairs, request)):
        if isinstance(one, Refusal):
            refused.append(one)
        else:
            planned.setdefault(one.key, one)
    if request.dense_control:
        planned |= {one.key: one for one in dense_controls(tuple(planned.values()))}
    place = {id(row): index for index, row in enumerate(found.rows)}
    ordered = sorted(
        planned.values(), key=lambda one: (_rank(one.arm, request), place[id(one.result)])
    )
    return Plan(
        tuple(ordered), tuple(dict.fromkeys(refused)), found.compared,
        stand_in(request),
        {row.base.sha256: row.file for row in rows if isinstance(row.base, Weights) and row.file},
        _claimed(rows),
    )  # fmt: skip


def _under(
    arm: Arm,
    rows: Sequence[Ready],
    pairs: Sequence[tuple[Result, Result]],
    request: Request,
    runs: Mapping[str, Run],
) -> Iterator[PlannedRow | Refusal]:
    """Yield what an arm makes of the rows; pipelines that it would change are refused."""
    able = []
    for row in rows:
        try:
            if row.chain is not None and arm is not Arm.REPORTED:
                check_arm(row.chain, arm)
            able.append(row)
        except CannotRerunError as error:
            yield error.of(row.result)
    yield from ARMS[arm](able, pairs, request, runs)


def _claimed(rows: Iterable[Ready]) -> dict[str, tuple[BaseModel, ...]]:
    """Return the base models of claims that are loaded, by the SHA-256 of their weights."""
    found: dict[str, dict[int, BaseModel]] = {}
    for row in rows:
        model = row.result.base_model
        if isinstance(row.base, Weights) and model is not None:
            found.setdefault(row.base.sha256, {}).setdefault(id(model), model)
    return {digest: tuple(models.values()) for digest, models in found.items()}


def _rank(arm: Arm, request: Request) -> int:
    """Return the place of an arm: as asked for, added scratch arms last."""
    return request.arms.index(arm) if arm in request.arms else len(request.arms)


def _made_ready(
    rows: Iterable[Result], partners: Mapping[int, Result], request: Request
) -> tuple[list[Ready], list[Refusal]]:
    made, refused = [], []
    for row in rows:
        try:
            made.append(ready(row, partners.get(id(row)), request))
        except CannotRerunError as error:
            refused.append(error.of(row))
    return made, refused


def _partners(pairs: Iterable[tuple[Result, Result]]) -> dict[int, Result]:
    """Return for each scratch row the first pruned row that it is compared with, and vice versa."""
    partners: dict[int, Result] = {}
    for ours, other in pairs:
        if ours.is_scratch != other.is_scratch:
            partners.setdefault(id(ours), other)
            partners.setdefault(id(other), ours)
    return partners


def _scratch(
    rows: Sequence[Ready], pairs: Iterable[tuple[Result, Result]], request: Request
) -> Iterator[PlannedRow | Refusal]:
    rivals = _partners(pairs)
    for arm in request.scratch_arms:
        for row in rows:
            family, _, _ = row.result.name.partition("@")
            if row.base is not None and arm.row in ("", row.result.name, family):
                yield scratch_arm(row, arm, rivals, request)
