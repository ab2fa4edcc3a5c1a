"""Iterative pruning as a plain loop and as a pipeline: the same masks, the same answers."""

from typing import Any

import pytest

from prune_audit.grammar import parse
from prune_audit.grammar.compiled import Setting, compiled
from prune_audit.pipeline.measures.imp import imp_by_hand
from prune_audit.reruns.experiment import Data, Experiment, Training

FEW = Data("digits", few=90)
TRAINING = Training(2, "0:1e-1,1:1e-2", 30, 5e-4)


def last(text: str, seed: int = 0) -> Experiment:
    """Return the last run of a pipeline on a perceptron."""
    return compiled(parse(text), Setting(FEW, "mlp-128-64", seed, TRAINING, TRAINING))


@pytest.mark.parametrize("seed", [0, 1])
def test_the_loop_and_the_grammar_agree_at_every_level(lab: Any, seed: int) -> None:
    text = "train(2) > (prune(magnitude, 0.4, scope=global) > rewind(0) > train(2)) * 3"
    chain = last(text, seed).chain
    lab.run(chain[-1])
    runs = [lab.result(one) for one in chain]
    found = imp_by_hand(chain[0], {"ratio": 0.4, "levels": 3}, lab.bench())
    assert found["masks"] == [run.kept for run in runs]
    assert found["right"] == [run.final.k for run in runs]
    assert len(set(found["masks"])) == 4


def test_new_weights_in_place_of_rewound_ones_leave_the_first_mask_as_it_is(lab: Any) -> None:
    cut = "train(2) > (prune(magnitude, 0.4, scope=global) > {} > train(2)) * 2"
    rewound, renewed = last(cut.format("rewind(0)")), last(cut.format("reinit"))
    lab.run(rewound, renewed)
    first, other = lab.result(rewound.chain[1]), lab.result(renewed.chain[1])
    assert first.kept == other.kept
    assert first.weights != other.weights
    assert lab.result(rewound).kept != lab.result(renewed).kept


def test_prune_steps_one_after_the_other_take_their_shares_without_training(lab: Any) -> None:
    (run,) = lab.run(last("prune(snip, 0.5) > prune(snip, 0.5) > train(2)"))
    assert run.sparsity == pytest.approx(0.75, abs=1e-3)


def test_filters_go_level_by_level(lab: Any) -> None:
    (run,) = lab.run(last("train(2) > (prune(l1, 0.5) > train(2)) * 2"))
    assert run.params == (64 * 32 + 32) + (32 * 16 + 16) + (16 * 10 + 10)
