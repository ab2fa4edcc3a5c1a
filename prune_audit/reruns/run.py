"""What came out of an experiment: counts per epoch, cost, and where it was run."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from statistics import fmean
from typing import Any, NamedTuple

from prune_audit.reruns.experiment import Experiment, from_plain, plain

LOOKED_AT = "images_looked_at"
"""Among a run's figures: images that passed the network while its pruning method chose."""


class Count(NamedTuple):
    """Right answers ``k`` of ``n`` images."""

    k: int
    n: int

    @property
    def percent(self) -> float:
        """Accuracy in percent."""
        return 100 * self.k / self.n


class Epoch(NamedTuple):
    """One epoch of training. Losses are sums over images divided by images.

    Training figures are running: each batch is counted before the step that it causes, with its
    augmentation; the images of a last, partial batch that is dropped do not count.
    """

    lr: float
    train_loss: float
    train: Count
    test_loss: float
    test: Count
    seconds: float


@dataclass(frozen=True)
class Run:
    """An experiment and its outcome; ``test`` of the last epoch is the primary accuracy.

    ``before`` is the accuracy right after pruning, before any retraining. MACs are those of
    convolution and linear layers for one image; for single weights that are masked, ``macs`` is of
    the network as it runs, dense, and ``sparsity`` the fraction of prunable weights that are zero.
    ``kept`` is a digest of which filters or weights stayed, ``weights`` of the final weights.
    ``connected`` is the fraction of the kept weights that lie on a path from input to output, None
    without masks; ``cut_off`` names the layers of which none does.
    ``distance`` is how far training moved the prunable weights: the Euclidean distance between
    those that it began with and the final ones, what is pruned counting as zero in both.
    ``figures`` holds what a pruning stage says of itself (``pipeline.stages``), and what an LR that
    follows from the pruning does (``pipeline.adaptive``).
    ``diverged`` is the epoch (from 0) in which the loss was no number any more, else None.
    ``machine`` holds versions, device and thread count of the process that finished the run.
    """

    experiment: Experiment
    history: tuple[Epoch, ...]
    macs: int
    params: int
    dense_macs: int
    dense_params: int
    before: Count | None = None
    kept: str = ""
    sparsity: float = 0.0
    weights: str = ""
    diverged: int | None = None
    connected: float | None = None
    cut_off: tuple[str, ...] = ()
    distance: float | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    machine: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """Whether there is a final accuracy: it was trained to the end, or was not to be trained.

        The second kind was tested right after pruning.
        """
        untrained = self.experiment.training.epochs == 0 and self.before is not None
        return self.diverged is None and (bool(self.history) or untrained)

    @property
    def final(self) -> Count:
        """Right answers on the test set (or held-out split) after the last epoch.

        Right after pruning where nothing was trained.

        Raises:
            ValueError: nothing was trained or tested.
        """
        last = self.history[-1].test if self.history else self.before
        if last is None:
            raise ValueError(f"run {self.experiment.id} has no epochs and no accuracy")
        return last

    @property
    def final_train(self) -> Count:
        """Right answers on the training set in the last epoch; running, as ``Epoch`` says.

        Raises:
            IndexError: nothing was trained.
        """
        return self.history[-1].train

    @property
    def begun(self) -> Count:
        """Right answers right after pruning, with which its training begins.

        Raises:
            ValueError: nothing was pruned.
        """
        if self.before is None:
            raise ValueError(f"run {self.experiment.id} pruned nothing")
        return self.before

    @property
    def best(self) -> Count:
        """The best epoch on the test set: biased upwards, an extra that is always labelled."""
        if not self.history:
            return self.final
        return max((epoch.test for epoch in self.history), key=lambda count: count.k)

    @property
    def speedup(self) -> float:
        """Dense MACs over pruned MACs."""
        return self.dense_macs / self.macs

    @property
    def seconds(self) -> float:
        """Wall time of the epochs, evaluation included."""
        return sum(epoch.seconds for epoch in self.history)

    @property
    def first_stage(self) -> int:
        """Epochs of the first LR stage; 0 where the LR moves all the time, or nothing trains."""
        if not self.history:
            return 0
        stages = self.experiment.training.schedule.stages()
        if stages is None:
            return 0
        return int(stages[1].start) if len(stages) > 1 else len(self.history)

    def ta(self, on: str = "test") -> float | None:
        """Return the trainability accuracy in percent (Wang et al. 2023, Eq. 1).

        Mean top-1 accuracy over the epochs of the first LR stage, on ``test`` or ``train``; the
        paper does not say which accuracy its own is. None where there is no such stage.
        """
        counts = [getattr(epoch, on) for epoch in self.history[: self.first_stage]]
        return fmean(count.percent for count in counts) if counts else None


def run_to_plain(run: Run) -> dict[str, Any]:
    """Return a run as JSON data; the history as columns."""
    data = {**asdict(run), "experiment": plain(run.experiment), "machine": dict(run.machine)}
    data["figures"] = dict(run.figures)
    columns = zip(*run.history, strict=True) if run.history else [()] * len(Epoch._fields)
    data["history"] = dict(zip(Epoch._fields, map(list, columns), strict=True))
    return data


def run_from_plain(data: Mapping[str, Any]) -> Run:
    """Return the run that ``run_to_plain`` wrote.

    Raises:
        ValueError, TypeError, KeyError: the data is not that of a run.
    """
    columns = dict(data["history"])
    for name in ("train", "test"):
        columns[name] = [Count(*pair) for pair in columns[name]]
    history = tuple(
        Epoch(*row) for row in zip(*(columns[name] for name in Epoch._fields), strict=True)
    )
    before = Count(*data["before"]) if data["before"] else None
    experiment = from_plain(data["experiment"])
    cut_off = tuple(data.get("cut_off", ()))
    found = {"experiment": experiment, "history": history, "before": before, "cut_off": cut_off}
    return Run(**{**data, **found})
