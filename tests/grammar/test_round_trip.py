"""What is printed is read as the same pipeline, whatever stands in it."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from prune_audit.grammar import GrammarError, Pipeline, Prune, Reinit, Repeat, Rewind, Train, parse
from prune_audit.grammar.calls import LONGEST_TEXT
from prune_audit.grammar.examples import EXAMPLES, Example
from prune_audit.grammar.nodes import Node, Option
from prune_audit.reruns.methods import METHODS

LRS = ("1e-3", "0:1e-1,1:1e-2", "cosine 1e-1 to 0", "step 1e-1 at 1 by 0.1", "linear 1 to 0")
ratios = st.floats(0, 1, exclude_max=True, allow_subnormal=False)
numbers = st.floats(0, 1e12)
epochs = st.integers(2, 99_999)


def _sorted(found: Mapping[str, Any]) -> tuple[Option, ...]:
    return tuple(Option(name, found[name]) for name in sorted(found))


def options() -> st.SearchStrategy[tuple[Option, ...]]:
    """Return some parts of a recipe, sorted by name."""
    values = {
        "augmentation": st.sampled_from(("standard", "none")), "batch_size": st.integers(1, 512),
        "l1": numbers, "lr": st.sampled_from(LRS), "lr_each": st.sampled_from(("epoch", "step")),
        "momentum": ratios, "nesterov": st.booleans(), "weight_decay": numbers,
    }  # fmt: skip
    chosen = st.fixed_dictionaries({}, optional=values)
    return chosen.map(_sorted)


trains = st.builds(Train, epochs, options())
settings_ = st.dictionaries(st.just("draw"), numbers).map(
    lambda found: tuple(sorted(found.items()))
)
prunes = st.builds(
    Prune,
    st.sampled_from([name for name, one in METHODS.items() if one.ratio is None]),
    st.lists(ratios, min_size=1, max_size=4).map(tuple),
    st.sampled_from(("", "layerwise", "global")),
    st.sampled_from(("", "shuffled")),
    settings_,
    st.none() | trains,
)
steps: st.SearchStrategy[Node] = st.one_of(
    trains, prunes, st.builds(Rewind, st.integers(0, 1000)), st.builds(Reinit)
)
repeats = st.builds(Repeat, st.lists(steps, min_size=1, max_size=3).map(tuple), st.integers(1, 9))
nested = st.builds(
    Repeat, st.lists(steps | repeats, min_size=1, max_size=3).map(tuple), st.integers(1, 5)
)
pipelines = st.builds(
    Pipeline, st.lists(steps | repeats | nested, min_size=1, max_size=5).map(tuple)
)


@given(pipelines)
def test_a_printed_pipeline_is_read_as_itself(pipeline: Pipeline) -> None:
    assert parse(str(pipeline)) == pipeline


@given(pipelines, st.sampled_from(("", " ", "\n  ")))
def test_blanks_and_line_ends_do_not_matter(pipeline: Pipeline, blank: str) -> None:
    text = str(pipeline).replace(" > ", f"{blank}>{blank}").replace(") * ", f"){blank}*{blank}")
    assert parse(f"{blank}{text}{blank}") == pipeline


@given(pipelines)
def test_repetitions_written_out_are_the_same_steps(pipeline: Pipeline) -> None:
    text = str(Pipeline(pipeline.steps))
    assume(len(text) <= LONGEST_TEXT)
    assert parse(text).steps == pipeline.steps


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_each_paper_s_method_is_printed_as_it_is_written(example: Example) -> None:
    found = parse(example.text)
    assert str(found) == example.text
    assert parse(str(found)) == found


def test_settings_of_a_method_may_be_below_zero() -> None:
    text = "prune(greg-2, 0.5, delta=0.04, kept=-0.0001, epochs=3, lr=1e-3) > train(5)"
    assert str(parse(text)) == text


def test_the_canonical_form_has_one_blank_sorted_options_and_plain_numbers() -> None:
    text = 'train( 20,weight_decay=0.0005 , lr = "0:1e-1,10:1e-2")>(prune(2:4)>train(5))*2'
    assert str(parse(text)) == (
        "train(20, lr='0:1e-1,10:1e-2', weight_decay=0.0005) > (prune(2:4, 0.5) > train(5)) * 2"
    )


@given(st.text(max_size=40) | st.text("train(pue)0.5,*>[]'= ", max_size=40))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        found = parse(text)
    except GrammarError:
        return
    assert parse(str(found)) == found
