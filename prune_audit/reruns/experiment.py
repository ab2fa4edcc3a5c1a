"""An experiment: the frozen description of one training run, and its id.

The id is a digest of everything that decides the outcome, so a finished run is found again by what
it is, on any machine. Fields that still have their default are left out of the digest: a field
added later with a default does not change the ids of older runs.
"""

import json
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from hashlib import sha256
from typing import Any

from prune_audit.schedules.notation import parse_lr
from prune_audit.schedules.schedule import Schedule, equal

ENGINE = 1
"""Goes up when the training code changes so that the same experiment comes out differently."""


@dataclass(frozen=True, slots=True)
class Data:
    """What is trained and tested on.

    ``name`` is the registry's id (``digits``, ``cifar10``, ``imagenet`` ...) or ``folder``.
    ``content`` is a digest of what the name leaves open: the class list of ImageNet100, the
    files of an image folder. ``held_out`` is the fraction of the training set (0 to 1) that is
    taken away and tested on in place of the test set: the validation split of ``--tune-lr``.
    ``few`` trains on that many images only, drawn class by class. ``noise`` is the fraction
    (0 to 1) of the training labels that are drawn anew, ``noise_kind`` from what: ``symmetric``
    from the other K - 1 classes, ``uniform`` from all K, so that 1/K of them stay right.
    ``draw`` is the seed of both draws. The test set stays as it is.
    """

    name: str
    content: str = ""
    held_out: float = 0.0
    few: int = 0
    noise: float = 0.0
    noise_kind: str = ""
    draw: int = 0


@dataclass(frozen=True, slots=True)
class Training:
    """How one stage trains: ``lr`` is a schedule in the notation of claim files, over ``epochs``.

    ``batch_size`` is in images; ``augmentation`` is ``standard`` (random shift, and flip where the
    data set is usually flipped) or ``none``. ``lr_each`` is how often the LR follows its schedule:
    at the beginning of each ``epoch``, or of each ``step``. ``l1`` times the sum of the
    absolute weights of all convolution and linear layers is added to the loss. ``allr`` above 0
    caps the LR at a share of the largest one of the schedule, which pruning decides when it is
    done: ``schedules.allr.allr_share``, of which this is the least. A training of 0 epochs trains
    nothing: the run holds what the network is right after pruning.
    """

    epochs: int
    lr: str
    batch_size: int
    weight_decay: float
    momentum: float = 0.9
    nesterov: bool = False
    augmentation: str = "standard"
    label_smoothing: float = 0.0
    lr_each: str = "epoch"
    l1: float = 0.0
    allr: float = 0.0

    @property
    def schedule(self) -> Schedule:
        """The LR as a function of the epoch; without any piece where nothing is trained."""
        if self.epochs == 0:
            return Schedule(0, ())
        return parse_lr(self.lr).over(self.epochs)

    def first(self, epochs: int) -> "Training":
        """Return the first epochs of this training as a training of its own."""
        return replace(self, epochs=epochs, lr=str(self.schedule.head(epochs)))

    def begins(self, longer: "Training") -> bool:
        """Whether this training is the beginning of a longer one (or the same)."""
        if self.epochs > longer.epochs:
            return False
        if self.epochs == 0:  # it goes through no epoch of another one
            return self == longer
        alike = replace(self, epochs=longer.epochs, lr=longer.lr) == longer
        return alike and equal(self.schedule, longer.schedule.head(self.epochs))


