"""Claims with a known slip, and the command on them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from prune_audit import cli

CLAIM = """\
schema: 1
paper: {title: A title, venue: A venue, year: 2021}
base_models:
  dense:
    network: resnet50
    dataset: imagenet
    weights: torchvision/ResNet50_Weights.IMAGENET1K_V1
    top1: 76.13
    source: Table 1
results:
  ours:
    method: ours
    base: dense
    pruning: {granularity: filter, schedule: one-shot, epochs: 0}
    retraining: {epochs: 90, lr: "0:1e-2,30:1e-3,60:1e-4,75:1e-5"}
    top1: 75.16
    drop: 1.97
    speedup: 2.31x
    source: Table 1
"""


@pytest.fixture(scope="session")
def claim() -> str:
    """A claim with one finding: PA101 on line 17, where the drop should be 0.97."""
    return CLAIM


@pytest.fixture(scope="session")
def run() -> Callable[..., Result]:
    def invoke(*arguments: object, **options: Any) -> Result:
        return CliRunner().invoke(cli.app, [str(one) for one in arguments], **options)

    return invoke


@pytest.fixture
def report_on(
    tmp_path: Path, run: Callable[..., Result]
) -> Callable[..., tuple[list[str], list[dict[str, Any]]]]:
    """Check a text as a.yaml: the codes that count, and what does not count."""

    def check(text: str, *options: str) -> tuple[list[str], list[dict[str, Any]]]:
        path = tmp_path / "a.yaml"
        path.write_text(text, encoding="utf-8")
        done = run("check", path, "--format", "json", "--fail-on", "never", *options)
        assert done.exit_code == 0, done.stderr
        shown = json.loads(done.stdout)
        return [one["code"] for one in shown["findings"]], shown["suppressed"]

    return check
