"""The command line of reruns: its options, read into a request."""

import math
from pathlib import Path
from typing import Annotated

import typer

from prune_audit.console import INTERRUPTED, USAGE, stop
from prune_audit.opened_cli import device_named
from prune_audit.options import (
    STORE,
    Device,
    Output,
    RerunFormat,
    StandInName,
    StoreFolder,
    Workers,
)
from prune_audit.reruns.interrupts import sigterm_as_ctrl_c
from prune_audit.reruns.planned import RETRAINED, Arm
from prune_audit.reruns.planning.request import (
    FEWEST_SEEDS,
    SEEDS,
    Budget,
    Compensate,
    Request,
    ScratchArm,
)
from prune_audit.schedules.kinds import Kind

CLAIMS = "claims"


def rerun(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            help="Claim files, folders, or rows as claims/foo.yaml#pattern; "
            "the folder claims if none is named.",
            show_default=False,
        ),
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Show what would be run and what it costs; run nothing.")
    ] = False,
    as_reported: Annotated[
        bool, typer.Option("--as-reported", help="Each row with its own recipe (the default).")
    ] = False,
    calibrated: Annotated[
        bool, typer.Option("--calibrated", help="All rows under one calibrated recipe (S3.2).")
    ] = False,
    crossed: Annotated[
        bool, typer.Option("--crossed", help="Both rows of each pair under both recipes.")
    ] = False,
    convergence: Annotated[
        bool, typer.Option("--convergence", help="Longer first LR stages until nothing is gained.")
    ] = False,
    tune_lr: Annotated[
        bool,
        typer.Option("--tune-lr", help="The best of the same initial LRs, on held-out images."),
    ] = False,
    retraining: Annotated[
        list[Kind] | None,
        typer.Option(
            help="Every row under this kind of LR schedule, made from its base model's; repeatable."
        ),
    ] = None,
    scratch_arm: Annotated[
        list[str] | None,
        typer.Option(
            help="Also train the pruned structure from scratch: E, B-wang2023 or B-liu2019, "
            "of one row as B-wang2023:row."
        ),
    ] = None,
    dense_control: Annotated[
        bool,
        typer.Option(
            "--dense-control",
            help="Also train every pruned row's dense network on, unpruned, as long and alike.",
        ),
    ] = False,
    compensate: Annotated[
        Compensate,
        typer.Option(help="Make up for other rows' pruning stages before or after pruning (S4.1)."),
    ] = Compensate.NONE,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Epochs of the calibrated recipe.")
    ] = None,
    lr: Annotated[float | None, typer.Option(help="Initial LR of the calibrated recipe.")] = None,
    seeds: Annotated[
        int | None,
        typer.Option(min=1, help=f"Runs per row; {FEWEST_SEEDS}, on digits {SEEDS['digits']}."),
    ] = None,
    stand_in: Annotated[
        StandInName | None,
        typer.Option(
            help="Run on this in place of the claim's data: digits, or a class list of your own."
        ),
    ] = None,
    scale: Annotated[
        str, typer.Option(help="What epochs are multiplied by on a stand-in: 1/3 or 0.33.")
    ] = "1/3",
    data: Annotated[Path | None, typer.Option(help="Folder that holds the data sets.")] = None,
    weights: Annotated[
        list[str] | None, typer.Option(help="File of a base model's weights: name=file.pth.")
    ] = None,
    accept_base: Annotated[
        bool,
        typer.Option(
            "--accept-base", help="Go on where a base model is not as accurate as claimed."
        ),
    ] = False,
    store: StoreFolder = STORE,
    workers: Workers = None,
    device: Device = "cpu",
    checkpoint_every: Annotated[
        float,
        typer.Option(
            min=0, metavar="SECONDS", help="What a killed run loses at most; 0: every epoch."
        ),
    ] = 10.0,
    keep_weights: Annotated[
        bool,
        typer.Option(
            "--keep-weights", help="Keep the final weights of every run, in weights/ of the store."
        ),
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Start also what is estimated to take over an hour.")
    ] = False,
    form: Annotated[RerunFormat, typer.Option("--format", help="How to print it.")] = (
        RerunFormat.TEXT
    ),
    output: Output = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every row of every table in text.")
    ] = False,
) -> None:
    """Retrain what claims compare, and print the corrected numbers with their spread.

    Every run is kept and never repeated; the same command goes on where it was interrupted.
    """
    named = targets or [CLAIMS]
    flags = {
        Arm.REPORTED: as_reported, Arm.CALIBRATED: calibrated, Arm.CROSSED: crossed,
        Arm.CONVERGENCE: convergence, Arm.TUNED: tune_lr,
    }  # fmt: skip
    kinds = (RETRAINED[kind] for kind in dict.fromkeys(retraining or ()))
    arms = (*(arm for arm, asked in flags.items() if asked), *kinds) or (Arm.REPORTED,)
    request = Request(
        arms=arms,
        seeds=tuple(range(seeds)) if seeds else (),
        stand_in=stand_in or "",
        scale=_scale(scale),
        epochs=epochs,
        lr=lr,
        compensate=compensate,
        scratch_arms=tuple(map(_scratch_arm, scratch_arm or ())),
        dense_control=dense_control,
        folder=data,
        weights=dict(map(_named_file, weights or ())),
    )
    _check_lr(lr)
    if plan and form is not RerunFormat.TEXT:
        stop("--plan is printed as text only; leave --format out", USAGE)
    if (epochs or lr) and not {Arm.CALIBRATED, Arm.TUNED}.intersection(arms):
        stop("--epochs and --lr set the recipe of --calibrated and of --tune-lr: add one", USAGE)
    if compensate is not Compensate.NONE and Arm.CALIBRATED not in arms:
        stop("--compensate changes the recipe of --calibrated: add it", USAGE)
    how = (
        store, plan, workers, device_named(device), yes, accept_base, form, output, verbose,
        checkpoint_every, keep_weights,
    )  # fmt: skip
    try:
        with sigterm_as_ctrl_c():
            # planning takes a while to import, which the other commands need not pay
            from prune_audit.rerunning import How, run_request

            run_request(named, request, How(*how))
    except (KeyboardInterrupt, typer.Abort):
        stop(
            f"interrupted; what is done is kept in {store}: the same command goes on from there",
            INTERRUPTED,
        )


def _check_lr(lr: float | None) -> None:
    if lr is not None and not 0 < lr < math.inf:
        stop(f"--lr expects a number above 0 such as 1e-2, got {lr:g}", USAGE)


def _scale(text: str) -> float:
    top, _, bottom = text.partition("/")
    try:
        scale = float(top) / float(bottom or 1)
    except (ValueError, ZeroDivisionError):
        scale = 0.0
    if not 0 < scale <= 100:
        stop(f"--scale expects a number above 0 such as 1/3 or 0.5, got {text!r}", USAGE)
    return scale


def _scratch_arm(text: str) -> ScratchArm:
    budget, _, row = text.partition(":")
    if budget not in tuple(Budget):
        known = ", ".join(Budget)
        stop(f"--scratch-arm expects one of {known}, or BUDGET:row, got {text!r}", USAGE)
    return ScratchArm(Budget(budget), row)


def _named_file(text: str) -> tuple[str, Path]:
    name, mark, file = text.partition("=")
    if not (name and mark and file):
        stop(
            f"--weights expects the name of a base model and a file: r50=r50.pth, got {text!r}",
            USAGE,
        )
    return name, Path(file)
