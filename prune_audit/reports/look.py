"""How a report looks: width, colours, and how much of it is shown."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Look:
    """``width`` in columns; ``colour`` for terminals only; ``verbose`` shows repeated notes too.

    ``root`` is the folder that machines take paths to be relative to; the working folder if none.
    """

    width: int = 100
    colour: bool = False
    verbose: bool = False
    root: Path | None = None
