"""Claims, rows and options that cannot be rerun: one clear answer, before anything is spent."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from prune_audit import cli

Claim = Callable[..., str]
Desk = Any  # the class of conftest.py

WEIGHTS = {"pruning.granularity": "weight", "pruning.ratio": "0.9"}
EARLY = {**WEIGHTS, "pruning.criterion": "synflow", "pruning.schedule": "at-init"}
HALF = {"pruning.granularity": "n:m", "pruning.criterion": "2:4", "pruning.ratio": "0.6"}
NEW = {"method": "a new method", "pruning.criterion": "a new method"}
ALL = {"pruning.ratio": "1.0"}
TOO_FAST = {"pruning.ratio": None, "speedup": "500x"}
CIFAR = {"network": "resnet20", "dataset": "cifar10"}
SHA = f"sha256:{'a' * 64}"


@pytest.fixture
def rerun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Rerun a claim in an empty working directory, with the command in this process."""
    monkeypatch.chdir(tmp_path)

    def run(text: str, *arguments: str) -> Result:
        (tmp_path / "claim.yaml").write_text(text)
        return CliRunner().invoke(cli.app, ["rerun", *(arguments or ("claim.yaml",))])

    return run


def said(done: Result) -> str:
    """Return the errors in one line, since they are wrapped and framed."""
    assert "Traceback" not in done.stderr
    return " ".join(done.stderr.replace("│", "").split())


@pytest.mark.parametrize(
    ("both", "dense", "words"),
    [
        (NEW, {}, "its method is not implemented: a new method (2)"),
        (NEW, {}, "prune-audit methods lists those here"),
        (
            {"pruning.criterion": "lamp"},
            {},
            "its granularity is filter, its method is one for weight",
        ),
        ({"pruning.criterion": "l1-nrom"}, {}, "did you mean l1-norm?"),
        ({"pruning.scope": "global"}, {}, "its scope is global, l1 is layerwise here"),
        ({"pruning.control": "shuffled"}, {}, "the control shuffled is for single weights"),
        ({"pruning.schedule": "at-init"}, {}, "is not for networks that nobody has trained"),
        (EARLY, {}, "it is pruned at initialisation and names the base model dense"),
        (HALF, {}, "2:4 has the ratio 0.5 only, got 0.6"),
        ({**EARLY, "pruning.scope": "uniform"}, {}, "its scope is uniform, synflow is global here"),
        (ALL, {}, "expected pruning ratios from 0 to below 1, got 1"),
        (
            TOO_FAST,
            {},
            "cannot become 499.5x faster by removing filters: the highest speedup is 13",
        ),
        ({}, {"pretraining": None}, "how its base model dense was trained is not stated"),
        ({}, {"pretraining": None, "weights": SHA}, f"dense are not at hand: {SHA}"),
        ({}, {"pretraining": None, "weights": SHA}, "with --weights dense=FILE"),
        ({}, CIFAR, "pass --data DIR, with cifar-10-batches-py/data_batch_1"),
        ({}, {"network": "foonet"}, "its network is not built here: foonet"),
    ],
)
def test_what_cannot_be_rerun_is_refused_with_what_would_help(
    rerun: Callable[..., Result], claim: Claim, both: Any, dense: Any, words: str
) -> None:
    done = rerun(claim(both, both, dense=dense))
    assert (done.exit_code, done.stdout) == (4, "")
    assert words in said(done)
    assert "nothing can be rerun here" in said(done)


