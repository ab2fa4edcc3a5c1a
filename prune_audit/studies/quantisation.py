"""Fewer weights or fewer bits: pruning against INT8, INT4 and INT2 at equal bytes.

Definition: against 16 bits per weight, 50, 75 and 87.5 % sparsity take as many bytes as 8, 4 and 2
bits. One trained network is pruned by magnitude, in every layer the same share, and quantised,
symmetric and uniform with one range per layer; both right after that (post-training) and after the
same retraining. A third arm counts the positions of the weights that stay, as one bit per weight:
56.25, 81.25 and 93.75 % sparsity. The SQNR is that of the weights alone, before any retraining.
Why: an accuracy at 50 % sparsity says little about storage while nobody has looked at INT8, which
takes as many bytes.
Cannot detect: what ranges per channel, learned ranges, quantised activations or an LR tuned for
each arm would change; speed; tensors with heavy tails, on which pruning loses less at few bits.
Source: Kuzmin et al. 2023 (arXiv 2307.02973).
"""

from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import Any

from prune_audit.quantisation.gaussian import gaussian_pruning_snr, gaussian_quantisation_snr
from prune_audit.quantisation.storage import MASK_BITS, sparsity
from prune_audit.reruns.experiment import Data, Experiment, Pruning, Training
from prune_audit.studies.outcome import (
    Cell,
    Column,
    Curve,
    Outcome,
    Panel,
    Point,
    Sign,
    Spread,
    Table,
)
from prune_audit.studies.signs import minus, positive
from prune_audit.studies.study import Lab, Measure, Seeds, Study

DATA, NETWORK = Data("digits"), "mlp-128-64"
PRETRAINING = Training(40, "0:1e-1,20:1e-2,30:1e-3", 64, 5e-4)
RETRAINING = Training(20, "0:1e-2,10:1e-3", 64, 5e-4)
WIDTHS = (8, 4, 2)
QUANTISED, PRUNED, COUNTED = "quantised", "pruned", "pruned, mask counted"
ARMS = (QUANTISED, PRUNED, COUNTED)
NEARLY = 0.5
"""Points that count as about nothing."""


def arm(kind: str, bits: int, seed: int = 0) -> Experiment:
    """Return the retraining of a network that was quantised, or pruned to as many bytes."""
    removed = sparsity(bits, _mask(kind))
    cut = Pruning(f"int{bits}", (0.0,)) if kind == QUANTISED else Pruning("magnitude", (removed,))
    return Experiment(DATA, NETWORK, seed, RETRAINING, cut, PRETRAINING)


def base(seed: int = 0) -> Experiment:
    """Return the network that is pruned and quantised."""
    return Experiment(DATA, NETWORK, seed, PRETRAINING)


def control(seed: int = 0) -> Experiment:
    """Return the dense network in full precision, trained as long."""
    return arm(QUANTISED, WIDTHS[0], seed).unpruned


def weights_of(seed: int) -> Measure:
    """Return the measure of the SQNRs of a trained network."""
    return Measure("sqnr", base(seed), (("bits", ",".join(map(str, WIDTHS))),))


def _plan(seeds: Seeds) -> tuple[Experiment, ...]:
    arms = (arm(kind, bits, seed) for seed in seeds for bits in WIDTHS for kind in ARMS)
    return (*map(base, seeds), *map(control, seeds), *arms)


def _measures(seeds: Seeds) -> tuple[Measure, ...]:
    return tuple(map(weights_of, seeds))


def sqnrs(lab: Lab, kind: str, bits: int) -> tuple[float, ...]:
    """Return the mean SQNR of the layers in dB, one per seed; layers without loss left out."""
    place = ARMS.index(kind)
    return tuple(
        fmean(_known([layer["arms"][str(bits)][place] for layer in lab.measured(weights_of(seed))]))
        for seed in lab.seeds
    )


def _known(values: Sequence[float | None]) -> list[float]:
    return [one for one in values if one is not None]


