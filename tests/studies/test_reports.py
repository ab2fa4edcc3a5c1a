"""What a study found, as text, JSON, Markdown and a picture."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from prune_audit.reports.look import Look
from prune_audit.studies.outcome import Column, Outcome, Table
from prune_audit.studies.reports import FORMATS
from prune_audit.studies.reports.plot import draw

pytest.importorskip("matplotlib")


def test_text_shows_mean_and_deviation_and_nothing_for_what_is_missing(outcome: Outcome) -> None:
    found = FORMATS["text"](outcome, Look())
    assert "98.00 +- 1.00" in found
    random = next(line for line in found.splitlines() if line.startswith("random"))
    assert random.split() == ["random", "10", "95.50", "-"]
    assert "held: l1 above random\n  measured: +2.50 points" in found
    assert found.endswith("What limits it.\n")


def test_colours_are_for_terminals_only(outcome: Outcome) -> None:
    assert "\x1b[" not in FORMATS["text"](outcome, Look())
    assert "\x1b[" in FORMATS["text"](outcome, Look(colour=True))


def test_json_holds_the_value_of_every_seed(outcome: Outcome) -> None:
    found = json.loads(FORMATS["json"](outcome, Look()))
    (first, second) = found["tables"][0]["rows"]
    assert first["accuracy"] == {"mean": 98.0, "std": 1.0, "values": [97.0, 98.0, 99.0]}
    assert second["accuracy"]["std"] is None
    assert found["tables"][0]["units"] == {"kept": "%", "accuracy": "%"}
    assert found["panels"][0]["curves"][0]["points"][1] == {"x": 10.0, "values": [97.0, 98.0]}
    assert [sign["held"] for sign in found["signs"]] == ["held", "unresolved"]


def test_columns_of_one_name_would_hide_each_other_and_are_refused(outcome: Outcome) -> None:
    table = outcome.tables[0]
    twice = table._replace(columns=(table.columns[0]._replace(name="kept"), *table.columns[1:]))
    with pytest.raises(ValueError, match="two columns of 'A table' have one name"):
        FORMATS["json"](replace(outcome, tables=(twice,)), Look())


def test_a_bar_in_a_name_breaks_no_table_of_markdown(outcome: Outcome) -> None:
    lines = FORMATS["markdown"](outcome, Look()).splitlines()
    row = next(line for line in lines if line.startswith("| l1 \\|"))
    assert row.replace("\\|", "").count("|") == 5
    assert "98.00 ± 1.00" in row


def test_a_picture_holds_every_run_and_is_the_same_each_time(
    outcome: Outcome, tmp_path: Path
) -> None:
    for name in ("a.svg", "b.svg"):
        draw(outcome, tmp_path / name)
    first = (tmp_path / "a.svg").read_bytes()
    assert first == (tmp_path / "b.svg").read_bytes()
    ElementTree.fromstring(first)
    assert b"A_1 $x$" in first
    assert b"limit" in first


def test_a_picture_can_be_png(outcome: Outcome, tmp_path: Path) -> None:
    draw(outcome, tmp_path / "deep" / "a.png")
    assert (tmp_path / "deep" / "a.png").read_bytes().startswith(b"\x89PNG")


def test_heads_of_a_table_that_is_too_wide_stand_on_several_lines() -> None:
    names = [f"a rather long name of column {number}" for number in range(6)]
    table = Table("Wide", tuple(map(Column, names)), (tuple(range(6)),))
    shown = FORMATS["text"](Outcome("wide", "", "", (), (table,), ()), Look(width=80)).splitlines()
    assert max(map(len, shown)) <= 80
    assert sum(line.count("rather") for line in shown) == len(names)
