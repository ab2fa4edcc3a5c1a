"""A row of a claim made ready for a rerun: everything but its retraining recipe."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from prune_audit.claim import Result
from prune_audit.grammar.nodes import Pipeline
from prune_audit.registry import dataset as known_dataset
from prune_audit.reruns import datasets
from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training, Weights
from prune_audit.reruns.planned import Arm, Assumption, PlannedRow
from prune_audit.reruns.planning.bases import base_of
from prune_audit.reruns.planning.chains import Chain, chain_of, own_recipe, scaled_chain
from prune_audit.reruns.planning.defaults import Defaults, defaults, on_stand_in
from prune_audit.reruns.planning.methods import at_init, method_of
from prune_audit.reruns.planning.recipes import Recipe, recipe
from prune_audit.reruns.planning.refused import CannotRerunError
from prune_audit.reruns.planning.request import Request
from prune_audit.reruns.planning.rewinding import rewound
from prune_audit.reruns.planning.site import Site, place_of
from prune_audit.reruns.planning.stages import assumed_numbers, length_of, stage_of, with_numbers
from prune_audit.reruns.planning.standin import scaled, whole
from prune_audit.reruns.planning.structures import Structure, reaching, structure


@dataclass(frozen=True)
class Ready:
    """A row that can be rerun, without its retraining recipe; trainings are not yet scaled.

    ``base`` is None for a row that is trained from scratch, or pruned at initialisation. ``usual``
    is the customary recipe of the claim's own data set, also on a stand-in. ``chain`` is there for
    rows that state their pipeline; base and pruning are then its first and last ones. ``stage`` is
    the training in which a method prunes that needs one (``stages``).
    """

    result: Result
    data: Data
    site: Site
    usual: Defaults
    pruning: Pruning
    base: Training | Weights | None = None
    file: Path | None = None
    assumed: tuple[Assumption, ...] = ()
    chain: Chain | None = None
    stage: Training | None = None


def ready(row: Result, partner: Result | None, request: Request) -> Ready:
    """Make a row ready; ``partner`` is the pruned row whose structure a scratch row trains.

    Raises:
        CannotRerunError: data, network, method, ratios or base model cannot be had.
    """
    usual = defaults(known_dataset(row.dataset.value or ""))
    if request.on_digits:
        usual = on_stand_in(usual)
    # what no data set would help comes first: it is what the user has to know
    if row.metric.value not in (None, "top1"):
        raise CannotRerunError(f"its metric is {row.metric}", "reruns measure top-1 accuracy")
    if row.pruning is not None and row.pruning.pipeline.value is not None:
        return _chained(row, row.pruning.pipeline.value, usual, request)
    method = _method(row, partner)
    stage = stage_of(row, method, usual) if row.scratch is None else None
    data, site = place_of(row, request)
    if row.scratch is not None:
        found = _scratch_structure(row, partner, site, method, request)
        fresh = replace(found.pruning, fresh=True)
        return Ready(row, data, site, usual, fresh, assumed=found.assumed)
    found = _structure(row, site, method, request)
    if row.pruning is not None and at_init(row.pruning):
        if row.base_model is not None:
            reason = f"it is pruned at initialisation and names the base model {row.base.text}"
            raise CannotRerunError(reason, "write base: none, or another schedule")
        return Ready(row, data, site, usual, found.pruning, assumed=found.assumed)
    base = base_of(row, usual, request)
    assumed = (*found.assumed, *base.assumed, *(stage.assumed if stage else ()))
    return Ready(
        row, data, site, usual, found.pruning, base.start, base.file, assumed,
        stage=stage.training if stage else None,
    )  # fmt: skip


def _chained(row: Result, pipeline: Pipeline, usual: Defaults, request: Request) -> Ready:
    data, site = place_of(row, request)
    found = chain_of(row, pipeline, site.network, usual, request)
    return Ready(
        row, data, site, usual, found.pruning, found.base, found.loaded, found.assumed, found
    )


def _method(row: Result, partner: Result | None) -> str:
    if row.scratch is None:
        return method_of(row)
    # a scratch row throws the weights away: of the method only the counts per layer matter
    return method_of(partner) if partner else "l1"


def _structure(row: Result, site: Site, method: str, request: Request) -> Structure:
    several = row.pruning and row.pruning.ratios.value and len(row.pruning.ratios.value) > 1
    speedup = row.speedup.value
    if request.on_digits and several and speedup:
        why = "a list of ratios does not fit the stand-in network"
        return reaching(float(speedup.hull.low), site, method, why)
    return structure(row, site, method)


def _scratch_structure(
    row: Result, partner: Result | None, site: Site, method: str, request: Request
) -> Structure:
    if partner is not None:
        return _structure(partner, site, method, request)
    speedup = row.speedup.value
    if speedup is None:
        raise CannotRerunError(
            "which structure it trains is not stated",
            "compare it with a pruned row, or add speedup",
        )
    return reaching(float(speedup.hull.low), site, method, f"the row states {row.speedup} only")


class Label(NamedTuple):
    """Under which arm and label a planned row stands."""

    arm: Arm
    text: str = ""


def planned(
    row: Ready, retraining: Recipe, label: Label, request: Request, held_out: float = 0.0
) -> PlannedRow:
    """Return a row under a retraining recipe, once per seed; scaled on a stand-in."""
    data = replace(row.data, held_out=held_out)
    images, paper = _images(data, request), length_of(row.usual)
    experiments = tuple(
        with_numbers(_experiment(row, retraining.training, data, seed, request), images, paper)
        for seed in request.seeds_on(data.name)
    )
    if retraining.rewinds:
        back = whole(retraining.rewinds * request.scaling)
        experiments = tuple(rewound(one, back) for one in experiments)
    numbers = assumed_numbers(experiments[0], images, paper)
    assumed = tuple(dict.fromkeys([*row.assumed, *numbers, *retraining.assumed]))
    return PlannedRow(row.result, label.arm, experiments, label.text, assumed)


def _experiment(
    row: Ready, training: Training, data: Data, seed: int, request: Request
) -> Experiment:
    """Return the chain of a row for a seed; its last training is that of the retraining."""
    if row.chain is not None:
        one = row.chain.over(data, seed, row.base, training)
        return scaled_chain(one, request.scale) if request.on_digits else one

    def fit(one: Training) -> Training:
        return scaled(one, request.scale) if request.on_digits else one

    start: Training | Weights | Experiment | None = row.base
    base = fit(start) if isinstance(start, Training) else start
    network, pruning = row.site.network.id, row.pruning
    if row.stage is not None and not pruning.fresh:
        base = Experiment(data, network, seed, fit(row.stage), pruning, base, during=True)
    return Experiment(data, network, seed, fit(training), pruning, base)


def _images(data: Data, request: Request) -> int | None:
    """Return how many images are trained on; None where that is not known beforehand."""
    size = datasets.sizes(data.name, request.folder).train
    return None if size is None else round(size * (1 - data.held_out))


def reported(row: Ready) -> Recipe:
    """Return the row's own recipe: of its retraining, or of its training from scratch.

    Raises:
        CannotRerunError: it is not stated.
    """
    if row.chain is not None:
        return own_recipe(row.chain)
    if row.result.scratch is not None:
        return recipe(row.result.scratch, row.usual, "training from scratch")
    if row.result.retraining is None:
        raise CannotRerunError(
            "its retraining is not described", "add retraining: to the row; --calibrated needs none"
        )
    found = recipe(row.result.retraining, row.usual, "retraining")
    if row.result.retraining.kind.value == "weight-rewinding":
        return found._replace(rewinds=found.training.epochs)
    return found
