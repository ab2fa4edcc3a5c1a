"""What a claim file holds, as frozen data.

Every dataclass here is also the description of its part of the file: a field is a key, its
metadata names the reader, says whether the key must be there, and documents it. The loader, the
JSON Schema, the skeleton and the manual are made from these classes.
"""

from dataclasses import dataclass

from prune_audit.epochs import Epochs
from prune_audit.forms import key
from prune_audit.grammar.nodes import Pipeline
from prune_audit.numbers import Printed
from prune_audit.places import Entry, Place
from prune_audit.readers import (
    ARXIV,
    COUNT,
    EPOCHS,
    FRACTION,
    LR,
    PERCENT,
    PIPELINE,
    PLAIN,
    REFERENCE,
    TEXT,
    TIMES,
    WEIGHTS,
    WHOLE,
    YEAR,
    ListReader,
    Weights,
    choice,
)
from prune_audit.schedules.notation import LrSpec
from prune_audit.submission import Submission

YES_NO = choice("yes", "no")
SOURCES = ListReader(TEXT, "[Table 1, caption]", single=True)
ROWS = ListReader(REFERENCE, "[ours-2x, greg2021#greg1-2.31x]", single=True)


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper whose numbers the file holds."""

    title: Entry[str] = key(TEXT, "title as printed", required=True, silent=False)
    venue: Entry[str] = key(TEXT, "venue such as ICLR, or arXiv", required=True)
    year: Entry[int] = key(YEAR, "year of the venue", required=True)
    authors: Entry[str] = key(TEXT, "authors")
    arxiv: Entry[str] = key(ARXIV, "arXiv number in quotes")
    url: Entry[str] = key(TEXT, "where to read it")
    code: Entry[str] = key(TEXT, "where the authors' code is")
    read: Entry[str] = key(
        TEXT, "what the transcriber read: full text, tables only, repository ..."
    )
    note: Entry[str] = key(TEXT, "free text", silent=False)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the pruning pipeline: how long, under which LR, with which recipe."""

    place: Place
    epochs: Entry[Epochs] = key(EPOCHS, "epochs of the stage: 90, ~25, >0", required=True)
    lr: Entry[LrSpec] = key(LR, "LR schedule in the notation of the manual", required=True)
    kind: Entry[str] = key(
        choice(
            "finetuning", "lr-rewinding", "weight-rewinding", "slr", "clr", "llr", "allr", "other"
        ),
        "kind of retraining, where the paper names one",
    )
    optimizer: Entry[str] = key(
        choice("sgd", "adam", "adamw", "rmsprop", "lars", "other"), "optimizer"
    )
    momentum: Entry[Printed] = key(PLAIN, "momentum")
    nesterov: Entry[str] = key(YES_NO, "Nesterov momentum")
    weight_decay: Entry[Printed] = key(PLAIN, "weight decay")
    l1: Entry[Printed] = key(PLAIN, "factor of an L1 penalty on all weights, 0 where none")
    batch_size: Entry[Printed] = key(WHOLE, "global batch size, in images")
    augmentation: Entry[str] = key(
        choice("standard", "autoaugment", "randaugment", "trivialaugment", "none", "other"),
        "training augmentation; standard is random crop and flip",
    )
    mixup: Entry[str] = key(YES_NO, "mixup or cutmix")
    distillation: Entry[str] = key(YES_NO, "knowledge distillation")
    label_smoothing: Entry[Printed] = key(PLAIN, "label smoothing, 0 where none")
    ema: Entry[str] = key(YES_NO, "moving average of the weights is evaluated")
    input_size: Entry[Printed] = key(WHOLE, "training image side in pixels")
    tuning_trials: Entry[Printed] = key(WHOLE, "settings tried before this one was chosen")
    source: Entry[tuple[str, ...]] = key(SOURCES, "where the recipe stands")
    note: Entry[str] = key(TEXT, "free text", silent=False)


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Which kind of pruning it is, by the survey of Wang et al. 2022 (arXiv 2103.06460)."""

    place: Place
    base: Entry[str] = key(
        choice("trained", "early", "init"),
        "from where the weights of the pruned network start: of a trained network (PaT), of one "
        "early in its training, or initial ones (PaI, lottery tickets too)",
    )
    mask: Entry[str] = key(
        choice("static-pre", "static-post", "dynamic", "selection"),
        "when what goes is chosen: once before training, once after a training (lottery tickets), "
        "anew while it trains (RigL), or by a search over weights that are never trained",
    )
    weights: Entry[str] = key(
        choice("inherited", "rewound", "original-init", "re-init", "none"),
        "what the weights that stay are set to before they train on: kept as they are, those of an "
        "earlier epoch, their initial values, new random ones, or none as they never train",
    )


@dataclass(frozen=True, slots=True)
class PruningStage(Stage):
    """The pruning stage: what is removed, by which schedule, at which training cost."""

    epochs: Entry[Epochs] = key(
        EPOCHS, "training epochs of the pruning stage; 0 for one-shot, >0 if only known to exist",
        required=True,
    )  # fmt: skip
    lr: Entry[LrSpec] = key(LR, "LR schedule of the pruning stage; nothing to state at 0 epochs")
    granularity: Entry[str] = key(
        choice("filter", "channel", "weight", "n:m", "block", "layer", "group", "bits", "other"),
        "what is removed as one piece; filter covers filters and channels of dense networks, bits "
        "are taken from every weight: quantisation",
        required=True,
    )
    schedule: Entry[str] = key(
        choice(
            "one-shot", "iterative", "growing-penalty", "sparse-learning", "while-training",
            "search", "at-init", "other",
        ),
        "how the ratio is reached; while-training has no separate retraining stage",
        required=True,
    )  # fmt: skip
    criterion: Entry[str] = key(TEXT, "what ranks filters or weights")
    ratio: Entry[Printed] = key(FRACTION, "pruned share, one number")
    ratios: Entry[tuple[Printed, ...]] = key(
        ListReader(FRACTION, "[0.3, 0.5]"), "pruned share per stage or layer"
    )
    scope: Entry[str] = key(choice("global", "layerwise", "uniform"), "where the share applies")
    control: Entry[str] = key(
        choice("shuffled"),
        "a control in place of the method's choice; shuffled keeps its counts per layer only",
    )
    pipeline: Entry[Pipeline] = key(
        PIPELINE,
        "what was trained, pruned and rewound in which order, from initial weights to the last "
        "training, in the grammar of prune-audit pipeline; a rerun runs exactly that",
    )
    taxonomy: Taxonomy | None = key(
        Taxonomy, "which kind of pruning: where weights start, when the mask is chosen"
    )
    limit: Entry[Printed] = key(
        FRACTION,
        "share of weights that may go without retraining before the loss rises, as the source "
        "states it (rho*), predicted or measured",
    )


SCRATCH_BUDGETS = ("E", "B-wang2023", "B-liu2019", "B-liu2019-capped", "recipe", "other")


@dataclass(frozen=True, slots=True)
class ScratchStage(Stage):
    """Training the pruned structure from scratch, in place of pruning and retraining."""

    budget: Entry[str] = key(
        choice(*SCRATCH_BUDGETS),
        "how its epochs were set: E same epochs as pretraining, B same FLOPs by the formula of "
        "Wang et al. 2023 (K1*F1/F2 + K2) or Liu et al. 2019 (K1*F1/F2, capped or not), recipe "
        "the base model's own recipe",
        required=True,
    )


@dataclass(frozen=True, slots=True)
class BaseModel:
    """The dense network that was pruned; its identity is its weights, never its accuracy."""

    place: Place
    name: str
    network: Entry[str] = key(TEXT, "network such as resnet50", required=True)
    dataset: Entry[str] = key(TEXT, "data set such as imagenet, cifar10", required=True)
    weights: Entry[Weights] = key(WEIGHTS, "identity of the weights", required=True)
    top1: Entry[Printed] = key(PERCENT, "top-1 accuracy as printed, percent", required=True)
    top5: Entry[Printed] = key(PERCENT, "top-5 accuracy as printed, percent")
    macs: Entry[Printed] = key(COUNT, "multiply-accumulates; FLOPs are twice as many")
    flops: Entry[Printed] = key(COUNT, "floating-point operations, 2 x MACs")
    printed_as: Entry[str] = key(TEXT, "what the paper calls its cost, such as FLOPs", silent=False)
    params: Entry[Printed] = key(COUNT, "parameters")
    pretraining: Stage | None = key(Stage, "how it was trained")
    runs: Entry[Printed] = key(WHOLE, "independent runs behind the accuracy: 3, >=3")
    source: Entry[tuple[str, ...]] = key(
        SOURCES,
        "table, figure or file of these numbers",
        required=True,
    )
    note: Entry[str] = key(TEXT, "free text", silent=False)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """One row of a table; two rows are one only if they are the same entry of the same file."""

    place: Place
    name: str
    base_model: BaseModel | None
    method: Entry[str] = key(TEXT, "method as the paper calls it", required=True, silent=False)
    base: Entry[str] = key(
        TEXT, "name of the base model in this file, or none (trained from scratch)", required=True
    )
    own_network: Entry[str] = key(
        TEXT, "network, only where base is none or silent", name="network"
    )
    own_dataset: Entry[str] = key(
        TEXT, "data set, only where base is none or silent", name="dataset"
    )
    pruning: PruningStage | None = key(PruningStage, "the pruning stage")
    retraining: Stage | None = key(Stage, "the retraining stage, or none")
    scratch: ScratchStage | None = key(ScratchStage, "training from scratch instead of the two")
    top1: Entry[Printed] = key(
        PERCENT, "top-1 accuracy, percent, with +- if printed", required=True
    )
    metric: Entry[str] = key(
        choice("top1", "map", "miou", "other"),
        "what top1 holds where it is no top-1 accuracy",
    )
    top5: Entry[Printed] = key(PERCENT, "top-5 accuracy, percent")
    base_top1: Entry[Printed] = key(PERCENT, "base accuracy that the row prints beside its own")
    drop: Entry[Printed] = key(
        PERCENT, "printed drop, base minus pruned: positive is a loss, points"
    )
    delta: Entry[Printed] = key(PERCENT, "printed change, pruned minus base: negative is a loss")
    before_retraining: Entry[Printed] = key(PERCENT, "top-1 right after pruning, percent")
    ta: Entry[Printed] = key(PERCENT, "trainability accuracy as printed, percent")
    train_top1: Entry[Printed] = key(PERCENT, "top-1 on the training images, percent")
    label_noise: Entry[Printed] = key(
        FRACTION, "share of training labels made wrong on purpose, 0 where they are as published"
    )
    speedup: Entry[Printed] = key(TIMES, "theoretical speedup, dense over pruned MACs")
    flops_reduction: Entry[Printed] = key(FRACTION, "removed share of the FLOPs: 0.44 or 44 %")
    flops_kept: Entry[Printed] = key(FRACTION, "kept share of the FLOPs, where that is printed")
    measured_speedup: Entry[Printed] = key(TIMES, "speedup by the clock; say the hardware")
    hardware: Entry[str] = key(TEXT, "where the speedup was measured")
    macs: Entry[Printed] = key(COUNT, "multiply-accumulates of the pruned network")
    flops: Entry[Printed] = key(COUNT, "floating-point operations, 2 x MACs")
    printed_as: Entry[str] = key(TEXT, "what the paper calls its cost, such as FLOPs", silent=False)
    params: Entry[Printed] = key(COUNT, "parameters of the pruned network")
    params_reduction: Entry[Printed] = key(FRACTION, "removed share of the parameters")
    params_kept: Entry[Printed] = key(
        FRACTION, "kept share of the parameters, where that is printed"
    )
    compression: Entry[Printed] = key(TIMES, "dense over kept parameters")
    sparsity: Entry[Printed] = key(FRACTION, "share of zero weights")
    bytes: Entry[Printed] = key(COUNT, "what the stored pruned network takes, in bytes: 25.6M")
    weight_bits: Entry[Printed] = key(
        PLAIN, "bits of a stored weight that is not zero; 16 is taken where nothing is said"
    )
    mask_bits: Entry[str] = key(
        choice("counted", "not-counted"),
        "whether the positions of the weights that stay (bitmap, indices) count as storage",
    )
    runs: Entry[Printed] = key(WHOLE, "independent runs behind the number: 3, >=3")
    spread_is: Entry[str] = key(
        choice("sample-std", "population-std", "std", "standard-error", "ci95", "range"),
        "what the number behind +- is; std where the kind is not said",
    )
    selection: Entry[str] = key(
        choice("last-epoch", "best-epoch", "best-run", "best-on-validation", "mean"),
        "which value of a run or of several is printed",
    )
    evaluated_on: Entry[str] = key(choice("test", "validation"), "split of the printed accuracy")
    evaluation: Entry[str] = key(TEXT, "evaluation protocol such as single crop 224")
    origin: Entry[str] = key(
        choice("own", "cited", "reproduced"),
        "own: run by this paper's authors for their method; reproduced: another method that they "
        "ran themselves; cited: copied from elsewhere",
    )
    cites: Entry[str] = key(REFERENCE, "the same result in its own paper's file: file#result")
    bold: Entry[str] = key(YES_NO, "printed in bold")
    source: Entry[tuple[str, ...]] = key(
        SOURCES,
        "table, figure or file of these numbers",
        required=True,
    )
    note: Entry[str] = key(TEXT, "free text", silent=False)

    @property
    def label(self) -> str:
        """The row's label in its sweep; empty where it belongs to none."""
        _, mark, label = self.name.rpartition("@")
        return label if mark else ""

    @property
    def is_scratch(self) -> bool:
        """Whether the row is trained from scratch."""
        return self.scratch is not None

    @property
    def file(self) -> str:
        """The claim file of the row, as it was named."""
        return self.place.file

    @property
    def network(self) -> Entry[str]:
        """The network: the base model's, or the row's own where there is no base model."""
        return self.base_model.network if self.base_model else self.own_network

    @property
    def dataset(self) -> Entry[str]:
        """The data set: the base model's, or the row's own where there is no base model."""
        return self.base_model.dataset if self.base_model else self.own_dataset

    @property
    def dense_top1(self) -> Entry[Printed]:
        """The base accuracy beside the row: its own column, else the base model's."""
        if self.base_top1.known or self.base_model is None:
            return self.base_top1
        return self.base_model.top1


