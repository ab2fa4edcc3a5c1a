"""A finding belongs to a file that was checked, also where its rows stand in another."""

from pathlib import Path

import pytest

from prune_audit import RULES, Settings, audit, gather, load_file

CLAIMS = sorted((Path(__file__).parents[1] / "claims").glob("*.yaml"))


@pytest.mark.parametrize("path", CLAIMS, ids=lambda path: path.stem)
def test_every_finding_points_first_into_the_checked_file(path: Path) -> None:
    report = audit(gather([load_file(path)]), RULES, Settings())
    assert {finding.place.file for finding in report.findings} <= {str(path)}
