"""Makes the submissions and the references of the example benchmark from runs.

    prune-audit rerun tests/example_benchmark/baselines.yaml --keep-weights --store STORE
    python tests/example_benchmark/build.py STORE

The good submissions hold what the runs gave. Each bad one has one thing changed, which its first
line says.
"""

import csv
import hashlib
import io
import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import torch
from safetensors.torch import save_file

from prune_audit.reruns.run import Run
from prune_audit.reruns.store import Store

HERE = Path(__file__).parent
SPEEDUPS = {0.7: "3.35x", 0.8: "4.64x", 0.9: "8.86x"}
METHODS = {"random": "random filters", "l1": "L1-norm"}
SCHEDULE = "0:1e-1,5:1e-2,8:1e-3,9:1e-4"
LONGER = "0:1e-1,10:1e-2,15:1e-3,18:1e-4"
COLUMNS = (
    "{epoch: epoch, lr: lr, accuracy: test_top1, correct: test_correct, total: test_images, "
    "train_accuracy: train_top1}"
)
WEAK = f"""\
  l1:
    method: L1-norm
    base: resnet8
    pruning: {{granularity: filter, schedule: one-shot, epochs: 0, criterion: l1, ratio: 0.9}}
    retraining:
      {{epochs: 10, lr: "{SCHEDULE}", optimizer: sgd, momentum: 0.9, weight_decay: 5e-4,
       batch_size: 64, augmentation: standard, source: runs}}
    top1: 82.02+-4.43
    speedup: 8.86x
    runs: 5
    spread_is: sample-std
    selection: last-epoch
    evaluated_on: test
    origin: reproduced
    source: runs

comparisons:
  - {{ours: ours, against: [l1], statement: significantly better, source: runs}}
"""
"""What L1-norm gives with an initial LR of 1e-3, said to be what it gives with 1e-1."""
Rows = list[dict[str, Any]]


class Material:
    """The runs of a store, by method and ratio, in the order of their seeds."""

    def __init__(self, folder: Path) -> None:
        """Read every run of pruned networks."""
        self.store = Store(folder)
        names = [path.stem for path in sorted((folder / "runs").glob("*.json"))]
        self.runs = [run for run in self.store.runs(names).values() if run.experiment.pruning]

    def of(self, method: str, ratio: float) -> list[Run]:
        """Return the runs of one row."""
        found = [
            run
            for run in self.runs
            if (pruning := run.experiment.pruning)
            and (pruning.method, pruning.ratios) == (method, (ratio,))
        ]
        return sorted(found, key=lambda run: run.experiment.seed)

    def weights(self, run: Run) -> dict[str, torch.Tensor]:
        """Return the final weights of a run."""
        data = self.store.weights(run.experiment.id)
        assert data is not None
        content: dict[str, torch.Tensor] = torch.load(io.BytesIO(data), weights_only=True)
        return content


def log_rows(run: Run) -> list[dict[str, Any]]:
    """Return the curves of a run as a training script would log them."""
    return [
        {
            "epoch": index,
            "lr": f"{epoch.lr:g}",
            "train_loss": f"{epoch.train_loss:.4f}",
            "train_top1": f"{epoch.train.percent:.2f}",
            "test_correct": epoch.test.k,
            "test_images": epoch.test.n,
            "test_top1": f"{epoch.test.percent:.2f}",
        }
        for index, epoch in enumerate(run.history)
    ]


