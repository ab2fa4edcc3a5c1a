"""What a run could have found: what it did not look for is neither unused nor resolved."""

from collections.abc import Iterable
from dataclasses import dataclass

from prune_audit.audit import Report
from prune_audit.rules import RULES
from prune_audit.rules.rule import Rule, Scope

OWN_FAMILY = "PA9"
FILE_CODES = frozenset(rule.code for rule in RULES if rule.scope is Scope.FILE)
ALWAYS_UNREAD = frozenset({"PA001", "PA002", "PA003"})
"""Rules whose findings leave a file unread in every case; others do so in most."""


@dataclass(frozen=True)
class Reach:
    """The rules that ran, and the files that were checked and could be read."""

    rules: frozenset[str]
    checked: tuple[str, ...]
    unread: frozenset[str]

    def judges(self, codes: Iterable[str]) -> bool:
        """Whether every one of some rules ran, with all that it needs."""
        return self.rules.issuperset(codes)


def reach(report: Report) -> Reach:
    """Return what a run could have found.

    Rules that compare papers see only those that a run checks, so they never count as having run
    over everything that they could find.
    """
    present = {
        Scope.EVIDENCE: bool(report.submitted.evidence),
        Scope.ENTRANT: bool(report.submitted.entrants),
        Scope.CORPUS: False,
    }
    ran = (rule.code for rule in report.rules if present.get(rule.scope, True))
    return Reach(
        frozenset(ran),
        tuple(loaded.name for loaded in report.files),
        frozenset(loaded.name for loaded in report.files if loaded.claim is None),
    )


def meant(word: str, *, families: bool) -> tuple[str, ...]:
    """Return the codes of the rules that a word of a suppression means, none if it is unknown."""
    return tuple(rule.code for rule in RULES if _means(word, rule, families))


def _means(word: str, rule: Rule, families: bool) -> bool:
    upper = word.upper()
    whole = word == rule.name or upper == rule.code
    return whole or (families and len(upper) > 2 and rule.code.startswith(upper))
