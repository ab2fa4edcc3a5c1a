"""Sparse double descent: pruning a network that was trained on wrong labels.

Definition: a perceptron is pruned in levels, by magnitude over all layers, and trained again at
each; the weights that stay are rewound to their initial values. A fraction e of the training
labels is drawn anew: symmetric noise draws from the other K - 1 classes, so that all of them are
wrong, uniform noise from all K, so that e (1 - 1/K) are. Test accuracy over sparsity has four
phases: light; critical, around the dip; sweet, around the peak behind it; collapsed. Levels count
as different beyond three standard deviations of the difference of their means over the seeds. The
learning distance is the Euclidean distance between the weights with which a level's training begins
and ends, pruned ones counting as zero. Other ways of retraining: re-initialised, with new weights
under the masks of rewinding; LR rewinding and finetuning, which keep the weights and train with the
full schedule, or with its last LR; scratch, which draws new weights at every level and finds its
own masks so.
Why: "pruning regularises" can rest on one lucky level of the sweet phase, or on the best epoch on
the test set. Such a claim needs ten levels or more, some beyond 90 %, the last and the best epoch,
and a control without noise. The kind of noise must be said: the authors' code has both kinds, and
most of the commands that it lists draw from all K classes.
Cannot detect: where the phases of another network or data set lie; effects smaller than the spread
over a few seeds; whether flat minima would explain the curve.
Source: He et al. 2022 (arXiv 2206.08684).
"""

from collections.abc import Iterator

from prune_audit.studies.descent_arms import (
    CLASSES,
    CLEAN,
    COARSE,
    FINETUNING,
    NOISY,
    STEPS,
    TRAINING,
    VARIANTS,
    WITH_NOISE,
    WITHOUT,
    Series,
    Values,
    plan,
    reinitialised,
    series,
)
from prune_audit.studies.descent_signs import Found, signs
from prune_audit.studies.outcome import (
    Cell,
    Column,
    Curve,
    Mark,
    Outcome,
    Panel,
    Point,
    Spread,
    Table,
)
from prune_audit.studies.phases import FITTED, Phase, dip, phases, unfitted
from prune_audit.studies.study import Lab, Study

X = "compression (10: 90 % sparse, 100: 99 %)"
TEST = "test accuracy (%)"


def _conclude(lab: Lab) -> Outcome:
    every = len(STEPS)
    found = Found(
        series(lab, WITH_NOISE, every),
        series(lab, WITHOUT, every),
        series(lab, reinitialised, every),
        {name: series(lab, arm, len(COARSE)) for name, arm in VARIANTS.items()},
    )
    return Outcome(
        STUDY.name, STUDY.title, STUDY.source, tuple(_setup(lab)),
        (_levels(found), _variants(found)), tuple(signs(found)), tuple(_panels(found)),
        tuple(_notes(found)),
    )  # fmt: skip


def _setup(lab: Lab) -> Iterator[str]:
    wrong = round(NOISY.noise * NOISY.few)
    yield (
        f"MLP-128-64 on {CLEAN.few} digits, whole test set; {len(lab.seeds)} seeds, each with its "
        f"own images, wrong labels and weights. Label noise is {NOISY.noise_kind}: {wrong} labels "
        f"({100 * NOISY.noise:g} %) become one of the other {CLASSES - 1} classes; drawn from all "
        f"{CLASSES} (uniform), {100 * NOISY.noise * (1 - 1 / CLASSES):g} % would be wrong."
    )
    yield (
        f"{len(STEPS)} levels after the dense network, global magnitude, rewound to the initial "
        f"weights; {TRAINING.epochs} epochs at each level, LR {TRAINING.lr}, batch "
        f"{TRAINING.batch_size}, no augmentation, no weight decay. Finetuning: LR {FINETUNING.lr}. "
        f"LR rewinding, finetuning and scratch: {len(COARSE)} coarser levels."
    )


