"""``prune-audit sqnr``: files of every kind, output, plots, and what it says of wrong use."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import typer
from safetensors.numpy import save_file
from torch import nn
from typer.testing import CliRunner, Result

from prune_audit.quantisation.tensors import weights
from prune_audit.sqnr_cli import sqnr

NAMES = ["0.weight", "3.weight", "5.weight"]
Saver = Callable[[nn.Module, Path], None]

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(sqnr)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], env={"COLUMNS": "100"})


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(144, 6), nn.ReLU(),
        nn.Linear(6, 10),
    ).eval()  # fmt: skip


IMAGE = torch.zeros(1, 1, 8, 8)


def as_onnx(net: nn.Module, path: Path) -> None:
    torch.onnx.export(net, (IMAGE,), str(path), dynamo=False)


SAVERS: Mapping[str, Saver] = {
    "state_dict": lambda net, path: torch.save(net.state_dict(), path),
    "nested": lambda net, path: torch.save({"epoch": 9, "model": net.state_dict()}, path),
    "safetensors": lambda net, path: save_file(
        {name: one.numpy() for name, one in net.state_dict().items()}, path
    ),
    "program": lambda net, path: torch.export.save(torch.export.export(net, (IMAGE,)), path),
    "core program": lambda net, path: torch.export.save(
        torch.export.export(net, (IMAGE,)).run_decompositions(), path
    ),
    "onnx": as_onnx,
}
ENDINGS = {"program": ".pt2", "core program": ".pt2", "onnx": ".onnx"}


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """Save tensors of normal values, and others, as a checkpoint."""

    def save(**others: Any) -> Path:
        generator = np.random.default_rng(0)
        tensors = {
            "conv.weight": generator.standard_normal((8, 4, 3, 3)).astype(np.float32),
            "fc.weight": generator.standard_t(3, (50, 100)).astype(np.float32),
            "fc.bias": np.ones(50, np.float32),
        }
        save_file(tensors | {f"{k}.weight": v for k, v in others.items()}, tmp_path / "net.st")
        return tmp_path / "net.st"

    return save


# checkpoints


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("kind", list(SAVERS))
def test_every_kind_of_checkpoint_gives_the_same_weights(kind: str, tmp_path: Path) -> None:
    net = network()
    path = tmp_path / f"net{ENDINGS.get(kind, '.pth')}"
    SAVERS[kind](net, path)
    found = weights(path)
    assert len(found) == len(NAMES)
    for name, array in zip(NAMES, found.values(), strict=True):
        wanted = net.get_parameter(name).detach().numpy()
        if kind == "onnx" and name == "0.weight":  # batch norm is folded into the convolution
            assert array.shape == wanted.shape
        else:
            np.testing.assert_array_equal(array, wanted)


def test_masks_of_torch_are_multiplied_in(tmp_path: Path) -> None:
    weight, mask = torch.ones(4, 8), torch.eye(4, 8)
    state = {"0.weight_orig": weight, "0.weight_mask": mask, "1.weight": torch.ones(2, 4)}
    torch.save(state, tmp_path / "net.pth")
    found = weights(tmp_path / "net.pth")
    assert {name: np.count_nonzero(one) for name, one in found.items()} == {
        "0.weight": 4, "1.weight": 8,
    }  # fmt: skip


def test_torch_is_imported_for_a_state_dict_only(saved: Callable[..., Path]) -> None:
    code = (
        "import sys; from pathlib import Path; from prune_audit.sqnr_cli import sqnr; "
        "assert 'numpy' not in sys.modules; "
        "sqnr(Path(sys.argv[1]), '8', False); assert 'torch' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(saved())], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


# output


def test_the_text_has_three_lines_per_tensor_and_what_they_say_together(
    saved: Callable[..., Path],
) -> None:
    done = run(saved(), "--bits", "8,2")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert (done.exit_code, done.stderr) == (0, "")
    start = lines.index(next(line for line in lines if line.startswith("fc.weight INT-b")))
    assert lines[start + 1].startswith("50 x 100 pruned ")
    assert lines[start + 1].endswith("*")
    assert lines[start + 2].startswith("kurtosis ")
    assert "2 tensors of net.st" in lines
    assert "pruned, sparsity 50.00% 87.50%" in lines
    assert "pruned, wins 0.0% 50.0%" in lines
    assert "pruned+mask, sparsity 56.25% 93.75%" in lines


@pytest.mark.parametrize("columns", ["80", "100"])
def test_lines_fit_the_width(saved: Callable[..., Path], columns: str) -> None:
    name = "a.name.of.a.layer.of.sixty.characters.such.as.it.may.be"
    path = saved(**{name: np.ones((4, 4), np.float32), name * 3: np.ones((4, 4), np.float32)})
    done = CliRunner().invoke(app, [str(path)], env={"COLUMNS": columns})
    assert max(map(len, done.stdout.splitlines())) <= int(columns)
    assert f"\n{name}.weight\n" in done.stdout


def test_what_is_zero_already_is_stated(saved: Callable[..., Path]) -> None:
    path = saved(sparse=np.eye(10, dtype=np.float32))
    lines = run(path, "--bits", "8,7,6,5,4,3,2").stdout.splitlines()
    assert "90% zero" in lines
    assert "with zeros already, which pruning removes without loss: 1 tensor" in lines


def test_the_json_holds_every_number_and_null_where_nothing_is_lost(
    saved: Callable[..., Path],
) -> None:
    found = json.loads(run(saved(same=np.ones((4, 4), np.float32)), "--format", "json").stdout)
    by_name = {one["name"]: one for one in found["tensors"]}
    assert (found["kind"], found["version"], found["per_channel"]) == ("sqnr", 1, False)
    assert [one["bits"] for one in by_name["conv.weight"]["widths"]] == [8, 7, 6, 5, 4, 3, 2]
    assert by_name["fc.weight"]["widths"][-1]["winner"] == "pruning"
    assert by_name["same.weight"]["excess_kurtosis"] is None
    assert by_name["same.weight"]["widths"][0]["quantised_db"] is None
    assert [one["tensors_exact"] for one in found["summary"]] == [1] * 7


def test_a_range_per_output_is_better_and_stated(saved: Callable[..., Path]) -> None:
    path = saved()
    one, per = (run(path, *more) for more in ((), ("--per-channel",)))
    assert "one range per tensor" in one.stdout
    assert "a range per output" in per.stdout
    one, per = (
        json.loads(run(path, "--format", "json", *more).stdout)["summary"]
        for more in ((), ("--per-channel",))
    )
    for before, after in zip(one, per, strict=True):
        assert after["mean_quantised_db"] > before["mean_quantised_db"]
        assert after["mean_pruned_db"] == before["mean_pruned_db"]


def test_tensors_that_are_left_out_are_named(saved: Callable[..., Path]) -> None:
    broken = np.array([[np.nan, 1]], np.float32)
    done = run(saved(dead=np.zeros((3, 3), np.float32), broken=broken))
    assert done.exit_code == 0
    assert "left out: dead.weight holds zeros only" in done.stdout
    assert "left out: broken.weight holds NaN or infinite values" in done.stdout
    assert "2 tensors of" in done.stdout


def test_names_cannot_steer_a_terminal(saved: Callable[..., Path]) -> None:
    assert "\x1b" not in run(saved(**{"a\x1b[31m": np.ones((2, 2), np.float32)})).stdout


def test_names_that_are_no_unicode_are_spelled_out(tmp_path: Path) -> None:
    torch.save({"a\ud800.weight": torch.eye(3), "b.weight": torch.eye(3)}, tmp_path / "net.pth")
    for form in ("text", "json"):
        done = run(tmp_path / "net.pth", "--format", form)
        assert done.exit_code == 0
        assert "a\\" in done.stdout


# wrong use


@pytest.mark.parametrize("bits", ["1", "9", "2-16", "x", "", "4,", "-3", "²", "4-", "9" * 5000])
def test_widths_out_of_range_are_refused(bits: str, saved: Callable[..., Path]) -> None:
    done = run(saved(), f"--bits={bits}")
    assert done.exit_code == 2
    assert done.stderr.startswith("prune-audit: bits must be ")


@pytest.mark.parametrize(("bits", "wanted"), [
    ("8", [8]), ("2,8", [8, 2]), ("2-4", [4, 3, 2]), ("4-2", [4, 3, 2]), ("8, 3-4,3", [8, 4, 3]),
])  # fmt: skip
def test_widths_are_numbers_and_ranges(
    bits: str, wanted: list[int], saved: Callable[..., Path]
) -> None:
    found = json.loads(run(saved(), "--bits", bits, "--format", "json").stdout)
    assert [one["bits"] for one in found["summary"]] == wanted


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = run(tmp_path / "none.pth")
    assert (done.exit_code, done.stderr) == (
        2, f"prune-audit: no such file: {tmp_path / 'none.pth'}\n",
    )  # fmt: skip


def test_what_is_no_checkpoint_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.pth").write_text("weights")
    done = run(tmp_path / "a.pth")
    assert done.exit_code == 2
    assert "is a text, not a checkpoint; save the weights alone" in done.stderr


@pytest.mark.parametrize(("tensors", "why"), [
    ({"bn.weight": np.ones(4, np.float32)}, "it has none"),
    ({"fc.weight": np.zeros((4, 4), np.float32)}, "fc.weight holds zeros only"),
])  # fmt: skip
def test_a_checkpoint_without_weights_to_compare_exits_with_4(
    tensors: dict[str, Any], why: str, tmp_path: Path
) -> None:
    save_file(tensors, tmp_path / "net.st")
    done = run(tmp_path / "net.st")
    assert (done.exit_code, done.stdout) == (4, "")
    assert done.stderr.endswith(f"{why}\n")


# plots


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_two_plots_of_a_checkpoint_are_the_same_bytes(
    ending: str, saved: Callable[..., Path], tmp_path: Path
) -> None:
    path = saved(same=np.ones((4, 4), np.float32))
    for name in ("one", "other"):
        done = run(path, "--bits", "8,4,2", "--plot", tmp_path / "plots" / f"{name}.{ending}")
        assert done.exit_code == 0
        assert "without 3 points at which nothing is lost" in done.stderr
    one, other = ((tmp_path / "plots" / f"{n}.{ending}").read_bytes() for n in ("one", "other"))
    assert one == other


def test_a_plot_has_a_panel_per_width_and_a_point_per_tensor(
    saved: Callable[..., Path], tmp_path: Path
) -> None:
    run(saved(), "--plot", tmp_path / "net.svg")
    drawing = (tmp_path / "net.svg").read_text()
    assert drawing.count("% sparsity<") == 7
    assert "INT8 and 50 % sparsity" in drawing
    assert drawing.count('id="PathCollection_') == 7
    assert "<dc:date>" not in drawing


def test_a_plot_of_another_kind_is_refused_before_anything_is_opened(tmp_path: Path) -> None:
    done = run(tmp_path / "none.pth", "--plot", "net.pdf")
    assert (done.exit_code, done.stderr) == (
        2, "prune-audit: a plot is a file .svg or .png, not net.pdf\n",
    )  # fmt: skip


def test_without_matplotlib_a_plot_says_how_to_install_it(
    saved: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved()
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    done = run(path, "--plot", "net.svg")
    assert done.exit_code == 2
    assert 'not installed: pip install "prune-audit[plot]"' in done.stderr
    assert run(path).exit_code == 0
