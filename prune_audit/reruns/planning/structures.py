"""What a row removes: its method and ratios as a claim states them -> a Pruning."""

from typing import NamedTuple

from prune_audit.claim import PruningStage, Result
from prune_audit.registry import cost
from prune_audit.reruns.experiment import Pruning
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.planned import Assumption
from prune_audit.reruns.planning.methods import GROWING, at_init
from prune_audit.reruns.planning.refused import CannotRerunError
from prune_audit.reruns.planning.site import Site
from prune_audit.reruns.ratios import check_ratios, one_or_list, speedup_ratio

SCOPES = {"global": "global", "layerwise": "layerwise", "uniform": "layerwise"}


class Structure(NamedTuple):
    """A pruning with what had to be assumed for it."""

    pruning: Pruning
    assumed: tuple[Assumption, ...] = ()


def structure(row: Result, site: Site, method: str) -> Structure:
    """Return what a pruned row removes from the network at a site.

    Ratios are taken as stated; where only a speedup is, the uniform ratio that reaches it.

    Raises:
        CannotRerunError: no ratio and no speedup, or one that the network cannot reach.
    """
    stage = row.pruning
    silent: tuple[Assumption, ...] = () if stage and stage.schedule.known else (_schedule(method),)
    ratios, only = _stated_ratios(stage), METHODS[method].ratio
    if ratios is None and only is not None:
        ratios = (only,)
        if only:  # quantisation removes nothing, which is no assumption
            silent += (Assumption("pruning ratio", f"{only:g}", f"{method} has no other"),)
    if ratios is None:
        found = _by_speedup(row, site, method)
        return Structure(found.pruning, (*silent, *found.assumed))
    if METHODS[method].initial and METHODS[method].images and stage and not at_init(stage):
        why = f"{method} is made for networks that nobody has trained"
        silent += (Assumption("pruned network", "trained, as the row says", why),)
    pruning = Pruning(method, ratios, scope=_scope(stage, method), control=_control(stage, method))
    _check(pruning, site)
    return Structure(pruning, silent)


def _schedule(method: str) -> Assumption:
    taken = GROWING if METHODS[method].trains else "one-shot"
    return Assumption("pruning schedule", taken, "not stated")


def _control(stage: PruningStage | None, method: str) -> str:
    """Return the control that a row states.

    Raises:
        CannotRerunError: for filters, whose control is the method random.
    """
    stated = stage.control.value if stage else None
    if stated and not METHODS[method].masked:
        raise CannotRerunError(
            f"the control {stated} is for single weights", "filters at random: criterion: random"
        )
    return stated or ""


def _scope(stage: PruningStage | None, method: str) -> str:
    """Return the scope that is stated, else the method's own.

    Raises:
        CannotRerunError: another scope is stated than the one that belongs to the method.
    """
    stated = SCOPES[stage.scope.value] if stage and stage.scope.value else None
    own = METHODS[method].scope
    fixed = METHODS[method].own_scope or not METHODS[method].masked
    if stage and stated not in (None, own) and fixed:
        reason = f"its scope is {stage.scope}, {method} is {own} here"
        raise CannotRerunError(reason, "correct the scope; no other is implemented")
    return stated or own


def _stated_ratios(stage: PruningStage | None) -> tuple[float, ...] | None:
    if stage is None:
        return None
    if stage.ratios.value is not None:
        return tuple(float(ratio.value) for ratio in stage.ratios.value)
    return (float(stage.ratio.value.value),) if stage.ratio.value else None


def _by_speedup(row: Result, site: Site, method: str) -> Structure:
    if METHODS[method].masked:
        raise CannotRerunError("its pruning ratio is not stated", "add pruning.ratio to the row")
    target = row.speedup.value
    if target is None:
        raise CannotRerunError(
            "neither its pruning ratio nor its speedup is stated", "add pruning.ratio or speedup"
        )
    return reaching(float(target.hull.low), site, method, f"the row states {row.speedup} only")


def reaching(speedup: float, site: Site, method: str, why: str) -> Structure:
    """Return the uniform pruning that reaches a speedup.

    Raises:
        CannotRerunError: the network cannot be made that fast; the message names how fast.
    """
    try:
        ratio = speedup_ratio(site.network.id, speedup, site.classes, site.side, site.channels)
    except ValueError as error:  # out of reach, or a network without a cost model
        raise CannotRerunError(str(error), "look the speedup up, or state the ratios") from error
    assumed = Assumption("pruning ratios", f"{ratio:g} in every prunable layer", why)
    return Structure(Pruning(method, (ratio,)), (assumed,))


def _check(pruning: Pruning, site: Site) -> None:
    """Refuse ratios that leave nothing or do not fit the network, before anything is trained."""
    remedy = "ratios are fractions: one, or one per stage as in GReg: stem, stages, classifier"
    if METHODS[pruning.method].masked:
        remedy = "single weights have one ratio, a fraction of all weights"
    if METHODS[pruning.method].bits:
        remedy = "quantisation removes nothing: leave ratio out"
    try:
        check_ratios(pruning.ratios)
        _check_masked(pruning, site)
        if dense_macs(site) is not None:
            pruned_cost(pruning, site)
    except ValueError as error:
        raise CannotRerunError(f"its ratios do not fit {site.network.name}: {error}", remedy) from (
            error
        )


def _check_masked(pruning: Pruning, site: Site) -> None:
    """Refuse ratios of single weights that a method has not, or that leave layers without any."""
    method, ratio = METHODS[pruning.method], pruning.ratios[0]
    if method.shrinks:
        return
    if len(pruning.ratios) > 1:
        raise ValueError("single weights are pruned by one ratio, a list is stated")
    if method.ratio not in (None, ratio):
        raise ValueError(f"{pruning.method} has the ratio {method.ratio:g} only, got {ratio:g}")
    if (1 - ratio) * site.network.params < site.network.layers:
        raise ValueError(f"{ratio:g} of all weights leaves fewer than one per layer")


def dense_macs(site: Site) -> int | None:
    """Return the MACs of one image through the dense network; None without a cost model."""
    try:
        return pruned_cost(None, site)
    except ValueError:
        return None


def pruned_cost(pruning: Pruning | None, site: Site) -> int:
    """Return the MACs of one image through the network after pruning; masks make nothing faster.

    Raises:
        ValueError: there is no cost model of the network, or the ratios do not fit it.
    """
    dense = pruning is None or not METHODS[pruning.method].shrinks
    ratios = 0.0 if dense or pruning is None else one_or_list(pruning.ratios)
    spared = pruning.spared if pruning else ()
    found = cost(site.network.id, ratios, site.classes, site.side, spared, site.channels)
    return found.macs
