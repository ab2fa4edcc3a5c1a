"""What makes two findings of different days the same one."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.findings import Finding, Severity, Tier
from prune_audit.fingerprint import fingerprint, key
from prune_audit.places import Place

FINDING = Finding(
    "PA104", "some-rule", Severity.ERROR, Tier.CONCLUSIVE,
    "'r50' prints 76.13 and \"better\", 1e-2 at most; first in line 12",
    (Place("claims/a.yaml", 3, 5, "comparisons[3].ours"), Place("claims/a.yaml", 9, 1, "paper")),
)  # fmt: skip


def test_a_key_holds_code_file_pointers_and_values() -> None:
    assert key(FINDING) == (
        "PA104", "claims/a.yaml", ("comparisons[].ours", "paper"),
        ("'r50'", "76.13", '"better"', "1e-2"),
    )  # fmt: skip


@given(st.integers(1, 10**6), st.integers(1, 300), st.integers(0, 99))
def test_places_do_not_count(line: int, column: int, index: int) -> None:
    anchors = (
        Place("claims/a.yaml", line, column, f"comparisons[{index}].ours"),
        Place("claims/a.yaml", line + 1, 1, "paper"),
    )
    message = FINDING.message.replace("line 12", f"line {line}")
    moved = replace(FINDING, anchors=anchors, message=message)
    assert fingerprint(moved) == fingerprint(FINDING)


@pytest.mark.parametrize("lines", ["line 4", "lines 4, 5, 19", "lines 4 and 7", "lines 1 to 40"])
def test_the_numbers_of_lines_are_no_values(lines: str) -> None:
    found = replace(FINDING, message=f"3 are wrong: {lines}, 5.0 is not")
    assert key(found).values == ("3", "5.0")


@pytest.mark.parametrize(
    "other",
    [
        replace(FINDING, code="PA105"),
        replace(FINDING, message=FINDING.message.replace("76.13", "76.15")),
        replace(FINDING, message=FINDING.message.replace("r50", "r34")),
        replace(FINDING, anchors=(Place("b.yaml"), *FINDING.anchors[1:])),
        replace(FINDING, anchors=FINDING.anchors[:1]),
    ],
)
def test_other_values_make_another_finding(other: Finding) -> None:
    assert fingerprint(other) != fingerprint(FINDING)


def test_another_wording_of_the_same_values_is_the_same_finding() -> None:
    other = replace(FINDING, message="of 'r50': 76.13 for \"better\"; 1e-2.", fix="do it")
    assert fingerprint(other) == fingerprint(FINDING)


def test_a_file_is_named_from_the_root(tmp_path: Path) -> None:
    place = Place(str(tmp_path / "claims" / "a.yaml"))
    assert key(replace(FINDING, anchors=(place,)), tmp_path).file == "claims/a.yaml"
    stdin = replace(FINDING, anchors=(Place("<stdin>"),))
    assert key(stdin, tmp_path).file == "<stdin>"
