"""What the command line takes: the words of its options, and how they are called."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class FailOn(StrEnum):
    """The gravest findings that still let a check pass lie below this."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


class Format(StrEnum):
    """The formats of reports.FORMATS; ``auto`` is the one that fits where the check runs."""

    AUTO = "auto"
    TEXT = "text"
    CONCISE = "concise"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"
    REVIEW = "review"
    COMMENT = "comment"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"


class SchemaKind(StrEnum):
    """The files that have a JSON Schema."""

    CLAIM = "claim"
    BENCHMARK = "benchmark"


class RerunFormat(StrEnum):
    """The formats of reruns.reports.FORMATS."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class StandInName(StrEnum):
    """The data sets that can stand in for a claim's own."""

    DIGITS = "digits"
    IMAGENET100 = "imagenet100"


class Require(StrEnum):
    """The rungs of the ladder that a comparison can be asked to reach."""

    S1 = "S1"
    S2 = "S2"
    S31 = "S3.1"
    S32 = "S3.2"
    S41 = "S4.1"
    S42 = "S4.2"


class Profile(StrEnum):
    """The data sets of calibrate.PROFILES."""

    IMAGENET = "imagenet"
    IMAGENET100 = "imagenet100"
    CIFAR = "cifar"
    CIFAR10 = "cifar10"
    CIFAR100 = "cifar100"
    DIGITS = "digits"


Select = Annotated[
    list[str] | None, typer.Option(help="Only rules with these codes, prefixes or names.")
]
Ignore = Annotated[
    list[str] | None, typer.Option(help="No rules with these codes, prefixes or names.")
]
Ruleset = Annotated[
    int | None,
    typer.Option(help="No rules newer than this set of rules.", show_default="the newest"),
]
Required = Annotated[
    Require | None, typer.Option(help="Weakest setup that counts as fair.", show_default="S3.2")
]
Tolerance = Annotated[
    str | None,
    typer.Option(
        help="Largest gap of two rates that count as the same: 5% or 0.05.", show_default="5%"
    ),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write to this file instead of the terminal.")
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="Configuration to use instead of the one found from the checked files upwards.",
    ),
]
Isolated = Annotated[bool, typer.Option("--isolated", help="Use no configuration.")]
StoreFolder = Annotated[Path, typer.Option(help="Folder in which every run is kept.")]
STORE = Path(".prune-audit")
Workers = Annotated[
    int | None, typer.Option(min=1, help="Processes of one thread each; one per core by default.")
]
Device = Annotated[str, typer.Option(help="cpu, cuda, cuda:1 ...")]
Checkpoint = Annotated[Path, typer.Argument(help="A state_dict that torch.save wrote.")]
NetworkName = Annotated[str, typer.Option(help="The network whose weights they are: resnet56.")]
DataName = Annotated[str, typer.Option(help="The data set that it was trained on: digits.")]
DataFolder = Annotated[
    Path | None, typer.Option(help="Folder that holds the data set; the digits need none.")
]
Seed = Annotated[int, typer.Option(min=0, help="Of everything random.")]
