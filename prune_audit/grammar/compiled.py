"""A pipeline, data, network, seed and the rest of the recipe -> the chain of its experiments."""

from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from prune_audit.grammar.calls import GrammarError
from prune_audit.grammar.nodes import Pipeline, Prune, Reinit, Rewind, Step, Train
from prune_audit.grammar.parse import ITERATIONS
from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training, Weights
from prune_audit.reruns.methods import METHODS
from prune_audit.schedules.notation import ScheduleError, parse_lr

UNTOLD = "give lr=... to the step"


@dataclass(frozen=True)
class Setting:
    """What a pipeline leaves open.

    ``first`` is the recipe of its first training, ``later`` that of all others: what a step does
    not state is taken from there, epochs never. An empty ``lr`` is not known; that of ``later`` is
    then the first training's. ``base``, if given, takes the place of the first training: another
    one, or weights that are loaded; ``last`` that of the last one.
    """

    data: Data
    network: str
    seed: int
    first: Training
    later: Training
    base: Training | Weights | None = None
    last: Training | None = None


def compiled(pipeline: Pipeline, setting: Setting) -> Experiment:
    """Return the last experiment of the chain; its ``chain`` holds those before it.

    A first training without pruning is the base of the second run, as in reruns of one-shot
    pruning: both ways of writing one thing give the same ids. Where no training stands between two
    prune steps the first becomes a run of 0 epochs.

    Raises:
        GrammarError: a step cannot run where it stands; the message names its column and why.
    """
    steps = pipeline.steps
    if not isinstance(steps[-1], Train):
        reason = "a pipeline ends with a training, such as > train(20)"
        raise GrammarError(steps[-1].column, reason)
    start = _State(setting, base=None)
    whole = reduce(_State.after, steps[:-1], start)
    found = whole.trained(steps[-1], setting.last).before
    if found is None:
        raise GrammarError(1, "the only training is that of the loaded weights: nothing is run")
    return found


def check_order(pipeline: Pipeline) -> None:
    """Refuse a pipeline that cannot run, whatever the network.

    Raises:
        GrammarError: a step cannot run where it stands; the message names its column and why.
    """
    any_recipe = Training(1, "1e-1", 64, 0.0)
    compiled(pipeline, Setting(Data("digits"), "", 0, any_recipe, any_recipe))


@dataclass(frozen=True)
class _State:
    """Where a pipeline stands: what the next run starts from, and what is still to be done to it.

    ``lr`` is that of the first training.
    """

    setting: Setting
    base: Training | Weights | Experiment | None
    cut: Pruning | None = None
    rewind: int | None = None
    lr: str = ""

    @property
    def before(self) -> Experiment | None:
        """The last run; None where there is none."""
        if isinstance(self.base, Training):
            return self._run(self.base, base=None)
        return self.base if isinstance(self.base, Experiment) else None

    def after(self, step: Step) -> "_State":
        """Return the state after a step."""
        match step:
            case Train():
                return self.trained(step)
            case Prune():
                return self._pruned(step)
            case Rewind():
                return self._rewound(step)
            case Reinit():
                return self._renewed(step)

    def trained(self, step: Train, instead: Training | None = None) -> "_State":
        """Return the state after a training; ``instead`` replaces it."""
        _check_open(step, self.before)
        first = self.base is None and not self.lr
        if first and self.cut is None and self.setting.base is not None:
            given = self.setting.base
            lr = given.lr if isinstance(given, Training) else step.lr or self.setting.first.lr
            return replace(self, base=given, lr=lr)
        training = instead or self._training(step, first=first)
        lr = self.lr or training.lr
        if self.base is None and self.cut is None:
            return replace(self, base=training, lr=lr)
        run = self._run(training, base=self.base, pruning=self.cut, rewind=self.rewind)
        return _State(self.setting, run, lr=lr)

    def _training(self, step: Train, *, first: bool) -> Training:
        recipe = self.setting.first if first else self.setting.later
        values: dict[str, Any] = dict(step.options)
        lr = values.pop("lr", recipe.lr or self.lr)
        if not lr:
            raise GrammarError(step.column, f"no LR is known for {step}: {UNTOLD}")
        try:
            schedule = parse_lr(lr).over(step.epochs)
        except ScheduleError as error:
            raise GrammarError(step.column, f"{step}: {error}; {UNTOLD}") from None
        return replace(recipe, epochs=step.epochs, lr=str(schedule), **values)

    def _run(self, training: Training, **given: Any) -> Experiment:
        setting = self.setting
        return Experiment(setting.data, setting.network, setting.seed, training, **given)

    def _pruned(self, step: Prune) -> "_State":
        state = self._settled()
        cut = _pruning(step)
        _check_open(step, state.before)
        _check_prune(step, state.before)
        if step.training is None:
            return replace(state, cut=cut)
        training = state._training(step.training, first=state.base is None and not state.lr)
        run = self._run(training, base=state.base, pruning=cut, during=True)
        return _State(self.setting, run, cut, lr=state.lr or training.lr)

    def _settled(self) -> "_State":
        """Return the state with everything done that was still to be done: a run of 0 epochs."""
        if self.cut is None and self.rewind is None:
            return self
        none = replace(self.setting.later, epochs=0, lr="")
        run = self._run(none, base=self.base, pruning=self.cut, rewind=self.rewind)
        return _State(self.setting, run, lr=self.lr)

    def _rewound(self, step: Rewind) -> "_State":
        _check_removes(step, self.cut)
        if self.rewind is not None or (self.cut is not None and self.cut.fresh):
            reason = f"{step}: the step before it gives other weights already; keep one of the two"
            raise GrammarError(step.column, reason)
        _check_rewind(step, self.before, loaded=isinstance(self.base, Weights))
        return replace(self, rewind=step.epochs)

    def _renewed(self, step: Reinit) -> "_State":
        _check_removes(step, self.cut)
        if self.cut is None or self.rewind is not None or self.cut.fresh:
            reason = "reinit follows a prune step at once: what is left of it gets new weights"
            raise GrammarError(step.column, reason)
        return replace(self, cut=replace(self.cut, fresh=True))


