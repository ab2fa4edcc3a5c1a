"""The arms of the study of iterative magnitude pruning, as pipelines."""

from prune_audit.grammar import Pipeline, parse
from prune_audit.grammar.compiled import Setting, compiled
from prune_audit.reruns.experiment import Data, Experiment, Training
from prune_audit.reruns.planning.standin import stretched
from prune_audit.studies.study import Seeds

RATIO, LEVELS, EPOCHS = 0.35, 8, 20
TRAINING = Training(EPOCHS, "0:1e-1,10:1e-2,15:1e-3", 64, 5e-4, augmentation="none")
SMALL_LR = "1e-3"
CUT = f"prune(magnitude, {RATIO}, scope=global)"

LOTTERY = "lottery (initial weights)"
RENEWED = "new weights at each level"
REDRAWN = "ticket's mask, new weights"
REWOUND_LR = "LR rewinding"
FINETUNED = "finetuning"
ONE_SHOT = "one-shot lottery"
AS_LONG = "one-shot, trained as long"

ITERATIVE = {
    LOTTERY: f"({CUT} > rewind(0) > train({EPOCHS}))",
    RENEWED: f"({CUT} > reinit > train({EPOCHS}))",
    REWOUND_LR: f"({CUT} > train({EPOCHS}))",
    FINETUNED: f"({CUT} > train({EPOCHS}, lr={SMALL_LR}))",
}
"""What is repeated, by arm."""

BY_LEVEL = (*ITERATIVE, REDRAWN, ONE_SHOT)
"""The arms that are run for every level."""


def kept(level: int) -> float:
    """Return the fraction of the weights that a level leaves."""
    return (1 - RATIO) ** level


def percent(level: int) -> float:
    """Return that in percent, as it is shown."""
    return round(100 * kept(level), 1)


def pipeline(arm: str, level: int = LEVELS) -> Pipeline:
    """Return the pipeline of an arm up to a level (from 1)."""
    once = f"prune(magnitude, {1 - kept(level)!r}, scope=global)"
    before = f"{ITERATIVE[LOTTERY]} * {level - 1} > " if level > 1 else ""
    rest = {
        REDRAWN: f"{before}{CUT} > reinit > train({EPOCHS})",
        ONE_SHOT: f"{once} > rewind(0) > train({EPOCHS})",
        AS_LONG: f"{once} > train({level * EPOCHS}, lr='{stretched(TRAINING, level).lr}')",
    }
    return parse(f"train({EPOCHS}) > {rest.get(arm) or f'{ITERATIVE[arm]} * {level}'}")


def experiment(arm: str, level: int = LEVELS, seed: int = 0) -> Experiment:
    """Return the last run of an arm up to a level."""
    setting = Setting(Data("digits"), "mlp-128-64", seed, TRAINING, TRAINING)
    return compiled(pipeline(arm, level), setting)


def plan(seeds: Seeds) -> tuple[Experiment, ...]:
    """Return the last run of each chain, and every level of the arms that are no chain."""
    return tuple(
        one
        for seed in seeds
        for one in (
            *(experiment(arm, LEVELS, seed) for arm in (*ITERATIVE, AS_LONG)),
            *(
                experiment(arm, level, seed)
                for arm in (REDRAWN, ONE_SHOT)
                for level in range(1, LEVELS + 1)
            ),
        )
    )