STATEMENTS = ("better", "significantly better", "on par", "lossless", "none")
SETUPS = ("S1", "S2", "S3.1", "S3.2", "S4.1", "S4.2", "SX-A", "SX-B")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows set against each other, the paper's own one first, and the statement made."""

    place: Place
    name: Entry[str] = key(TEXT, "a short name", silent=False)
    ours: Entry[str] = key(REFERENCE, "the paper's own result", required=True, silent=False)
    against: Entry[tuple[str, ...]] = key(
        ROWS, "the results it is compared with; not needed for lossless",
        silent=False,
    )  # fmt: skip
    statement: Entry[str] = key(
        choice(*STATEMENTS), "what the paper says of ours; lossless is against its own base",
        required=True, silent=False,
    )  # fmt: skip
    setup: Entry[str] = key(choice(*SETUPS), "the setup that the paper itself names")
    rate: Entry[str] = key(
        choice("speedup", "measured-speedup", "compression", "ratio"),
        "the rate the rows share; by default the first that both print",
        silent=False,
    )
    attitude: Entry[str] = key(
        choice("1", "2"),
        "pruning against scratch: does a gain from a better retraining LR count? 1 no (default, "
        "what Wang et al. 2023 suggest in section 4), 2 yes",
        silent=False,
    )
    generalisation: Entry[str] = key(
        YES_NO, "whether the source says that pruning itself makes the network generalise better"
    )
    compression_axis: Entry[str] = key(
        choice("params", "bytes", "FLOPs", "latency"),
        "in what the statement counts compression; bytes makes it a claim about storage",
    )
    quantised_competitor: Entry[str] = key(
        REFERENCE,
        "the result of a quantised network that a claim about storage is held against, or none",
    )
    difference: Entry[tuple[Printed, ...]] = key(
        ListReader(PERCENT, "[0.40, -0.12]", single=True),
        "printed difference of the accuracies, ours minus the other, points; one per pair in order",
    )
    best_of: Entry[tuple[str, ...]] = key(
        ROWS,
        "the family of results from which ours was picked",
    )
    source: Entry[tuple[str, ...]] = key(SOURCES, "where it is said")
    note: Entry[str] = key(TEXT, "free text", silent=False)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in the order in which a table prints them, where that order is a ranking."""

    place: Place
    name: Entry[str] = key(TEXT, "a short name", silent=False)
    rows: Entry[tuple[str, ...]] = key(
        ROWS,
        "results in printed order",
        required=True,
        silent=False,
    )
    ranked_by: Entry[str] = key(
        choice("top1", "drop", "delta"), "the printed column that ranks the rows, best first",
        required=True, silent=False,
    )  # fmt: skip
    source: Entry[tuple[str, ...]] = key(SOURCES, "where it is printed")
    note: Entry[str] = key(TEXT, "free text", silent=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim file: one paper with its base models, results and comparisons."""

    place: Place
    paper: Paper
    base_models: dict[str, BaseModel]
    results: dict[str, Result]
    families: dict[str, tuple[str, ...]]
    comparisons: tuple[Comparison, ...]
    tables: tuple[Table, ...]
    submission: Submission | None = None

    @property
    def file(self) -> str:
        """The file as it was named."""
        return self.place.file
