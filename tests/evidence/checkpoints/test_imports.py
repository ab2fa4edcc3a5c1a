"""Which packages are imported to open what; a package that is not there is asked for."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from torch import nn

from prune_audit.evidence.checkpoints import CheckpointError, opened
from prune_audit.pipeline import surgery

Nets = Callable[..., nn.Module]
Saver = Callable[..., Path]

OPENED = """
import json, sys
from pathlib import Path
from prune_audit.load import load_text
from prune_audit.evidence.checkpoints import opened
row = {"method": "a", "base": "none", "network": "resnet8", "dataset": "digits", "top1": "75.0",
       "source": "Table 1", "pruning": {"granularity": "filter", "schedule": "one-shot",
       "epochs": "0"}, "retraining": {"epochs": "90", "lr": "1e-2"}}
head = {"schema": "1", "paper": {"title": "a", "venue": "b", "year": "2023"}}
result = load_text(json.dumps({**head, "results": {"a": row}}), "a.yaml").claim.results["a"]
assert "numpy" not in sys.modules
print(opened(Path(sys.argv[1]), result).macs, "torch" in sys.modules)
"""


@pytest.mark.parametrize(
    ("kind", "torch"),
    [("safetensors", False), ("onnx", False), ("program", False), ("state_dict", True)],
)
def test_torch_is_imported_for_a_state_dict_only(
    kind: str, torch: bool, cut: Nets, savers: Mapping[str, Saver], tmp_path: Path
) -> None:
    path = savers[kind](cut("resnet8", 0.5, 10, 1, 8), surgery.example(1, 8), tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", OPENED, str(path)], capture_output=True, text=True, check=False
    )
    assert done.stdout == f"394880 {torch}\n", done.stderr


@pytest.mark.parametrize(
    ("kind", "package", "extra"),
    [
        ("safetensors", "safetensors", "evidence"),
        ("onnx", "onnx", "evidence"),
        ("state_dict", "prune_audit.pipeline.opened", "rerun"),
    ],
)
def test_a_package_that_is_not_installed_is_asked_for(
    kind: str, package: str, extra: str, cut: Nets, row: Callable[..., Any],
    savers: Mapping[str, Saver], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path = savers[kind](cut("resnet8", 0.5, 10, 1, 8), surgery.example(1, 8), tmp_path)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(CheckpointError) as caught:
        opened(path, row("resnet8"))
    assert caught.value.missing
    assert caught.value.fix == f'pip install "prune-audit[{extra}]"'
