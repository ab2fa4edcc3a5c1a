"""Configurations of runs (.yaml, .json, .toml), compared with what the claim says.

Only well-known keys are compared, and only where the two are surely different: a batch size may be
per device, a base LR scaled, a name unknown.
"""

import json
import math
import re
import tomllib
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from prune_audit.claim import Result, Stage
from prune_audit.evidence.logs.json_lines import flat
from prune_audit.filetext import RefusedError, decode
from prune_audit.numbers import NumberError, Unit, parse_number
from prune_audit.places import Entry
from prune_audit.registry import dataset as known_dataset
from prune_audit.registry import networks
from prune_audit.submission import RunFiles
from prune_audit.yamltext import Mapping, Node, Scalar, parse

KINDS = ".yaml, .yml, .json or .toml"
_HOMES = frozenset(
    (
        "train", "training", "trainer", "retrain", "retraining", "finetune", "finetuning", "optim",
        "optimizer", "optimiser", "model", "network", "data", "dataset", "run", "config", "cfg",
        "args", "hparams", "hyperparameters", "params", "experiment",
    )
)  # fmt: skip
FORBIDDEN = "PA003"
_MOST_DOTS = 100
_FRACTION = re.compile(r"(?<![\w.])[0-9]+\.[0-9]+(?![\w.])")
_OPTIMIZERS = ("sgd", "adam", "adamw", "rmsprop", "lars")


class ConfigError(Exception):
    """A configuration that cannot be read; ``broken`` unless it only uses more than is read."""

    def __init__(self, reason: str, *, broken: bool = True) -> None:
        super().__init__(reason)
        self.broken = broken


class Said(NamedTuple):
    """One well-known thing that a file states: its text and line."""

    text: str
    line: int = 1


class Compared(NamedTuple):
    """What a file states, beside the claim; ``same`` is None where that cannot be told."""

    name: str
    claimed: Entry[Any]
    said: Said
    same: bool | None


def read_config(data: bytes, path: str) -> dict[str, Said]:
    """Return the values of a configuration by dotted key.

    Raises:
        ConfigError: not of a known kind, or malformed.
    """
    suffix = PurePosixPath(path).suffix.lower()
    try:
        if suffix in (".yaml", ".yml"):
            return _yaml(decode(data, path), path)
        if suffix == ".json":
            return _plain(json.loads(decode(data, path), parse_float=str, parse_int=str))
        if suffix == ".toml":
            return _plain(tomllib.loads(_shallow(decode(data, path))))
    except RefusedError as error:
        indirect = error.problem.code == FORBIDDEN
        reason = "uses YAML's anchors, aliases or tags, which are not followed"
        raise ConfigError(
            reason if indirect else error.problem.message, broken=not indirect
        ) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"cannot be read as {suffix[1:]}") from error
    raise ConfigError(f"is of no kind that is read: {KINDS}")


def _yaml(text: str, path: str) -> dict[str, Said]:
    return dict(_leaves(parse(text, path)[0], ""))


def _leaves(node: Node, prefix: str) -> Iterator[tuple[str, Said]]:
    for key, (place, value) in node.items.items() if isinstance(node, Mapping) else ():
        if isinstance(value, Scalar):
            yield f"{prefix}{key}", Said(value.text, place.line)
        else:
            yield from _leaves(value, f"{prefix}{key}.")


def _shallow(text: str) -> str:
    """Refuse keys of very many parts: the time and memory of tomllib grow with their square."""
    for line in text.splitlines():
        if line.count(".") > _MOST_DOTS and _FRACTION.sub("", line).count(".") > _MOST_DOTS:
            reason = f"has a line with more than {_MOST_DOTS} dots, which is not read"
            raise ConfigError(reason, broken=False)
    return text


def _plain(tree: Any) -> dict[str, Said]:
    if not isinstance(tree, dict):
        raise ConfigError("is no mapping of keys")
    return {name: Said(text) for name, text in flat(tree)}


class _Key(NamedTuple):
    """A well-known key: its spellings, and how a stated text is set against the claim."""

    name: str
    spellings: tuple[str, ...]
    same: Callable[[Any, str], bool | None]


