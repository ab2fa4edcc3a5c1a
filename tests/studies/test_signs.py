"""Whether a direction was seen: paired intervals by seed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.studies.outcome import Held
from prune_audit.studies.signs import interval, minus, positive

DIFFERENCES = st.lists(st.floats(-50, 50), min_size=2, max_size=6)


def test_a_clear_gap_held_its_mirror_image_did_not_and_noise_is_unresolved() -> None:
    assert positive("x", (2.0, 2.2, 1.9)).held is Held.YES
    assert positive("x", (-2.0, -2.2, -1.9)).held is Held.NO
    assert positive("x", (2.0, -1.0, 0.5)).held is Held.OPEN


def test_three_differences_have_the_interval_of_a_table() -> None:
    # mean 2, standard deviation 1, t(0.975, 2) = 4.3027
    low, high = interval((1.0, 2.0, 3.0))
    assert low == pytest.approx(2 - 4.3027 / 3**0.5, abs=1e-4)
    assert high == pytest.approx(2 + 4.3027 / 3**0.5, abs=1e-4)


def test_seeds_that_agree_to_the_image_do_not_show_that_there_is_no_noise() -> None:
    assert positive("x", (0.0, 0.0, 0.0)).held is Held.OPEN
    assert positive("x", (0.02, 0.02, 0.02)).held is Held.OPEN


def test_what_was_measured_is_said_with_its_unit() -> None:
    sign = positive("x", (1.0, 2.0, -3.0), "nats")
    assert sign.measured.startswith("+0.00 nats, 95 % interval ")
    assert sign.measured.endswith("above zero on 2 of 3 seeds")


def test_differences_are_taken_seed_by_seed() -> None:
    assert minus((3.0, 4.0), (1.0, 5.0)) == (2.0, -1.0)
    with pytest.raises(ValueError, match="zip"):
        minus((3.0,), (1.0, 5.0))


@given(DIFFERENCES)
def test_the_opposite_direction_is_never_held_too(values: list[float]) -> None:
    ours, theirs = positive("x", values), positive("x", [-one for one in values])
    assert {ours.held, theirs.held} in ({Held.YES, Held.NO}, {Held.OPEN})
