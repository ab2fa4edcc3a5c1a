import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from prune_audit.statistics import best_of, bonferroni, holm

p_values = st.floats(0, 1)
families = st.lists(p_values, max_size=8)


def test_holm_multiplies_the_smallest_most() -> None:
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])


def test_an_empty_family_needs_no_correction() -> None:
    assert holm([]) == []


@given(families)
def test_holm_lies_between_the_p_values_and_bonferroni(family: list[float]) -> None:
    for p, corrected in zip(family, holm(family), strict=True):
        assert p <= corrected <= bonferroni(p, len(family))


@given(families)
def test_holm_keeps_the_order_of_the_p_values(family: list[float]) -> None:
    by_p = [corrected for _, corrected in sorted(zip(family, holm(family), strict=True))]
    assert by_p == sorted(by_p)


@given(st.lists(p_values, min_size=1, max_size=8))
def test_holm_rejects_step_by_step_as_its_definition_says(family: list[float]) -> None:
    ordered, alpha = sorted(family), 0.05
    steps = [p * (len(family) - rank) <= alpha for rank, p in enumerate(ordered)]
    rejected = steps.index(False) if False in steps else len(steps)
    assert sum(corrected <= alpha for corrected in holm(family)) == rejected


@given(p_values, st.integers(1, 100))
def test_a_winner_out_of_more_candidates_proves_less(p: float, k: int) -> None:
    assert p <= best_of(p, k) <= best_of(p, k + 1) <= 1


def test_a_winner_out_of_one_needs_no_correction() -> None:
    assert best_of(0.03, 1) == 0.03


def test_best_of_covers_independent_candidates_too() -> None:
    for p in (0.001, 0.01, 0.05):
        independent = stats.binom.sf(0, 6, p)
        assert independent <= best_of(p, 6) < independent * 1.2


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_what_is_no_p_value_is_refused(p: float) -> None:
    for correct in (lambda: bonferroni(p, 2), lambda: best_of(p, 2), lambda: holm([0.5, p])):
        with pytest.raises(ValueError, match="between 0 and 1"):
            correct()


def test_a_family_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one test"):
        best_of(0.05, 0)