def _number(claimed: Any, text: str) -> bool | None:
    try:
        said = parse_number(text, Unit.PLAIN)
    except NumberError:
        return None
    if said.bound or claimed.bound:
        return None
    return math.isclose(said.value, claimed.value, rel_tol=1e-6)


def _epochs(claimed: Any, text: str) -> bool | None:
    try:
        said = parse_number(text, Unit.PLAIN)
    except NumberError:
        return None
    inside = bool(claimed.total(None).holds(said.value))
    return inside if not inside or claimed.exact is not None else None


def _lr(claimed: Any, text: str) -> bool | None:
    try:
        said = float(text)
    except ValueError:
        return None
    if claimed.initial is None or not math.isfinite(said):
        return None
    return math.isclose(said, claimed.initial, rel_tol=1e-6)


def _batch(claimed: Any, text: str) -> bool | None:
    """A batch size that divides the claimed one may be that of one device."""
    same = _number(claimed, text)
    if same is False:
        said = parse_number(text, Unit.PLAIN).value
        return None if said > 0 and Fraction(claimed.value) % Fraction(said) == 0 else False
    return same


def _dataset(claimed: Any, text: str) -> bool | None:
    one, other = known_dataset(claimed), known_dataset(text)
    return one.id == other.id if one and other else None


def _network(claimed: Any, text: str) -> bool | None:
    # one name can mean several networks, by data set: any that both can mean is enough
    one, other = ({entry.id for entry in networks(name)} for name in (claimed, text))
    return bool(one & other) if one and other else None


def _word(claimed: Any, text: str) -> bool | None:
    said = text.lower()
    return said == claimed if said in _OPTIMIZERS and claimed in _OPTIMIZERS else None


_KEYS = (
    _Key("seed", ("seed", "random_seed", "manual_seed", "manualseed", "rng_seed"), _number),
    _Key(
        "epochs",
        ("epochs", "num_epochs", "n_epochs", "max_epochs", "total_epochs", "nb_epochs"),
        _epochs,
    ),
    _Key("lr", ("lr", "learning_rate", "init_lr", "initial_lr", "lr0"), _lr),
    _Key("batch_size", ("batch_size", "batchsize", "global_batch_size"), _batch),
    _Key("weight_decay", ("weight_decay", "wd", "weightdecay"), _number),
    _Key("momentum", ("momentum", "sgd_momentum"), _number),
    _Key("optimizer", ("optimizer", "optimiser", "optim", "optimizer_name", "opt"), _word),
    _Key("dataset", ("dataset", "data", "dataset_name", "data_name"), _dataset),
    _Key("network", ("network", "arch", "model", "architecture", "backbone", "net"), _network),
)
_NAMED = ("optimizer", "dataset", "network")


def compared(
    said: dict[str, Said], run: RunFiles, result: Result, stage: Stage | None
) -> Iterator[Compared]:
    """Yield what a file states of well-known things that the claim states too."""
    for key in _KEYS:
        claimed = _claimed(key.name, run, result, stage)
        if claimed is None or claimed.value is None:
            continue
        found = list(_found(said, key))
        answers = [key.same(claimed.value, one.text) for one in found]
        if found:  # several spellings may stand for several stages: one that agrees is enough
            best = True if True in answers else None if None in answers else False
            yield Compared(key.name, claimed, found[answers.index(best)], best)


def _claimed(name: str, run: RunFiles, result: Result, stage: Stage | None) -> Entry[Any] | None:
    if name == "seed":
        return run.seed
    if name in ("dataset", "network"):
        held: Entry[Any] = getattr(result, name)
        return held
    entry: Entry[Any] | None = getattr(stage, name) if stage else None
    return entry


def _found(said: dict[str, Said], key: _Key) -> Iterator[Said]:
    resumed = any(name.rpartition(".")[2] == "start_epoch" for name in said)
    for name, value in said.items():
        *homes, last = name.lower().replace("-", "_").split(".")
        if any(home not in _HOMES for home in homes) or (key.name == "epochs" and resumed):
            continue
        named = key.name in _NAMED and last == "name" and homes[-1:] and homes[-1] in key.spellings
        if last in key.spellings or named:
            yield value
