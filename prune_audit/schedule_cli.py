"""The command line of LR schedules: the calibrated one, and those of the retraining kinds."""

from typing import Annotated

import typer

from prune_audit.console import USAGE, stop, write
from prune_audit.options import Profile
from prune_audit.schedules.calibrate import PROFILES, calibrate
from prune_audit.schedules.kinds import Kind, retraining
from prune_audit.schedules.notation import parse_lr
from prune_audit.schedules.schedule import ScheduleError


def schedule(
    epochs: Annotated[int, typer.Argument(help="Retraining epochs.")],
    initial_lr: Annotated[
        str | None,
        typer.Argument(help="Initial LR of the calibrated schedule, such as 1e-2."),
    ] = None,
    profile: Annotated[
        Profile | None,
        typer.Option(
            help="Data set of the calibrated recipe; imagenet if not given.", show_default=False
        ),
    ] = None,
    kind: Annotated[
        Kind | None,
        typer.Option(help="Print the schedule of this retraining kind; needs --of and --over."),
    ] = None,
    of: Annotated[
        str | None, typer.Option(help="LR schedule of the pretraining, such as 0:1e-1,30:1e-2.")
    ] = None,
    over: Annotated[int | None, typer.Option(min=1, help="Epochs of the pretraining.")] = None,
) -> None:
    """Print the calibrated retraining schedule (arXiv 2301.05219, Appendix A) and its rules.

    With --kind the schedule that such a retraining makes of the schedule of the pretraining.
    """
    if kind is not None:
        if initial_lr is not None or profile is not None:
            stop(f"--kind {kind} takes its LRs from --of: leave the initial LR and --profile out",
                 USAGE)  # fmt: skip
        if of is None or over is None:
            stop(f'--kind {kind} needs the pretraining, as in --of "0:1e-1,30:1e-2" --over 60',
                 USAGE)  # fmt: skip
        write(_of_kind(kind, epochs, of, over), None)
        return
    if of is not None or over is not None:
        stop("--of and --over describe the pretraining that --kind is made from: add --kind", USAGE)
    if initial_lr is None:
        stop("give the initial LR, as in: prune-audit schedule 90 1e-2; or --kind", USAGE)
    write(_calibrated(epochs, initial_lr, profile or Profile.IMAGENET), None)


def _calibrated(epochs: int, initial_lr: str, profile: Profile) -> str:
    from prune_audit.listings import calibration

    try:
        return calibration(
            calibrate(epochs, float(initial_lr), PROFILES[profile]), PROFILES[profile]
        )
    except ScheduleError as error:
        stop(str(error), USAGE)
    except ValueError:
        stop(f"the initial LR must be a number such as 1e-2, got {initial_lr!r}", USAGE)


def _of_kind(kind: Kind, epochs: int, of: str, over: int) -> str:
    from prune_audit.listings import retraining_kind

    try:
        return retraining_kind(kind, retraining(kind, parse_lr(of).over(over), epochs))
    except ScheduleError as error:
        stop(str(error), USAGE)
