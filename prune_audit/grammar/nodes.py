"""The nodes of a pipeline, and how they are printed: a printed pipeline is read as the same one."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

Value = float | str | bool
"""Of an option: a number, a word or an LR schedule, or yes / no."""

_CLASH = re.compile(r"[,()\[\]'\">=]")


class Option(NamedTuple):
    """A named value of a node."""

    name: str
    value: Value

    def __str__(self) -> str:
        return f"{self.name}={printed(self.value)}"


@dataclass(frozen=True, slots=True)
class Train:
    """Train for some epochs; ``options`` are the parts of the recipe that are stated."""

    epochs: int
    options: tuple[Option, ...] = ()
    column: int = field(default=0, compare=False)

    @property
    def lr(self) -> str | None:
        """The LR schedule, in the notation of claim files; None where none is stated."""
        return next((str(one.value) for one in self.options if one.name == "lr"), None)

    def __str__(self) -> str:
        return f"train({', '.join(map(str, (self.epochs, *self.options)))})"


@dataclass(frozen=True, slots=True)
class Prune:
    """Take away a fraction of what is left; ``training`` is that of methods that train for it.

    ``scope`` and ``control`` are empty where none is stated.
    """

    method: str
    ratios: tuple[float, ...]
    scope: str = ""
    control: str = ""
    settings: tuple[tuple[str, float], ...] = ()
    training: Train | None = None
    column: int = field(default=0, compare=False)

    @property
    def ratio(self) -> str:
        """The ratio as it is printed: a number, or a list."""
        numbers = ", ".join(printed(ratio) for ratio in self.ratios)
        return numbers if len(self.ratios) == 1 else f"[{numbers}]"

    def __str__(self) -> str:
        stated = [("scope", self.scope), ("control", self.control)]
        parts = [f"{name}={value}" for name, value in stated if value]
        parts += [f"{name}={printed(value)}" for name, value in self.settings]
        if self.training is not None:
            parts += [f"epochs={self.training.epochs}", *map(str, self.training.options)]
        return f"prune({', '.join((self.method, self.ratio, *parts))})"


@dataclass(frozen=True, slots=True)
class Rewind:
    """Give what is left the weights of an epoch of the first training; 0: the initial weights."""

    epochs: int
    column: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"rewind({self.epochs})"


@dataclass(frozen=True, slots=True)
class Reinit:
    """Give what is left new initial weights."""

    column: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return "reinit"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part of a pipeline, several times over."""

    body: "tuple[Node, ...]"
    times: int
    column: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"({' > '.join(map(str, self.body))}) * {self.times}"


Step = Train | Prune | Rewind | Reinit
Node = Step | Repeat


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Nodes in the order in which they run, from a network with its initial weights on."""

    nodes: tuple[Node, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps one after the other, repetitions written out."""
        return unrolled(self.nodes)

    def __str__(self) -> str:
        return " > ".join(map(str, self.nodes))


def unrolled(nodes: tuple[Node, ...]) -> tuple[Step, ...]:
    """Return nodes with repetitions written out."""
    found: list[Step] = []
    for node in nodes:
        found += unrolled(node.body) * node.times if isinstance(node, Repeat) else (node,)
    return tuple(found)


def printed(value: Value) -> str:
    """Return a value as it is written; numbers keep every digit that tells them apart."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"'{value}'" if _CLASH.search(value) else value
    whole = float(value).is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else repr(float(value))
