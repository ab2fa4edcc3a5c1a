"""Family PA9: suppressions and baselines; waivers/ makes these problems."""

from collections.abc import Callable

from prune_audit.findings import Severity, Tier
from prune_audit.problems import Problem
from prune_audit.rules.rule import Rule, Scope
from prune_audit.waivers import problems


def _rule(code: str, severity: Severity, maker: Callable[..., Problem]) -> Rule:
    return Rule(code, severity, Tier.CONCLUSIVE, Scope.FILE, maker, since=2)


RULES: tuple[Rule, ...] = (
    _rule("PA901", Severity.WARNING, problems.unused_suppression),
    _rule("PA902", Severity.ERROR, problems.suppression_without_reason),
    _rule("PA903", Severity.ERROR, problems.expired_suppression),
    _rule("PA904", Severity.ERROR, problems.unknown_suppressed_code),
    _rule("PA905", Severity.ERROR, problems.malformed_suppression),
    _rule("PA906", Severity.NOTE, problems.stale_baseline),
    _rule("PA907", Severity.WARNING, problems.duplicate_suppression),
    _rule("PA908", Severity.ERROR, problems.insuppressible_code),
)
