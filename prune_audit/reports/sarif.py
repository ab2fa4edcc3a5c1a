"""SARIF 2.1.0, for code scanning and editors (OASIS Standard, 28 August 2023).

Every rule of the run is declared. Paths are relative to the root of the repository (%SRCROOT%); a
file outside of it has a file URI. Suppressed findings are there with who suppressed them and why.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from prune_audit.audit import Report
from prune_audit.findings import Severity, Suppressed, SuppressedBy, Tier
from prune_audit.manual import FAMILIES
from prune_audit.places import Place
from prune_audit.reports import words
from prune_audit.reports.identified import Identified, identified, is_file, is_inside, path
from prune_audit.reports.lines import clean, one_line
from prune_audit.reports.look import Look
from prune_audit.rules.rule import Rule

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
HOME = "https://github.com/prune-audit/prune-audit"
ROOT = "%SRCROOT%"
SECTIONS = ("Definition:", "Why:", "Fix:", "Cannot detect:", "Source:")
PRECISION = {Tier.CONCLUSIVE: "very-high", Tier.HEURISTIC: "medium"}
PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
"""What GitHub calls a severity in the properties of a rule."""


def render(report: Report, look: Look) -> str:
    """Return one run with all its rules and results."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, look)]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def _run(report: Report, look: Look) -> dict[str, Any]:
    indices = {rule.code: index for index, rule in enumerate(report.rules)}
    suppressed = {one.finding: one for one in report.suppressed}
    known = identified([*report.findings, *suppressed], look)
    return {
        "tool": {"driver": _driver(report.rules)},
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            ROOT: {"description": {"text": "The folder that the paths are relative to."}}
        },
        "results": [
            _result(one, indices, suppressed.get(one.finding), look)
            for one in sorted(known, key=lambda one: one.finding.sort_key)
        ],
    }


def _driver(rules: Iterable[Rule]) -> dict[str, Any]:
    from importlib.metadata import version

    return {
        "name": "prune-audit",
        "version": version("prune-audit"),
        "informationUri": HOME,
        "rules": [_rule(rule) for rule in rules],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    manual = rule.manual.replace("``", "`")
    family = f"{rule.family} {FAMILIES[rule.family]}"
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": _message(rule.title)},
        "fullDescription": {"text": _message(_definition(manual))},
        "helpUri": f"{HOME}/blob/main/prune_audit/docs/rules.md#{rule.code.lower()}",
        "help": {"text": _escaped(manual), "markdown": _escaped(_markdown(manual))},
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": {
            "tier": str(rule.tier),
            "family": family,
            "tags": [family],
            "precision": PRECISION[rule.tier],
            "problem.severity": PROBLEM[rule.severity],
        },
    }


def _definition(manual: str) -> str:
    """Return what a manual page says before it gives reasons."""
    return manual.partition("\nWhy:")[0]


def _markdown(manual: str) -> str:
    lines = []
    for line in manual.splitlines():
        head = next((head for head in SECTIONS if line.startswith(head)), "")
        lines.append(f"**{head}**{line[len(head) :]}" if head else line)
    return "\n".join(lines)


def _result(
    one: Identified, indices: Mapping[str, int], suppressed: Suppressed | None, look: Look
) -> dict[str, Any]:
    finding = one.finding
    index = indices.get(finding.code)
    return {
        "ruleId": finding.code,
        **({} if index is None else {"ruleIndex": index}),
        "level": str(finding.severity),
        "message": {"text": _message(words.with_fix(finding))},
        "locations": [_location(finding.place, look)],
        "relatedLocations": [
            {"id": number, **_location(place, look), "message": {"text": _see(place)}}
            for number, place in enumerate(finding.anchors[1:], start=1)
        ],
        "partialFingerprints": {
            # the name by which GitHub tracks a result
            "primaryLocationLineHash": f"{one.fingerprint[:16]}:{one.turn}",
            "pruneAudit/v1": one.fingerprint,
        },
        # none for some results and some for others is not allowed (section 3.27.23)
        "suppressions": [_suppression(suppressed, look)] if suppressed else [],
        "properties": {"tier": str(finding.tier)},
    }


def _location(place: Place, look: Look) -> dict[str, Any]:
    member = one_line(place.pointer)
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(place.file, look),
            "region": {"startLine": place.line, "startColumn": place.column},
        },
        **({"logicalLocations": [{"fullyQualifiedName": member}]} if member else {}),
    }


def _artifact(file: str, look: Look) -> dict[str, Any]:
    if not is_file(file):
        return {"uri": quote(file), "description": {"text": "standard input"}}
    if is_inside(file, look):
        return {"uri": quote(path(file, look)), "uriBaseId": ROOT}
    return {"uri": Path(file).absolute().as_uri()}


def _see(place: Place) -> str:
    return _message(place.pointer) or f"line {place.line}"


def _suppression(suppressed: Suppressed, look: Look) -> dict[str, Any]:
    owner = f" (owner: {suppressed.owner})" if suppressed.owner else ""
    until = f" (until {suppressed.until})" if suppressed.until else ""
    said = f"{suppressed.by}: {suppressed.reason}{owner}{until}"
    return {
        "kind": "inSource" if suppressed.by is SuppressedBy.COMMENT else "external",
        "status": "accepted",
        "justification": one_line(said),
        **({"location": _location(suppressed.place, look)} if suppressed.place else {}),
    }


def _message(text: str) -> str:
    """Return one line for a message; a text that only looks like a link is none."""
    return _escaped(one_line(text)).replace("](", "] (")


def _escaped(text: str) -> str:
    """Double braces, which otherwise hold the number of an argument (section 3.11.5)."""
    lines = (clean(line) for line in text.split("\n"))
    return "\n".join(lines).replace("{", "{{").replace("}", "}}")