def test_a_data_folder_without_the_data_set_says_how_to_get_it(
    rerun: Callable[..., Result], claim: Claim, tmp_path: Path
) -> None:
    done = rerun(claim(dense=CIFAR), "claim.yaml", "--data", str(tmp_path))
    assert done.exit_code == 4
    assert "data_batch_1 is missing" in said(done)
    assert f"D('{tmp_path}', download=True)" in said(done)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("schema: 1\npaper: {title: [", "claim.yaml:3:1: not readable as YAML"),
        ("schema: 1\npaper: {title: [", "mend the syntax"),
        ("schema: 1\nresult: {}", "has no key 'result'; did you mean 'results'?"),
        ("", "prune-audit: claim.yaml"),
    ],
)
def test_a_file_that_is_no_claim_is_an_error_with_its_place(
    rerun: Callable[..., Result], text: str, words: str
) -> None:
    done = rerun(text)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "run prune-audit check claim.yaml" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("claim.yaml#our", "no row of claim.yaml matches 'our'; did you mean ours?"),
        ("claim.yaml#ours claim.yaml#x*", "no row of claim.yaml matches 'x*'; there are ours, "),
        ("gone.yaml", "no such file: gone.yaml"),
        ("gone.yaml#ours", "no such file: gone.yaml"),
        ("--calibrated", "no such file: claims; name claim files, or a folder"),
        ("claim.yaml --scale 0", "--scale expects a number above 0 such as 1/3 or 0.5, got '0'"),
        ("claim.yaml --scale 1/0", "--scale expects a number above 0"),
        ("claim.yaml --lr 0", "--lr expects a number above 0 such as 1e-2, got 0"),
        ("claim.yaml --compensate pre", "--compensate changes the recipe of --calibrated: add it"),
        ("claim.yaml --lr 0.1", "--epochs and --lr set the recipe of --calibrated and"),
        ("claim.yaml --lr nan", "--lr expects a number above 0"),
        ("claim.yaml --scratch-arm X", "--scratch-arm expects one of E, B-wang2023, B-liu2019"),
        ("claim.yaml --scratch-arm E:our", "there is no such row; did you mean ours?"),
        ("claim.yaml --weights r50.pth", "--weights expects the name of a base model and a file"),
        ("claim.yaml --weights d=f", "there is no such base model; there are dense"),
        ("claim.yaml --device gpu", "--device expects cpu, cuda or cuda:N, got 'gpu'"),
        ("claim.yaml --device cuda:x", "--device expects cpu, cuda or cuda:N, got 'cuda:x'"),
        ("claim.yaml --seeds 0", "'--seeds': Input should be greater than or equal to 1"),
        ("claim.yaml --workers 0", "'--workers': Input should be greater than or equal to 1"),
        ("claim.yaml --epochs 0", "'--epochs': Input should be greater than or equal to 1"),
        ("claim.yaml --checkpoint-every -1", "'--checkpoint-every': Input should be greater than"),
        ("claim.yaml --stand-in mnist", "'mnist' is not"),
        ("claim.yaml --plan --format json", "--plan is printed as text only"),
    ],
)  # fmt: skip
def test_what_is_asked_for_and_makes_no_sense_is_an_error(
    rerun: Callable[..., Result], claim: Claim, arguments: str, words: str
) -> None:
    done = rerun(claim(), *arguments.split())
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in said(done)


def test_an_empty_claims_folder_holds_nothing_to_rerun(
    rerun: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "claims").mkdir()
    done = rerun("", "claims")
    assert (done.exit_code, said(done)) == (
        4,
        "prune-audit: nothing to rerun: no claim file at claims",
    )


def test_a_gpu_that_is_not_there_is_an_error_once(desk: Desk) -> None:
    done = desk.rerun("--device", "cuda:99")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("prune-audit: there is no GPU for --device cuda:99: torch ")
    assert "use --device cpu" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_refused_row_does_not_keep_the_others_from_running(desk: Desk, claim: Claim) -> None:
    short = {"retraining.epochs": "1", "retraining.lr": "constant 1e-2"}
    wild = {"retraining.epochs": "2", "retraining.lr": "constant 1e6"}
    text = json.loads(
        claim(wild, short, dense={"pretraining.epochs": "1", "pretraining.lr": "0.1"})
    )
    other = text["results"]["other"]
    new = {"method": "a new one", "pruning": {**other["pruning"], "criterion": "a new one"}}
    text["results"]["refused"] = {**other, **new}
    desk.write(json.dumps(text))
    done = desk.rerun()
    assert done.returncode == 0
    assert "its method is not implemented: a new one" in " ".join(done.stdout.split())
    runs = desk.runs().values()
    assert [run.diverged for run in runs if run.experiment.training.lr == "constant 1e6"] == [0, 0]
    assert sum(run.diverged is None for run in runs) == 4
    words = " ".join(done.stdout.split())
    assert "ours 90.0 - 0 of 2, few" in words
    assert "diverged: seed 0 in epoch 0; diverged: seed 1 in epoch 0, not in the mean" in words
    again = desk.rerun()
    assert (again.returncode, again.stderr, again.stdout) == (0, "", done.stdout)


def test_rows_of_a_base_model_that_diverged_fail_and_say_so(desk: Desk, claim: Claim) -> None:
    desk.write(claim(dense={"pretraining.epochs": "1", "pretraining.lr": "constant 1e6"}))
    done = desk.rerun(seeds=1)
    assert done.returncode == 1
    [base_id] = desk.runs()
    lines = [line for line in done.stderr.splitlines() if line.startswith("prune-audit: ")]
    assert "and 1 run more: its base model, run " + base_id + ", diverged in epoch 0" in lines[0]
    assert lines[1:] == ["prune-audit: 2 runs failed; the same command tries again"]
