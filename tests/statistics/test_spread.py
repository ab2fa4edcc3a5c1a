import math
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prune_audit.statistics import spread_possible

Seeds = tuple[tuple[int, ...], int]

KINDS = ["sample-std", "population-std", "standard-error"]


def around(printed: str) -> tuple[Decimal, Decimal]:
    value = Decimal(printed)
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    half = Decimal(5).scaleb(exponent - 1)
    return value - half, value + half


def squared_spread(counts: tuple[int, ...], size: int, kind: str) -> Fraction:
    """Return the squared spread in percent, straight from the definition."""
    n = len(counts)
    mean = Fraction(sum(counts), n)
    squares = sum((count - mean) ** 2 for count in counts) * Fraction(100, size) ** 2
    if kind == "population-std":
        return squares / n
    return squares / (n - 1) / (n if kind == "standard-error" else 1)


@st.composite
def seeds(draw: st.DrawFn) -> Seeds:
    """Counts of right answers of a few runs: close together, at the ends, or anywhere."""
    size = draw(st.sampled_from([10, 100, 1000, 5000, 10_000, 50_000]))
    n = draw(st.integers(2, 10))
    centre, reach = draw(st.integers(0, size)), draw(st.integers(0, size))
    near = st.integers(max(0, centre - reach), min(size, centre + reach))
    return tuple(draw(st.lists(near, min_size=n, max_size=n))), size


