"""A job on its way: where it stands, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from prune_audit.pipeline.checkpoint import Progress, digest
from prune_audit.pipeline.machine import machine
from prune_audit.pipeline.sgd import SGD
from prune_audit.pipeline.start import Start
from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.run import Epoch, Run


@dataclass(frozen=True)
class Work:
    """The experiments that a job still has to finish, shortest first, and the epochs so far.

    ``initial`` are the prunable weights with which the training began, by layer.
    """

    todo: tuple[Experiment, ...]
    start: Start
    optimizer: SGD
    initial: Mapping[str, Tensor]
    history: list[Epoch]

    @property
    def longest(self) -> Experiment:
        """The experiment that contains the others."""
        return self.todo[-1]

    def go_on(self, progress: Progress) -> None:
        """Go on from a checkpoint.

        Raises:
            KeyError, ValueError, RuntimeError: it is of another network or stage.
        """
        self.start.net.load_state_dict(dict(progress.net))
        self.optimizer.load_state_dict(dict(progress.optimizer))
        if self.start.stage is not None:
            self.start.stage.load_state_dict(dict(progress.stage))
        self.history.extend(progress.history)

    def progress(self) -> Progress:
        """Return all that the remaining epochs depend on."""
        stage = self.start.stage.state_dict() if self.start.stage else {}
        net, optimizer = self.start.net.state_dict(), self.optimizer.state_dict()
        return Progress(self.longest.id, net, optimizer, tuple(self.history), stage)

    def run(self, one: Experiment, device: torch.device, diverged: int | None = None) -> Run:
        """Return the outcome of an experiment that ends here, or diverged in an epoch."""
        begun = self.start
        return Run(
            experiment=one,
            history=tuple(self.history),
            macs=begun.cost.macs,
            params=begun.cost.params,
            dense_macs=begun.dense.macs,
            dense_params=begun.dense.params,
            before=begun.before,
            kept=begun.kept,
            sparsity=begun.masks.sparsity if begun.masks else 0.0,
            weights=digest(begun.net),
            diverged=diverged,
            connected=begun.connected,
            cut_off=begun.cut_off,
            distance=None if diverged is not None else self.distance(),
            figures={**begun.figures, **(begun.stage.figures() if begun.stage else {})},
            machine=machine(device),
        )

    def distance(self) -> float:
        """Return the Euclidean distance of the prunable weights from where they began."""
        now = self.start.prunable()
        moved = [(now[name] - before).square().sum() for name, before in self.initial.items()]
        return float(torch.stack(moved).sum().sqrt())