def as_csv(rows: Iterable[dict[str, Any]]) -> str:
    """Return rows as CSV."""
    stream = io.StringIO()
    every = list(rows)
    writer = csv.DictWriter(stream, every[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(every)
    return stream.getvalue()


def as_jsonl(rows: Iterable[dict[str, Any]]) -> str:
    """Return rows as JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def config(run: Run) -> str:
    """Return the configuration of a run."""
    training = run.experiment.training
    return (
        f"dataset: digits\nnetwork: resnet8\nseed: {run.experiment.seed}\n"
        f"epochs: {training.epochs}\nlr: 0.1\nbatch_size: {training.batch_size}\n"
        f"momentum: {training.momentum}\nweight_decay: {training.weight_decay}\n"
    )


def printed(values: list[float]) -> str:
    """Return mean and sample standard deviation as a table prints them."""
    return f"{fmean(values):.2f}+-{stdev(values):.2f}"


@dataclass(frozen=True)
class Entry:
    """One submission: its runs, and what is said of them that they do not say themselves."""

    name: str
    about: str
    track: str
    runs: list[Run]
    logs: list[Rows] = field(default_factory=list)
    checkpoint: dict[str, torch.Tensor] | None = None
    evidence: bool = True
    suffix: str = "csv"
    top1: str = ""
    base: str = "own:baselines"
    epochs: int = 10
    lr: str = f'"{SCHEDULE}"'
    more: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """Return what the template leaves open, but for the evidence."""
        pruning = self.runs[0].experiment.pruning
        assert pruning is not None
        finals = [run.final.percent for run in self.runs]
        return {
            "about": self.about, "title": f"Example submission {self.name}", "name": self.name,
            "track": self.track, "method": METHODS[pruning.method], "criterion": pruning.method,
            "ratio": pruning.ratios[0], "speedup": SPEEDUPS[pruning.ratios[0]],
            "n": len(self.runs), "top1": self.top1 or printed(finals), "base": self.base,
            "epochs": self.epochs, "lr": self.lr, "more": self.more,
        }  # fmt: skip


def submit(folder: Path, entry: Entry) -> None:
    """Write a submission."""
    home = folder / entry.name
    home.mkdir(parents=True)
    lines = [f"  logs: {COLUMNS}", "  runs:"] if entry.evidence else ["  runs: none"]
    logs = entry.logs or [log_rows(run) for run in entry.runs]
    for run, rows in zip(entry.runs, logs, strict=True) if entry.evidence else ():
        lines += run_files(home, run, rows, entry.suffix)
    if entry.checkpoint is not None:
        lines += checkpoint_file(home, entry.checkpoint)
    template = (HERE / "template.txt").read_text(encoding="utf-8")
    write(home / "submission.yaml", template.format(evidence="\n".join(lines), **entry.values))


def run_files(home: Path, run: Run, rows: Rows, suffix: str) -> Iterator[str]:
    """Write log and configuration of a run, and yield the lines that name them."""
    seed = run.experiment.seed
    text = as_csv(rows) if suffix == "csv" else as_jsonl(rows)
    log, settings = f"logs/seed{seed}.{suffix}", f"configs/seed{seed}.yaml"
    write(home / log, text)
    write(home / settings, config(run))
    yield f"    - {{seed: {seed}, top1: {rows[-1]['test_top1']}, log: {log}, config: {settings},"
    yield f"       sha256: {hashlib.sha256(text.encode()).hexdigest()}}}"


def checkpoint_file(home: Path, weights: dict[str, torch.Tensor]) -> Iterator[str]:
    """Write a checkpoint, and yield the lines that name it."""
    path = home / "seed0.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in weights.items()}, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    yield "  checkpoint:"
    yield f"    {{file: {path.name}, seed: 0, sha256: {digest}}}"


def write(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def as_they_are(material: Material, method: str, ratio: float, name: str, track: str) -> Entry:
    """Return a submission that says what the runs gave."""
    runs = material.of(method, ratio)
    about = "Made from runs; nothing is changed."
    return Entry(name, about, track, runs, checkpoint=material.weights(runs[0]))


def good(material: Material) -> Iterator[Entry]:
    """Yield submissions that pass."""
    yield as_they_are(material, "random", 0.9, "random-9x", "resnet8-9x")
    five = as_they_are(material, "random", 0.8, "random-5x", "resnet8-5x")
    yield replace(
        five, suffix="jsonl", checkpoint=None, about="Made from runs, JSON lines as logs."
    )
    other = as_they_are(material, "random", 0.7, "random-3x-open", "resnet8-open")
    about = "Made from runs. On the open track the base model may be another one."
    yield replace(other, checkpoint=None, base="own", about=about)


def bad(material: Material) -> Iterator[Entry]:
    """Yield submissions of which each has one thing wrong."""
    runs, faster = material.of("random", 0.9)[:3], material.of("random", 0.8)[:3]
    larger = material.weights(faster[0])
    sound = Entry("", "", "resnet8-9x", runs, checkpoint=material.weights(runs[0]))
    logs = [log_rows(run) for run in runs]
    early = [{**row, "lr": "0.01"} if row["epoch"] == 4 else row for row in logs[1]]
    best = printed([run.best.percent for run in runs])
    twice = [runs[0].final.percent, runs[1].final.percent, runs[1].final.percent]
    cases: dict[str, tuple[str, dict[str, Any]]] = {
        "best-epoch": ("the printed accuracy is that of each run's best epoch", {"top1": best}),
        "early-decay": (
            "the LR of seed 1 falls one epoch before the declared schedule",
            {"logs": [logs[0], early, logs[2]]},
        ),
        "longer-recipe": (
            "another retraining than the track requires is declared",
            {"epochs": 20, "lr": f'"{LONGER}"'},
        ),
        "other-base": ("the base model is not that of the track", {"base": "own"}),
        "off-band": (
            "the speedup is not that of the track", {"runs": faster, "checkpoint": larger},
        ),
        "two-runs": ("two runs, three are required", {"runs": runs[:2]}),
        "seed-reuse": (
            "the logs of seeds 1 and 2 are one log",
            {"logs": [logs[0], logs[1], logs[1]], "top1": printed(twice)},
        ),
        "weak-baseline": (
            "it is compared with a baseline that its own recipe trains far better",
            {"more": WEAK},
        ),
        "no-evidence": ("no evidence at all", {"evidence": False, "checkpoint": None}),
        "other-network": ("the checkpoint is that of a larger network", {"checkpoint": larger}),
        "silent": ("the LR schedule is not stated", {"lr": "unreported"}),
        "irreproducible": (
            "no evidence, and far above what the benchmark's own runs give",
            {"runs": material.of("l1", 0.9), "evidence": False, "checkpoint": None,
             "top1": "98.90+-0.21"},
        ),
    }  # fmt: skip
    for name, (about, changes) in cases.items():
        yield replace(sound, name=name, about=f"Bad: {about}.", **changes)


def references(material: Material) -> None:
    """Copy the runs: the store of reference retraining points."""
    (HERE / "references" / "runs").mkdir(parents=True)
    for run in material.runs:
        name = Path("runs") / f"{run.experiment.id}.json"
        shutil.copy(material.store.folder / name, HERE / "references" / name)


def main(folder: Path) -> None:
    """Write everything anew."""
    for name in ("submissions", "accepted", "references"):
        shutil.rmtree(HERE / name, ignore_errors=True)
    material = Material(folder)
    submit(HERE / "accepted", as_they_are(material, "l1", 0.9, "l1-9x", "resnet8-9x"))
    for entry in good(material):
        submit(HERE / "submissions" / "good", entry)
    for entry in bad(material):
        submit(HERE / "submissions" / "bad", entry)
    references(material)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
