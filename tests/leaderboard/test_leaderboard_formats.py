"""What the formats of a leaderboard print."""

import csv
import json
from collections.abc import Callable, Mapping
from io import StringIO
from typing import Any

import pytest

from prune_audit.leaderboard import Board
from prune_audit.leaderboard.reports import FORMATS
from prune_audit.leaderboard.reports.sheet import plain
from prune_audit.reports.look import Look

Boards = Callable[..., Board]

ROWS: Mapping[str, Mapping[str, Any]] = {
    "ours": {"method": "GReg-1", "top1": "75.80", "runs": "1"},
    "l1": {"top1": "74.20", "drop": "1.93"},
    "silent": {"retraining.lr": "unreported"},
}
QUOTE = {"quote": {"origin": "cited", "cites": "a#l1", "top1": "74.2"}}


@pytest.fixture(scope="module")
def made(board: Boards) -> Board:
    return board(ROWS, QUOTE)


TEXT = """\
Comparable at S3.2, rates within 5 %: 3 results of 2 files (1 quoted row not counted twice)
1 group holds 2 results, 1 is in none.
A partial order: results are ranked inside a group, groups are not ranked against each other.
Rank: 1 + how many results of the group are significantly better (alpha 0.05 for each pair, not
  corrected for their number); n/a where that cannot be tested
~ rests on: standard deviations are not stated: sampling of the test set alone

imagenet, resnet50: 3 results, 2 of them in 1 group
  group 1: speedup 2.00x; all pairs at S4.2; base torchvision/ResNet50_Weights.IMAGENET1K_V1;
    retraining 90 epochs, 0:1e-2,30:1e-3,60:1e-4
    rank  top-1  runs  drop   rate  method   result  paper
      1~  75.80     1  0.33  2.00x  GReg-1   a#ours  ICLR 2023
      2~  74.20     -  1.93  2.00x  L1-norm  a#l1    ICLR 2023
    a#l1 is quoted by b#quote (as 74.2)
    would be joined with a#silent if known and the same: retraining LR schedule
  in no group: 1
    1 could join another if known and the same: retraining LR schedule
"""


def test_text_shows_groups_with_ranks_and_what_would_join_the_rest(made: Board) -> None:
    assert FORMATS["text"](made, Look()) == TEXT


def test_verbose_text_says_of_each_result_why_it_is_alone(made: Board) -> None:
    shown = FORMATS["text"](made, Look(verbose=True))
    line = (
        "    a#silent: would be joined with group 1 if known and the same: retraining LR schedule"
    )
    assert line in shown.splitlines()


def test_text_keeps_to_the_width(board: Boards) -> None:
    rows = {name: {"method": "A very long name of a method " * 3} for name in ("x" * 40, "y" * 40)}
    for width in (60, 80, 120):
        shown = FORMATS["text"](board(rows), Look(width=width))
        assert max(map(len, shown.splitlines())) <= width


def test_long_names_are_wrapped_and_never_cut(board: Boards) -> None:
    method = "A very long name of a method with hyphenated-words " * 3
    rows = {name: {"method": method} for name in ("x" * 40, "y" * 40)}
    for width in (60, 100):
        shown = FORMATS["text"](board(rows), Look(width=width))
        assert "…" not in shown
        table = shown.partition("rank ")[2].partition("may be one")[0]
        assert table.count("method with") + table.count("name of") >= 6
        assert table.count("xxx") >= 10


def test_groups_say_what_their_ranks_rest_on_where_it_differs(board: Boards) -> None:
    rows = {
        "a": {"top1": "75.80+-0.10"}, "b": {"top1": "74.20+-0.10"},
        "c": {"top1": "75.80", "speedup": "3.00x"}, "d": {"top1": "74.20", "speedup": "3.00x"},
    }  # fmt: skip
    made = board(rows)
    for form in ("text", "markdown"):
        shown = FORMATS[form](made, Look())
        whole = " ".join(shown.replace("\\", "").split())
        assert "~ rests on an assumption, which stands below each group" in whole
        first, second = whole.split("group 1: ")[1].split("group 2: ")
        assert "~: +- taken as a sample standard deviation; n = 3 assumed" in first
        assert "sampling of the test set alone" not in first
        assert "~: standard deviations are not stated: sampling of the test set alone" in second


def test_rows_of_one_group_that_rest_on_different_things_are_named(board: Boards) -> None:
    rows = {"a": {"top1": "75.80+-0.10"}, "b": {"top1": "74.20+-0.10"}, "c": {"top1": "73.00"}}
    whole = " ".join(FORMATS["text"](board(rows), Look()).split())
    assert "~ of a#c: standard deviations are not stated" in whole
    assert "~ of a#a, a#b: +- taken as" in whole