def _rows(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    for bits in WIDTHS:
        for kind in ARMS:
            one = arm(kind, bits)
            removed = None if kind == QUANTISED else 100 * sparsity(bits, _mask(kind))
            yield (
                bits, kind, removed, Spread(sqnrs(lab, kind, bits)),
                Spread(lab.before(one)), Spread(lab.accuracies(one)),
            )  # fmt: skip
    yield ("16", "dense", None, None, Spread(lab.accuracies(base())),
           Spread(lab.accuracies(control())))  # fmt: skip


def _mask(kind: str) -> int:
    return MASK_BITS if kind == COUNTED else 0


def _layers(lab: Lab) -> Iterator[tuple[Cell, ...]]:
    """Yield each layer of the first seed, and at the end Gaussian weights."""
    layers: list[dict[str, Any]] = lab.measured(weights_of(lab.seeds[0]))
    for layer in layers:
        pairs = (value for bits in WIDTHS for value in layer["arms"][str(bits)][:2])
        yield (layer["name"], layer["kurtosis"], *pairs)
    pairs = (
        snr
        for bits in WIDTHS
        for snr in (gaussian_quantisation_snr(bits), gaussian_pruning_snr(sparsity(bits)))
    )
    yield ("Gaussian, exact", 0.0, *pairs)


def _signs(lab: Lab) -> Iterator[Sign]:
    def begun(kind: str, bits: int) -> tuple[float, ...]:
        return lab.before(arm(kind, bits))

    lost = minus(lab.accuracies(base()), begun(QUANTISED, 8))
    yield positive(
        f"post-training INT8 loses less than {NEARLY:g} points (the threshold is ours)",
        [NEARLY - one for one in lost], "points below that",
    )  # fmt: skip
    for bits in WIDTHS:
        where = f"INT{bits} above {100 * sparsity(bits):g} % magnitude pruning"
        yield positive(f"{where}, SQNR{_source(bits)}", minus(
            sqnrs(lab, QUANTISED, bits), sqnrs(lab, PRUNED, bits)), "dB")  # fmt: skip
        yield positive(
            f"{where}, post-training{_source(bits)}",
            minus(begun(QUANTISED, bits), begun(PRUNED, bits)),
        )
        gap = lab.gap(arm(QUANTISED, bits), arm(PRUNED, bits))
        yield positive(f"{where}, retrained alike{_source(bits)}", gap)


def _source(bits: int) -> str:
    """Return what the paper says there."""
    few = "; with so few bits pruning can be better" if bits == min(WIDTHS) else ""
    return f" (Kuzmin et al. 2023: in most cases{few})"


def _curves(lab: Lab, *, retrained: bool) -> tuple[Curve, ...]:
    values = lab.accuracies if retrained else lab.before
    dense = lab.accuracies(control() if retrained else base())
    arms = (
        Curve(kind, tuple(Point(bits, values(arm(kind, bits))) for bits in WIDTHS[::-1]))
        for kind in ARMS
    )
    return (*arms, Curve("dense", (Point(16, dense),)))


def _losses(lab: Lab) -> tuple[Curve, ...]:
    return tuple(
        Curve(kind, tuple(Point(bits, sqnrs(lab, kind, bits)) for bits in WIDTHS[::-1]))
        for kind in ARMS
    )


def _conclude(lab: Lab) -> Outcome:
    x, y = "bits per weight", "test accuracy (%)"
    heads = (Column(f"{what} {bits}", "dB") for bits in WIDTHS for what in ("INT", "pruned"))
    return Outcome(
        STUDY.name, STUDY.title, STUDY.source,
        (f"MLP with hidden layers of 128 and 64 on the digits, pretrained {PRETRAINING.epochs} "
         f"epochs under {PRETRAINING.lr}; every arm retrained {RETRAINING.epochs} epochs under "
         f"{RETRAINING.lr}, {len(lab.seeds)} seeds. The last row is the network as it is, and "
         "trained as long in full precision.",),
        (Table("Equal bytes", (
             Column("bits", "", 0), Column("arm"), Column("sparsity", "%"),
             Column("mean SQNR", "dB"), Column("post-training", "%"), Column("retrained", "%")),
             tuple(_rows(lab))),
         Table(f"Layers, seed {lab.seeds[0]}", (
             Column("layer"), Column("excess kurtosis"), *heads), tuple(_layers(lab)))),
        tuple(_signs(lab)),
        (Panel("Post-training", x, y, _curves(lab, retrained=False), log_x=True),
         Panel("Retrained alike", x, y, _curves(lab, retrained=True), log_x=True),
         Panel("Weights", x, "mean SQNR (dB)", _losses(lab), log_x=True)),
        ("One recipe for both arms, tuned for neither; the paper tunes the LR of each arm.",
         "Biases keep 16 bits and are not counted; positions are free of charge but in the third "
         "arm."),
    )  # fmt: skip


STUDY = Study(
    "quantisation", "pruning against quantisation at equal bytes",
    "Kuzmin et al. 2023 (arXiv 2307.02973)", _plan, _conclude, _measures, (0, 1, 2, 3, 4),
)  # fmt: skip
