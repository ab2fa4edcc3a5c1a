"""The command that reads a pipeline."""

from typer.testing import CliRunner

from prune_audit.cli import app

PLAIN = {"COLUMNS": "100", "NO_COLOR": "1"}


def test_a_pipeline_is_shown_with_epochs_sparsity_and_cell() -> None:
    text = "train(20)>(prune(magnitude,0.2,scope=global)>rewind(2)>train(20))*2"
    result = CliRunner().invoke(app, ["pipeline", text], env=PLAIN)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == (
        "train(20) > (prune(magnitude, 0.2, scope=global) > rewind(2) > train(20)) * 2"
    )
    assert "36.00 %" in result.stdout
    assert "filters gone" not in result.stdout
    assert "epochs: 60 (pretraining 20, pruning stage 20, retraining 20)" in lines
    assert "taxonomy: base early, mask static-post, weights rewound(2)" in lines


def test_an_error_is_pointed_at() -> None:
    result = CliRunner().invoke(app, ["pipeline", "train(20) > prune(magnitud, 0.5)"], env=PLAIN)
    assert result.exit_code == 2
    assert "did you mean magnitude?" in result.stderr
    first, last = result.stderr.splitlines()[-2:]
    assert first[last.index("^") :].startswith("magnitud,")


def test_a_long_pipeline_with_control_characters_is_shown_in_part_and_without_them() -> None:
    text = "train(20) >\n" * 50 + "\x1b[31mprune"
    shown = CliRunner().invoke(app, ["pipeline", text], env=PLAIN).stderr
    first, last = shown.splitlines()[-2:]
    assert "\x1b" not in shown
    assert len(first) < 80
    assert first[last.index("^") + 1 :].startswith("[31mprune")


def test_what_cannot_run_is_refused_too() -> None:
    result = CliRunner().invoke(app, ["pipeline", "train(20) > prune(l1, 0.5)"], env=PLAIN)
    assert result.exit_code == 2
    assert "ends with a training" in result.stderr


def test_the_manual_describes_every_step() -> None:
    page = CliRunner().invoke(app, ["explain", "pipeline"], env=PLAIN).stdout
    for word in ("train(EPOCHS", "prune(METHOD", "rewind(EPOCH)", "reinit", "Cannot detect:"):
        assert word in page
