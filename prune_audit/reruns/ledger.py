"""What the stages of a run cost: epochs and training FLOPs, metered and not declared.

Training on one image takes 3 x 2 x MACs FLOPs: a MAC is two FLOPs, and the backward pass takes
about twice the forward pass. Images are those that were trained on; evaluation and batch norms are
not counted. What a method looks at to choose what goes counts as forward passes, 2 x MACs an image,
in the pruning stage (at initialisation: in the training). Pretraining costs dense MACs, retraining
those of the network as it runs (of a masked one: dense).
"""

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.run import LOOKED_AT, Run

FLOPS_PER_MAC = 6
CONVENTION = (
    "training FLOPs = 3 x 2 x MACs x images trained on (backward = 2 x forward), and 2 x MACs for "
    "each image that a pruning method looks at"
)


class StageCost(NamedTuple):
    """Epochs and training FLOPs of one stage; both None where it was not run here."""

    name: str
    epochs: int | None
    flops: int | None


class Ledger(NamedTuple):
    """The stages of one row: of pruning, the three; else the training from scratch alone."""

    stages: tuple[StageCost, ...]

    @property
    def epochs(self) -> int:
        """Epochs of all stages that were run here."""
        return sum(stage.epochs or 0 for stage in self.stages)

    @property
    def flops(self) -> int:
        """Training FLOPs of all stages that were run here."""
        return sum(stage.flops or 0 for stage in self.stages)

    @property
    def complete(self) -> bool:
        """Whether every stage was run here; a base model that was loaded has no metered cost."""
        return all(stage.epochs is not None for stage in self.stages)


def ledger(run: Run, runs: Mapping[str, Run]) -> Ledger:
    """Return what a run and those that it starts from cost; ``runs`` may hold theirs.

    Of a chain the first training is the pretraining, the last one the retraining, and everything
    between them the pruning stage.
    """
    epochs = len(run.history)
    own = training_flops(run.macs, _images(run), epochs)
    if run.experiment.base is None:
        return Ledger((StageCost("training", epochs, own + _choice(run, run.dense_macs)),))
    retraining = StageCost("retraining", epochs, own)
    return Ledger((_pretraining(run, runs), _pruning(run, runs), retraining))


def training_flops(macs: int, images: int, epochs: int) -> int:
    """Return the FLOPs of training a network of so many MACs on so many images per epoch."""
    return FLOPS_PER_MAC * macs * images * epochs


def _pretraining(run: Run, runs: Mapping[str, Run]) -> StageCost:
    first = run.experiment.chain[0]
    if first is run.experiment or first.base is not None:
        return StageCost("pretraining", None, None)
    return _stage("pretraining", [first], run, runs)


def _pruning(run: Run, runs: Mapping[str, Run]) -> StageCost:
    """Return the cost of the trainings between the pretraining and the retraining."""
    *earlier, _ = run.experiment.chain
    loaded = bool(earlier) and earlier[0].base is not None
    found = _stage("pruning", earlier[0 if loaded else 1 :], run, runs)
    cuts = [(one.base_experiment, runs.get(one.id)) for one in earlier]
    chosen = [(base, cut) for base, cut in (*cuts, (run.experiment.base_experiment, run)) if cut]
    return found._replace(flops=(found.flops or 0) + sum(_looked(*one, runs) for one in chosen))


def _looked(base: Experiment | None, cut: Run, runs: Mapping[str, Run]) -> int:
    """Return the FLOPs of a choice, made on the network of the base."""
    before = runs.get(base.id) if base else None
    return _choice(cut, before.macs if before else cut.dense_macs)


def _choice(run: Run, macs: int) -> int:
    """Return the FLOPs of the forward passes by which a method chose; backward ones are not known.

    Runs that were made before these passes were counted have none.
    """
    return FLOPS_PER_MAC // 3 * macs * round(run.figures.get(LOOKED_AT, 0))


def _stage(
    name: str, trainings: Sequence[Experiment], run: Run, runs: Mapping[str, Run]
) -> StageCost:
    flops = sum(_flops(one, run, runs) for one in trainings)
    return StageCost(name, sum(one.training.epochs for one in trainings), flops)


def _flops(one: Experiment, run: Run, runs: Mapping[str, Run]) -> int:
    """Return the FLOPs of a training under a run; taken as dense where its own run is not known."""
    trained = runs.get(one.id)
    images = _images(trained) if trained and trained.history else _images(run)
    macs = trained.macs if trained else run.dense_macs
    return training_flops(macs, images, one.training.epochs)


def _images(run: Run) -> int:
    """Return the images of an epoch; a partial batch that was dropped does not count."""
    return run.history[0].train.n if run.history else 0


def mean_ledger(ledgers: Iterable[Ledger]) -> Ledger | None:
    """Return the mean over the seeds of one row, whose stages are alike; None without any."""
    columns = list(zip(*(one.stages for one in ledgers), strict=True))
    return Ledger(tuple(map(_mean, columns))) if columns else None


def _mean(stages: tuple[StageCost, ...]) -> StageCost:
    first = stages[0]
    if first.flops is None:
        return first
    return first._replace(flops=round(fmean(stage.flops or 0 for stage in stages)))


class Spent(NamedTuple):
    """What some runs took together; epochs that several of them share count for each."""

    runs: int
    epochs: int
    flops: int
    seconds: float


def spent(runs: Iterable[Run]) -> Spent:
    """Add up runs, base models included once where they are among the runs."""
    every = list(runs)
    return Spent(
        len(every),
        sum(len(run.history) for run in every),
        sum(
            training_flops(run.macs, _images(run), len(run.history)) + _choice(run, run.dense_macs)
            for run in every
        ),
        sum(run.seconds for run in every),
    )
