"""Tracks of a benchmark: any rates of one band are ranked together, the rest as ever."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from prune_audit.benchmark.read import load_benchmark
from prune_audit.leaderboard import Band, Board, bands_of
from prune_audit.leaderboard.reports import FORMATS
from prune_audit.rates import RateKind
from prune_audit.reports.look import Look

Boards = Callable[..., Board]
TWO = Band("r50-2x", Decimal("1.8"), Decimal("2.5"), RateKind.SPEEDUP, "imagenet", "resnet50")


def held(made: Board) -> list[list[str]]:
    return [[one.result.name for one in division.candidates] for division in made.divisions]


def test_results_of_one_band_are_ranked_together_whatever_their_rates(board: Boards) -> None:
    rows = {"slow": {"speedup": "1.90x", "top1": "75.90"}, "fast": {"speedup": "2.40x"}}
    (division,) = board(rows, bands=[TWO]).divisions
    (group,) = division.groups
    assert [line.candidate.result.name for line in group.lines] == ["slow", "fast"]


def test_the_rest_must_still_be_the_same(board: Boards) -> None:
    rows = {"a": {"speedup": "1.90x"}, "b": {"speedup": "2.40x", "retraining.lr": "unreported"}}
    (division,) = board(rows, bands=[TWO]).divisions
    assert not division.groups
    assert division.loners[0].missing == ("retraining LR schedule",)


OUTSIDE: list[dict[str, Any]] = [
    {"speedup": "2.60x"},
    {"speedup": None},
    {"speedup": "2.50x"},  # 2.504 is printed so too
    {"base": "unreported", "network": "resnet18", "dataset": "imagenet"},
]


@pytest.mark.parametrize("changes", OUTSIDE)
def test_what_is_not_surely_in_a_band_is_in_none(board: Boards, changes: dict[str, Any]) -> None:
    made = board({"in": {}, "out": changes}, bands=[TWO])
    assert held(made) == [["in"]]
    assert [one.result.name for one in made.outside] == ["out"]


def test_a_submission_stands_in_its_own_track_only(
    board: Boards, claim: Callable[..., str]
) -> None:
    submitted = {"id": "mine", "track": "other", "result": "ours", "runs": "none"}
    bands = [TWO, TWO._replace(name="other")]
    made = board({"plain": {}}, claim({"ours": {}}, submission=submitted), bands=bands)
    assert held(made) == [["plain"], ["plain", "ours"]]


def test_a_submission_on_a_track_that_is_not_there_is_told_apart(
    board: Boards, claim: Callable[..., str]
) -> None:
    submitted = {"id": "mine", "track": "r50-2.0x", "result": "ours", "runs": "none"}
    rows = {"off": {"speedup": "9.00x"}}
    made = board(rows, claim({"ours": {}}, submission=submitted), bands=[TWO])
    for form in ("text", "markdown"):
        whole = " ".join(FORMATS[form](made, Look()).replace("\\", "").split())
        assert (
            "1 result in no track's band; 1 submission on a track that the benchmark does not "
            "have: mine (r50-2.0x); its tracks: r50-2x"
        ) in whole


def test_a_track_may_ask_for_a_stricter_setup(board: Boards) -> None:
    rows = {"a": {}, "b": {"pruning.epochs": ">0", "pruning.schedule": "growing-penalty"}}
    assert board(rows, bands=[TWO]).divisions[0].groups
    assert not board(rows, bands=[TWO._replace(setup="S4.1")]).divisions[0].groups


def test_bands_come_from_the_tracks_of_a_benchmark(tmp_path: Path) -> None:
    file = tmp_path / "benchmark.yaml"
    file.write_text(
        """\
benchmark: 1
name: An example
profile: closed
ruleset: 2
tracks:
  by-speed: {dataset: imagenet, network: resnet50, base: torchvision/ResNet50_Weights.IMAGENET1K_V1,
    granularity: filter, speedup_from: 1.8x, speedup_to: 2.5x, runs: 3,
    retraining: {epochs: 90, lr: "0:1e-2,30:1e-3,60:1e-4"}}
  by-size: {dataset: imagenet, network: resnet50, base: torchvision/ResNet50_Weights.IMAGENET1K_V1,
    granularity: weight, sparsity_from: 0.75, sparsity_to: 0.9, runs: 3, setup: S4.1,
    retraining: {epochs: 90, lr: "0:1e-2,30:1e-3,60:1e-4"}}
""",
        encoding="utf-8",
    )
    loaded = load_benchmark(file)
    assert loaded.benchmark is not None, loaded.problems
    speed, size = bands_of(loaded.benchmark)
    assert (speed.low, speed.high, speed.kind) == (Decimal("1.8"), Decimal("2.5"), RateKind.SPEEDUP)
    assert (size.low, size.high, size.setup) == (Decimal(4), Decimal(10), "S4.1")
    assert size.kind is RateKind.COMPRESSION
