"""Every rule has example files: the good ones never trigger it, the bad ones always do."""

from pathlib import Path

import pytest

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.load import load_file
from prune_audit.rules import RULES
from prune_audit.settings import Settings

EXAMPLES = Path(__file__).parent / "examples"
GOOD = sorted(EXAMPLES.glob("PA*/good*"))
BAD = sorted(EXAMPLES.glob("PA*/bad*"))


def codes_found(example: Path) -> set[str]:
    paths = sorted(example.glob("*.yaml")) if example.is_dir() else [example]
    corpus = gather(load_file(path) for path in paths)
    return {finding.code for finding in audit(corpus, RULES, Settings()).findings}


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
