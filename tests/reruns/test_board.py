"""Which job comes next, and what becomes of the jobs of a run that fails."""

from dataclasses import replace

import pytest

from prune_audit.reruns.board import KILLED, LOOK_AGAIN, Board
from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.reruns.jobs import Job, jobs
from prune_audit.reruns.watch import pruning_of, title

LONG = Training(40, "0:1e-1,20:1e-2", 64, 5e-4)
DENSE = Experiment(Data("digits"), "resnet8", 0, LONG)
EARLY = replace(DENSE, training=LONG.first(15))


def row(base: Experiment, ratio: float) -> Experiment:
    retraining = Training(30, "1e-2", 64, 5e-4)
    return replace(base, training=retraining, base=base.training, pruning=Pruning("l1", (ratio,)))


ROWS = (row(DENSE, 0.5), row(DENSE, 0.9), row(EARLY, 0.5))


@pytest.fixture
def board() -> Board:
    """A trajectory of two base models and the rows that start from them."""
    return Board(list(jobs(ROWS)))


def taken(board: Board, now: float = 0.0) -> list[Job]:
    """Take all jobs that can start now."""
    found = []
    while job := board.next(now):
        found.append(job)
    return found


def test_rows_wait_for_their_base_model_and_the_longest_come_first(board: Board) -> None:
    [trajectory] = taken(board)
    assert trajectory.experiments == (EARLY, DENSE)
    board.stored(trajectory, 14)
    assert taken(board) == []
    board.stored(trajectory, 15)
    assert [job.longest for job in taken(board)] == [ROWS[2]]
    board.stored(trajectory)
    assert [job.longest for job in taken(board)] == [ROWS[0], ROWS[1]]
    assert not board.waiting


def test_a_job_that_another_process_is_at_is_looked_at_again_a_little_later(board: Board) -> None:
    [job] = taken(board)
    board.postpone(job, 100.0)
    assert taken(board, 100.0 + LOOK_AGAIN / 2) == []
    assert taken(board, 100.0 + LOOK_AGAIN) == [job]


def test_a_job_whose_process_dies_is_tried_once_more(board: Board) -> None:
    [job] = taken(board)
    assert board.killed(job)
    assert taken(board) == [job]
    assert not board.killed(job)
    assert not board.waiting
    reasons = {failure.experiment: failure.reason for failure in board.failures}
    assert reasons == {
        EARLY: KILLED,
        DENSE: KILLED,
        **dict.fromkeys(ROWS, f"its base model could not be trained: {KILLED}"),
    }


def test_a_base_model_that_fails_takes_only_what_it_had_not_finished_with_it(board: Board) -> None:
    [job] = taken(board)
    board.stored(job, 15)
    board.fail(job, "no memory")
    assert [failure.experiment for failure in board.failures] == [DENSE, *ROWS[:2]]
    assert [job.longest for job in taken(board)] == [ROWS[2]]


def test_a_row_that_fails_fails_alone(board: Board) -> None:
    [job] = taken(board)
    board.stored(job)
    [one, *others] = taken(board)
    board.waiting += others
    board.fail(one, "no memory")
    assert len(board.failures) == 1
    assert board.waiting == others


@pytest.mark.parametrize(
    ("pruning", "words"),
    [
        (None, "dense"),
        (Pruning("l1", (0.5,)), "l1 0.5"),
        (Pruning("random", (0.0, 0.6, 0.25)), "random 0 0.6 0.25"),
        (Pruning("l1", (0.0, 0.6, 0.6, 0.21, 0.0)), "l1 0 0.6 ..."),
        (Pruning("l1", (0.5,), fresh=True), "scratch 0.5"),
    ],
)
def test_a_run_is_named_in_a_few_words(pruning: Pruning | None, words: str) -> None:
    one = replace(DENSE, pruning=pruning)
    assert pruning_of(one) == words
    assert title(one) == f"resnet8 on digits, {words}, seed 0"
