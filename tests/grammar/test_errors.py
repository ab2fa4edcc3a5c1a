"""Errors name the column, what was expected there, and the nearest word."""

import pytest

from prune_audit.grammar import GrammarError, parse

WRONG = (
    ("trian(20)", 1, "did you mean train?"),
    ("train(20) > prune(magnitud, 0.2)", 19, "did you mean magnitude?"),
    ("train(20) > prune(l1, 20)", 23, "20 % is 0.2"),
    ("train(20) > prune(l1, 20%)", 23, "20 % is 0.2"),
    ("train(20) > prune(l1)", 21, "a method and a ratio"),
    ("train(20) > prune(l1, 0.2, scop=global)", 33, "did you mean scope?"),
    ("prune(greg-1, 0.2, delt=1, epochs=3)", 25, "did you mean delta?"),
    ("prune(greg-1, 0.2, delta=fast, epochs=3)", 26, "a number for delta"),
    ("train(20) > prune(l1, 0.2, scope=globl)", 34, "did you mean global?"),
    ("train(20) > prune(l1, 0.2, lr=1e-3)", 31, "state epochs too"),
    ("train(20) > prune(l1, 0.2) > rewind(2.5)", 37, "whole epochs"),
    ("train(20) > prune(l1, 0.2) > rewind(1000it)", 37, "iterations, as papers count them"),
    ("train(20) > prune(l1, 0.2) train(20)", 28, "'>' and the next step"),
    ("train(20, lr=0:1e-1,10:1e-2)", 21, "stands in quotes"),
    ("train(20, lr='0:1e-1,30:1e-2')", 14, "milestone 30 is not inside 20 epochs"),
    ("train(20, lr=initial 1e-2)", 14, "a whole LR schedule"),
    ("train(20, epoch=3)", 11, "expected one of lr, "),
    ("train(20, lr=1e-2, lr=1e-3)", 20, "lr is stated twice"),
    ("train(0)", 7, "from 1 to"),
    ("train(20", 9, "got the end"),
    ("(train(20)", 11, "')'"),
    ("(train(20))", 12, "how many times"),
    ("(train(20)) * 0", 15, "a whole number of times"),
    ("train(20) > reinit(3)", 13, "takes no values"),
    ("train(20) >", 12, "a step such as train(20)"),
    ("", 1, "a step such as train(20)"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "column", "words"), WRONG)
def test_what_is_wrong_is_said_where_it_stands(text: str, column: int, words: str) -> None:
    with pytest.raises(GrammarError) as raised:
        parse(text)
    assert raised.value.column == column
    assert f"column {column}: " in str(raised.value)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "(((((train(1)) * 2) * 2) * 2) * 2) * 2",
        "(((train(1)) * 100) * 100) * 100",
        "train(1) > " * 2000 + "train(1)",
        "(" * 9000,
    ],
)
def test_a_pipeline_too_large_to_mean_anything_is_refused_at_once(text: str) -> None:
    with pytest.raises(GrammarError, match="at most"):
        parse(text)
