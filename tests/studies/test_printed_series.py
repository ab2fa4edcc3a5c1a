"""``prune-audit double-descent``: phases of the accuracies that a claim file prints."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from prune_audit.cli import app

DESCENT = (83.0, 80.0, 76.0, 70.0, 71.0, 78.0, 82.0, 81.5, 70.0, 50.0)
SPARSITY = (0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995)


@pytest.fixture
def claim(tmp_path: Path) -> Path:
    return tmp_path / "claim.yaml"


def written(
    path: Path,
    top1: Sequence[object] = DESCENT,
    sparsity: Sequence[object] = SPARSITY,
    measure: str = "sparsity",
    **changes: object,
) -> str:
    """Write a claim file with one sweep and return the sweep's name on the command line."""
    row = {
        "method": "IMP", "base": "dense", "source": "Table 1", "retraining": "none",
        "selection": "best-epoch",
        "pruning": {"granularity": "weight", "schedule": "iterative", "epochs": ">0"},
        **changes,
        "sweep": {"at": list(range(len(top1))), "top1": list(top1), measure: list(sparsity)},
    }  # fmt: skip
    dense = {
        "network": "resnet18", "dataset": "cifar10", "weights": "own", "top1": 83.3,
        "source": "Table 1",
    }  # fmt: skip
    file = {
        "schema": 1, "paper": {"title": "A title", "venue": "A venue", "year": 2023},
        "base_models": {"dense": dense}, "results": {"imp": row},
    }  # fmt: skip
    path.write_text(json.dumps(file), encoding="utf-8")
    return f"{path}#imp"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["double-descent", *arguments], env={"COLUMNS": "100"})


def told(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def test_printed_levels_get_their_phases(claim: Path) -> None:
    result = run(written(claim))
    assert result.exit_code == 0
    assert "10 pruned levels (by sparsity), 5 of them above 90 % sparsity" in result.output
    found = " ".join(result.output.split())
    assert "a dip beyond 3 standard deviations and rounding: 83.3 at 0 %, 70.0 at 80 %" in found
    assert "82.0 at 97 %" in found
    [lowest] = [line for line in result.output.splitlines() if line.startswith("imp@3 ")]
    assert lowest.split() == ["imp@3", "80", "70.0", "0.46", "10000", "test", "images", "critical"]


def test_json_has_every_level_with_its_phase(claim: Path) -> None:
    found = told(written(claim))
    assert (found["version"], found["kind"], found["enough"]) == (1, "double-descent", True)
    assert [one["phase"] for one in found["levels"]] == [
        "light", "light", "critical", "critical", "critical", "critical", "sweet", "sweet",
        "sweet", "collapsed", "collapsed",
    ]  # fmt: skip
    assert found["dip"] == ["dense", "imp@3", "imp@6"]


def test_what_a_claim_of_better_generalisation_needs_is_said(claim: Path) -> None:
    found = " ".join(run(written(claim)).output.split())
    assert "the last and the best epoch (printed here: best-epoch)" in found
    assert "control without label noise" in found


@pytest.mark.parametrize("kept", [SPARSITY[:9], (*(i / 12 for i in range(1, 11)), 0.9)])
def test_fewer_than_ten_levels_or_none_beyond_90_percent_are_too_few(
    claim: Path, kept: tuple[float, ...]
) -> None:
    found = told(written(claim, [80.0] * len(kept), kept))
    assert not found["enough"]
    assert {one["phase"] for one in found["levels"]} == {None}
    assert "too few levels" in run(f"{claim}#imp").output


def test_a_printed_spread_takes_the_place_of_the_test_set(claim: Path) -> None:
    wide = [f"{one}+-5.0" for one in DESCENT]
    found = told(written(claim, wide, runs=3, spread_is="sample-std"))
    assert found["dip"] is None
    assert {one["noise"] for one in found["levels"][1:]} == {"printed spread"}
    assert "no dip beyond 3 standard deviations" in run(f"{claim}#imp").output


@pytest.mark.parametrize(
    ("measure", "values"),
    [
        ("sparsity", ("50 %", "0.9")),
        ("compression", ("2x", "10x")),
        ("params_reduction", ("50 %", "90 %")),
        ("params_kept", ("0.5", "0.1")),
        ("pruning.ratio", ("0.5", "0.9")),
    ],
)
def test_sparsity_is_read_from_any_key_that_states_it(
    claim: Path, measure: str, values: tuple[str, ...]
) -> None:
    found = told(written(claim, [80.0, 70.0], values, measure))
    assert found["measure"] == measure
    assert [one["sparsity"] for one in found["levels"]] == [0.0, 50.0, 90.0]
    assert found["beyond_90"] == 0


def test_rows_are_put_in_order_and_those_without_an_accuracy_are_named(claim: Path) -> None:
    found = told(written(claim, [70.0, "unreported", 80.0], [0.9, 0.7, 0.5]))
    assert [one["row"] for one in found["levels"]] == ["dense", "imp@2", "imp@0"]
    assert found["skipped"] == ["imp@1"]


def test_a_dense_row_of_the_sweep_stands_for_the_base_model(claim: Path) -> None:
    found = told(written(claim, [83.0, 80.0], [0, 0.5]))
    assert [one["row"] for one in found["levels"]] == ["imp@0", "imp@1"]
    assert found["pruned_levels"] == 1


def test_single_rows_make_up_a_series_too(claim: Path) -> None:
    written(claim)
    found = told(f"{claim}#imp@0,imp@9")
    assert [one["row"] for one in found["levels"]] == ["dense", "imp@0", "imp@9"]


def refused(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 2
    return " ".join(result.output.split())


def test_wrong_use_is_explained(claim: Path, tmp_path: Path) -> None:
    written(claim)
    assert "name a sweep as claims/foo.yaml#sweep" in refused(str(claim))
    assert "there is no result 'imq'" in refused(f"{claim}#imq")
    assert "there are imp, imp@0" in refused(f"{claim}#imq")
    assert "none.yaml" in refused(f"{tmp_path / 'none.yaml'}#imp")
    written(claim, [80.0, 70.0], ["unreported", 0.9])
    assert "no key states how sparse every row is; one of sparsity" in refused(f"{claim}#imp")
    written(claim, ["unreported"], [0.9])
    assert "no row prints an exact accuracy" in refused(f"{claim}#imp")
    claim.write_text(claim.read_text().replace("cifar10", "our own photos"))
    written_text = claim.read_text().replace('"unreported"', "80.0")
    claim.write_text(written_text)
    assert "the noise of imp@0 is not known" in refused(f"{claim}#imp")


def test_neither_torch_nor_numpy_is_imported(claim: Path) -> None:
    name = written(claim)
    code = (
        "import sys; from prune_audit.double_descent_cli import double_descent, SeriesFormat; "
        f"double_descent({name!r}, SeriesFormat.TEXT, None); "
        "assert not {'torch', 'numpy', 'scipy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
