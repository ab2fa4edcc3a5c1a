"""How many weights each layer keeps at a common budget."""

from collections.abc import Mapping
from fractions import Fraction
from math import prod

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from prune_audit.pipeline.densities import (
    Raw,
    Shape,
    counts,
    densities,
    er,
    erk,
    kept_at,
    rounded,
    shares,
)

sides = st.integers(1, 40)
shapes: st.SearchStrategy[Shape] = st.one_of(
    st.tuples(sides, sides),
    st.tuples(sides, sides, st.sampled_from([1, 3, 5]), st.sampled_from([1, 3, 7])),
)
networks: st.SearchStrategy[dict[str, Shape]] = st.lists(shapes, min_size=1, max_size=8).map(
    lambda found: {f"layer{number}": shape for number, shape in enumerate(found)}
)
laws = st.sampled_from([er, erk])


@st.composite
def budgets(draw: st.DrawFn) -> tuple[dict[str, Shape], int]:
    """Return a network, and a number of weights that can stay."""
    network = draw(networks)
    return network, draw(st.integers(len(network), sum(map(prod, network.values()))))


def dense_in_turn(network: Mapping[str, Shape], kept: int, raw: Raw) -> dict[str, Fraction]:
    """Return densities by the loop of the papers: layers above 1 made dense, scale recomputed."""
    dense: set[str] = set()
    while True:
        rest = kept - sum(prod(network[name]) for name in dense)
        open_ = {name: shape for name, shape in network.items() if name not in dense}
        wanted = sum((raw(shape) * prod(shape) for shape in open_.values()), Fraction(0))
        found = {name: raw(shape) * rest / wanted for name, shape in open_.items()}
        above = {name for name, density in found.items() if density > 1}
        if not above:
            return {name: found.get(name, Fraction(1)) for name in network}
        dense |= above


def test_raw_densities_are_sums_over_products() -> None:
    assert er((10, 64)) == Fraction(74, 640)
    assert er((32, 16, 3, 3)) == Fraction(48, 512)
    assert erk((32, 16, 3, 3)) == Fraction(54, 4608)
    assert erk((32, 16, 1, 1)) == Fraction(50, 512)


@given(inputs=sides, outputs=sides)
def test_er_and_erk_agree_on_linear_layers(inputs: int, outputs: int) -> None:
    assert er((outputs, inputs)) == erk((outputs, inputs))


def test_a_worked_example_of_erk() -> None:
    # sums of sides 8 and 25 and 30 share 126 weights; the first has only 16
    network = {"a": (4, 4), "b": (11, 8, 3, 3), "c": (20, 10)}
    assert densities(network, 126, erk) == {
        "a": Fraction(1),
        "b": Fraction(50, 792),
        "c": Fraction(60, 200),
    }
    assert counts(network, 126, erk) == {"a": 16, "b": 50, "c": 60}


def test_er_gives_convolutions_more_than_erk_does() -> None:
    network = {"conv": (16, 16, 3, 3), "fc": (10, 64)}
    assert counts(network, 300, er)["conv"] > counts(network, 300, erk)["conv"]


@given(budgets(), laws)
def test_counts_add_up_to_the_budget_and_no_layer_is_empty(
    budget: tuple[dict[str, Shape], int], raw: Raw
) -> None:
    network, kept = budget
    found = counts(network, kept, raw)
    assert sum(found.values()) == kept
    assert all(1 <= found[name] <= prod(shape) for name, shape in network.items())


@given(budgets(), laws)
def test_densities_are_fractions_and_counts_are_within_a_weight_of_them(
    budget: tuple[dict[str, Shape], int], raw: Raw
) -> None:
    network, kept = budget
    exact, found = densities(network, kept, raw), counts(network, kept, raw)
    for name, shape in network.items():
        assert 0 < exact[name] <= 1
        assert abs(found[name] - exact[name] * prod(shape)) < 1


