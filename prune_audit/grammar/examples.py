"""Methods of papers in the grammar, with the epochs of the digits: what runs in which order."""

from typing import NamedTuple

PHASES = 4
BIMP_RATIO = 1 - (1 - 0.9) ** (1 / PHASES)
"""Of what is left, per phase, so that 90 % are gone in the end (Zimmer et al. 2021)."""

_LR = "'0:1e-1,10:1e-2,15:1e-3'"
_CUT = "prune(magnitude, 0.2, scope=global)"


class Example(NamedTuple):
    """A method under the name of its paper, and its pipeline."""

    name: str
    source: str
    text: str


EXAMPLES = (
    Example(
        "L1-norm, one-shot", "Li et al. 2017 (arXiv 1608.08710)",
        f"train(20, lr={_LR}) > prune(l1, 0.5) > train(10, lr='0:1e-2,5:1e-3')",
    ),
    Example(
        "GReg-1", "Wang et al. 2021 (arXiv 2012.09243)",
        f"train(20, lr={_LR}) > prune(greg-1, 0.5, epochs=10, lr=1e-3) > train(10, lr=1e-2)",
    ),
    Example(
        "iterative finetuning", "Han et al. 2015 (arXiv 1506.02626)",
        f"train(20, lr={_LR}) > ({_CUT} > train(10, lr=1e-3)) * 5",
    ),
    Example(
        "lottery tickets", "Frankle & Carbin 2019 (arXiv 1803.03635)",
        f"train(20, lr={_LR}) > ({_CUT} > rewind(0) > train(20)) * 5",
    ),
    Example(
        "weight rewinding", "Frankle et al. 2020 (arXiv 1912.05671)",
        f"train(20, lr={_LR}) > ({_CUT} > rewind(2) > train(18, lr='0:1e-1,8:1e-2,13:1e-3')) * 5",
    ),
    Example(
        "LR rewinding", "Renda et al. 2020 (arXiv 2003.02389)",
        f"train(20, lr={_LR}) > ({_CUT} > train(20)) * 5",
    ),
    Example(
        "new weights at each level", "He et al. 2022 (arXiv 2206.08684)",
        f"train(20, lr={_LR}) > ({_CUT} > reinit > train(20)) * 5",
    ),
    Example(
        "BIMP, four phases", "Zimmer et al. 2021 (arXiv 2111.00843)",
        f"train(20, lr=linear 1e-1 to 0) > (prune(magnitude, {BIMP_RATIO!r}, scope=global) > "
        f"train(5, lr=linear 1e-1 to 0 warmup 10% from 0)) * {PHASES}",
    ),
    Example(
        "SNIP", "Lee et al. 2019 (arXiv 1810.02340)", f"prune(snip, 0.9) > train(20, lr={_LR})"
    ),
    Example(
        "FORCE", "de Jorge et al. 2021 (arXiv 2006.09081)",
        f"prune(force, 0.99) > train(20, lr={_LR})",
    ),
)  # fmt: skip
"""Each is read and printed as itself; only the order of steps is the paper's, not its recipe."""
