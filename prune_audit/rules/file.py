"""Family PA0: the file and where its numbers come from."""

from collections.abc import Iterator

from prune_audit import problems
from prune_audit.claim import Claim
from prune_audit.corpus import Corpus
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.rules.rule import Rule, Scope
from prune_audit.settings import Settings


def unused_entry(claim: Claim, corpus: Corpus, settings: Settings) -> Iterator[Hit]:
    """A base model is described and no row uses it.

    Definition: an entry under ``base_models`` that is the ``base`` of no result of the file.
    Why: often the sign that a row names the wrong base model.
    Fix: name it as the ``base`` of its rows, or delete it.
    Cannot detect: a row that uses the wrong one of two described base models.
    Source: this tool.
    """
    used = {result.base_model.name for result in claim.results.values() if result.base_model}
    for name, base in claim.base_models.items():
        if name not in used:
            yield Hit(
                f"no result uses the base model {name!r}",
                (base.place,),
                "name it as a base, or delete it",
            )


def _file(code: str, maker: object) -> Rule:
    assert callable(maker)
    return Rule(code, Severity.ERROR, Tier.CONCLUSIVE, Scope.FILE, maker)


RULES: tuple[Rule, ...] = (
    _file("PA001", problems.unreadable),
    _file("PA002", problems.yaml_syntax),
    _file("PA003", problems.forbidden_yaml),
    _file("PA004", problems.duplicate_key),
    _file("PA005", problems.unknown_key),
    _file("PA006", problems.missing_key),
    _file("PA007", problems.wrong_value),
    _file("PA008", problems.broken_reference),
    _file("PA009", problems.ill_matched),
    Rule("PA010", Severity.NOTE, Tier.CONCLUSIVE, Scope.CLAIM, unused_entry),
)
