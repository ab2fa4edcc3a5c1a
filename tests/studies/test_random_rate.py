"""The study ``random-rate``: how it reads made-up runs and measurements."""

from typing import Any

import pytest

from prune_audit.reruns.run import Count, Epoch, Run
from prune_audit.studies import signal_patches
from prune_audit.studies.outcome import Held, Outcome, Sign
from prune_audit.studies.random_rate import RATES, STUDY, arm, patches, paths
from prune_audit.studies.signal_patches import PatchRun, survived, trained
from prune_audit.studies.study import Lab

SEEDS = (0, 1, 2)


def run(keep: float, seed: int) -> Run:
    """Return a run that knows its training images down to a tenth of the weights."""
    train = 1000 if keep >= 0.1 else 800
    test = 700 + round(100 * keep) + seed
    epoch = Epoch(1e-2, 0.1, Count(train, 1000), 1.0, Count(test, 1000), 0.1)
    return Run(arm(keep, seed), (epoch,), 1, 1, 1, 1, connected=None if keep == 1 else 0.5)


def patch(keep: float, seed: int) -> dict[str, Any]:
    """Return training on patches: memorised if dense, learned by the live, else memorised."""
    live = [1, 0] if keep > 0.02 or seed == 0 else [0, 0]
    good = any(live) and keep < 1
    return {
        "train": 100.0, "test": (98.0 if good else 50.0) + seed / 10, "train_loss": 1e-4,
        "test_loss": 1.0, "signal": [1, 1], "live": live,
    }  # fmt: skip


def concluded() -> Outcome:
    measurements: dict[str, Any] = {}
    for seed in SEEDS:
        for keep in RATES:
            counts = [0, 5] if keep < 0.05 else [4, 9]
            measurements[paths(keep, seed).id] = {"classes": counts, "inputs": [1, 1, 0]}
        for keep in signal_patches.RATES:
            measurements[patches(keep, seed).id] = patch(keep, seed)
    runs = {one.experiment.id: one for one in (run(keep, seed) for keep in RATES for seed in SEEDS)}
    return STUDY.conclude(Lab(SEEDS, runs, measurements))


def sign(found: Outcome, words: str) -> Sign:
    return next(one for one in found.signs if words in one.expected)


def test_train_and_test_are_compared_where_all_runs_still_know_their_images() -> None:
    found = sign(concluded(), "100 % train accuracy in every run (10 %)")
    assert found.held is Held.YES
    assert found.measured.startswith("+9.00 points")


def test_classes_and_pixels_without_a_path_are_counted_out() -> None:
    rows = {row[0]: row for row in concluded().tables[0].rows}
    assert rows[100][3].values == (100.0,) * 3  # type: ignore[union-attr]
    assert rows[3][4].values == (1,) * 3  # type: ignore[union-attr]
    assert rows[3][5].values == (2,) * 3  # type: ignore[union-attr]
    assert rows[3][6] == 0
    assert rows[100][6] == 4


def test_runs_that_end_in_two_ways_are_shown_one_by_one() -> None:
    found = concluded()
    rows = {row[0]: row for row in found.tables[1].rows}
    assert rows[2][5] == "50 50 98"
    first_curve = found.panels[1].curves[0]
    assert first_curve.points[0].values == (98.0, 50.1, 50.2)
    assert not first_curve.joined
    assert all(not curve.joined for curve in found.panels[2].curves)


def test_the_three_regimes_of_patches_are_read_from_their_runs() -> None:
    found = concluded()
    assert sign(found, "patches: mild pruning").held is Held.YES
    assert sign(found, "train accuracy is 100 % at every").held is Held.YES
    assert sign(found, "without a live").measured == "2 of 2 runs, test 50.1 to 50.2 %"
    assert sign(found, "with a live").measured == "4 of 4 runs, test 98.0 to 98.2 %"


def ended(test: float, live: tuple[int, ...], train: float = 100.0) -> PatchRun:
    return PatchRun(train, test, 0.1, (1, 1), live)


@pytest.mark.parametrize(
    ("runs", "needed", "enough"),
    [
        ([ended(97, (1, 0)), ended(52, (0, 0))], Held.YES, Held.YES),
        ([ended(97, (1, 0)), ended(51, (0, 2)), ended(52, (0, 0))], Held.YES, Held.NO),
        ([ended(97, (1, 0)), ended(98, (0, 0)), ended(52, (0, 0))], Held.NO, Held.YES),
        ([ended(97, (1, 0)), ended(98, (1, 1))], Held.OPEN, Held.YES),
        ([ended(50, (0, 0))], Held.YES, Held.OPEN),
    ],
)
def test_survival_is_needed_or_enough_only_if_every_run_says_so(
    runs: list[PatchRun], needed: Held, enough: Held
) -> None:
    assert [one.held for one in survived(runs)] == [needed, enough]


def test_one_run_that_does_not_know_its_images_is_enough_to_say_so() -> None:
    good, bad = ended(97, (1, 0)), ended(50, (0, 0), train=95.0)
    found = trained({1.0: (good, good), 0.02: (good, bad)})
    assert found.held is Held.NO
    assert "100 % in 3 of 4 runs, lowest 95.0 %" in found.measured


def test_every_seed_draws_images_of_its_own() -> None:
    assert [arm(0.5, seed).data.draw for seed in SEEDS] == list(SEEDS)
    assert len({one.id for one in STUDY.measures(SEEDS)}) == len(STUDY.measures(SEEDS))
