"""``prune-audit study``: small experiments that show what a method or a diagnostic does."""

from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prune_audit.console import FINDINGS, INTERRUPTED, USAGE, look, stop, write
from prune_audit.opened_cli import check_plot, check_writable, device_named, drawn
from prune_audit.options import STORE, Device, Output, StoreFolder, Workers
from prune_audit.reports.lines import clean
from prune_audit.reruns.interrupts import sigterm_as_ctrl_c

if TYPE_CHECKING:
    from prune_audit.reruns.store import Store
    from prune_audit.studies.outcome import Outcome
    from prune_audit.studies.perform import Planned
    from prune_audit.studies.study import Study

MOST_SEEDS = 1000


class StudyFormat(StrEnum):
    """The formats of studies.reports.FORMATS."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def study(
    name: Annotated[
        str | None, typer.Argument(help="The study to do; without one they are listed.")
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Show what would be run and what it costs; run nothing.")
    ] = False,
    seeds: Annotated[
        int | None,
        typer.Option(min=2, max=MOST_SEEDS, help="Runs per arm; each study has its own number."),
    ] = None,
    store: StoreFolder = STORE,
    workers: Workers = None,
    device: Device = "cpu",
    form: Annotated[StudyFormat, typer.Option("--format", help="How to print it.")] = (
        StudyFormat.TEXT
    ),
    output: Output = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the curves, every run shown: FILE.svg or .png."),
    ] = None,
) -> None:
    """Do a small experiment on the digits that shows what a method or a diagnostic does.

    Every run is kept and never repeated; the same command goes on where it was interrupted.
    """
    if form is not StudyFormat.TEXT and (plan or name is None):
        stop("--plan and the list of studies are printed as text only; leave --format out", USAGE)
    if name is None:
        if plan or seeds or plot:
            stop("name a study; prune-audit study alone lists them", USAGE)
        _show_list(output)
        return
    chosen = _study(name)
    numbers = tuple(range(seeds)) if seeds else chosen.seeds
    device_named(device)
    check_plot(plot)
    check_writable(output)
    try:
        with sigterm_as_ctrl_c():
            from prune_audit.reruns.store import Store

            found = _performed(chosen, numbers, Store(store), workers, device, plan)
    except (KeyboardInterrupt, typer.Abort):
        stop(
            f"interrupted; what is done is kept in {store}: the same command goes on from there",
            INTERRUPTED,
        )
    if found is not None:
        _show(found, form, output, plot)


def _show_list(output: Path | None) -> None:
    from prune_audit.listings import study_list

    write(study_list(look(output, False)), output)


def _study(name: str) -> "Study":
    from prune_audit.studies.registry import STUDIES

    if name not in STUDIES:
        near = get_close_matches(name.lower().replace("_", "-"), STUDIES, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(STUDIES)}"
        stop(f"no study is called {name!r}; {hint}", USAGE)
    return STUDIES[name]


def _performed(
    chosen: "Study",
    seeds: tuple[int, ...],
    store: "Store",
    asked: int | None,
    device: str,
    plan: bool,
) -> "Outcome | None":
    """Announce and do a study; None where only its plan is shown."""
    from prune_audit.reruns.failures import StoreError
    from prune_audit.reruns.probes import ProbeError
    from prune_audit.reruns.processes import ProcessError, processes_for
    from prune_audit.reruns.watch import Settings
    from prune_audit.studies.measuring import MeasureError
    from prune_audit.studies.perform import StudyError, perform, planned

    workers = asked or processes_for(device)
    weights = bool(chosen.measures(seeds))
    try:
        found = planned(chosen, seeds, store, weights=weights)
        _announce(found, store, workers, device, plan)
        if plan:
            return None
        return perform(found, store, Settings(workers, device, keep_weights=weights))
    except (StoreError, ProbeError, ProcessError) as error:
        stop(clean(str(error)), USAGE)
    except (StudyError, MeasureError) as error:
        stop(f"{error}; the same command tries again", FINDINGS)


def _announce(found: "Planned", store: "Store", workers: int, device: str, plan: bool) -> None:
    """Say what will be run and what it costs."""
    from prune_audit.reruns.reports.plan import cost_lines

    total, left = found.costs(store, device, measure=bool(found.lacking))
    asked = len(found.study.measures(found.seeds))
    lines = [f"study {found.study.name}: {found.study.title}", *cost_lines(total, left, workers)]
    lines += [f"measured beside the runs: {asked}, whose time is not estimated"] if asked else []
    for line in lines:
        typer.echo(line, err=not plan)


def _show(found: "Outcome", form: StudyFormat, output: Path | None, plot: Path | None) -> None:
    from prune_audit.studies.reports import FORMATS
    from prune_audit.studies.reports.plot import draw

    drawn(lambda path: draw(found, path), plot)
    write(FORMATS[form](found, look(output, False)), output)
