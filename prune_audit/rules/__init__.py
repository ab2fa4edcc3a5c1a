"""The rule registry: every rule, in the order of the codes. Nothing registers itself."""

from prune_audit.rules import fairness, file, setup
from prune_audit.rules.rule import Rule, Scope

RULES: tuple[Rule, ...] = (*file.RULES, *setup.RULES, *fairness.RULES)

__all__ = ["RULES", "Rule", "Scope"]
