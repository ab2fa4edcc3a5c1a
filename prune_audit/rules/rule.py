"""What a rule is: a pure function whose docstring is its manual page, and its rank."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from prune_audit.findings import Finding, Hit, Severity, Tier

RULESET = 2
"""The newest set of rules; a benchmark or a configuration may pin an older one."""


class Scope(StrEnum):
    """What a rule looks at."""

    FILE = "file"
    RESULT = "result"
    PAIR = "pair"
    COMPARISON = "comparison"
    CLAIM = "claim"
    CORPUS = "corpus"
    EVIDENCE = "evidence"
    ENTRANT = "entrant"


@dataclass(frozen=True)
class Rule:
    """One rule.

    ``check`` takes what the scope says and the settings, and yields hits:
    RESULT ``(Result, Claim, Settings)``, PAIR ``(JudgedPair, Settings)``, COMPARISON
    ``(JudgedComparison, Settings)``, CLAIM ``(Claim, Corpus, Settings)``, CORPUS
    ``(Corpus, Settings)``, EVIDENCE ``(Evidence, Settings)``, ENTRANT ``(Entrant, Settings)``. A
    FILE rule is a maker of problems that the loader calls. ``since`` is the first ruleset that has
    the rule.
    """

    code: str
    severity: Severity
    tier: Tier
    scope: Scope
    check: Callable[..., Any]
    since: int = 1

    @property
    def name(self) -> str:
        """The rule's name in words with hyphens."""
        return self.check.__name__.replace("_", "-")

    @property
    def family(self) -> str:
        """The first three characters of the code, such as PA1."""
        return self.code[:3]

    @property
    def manual(self) -> str:
        """The manual page: definition, why, fix, what it cannot detect, source."""
        return inspect.getdoc(self.check) or ""

    @property
    def title(self) -> str:
        """The first line of the manual page."""
        return self.manual.split("\n", 1)[0]

    def findings(self, hits: Iterable[Hit]) -> list[Finding]:
        """Turn hits into findings of this rule."""
        return [self.finding(hit) for hit in hits]

    def finding(self, hit: Hit) -> Finding:
        """Turn a hit into a finding of this rule."""
        return Finding(
            self.code, self.name, self.severity, self.tier, hit.message, hit.anchors, hit.fix
        )
