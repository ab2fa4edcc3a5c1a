"""The rule registry: every rule, in the order of the codes. Nothing registers itself."""

from prune_audit.rules import (
    agreement,
    arithmetic,
    attainable,
    benchmark,
    costs,
    curves,
    evidence,
    fairness,
    file,
    generalisation,
    hygiene,
    impossible,
    kinds,
    known_bases,
    plausible,
    provenance,
    quoted,
    ratios,
    references,
    reporting,
    schedules,
    setup,
    speeds,
    statistics,
    storage,
    tables,
    two_values,
)
from prune_audit.rules.rule import RULESET, Rule, Scope

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *file.RULES,
            *provenance.RULES,
            *arithmetic.RULES,
            *attainable.RULES,
            *impossible.RULES,
            *costs.RULES,
            *known_bases.RULES,
            *tables.RULES,
            *ratios.RULES,
            *plausible.RULES,
            *agreement.RULES,
            *setup.RULES,
            *fairness.RULES,
            *kinds.RULES,
            *schedules.RULES,
            *statistics.RULES,
            *generalisation.RULES,
            *reporting.RULES,
            *speeds.RULES,
            *storage.RULES,
            *quoted.RULES,
            *two_values.RULES,
            *benchmark.RULES,
            *references.RULES,
            *hygiene.RULES,
            *curves.RULES,
            *evidence.RULES,
        ),
        key=lambda rule: rule.code,
    )
)

__all__ = ["RULES", "RULESET", "Rule", "Scope"]
