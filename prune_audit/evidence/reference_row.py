"""A row as it is looked up among reference retraining points: every fact known, or why not."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from prune_audit.claim import BaseModel, PruningStage, Result, Stage
from prune_audit.identity import known_network
from prune_audit.intervals import Interval
from prune_audit.numbers import Printed
from prune_audit.places import Entry
from prune_audit.rates import CONVENTIONS, RateKind, from_reduction, rate
from prune_audit.registry import dataset as known_dataset
from prune_audit.registry import network as registered_network
from prune_audit.reruns.experiment import Training, Weights
from prune_audit.reruns.methods import METHODS, method_named
from prune_audit.reruns.planning.defaults import defaults
from prune_audit.reruns.planning.recipes import Recipe, recipe
from prune_audit.reruns.planning.refused import CannotRerunError
from prune_audit.reruns.reference_points import Base
from prune_audit.reruns.reference_wanted import Wanted

EXACT = ("batch_size", "weight_decay", "momentum", "label_smoothing")


class NoLookUpError(Exception):
    """A row cannot be looked up; the message names the fact that is not known or does not fit."""


def wanted_of(result: Result, others: Iterable[BaseModel] = ()) -> Wanted:
    """Return the setting of a row, with nothing assumed but what a silent recipe surely lacks.

    Nesterov momentum, label smoothing, mixup, distillation and averaged weights that nobody
    mentions are taken as not used; every other fact has to be stated. ``others`` are base models
    of other files: weights ``own:NAME`` without a pretraining are those of the file NAME.

    Raises:
        NoLookUpError: a fact is not known, or no reference can have it.
    """
    _check_kind(result)
    data, network = _text(result.dataset, "data set"), _text(result.network, "network")
    known, built = known_dataset(data), known_network(result)
    stage = _pruning(result)
    method = _method(result, stage)
    masked = METHODS[method].masked
    return Wanted(
        known.id if known else data,
        built.id if built else network,
        method,
        _recipe(result),
        _sparsity_rate(result, stage) if masked else _speedup(result),
        None if masked else _ratios(stage),
        _base(result, others),
        _scope(stage, masked),
    )


def _check_kind(result: Result) -> None:
    if result.scratch is not None:
        raise NoLookUpError("it is trained from scratch, references are of pruned networks")
    if result.metric.value not in (None, "top1"):
        raise NoLookUpError(f"its metric is {result.metric}, references have top-1 accuracy")
    if result.evaluated_on.value == "validation":
        raise NoLookUpError("its accuracy is that of a validation split")


def _text(entry: Entry[str], what: str) -> str:
    if entry.value is None:
        raise NoLookUpError(f"its {what} is {entry}")
    return entry.value


def _pruning(result: Result) -> PruningStage:
    stage = result.pruning
    if stage is None:
        raise NoLookUpError("its pruning stage is not described")
    schedule = _text(stage.schedule, "pruning schedule")
    if schedule != "one-shot":
        raise NoLookUpError(f"its pruning schedule is {schedule}, references are one-shot")
    epochs = stage.epochs.value
    if epochs is None or not epochs.none:
        raise NoLookUpError(f"the epochs of its pruning stage are {stage.epochs}, references: 0")
    return stage


def _method(result: Result, stage: PruningStage) -> str:
    if stage.control.value:
        raise NoLookUpError(f"it is a control ({stage.control}), of which there are no references")
    granularity = _text(stage.granularity, "granularity")
    words = stage.criterion.value or _text(result.method, "method")
    method = method_named(words, granularity)
    if method is None:
        raise NoLookUpError(
            f"its method ({words}, {granularity}) is none that references can be of "
            "(prune-audit methods lists them)"
        )
    return method


def _scope(stage: PruningStage, masked: bool) -> str:
    """Return the scope; filters of references go layer by layer, at the ratio of each layer."""
    if masked:
        return "global" if _text(stage.scope, "pruning scope") == "global" else "layerwise"
    if stage.scope.value == "global":
        raise NoLookUpError("it ranks filters over all layers, references within each layer")
    return "layerwise"


def _recipe(result: Result) -> Training:
    if result.retraining is None:
        raise NoLookUpError("its retraining is not described")
    return _training(result, result.retraining, "retraining")


def _training(result: Result, stage: Stage, name: str) -> Training:
    """Return a stage of which nothing had to be assumed."""
    usual = defaults(known_dataset(result.dataset.value or ""))
    _check_exact(stage, name)
    try:
        found = recipe(stage, usual, name)
    except CannotRerunError as error:
        raise NoLookUpError(error.reason) from error
    return _unassumed(found)


def _check_exact(stage: Stage, name: str) -> None:
    if stage.optimizer.value is None:
        raise NoLookUpError(f"the optimizer of its {name} is {stage.optimizer}")
    for field in EXACT:
        entry: Entry[Any] = getattr(stage, field)
        if isinstance(entry.value, Printed) and not entry.value.exact:
            raise NoLookUpError(f"the {field.replace('_', ' ')} of its {name} is {entry}")


def _unassumed(found: Recipe) -> Training:
    if found.assumed:
        facts = ", ".join(assumed.what for assumed in found.assumed)
        raise NoLookUpError(f"not stated exactly: {facts}")
    return found.training


def _base(result: Result, others: Iterable[BaseModel]) -> Base:
    model = result.base_model
    if model is None:
        raise NoLookUpError(f"its base model is {result.base.text or 'not stated'}")
    weights = model.weights.value
    if weights is None:
        raise NoLookUpError(f"the weights of its base model are {model.weights}")
    if weights.kind == "own":
        return _training(result, _pretraining(model, weights.name, others), "pretraining")
    digest = weights.name if weights.kind == "hash" else ""
    return Weights(digest, "" if digest else weights.name)


def _pretraining(model: BaseModel, owner: str, others: Iterable[BaseModel]) -> Stage:
    """Return how a base model was trained: as its own entry says, else as its owner's file does."""
    if model.pretraining is not None:
        return model.pretraining
    stages = [one.pretraining for one in others if owner and _is_that(one, model, owner)]
    if len(stages) != 1 or stages[0] is None:
        raise NoLookUpError("how its base model was trained is not stated")
    return stages[0]


