"""What a submission to a benchmark adds to a claim file: its track, its row, its evidence.

A submission is a folder with a claim file called ``submission.yaml``, which has the key
``submission``, and with the files that it names. Every path is relative to the folder and stays
inside it.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from prune_audit.forms import FormReader, key
from prune_audit.numbers import Printed
from prune_audit.places import Entry, Place
from prune_audit.problems import Collector, missing_key, shown, wrong_value
from prune_audit.readers import (
    NAME,
    PERCENT,
    REFERENCE,
    TEXT,
    WHOLE,
    Reader,
    choice,
)
from prune_audit.yamltext import Mapping, Node, Sequence

FILE_NAME = "submission.yaml"
_LONGEST_PATH = 200


def _path(text: str) -> str:
    """Refuse what could lead out of the folder; links are looked at where a file is opened."""
    parts = PurePosixPath(text).parts
    odd = "\\" in text or ":" in text or not text.isprintable() or len(text) > _LONGEST_PATH
    if not parts or odd or parts[0] == "/" or ".." in parts:
        raise ValueError(f"expected {_PATH_EXPECTED}, got {shown(text)}")
    return str(PurePosixPath(text))


_PATH_EXPECTED = "a path inside the submission's folder, such as logs/seed0.csv"
PATH: Reader[str] = Reader(_PATH_EXPECTED, _path, {"type": "string"})


def _sha256(text: str) -> str:
    digest = text.lower().removeprefix("sha256:")
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError(f"expected a SHA-256 of 64 hex digits, got {shown(text)}")
    return digest


SHA256: Reader[str] = Reader("a SHA-256 of 64 hex digits", _sha256, {"type": "string"})


@dataclass(frozen=True, slots=True)
class LogColumns:
    """How the training logs are to be read: which column, key or tag holds what."""

    place: Place
    epoch: Entry[str] = key(TEXT, "column of the epoch; epoch where it is left out")
    lr: Entry[str] = key(TEXT, "column of the LR; lr where it is left out")
    accuracy: Entry[str] = key(
        TEXT, "column of the test accuracy of each epoch; inner keys of JSON as test.acc"
    )
    unit: Entry[str] = key(
        choice("percent", "fraction"), "unit of the accuracies in the logs; percent if left out"
    )
    correct: Entry[str] = key(TEXT, "column of right answers on the test set, with total")
    total: Entry[str] = key(TEXT, "column of tested images, with correct")
    train_accuracy: Entry[str] = key(TEXT, "column of the training accuracy of each epoch")
    note: Entry[str] = key(TEXT, "free text", silent=False)


@dataclass(frozen=True, slots=True)
class RunFiles:
    """One run behind the submitted row: its seed and what it left."""

    place: Place
    seed: Entry[Printed] = key(WHOLE, "seed of the run", required=True)
    top1: Entry[Printed] = key(PERCENT, "top-1 accuracy of this run, percent")
    log: Entry[str] = key(
        PATH, "training log: .csv, .jsonl or a TensorBoard event file (events.out.tfevents...)"
    )
    sha256: Entry[str] = key(SHA256, "SHA-256 of the log")
    config: Entry[str] = key(PATH, "configuration of the run: .yaml, .json or .toml")
    note: Entry[str] = key(TEXT, "free text", silent=False)


@dataclass(frozen=True, slots=True)
class CheckpointFile:
    """The final weights of one run."""

    place: Place
    file: Entry[str] = key(
        PATH, "state_dict (.pt, .pth), .safetensors, .onnx or torch.export (.pt2)", required=True
    )
    sha256: Entry[str] = key(SHA256, "SHA-256 of the file")
    seed: Entry[Printed] = key(WHOLE, "seed of the run that it is of")
    note: Entry[str] = key(TEXT, "free text", silent=False)


@dataclass(frozen=True, slots=True)
class Submission:
    """What is submitted: one row of the file to one track, with its evidence."""

    place: Place
    runs: tuple[RunFiles, ...]
    id: Entry[str] = key(NAME, "name of the submission, unique", required=True, silent=False)
    track: Entry[str] = key(NAME, "track of the benchmark", required=True, silent=False)
    result: Entry[str] = key(
        REFERENCE, "the submitted row, in this file", required=True, silent=False
    )
    logs: LogColumns | None = key(LogColumns, "how the logs of the runs are to be read")
    checkpoint: CheckpointFile | None = key(CheckpointFile, "final weights of one run")
    note: Entry[str] = key(TEXT, "free text", silent=False)


def read_submission(node: Node, place: Place, reader: FormReader, found: Collector) -> Submission:
    """Read the key ``submission``; what is wrong with it goes to ``found``."""
    items = dict(node.items) if isinstance(node, Mapping) else {}
    runs_at, runs = items.pop("runs", (place, None))
    if isinstance(node, Mapping) and runs is None:
        expected = "a list of {seed, log, ...}, or none"
        found.add(missing_key(place, "runs", "a submission", expected))
    return reader.read(
        Submission,
        Mapping(node.place, items) if isinstance(node, Mapping) else node,
        "a submission",
        place,
        place=place,
        runs=_runs(runs, runs_at, reader, found),
    )


def _runs(
    node: Node | None, place: Place, reader: FormReader, found: Collector
) -> tuple[RunFiles, ...]:
    if isinstance(node, Sequence):
        return tuple(
            reader.read(RunFiles, item, "a run", item.place, place=item.place)
            for item in node.items
        )
    if node is not None and getattr(node, "text", "") != "none":
        fix = "begin each of the runs with '- ', or write runs: none"
        found.add(wrong_value(place, "runs", "expected a list", fix))
    return ()
