"""``prune-audit ranks``: do methods keep their ranks over the operating points of a table."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from scipy import stats
from typer.testing import CliRunner, Result

from prune_audit import cli

CLAIMS = Path(__file__).parent.parent / "claims"
DEFAULTS = {
    "base": "unreported", "network": "resnet56", "dataset": "cifar10", "source": "Table 1",
    "pruning": "unreported", "retraining": "unreported",
}  # fmt: skip
METHODS = ("A", "B", "C", "Random")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, ["ranks", *map(str, arguments)])


def claim(folder: Path, points: dict[str, list[str]], **row: Any) -> Path:
    """Write a claim: accuracies of ``METHODS`` per speedup, on the CIFAR-10 test set."""
    rows = {
        f"{method.lower()}-{speedup.replace('.', '-')}": {
            "method": method, "top1": top1, "speedup": speedup,
            **row,
        }
        for speedup, accuracies in points.items()
        for method, top1 in zip(METHODS, accuracies, strict=False)
    }  # fmt: skip
    file = folder / "table.yaml"
    paper = {"title": "Ranks", "venue": "arXiv", "year": 2024}
    head = {"schema": 1, "paper": paper, "defaults": DEFAULTS}
    file.write_text(yaml.safe_dump({**head, "results": rows}, sort_keys=False))
    return file


def groups(*arguments: object) -> list[dict[str, Any]]:
    done = run(*arguments, "--format", "json")
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)["groups"]
    return found


def only(*arguments: object) -> dict[str, Any]:
    (group,) = groups(*arguments)
    return group


STEADY = {
    "2x": ["93.0", "92.0", "91.0", "80.0"],
    "3x": ["91.0", "90.0", "89.0", "70.0"],
    "4x": ["88.0", "87.0", "86.0", "60.0"],
}


def test_a_ranking_that_never_changes_has_tau_one_between_all_points(tmp_path: Path) -> None:
    group = only(claim(tmp_path, STEADY))
    assert [one["as_printed"]["tau"] for one in group["between"]] == [1.0, 1.0, 1.0]
    assert group["enough_points"]
    assert group["reversed_beyond_noise"] == 0


def test_two_operating_points_are_too_few_and_that_is_said(tmp_path: Path) -> None:
    two = {speedup: STEADY[speedup] for speedup in ("2x", "3x")}
    done = run(claim(tmp_path, two))
    assert "2 operating points with methods in common" in done.stdout
    assert "takes 3 or more" in " ".join(done.stdout.split())
    enough = run(claim(tmp_path, STEADY)).stdout
    assert "takes 3 or more" not in " ".join(enough.split())


def test_random_has_a_rank_at_every_point(tmp_path: Path) -> None:
    points = {**STEADY, "4x": ["60.0", "70.0", "65.0", "80.0"]}
    group = only(claim(tmp_path, points))
    ranks = [one["random_rank"]["printed"] for one in group["points"]]
    assert ranks == [4, 4, 1]


def test_methods_that_change_sides_beyond_noise_are_counted(tmp_path: Path) -> None:
    points = {"2x": ["93.0", "80.0"], "4x": ["70.0", "85.0"]}
    (between,) = only(claim(tmp_path, points))["between"]
    assert (between["as_printed"]["tau"], between["beyond_noise"]["reversed"]) == (-1.0, 1)


def test_what_ten_thousand_test_images_cannot_tell_apart_is_a_tie(tmp_path: Path) -> None:
    points = {"2x": ["93.00", "92.95"], "4x": ["90.00", "90.05"]}
    (between,) = only(claim(tmp_path, points))["between"]
    assert between["as_printed"]["tau"] == -1.0
    assert between["beyond_noise"]["tau"] is None
    assert between["beyond_noise"]["tied_both"] == 1


def test_digits_that_may_stand_for_one_number_are_a_tie(tmp_path: Path) -> None:
    points = {"2x": ["93.0", "93.04"], "4x": ["90.0", "89.0"]}
    (between,) = only(claim(tmp_path, points))["between"]
    assert between["as_printed"]["tied_first"] == 1


@pytest.mark.parametrize("silent", ["~90", "unreported"])
def test_an_accuracy_that_is_not_stated_exactly_leaves_its_pairs_unknown(
    tmp_path: Path, silent: str
) -> None:
    points = {"2x": ["93.0", "92.0", "91.0"], "4x": ["90.0", silent, "80.0"]}
    (between,) = only(claim(tmp_path, points))["between"]
    assert between["as_printed"]["unknown"] == 2
    assert between["as_printed"]["tau"] == 1.0


def test_noise_is_unknown_on_a_data_set_of_unknown_size(tmp_path: Path) -> None:
    group = only(claim(tmp_path, STEADY, dataset="our photos"))
    assert {one["beyond_noise"]["unknown"] for one in group["between"]} == {6}
    assert group["points"][0]["random_rank"]["best"] is None


def test_rates_within_the_tolerance_are_one_operating_point(tmp_path: Path) -> None:
    points = {"2.00x": ["93.0"], "4.0x": ["90.0", "80.0"]}
    file = claim(tmp_path, points)
    text = file.read_text() + ("  near: {method: B, top1: 92.0, speedup: 2.05x}\n")
    file.write_text(text)
    assert [one["point"] for one in only(file)["points"]] == ["2x to 2.05x", "4x"]
    assert [one["point"] for one in only(file, "--tolerance", "1%")["points"]] == [
        "2x", "2.05x", "4x",
    ]  # fmt: skip


def test_a_method_that_stands_twice_at_one_point_is_left_out_and_named(tmp_path: Path) -> None:
    file = claim(tmp_path, STEADY)
    file.write_text(file.read_text() + "  again: {method: A, top1: 92.5, speedup: 2x}\n")
    group = only(file)
    assert {one["result"] for one in group["left_out"]} == {"again", "a-2x", "a-3x", "a-4x"}
    assert "more than once" in run(file).stdout


def test_rows_trained_from_scratch_are_no_criteria(tmp_path: Path) -> None:
    file = claim(tmp_path, STEADY)
    file.write_text(
        file.read_text() + "  fresh: {method: scratch, top1: 94.0, speedup: 2x, base: none, "
        "scratch: {budget: E, epochs: 200, lr: unreported}}\n"
    )
    assert len(only(file)["points"][0]["methods"]) == len(METHODS)


def test_pruningbench_ranks_agree_with_scipy_on_the_printed_numbers() -> None:
    file = CLAIMS / "pruningbench2024.yaml"
    rows = yaml.safe_load(file.read_text())["results"].values()
    (group,) = (one for one in groups(file) if one["base"] == "vits")
    at = {
        speedup: {
            row["method"]: float(row["top1"])
            for row in rows
            if row["base"] == "vits" and row["speedup"] == speedup
        }
        for speedup in ("3x", "4x")
    }
    names = list(at["3x"])
    expected = stats.kendalltau([at["3x"][one] for one in names], [at["4x"][one] for one in names])
    (between,) = group["between"]
    assert between["as_printed"]["tau"] == pytest.approx(expected.statistic)
    swapped = sum(
        (at["3x"][a] - at["3x"][b]) * (at["4x"][a] - at["4x"][b]) < 0
        for a, b in combinations(names, 2)
    )
    assert between["as_printed"]["reversed"] == swapped == 6
    assert not group["enough_points"]


def test_every_format_names_every_base_model(tmp_path: Path) -> None:
    file = claim(tmp_path, STEADY)
    for form in ("text", "markdown", "json"):
        assert "resnet56" in run(file, "--format", form).stdout


def test_text_of_a_file_does_not_break_a_markdown_table(tmp_path: Path) -> None:
    file = claim(tmp_path, STEADY)
    file.write_text(file.read_text().replace("method: A\n", "method: 'A | B'\n"))
    lines = run(file, "--format", "markdown").stdout.splitlines()
    rows = [line for line in lines if line.startswith("| 2x")]
    assert {line.replace("\\|", "").count("|") for line in rows if "A " in line} == {6}


def test_a_claim_without_two_methods_at_a_point_has_nothing_to_rank(tmp_path: Path) -> None:
    done = run(claim(tmp_path, {"2x": ["93.0"]}))
    assert done.exit_code == 4
    assert "nothing to rank" in done.stderr


def test_a_file_that_cannot_be_read_is_reported_and_the_others_are_ranked(tmp_path: Path) -> None:
    good = claim(tmp_path, STEADY)
    bad = tmp_path / "bad.yaml"
    bad.write_text("schema: 1\nresults: [")
    done = run(good, bad)
    assert done.exit_code == 1
    assert "bad.yaml was not read" in done.stderr
    assert "resnet56" in done.stdout


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert run(tmp_path / "none.yaml").exit_code == 2
