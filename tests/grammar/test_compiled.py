"""From a pipeline to the runs that it is, and what is refused before anything is trained."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.grammar import GrammarError, Pipeline, parse
from prune_audit.grammar.compiled import Setting, check_order, compiled
from prune_audit.grammar.examples import EXAMPLES, Example
from prune_audit.grammar.fits import check_fits
from prune_audit.grammar.written import folded, written
from prune_audit.registry import network
from prune_audit.reruns.experiment import Experiment, Pruning, Training, Weights
from prune_audit.reruns.methods import METHODS

CUT = "prune(magnitude, 0.2, scope=global)"


def test_one_shot_pruning_is_the_run_that_a_one_shot_row_makes(setting: Setting) -> None:
    found = compiled(parse("train(20) > prune(l1, 0.5) > train(20)"), setting)
    base = replace(setting.first, lr="0:1e-1,10:1e-2")
    same = Experiment(setting.data, "mlp-128-64", 0, base, Pruning("l1", (0.5,)), base)
    assert found.id == same.id


def test_every_level_of_a_ticket_is_rewound_and_starts_from_the_level_before(
    setting: Setting,
) -> None:
    last = compiled(parse(f"train(20) > ({CUT} > rewind(2) > train(20)) * 3"), setting)
    dense, *levels = last.chain
    assert dense.pruning is None
    assert [one.rewind for one in levels] == [2, 2, 2]
    assert [one.pruning for one in levels] == [Pruning("magnitude", (0.2,), scope="global")] * 3
    assert last.rewound == replace(dense, training=dense.training.first(2))


def test_new_weights_are_fresh_ones_under_the_same_pruning(setting: Setting) -> None:
    last = compiled(parse(f"train(20) > ({CUT} > reinit > train(20)) * 2"), setting)
    assert [cut.fresh for cut in last.cuts] == [True, True]


def test_prune_steps_without_training_between_them_are_runs_of_no_epochs(setting: Setting) -> None:
    last = compiled(parse("prune(snip, 0.5) > prune(snip, 0.5) > train(20)"), setting)
    assert [one.training.epochs for one in last.chain] == [0, 20]
    assert last.chain[0].base is None


def test_a_method_that_trains_has_a_run_of_its_own_and_is_cut_in_the_next(setting: Setting) -> None:
    text = "train(20) > prune(greg-1, 0.5, epochs=3, lr=1e-3) > train(20)"
    _, stage, last = compiled(parse(text), setting).chain
    assert stage.during
    assert not last.during
    assert stage.pruning == last.pruning
    assert (stage.training.epochs, stage.training.lr) == (3, "constant 1e-3")


def test_a_step_without_lr_takes_the_recipe_s_and_else_the_first_training_s(
    setting: Setting,
) -> None:
    text = parse("train(20, lr=1e-1) > prune(l1, 0.5) > train(20)")
    assert compiled(text, setting).training.lr == "0:1e-1,10:1e-2"
    silent = replace(setting, later=replace(setting.later, lr=""))
    assert compiled(text, silent).training.lr == "constant 1e-1"
    with pytest.raises(GrammarError, match=r"no LR is known for train\(20\)"):
        compiled(parse("train(20)"), replace(setting, first=replace(setting.first, lr="")))


def test_loaded_weights_stand_for_the_first_training_and_cannot_be_rewound(
    setting: Setting,
) -> None:
    loaded = replace(setting, base=Weights("0" * 64))
    found = compiled(parse(f"train(90) > ({CUT} > train(20)) * 2"), loaded)
    assert [one.training.epochs for one in found.chain] == [20, 20]
    assert found.chain[0].base == Weights("0" * 64)
    with pytest.raises(GrammarError, match="its earlier weights are not at hand"):
        compiled(parse(f"train(90) > {CUT} > rewind(2) > train(20)"), loaded)


def test_the_last_training_can_be_replaced(setting: Setting) -> None:
    other = Training(7, "constant 1e-2", 32, 0.0)
    found = compiled(parse(f"train(20) > ({CUT} > train(20)) * 2"), replace(setting, last=other))
    assert found.training == other
    assert found.chain[1].training.epochs == 20


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_a_chain_is_written_as_a_pipeline_that_gives_it_again(
    example: Example, setting: Setting
) -> None:
    last = compiled(parse(example.text), setting)
    assert compiled(written(last), setting).id == last.id
    assert len(written(last).nodes) == len(parse(example.text).nodes)


@given(st.lists(st.sampled_from(("prune(l1, 0.1)", "train(1)", "train(2)", "reinit")), min_size=1))
def test_steps_in_parentheses_are_the_steps(texts: list[str]) -> None:
    found = parse(" > ".join(texts))
    assert Pipeline(folded(found.steps)).steps == found.steps


REFUSED = (
    ("train(20) > prune(l1, 0.5)", 13, "ends with a training"),
    ("rewind(0) > train(20)", 1, "before any training"),
    ("prune(snip, 0.9) > rewind(0) > train(20)", 20, "before any training"),
    ("train(20) > prune(l1, 0.5) > rewind(21) > train(9)", 30, "beyond the first training of 20"),
    ("train(160) > prune(l1, 0.2) > rewind(1000) > train(9)", 31, "rewind counts epochs"),
    ("train(20) > (prune(l1, 0.2) > rewind(0) > train(9)) * 2", 31, "filters went before"),
    ("train(9) > (prune(force, 0.5) > train(9)) * 2", 13, "cannot go on from a pruned network"),
    (f"train(9) > {CUT} > train(9) > prune(magnitude, 0.2, control=shuffled) > train(9)", 61,
     "shuffled chooses among all weights"),
    ("train(9) > prune(l1, 0.5, control=shuffled) > train(9)", 12, "for single weights"),
    ("train(9) > prune(l1, 0.5, scope=global) > train(9)", 12, "l1 is layerwise"),
    ("train(9) > prune(magnitude, [0.5, 0.1]) > train(9)", 12, "not by a list"),
    ("train(9) > prune(2:4, 0.6) > train(9)", 12, "has the ratio 0.5 only"),
    ("train(9) > prune(l1, 0.5, epochs=3) > train(9)", 12, "does not train while it prunes"),
    ("train(9) > prune(greg-1, 0.5) > train(9)", 12, "state epochs and lr"),
    (f"train(9) > {CUT} > prune(greg-1, 0.5, epochs=3) > train(9)", 50, "under masks"),
    ("train(9) > reinit > train(9)", 12, "follows a prune step at once"),
    (f"train(9) > {CUT} > rewind(0) > reinit > train(9)", 62, "follows a prune step at once"),
    (f"train(9) > {CUT} > reinit > rewind(0) > train(9)", 59, "keep one of the two"),
    ("train(9) > prune(int8) > train(9) > prune(l1, 0.5) > train(9)", 37, "a quantised network"),
    ("train(9) > prune(int8) > train(9) > train(9)", 37, "a quantised network"),
    ("train(9) > prune(int8) > rewind(0) > train(9)", 26, "int8 removes nothing"),
    ("prune(greg-1, 0.5, epochs=4) > rewind(2) > train(9)", 32, "only its end is kept"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "column", "words"), REFUSED)
def test_what_cannot_run_is_refused_at_its_step(text: str, column: int, words: str) -> None:
    with pytest.raises(GrammarError) as raised:
        check_order(parse(text))
    assert words in str(raised.value)
    assert raised.value.column == column


def test_methods_with_a_scope_of_their_own_are_those_that_choose_in_their_own_way() -> None:
    own = {name for name, method in METHODS.items() if method.own_scope and method.masked}
    assert own == {name for name, method in METHODS.items() if method.selects}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("train(9) > (prune(l1, 0.7) > train(9)) * 5", "takes every filter of a layer"),
        ("train(9) > (prune(magnitude, 0.99) > train(9)) * 2", "fewer than one weight per layer"),
        ("train(9) > prune(l1, [0.5, 0.5]) > train(9)", "expected 3 ratios"),
    ],
)
def test_a_ratio_that_leaves_a_layer_nothing_is_refused(text: str, words: str) -> None:
    known = network("mlp-128-64")
    assert known is not None
    with pytest.raises(GrammarError, match=r"column 1[23]: prune") as raised:
        check_fits(parse(text), known)
    assert words in str(raised.value)


@pytest.mark.parametrize("name", ["resnet8", "mlp-128-64", "vgg16-cifar", "mobilenet_v2"])
def test_halving_the_filters_twice_fits(name: str) -> None:
    known = network(name)
    assert known is not None
    check_fits(parse("train(9) > (prune(l1, 0.5) > train(9)) * 2"), known)
