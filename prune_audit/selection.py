"""Which rules run, and which findings make a check fail."""

from collections.abc import Iterable, Sequence

from prune_audit.findings import Finding, Severity
from prune_audit.rules import RULESET
from prune_audit.rules.rule import Rule, Scope


class UnknownCodeError(ValueError):
    """A code or prefix that no rule has."""


class UnknownRulesetError(ValueError):
    """A ruleset that this version does not have, or that lacks a rule that is asked for."""


def chosen(
    rules: Sequence[Rule],
    select: Iterable[str],
    ignore: Iterable[str],
    ruleset: int = RULESET,
) -> tuple[Rule, ...]:
    """Return the rules whose code or name is selected (all if none is) and not ignored.

    A prefix such as ``PA1`` stands for its family; the longer of two matching prefixes wins. Rules
    about the file itself stay unless they are ignored: an unread file must not look clean. Rules
    that are newer than ``ruleset`` are left out.

    Raises:
        UnknownCodeError: a word that begins no code and is no rule's name.
        UnknownRulesetError: a ruleset that this version does not have, or a selected rule that is
            newer than the ruleset.
    """
    if not 1 <= ruleset <= RULESET:
        raise UnknownRulesetError(f"this version knows rulesets 1 to {RULESET}, got {ruleset}")
    wanted, unwanted = list(_words(rules, select)), list(_words(rules, ignore))
    there = [rule for rule in rules if rule.since <= ruleset]
    for word in wanted:
        if not any(_matches(rule, word) for rule in there):
            raise UnknownRulesetError(f"{word!r} is newer than ruleset {ruleset}")
    return tuple(
        rule
        for rule in there
        if _weight(rule, wanted, _unnamed(rule, wanted)) > _weight(rule, unwanted, 0)
    )


def _unnamed(rule: Rule, wanted: Sequence[str]) -> int:
    """Return the weight of a rule that no word names."""
    return 1 if not wanted or rule.scope is Scope.FILE else 0


def _words(rules: Sequence[Rule], given: Iterable[str]) -> Iterable[str]:
    for word in (part.strip() for text in given for part in text.split(",") if part.strip()):
        if not any(_matches(rule, word) for rule in rules):
            raise UnknownCodeError(f"no rule has the code, prefix or name {word!r}")
        yield word


def _matches(rule: Rule, word: str) -> bool:
    return rule.code.startswith(word.upper()) or rule.name == word


def _weight(rule: Rule, words: Sequence[str], otherwise: int) -> int:
    lengths = [
        len(rule.code) if rule.name == word else len(word) for word in words if _matches(rule, word)
    ]
    return max(lengths, default=otherwise)


def fails(findings: Iterable[Finding], fail_on: str) -> bool:
    """Whether some finding is at least as grave as ``fail_on``; ``never`` fails on nothing."""
    if fail_on == "never":
        return False
    limit = Severity(fail_on).rank
    return any(finding.severity.rank <= limit for finding in findings)