@dataclass(frozen=True, slots=True)
class Weights:
    """A base model that is loaded, not trained: its SHA-256 and, where known, its registry tag."""

    sha256: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Pruning:
    """What is removed from the network that a run starts from, in one shot.

    ``method`` is a key of ``reruns.methods.METHODS``. ``ratios`` are removed fractions of what is
    there: one number for all prunable layers, or the list of a claim file (``registry.cost``).
    ``fresh`` throws the remaining weights away and initialises the small network anew: training
    from scratch. ``spared`` names what stays whole, as in ``registry.cost``. ``scope`` matters for
    single weights only: ``layerwise`` or ``global``. ``control`` replaces the method's choice by
    one that shares its counts only: ``shuffled`` moves the kept weights of each layer to places
    drawn at random.
    ``settings`` are numbers that a method takes beside its ratio, by name, sorted. The number
    ``draw`` says which of several random choices of one base and seed this is, for any method.
    """

    method: str
    ratios: tuple[float, ...]
    spared: tuple[str, ...] = ()
    scope: str = "layerwise"
    fresh: bool = False
    control: str = ""
    settings: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Experiment:
    """One run: base model -> pruning -> training.

    ``base`` is the training of the dense network before the pruning, weights to load, another
    experiment whose final network this one starts from, or None (fresh weights). Experiments that
    start from each other are a chain: what is pruned in one stays pruned in the next. Without
    ``pruning`` the network of the base is trained on; without base too, ``training`` is the
    pretraining itself. ``during`` says that the method acts while the network trains: ``training``
    is its pruning stage, at the end of which what it chose is zero and still there; the next
    experiment, with the same ``pruning``, takes it away. ``rewind`` gives the remaining weights,
    after pruning, the values that they had after so many epochs of the first training of the
    chain; 0 stands for its initial weights. With ``pruning.fresh`` all weights are drawn anew: the
    pruned structure is trained from scratch, without any base unless the chain gives the
    structure. The same seed gives the same initial weights and the same order of images to every
    row, so that rows can be compared seed by seed.
    """

    data: Data
    network: str
    seed: int
    training: Training
    pruning: Pruning | None = None
    base: "Training | Weights | Experiment | None" = None
    during: bool = False
    rewind: int | None = None

    @property
    def id(self) -> str:
        """Twenty hex digits that stand for everything above and for the engine's version."""
        text = json.dumps([ENGINE, plain(self)], sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()[:20]

    @property
    def base_experiment(self) -> "Experiment | None":
        """The run whose final weights this one starts from; None where nothing is trained first."""
        if isinstance(self.base, Experiment):
            return self.base
        if not isinstance(self.base, Training):
            return None
        return Experiment(self.data, self.network, self.seed, self.base)

    @property
    def chain(self) -> "tuple[Experiment, ...]":
        """The runs that this one starts from, the first training first, and itself."""
        base = self.base_experiment
        return (*(base.chain if base else ()), self)

    @property
    def rewound(self) -> "Experiment | None":
        """The run whose weights the remaining ones take over; None without one.

        Raises:
            ValueError: the chain does not begin with a training that goes on for so long.
        """
        first = self.chain[0]
        if not self.rewind:
            return None
        if first.base is not None or first is self or first.training.epochs < self.rewind:
            raise ValueError(
                f"cannot rewind to epoch {self.rewind}: no training of so many epochs came first"
            )
        return replace(first, training=first.training.first(self.rewind))

    @property
    def sources(self) -> "tuple[Experiment, ...]":
        """The runs whose final weights this one needs: its base, what it is rewound to."""
        return tuple(one for one in (self.base_experiment, self.rewound) if one is not None)

    @property
    def unpruned(self) -> "Experiment":
        """The same trainings without any pruning or rewinding: the control trained as long."""
        base = self.base.unpruned if isinstance(self.base, Experiment) else self.base
        return replace(self, pruning=None, base=base, during=False, rewind=None)

    def seeded(self, seed: int) -> "Experiment":
        """Return the same chain with another seed."""
        base = self.base.seeded(seed) if isinstance(self.base, Experiment) else self.base
        return replace(self, seed=seed, base=base)

    @property
    def cuts(self) -> tuple[Pruning, ...]:
        """What is gone from the network, in the order in which it went; the own pruning last."""
        return tuple(
            one.pruning for one in self.chain if one.pruning is not None and not one.during
        )


def plain(value: Any) -> Any:
    """Return dataclasses as dictionaries without the fields that have their default.

    Whole numbers become integers: 0 and 0.0 are equal and must not make two ids.
    """
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if not is_dataclass(value):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    entries = {
        field.name: plain(getattr(value, field.name))
        for field in fields(value)
        if field.default is MISSING or getattr(value, field.name) != field.default
    }
    return {"kind": type(value).__name__, **entries}


KINDS = {kind.__name__: kind for kind in (Data, Training, Weights, Pruning, Experiment)}


def from_plain(value: Any) -> Any:
    """Return what ``plain`` was made from.

    Raises:
        ValueError: an unknown kind; TypeError: a field is missing or unknown.
    """
    if isinstance(value, list):
        return tuple(map(from_plain, value))
    if not isinstance(value, dict):
        return value
    entries = {name: from_plain(entry) for name, entry in value.items() if name != "kind"}
    kind = value.get("kind")
    if kind not in KINDS:
        raise ValueError(f"expected one of {', '.join(KINDS)}, got {kind!r}")
    return KINDS[kind](**entries)
