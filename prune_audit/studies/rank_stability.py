"""Whether criteria keep their ranks from one operating point to the next, random among them.

Definition: filters of one trained network are removed by several criteria at several ratios
(operating points), each retrained alike. Between two points Kendall's tau (tau-b) compares the
ranks: of the accuracies of single seeds, as printed tables hold them, and of those pairs of
criteria only that the seeds can tell apart (paired 95 % interval), all others being ties.
Why: a criterion that is best at one ratio need not be at another, so that a ranking at one or two
points says little about a method: three are the least that shows whether it is stable. Where
random filters are not last, some criterion did no better than a blind choice.
Cannot detect: whether a criterion is good on other networks and data. Accuracies that differ by
less than the noise give a tau of their own, which is no evidence of anything: hence the second.
Source: Li et al. 2024 (PruningBench, arXiv 2406.12315). Tau is not theirs: computed from the tables
of their repository, ranks at two speedups agree as little as 0.1 to 0.4 on some leaderboards.
'prune-audit ranks' does this to printed tables.
"""

from collections.abc import Iterator
from itertools import combinations, pairwise

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.statistics import Agreement, agreement, kendall
from prune_audit.studies.outcome import (
    Cell,
    Column,
    Curve,
    Outcome,
    Panel,
    Point,
    Sign,
    Spread,
    Table,
)
from prune_audit.studies.signs import interval, mean_of, minus, positive
from prune_audit.studies.study import Lab, Seeds, Study

DATA = Data("digits")
NETWORK = "mlp-128-64"
BASE = Training(40, "0:1e-1,20:1e-2,30:1e-3", 64, 5e-4)
RETRAINING = Training(15, "0:1e-2,10:1e-3", 64, 5e-4)
RANDOM = "random"
CRITERIA = ("l1", "fpgm", "taylor", "apoz", "leave-one-out", "shapley-error", RANDOM)
RATIOS = (0.3, 0.5, 0.7, 0.9)
LEAST = 0.02
"""Least standard deviation of tau between seeds."""
HALF = 0.5


def arm(method: str, ratio: float, seed: int = 0) -> Experiment:
    """Return the retraining of the network after a criterion removed filters."""
    return Experiment(DATA, NETWORK, seed, RETRAINING, Pruning(method, (ratio,)), BASE)


def _plan(seeds: Seeds) -> tuple[Experiment, ...]:
    return tuple(
        arm(method, ratio, seed) for seed in seeds for ratio in RATIOS for method in CRITERIA
    )


def taus(lab: Lab, low: float, high: float) -> tuple[float, ...]:
    """Return tau-b of the criteria's accuracies between two ratios, one per seed."""
    sides = [[lab.accuracies(arm(one, ratio)) for one in CRITERIA] for ratio in (low, high)]
    pairs = zip(*(zip(*side, strict=True) for side in sides), strict=True)
    return tuple(kendall(first, second) or 0.0 for first, second in pairs)


def beyond_noise(lab: Lab, low: float, high: float) -> Agreement:
    """Compare two ratios by the pairs of criteria that the seeds can tell apart."""
    return agreement(
        (_order(lab, one, other, low), _order(lab, one, other, high))
        for one, other in combinations(CRITERIA, 2)
    )


def _order(lab: Lab, one: str, other: str, ratio: float) -> int:
    """Return 1 or -1 where one criterion is surely above or below another, else 0."""
    low, high = interval(lab.gap(arm(one, ratio), arm(other, ratio)))
    return (low > 0) - (high < 0)


def ranks(lab: Lab, method: str, ratio: float) -> tuple[float, ...]:
    """Return the rank of a criterion, one per seed: 1 is best, equal ones share their middle."""
    own = lab.accuracies(arm(method, ratio))
    others = [lab.accuracies(arm(one, ratio)) for one in CRITERIA if one != method]
    return tuple(
        1 + sum(other[place] > value for other in others)
        + sum(other[place] == value for other in others) / 2
        for place, value in enumerate(own)
    )  # fmt: skip


def _accuracies(lab: Lab) -> Table:
    points = (Column(f"{100 * ratio:g} % removed", "%") for ratio in RATIOS)
    rows: list[tuple[Cell, ...]] = [
        (one, *(Spread(lab.accuracies(arm(one, ratio))) for ratio in RATIOS)) for one in CRITERIA
    ]
    return Table("Test accuracy after retraining", (Column("criterion"), *points), tuple(rows))


def _ranks(lab: Lab) -> Table:
    columns = (
        Column("criterion"),
        *(Column(f"{100 * ratio:g} % removed", "rank", 1) for ratio in RATIOS),
    )
    rows: list[tuple[Cell, ...]] = [
        (one, *(Spread(ranks(lab, one, ratio)) for ratio in RATIOS)) for one in CRITERIA
    ]
    return Table(
        f"Ranks of single seeds among {len(CRITERIA)} criteria", columns, tuple(rows),
        "1 is best; equal accuracies share the middle of their ranks.",
    )  # fmt: skip


