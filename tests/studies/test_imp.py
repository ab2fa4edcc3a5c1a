"""What the study of iterative pruning concludes from its runs."""

from collections.abc import Callable

import pytest

from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.run import Count, Epoch, Run
from prune_audit.studies import imp, imp_arms
from prune_audit.studies.outcome import Held, Outcome
from prune_audit.studies.study import Lab

SEEDS = (0, 1, 2)
BEST = {imp_arms.LOTTERY: 800, imp_arms.REWOUND_LR: 820, imp_arms.AS_LONG: 700}
"""Right answers at the last level, of 899; 600 where none are named."""

Numbered = Callable[[Experiment, int], int]


def made(one: Experiment, right: int) -> Run:
    """Return a run with that many right answers, whose mask follows from its place in the chain."""
    epoch = Epoch(0.1, 0.5, Count(896, 896), 0.7, Count(right, 899), 0.01)
    mask = f"level {len(one.chain) - 1}" if one.pruning else ""
    return Run(one, (epoch,) * one.training.epochs, 17_000, 17_000, 17_000, 17_000,
               kept=mask, weights=one.id)  # fmt: skip


def concluded(masks: tuple[str, ...] | None = None) -> Outcome:
    """Return the outcome of made-up runs; ``masks`` are those of the plain loop."""
    runs: dict[str, Run] = {}
    for seed in SEEDS:
        for level in range(1, imp_arms.LEVELS + 1):
            for arm in (*imp_arms.BY_LEVEL, imp_arms.AS_LONG):
                for one in imp_arms.experiment(arm, level, seed).chain:
                    runs.setdefault(one.id, made(one, BEST.get(arm, 600) + seed))
    loop = masks or ("", *(f"level {level}" for level in range(1, imp_arms.LEVELS + 1)))
    chains = {seed: imp_arms.experiment(imp_arms.LOTTERY, seed=seed).chain for seed in SEEDS}
    found = {
        imp.by_hand(seed).id: {"masks": loop, "right": [runs[one.id].final.k for one in chain]}
        for seed, chain in chains.items()
    }
    return imp.STUDY.conclude(Lab(SEEDS, runs, found))


def held(outcome: Outcome) -> dict[str, Held]:
    return {sign.expected: sign.held for sign in outcome.signs}


def test_directions_are_read_from_the_last_level_seed_by_seed() -> None:
    found = held(concluded())
    (above,) = (one for name, one in found.items() if "Frankle & Carbin 2019" in name and
                "above their masks" in name)  # fmt: skip
    (equal,) = (one for name, one in found.items() if "equal epochs" in name)
    assert above is Held.YES
    assert equal is Held.YES


def test_one_mask_that_differs_between_loop_and_grammar_is_told() -> None:
    same = concluded()
    wrong = ("", "another", *(f"level {level}" for level in range(2, imp_arms.LEVELS + 1)))
    other = concluded(wrong)
    assert same.signs[0].held is Held.YES
    assert other.signs[0].held is Held.NO
    assert "masks equal on 24" in other.signs[0].measured


def test_the_table_of_costs_counts_the_search_for_the_mask() -> None:
    rows = {row[0]: row[1:5] for row in concluded().tables[1].rows}
    assert rows[imp_arms.LOTTERY] == (20, 140, 20, 180)
    assert rows[imp_arms.ONE_SHOT] == (20, 0, 20, 40)
    assert rows[imp_arms.AS_LONG] == (20, 0, 160, 180)


def test_arms_of_one_level_leave_as_many_weights() -> None:
    for arm in (*imp_arms.BY_LEVEL, imp_arms.AS_LONG):
        left = 1.0
        for cut in imp_arms.experiment(arm, 5).cuts:
            left *= 1 - cut.ratios[0]
        assert left == pytest.approx(imp_arms.kept(5))
