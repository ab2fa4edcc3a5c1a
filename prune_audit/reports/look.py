"""How a report looks: width, colours, and how much of it is shown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """``width`` in columns; ``colour`` for terminals only; ``verbose`` shows repeated notes too."""

    width: int = 100
    colour: bool = False
    verbose: bool = False
