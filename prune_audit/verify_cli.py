"""``prune-audit verify``: what the files of submissions show, beside what their claims say."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prune_audit import ci, reports
from prune_audit.audit import Report, Submitted, audit
from prune_audit.benchmark.files import read_submissions, same_ids, submission_files
from prune_audit.console import FINDINGS, NOTHING, USAGE, look, stop, write
from prune_audit.corpus import gather
from prune_audit.options import FailOn, Format, Output
from prune_audit.paths import missing, printable
from prune_audit.rules import RULES
from prune_audit.selection import fails
from prune_audit.settings import Settings

if TYPE_CHECKING:
    from prune_audit.reruns.reference_points import Point


def verify(
    paths: Annotated[
        list[str],
        typer.Argument(help="Folders of submissions, or submission.yaml files; no link is opened."),
    ],
    form: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TEXT,
    fail_on: Annotated[
        FailOn, typer.Option(help="Exit with 1 on findings of at least this severity.")
    ] = FailOn.ERROR,
    references: Annotated[
        Path | None,
        typer.Option(help="Folder of reruns, whose results are references for those submitted."),
    ] = None,
    output: Output = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every warning and note in text.")
    ] = False,
) -> None:
    """Compare the logs, configurations and checkpoints of submissions with what they claim.

    What has no evidence is not verified, which is a note. Nothing that a submission holds is run.
    """
    # reading logs takes a while to import, which the other commands need not pay
    from prune_audit.gate_cli import spare

    files = submission_files(paths)
    if not files:
        stop(f"nothing to verify: no submission.yaml at {', '.join(paths)}", NOTHING)
    if set(files) <= set(gone := missing(paths)):
        stop(f"no such file: {', '.join(map(printable, gone))}", USAGE)
    spare(files, output)
    report = verified(files, _points(references))
    here = ci.resolved(form, os.environ)
    shape = replace(look(output, verbose), root=ci.root(os.environ))
    write(reports.FORMATS[here](report, shape), output)
    if fails(report.findings, fail_on):
        raise typer.Exit(FINDINGS)


def verified(files: Sequence[str], points: "Sequence[Point]" = ()) -> Report:
    """Audit submissions with all that their files show, beside reference retraining points."""
    # reading logs takes a while to import, which the other commands need not pay
    from prune_audit.evidence.gather import evidence_of_all

    corpus = gather(read_submissions(files))
    claims = tuple(corpus.claims)
    evidence = evidence_of_all(claims)
    if points:
        from prune_audit.evidence.references import with_references

        evidence = tuple(with_references(one, points) for one in evidence)
    submitted = Submitted(evidence, problems=tuple(same_ids(claims, ())))
    return audit(corpus, RULES, Settings(), submitted)


def _points(store: Path | None) -> "Sequence[Point]":
    """Return the reference retraining points of a store, or exit where there is none."""
    if store is None:
        return ()
    if not store.is_dir():
        stop(f"no such folder: {store}", USAGE)
    from prune_audit.evidence.references import references_of

    found = references_of(store)
    for notice in found.notices:
        typer.echo(f"prune-audit: {notice}", err=True)
    if not found.points:
        stop(f"no reference retraining point in {store}; see prune-audit references", NOTHING)
    return found.points
