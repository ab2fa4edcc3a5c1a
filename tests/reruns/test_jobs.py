"""Which experiments are one job, and what a job needs."""

from dataclasses import replace

from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.reruns.jobs import jobs, share

LONG = Training(30, "0:1e-1,10:1e-2,20:1e-3", 64, 5e-4)
DENSE = Experiment(Data("digits"), "resnet8", 0, LONG)


def row(base: Training | None, **pruning: object) -> Experiment:
    """Return a row that is pruned from a base model."""
    cut = Pruning("l1", (0.5,), **pruning)  # type: ignore[arg-type]
    return replace(DENSE, training=Training(20, "constant 1e-2", 64, 5e-4), pruning=cut, base=base)


def test_beginnings_of_one_schedule_are_one_job_the_shortest_first() -> None:
    parts = [replace(DENSE, training=LONG.first(epochs)) for epochs in (10, 30, 5, 15)]
    (job,) = jobs(parts)
    assert [one.training.epochs for one in job.experiments] == [5, 10, 15, 30]
    assert job.id == parts[1].id
    assert not job.needs


def test_base_models_are_added_and_rows_need_them() -> None:
    rows = [row(LONG.first(5)), row(LONG.first(15))]
    trajectory, *alone = sorted(jobs(rows), key=lambda job: len(job.longest.chain))
    assert [one.training.epochs for one in trajectory.experiments] == [5, 15]
    assert {need for job in alone for need in job.needs} == {
        one.id for one in trajectory.experiments
    }


def test_other_recipes_seeds_and_networks_are_jobs_of_their_own() -> None:
    others = [
        replace(DENSE, seed=1),
        replace(DENSE, network="resnet20"),
        replace(DENSE, data=Data("digits", held_out=0.2)),
        replace(DENSE, training=replace(LONG.first(10), weight_decay=1e-4)),
        replace(DENSE, training=replace(LONG.first(10), lr="constant 1e-2")),
    ]
    assert len(jobs([DENSE, *others])) == 6


def test_schedules_that_are_equal_but_for_a_rounding_error_are_not_one_job() -> None:
    nearly = replace(LONG.first(10), lr=f"constant {0.1 * (1 + 1e-12)!r}")
    assert nearly.begins(LONG)
    assert len(jobs([DENSE, replace(DENSE, training=nearly)])) == 2


def test_pruned_networks_from_scratch_need_nothing_and_are_no_trajectory() -> None:
    fresh = row(None, fresh=True)
    longer = replace(fresh, training=Training(40, "constant 1e-2", 64, 5e-4))
    found = jobs([fresh, longer])
    assert [len(job.experiments) for job in found] == [1, 1]
    assert not any(job.needs for job in found)


def test_an_experiment_that_is_named_twice_is_run_once() -> None:
    assert len(jobs([row(LONG), row(LONG), DENSE])) == 2


def test_base_models_come_before_what_is_longer_and_has_nobody_waiting_for_it() -> None:
    base = replace(DENSE, training=LONG.first(10))
    alone = replace(DENSE, seed=1, training=LONG.first(15))
    found = [job.longest for job in jobs([alone, row(LONG.first(10))])]
    assert found == [base, alone, row(LONG.first(10))]


def test_the_longest_come_first() -> None:
    weights = [job.weight for job in jobs([DENSE, row(LONG.first(5)), row(None, fresh=True)])]
    assert weights == sorted(weights, reverse=True)


def test_a_pruned_epoch_is_taken_for_shorter_than_a_dense_one() -> None:
    assert share(None) > share(Pruning("l1", (0.1,))) > share(Pruning("l1", (0, 0.9, 0.9, 0)))
