"""One line per finding: ``path:line:column: CODE message``."""

from prune_audit.audit import Report
from prune_audit.reports.look import Look


def render(report: Report, look: Look) -> str:
    """Return the findings, one per line, in the fixed order."""
    return "\n".join(
        f"{finding.place}: {finding.code} {finding.message}" for finding in report.findings
    )