@settings(max_examples=100, deadline=None)
@given(seeds(), st.integers(1, 4), st.booleans(), st.sampled_from(KINDS))
def test_the_spread_of_real_runs_is_never_called_impossible(
    seeds: Seeds, decimals: int, cut: bool, kind: str
) -> None:
    counts, size = seeds
    step = Decimal(1).scaleb(-decimals)
    mean = Fraction(100 * sum(counts), size * len(counts))
    square = squared_spread(counts, size, kind)
    with localcontext() as context:
        context.prec = 50
        values = (
            Decimal(mean.numerator) / mean.denominator,
            (Decimal(square.numerator) / square.denominator).sqrt(),
        )
    printed = [value.quantize(step, "ROUND_DOWN" if cut else "ROUND_HALF_UP") for value in values]
    low, high = (Decimal(0), step) if cut else (-step / 2, step / 2)
    mean_range, spread_range = ((value + low, value + high) for value in printed)
    n = len(counts)
    assert spread_possible(mean_range, spread_range, size, n, kind) is not False
    assert spread_possible(mean_range, spread_range, size, None, kind) is not False
    assert spread_possible(mean_range, spread_range, size, n, None) is not False
    if kind != "standard-error":
        assert spread_possible(mean_range, spread_range, size, n, "std") is not False


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("kind", ["sample-std", "population-std"])
def test_the_answer_is_that_of_trying_every_set_of_runs(n: int, kind: str) -> None:
    size = {2: 12, 3: 8, 4: 6, 5: 5, 6: 4, 7: 3}[n]
    reached = {
        (sum(counts), squared_spread(counts, size, kind))
        for counts in combinations_with_replacement(range(size + 1), n)
    }
    squares = sorted({square for _, square in reached})
    for total in range(n * size + 1):
        mean = Fraction(100 * total, n * size)
        for square in squares:
            # rational neighbours of the root, so close that no other spread lies between them
            root = math.isqrt(square.numerator * 10**16 // square.denominator)
            ends = Fraction(root, 10**8), Fraction(root + 1, 10**8)
            answer = spread_possible((mean, mean), ends, size, n, kind)
            assert answer is ((total, square) in reached)


def test_two_runs_differ_by_whole_images() -> None:
    # CIFAR-10: sample spreads of two runs are multiples of 0.01 / sqrt(2)
    assert spread_possible(around("93.14"), around("0.014"), 10_000, 2, "sample-std") is True
    assert spread_possible(around("93.14"), around("0.010"), 10_000, 2, "sample-std") is False


def test_a_mean_between_two_images_forbids_a_spread_of_zero() -> None:
    # three runs over 1000 images with a mean of 75.03 are 750, 750 and 751 right
    assert spread_possible(around("75.03"), around("0.00"), 1000, 3, "sample-std") is False
    assert spread_possible(around("75.03"), around("0.06"), 1000, 3, "sample-std") is True
    assert spread_possible(around("75.00"), around("0.00"), 1000, 3, "sample-std") is True


def test_the_zero_spreads_of_wang_2023_are_possible() -> None:
    # Table 4, ImageNet100 (5000 test images), and Table 6, CIFAR-10; three runs assumed
    assert spread_possible(around("79.70"), around("0.00"), 5000, 3, "sample-std") is True
    assert spread_possible(around("92.27"), around("0.00"), 10_000, 3, "sample-std") is True


def test_a_spread_may_fit_the_one_divisor_and_not_the_other() -> None:
    args = around("93.14"), around("0.0100"), 10_000, 2
    assert spread_possible(*args, "population-std") is True
    assert spread_possible(*args, "sample-std") is False
    assert spread_possible(*args, "std") is True


def test_a_standard_error_is_smaller_than_the_standard_deviation() -> None:
    args = around("75.03"), around("0.033"), 1000, 3
    assert spread_possible(*args, "standard-error") is True
    assert spread_possible(*args, "std") is False


@pytest.mark.parametrize("kind", [None, "ci95", "range"])
def test_a_kind_that_is_no_standard_deviation_for_sure_is_never_impossible(
    kind: str | None,
) -> None:
    assert spread_possible(around("75.03"), around("0.00"), 1000, 3, kind) is None
    assert spread_possible(around("75.03"), around("0.06"), 1000, 3, kind) is True


def test_an_unknown_number_of_runs_is_never_impossible() -> None:
    assert spread_possible(around("75.03"), around("0.00"), 1000, None, "std") is None
    assert spread_possible(around("75.2"), around("0.01"), 1000, None, "std") is True


def test_a_least_number_of_runs_is_respected() -> None:
    # 75, 75 and 76 right out of 100: fifty runs cannot have a third in their mean
    third = Fraction(226, 3)
    assert spread_possible((third, third), around("0.58"), 100, None, "std") is True
    assert spread_possible((third, third), around("0.58"), 100, None, "std", 50) is None


def test_no_spread_exceeds_what_0_and_100_percent_give() -> None:
    assert spread_possible((0, 100), (70, 71), 1000, 2, "sample-std") is True
    assert spread_possible((0, 100), (71, 80), 1000, 2, "sample-std") is False


def test_close_to_100_percent_the_spread_is_bounded() -> None:
    # all but one image in sum: the split 1000, 1000, 999 is the only one
    mean = around("99.97")
    assert spread_possible(mean, around("0.06"), 1000, 3, "sample-std") is True
    assert spread_possible(mean, around("0.10"), 1000, 3, "sample-std") is False


def test_an_unattainable_mean_has_no_spread_at_all() -> None:
    assert spread_possible(around("75.24"), (0, 50), 100, 3, "std") is False
    assert spread_possible((101, 102), (0, 50), 100, 3, "std") is False
    assert spread_possible((75, 76), (-1, Decimal("-0.5")), 100, 3, "std") is False


@pytest.mark.parametrize("n", range(5, 21))
@pytest.mark.parametrize("rest", [0, 1, 2])
def test_from_five_runs_on_every_sum_of_squares_of_the_right_parity_is_found(
    n: int, rest: int
) -> None:
    size = 10**4
    mean = Fraction(100 * (5000 * n + rest), size * n)
    for squares in range(rest, 40, 2):
        pairs = n * squares - rest**2
        root = math.isqrt(pairs * 10**20)
        ends = Fraction(root, 10**12 * n), Fraction(root + 1, 10**12 * n)
        assert spread_possible((mean, mean), ends, size, n, "population-std") is True


def test_a_search_that_is_too_long_gives_up_instead_of_guessing() -> None:
    # the sum of squares is 4^9 * 7 * 4 / 4, which Legendre's theorem excludes for four runs
    pairs = 4**9 * 7 * 4
    root = math.isqrt(pairs * 10**20)
    ends = Fraction(root, 10**12 * 4), Fraction(root + 1, 10**12 * 4)
    assert spread_possible((50, 50), ends, 10_000, 4, "population-std") is None


def test_floats_are_refused_since_their_digits_are_not_the_printed_ones() -> None:
    with pytest.raises(TypeError, match="pass the printed digits"):
        spread_possible((75.0, 75.1), (0, 1), 100, 3, "std")  # type: ignore[arg-type]


def test_arguments_without_meaning_are_refused() -> None:
    with pytest.raises(ValueError, match="at least two runs"):
        spread_possible((75, 76), (0, 1), 100, 1, "std")
    with pytest.raises(ValueError, match="at least one image"):
        spread_possible((75, 76), (0, 1), 0, 3, "std")
    with pytest.raises(ValueError, match="lower end first"):
        spread_possible((75, 76), (1, 0), 100, 3, "std")
