"""The schedules of retraining kinds on the command line; the calibrated one has its own tests."""

import pytest
from typer.testing import CliRunner, Result

from prune_audit import cli

PRETRAINING = ("--of", "0:1e-1,30:1e-2,60:1e-3", "--over", "90")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, ["schedule", *arguments])


def test_a_kind_is_printed_in_the_notation_with_lrs_at_a_few_epochs() -> None:
    done = run("90", "--kind", "clr", *PRETRAINING)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "0:linear 1e-3 to 1e-1,9:cosine 1e-1 to 1e-3"
    assert [line.split() for line in lines[4:6]] == [["0", "1e-3"], ["9", "1e-1"]]
    assert "arXiv 2105.03193" in done.stdout
    assert max(map(len, lines)) <= 80


def test_a_cosine_of_the_pretraining_is_rewound_within_its_own_curve() -> None:
    done = run("30", "--kind", "lrw", "--of", "cosine 1e-1 to 0", "--over", "90")
    assert done.stdout.splitlines()[0] == "0:cosine 1e-1 to 0 after 60 of 90"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("90", "1e-1", "--kind", "clr", *PRETRAINING), "leave the initial LR"),
        (("90", "--profile", "cifar", "--kind", "clr", *PRETRAINING), "--profile out"),
        (("90", "--kind", "clr"), "--of"),
        (("90", "--kind", "clr", "--of", "1e-1"), "--over"),
        (("90", "--kind", "clr", "--over", "90"), "--of"),
        (("90", "--of", "1e-1"), "add --kind"),
        (("90", "1e-1", "--over", "90"), "add --kind"),
        (("90",), "initial LR"),
        (("91", "--kind", "lrw", *PRETRAINING), "more than all of its 90"),
        (("0", "--kind", "slr", *PRETRAINING), "positive number of epochs"),
        (("90", "--kind", "slr", "--of", "step 1e-1", "--over", "90"), "is missing"),
        (("90", "--kind", "slr", "--of", "warm", "--over", "90"), "expected"),
        (("90", "--kind", "weight-rewind", *PRETRAINING), "lrw"),
    ],
)
def test_options_that_do_not_go_together_are_refused(arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
