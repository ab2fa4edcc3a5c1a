"""What ``prune-audit rerun`` does, step by step: read, plan, show, run, conclude, print.

Like ``cli`` and ``console`` this module prints and exits. It never imports torch: runs happen in
processes of their own, and what is stored already is printed from the store.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from prune_audit.console import FINDINGS, INTERRUPTED, NOTHING, USAGE, look, stop, write
from prune_audit.corpus import Corpus, gather
from prune_audit.paths import missing, printable, read_claims
from prune_audit.reports.look import Look
from prune_audit.reruns.conclusions import Conclusions, conclude
from prune_audit.reruns.execute import execute
from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.planned import Plan
from prune_audit.reruns.planning.estimate import Cost, cost_of
from prune_audit.reruns.planning.plan import Wanted, plan, wanted
from prune_audit.reruns.planning.request import Request
from prune_audit.reruns.planning.targets import targets
from prune_audit.reruns.probes import BaseOffError, ProbeError, check_bases, known_speeds, speeds
from prune_audit.reruns.progress import watching
from prune_audit.reruns.reports import FORMATS
from prune_audit.reruns.reports.plan import cost_lines, refused_lines, render, stand_in_lines
from prune_audit.reruns.run import Run
from prune_audit.reruns.store import Store, StoreError
from prune_audit.reruns.stored import save
from prune_audit.reruns.watch import Outcome, Settings

LONG = 3600.0
"""Seconds of estimated time above which ``--yes`` is asked for."""


@dataclass(frozen=True)
class How:
    """Where and how a rerun runs and what it prints, beside what is rerun."""

    store: Path
    plan_only: bool
    workers: int | None
    device: str
    yes: bool
    accept_base: bool
    form: str
    output: Path | None

    @property
    def processes(self) -> int:
        """Processes of one thread: one per core unless told otherwise; one where a GPU works."""
        if self.workers:
            return self.workers
        return 1 if self.device != "cpu" else max(1, len(os.sched_getaffinity(0)))


def run_request(named: Sequence[str], request: Request, how: How) -> None:
    """Plan what is asked for, run what the store lacks, and print what follows."""
    try:
        _run_request(named, request, how)
    except (StoreError, ProbeError) as error:
        stop(str(error), USAGE)
    except BaseOffError as error:
        stop(str(error), FINDINGS)


def _run_request(named: Sequence[str], request: Request, how: How) -> None:
    found = _wanted(named)
    store = Store(how.store)
    current, runs = _planned(found, request, store)
    if not current.rows:
        _refuse_all(current)
    if how.plan_only:
        _show_plan(current, runs, request, store, how)
        return
    outcomes = []
    while lacking := _lacking(current, runs):
        outcomes.append(_run(current, lacking, request, store, how))
        before = len(runs)
        current, runs = _planned(found, request, store)
        if outcomes[-1].interrupted or len(runs) == before:
            break
    _say(store.notices)
    _finish(conclude(current, runs), outcomes, store, how)


def _wanted(named: Sequence[str]) -> Wanted:
    chosen = targets(named)
    if not chosen.files:
        stop(f"nothing to rerun: no claim file at {', '.join(named)}", NOTHING)
    gone = missing(chosen.files)
    if gone:
        names = ", ".join(map(printable, gone))
        stop(f"no such file: {names}; name claim files, or a folder that holds some", USAGE)
    corpus = gather(read_claims(chosen.files))
    _check_readable(corpus)
    found = wanted(corpus, chosen.patterns)
    if not found.rows:
        stop(f"no row matches {', '.join(named)}; row names stand in the claim file", USAGE)
    return found


def _check_readable(corpus: Corpus) -> None:
    for loaded in corpus.files:
        if loaded.claim is None:
            first = loaded.problems[0]
            where = first.anchors[0]
            stop(f"{where}: {first.message}; {first.fix}; run prune-audit check {loaded.name}",
                 USAGE)  # fmt: skip


def _planned(found: Wanted, request: Request, store: Store) -> tuple[Plan, dict[str, Run]]:
    """Plan with all runs that are stored; a search sees its earlier rounds in them."""
    runs: dict[str, Run] = {}
    while True:
        current = plan(found, request, runs)
        more = store.runs(one.id for one in current.experiments if one.id not in runs)
        if not more:
            return current, runs
        runs |= more


def _lacking(current: Plan, runs: dict[str, Run]) -> tuple[Experiment, ...]:
    return tuple(one for one in current.experiments if one.id not in runs)


def _refuse_all(current: Plan) -> None:
    shown = "\n".join(refused_lines(current, _plain()))
    typer.echo(shown, err=True)
    stop("nothing can be rerun here; --stand-in digits runs known methods on digits", NOTHING)


def _plain() -> Look:
    return look(Path("stderr"), False)


def _show_plan(
    current: Plan, runs: dict[str, Run], request: Request, store: Store, how: How
) -> None:
    lacking = _lacking(current, runs)
    measured = speeds(current.experiments, store, request.folder, how.device)
    total = cost_of(current.experiments, measured, request.folder)
    left = cost_of(lacking, measured, request.folder)
    write(render(current, total, left, how.processes, look(how.output, False)), how.output)


def _run(
    current: Plan, lacking: tuple[Experiment, ...], request: Request, store: Store, how: How
) -> Outcome:
    cost = cost_of(lacking, known_speeds(store, how.device), request.folder)
    if cost.seconds is None:
        measured = speeds(lacking, store, request.folder, how.device)
        cost = cost_of(lacking, measured, request.folder)
    _announce(current, cost, how)
    check_bases(current, request.folder, how.device, accept=how.accept_base, say=_say_one)
    settings = Settings(
        workers=how.processes, device=how.device, data=request.folder, files=current.files
    )
    with watching(lacking) as watch:
        return execute(lacking, store, settings, watch)


def _announce(current: Plan, cost: Cost, how: How) -> None:
    """Say on stderr what will be run and what it costs; ask for --yes where that is long."""
    total = cost_of(current.experiments, {}, None) if current.stand_in else cost
    for line in (*stand_in_lines(current, _plain()), *cost_lines(total, cost, how.processes)):
        typer.echo(line, err=True)
    long = cost.seconds is not None and cost.seconds / how.processes > LONG
    if long and not how.yes:
        if not sys.stdin.isatty():
            stop("this takes over an hour: start it with --yes", USAGE)
        typer.confirm("start?", abort=True, err=True)


def _finish(found: Conclusions, outcomes: Sequence[Outcome], store: Store, how: How) -> None:
    save(found, store)
    write(FORMATS[how.form](found, look(how.output, False)), how.output)
    failures = [failure for outcome in outcomes for failure in outcome.failures]
    _say(failures)
    if any(outcome.interrupted for outcome in outcomes):
        stop(f"interrupted; finished runs are kept in {how.store}: the same command goes on",
             INTERRUPTED)  # fmt: skip
    if failures:
        stop(f"{len(failures)} runs failed; the same command tries them again", FINDINGS)


def _say(lines: Sequence[object]) -> None:
    for line in lines:
        _say_one(str(line))


def _say_one(line: str) -> None:
    typer.echo(f"prune-audit: {line}", err=True)