def test_csv_has_a_line_per_result_and_group(made: Board) -> None:
    assert FORMATS["csv"](made, Look()) == (
        "group,dataset,network,track,base,setup,rate_kind,rate,rate_printed,rank,conclusive,tests,"
        "method,paper,year,file,row,submission,top1,spread,runs,drop,selection,quoted_by,also_in\n"
        "imagenet/resnet50/1,imagenet,resnet50,,torchvision/ResNet50_Weights.IMAGENET1K_V1,S4.2,"
        "speedup,2,2.00x,1,no,binomial; standard deviations are not stated: sampling of the test "
        "set alone,GReg-1,A title,2023,a.yaml,ours,,75.80,,1,0.33,,,\n"
        "imagenet/resnet50/1,imagenet,resnet50,,torchvision/ResNet50_Weights.IMAGENET1K_V1,S4.2,"
        "speedup,2,2.00x,2,no,binomial; standard deviations are not stated: sampling of the test "
        "set alone,L1-norm,A title,2023,a.yaml,l1,,74.20,,,1.93,,b.yaml#quote,\n"
    )


def test_markdown_has_a_table_per_group(made: Board) -> None:
    shown = FORMATS["markdown"](made, Look())
    assert "## imagenet, resnet50\n" in shown
    assert r"| 1\~    | 75.80   | 1      | 0.33   | 2.00x  | GReg-1   | a\#ours  |" in shown
    assert "### In no group\n\n- 1 could join another" in shown


def test_json_says_why_results_are_apart(made: Board) -> None:
    data = json.loads(FORMATS["json"](made, Look()))
    assert data["version"] == 1
    (division,) = data["divisions"]
    (group,) = division["groups"]
    assert [(line["result"], line["rank"]) for line in group["ranking"]] == [
        ("a.yaml#ours", 1), ("a.yaml#l1", 2),
    ]  # fmt: skip
    (apart,) = division["ungrouped"]
    assert apart["unit"] == {"group": None, "result": "a.yaml#silent"}
    assert apart["nearest"] == {"group": "imagenet/resnet50/1", "result": None}
    assert apart["missing"] == ["retraining LR schedule"]
    assert apart["differs"] is None
    quoted = [one["quoted_by"] for one in division["results"]]
    assert quoted[1] == [{"result": "b.yaml#quote", "top1_printed": "74.2"}]


def test_json_names_the_fact_that_differs_with_both_places(board: Boards) -> None:
    rows = {"a": {}, "b": {"retraining.lr": "0:1e-1,30:1e-2,60:1e-3"}}
    data = json.loads(FORMATS["json"](board(rows), Look()))
    apart = data["divisions"][0]["ungrouped"][0]
    assert apart["differs"] == "retraining LR schedule"
    assert apart["example"]["results"] == ["a.yaml#a", "a.yaml#b"]
    assert [side["text"] for side in apart["example"]["sides"]] == [
        "0:1e-2,30:1e-3,60:1e-4", "0:1e-1,30:1e-2,60:1e-3",
    ]  # fmt: skip


def test_rows_that_look_like_one_result_printed_twice_are_noted(board: Boards) -> None:
    shown = FORMATS["text"](board({"table-4": {}, "table-5": {}}), Look())
    assert "a#table-4 and a#table-5 may be one result printed twice (cites: would say so)" in shown


FORMULAS = ["=1+1", "+1;x", "-cmd", "@SUM(A1)", "=HYPERLINK(1)"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_the_csv_is_a_formula(board: Boards, text: str) -> None:
    shown = FORMATS["csv"](board({"a": {"method": text}, "b": {}}), Look())
    cells = [cell for row in csv.reader(StringIO(shown)) for cell in row]
    assert f"'{text}" in cells
    assert text not in cells


def test_negative_numbers_stay_numbers() -> None:
    assert plain("-0.31") == "-0.31"
    assert plain("\t=1") == "'=1"


HOSTILE = "x\x1b[31m|y<script>\n# z"


def test_hostile_names_stay_inside_their_cell(board: Boards) -> None:
    made = board({"a": {"method": HOSTILE}, "b": {}})
    for form in ("text", "markdown", "csv"):
        shown = FORMATS[form](made, Look())
        assert "\x1b" not in shown
        assert "\n# z" not in shown
    markdown = FORMATS["markdown"](made, Look())
    assert r"\|y\<script\>" in markdown


def test_an_empty_board_says_that_nothing_is_comparable(board: Boards) -> None:
    assert "No two results are comparable." in FORMATS["text"](board({"a": {}}), Look())
    for render in FORMATS.values():
        assert render(board({"a": {}}), Look())
