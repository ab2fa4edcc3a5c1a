"""Pipelines that can be written down, drawn by hypothesis."""

import pytest

from prune_audit.grammar.compiled import Setting
from prune_audit.reruns.experiment import Data, Training

RECIPE = Training(20, "0:1e-1,10:1e-2", 64, 5e-4)


@pytest.fixture
def setting() -> Setting:
    """A perceptron on the digits, every training of 20 epochs under one recipe."""
    return Setting(Data("digits"), "mlp-128-64", 0, RECIPE, RECIPE)
