"""prune-audit: audits of neural-network pruning papers.

The public API: ``load_file`` or ``load_text`` read claim files, ``gather`` resolves references
between them, ``audit`` judges comparisons and applies rules, ``reports.FORMATS`` turn the report
into text.
``calibrate`` and ``parse_lr`` are the schedules of arXiv 2301.05219, ``judge`` places one pair.
"""

from prune_audit.audit import Report, audit
from prune_audit.claim import Claim, Comparison, Result
from prune_audit.corpus import Corpus, gather
from prune_audit.findings import Finding, Severity, Tier
from prune_audit.load import Loaded, load_file, load_text
from prune_audit.numbers import Printed, Unit, parse_number
from prune_audit.rules import RULES, Rule
from prune_audit.schedules.calibrate import PROFILES, calibrate
from prune_audit.schedules.notation import parse_lr
from prune_audit.schedules.schedule import Schedule
from prune_audit.settings import Settings
from prune_audit.setups import Setup
from prune_audit.verdict import Fairness, Pair, Verdict, judge

__all__ = [
    "PROFILES",
    "RULES",
    "Claim",
    "Comparison",
    "Corpus",
    "Fairness",
    "Finding",
    "Loaded",
    "Pair",
    "Printed",
    "Report",
    "Result",
    "Rule",
    "Schedule",
    "Settings",
    "Setup",
    "Severity",
    "Tier",
    "Unit",
    "Verdict",
    "audit",
    "calibrate",
    "gather",
    "judge",
    "load_file",
    "load_text",
    "parse_lr",
    "parse_number",
]
