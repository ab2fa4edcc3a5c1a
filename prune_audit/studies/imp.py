"""Iterative magnitude pruning in the pipeline grammar: rewound, new or finetuned weights.

Definition: a perceptron is trained; then, level after level, the smallest 35 % of the weights that
are left go, of all layers together, and what is left is trained again: from its initial weights
(lottery tickets), from new ones, from the trained ones with the same LR schedule (LR rewinding) or
with a small constant LR (finetuning). The mask of each ticket is also trained from new weights,
once. Each arm is a pipeline, compiled to runs. The lottery arm is also written out as a plain loop
that does not know the grammar; masks and right answers of both must be equal, level by level.
One-shot arms take as much at once; one of them is then trained as long as all levels together.
Why: in the code that goes with the survey iterative pruning is three modules repeated. A
ticket starts from initial weights, but its mask was found by whole trainings, which a comparison by
the last training alone leaves out: the table of costs has them.
Cannot detect: what happens at scale. On large networks rewinding to initial weights fails where
rewinding to a place early in training works (Frankle et al. 2020, arXiv 1912.05671).
Source: Wang et al. 2022 (arXiv 2103.06460); Frankle & Carbin 2019 (arXiv 1803.03635); Renda et al.
2020 (arXiv 2003.02389).
"""

import re
from collections.abc import Iterator
from statistics import fmean

from prune_audit.grammar import Pipeline, parse
from prune_audit.grammar.examples import EXAMPLES
from prune_audit.grammar.stages import removed_after, stages
from prune_audit.grammar.taxonomy import cell
from prune_audit.reruns.ledger import ledger
from prune_audit.studies.imp_arms import (
    AS_LONG,
    BY_LEVEL,
    EPOCHS,
    FINETUNED,
    LEVELS,
    LOTTERY,
    ONE_SHOT,
    RATIO,
    REDRAWN,
    RENEWED,
    REWOUND_LR,
    SMALL_LR,
    TRAINING,
    experiment,
    kept,
    percent,
    pipeline,
    plan,
)
from prune_audit.studies.outcome import (
    Cell,
    Column,
    Curve,
    Held,
    Outcome,
    Panel,
    Point,
    Sign,
    Spread,
    Table,
)
from prune_audit.studies.signs import positive
from prune_audit.studies.study import Lab, Measure, Seeds, Study


def by_hand(seed: int) -> Measure:
    """Return the plain loop over all levels of the lottery arm."""
    dense = experiment(LOTTERY, 1, seed).chain[0]
    return Measure("imp-by-hand", dense, (("levels", LEVELS), ("ratio", RATIO)))


def _measures(seeds: Seeds) -> tuple[Measure, ...]:
    return tuple(map(by_hand, seeds))


def _curves(lab: Lab) -> Iterator[Curve]:
    for arm in BY_LEVEL:
        points = (
            Point(percent(level), lab.accuracies(experiment(arm, level)))
            for level in range(LEVELS, 0, -1)
        )
        yield Curve(arm, tuple(points))
    yield Curve(AS_LONG, (Point(percent(LEVELS), lab.accuracies(experiment(AS_LONG))),), False)


