"""The rule registry: every rule, in the order of the codes. Nothing registers itself."""

from prune_audit.rules import agreement, fairness, file, setup
from prune_audit.rules.rule import Rule, Scope

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *file.RULES,
            *agreement.RULES,
            *setup.RULES,
            *fairness.RULES,
        ),
        key=lambda rule: rule.code,
    )
)

__all__ = ["RULES", "Rule", "Scope"]
