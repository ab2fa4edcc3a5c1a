"""The base model of a row: trained here as the claim says, or loaded from a file."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from prune_audit.claim import BaseModel, Result
from prune_audit.registry import checkpoint
from prune_audit.reruns.experiment import Training, Weights
from prune_audit.reruns.planned import Assumption
from prune_audit.reruns.planning.defaults import Defaults
from prune_audit.reruns.planning.recipes import Recipe, recipe, remainder
from prune_audit.reruns.planning.refused import CannotRerunError
from prune_audit.reruns.planning.request import Request
from prune_audit.schedules.notation import parse_lr


class Base(NamedTuple):
    """Where the base model comes from, the file it is loaded from, and what was assumed."""

    start: Training | Weights
    file: Path | None = None
    assumed: tuple[Assumption, ...] = ()


def base_of(row: Result, usual: Defaults, request: Request) -> Base:
    """Return the base model of a pruned row.

    A file named with ``--weights`` comes first, then weights that the claim names, as torchvision
    keeps them on this machine, then the pretraining that the claim states. On the digits as a
    stand-in only the pretraining counts, the customary one where none is stated.

    Raises:
        CannotRerunError: the weights are not at hand and the pretraining is not stated.
    """
    model = row.base_model
    if request.on_digits:
        return _trained(pretraining(model, usual, assume=True))
    if model is None:
        raise CannotRerunError(
            f"its base model is {row.base.text or 'not stated'}",
            "describe it under base_models; a row that prunes before any training has the schedule "
            "at-init",
        )
    if model.name in request.weights:
        return _loaded(request.weights[model.name], model)
    stated = model.weights.value
    if stated is None or stated.kind == "own":
        return _trained(pretraining(model, usual, assume=False))
    found = next(iter(_cached(model)), None)
    if found is None:
        raise CannotRerunError(
            f"the weights of its base model {model.name} are not at hand: {model.weights.text}",
            f"give their file with --weights {model.name}=FILE",
        )
    return _loaded(found, model)


def _trained(found: Recipe) -> Base:
    return Base(found.training, None, found.assumed)


def pretraining(model: BaseModel | None, usual: Defaults, *, assume: bool) -> Recipe:
    """Return how a base model is trained; ``assume`` takes the customary recipe where it must.

    Raises:
        CannotRerunError: its pretraining is not stated, and may not be assumed.
    """
    stage = model.pretraining if model else None
    if stage is None and not assume:
        raise CannotRerunError(
            f"how its base model {model.name if model else ''} was trained is not stated",
            "add pretraining: to the base model, or give its weights with --weights NAME=FILE",
        )
    try:
        if stage is not None:
            return recipe(stage, usual, "pretraining")
    except CannotRerunError:
        if not assume:
            raise
    return customary(usual)


def customary(usual: Defaults, name: str = "pretraining") -> Recipe:
    """Return the customary training from scratch, wholly assumed; ``name`` says for what."""
    schedule = parse_lr(usual.scratch_lr).over(usual.scratch_epochs)
    rest = remainder(None, usual, name)
    shown = f"{usual.scratch_epochs} epochs, {usual.scratch_lr}"
    assumed = Assumption(name, shown, f"not stated; {usual.source}")
    return Recipe(rest.training_over(usual.scratch_epochs, schedule), (assumed, *rest.assumed))


def _loaded(file: Path, model: BaseModel) -> Base:
    try:
        with file.open("rb") as stream:
            digest = sha256()
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise CannotRerunError(
            f"cannot read the weights {file}: {error.strerror}", "name a readable file"
        ) from error
    stated = model.weights.value
    if stated and stated.kind == "hash" and stated.name != digest.hexdigest():
        raise CannotRerunError(
            f"{file} has the SHA-256 {digest.hexdigest()[:16]}..., the claim names "
            f"{stated.name[:16]}...",
            "name the file that was pruned",
        )
    tag = stated.name if stated and stated.kind == "tag" else ""
    return Base(Weights(digest.hexdigest(), tag), file)


def _cached(model: BaseModel) -> Iterator[Path]:
    """Yield files of the claimed weights that torch has already downloaded to this machine."""
    stated = model.weights.value
    known = checkpoint(stated.name) if stated and stated.kind == "tag" else None
    home = os.environ.get("TORCH_HOME") or os.path.join(
        os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "torch"
    )
    for digest in known.sha256 if known else ():
        yield from sorted(Path(home, "hub", "checkpoints").glob(f"*-{digest[:8]}.pth"))
