"""The study of retraining kinds: what it plans, and how it reads runs."""

from collections.abc import Callable

from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.jobs import with_sources
from prune_audit.reruns.run import Count, Epoch, Run
from prune_audit.schedules.kinds import Kind
from prune_audit.studies.outcome import Held, Outcome, Spread
from prune_audit.studies.retraining_kinds import EPOCHS, LONGER, STUDY, arm, base, control
from prune_audit.studies.study import Lab

SEEDS = (0, 1, 2)
Accuracy = Callable[[Experiment], float]
LARGE = {Kind.SLR, Kind.CLR, Kind.LLR, Kind.ALLR}


def concluded(accuracy: Accuracy) -> Outcome:
    """Return what the study says of runs with these accuracies, in percent."""
    runs = {one.id: made(one, accuracy(one)) for one in with_sources(STUDY.plan(SEEDS))}
    return STUDY.conclude(Lab(SEEDS, runs, {}))


def made(one: Experiment, percent: float) -> Run:
    epoch = Epoch(0.1, 1.0, Count(1, 2), 1.0, Count(round(percent * 10), 1000), 0.0)
    return Run(one, (epoch,), 1, 1, 1, 1, figures={"lr_share": 0.9})


def held(found: Outcome, words: str) -> Held:
    (sign,) = (sign for sign in found.signs if words in sign.expected)
    return sign.held


def kind_of(one: Experiment) -> Kind:
    """Return the kind of an experiment by what is special about its training."""
    if one.rewind is not None:
        return Kind.WEIGHT_REWINDING
    if one.training.allr:
        return Kind.ALLR
    same = (kind for kind in Kind if under(kind, one) == one.training.lr)
    return next(same)


def under(kind: Kind, one: Experiment) -> str:
    fits = kind not in (Kind.LRW, Kind.WEIGHT_REWINDING) or one.training.epochs == EPOCHS
    return arm("l1", kind, one.training.epochs).training.lr if fits else ""


def like_the_papers(one: Experiment) -> float:
    """Large LRs gain 20 points, L1-norm 2, longer training more where the LR is small."""
    if one.pruning is None:
        return 98 + 0.1 * one.seed
    kind = kind_of(one)
    longer = one.training.epochs > EPOCHS
    gain = 20 if kind in LARGE else 10 if kind in (Kind.LRW, Kind.WEIGHT_REWINDING) else 0
    return 60 + gain + 2 * (one.pruning.method == "l1") + longer * (5 if gain else 15)


def test_every_kind_retrains_both_criteria_for_the_same_epochs() -> None:
    planned = set(STUDY.plan((0,)))
    for criterion in ("l1", "random"):
        for kind in Kind:
            one = arm(criterion, kind)
            assert one in planned
            assert one.training.epochs == EPOCHS
            assert (one.pruning and one.pruning.ratios) == (0.9,)
    assert len({one.id for one in planned}) == len(planned)


def test_the_recipes_are_those_of_the_kinds() -> None:
    lrs = {kind: arm("l1", kind).training for kind in Kind}
    assert lrs[Kind.CONSTANT].lr == "constant 1e-3"
    assert lrs[Kind.LRW].lr == "0:1e-2,10:1e-3"
    assert lrs[Kind.SLR].lr == "0:linear 1e-3 to 1e-1,2:1e-1,11:1e-2,15.5:1e-3"
    assert lrs[Kind.CLR].lr == "0:linear 1e-3 to 1e-1,2:cosine 1e-1 to 1e-3"
    assert lrs[Kind.LLR].lr == "0:linear 1e-3 to 1e-1,2:linear 1e-1 to 0"
    assert (lrs[Kind.ALLR].lr, lrs[Kind.ALLR].allr) == (lrs[Kind.LLR].lr, 0.5)
    assert {kind for kind in Kind if lrs[kind].lr_each == "step"} == LARGE
    rewound = arm("l1", Kind.WEIGHT_REWINDING)
    assert (rewound.training, rewound.rewind) == (lrs[Kind.LRW], 20)


def test_the_dense_control_is_trained_alike_and_not_pruned() -> None:
    dense, pruned = control(Kind.CLR), arm("random", Kind.CLR)
    assert dense.pruning is None
    assert (dense.base, dense.training) == (pruned.base, pruned.training)
    assert dense in STUDY.plan((0,))
    assert base() in STUDY.plan((0,))


def test_runs_like_those_of_the_papers_show_every_sign() -> None:
    found = concluded(like_the_papers)
    for words in (
        "slr above", "clr above", "llr above", "LR rewinding above the constant",
        "random filters + CLR above", "bigger factor", "lead of CLR", "under-train",
    ):  # fmt: skip
        assert held(found, words) is Held.YES, words
    assert held(found, "above weight rewinding") is Held.OPEN


def test_a_criterion_that_matters_more_is_said_to() -> None:
    def criterion(one: Experiment) -> float:
        l1 = one.pruning is None or one.pruning.method == "l1"
        return 60 + 30 * l1 + 0.5 * like_the_papers(one) - 48

    found = concluded(criterion)
    assert held(found, "clr above") is Held.YES
    assert held(found, "random filters + CLR above") is Held.NO
    assert held(found, "bigger factor") is Held.NO


def test_what_the_extra_epochs_alone_give_is_shown() -> None:
    def gains(one: Experiment) -> float:
        dense = one.pruning is None
        return 95 + (one.training.epochs == LONGER[-1] and dense) + 2 * (one.base is None)

    *_, table = concluded(gains).tables
    rows = {row[0]: row[3] for row in table.rows}
    last = rows[f"dense, {Kind.CLR}"]
    assert isinstance(last, Spread)
    assert last.mean == -1, "96 after 80 more epochs, 97 before"
    assert rows["base model"] is None