def _pruning(step: Prune) -> Pruning:
    scope = step.scope or METHODS[step.method].scope
    return Pruning(
        step.method, step.ratios, scope=scope, control=step.control, settings=step.settings
    )


def _check_prune(step: Prune, before: Experiment | None) -> None:
    method = METHODS[step.method]
    masks = before is not None and any(METHODS[cut.method].masked for cut in before.cuts)
    reason = ""
    if method.trains and step.training is None:
        reason = f"{step.method} trains while it prunes: state epochs and lr of that stage"
    elif step.training is not None and not method.trains:
        those = ", ".join(name for name, one in METHODS.items() if one.trains)
        reason = f"{step.method} does not train while it prunes, epochs belong to: {those}"
    elif step.training is not None and masks:
        reason = f"{step.method} cannot start from a network under masks"
    elif not method.masked and step.control:
        reason = f"the control {step.control} is for single weights; filters: prune(random, ...)"
    elif step.scope not in ("", method.scope) and (method.own_scope or not method.masked):
        reason = f"{step.method} is {method.scope} and has no other scope"
    elif not method.shrinks and len(step.ratios) > 1:
        reason = "single weights are pruned by one ratio, not by a list"
    elif method.ratio not in (None, step.ratios[0]):
        reason = f"{step.method} has the ratio {method.ratio:g} only"
    elif masks and method.masked and (method.own_scope or step.control):
        # a method with a scope of its own chooses in its own way, from all weights
        what = step.control or step.method
        reason = f"{what} chooses among all weights and cannot go on from a pruned network"
    if reason:
        raise GrammarError(step.column, reason)


def _check_open(step: Step, before: Experiment | None) -> None:
    """Refuse what would start from a quantised network."""
    if before is not None and any(METHODS[cut.method].bits for cut in before.cuts):
        raise GrammarError(step.column, f"{step}: nothing can start from a quantised network")


def _check_removes(step: Step, cut: Pruning | None) -> None:
    if cut is not None and METHODS[cut.method].bits:
        reason = f"{cut.method} removes nothing that other weights could go under"
        raise GrammarError(step.column, f"{step}: {reason}")


def _check_rewind(step: Rewind, before: Experiment | None, *, loaded: bool) -> None:
    if loaded or (before and isinstance(before.chain[0].base, Weights)):
        reason = f"{step}: the base model is loaded, its earlier weights are not at hand"
        raise GrammarError(step.column, reason)
    if before is None or not any(one.training.epochs for one in before.chain):
        raise GrammarError(step.column, f"{step} comes before any training: take it out")
    if any(METHODS[cut.method].shrinks for cut in before.cuts):
        reason = f"{step}: filters went before, and which ones is not known any more"
        raise GrammarError(step.column, f"{reason}; rewinding follows the first prune step of them")
    first = before.chain[0]
    if step.epochs and first.during:
        reason = f"{step}: the first training prunes while it trains, and only its end is kept"
        raise GrammarError(step.column, reason)
    if step.epochs > first.training.epochs:
        reason = f"{step} goes beyond the first training of {first.training.epochs} epochs"
        raise GrammarError(step.column, f"{reason}; {ITERATIONS}")