def _accuracies(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    for level in range(1, LEVELS + 1):
        found = (Spread(lab.accuracies(experiment(arm, level))) for arm in BY_LEVEL)
        yield (level, 100 * kept(level), *found)


def _costs(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    for arm in (*BY_LEVEL, AS_LONG):
        run = lab.run(experiment(arm, seed=lab.seeds[0]))
        spent = ledger(run, lab.runs)
        epochs = (stage.epochs for stage in spent.stages)
        accuracy = Spread(lab.accuracies(experiment(arm)))
        yield (arm, *epochs, spent.epochs, spent.flops / 1e9, str(cell(pipeline(arm))), accuracy)


def _grammar() -> Iterator[tuple[Cell, ...]]:
    for example in EXAMPLES:
        found = parse(example.text)
        gone = 100 * removed_after(found)
        yield example.name, _bare(found), stages(found).total, gone, str(cell(found))


def _bare(found: Pipeline) -> str:
    """Return a pipeline without recipes and scopes, its ratios short."""
    short = re.sub(r"0\.\d{4,}", lambda number: f"{float(number[0]):.3g}", str(found))
    return re.sub(r", (lr|scope)=('[^']*'|[^,()]*)", "", short)


def _same(lab: Lab) -> Sign:
    """Say whether the plain loop and the grammar agree in every mask and every right answer."""
    pairs = [pair for seed in lab.seeds for pair in _levels(lab, seed)]
    masks = sum(ours[0] == theirs[0] for ours, theirs in pairs)
    right = sum(ours[1] == theirs[1] for ours, theirs in pairs)
    alike = masks == right == len(pairs)
    measured = f"masks equal on {masks} and right answers on {right} of {len(pairs)} levels"
    expected = "IMP written out as a loop and IMP in the grammar are the same (the grammar's claim)"
    return Sign(expected, measured, Held.YES if alike else Held.NO)


def _levels(lab: Lab, seed: int) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    """Yield mask and right answers of each level, in the grammar and in the plain loop."""
    loop = lab.measured(by_hand(seed))
    for link, mask, right in zip(
        experiment(LOTTERY, seed=seed).chain, loop["masks"], loop["right"], strict=True
    ):
        run = lab.run(link)
        yield (run.kept, run.final.k), (mask, right)


def _swapped(lab: Lab) -> Sign:
    """Say whether new weights in place of rewound ones leave the first mask as it is."""
    firsts = [[lab.run(experiment(arm, 1, s)) for arm in (LOTTERY, RENEWED)] for s in lab.seeds]
    masks = sum(one.kept == other.kept for one, other in firsts)
    weights = sum(one.weights != other.weights for one, other in firsts)
    alike = masks == weights == len(firsts)
    measured = f"same mask and other weights on {min(masks, weights)} of {len(firsts)} seeds"
    expected = "reinit in place of rewind changes the weights, not the mask of the first level"
    return Sign(expected, measured, Held.YES if alike else Held.NO)


def _signs(lab: Lab) -> Iterator[Sign]:
    def above(ours: str, other: str) -> tuple[float, ...]:
        return lab.gap(experiment(ours), experiment(other))

    where = f"at {100 * kept(LEVELS):.1f} % kept"
    yield _same(lab)
    yield _swapped(lab)
    yield positive(
        f"tickets above their masks with new weights {where} (Frankle & Carbin 2019)",
        above(LOTTERY, REDRAWN),
    )
    yield positive(
        f"LR rewinding above finetuning {where} (Renda et al. 2020)", above(REWOUND_LR, FINETUNED)
    )
    yield positive(
        f"LR rewinding above tickets {where} (Renda et al. 2020: level or above)",
        above(REWOUND_LR, LOTTERY),
    )
    yield positive(
        f"iterative above one-shot tickets {where} (Frankle & Carbin 2019)",
        above(LOTTERY, ONE_SHOT),
    )
    yield positive(
        f"iterative LR rewinding above one-shot {where} with equal epochs in all",
        above(REWOUND_LR, AS_LONG),
    )


def _tables(lab: Lab) -> tuple[Table, ...]:
    accuracy = tuple(Column(arm, "%") for arm in BY_LEVEL)
    levels = (Column("level", "", 0), Column("kept", "%", 1), *accuracy)
    costs = (
        Column("arm"), *(Column(name, "epochs", 0) for name in
                         ("pretraining", "pruning stage", "retraining", "all")),
        Column("training", "GFLOPs", 1), Column("taxonomy"), Column("test accuracy", "%"),
    )  # fmt: skip
    grammar = (
        Column("method"), Column("pipeline"), Column("epochs", "", 0), Column("gone", "%", 1),
        Column("taxonomy"),
    )  # fmt: skip
    return (
        Table("Accuracy after the training of each level", levels, tuple(_accuracies(lab))),
        Table(f"What a network with {100 * kept(LEVELS):.1f} % of its weights costs", costs,
              tuple(_costs(lab)),
              "Pretraining and pruning stage are the search for the mask; FLOPs are dense ones, "
              "masks make nothing faster."),
        Table("Methods of papers in the grammar (not run here, recipes left out)", grammar,
              tuple(_grammar())),
    )  # fmt: skip


def _conclude(lab: Lab) -> Outcome:
    dense = experiment(LOTTERY, 1).chain[0]
    trained = fmean(lab.each(dense, lambda run: run.final_train.percent))
    panel = Panel("Accuracy", "weights kept (%)", "test accuracy (%)", tuple(_curves(lab)),
                  log_x=True)  # fmt: skip
    return Outcome(
        STUDY.name, STUDY.title, STUDY.source,
        (f"MLP 64-128-64-10 on the digits, {EPOCHS} epochs per training without augmentation, LR "
         f"{TRAINING.lr}, finetuning at {SMALL_LR}, {len(lab.seeds)} seeds. The dense networks "
         f"reach {fmean(lab.accuracies(dense)):.2f} %, and {trained:.2f} % of their training "
         "images.",
         f"Lottery arm: {pipeline(LOTTERY)}."),
        _tables(lab), tuple(_signs(lab)), (panel,),
        ("Only initial weights are rewound to here; on large networks a place early in training is "
         "better (Frankle et al. 2020, arXiv 1912.05671).",),
    )  # fmt: skip


STUDY = Study(
    "imp", "iterative magnitude pruning in the grammar, and by hand",
    "Wang et al. 2022 (arXiv 2103.06460); Frankle & Carbin 2019 (arXiv 1803.03635)",
    plan, _conclude, _measures, (0, 1, 2, 3, 4),
)  # fmt: skip
