"""A plan and the runs found -> everything that follows; formats turn it into text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prune_audit.reruns.contest import ALPHA, Contest
from prune_audit.reruns.contests import contests
from prune_audit.reruns.convergence import Series, series
from prune_audit.reruns.correct import Correction, StandInRow, correct
from prune_audit.reruns.crossed import Crossing, crossings
from prune_audit.reruns.ledger import Spent, spent
from prune_audit.reruns.measured import Measured, measured_rows
from prune_audit.reruns.planned import Plan
from prune_audit.reruns.run import Run
from prune_audit.reruns.tables import Matrix, TaTable, matrices, ta_tables
from prune_audit.reruns.verdicts import Ruled, Ruling, added_rulings, rule


@dataclass(frozen=True)
class Provenance:
    """Where the numbers come from: runs done of those planned, machines, and the total cost.

    ``machines`` are the distinct versions and devices, most runs first, each with its runs.
    """

    done: int
    planned: int
    machines: tuple[tuple[tuple[tuple[str, str], ...], int], ...]
    spent: Spent


@dataclass(frozen=True)
class Conclusions:
    """Everything that follows from the runs of a plan.

    ``rows`` are ``StandInRow`` where ``plan.stand_in`` is set, else ``Correction``. ``beside`` are
    rows against the scratch arms and dense controls that were added to them.
    """

    plan: Plan
    rows: tuple[Correction, ...] | tuple[StandInRow, ...]
    contests: tuple[Contest, ...]
    compared: tuple[Ruled, ...]
    beside: tuple[Ruling, ...]
    crossings: tuple[Crossing, ...]
    series: tuple[Series, ...]
    matrices: tuple[Matrix, ...]
    ta_tables: tuple[TaTable, ...]
    provenance: Provenance
    alpha: float

    @property
    def stand_in(self) -> bool:
        """Whether the data is a stand-in: nothing here is about the claimed numbers then."""
        return self.plan.stand_in is not None

    @property
    def measured(self) -> tuple[Measured, ...]:
        """What the runs of each planned row show."""
        return tuple(row.measured for row in self.rows)


def conclude(plan: Plan, runs: Mapping[str, Run], alpha: float = ALPHA) -> Conclusions:
    """Return what follows from the runs of a plan; runs that are not there are named as missing.

    ``runs`` is keyed on the ids of experiments and may hold others. ``alpha`` is the level of
    significance.
    """
    rows = measured_rows(plan, runs)
    found = contests(plan.compared, rows, runs, alpha)
    crossed = crossings(found)
    return Conclusions(
        plan=plan,
        rows=correct(rows, plan.stand_in is not None),
        contests=found,
        compared=rule(plan.compared, found, crossed),
        beside=added_rulings(found),
        crossings=crossed,
        series=series(rows, alpha),
        matrices=matrices(rows, plan.compared, alpha),
        ta_tables=ta_tables(rows),
        provenance=_provenance(plan, runs),
        alpha=alpha,
    )


def _provenance(plan: Plan, runs: Mapping[str, Run]) -> Provenance:
    wanted = [experiment.id for experiment in plan.experiments]
    found = [runs[one] for one in wanted if one in runs]
    return Provenance(len(found), len(wanted), tuple(_machines(found)), spent(found))


def _machines(runs: Iterable[Run]) -> list[tuple[tuple[tuple[str, str], ...], int]]:
    counts: dict[tuple[tuple[str, str], ...], int] = {}
    for run in runs:
        machine = tuple(sorted((str(key), str(value)) for key, value in run.machine.items()))
        counts[machine] = counts.get(machine, 0) + 1
    return sorted(counts.items(), key=lambda item: -item[1])
