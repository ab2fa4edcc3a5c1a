"""A benchmark's file is read whole, or every mistake in it is named with its place."""

from pathlib import Path

import pytest

from prune_audit.benchmark.read import LoadedBenchmark, load_benchmark
from prune_audit.schedules.notation import parse_lr

GOOD = """\
benchmark: 1
name: An example
profile: closed
ruleset: 2
tracks:
  t:
    dataset: cifar10
    network: resnet56
    base: torchvision/x
    granularity: filter
    speedup_from: 2x
    speedup_to: 3x
    retraining: {epochs: 120, calibrated_from: 1e-2}
    runs: 3
"""


def read(tmp_path: Path, text: str) -> LoadedBenchmark:
    file = tmp_path / "benchmark.yaml"
    file.write_text(text, encoding="utf-8")
    return load_benchmark(file)


def told(tmp_path: Path, text: str) -> list[tuple[int, str, str]]:
    loaded = read(tmp_path, text)
    assert loaded.benchmark is None
    return [(one.anchors[0].line, one.message, one.fix) for one in loaded.problems]


def test_a_calibrated_recipe_becomes_its_schedule(tmp_path: Path) -> None:
    benchmark = read(tmp_path, GOOD).benchmark
    assert benchmark is not None
    recipe = benchmark.tracks["t"].retraining
    assert recipe is not None
    assert recipe.lr.value == parse_lr("0:1e-2,60:1e-3,90:1e-4")


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("benchmark: 1", "benchmark: 2", 1, "files of version 1"),
        ("profile: closed", "profile: closd", 3, "did you mean 'closed'"),
        ("ruleset: 2", "ruleset: new", 4, "ruleset"),
        ("    runs: 3", "    run: 3", 14, "no key 'run'"),
        ("speedup_to: 3x", "speedup_to: 1x", 12, "speedup_from 2x is above speedup_to 1x"),
        ("calibrated_from: 1e-2", "calibrated_from: 2e-2", 13, "calibrated_from"),
        ("calibrated_from: 1e-2", "weight_decay: 1e-4", 13, "lacks the key 'lr'"),
        ("calibrated_from: 1e-2", "calibrated_from: 1e-2, lr: 1e-2", 13, "beside calibrated_from"),
        ("epochs: 120", "epochs: '>0'", 13, "needs a number of epochs"),
        ("dataset: cifar10", "dataset: my-data", 13, "no calibrated schedule for my-data"),
        ("  t:", "  a track:", 6, "expected a name of letters"),
        ("    speedup_from: 2x\n", "", 6, "lacks the key 'speedup_from'"),
        ("profile: closed", "profile: closed\nprofile: open", 4, "stands twice"),
        ("tracks:\n", "trakcs:\n", 5, "no key 'trakcs'"),
        ("name: An example", "name: An example\nreferences: ../../etc", 3, "a path inside"),
        ("name: An example", "name: An example\nwaivers: none", 3, "expected a list"),
        (
            "name: An example",
            "name: An example\nwaivers: [{submission: a, codes: PA801, reason: r, owner: o, "
            "until: soon}]",
            3,
            "expected a date such as 2027-01-31",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, words: str
) -> None:
    assert before in GOOD
    found = told(tmp_path, GOOD.replace(before, after))
    assert any(at == line and words in f"{message}; {fix}" for at, message, fix in found), found


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("closed", "shut").replace("runs: 3", "runs: few").replace("2x", "two")
    assert len(told(tmp_path, text)) == 3


def test_a_track_needs_a_band(tmp_path: Path) -> None:
    text = GOOD.replace("    speedup_from: 2x\n    speedup_to: 3x\n", "")
    assert "speedup_from and speedup_to" in told(tmp_path, text)[0][2]


@pytest.mark.parametrize("text", ["", "- a list", "tracks: {}", "\0", "a: &b 1"])
def test_what_is_no_benchmark_is_refused(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).benchmark is None


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    loaded = load_benchmark(tmp_path / "nothing.yaml")
    assert "no such file" in loaded.problems[0].message
