"""What ``prune-audit rerun`` does, step by step: read, plan, show, run, conclude, print.

Like ``cli`` and ``console`` this module prints and exits. It never imports torch: runs happen in
processes of their own, and what is stored already is printed from the store.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
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
from prune_audit.reruns.planning.standin import DATA
from prune_audit.reruns.planning.targets import targets
from prune_audit.reruns.planning.unknown import unknown_names
from prune_audit.reruns.probes import BaseOffError, ProbeError, check_bases, known_speeds, speeds
from prune_audit.reruns.processes import ProcessError, processes_for
from prune_audit.reruns.progress import watching
from prune_audit.reruns.reports import FORMATS
from prune_audit.reruns.reports.plan import cost_lines, refused_lines, render, stand_in_lines
from prune_audit.reruns.run import Run
from prune_audit.reruns.store import Store, StoreError
from prune_audit.reruns.stored import save
from prune_audit.reruns.watch import Failure, Outcome, Settings, title

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
    verbose: bool
    checkpoint_every: float
    keep_weights: bool = False

    @property
    def processes(self) -> int:
        """Processes of one thread, as asked for or as is usual on the device."""
        return self.workers or processes_for(self.device)


def run_request(named: Sequence[str], request: Request, how: How) -> None:
    """Plan what is asked for, run what the store lacks, and print what follows."""
    try:
        _run_request(named, request, how)
    except (StoreError, ProbeError, ProcessError) as error:
        stop(str(error), USAGE)
    except BaseOffError as error:
        stop(str(error), FINDINGS)


def _run_request(named: Sequence[str], request: Request, how: How) -> None:
    found = _wanted(named, request)
    store = Store(how.store)
    current, runs = _planned(found, request, store)
    if not current.rows:
        _refuse_all(current, request)
    if how.plan_only:
        _show_plan(current, runs, request, store, how)
        return
    outcomes: list[Outcome] = []
    kept = _with_weights(runs, store) if how.keep_weights else runs
    while lacking := _lacking(current, runs if outcomes else kept, outcomes):
        outcomes.append(_run(current, lacking, request, store, how, first=not outcomes))
        before = len(runs)
        current, runs = _planned(found, request, store)
        if outcomes[-1].interrupted or outcomes[-1].halted or len(runs) == before:
            break
    _say(dict.fromkeys([*store.notices, *(note for one in outcomes for note in one.notices)]))
    _finish(conclude(current, runs), outcomes, store, how)


def _wanted(named: Sequence[str], request: Request) -> Wanted:
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
    for problem in unknown_names(corpus, chosen.patterns, found.rows, request):
        stop(problem, USAGE)
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


def _with_weights(runs: dict[str, Run], store: Store) -> dict[str, Run]:
    """Return the runs that need not be made again for their weights; a diverged one has none."""
    return {name: run for name, run in runs.items() if store.whole(run)}


def _lacking(
    current: Plan, runs: dict[str, Run], outcomes: Sequence[Outcome] = ()
) -> tuple[Experiment, ...]:
    """Return what is neither stored nor has failed by now."""
    failed = {failure.experiment for outcome in outcomes for failure in outcome.failures}
    return tuple(one for one in current.experiments if one.id not in runs and one not in failed)


def _refuse_all(current: Plan, request: Request) -> None:
    if not current.refused:
        arms = " and ".join(f"the arm {arm}" for arm in request.arms)
        needs = (
            "crossed takes compared pairs, convergence, tuned and calibrated a known pretraining"
        )
        stop(f"nothing can be rerun here: no row has what {arms} asks for ({needs})", NOTHING)
    shown = "\n".join(refused_lines(current, _plain()))
    typer.echo(shown, err=True)
    own = all(refusal.result.dataset.value == DATA for refusal in current.refused)
    hint = "" if own else "; --stand-in digits runs known methods on digits"
    stop(f"nothing can be rerun here{hint}", NOTHING)


def _plain() -> Look:
    return look(Path("stderr"), False)


def _show_plan(
    current: Plan, runs: dict[str, Run], request: Request, store: Store, how: How
) -> None:
    lacking = _lacking(current, runs)
    _check_installed()
    measured = speeds(current.experiments, store, request.folder, how.device)
    total = cost_of(current.experiments, measured, request.folder)
    left = cost_of(lacking, measured, request.folder)
    write(render(current, total, left, how.processes, look(how.output, False)), how.output)


def _run(
    current: Plan, lacking: tuple[Experiment, ...], request: Request, store: Store, how: How,
    *, first: bool,
) -> Outcome:  # fmt: skip
    """Run what is lacking, after what is to be known before anything is spent."""
    _check_installed()
    cost = cost_of(lacking, known_speeds(store, how.device), request.folder)
    if cost.seconds is None:
        measured = speeds(lacking, store, request.folder, how.device)
        cost = cost_of(lacking, measured, request.folder)
    _announce(current, cost_of(current.experiments, {}, request.folder), cost, how)
    settings = Settings(
        how.processes,
        how.device,
        request.folder,
        current.files,
        how.checkpoint_every,
        how.keep_weights,
    )
    if first:
        check_bases(current, lacking, settings, accept=how.accept_base, say=_say_one)
    with watching(lacking) as watch:
        return execute(lacking, store, settings, watch)


def _check_installed() -> None:
    absent = [name for name in ("torch", "torch_pruning") if find_spec(name) is None]
    if absent:
        stop(f"training needs {' and '.join(absent)}: pip install 'prune-audit[rerun]'", USAGE)


def _announce(current: Plan, total: Cost, cost: Cost, how: How) -> None:
    """Say on stderr what will be run and what it costs; ask for --yes where that is long."""
    for line in (*stand_in_lines(current, _plain()), *cost_lines(total, cost, how.processes)):
        typer.echo(line, err=True)
    long = cost.seconds is not None and cost.seconds / how.processes > LONG
    if long and not how.yes:
        if not sys.stdin.isatty():
            stop("this takes over an hour: start it with --yes", USAGE)
        if not typer.confirm("start?", err=True):
            stop("nothing was started", INTERRUPTED)


def _finish(found: Conclusions, outcomes: Sequence[Outcome], store: Store, how: How) -> None:
    for outcome in outcomes:
        if outcome.halted:
            stop(outcome.halted, USAGE)
    try:
        save(found, store)
    except StoreError as error:
        _say_one(f"what follows from the runs is printed, not kept: {error}")
    interrupted = any(outcome.interrupted for outcome in outcomes)
    if found.provenance.done or not interrupted:
        write(FORMATS[how.form](found, look(how.output, how.verbose)), how.output)
    failures = [failure for outcome in outcomes for failure in outcome.failures]
    _say(_failure_lines(failures))
    if interrupted:
        raise KeyboardInterrupt
    if failures:
        stop(f"{_runs(len(failures))} failed; the same command tries again", FINDINGS)


def _failure_lines(failures: Iterable[Failure]) -> Iterator[str]:
    """Yield each reason once, with the first of the runs that failed for it."""
    by_reason: dict[str, list[Experiment]] = {}
    for failure in failures:
        by_reason.setdefault(failure.reason, []).append(failure.experiment)
    for reason, (one, *others) in by_reason.items():
        more = f" and {_runs(len(others))} more" if others else ""
        yield f"run {one.id} ({title(one)}){more}: {reason}"


def _runs(number: int) -> str:
    return f"{number} run{'s' if number > 1 else ''}"


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        _say_one(line)


def _say_one(line: str) -> None:
    typer.echo(f"prune-audit: {line}", err=True)
