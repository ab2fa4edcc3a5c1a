"""The report as JSON lines: one object per line, with its ``type``.

First findings, then suppressed findings, comparisons with their verdicts, submissions on their
tracks, and the evidence of submissions, as in the format json; last the summary. Letters beyond
ASCII are escaped, so that no line breaks in two.
"""

import json
from collections.abc import Iterator
from typing import Any

from prune_audit.audit import Report
from prune_audit.reports import entrants, evidence, structured
from prune_audit.reports.look import Look


def render(report: Report, look: Look) -> str:
    """Return one line per finding, comparison and submission, and one for the summary."""
    return "".join(f"{json.dumps(one)}\n" for one in _objects(report))


def _objects(report: Report) -> Iterator[dict[str, Any]]:
    for finding in report.findings:
        yield {"type": "finding", **structured.finding_data(finding)}
    for suppressed in report.suppressed:
        yield {"type": "suppressed", **structured.suppressed_data(suppressed)}
    for judged in report.comparisons:
        yield {"type": "comparison", **structured.comparison_data(judged)}
    for entered in entrants.data(report):
        yield {"type": "submission", **entered}
    for one in report.submitted.evidence:
        yield {"type": "evidence", **evidence.data(one)}
    yield {
        "type": "summary",
        "version": structured.VERSION,
        **structured.summary_data(report),
        "suppressed": len(report.suppressed),
    }
