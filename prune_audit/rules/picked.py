"""Checks of the evidence as hits of a rule."""

from collections.abc import Iterator

from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.evidence import Evidence
from prune_audit.findings import Hit


def contradicted(evidence: Evidence, *whats: What) -> Iterator[Hit]:
    """Yield a hit for every check of some things that the evidence contradicts."""
    for what in whats:
        yield from map(hit_of, evidence.of(what, Status.CONTRADICTED))


def hit_of(check: Check) -> Hit:
    """Return a check as a hit; the run stands before the message."""
    named = check.run and check.run not in check.message
    message = f"{check.run}: {check.message}" if named else check.message
    return Hit(message, check.anchors, check.fix)
