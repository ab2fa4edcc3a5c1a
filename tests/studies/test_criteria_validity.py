"""The study ``criterion-validity``: tau and the anomaly ratio of made-up runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.reruns.experiment import Experiment
from prune_audit.reruns.run import Count, Epoch, Run
from prune_audit.studies.criterion_validity import (
    DRAWS,
    LONG,
    RATIOS,
    RETRAINING,
    STUDY,
    anomaly_ratio,
    cut,
    loss_of,
)
from prune_audit.studies.outcome import Held, Outcome, Spread
from prune_audit.studies.study import Lab

SEEDS = (0, 1, 2)
LOSSES = st.lists(st.floats(0, 10), min_size=1, max_size=20, unique=True)


def test_the_anomaly_ratio_counts_cuts_above_the_one_of_the_lowest_loss() -> None:
    assert anomaly_ratio([1.0, 2.0, 3.0, 4.0], [90.0, 91.0, 89.0, 95.0]) == 0.5


def test_a_cut_as_good_as_the_oracle_is_no_anomaly() -> None:
    assert anomaly_ratio([1.0, 2.0, 3.0], [90.0, 90.0, 90.0]) == 0.0


@given(LOSSES)
def test_without_an_anomaly_where_the_lower_loss_always_wins(losses: list[float]) -> None:
    assert anomaly_ratio(losses, [-one for one in losses]) == 0


@given(LOSSES)
def test_all_but_the_oracle_are_anomalies_where_the_higher_loss_wins(losses: list[float]) -> None:
    assert anomaly_ratio(losses, losses) == pytest.approx(1 - 1 / len(losses))


def test_one_accuracy_per_loss_is_needed() -> None:
    with pytest.raises(ValueError, match="shorter"):
        anomaly_ratio([1.0, 2.0], [90.0])


def made(one: Experiment, before: int, final: int) -> Run:
    epoch = Epoch(1e-2, 1.0, Count(0, 1), 1.0, Count(final, 1000), 0.1)
    return Run(one, (epoch,), 1, 1, 1, 1, before=Count(before, 1000))


def concluded(after: int) -> Outcome:
    """Conclude from cuts whose accuracy falls with the loss before, and by ``after`` then."""
    runs, values = {}, {}
    for seed in SEEDS:
        for ratio in RATIOS:
            for draw in range(DRAWS):
                values[loss_of(ratio, draw, seed).id] = 0.1 * (draw + 1)
                for name in RETRAINING:
                    one = cut(ratio, draw, name, seed)
                    slope = after if name == LONG else -1
                    runs[one.id] = made(one, 500 - draw, 500 + slope * draw)
    return STUDY.conclude(Lab(SEEDS, runs, values))


def test_an_oracle_that_retraining_leaves_right_is_found_so() -> None:
    found = concluded(after=-1)
    taus = [row[2] for row in found.tables[0].rows]
    assert all(isinstance(one, Spread) and one.values == (-1.0, -1.0, -1.0) for one in taus)
    held = {sign.expected.split(" (")[0].split(" at ")[0]: sign.held for sign in found.signs}
    assert held["before retraining a lower loss means a higher accuracy"] is Held.YES
    assert held["the anomaly ratio rises with retraining"] is Held.OPEN
    assert held["after long retraining"] is Held.NO


def test_an_oracle_that_retraining_turns_round_is_not_called_uncorrelated() -> None:
    found = concluded(after=1)
    signs = {sign.expected: sign.held for sign in found.signs}
    assert all(held is Held.YES for text, held in signs.items() if "anomaly ratio rises" in text)
    assert all(held is Held.NO for text, held in signs.items() if "below 0.2" in text)


def test_every_cut_is_a_point_of_the_picture() -> None:
    panels = concluded(after=0).panels
    assert all(len(curve.points) == DRAWS for panel in panels for curve in panel.curves)
