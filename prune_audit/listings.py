"""Lists and tables that the command line prints beside reports."""

from collections.abc import Iterable
from io import StringIO

from rich.console import Console
from rich.table import Table
from tabulate import tabulate

from prune_audit.manual import rule_rows
from prune_audit.reports.look import Look
from prune_audit.rules.rule import Rule
from prune_audit.schedules.calibrate import Calibrated, Profile
from prune_audit.schedules.pieces import format_lr


def rule_list(rules: Iterable[Rule], look: Look) -> str:
    """Return the rules as a table that fits the width."""
    table = Table(box=None, padding=(0, 1), header_style="bold")
    for head in ("code", "name", "severity", "tier"):
        table.add_column(head, no_wrap=True)
    table.add_column("finds", overflow="fold")
    for row in rule_rows(rules):
        table.add_row(*row)
    stream = StringIO()
    Console(file=stream, width=look.width, no_color=not look.colour, highlight=False).print(table)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def calibration(found: Calibrated, profile: Profile) -> str:
    """Return a calibrated schedule, the rule behind each stage, and what the paper leaves open."""
    rows = [(s.start, s.epochs, format_lr(s.lr), s.rule) for s in found.stages]
    table = tabulate(rows, ["from epoch", "epochs", "LR", "because"], disable_numparse=True)
    notes = "".join(f"\nnote: {note}" for note in found.notes)
    return f"{found.schedule}\n\n{table}\n\nprofile {profile.name}: {profile.source}{notes}"
