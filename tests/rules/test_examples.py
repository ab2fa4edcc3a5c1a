"""Every rule has example files: the good ones never trigger it, the bad ones always do."""

from datetime import date
from pathlib import Path

import pytest

from prune_audit.audit import Report, Submitted, audit
from prune_audit.benchmark.around import around
from prune_audit.benchmark.files import read_submissions, submission_files
from prune_audit.benchmark.gate import gate
from prune_audit.benchmark.read import load_benchmark
from prune_audit.configuration.configuration import read
from prune_audit.configuration.source import opened
from prune_audit.corpus import gather
from prune_audit.evidence.gather import evidence_of_all
from prune_audit.evidence.references import references_of, with_references
from prune_audit.load import load_file
from prune_audit.rules import RULES
from prune_audit.settings import Settings
from prune_audit.waivers.gather import opened as open_baseline
from prune_audit.waivers.gather import waived

EXAMPLES = Path(__file__).parent / "examples"
GOOD = sorted(EXAMPLES.glob("PA*/good*"))
BAD = sorted(EXAMPLES.glob("PA*/bad*"))


def codes_at_the_gate(example: Path) -> set[str]:
    """Return what a benchmark finds: the example's own, or the one that examples share."""
    own = example / "benchmark.yaml"
    loaded = load_benchmark(own if own.exists() else EXAMPLES / "benchmark" / "benchmark.yaml")
    assert loaded.problems == ()
    files = submission_files([str(example)])
    there = around(loaded, files, Settings())
    assert there.problems == ()
    report = gate(
        list(read_submissions(files)), loaded, there, RULES, Settings(),
        evidence_of_all, date(2026, 1, 1),
    )  # fmt: skip
    return {finding.code for finding in report.findings}


def codes_with_evidence(example: Path) -> set[str]:
    """Return what the submissions in a folder are found to have, their files read."""
    corpus = gather(load_file(path) for path in sorted(example.rglob("submission.yaml")))
    evidence = evidence_of_all(corpus.claims)
    if points := references_of(example / "references").points:
        evidence = tuple(with_references(one, points) for one in evidence)
    submitted = Submitted(evidence)
    return {finding.code for finding in audit(corpus, RULES, Settings(), submitted).findings}


def codes_found(example: Path) -> set[str]:
    if example.parent.name.startswith("PA8"):
        return codes_at_the_gate(example)
    if example.is_dir() and any(example.rglob("submission.yaml")):
        return codes_with_evidence(example)
    paths = sorted(example.glob("*.yaml")) if example.is_dir() else [example]
    corpus = gather(load_file(path) for path in paths)
    report = as_suppressed_there(audit(corpus, RULES, Settings()), example)
    return {finding.code for finding in report.findings}


def as_suppressed_there(report: Report, example: Path) -> Report:
    """Let comments suppress, and an example's own configuration and baseline."""
    settings, baseline = example / "prune-audit.toml", example / "baseline.json"
    tables = read(opened(settings)).suppressions if settings.exists() else ()
    known = open_baseline(baseline if baseline.exists() else None)
    return waived(report, tables, known, date(2026, 1, 1))


@pytest.mark.parametrize("example", GOOD, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_good_example_does_not_trigger_its_rule(example: Path) -> None:
    assert example.parent.name not in codes_found(example)


@pytest.mark.parametrize("example", BAD, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_bad_example_triggers_its_rule(example: Path) -> None:
    assert example.parent.name in codes_found(example)


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_every_rule_has_a_good_and_a_bad_example(code: str) -> None:
    folders = {path.parent.name for path in GOOD} & {path.parent.name for path in BAD}
    assert code in folders


def test_codes_are_unique_and_sorted() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
@pytest.mark.parametrize("part", ["Definition:", "Why:", "Fix:", "Cannot detect:"])
def test_every_rule_has_a_full_manual_page(rule: object, part: str) -> None:
    manual = getattr(rule, "manual", "")
    assert part in manual
    assert manual.split("\n")[0].endswith(".")
