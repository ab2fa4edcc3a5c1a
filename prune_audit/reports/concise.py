"""One line per finding: ``path:line:column: CODE message``; last how many do not count, if any."""

from prune_audit.audit import Report
from prune_audit.reports import words
from prune_audit.reports.lines import one_line
from prune_audit.reports.look import Look


def render(report: Report, look: Look) -> str:
    """Return the findings, one per line, in the fixed order, and what does not count, if any."""
    lines = [
        f"{finding.place}: {finding.code} {one_line(words.elsewhere(finding))}"
        for finding in report.findings
    ]
    aside = words.waived(report)
    return "".join(f"{line}\n" for line in (*lines, *([aside] if aside else [])))
