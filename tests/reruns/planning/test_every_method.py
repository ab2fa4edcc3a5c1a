"""Every method of the table can be the method of a row of a claim, and is planned as such."""

from pathlib import Path

from typer.testing import CliRunner

from prune_audit.cli import app
from prune_audit.reruns.methods import METHODS, Method

HEAD = """\
schema: 1
paper: {title: One method, venue: unpublished, year: 2026, authors: us, read: made up}
base_models:
  own:
    {network: resnet8, dataset: digits, weights: own, top1: 90.0, source: made up,
     pretraining: {recipe: short, epochs: 3}}
recipes:
  short:
    {epochs: 1, lr: "0:1e-2", optimizer: sgd, momentum: 0.9, weight_decay: 5e-4, batch_size: 64,
     augmentation: standard, source: made up}
results:
"""


def row(number: int, name: str, method: Method) -> str:
    """Return a row that a method prunes: in a stage, at initialisation, or in one shot."""
    stage = "epochs: 0, schedule: one-shot"
    if method.trains:
        stage = "epochs: 2, lr: '0:1e-3', schedule: growing-penalty"
    elif method.initial:
        stage = "epochs: 0, schedule: at-init"
    ratio = "" if method.bits else f", ratio: {method.ratio or 0.5}"
    return (
        f"  row-{number}: {{base: {'none' if method.initial else 'own'}, network: resnet8,\n"
        f"    dataset: digits, method: {name!r}, top1: 90.0, source: made up,\n"
        f"    retraining: {{recipe: short}},\n"
        f"    pruning: {{granularity: '{method.granularity}', criterion: '{method.words[0]}',\n"
        f"      {stage}{ratio}, source: made up}}}}\n"
    )


def test_a_row_of_every_method_is_planned(tmp_path: Path) -> None:
    claim = tmp_path / "claim.yaml"
    rows = (row(number, name, one) for number, (name, one) in enumerate(METHODS.items()))
    claim.write_text(HEAD + "".join(rows), encoding="utf-8")
    asked = ["rerun", str(claim), "--plan", "--store", str(tmp_path / "store"), "--seeds", "2"]
    done = CliRunner().invoke(app, asked, env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    lines = [line for line in done.stdout.splitlines() if line.startswith("row-")]
    assert len(lines) == len(METHODS)
    assert all(f" {name} " in line for name, line in zip(METHODS, lines, strict=True))
