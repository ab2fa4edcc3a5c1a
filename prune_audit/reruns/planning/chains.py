"""A row that states its pipeline is rerun as exactly that chain of trainings and prune steps.

Another recipe for the last training is the same pruning retrained in another way, as long as that
training goes on from the weights that pruning left. Where it starts from rewound or new weights, it
belongs to how the mask was found, and only the pipeline as reported is run.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from prune_audit.claim import Result, Stage
from prune_audit.grammar.calls import GrammarError
from prune_audit.grammar.compiled import Setting, compiled
from prune_audit.grammar.fits import check_fits
from prune_audit.grammar.nodes import Pipeline, Prune, Train
from prune_audit.grammar.taxonomy import cell
from prune_audit.registry import Network
from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training, Weights
from prune_audit.reruns.planned import RETRAINED, Arm, Assumption
from prune_audit.reruns.planning.bases import Base, base_of
from prune_audit.reruns.planning.defaults import Defaults
from prune_audit.reruns.planning.recipes import Recipe, check_supported, remainder
from prune_audit.reruns.planning.refused import CannotRerunError
from prune_audit.reruns.planning.request import Request
from prune_audit.reruns.planning.standin import scaled, whole
from prune_audit.schedules.kinds import Kind

REMEDY = "mend pruning.pipeline of the row"


@dataclass(frozen=True)
class Chain:
    """A row's pipeline with what it leaves open, and what had to be assumed for that.

    ``setting`` holds the recipes, unscaled; its data, network and seed are set per run. ``loaded``
    is the file that the base model is loaded from, in place of the first training.
    """

    pipeline: Pipeline
    setting: Setting
    loaded: Path | None = None
    assumed: tuple[Assumption, ...] = ()

    @property
    def last(self) -> Experiment:
        """The last experiment of the chain, unscaled."""
        return compiled(self.pipeline, self.setting)

    @property
    def base(self) -> Training | Weights | None:
        """What is trained or loaded before the first prune step."""
        first, *later = self.last.chain
        if isinstance(first.base, Weights):
            return first.base
        return first.training if later and first.pruning is None else None

    @property
    def pruning(self) -> Pruning:
        """The last thing that is pruned."""
        return self.last.cuts[-1]

    @property
    def inherits(self) -> bool:
        """Whether its last training goes on from trained weights that pruning left."""
        found = cell(self.pipeline)
        return self.base is not None and (found is None or found.weights == "inherited")

    def over(
        self, data: Data, seed: int, base: Training | Weights | None, last: Training
    ) -> Experiment:
        """Return the last experiment of the chain for a seed."""
        found = replace(self.setting, data=data, seed=seed, base=base, last=last)
        return compiled(self.pipeline, found)


def chain_of(
    row: Result, pipeline: Pipeline, network: Network, usual: Defaults, request: Request
) -> Chain:
    """Return what a row's pipeline runs.

    Raises:
        CannotRerunError: a ratio leaves a layer nothing, an LR is not known, or the base model
            cannot be had.
    """
    try:
        _check_ratios(pipeline, network, request)
        check_fits(pipeline, network)
        first, later, assumed = _recipes(row, pipeline, usual)
        loaded = _loaded(row, pipeline, usual, request)
        start = loaded.start if loaded else None
        setting = Setting(Data(""), network.id, 0, first, later, start)
        found = Chain(pipeline, setting, loaded.file if loaded else None, assumed)
        compiled(pipeline, setting)
    except GrammarError as error:
        raise CannotRerunError(f"its pipeline, {error}", REMEDY) from error
    return found


def _check_ratios(pipeline: Pipeline, network: Network, request: Request) -> None:
    several = any(isinstance(one, Prune) and len(one.ratios) > 1 for one in pipeline.steps)
    if several and request.on_digits:
        raise CannotRerunError(
            "its pipeline has a list of ratios, which does not fit the stand-in network",
            f"one ratio per prune step fits {network.name}",
        )


def _recipes(
    row: Result, pipeline: Pipeline, usual: Defaults
) -> tuple[Training, Training, tuple[Assumption, ...]]:
    """Return what the steps leave open of the first training and of all others."""
    later, about = _rest(row.retraining, usual, "retraining")
    if not isinstance(pipeline.steps[0], Train):
        return later, later, about
    stage = row.base_model.pretraining if row.base_model else None
    first, dense = _rest(stage, usual, "pretraining")
    return first, later, (*dense, *about)


def _rest(
    stage: Stage | None, usual: Defaults, name: str
) -> tuple[Training, tuple[Assumption, ...]]:
    """Return a recipe without epochs; its LR is empty where none is stated as a whole."""
    if stage is not None:
        check_supported(stage, name)
    rest = remainder(stage, usual, name)
    spec = stage.lr.value if stage else None
    lr = spec.text if spec and spec.complete else ""
    return Training(epochs=0, lr=lr, **rest.values), rest.assumed


def _loaded(row: Result, pipeline: Pipeline, usual: Defaults, request: Request) -> Base | None:
    """Return the base model that is loaded; None where the pipeline trains its own.

    Raises:
        CannotRerunError: its weights are not at hand, or the pipeline prunes before any training.
    """
    model = row.base_model
    if not isinstance(pipeline.steps[0], Train):
        if model is not None:
            raise CannotRerunError(
                f"its pipeline prunes before any training, and it names the base {row.base.text}",
                "write base: none, or begin with its training",
            )
        return None
    if model is None or request.on_digits:
        return None
    stated = model.weights.value
    own = stated is None or stated.kind == "own"
    if own and model.name not in request.weights:
        return None
    return base_of(row, usual, request)


def own_recipe(chain: Chain) -> Recipe:
    """Return the recipe of the last training as the pipeline has it."""
    return Recipe(chain.last.training)


def check_arm(chain: Chain, arm: Arm) -> None:
    """Refuse an arm that would change more of a pipeline than how it is retrained.

    Raises:
        CannotRerunError: its last training does not go on from the weights that pruning left.
    """
    if arm is RETRAINED[Kind.WEIGHT_REWINDING]:
        reason = "rewinding is a step of a pipeline, and its own has none at the end"
        raise CannotRerunError(reason, "state the pipeline with rewind(EPOCH) in a row of its own")
    if not chain.inherits:
        raise CannotRerunError(
            f"another recipe ({arm}) would not be its pipeline, whose last training starts from "
            "rewound, new or initial weights",
            "--as-reported runs it as it is",
        )


def scaled_chain(one: Experiment, scale: float) -> Experiment:
    """Return a chain with the epochs and milestones of every training scaled, on a stand-in."""
    base = one.base
    if isinstance(base, Training):
        base = scaled(base, scale)
    elif isinstance(base, Experiment):
        base = scaled_chain(base, scale)
    training = scaled(one.training, scale) if one.training.epochs else one.training
    found = replace(one, base=base, training=training)
    if not one.rewind:
        return found
    return replace(found, rewind=min(whole(one.rewind * scale), found.chain[0].training.epochs))
