"""What a pipeline costs and leaves, and the cell of the taxonomy that follows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.grammar import parse
from prune_audit.grammar.examples import EXAMPLES, Example
from prune_audit.grammar.stages import Stages, course, removed_after, stages
from prune_audit.grammar.taxonomy import cell
from prune_audit.taxonomy import WORDS

CUT = "prune(magnitude, 0.2, scope=global)"
CELLS = {
    "L1-norm, one-shot": "base trained, mask static-post, weights inherited",
    "GReg-1": "base trained, mask static-post, weights inherited",
    "iterative finetuning": "base trained, mask static-post, weights inherited",
    "lottery tickets": "base init, mask static-post, weights original-init",
    "weight rewinding": "base early, mask static-post, weights rewound(2)",
    "LR rewinding": "base trained, mask static-post, weights inherited",
    "new weights at each level": "base init, mask static-post, weights re-init",
    "BIMP, four phases": "base trained, mask static-post, weights inherited",
    "SNIP": "base init, mask static-pre, weights original-init",
    "FORCE": "base init, mask static-pre, weights original-init",
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_the_cell_of_each_paper_s_method(example: Example) -> None:
    assert str(cell(parse(example.text))) == CELLS[example.name]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_the_words_of_a_cell_are_those_that_claims_state(example: Example) -> None:
    found = cell(parse(example.text))
    assert found is not None
    assert found.base in WORDS["base"]
    assert found.mask in WORDS["mask"]
    assert found.weights in WORDS["weights"]


def test_rewinding_to_the_end_of_the_training_is_a_trained_base() -> None:
    assert cell(parse(f"train(9) > {CUT} > train(9) > rewind(9) > train(9)")) == (
        "trained", "static-post", "rewound", 9,
    )  # fmt: skip


def test_a_mask_that_goes_on_changing_after_a_start_from_init_is_dynamic() -> None:
    text = "prune(er, 0.5) > train(9) > prune(magnitude, 0.2) > train(9)"
    assert str(cell(parse(text))) == "base init, mask dynamic, weights original-init"


def test_quantising_removes_nothing_and_has_no_cell() -> None:
    assert cell(parse("train(9) > prune(int8) > train(9)")) is None


def test_a_training_alone_prunes_nothing() -> None:
    assert cell(parse("train(9)")) is None
    assert stages(parse("train(9)")) == Stages(0, 0, 9)


def test_the_search_of_a_ticket_is_pretraining_and_pruning_stage() -> None:
    found = stages(parse(f"train(20) > ({CUT} > rewind(0) > train(20)) * 5"))
    assert found == Stages(20, 80, 20)
    assert found.total == 120


def test_epochs_of_a_method_that_trains_are_those_of_the_pruning_stage() -> None:
    text = "train(20) > prune(greg-1, 0.5, epochs=30) > train(10)"
    assert stages(parse(text)) == Stages(20, 30, 10)


def test_what_is_pruned_before_any_training_has_no_pretraining() -> None:
    assert stages(parse("prune(snip, 0.9) > train(20)")) == Stages(0, 0, 20)


@given(st.integers(1, 30), st.floats(0.01, 0.9))
def test_levels_leave_a_geometric_row(levels: int, ratio: float) -> None:
    found = parse(f"train(2) > (prune(magnitude, {ratio!r}) > train(2)) * {levels}")
    assert removed_after(found) == pytest.approx(1 - (1 - ratio) ** levels)
    *_, last = course(found)
    assert last.so_far == stages(found).total == 2 + 2 * levels
    assert last.filters == 1


@given(st.integers(1, 20), st.floats(0.05, 0.99))
def test_phases_of_bimp_reach_the_sparsity_that_they_aim_at(phases: int, goal: float) -> None:
    ratio = 1 - (1 - goal) ** (1 / phases)
    found = parse(f"train(2) > (prune(magnitude, {ratio!r}) > train(2)) * {phases}")
    assert removed_after(found) == pytest.approx(goal)


def test_weights_and_filters_are_counted_apart() -> None:
    *_, last = course(parse("train(2) > prune(l1, 0.5) > prune(magnitude, 0.2) > train(2)"))
    assert (last.weights, last.filters) == (0.8, 0.5)


def test_weights_that_were_trained_after_they_were_rewound_are_inherited_by_the_next_cut() -> None:
    found = cell(parse(f"train(9) > {CUT} > rewind(0) > train(9) > {CUT} > train(9)"))
    assert str(found) == "base trained, mask static-post, weights inherited"
