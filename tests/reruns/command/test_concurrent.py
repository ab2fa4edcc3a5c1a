"""Two reruns of the same claims at once, over one store."""

from collections import Counter
from typing import Any

Desk = Any  # the class of conftest.py

NOTING = """
import os
from contextlib import contextmanager
from prune_audit import rerunning

class Noting:
    def beat(self, job, beat):
        line = f"{beat.experiment.id} {beat.done}\\n".encode()
        log = os.open("beats.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(log, line)
        os.close(log)

    def over(self, job):
        pass

@contextmanager
def watching(experiments):
    yield Noting()

rerunning.watching = watching
from prune_audit.cli import main
main()
"""


def test_each_run_is_trained_once_and_both_print_the_same(desk: Desk, finished_desk: Desk) -> None:
    two = [desk.start(program=("-c", NOTING)) for _ in range(2)]
    one, other = map(desk.ended, two)
    assert (one.returncode, other.returncode) == (0, 0)
    assert "prune-audit:" not in one.stderr + other.stderr
    assert one.stdout == other.stdout
    assert desk.runs() == finished_desk.runs()
    epochs = {run_id: len(run.history) for run_id, run in desk.runs().items()}
    noted = (desk.path / "beats.log").read_text().split("\n")[:-1]
    assert Counter(noted) == {
        f"{run_id} {epoch}": 1 for run_id, last in epochs.items() for epoch in range(1, last + 1)
    }
