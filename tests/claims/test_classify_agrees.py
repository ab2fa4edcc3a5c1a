"""``classify`` and ``check`` cannot disagree: every shipped pair comes out the same."""

from pathlib import Path

import pytest

from prune_audit import RULES, Settings, audit, gather, load_file
from prune_audit.explained import find_pair

CLAIMS = sorted((Path(__file__).parents[2] / "claims").glob("*.yaml"))


@pytest.mark.parametrize("path", CLAIMS, ids=lambda path: path.stem)
def test_classify_gives_the_verdict_of_check(path: Path) -> None:
    report = audit(gather([load_file(path)]), RULES, Settings())
    seen = set()
    for pair in (judged.pair for one in report.comparisons for judged in one.pairs):
        names = (f"{path}#{pair.ours.name}", f"{pair.other.file}#{pair.other.name}")
        if names not in seen:  # rows that two comparisons share are judged as in the first
            seen.add(names)
            assert find_pair(*names, Settings()).verdict == pair.verdict