def _taus(lab: Lab) -> Table:
    columns = (
        Column("removed", "%"), Column("and", "%"), Column("tau of single seeds"),
        Column("tau beyond noise"), Column("same order"), Column("reversed"),
        Column("told apart at the first", "pairs"), Column("at the second", "pairs"),
    )  # fmt: skip
    rows = tuple(_row(lab, *pair) for pair in combinations(RATIOS, 2))
    pairs = len(CRITERIA) * (len(CRITERIA) - 1) // 2
    return Table(
        "Kendall's tau between operating points", columns, rows,
        f"Of {pairs} pairs of criteria those count as told apart whose paired difference over the "
        "seeds has a 95 % interval without 0; all others are ties.",
    )  # fmt: skip


def _row(lab: Lab, low: float, high: float) -> tuple[Cell, ...]:
    found = beyond_noise(lab, low, high)
    ordered = found.concordant + found.discordant
    return (
        f"{100 * low:g}", f"{100 * high:g}", Spread(taus(lab, low, high)), found.tau,
        found.concordant, found.discordant, ordered + found.tied_second,
        ordered + found.tied_first,
    )  # fmt: skip


def _signs(lab: Lab) -> Iterator[Sign]:
    low, *_, high = RATIOS
    yield positive(
        f"ranks of single seeds at {100 * low:g} % and at {100 * high:g} % removed agree less than "
        "half: tau below 0.5 (computed from tables of PruningBench: as low as 0.1 to 0.4)",
        [HALF - one for one in taus(lab, low, high)], "below 0.5", LEAST,
    )  # fmt: skip
    near = mean_of(taus(lab, *pair) for pair in pairwise(RATIOS))
    yield positive(
        "neighbouring operating points agree more than the farthest ones",
        minus(near, taus(lab, low, high)), "of tau", LEAST,
    )  # fmt: skip
    for ratio in RATIOS:
        yield positive(
            f"random filters are above some criterion at {100 * ratio:g} % removed (by tables of "
            "PruningBench random ranks 3 of 12 and 2 of 9 at some points)",
            [below - HALF for below in _below_random(lab, ratio)],
            "criteria below random, less a half",
        )  # fmt: skip


def _below_random(lab: Lab, ratio: float) -> tuple[int, ...]:
    """Return how many criteria end below random filters, one per seed."""
    own = lab.accuracies(arm(RANDOM, ratio))
    others = [lab.accuracies(arm(one, ratio)) for one in CRITERIA]
    return tuple(sum(other[place] < value for other in others) for place, value in enumerate(own))


def _panel(lab: Lab, ranked: bool) -> Panel:
    curves = tuple(
        Curve(one, tuple(
            Point(100 * ratio, ranks(lab, one, ratio) if ranked
                  else lab.accuracies(arm(one, ratio)))
            for ratio in RATIOS))
        for one in CRITERIA
    )  # fmt: skip
    title, unit = ("Ranks", "rank (1 is best)") if ranked else ("Accuracy", "test accuracy (%)")
    return Panel(title, "filters removed (%)", unit, curves)


def _beyond(lab: Lab) -> str:
    """Say how much of the order that seeds can tell apart stays from point to point."""
    found = [beyond_noise(lab, *pair) for pair in combinations(RATIOS, 2)]
    same, turned = sum(one.concordant for one in found), sum(one.discordant for one in found)
    return (
        f"Of the orders that the seeds tell apart at two points, summed over all pairs of points, "
        f"{same} are the same and {turned} are reversed."
    )


def _conclude(lab: Lab) -> Outcome:
    return Outcome(
        STUDY.name, STUDY.title, STUDY.source,
        (f"{NETWORK} on the digits, {BASE.epochs} epochs, LR {BASE.lr}; {len(CRITERIA)} criteria "
         f"at {len(RATIOS)} ratios of every hidden layer; {RETRAINING.epochs} epochs of "
         f"retraining, LR {RETRAINING.lr}, {len(lab.seeds)} seeds.",),
        (_accuracies(lab), _ranks(lab), _taus(lab)),
        tuple(_signs(lab)), (_panel(lab, False), _panel(lab, True)),
        (_beyond(lab),
         "Seeds are bases of their own, so that a tau of single seeds compares two ratios of one "
         "base; tables of papers are often of single runs.",),
    )  # fmt: skip


STUDY = Study(
    "rank-stability", "do criteria keep their ranks over operating points",
    "Li et al. 2024, PruningBench (arXiv 2406.12315)", _plan, _conclude, seeds=(0, 1, 2, 3, 4),
)  # fmt: skip
