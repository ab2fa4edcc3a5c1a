"""Controls, arms and diagnostics beside the methods: what each is, how it is run, where it is from.

Short entries, from which ``prune-audit methods`` makes its list and ``explain`` its pages. Methods
(``reruns.methods``) and studies (``studies.registry``) have manual pages of their own.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from prune_audit.reruns.methods import METHODS
from prune_audit.schedules.kinds import KINDS

_WANG = "Wang et al. 2023 (arXiv 2301.05219)"
_LIU = "Liu et al. 2019 (arXiv 1810.05270)"


class Entry(NamedTuple):
    """``use`` is what a user types or writes; ``study`` shows it at work, empty if none does."""

    name: str
    title: str
    use: str
    source: str
    study: str = ""


ARMS = (
    Entry(
        "shuffled", "every layer loses as many weights as by the method, at random places",
        "control: shuffled under pruning of a row, or control=shuffled in a pipeline's prune",
        "Frankle et al. 2021 (arXiv 2009.08576); Su et al. 2020 (arXiv 2009.11094)",
        "random-baselines",
    ),
    Entry(
        "random-filters", "filters go at random, by the same ratios",
        "criterion: random in a row of granularity filter", METHODS["random"].source,
        "random-baselines",
    ),
    Entry(
        "random-single-weights", "single weights go at random, by the same share or by ER or ERK",
        "criterion: random, er or random erk in a row of granularity weight",
        METHODS["random-weights"].source, "random-baselines",
    ),
    Entry(
        "scratch-E", "the pruned structure from scratch, for the epochs of the pretraining",
        "prune-audit rerun --scratch-arm E", _LIU, "random-baselines",
    ),
    Entry(
        "scratch-B-liu2019", "the pruned structure from scratch, for the FLOPs of the pretraining",
        "prune-audit rerun --scratch-arm B-liu2019", _LIU,
    ),
    Entry(
        "scratch-B-wang2023",
        "the pruned structure from scratch, for the FLOPs of the pretraining and the epochs of "
        "the retraining", "prune-audit rerun --scratch-arm B-wang2023", _WANG, "random-baselines",
    ),
    Entry(
        "dense-control", "the dense network is trained on as long and alike, unpruned",
        "prune-audit rerun --dense-control", "Kuznedelev et al. 2023 (arXiv 2308.02060)",
        "retraining-kinds",
    ),
    Entry(
        "compensate", "the other row gets the epochs of a pruning stage, before or after pruning",
        "prune-audit rerun --calibrated --compensate pre, or post", _WANG, "greg",
    ),
    Entry(
        "calibrated", "all rows are retrained under one schedule that is long enough",
        "prune-audit rerun --calibrated", _WANG,
    ),
    Entry(
        "convergence", "the first stage of the LR is made longer until nothing is gained",
        "prune-audit rerun --convergence", _WANG, "retraining-kinds",
    ),
)  # fmt: skip
"""Controls, and arms that a rerun adds."""

RETRAINING = tuple(
    Entry(kind, one.title, f"prune-audit rerun --retraining {kind}", one.source, "retraining-kinds")
    for kind, one in KINDS.items()
)
"""The kinds of retraining, which are arms as well."""

DIAGNOSTICS = (
    Entry(
        "sqnr", "pruning against quantisation at equal bytes, tensor by tensor of a checkpoint",
        "prune-audit sqnr CHECKPOINT", "Kuzmin et al. 2023 (arXiv 2307.02973)", "quantisation",
    ),
    Entry(
        "prune-limit", "how sparse a checkpoint gets in one shot, predicted and measured",
        "prune-audit prune-limit CHECKPOINT --network NAME --data NAME",
        "Zhang et al. 2024 (arXiv 2306.05857)", "prune-limit",
    ),
    Entry(
        "removal-curve", "what criteria for filters harm in a checkpoint before any retraining",
        "prune-audit removal-curve CHECKPOINT --network NAME --data NAME",
        "Ancona et al. 2020 (arXiv 2006.01795)", "removal-curves",
    ),
    Entry(
        "double-descent", "the phases of printed accuracies over sparsity",
        "prune-audit double-descent claims/foo.yaml#sweep",
        "He et al. 2022 (arXiv 2206.08684)", "double-descent",
    ),
    Entry(
        "ranks", "whether methods keep their ranks over the operating points of a table",
        "prune-audit ranks claims/foo.yaml", "Li et al. 2024 (arXiv 2406.12315)", "rank-stability",
    ),
    Entry(
        "pipeline", "a pruning pipeline: its epochs, sparsity after each step, taxonomy cell",
        "prune-audit pipeline 'train(20) > prune(l1, 0.5) > train(20)'",
        "Wang et al. 2022 (arXiv 2103.06460)", "imp",
    ),
    Entry(
        "schedule", "the calibrated schedule of a retraining, or that of a retraining kind",
        "prune-audit schedule 90 1e-2", _WANG, "retraining-kinds",
    ),
)  # fmt: skip
"""Commands that look at a checkpoint, a table or a recipe, and train nothing."""

ENTRIES: Mapping[str, Entry] = MappingProxyType(
    {one.name: one for one in (*ARMS, *RETRAINING, *DIAGNOSTICS)}
)


def entry_lines(one: Entry) -> Iterator[str]:
    """Yield what the page of an entry says, a paragraph each."""
    yield f"{one.name}: {one.title}."
    yield f"Use: {one.use}"
    if one.study:
        yield f"Shown by: prune-audit study {one.study}"
    yield f"Source: {one.source}."