def _is_that(one: BaseModel, model: BaseModel, owner: str) -> bool:
    """Whether this is the entry, in its owner's file, of the network that a row started from."""
    own = one.weights.value is not None and one.weights.value.kind == "own"
    there = PurePath(one.place.file).stem == owner
    return own and there and _names(one) == _names(model)


def _names(model: BaseModel) -> tuple[str | None, ...]:
    """Return data set and network as they are compared."""
    data, network = model.dataset.value, model.network.value
    known = known_dataset(data or "")
    built = registered_network(network or "", data or "") or registered_network(network or "")
    return (known.id if known else data, built.id if built else network)


def _speedup(result: Result) -> Interval:
    """Return the speedup under every honest convention of rounding."""
    found = [rate(result, RateKind.SPEEDUP, convention) for convention in CONVENTIONS]
    if found[0] is None or found[1] is None:
        raise NoLookUpError(f"its speedup is {result.speedup}")
    return _bounded(found[0].interval.hull(found[1].interval), "speedup", found[0].entry.text)


def _sparsity_rate(result: Result, stage: PruningStage) -> Interval:
    """Return dense over kept weights: by the share that was chosen, else by the printed one."""
    if stage.ratios.known:
        raise NoLookUpError("it prunes weights by a ratio per layer, references by one ratio")
    chosen = stage.ratio.value
    if chosen is not None and chosen.exact:
        removed, entry = Interval.point(chosen.value), stage.ratio
    elif result.sparsity.value is not None:
        removed, entry = result.sparsity.value.hull, result.sparsity
    else:
        raise NoLookUpError(f"its sparsity is {result.sparsity}")
    found = from_reduction(removed)
    if found is None:
        raise NoLookUpError(f"its sparsity is {entry}, no number that can be looked up")
    return _bounded(found, "sparsity", entry.text)


def _bounded(found: Interval, what: str, text: str) -> Interval:
    if found.low <= 0 or not found.high.is_finite():
        raise NoLookUpError(f"its {what} is {text}, no number that can be looked up")
    return found


def _ratios(stage: PruningStage) -> tuple[Interval, ...]:
    """Return the removed shares, without which rows of one speedup may be two structures."""
    if stage.ratios.value:
        return tuple(map(_share, stage.ratios.value))
    if stage.ratio.value is None:
        raise NoLookUpError(f"its pruning ratio is {stage.ratio}")
    return (_share(stage.ratio.value),)


def _share(printed: Printed) -> Interval:
    """Return what a share may be; shares are chosen, not measured, so half a digit is enough."""
    half = printed.step / 2 if printed.exact else Decimal(0)
    return Interval(printed.value - half, printed.value + half)
