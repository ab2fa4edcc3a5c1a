"""Waivers of a benchmark: the maintainers' word that some findings of one submission pass."""

from collections.abc import Iterator
from datetime import date

from prune_audit.audit import Report
from prune_audit.benchmark.definition import Benchmark, Waiver
from prune_audit.findings import SuppressedBy
from prune_audit.waivers.apply import suppress
from prune_audit.waivers.suppression import OneFile, Suppression


def waived(report: Report, benchmark: Benchmark, today: date) -> Report:
    """Take what is waived out of the findings that count; it stays visible in every format."""
    return suppress(report, list(_suppressions(report, benchmark, today)), today)


def _suppressions(report: Report, benchmark: Benchmark, today: date) -> Iterator[Suppression]:
    codes = {rule.code for rule in report.rules}
    for waiver in benchmark.waivers:
        named = tuple(code for code in waiver.codes.value or () if code in codes)
        if named and not (waiver.until.value and _day(waiver) < today):
            for file in _files(report, waiver):
                yield Suppression(
                    named, OneFile(file), waiver.place, SuppressedBy.WAIVER,
                    waiver.reason.text, waiver.owner.text,
                    _day(waiver) if waiver.until.value else None,
                )  # fmt: skip


def _day(waiver: Waiver) -> date:
    return date.fromisoformat(waiver.until.text)


def _files(report: Report, waiver: Waiver) -> Iterator[str]:
    for loaded in report.files:
        submission = loaded.claim.submission if loaded.claim else None
        if submission and submission.id.text == waiver.submission.text:
            yield loaded.name
