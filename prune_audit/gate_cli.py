"""``check --benchmark``: submissions against the benchmark's file, and nothing else.

The benchmark settles what a configuration settles elsewhere: a configuration, a baseline or a
comment that comes with a submission has no say.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import typer

from prune_audit import config_cli
from prune_audit.audit import Report
from prune_audit.benchmark.around import Around, around
from prune_audit.benchmark.definition import Benchmark
from prune_audit.benchmark.files import read_submissions, submission_files
from prune_audit.benchmark.gate import Opener, gate, references_folder
from prune_audit.benchmark.read import LoadedBenchmark, load_benchmark
from prune_audit.benchmark.waive import waived
from prune_audit.claim import Claim
from prune_audit.configuration.settled import Settled, settle
from prune_audit.console import NOTHING, USAGE, stop
from prune_audit.evidence.evidence import Evidence
from prune_audit.evidence.gather import evidence_of_all
from prune_audit.evidence.references import References, references_of, with_references
from prune_audit.paths import printable
from prune_audit.problems import Problem

_SETTLED = {
    "require": "the setup of its tracks",
    "baseline": "waivers",
    "ruleset": "its ruleset",
    "select": "its ruleset",
    "ignore": "its ruleset and its waivers",
    "tolerance": "its own",
}
"""Options that would let a submission pass by other rules than the benchmark's."""


def gated(
    paths: Sequence[str], path: Path, given: Mapping[str, Any], output: Path | None = None
) -> tuple[Report, Settled]:
    """Check submissions against a benchmark, or exit where that cannot be done.

    ``given`` holds what the command line states, by the names of configuration keys.
    """
    loaded = opened_benchmark(path)
    files = named_submissions(paths)
    _spare([str(path), *files], output)
    settled = _settled(loaded.definition, given)
    found = around(loaded, files, settled.options.settings)
    if found.problems:
        _stop_on(found.problems)
    report = gate(
        list(read_submissions(files)), loaded, found, config_cli.selected(settled),
        settled.options.settings, _opener(loaded, found), date.today(),
    )  # fmt: skip
    return waived(report, loaded.definition, date.today()), settled


def opened_benchmark(path: Path) -> LoadedBenchmark:
    """Return a benchmark that can be used, or exit with all that is wrong with its file."""
    if not path.is_file():
        stop(f"no such file: {path}; --benchmark takes the benchmark's own file", USAGE)
    loaded = load_benchmark(path)
    if loaded.benchmark is None:
        _stop_on(loaded.problems)
    return loaded


def named_submissions(paths: Sequence[str]) -> list[str]:
    """Return the submission files that paths name, or exit where there are none."""
    files = submission_files(paths)
    if not files:
        stop(f"nothing to check: no submission.yaml at {', '.join(map(printable, paths))}", NOTHING)
    gone = [printable(file) for file in files if not os.path.lexists(file)]
    if len(gone) == len(files):
        stop(f"no such file: {', '.join(gone)}", USAGE)
    return files


def _spare(files: Sequence[str], output: Path | None) -> None:
    """Refuse to write the report over the benchmark's file or into a submission."""
    if output is not None and Path(os.path.realpath(output)) == Path(os.path.realpath(files[0])):
        stop(f"--output {output} would change what is checked; name another file", USAGE)
    spare(files[1:], output)


def spare(submissions: Sequence[str], output: Path | None) -> None:
    """Refuse to write the report into a submission, or through a link to anywhere.

    A stranger's commit may hold a link where the report is to be written. A link to what is no
    file, such as ``/dev/stdout``, harms nothing.
    """
    if output is None:
        return
    if output.is_symlink() and (output.is_file() or not output.exists()):
        stop(f"--output {output} is a symbolic link; name a file", USAGE)
    homes = {Path(os.path.realpath(file)).parent for file in submissions}
    if homes.intersection(Path(os.path.realpath(output)).parents):
        stop(f"--output {output} would change what is checked; name another file", USAGE)


def _settled(benchmark: Benchmark, given: Mapping[str, Any]) -> Settled:
    """The benchmark's settings hold where the command line does not state its own."""
    own: dict[str, Any] = {
        "ruleset": int(benchmark.ruleset.value.value) if benchmark.ruleset.value else None,
        "fail-on": benchmark.fail_on.value,
        "tolerance": benchmark.tolerance.value.value if benchmark.tolerance.value else None,
    }
    for name, instead in _SETTLED.items():
        if given.get(name) is not None:
            stop(f"--{name} has no place beside --benchmark, which states {instead}", USAGE)
    return settle(None, {**own, **{key: one for key, one in given.items() if one is not None}})


def _stop_on(problems: Sequence[Problem]) -> NoReturn:
    lines = [f"{one.anchors[0]}: {one.message}; {one.fix}" for one in problems]
    stop("\n  ".join(["the benchmark cannot be used:", *lines]), USAGE)


def _opener(loaded: LoadedBenchmark, there: Around) -> Opener:
    """Return what reads evidence; a log that an accepted submission has too counts as shared."""
    folder = references_folder(loaded)
    references = references_of(folder) if folder else References(())
    for notice in references.notices:
        _say(notice)

    def opened(claims: Sequence[Claim]) -> Iterator[Evidence]:
        files = {claim.file for claim in claims}
        for one in evidence_of_all([*claims, *there.accepted]):
            if one.claim.file in files:
                beside = with_references(one, references.points, there.standing.bases)
                yield beside if folder else one

    return opened


def _say(line: str) -> None:
    typer.echo(f"prune-audit: {line}", err=True)
