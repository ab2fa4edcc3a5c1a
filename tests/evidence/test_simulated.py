"""Simulated runs: honest submissions are never contradicted, tampered ones always are."""

import json
import random
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.evidence import Evidence
from prune_audit.schedules import parse_lr

IMAGES = 10_000
Write = Callable[..., Path]
Read = Callable[..., tuple[Evidence, ...]]


@dataclass(frozen=True)
class Simulated:
    """Runs of one recipe: right answers and LRs by epoch, and how they are printed."""

    right: tuple[tuple[int, ...], ...]
    lr: str
    kind: str
    first: int
    rounding: str
    decimals: int

    @property
    def epochs(self) -> int:
        return len(self.right[0])

    @property
    def lrs(self) -> list[float]:
        schedule = parse_lr(self.lr).over(self.epochs)
        return [schedule.at(epoch) for epoch in range(self.epochs)]

    def printed(self, value: Decimal) -> str:
        return str(value.quantize(Decimal(1).scaleb(-self.decimals), self.rounding))

    def ends(self) -> list[Decimal]:
        return [Decimal(100 * run[-1]) / IMAGES for run in self.right]

    def row(self) -> dict[str, object]:
        ends = self.ends()
        top1 = self.printed(sum(ends, Decimal(0)) / len(ends))
        row: dict[str, object] = {"retraining": {"epochs": str(self.epochs), "lr": self.lr}}
        if len(ends) > 1:
            spread = Decimal(repr(statistics.stdev(map(float, ends))))
            top1, row["spread_is"] = f"{top1}+-{self.printed(spread)}", "sample-std"
        return {**row, "top1": top1, "runs": str(len(ends))}

    def logs(self) -> dict[str, str]:
        return {f"seed{n}.{self.kind}": self.log(n, self.lrs) for n in range(len(self.right))}

    def log(self, run: int, lrs: Sequence[float]) -> str:
        rows = [
            {"epoch": n + self.first, "lr": lr, "acc": 100 * right / IMAGES}
            for n, (lr, right) in enumerate(zip(lrs, self.right[run], strict=True))
        ]
        if self.kind == "jsonl":
            return "\n".join(map(json.dumps, rows))
        lines = [",".join(map(str, row.values())) for row in rows]
        return "\n".join(["epoch,lr,acc", *lines, ""])


@st.composite
def simulations(draw: st.DrawFn) -> Simulated:
    epochs = draw(st.integers(6, 24), label="epochs")
    runs = draw(st.integers(1, 4), label="runs")
    source = random.Random(draw(st.integers(0, 10**6), label="seed"))
    level = [9000 if epoch < epochs // 2 else 9300 for epoch in range(epochs)]
    right = tuple(
        tuple(min(IMAGES, round(source.gauss(one, 15))) for one in level) for _ in range(runs)
    )
    lr = draw(st.sampled_from([f"0:1e-1,{epochs // 2}:1e-2", "cosine 1e-1 to 0", "constant 3e-3"]))
    return Simulated(
        right,
        lr,
        draw(st.sampled_from(["csv", "jsonl"])),
        draw(st.integers(0, 1)),
        draw(st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN])),
        draw(st.integers(1, 2)),
    )


def evidence_of(
    simulated: Simulated,
    write: Write,
    read: Read,
    logs: dict[str, str] | None = None,
) -> Evidence:
    """Write the submission, with these logs instead of its own if given, and read it."""
    columns = {"epoch": "epoch", "lr": "lr", "accuracy": "acc"}
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), logs or simulated.logs(), row=simulated.row(), columns=columns)
        return read(path)[0]


def contradicted(evidence: Evidence) -> list[Check]:
    """Return what is contradicted; premature decay is a hint that noise may give."""
    checks = [check for check in evidence.checks if check.what is not What.DECAY]
    return [check for check in checks if check.status is Status.CONTRADICTED]


@settings(max_examples=60)
@given(simulations())
def test_an_honest_submission_is_never_contradicted(
    write_submission: Write, read_evidence: Read, simulated: Simulated
) -> None:
    evidence = evidence_of(simulated, write_submission, read_evidence)
    assert evidence.problems == ()
    assert contradicted(evidence) == []
    verified = {check.what for check in evidence.checks if check.status is Status.VERIFIED}
    assert {What.ACCURACY, What.SCHEDULE, What.EPOCHS, What.RUNS} <= verified


@settings(max_examples=30)
@given(simulations(), st.data())
def test_an_epoch_of_another_lr_is_found(
    write_submission: Write, read_evidence: Read, simulated: Simulated, data: st.DataObject
) -> None:
    epoch = data.draw(st.integers(0, simulated.epochs - 1), label="epoch")
    lrs = [0.7 if n == epoch else lr for n, lr in enumerate(simulated.lrs)]
    logs = {**simulated.logs(), f"seed0.{simulated.kind}": simulated.log(0, lrs)}
    found = contradicted(evidence_of(simulated, write_submission, read_evidence, logs))
    [check] = [check for check in found if check.what is What.SCHEDULE]
    assert f"first differing epoch {epoch + simulated.first} " in check.message


@settings(max_examples=30)
@given(simulations(), st.integers(1, 3))
def test_a_log_without_its_last_epochs_is_found(
    write_submission: Write, read_evidence: Read, simulated: Simulated, fewer: int
) -> None:
    logs = simulated.logs()
    name = next(iter(logs))
    logs[name] = "\n".join(logs[name].rstrip("\n").split("\n")[:-fewer]) + "\n"
    found = contradicted(evidence_of(simulated, write_submission, read_evidence, logs))
    assert What.EPOCHS in {check.what for check in found}


@settings(max_examples=30)
@given(simulations())
def test_a_row_that_is_a_point_too_high_is_found(
    write_submission: Write, read_evidence: Read, simulated: Simulated
) -> None:
    better = replace(simulated, right=tuple((*run[:-1], run[-1] + 250) for run in simulated.right))
    evidence = evidence_of(better, write_submission, read_evidence, simulated.logs())
    assert What.ACCURACY in {check.what for check in contradicted(evidence)}


@pytest.mark.parametrize("runs", [2, 3])
def test_a_run_that_was_copied_is_found(
    write_submission: Write, read_evidence: Read, runs: int
) -> None:
    run = tuple([9000] * 4 + [9300] * 4)
    copied = Simulated((run,) * runs, "0:1e-1,4:1e-2", "csv", 0, ROUND_HALF_UP, 2)
    evidence = evidence_of(copied, write_submission, read_evidence)
    assert What.SEEDS in {check.what for check in contradicted(evidence)}