@given(budgets(), laws)
def test_layers_that_are_neither_dense_nor_down_to_one_weight_share_one_scale(
    budget: tuple[dict[str, Shape], int], raw: Raw
) -> None:
    network, kept = budget
    parts = shares(network, kept, raw)
    scales = {
        part / prod(network[name]) / raw(network[name])
        for name, part in parts.items()
        if 1 < part < prod(network[name])
    }
    assert len(scales) <= 1
    for scale in scales:
        for name, shape in network.items():
            bounds = (1, scale * raw(shape) * prod(shape), prod(shape))
            assert parts[name] == sorted(bounds)[1]


@given(budgets(), laws)
def test_the_scale_is_that_of_making_layers_dense_one_after_the_other(
    budget: tuple[dict[str, Shape], int], raw: Raw
) -> None:
    network, kept = budget
    expected = dense_in_turn(network, kept, raw)
    assume(all(density * prod(network[name]) >= 1 for name, density in expected.items()))
    assert densities(network, kept, raw) == expected


@given(budgets(), laws, st.fractions(Fraction(1, 1000), 1000))
def test_a_factor_common_to_all_layers_changes_nothing(
    budget: tuple[dict[str, Shape], int], raw: Raw, factor: Fraction
) -> None:
    network, kept = budget
    assert counts(network, kept, raw) == counts(network, kept, lambda shape: factor * raw(shape))


@given(shapes, laws, st.data())
def test_one_layer_takes_the_whole_budget(shape: Shape, raw: Raw, data: st.DataObject) -> None:
    kept = data.draw(st.integers(1, prod(shape)))
    assert counts({"only": shape}, kept, raw) == {"only": kept}


@given(shapes, st.integers(1, 6), laws, st.data())
def test_equal_layers_share_alike_and_the_first_take_what_is_left_over(
    shape: Shape, layers: int, raw: Raw, data: st.DataObject
) -> None:
    kept = data.draw(st.integers(layers, layers * prod(shape)))
    each, over = divmod(kept, layers)
    found = counts({str(number): shape for number in range(layers)}, kept, raw)
    assert list(found.values()) == [each + 1] * over + [each] * (layers - over)


@given(budgets(), laws)
def test_a_larger_budget_takes_no_share_from_a_layer(
    budget: tuple[dict[str, Shape], int], raw: Raw
) -> None:
    network, kept = budget
    assume(kept < sum(map(prod, network.values())))
    less, more = shares(network, kept, raw), shares(network, kept + 1, raw)
    assert all(less[name] <= more[name] for name in network)


@given(networks, laws)
def test_the_ends_of_the_budget_are_one_weight_per_layer_and_all(
    network: dict[str, Shape], raw: Raw
) -> None:
    sizes = {name: prod(shape) for name, shape in network.items()}
    assert counts(network, sum(sizes.values()), raw) == sizes
    assert set(counts(network, len(network), raw).values()) == {1}


@pytest.mark.parametrize("kept", [0, 1, 13])
def test_a_budget_that_empties_a_layer_or_is_too_large_is_refused(kept: int) -> None:
    with pytest.raises(ValueError, match=rf"from 2 \(one per layer\) to 12 .*, got {kept}"):
        counts({"a": (2, 3), "b": (3, 2)}, kept, erk)


def test_largest_remainders_round_to_the_sum() -> None:
    parts = {"a": Fraction(1, 2), "b": Fraction(5, 4), "c": Fraction(9, 4), "d": Fraction(4)}
    assert rounded(parts) == {"a": 1, "b": 1, "c": 2, "d": 4}


def test_equal_remainders_go_to_the_first() -> None:
    halves = {"a": Fraction(3, 2), "b": Fraction(1, 2), "c": Fraction(7, 2), "d": Fraction(1, 2)}
    assert rounded(halves) == {"a": 2, "b": 1, "c": 3, "d": 0}


def test_kept_weights_are_those_that_the_ratio_does_not_take() -> None:
    network = {"a": (10, 10), "b": (5, 2, 2, 2)}
    assert kept_at(0.0, network) == 140
    assert kept_at(0.9, network) == 14
    assert kept_at(0.905, network) == 13  # ceil(126.7) go


def test_a_ratio_that_would_empty_a_layer_is_refused() -> None:
    with pytest.raises(ValueError, match=r"at ratio 0\.99 only 1 of 140 weights stay"):
        kept_at(0.99, {"a": (10, 10), "b": (5, 2, 2, 2)})
