"""Family PA1: order, bold type and statements against the numbers of one table."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from prune_audit.claim import Claim, Result, Table
from prune_audit.corpus import Corpus
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.intervals import Interval
from prune_audit.judged import JudgedPair
from prune_audit.numbers import Convention
from prune_audit.rates import common_rates, cost
from prune_audit.rules.rule import Rule, Scope
from prune_audit.rules.shares import Stated, some_convention, stated
from prune_audit.settings import Settings


class _Ranked(NamedTuple):
    """A row of a table with the number that ranks it."""

    row: Result
    number: Stated

    def worse(self, other: "_Ranked", ranked_by: str) -> bool:
        """Whether the number is surely worse than another row's; a small drop is a good one."""
        low, high = (other, self) if ranked_by == "drop" else (self, other)
        return _below(low.number, high.number)


def _below(one: Stated, other: Stated) -> bool:
    """Whether a number is smaller than another, however both were rounded."""

    def may_reach(convention: Convention) -> bool:
        return not one.printed.interval(convention).below(other.printed.interval(convention))

    return not some_convention(may_reach)


def _ranked(claim: Claim, corpus: Corpus, table: Table) -> list[_Ranked]:
    """Return the rows of a table that print the ranking number, in printed order."""
    rows = corpus.rows(claim, table.rows.value or ())
    found = [(row, stated(getattr(row, table.ranked_by.value or "top1"))) for row in rows]
    return [_Ranked(row, number) for row, number in found if number]


def rank_inversion(claim: Claim, corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """A ranking prints a row above a better one.

    Definition: in a table of ``tables``, the column ``ranked_by`` (top-1 or change: larger first;
    drop: smaller first) of a row is surely better than that of the row printed just above it.
    Why: the order and the number cannot both be right.
    Fix: check both numbers and the order at the source.
    Cannot detect: an order by unprinted digits, or ties.
    Source: the printed order; a PruningBench leaderboard ranks 71.664 above 71.812.
    """
    for table in claim.tables:
        by = table.ranked_by.value or "top1"
        for above, row in pairwise(_ranked(claim, corpus, table)):
            if above.worse(row, by):
                yield Hit(
                    f"ranked by {by}, {above.row.name} ({above.number}) is printed above "
                    f"{row.row.name} ({row.number})",
                    (above.number.place, row.number.place, table.rows.place),
                    "check both numbers and the order at the source",
                )


def wrong_bold(claim: Claim, corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """A row is printed in bold while a row of the same table that is not has a better number.

    Definition: in a table of ``tables``, a row with ``bold: yes`` is surely worse in ``ranked_by``
    than a row that is not bold.
    Why: bold type is read as the best of the table.
    Fix: check the number; or say in the caption what bold stands for.
    Cannot detect: what the authors mean by bold (often their own rows), hence a hint.
    Source: this tool.
    """
    for table in claim.tables:
        by = table.ranked_by.value or "top1"
        ranked = _ranked(claim, corpus, table)
        plain = [row for row in ranked if row.row.bold.value != "yes"]
        for row in ranked:
            better = [other for other in plain if row.worse(other, by)]
            if row.row.bold.value == "yes" and better:
                yield Hit(
                    f"{row.row.name} ({by} {row.number}) is printed in bold, "
                    f"{better[0].row.name} ({better[0].number}) is not",
                    (row.number.place, better[0].number.place, row.row.bold.place),
                    "check the number, or say what bold stands for",
                )


def statement_against_print(judged: JudgedPair, settings: Settings) -> Iterator[Hit]:
    """A row is said to be better, and its printed numbers say otherwise.

    Definition: the statement is better or significantly better while the printed top-1 accuracy of
    ours is lower than the other's, its drop is not smaller, and neither its rate nor its cost nor
    its parameters are better by more than the tolerance setting.
    Why: the statement and the table contradict each other, whatever the setup and the noise.
    Fix: check the two numbers; or say in which respect ours is better.
    Cannot detect: a statement about something that the row does not hold (latency, another task).
    Source: this tool.
    """
    pair = judged.pair
    statement = pair.comparison.statement if pair.comparison else None
    if statement is None or statement.value not in ("better", "significantly better"):
        return
    ours, other = stated(pair.ours.top1), stated(pair.other.top1)
    if ours is None or other is None or not _below(ours, other):
        return
    wanted = pair.comparison.rate.value if pair.comparison else None
    excused = _smaller_drop(pair.ours, pair.other) or _cheaper(
        pair.ours, pair.other, wanted, settings
    )
    if not excused:
        yield Hit(
            f"{pair.ours.name} is said to be {statement.value} than {pair.other.name}; its printed "
            f"top-1 is {ours} against {other}",
            (statement.place, ours.place, other.place),
            "check the two numbers, or say in which respect ours is better",
        )


def _smaller_drop(ours: Result, other: Result) -> bool:
    """Whether ours may have lost less against its own base, printed or recomputed."""
    own, others = _lost(ours), _lost(other)
    return own is not None and others is not None and own < others


def _lost(result: Result) -> float | None:
    if result.drop.value:
        return float(result.drop.value.value)
    if result.delta.value:
        return -float(result.delta.value.value)
    base, pruned = result.dense_top1.value, result.top1.value
    return float(base.value - pruned.value) if base and pruned else None


def _cheaper(ours: Result, other: Result, wanted: str | None, settings: Settings) -> bool:
    """Whether ours prints a better rate, cost or number of parameters, beyond the tolerance."""
    keep = 1 - settings.tolerance
    fast, slow = common_rates(ours, other, wanted)
    if fast and slow and _middle(slow.interval) < _middle(fast.interval) * keep:
        return True
    small, large = cost(ours), cost(other)
    if small and large and _middle(small[0]) < _middle(large[0]) * keep:
        return True
    few, many = ours.params.value, other.params.value
    return bool(few and many and few.value < many.value * keep)


def _middle(interval: Interval) -> Decimal:
    return (interval.low + interval.high) / 2


RULES: tuple[Rule, ...] = (
    Rule("PA113", Severity.ERROR, Tier.CONCLUSIVE, Scope.CLAIM, rank_inversion),
    Rule("PA114", Severity.WARNING, Tier.HEURISTIC, Scope.CLAIM, wrong_bold),
    Rule("PA115", Severity.WARNING, Tier.CONCLUSIVE, Scope.PAIR, statement_against_print),
)
