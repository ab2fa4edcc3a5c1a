"""One line per finding: ``path:line:column: CODE message``."""

from prune_audit.audit import Report
from prune_audit.reports.lines import one_line
from prune_audit.reports.look import Look


def render(report: Report, look: Look) -> str:
    """Return the findings, one per line, in the fixed order."""
    return "".join(
        f"{finding.place}: {finding.code} {one_line(finding.message)}\n"
        for finding in report.findings
    )