def _levels(found: Found) -> Table:
    columns = (
        Column("sparsity", "%"), Column("phase"), Column("last epoch", "%", 1),
        Column("best epoch", "%", 1), Column("train", "%", 1), Column("distance", "", 1),
        Column("re-initialised", "%", 1), Column("clean, last", "%", 1),
        Column("clean, distance", "", 1),
    )  # fmt: skip
    noisy, clean = found.noisy, found.clean
    rows = zip(
        noisy.sparsity, phases(noisy.levels()), *map(_spreads, (
            noisy.last, noisy.best, noisy.train, noisy.distance, found.fresh.last, clean.last,
            clean.distance,
        )), strict=True,
    )  # fmt: skip
    return Table(
        "Test and training accuracy by level, with label noise and (clean) without",
        columns, tuple(rows),
        "re-initialised: weights drawn anew under the masks of rewinding",
    )  # fmt: skip


def _variants(found: Found) -> Table:
    names = tuple(found.variants)
    heads = [column for name in names for column in (Column(name, "%", 1), Column("phase"))]
    cells: list[tuple[Cell, ...]] = []
    for one in found.variants.values():
        cells += (_spreads(one.last), tuple(map(str, phases(one.levels()))))
    sparsity = found.variants[names[0]].sparsity
    return Table(
        "Test accuracy of the last epoch with label noise, other ways of retraining",
        (Column("sparsity", "%"), *heads), tuple(zip(sparsity, *cells, strict=True)),
        "; ".join(f"{name}: {_dip(one)}" for name, one in found.variants.items()),
    )  # fmt: skip


def _dip(one: Series) -> str:
    levels = one.levels()
    found = dip(levels)
    return f"a dip at {levels[found.bottom].sparsity:.1f} %" if found else "no dip beyond the noise"


def _spreads(found: Values) -> tuple[Spread, ...]:
    return tuple(map(Spread, found))


def _panels(found: Found) -> Iterator[Panel]:
    noisy, clean = found.noisy, found.clean
    marks = tuple(_marks(noisy))
    for one, title, places in ((noisy, "Label noise", marks), (clean, "No label noise", ())):
        curves = (
            _curve("test, last epoch", one, one.last), _curve("test, best epoch", one, one.best),
            _curve("train (given labels)", one, one.train),
        )  # fmt: skip
        yield Panel(title, X, "accuracy (%)", curves, places, log_x=True)
    distances = (
        _curve("label noise", noisy, noisy.distance), _curve("none", clean, clean.distance),
    )  # fmt: skip
    yield Panel("Learning distance", X, "distance from the start", distances, marks, log_x=True)
    ways = (
        _curve("rewinding", noisy, noisy.last),
        _curve("re-initialised", found.fresh, found.fresh.last),
        *(_curve(name, one, one.last) for name, one in found.variants.items()),
    )
    yield Panel("Ways of retraining, label noise, last epoch", X, TEST, ways, log_x=True)


def _curve(label: str, one: Series, values: Values) -> Curve:
    places = (_compression(sparsity) for sparsity in one.sparsity)
    return Curve(label, tuple(map(Point, places, values)))


def _compression(sparsity: float) -> float:
    return 100 / (100 - sparsity)


def _marks(noisy: Series) -> Iterator[Mark]:
    """Yield where each phase but the first begins."""
    found = phases(noisy.levels())
    for phase in dict.fromkeys(found):
        if phase is not Phase.LIGHT:
            yield Mark(_compression(noisy.sparsity[found.index(phase)]), phase)


def _notes(found: Found) -> Iterator[str]:
    yield (
        "Phases are told apart beyond three standard deviations of the difference of two means; "
        "of a few seeds that is no strict test, which is why the rise behind the minimum is also "
        "measured on each seed at levels that the others choose. How large a difference has to be "
        "was changed after first results had been seen."
    )
    levels = found.fresh.levels()
    leaves = unfitted(levels)
    if leaves is not None:
        yield (
            f"Weights drawn anew have less than {FITTED:g} % training accuracy from "
            f"{levels[leaves].sparsity:.1f} % sparsity on: a dip of theirs is to be looked for "
            "there, and coarse levels may step over one."
        )


STUDY = Study(
    "double-descent", "sparse double descent under label noise",
    "He et al. 2022 (arXiv 2206.08684)", plan, _conclude, seeds=(0, 1, 2, 3, 4),
)  # fmt: skip
