"""The Code Quality report of GitLab: a JSON list of the findings.

An error is ``major``, a warning ``minor``, a note ``info``; ``critical`` and ``blocker`` are not
used.
"""

import json
from typing import Any

from prune_audit.audit import Report
from prune_audit.findings import Severity
from prune_audit.reports import words
from prune_audit.reports.identified import Identified, identified, path
from prune_audit.reports.lines import one_line
from prune_audit.reports.look import Look

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(report: Report, look: Look) -> str:
    """Return the findings that count; each fingerprint is there once."""
    issues = [_issue(one, look) for one in identified(report.findings, look)]
    return json.dumps(issues, indent=2, ensure_ascii=False)


def _issue(one: Identified, look: Look) -> dict[str, Any]:
    finding = one.finding
    message = words.elsewhere(finding, lambda file: path(file, look))
    fix = f"; fix: {finding.fix}" if finding.fix else ""
    return {
        "description": one_line(f"{finding.code} {finding.name}: {message}{fix}"),
        "check_name": finding.code,
        "fingerprint": one.fingerprint if one.turn == 1 else f"{one.fingerprint}-{one.turn}",
        "severity": SEVERITIES[finding.severity],
        "location": {
            "path": one_line(path(finding.place.file, look)),
            "lines": {"begin": finding.place.line},
        },
    }
