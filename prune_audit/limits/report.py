"""The pruning limits of a checkpoint for people and as JSON."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from prune_audit.limits.found import Limits
from prune_audit.reports.lines import one_line, painted, wrapped
from prune_audit.reports.look import Look

VERSION = 1
_NAME = 32
"""Columns of the names of what is printed."""


class Examined(NamedTuple):
    """A checkpoint, as what it was examined, and what was found."""

    file: str
    network: str
    data: str
    found: Limits


def text(one: Examined, look: Look) -> str:
    """Return the limits, what they rest on, and what they do not say."""
    head = one_line(f"{one.file}: {one.network} on {one.data}")
    lines = [painted(head, "bold", look), *_setup(one.found, look), ""]
    for title, rows in (
        ("Limits of pruning in one shot, without retraining", _limits(one.found)),
        ("What decides", _factors(one.found)),
        ("Control: weights in random order", _control(one.found)),
    ):
        lines.append(painted(title, "bold", look))
        lines += [line for name, said in rows for line in _row(name, said, look)]
        lines.append("")
    lines += [line for note in _notes(one.found) for line in wrapped(f"- {note}", look, 0, 2)]
    return "\n".join(lines) + "\n"


def _row(name: str, said: str, look: Look) -> list[str]:
    first, *rest = wrapped(said, look, _NAME)
    return [f"{name:{_NAME}}{first[_NAME:]}", *rest]


def _setup(found: Limits, look: Look) -> Iterator[str]:
    dense = found.curve[0]
    yield from wrapped(
        f"dense: training loss {dense.loss:.4g} on {found.images} images, test accuracy "
        f"{dense.accuracy:.2f} % on {found.tested}; the loss may rise by eps = {found.eps:.3g}, "
        f"its standard deviation over batches of {found.batch_size}", look, 0,
    )  # fmt: skip


def _limits(found: Limits) -> Iterator[tuple[str, str]]:
    predicted, step = found.predicted, f"in steps of {found.resolution:.2%}"
    yield "predicted limit rho*", f"{predicted.sparsity:.1%} +- {100 * predicted.error:.1f} points"
    yield "measured loss limit", f"{found.loss_limit:.1%}  training loss up by eps, {step}"
    if found.l1:
        yield (
            "  with the L1 penalty",
            f"{found.penalised_limit:.1%}  the penalty, {found.l1:g} times the sum of absolute "
            "weights, counted as part of the loss",
        )
    yield (
        "measured accuracy limit",
        f"{found.accuracy_limit:.1%}  test accuracy down by {found.tolerance:g} points, {step}; "
        "another quantity than the loss limit",
    )


def _factors(found: Limits) -> Iterator[tuple[str, str]]:
    yield (
        "how small the weights are",
        f"those removed at rho* hold {found.removed_share:.2%} of the sum of all squares",
    )
    yield (
        "how flat the loss is",
        f"{found.flat_share:.1%} of all directions bear their removal; largest eigenvalue "
        f"{found.sharpest:.3g}",
    )


def _control(found: Limits) -> Iterator[tuple[str, str]]:
    control = found.control
    yield "predicted limit", f"{control.sparsity:.1%} +- {100 * control.error:.1f} points"
    yield "measured loss limit", f"{found.shuffled_limit:.1%}"


def _notes(found: Limits) -> Iterator[str]:
    yield (
        f"the error joins that of the mean over {len(found.probes)} random vectors and what the "
        f"second half of {found.steps} Lanczos steps changed; eps, and with it all limits but that "
        "of accuracy, depends on the batch size"
    )
    yield (
        "the prediction takes the loss as quadratic and needs trained weights; it can be far too "
        "high where the training loss is close to zero. It is for weights that go because they "
        "are small, all layers together; with retraining it does not apply"
    )
    yield "Zhang et al. 2024 (arXiv 2306.05857); see prune-audit explain prune-limit"


def structured(one: Examined, look: Look) -> str:
    """Return everything as versioned JSON; sparsities are fractions, accuracies percent."""
    return json.dumps(_data(one), indent=2, ensure_ascii=False, allow_nan=False)


def _data(one: Examined) -> dict[str, Any]:
    found = one.found
    return {
        "version": VERSION,
        "kind": "prune-limit",
        "file": one.file,
        "network": one.network,
        "data": one.data,
        "images": found.images,
        "test_images": found.tested,
        "batch_size": found.batch_size,
        "eps": found.eps,
        "probes": len(found.probes),
        "lanczos_steps": found.steps,
        "l1": found.l1,
        "predicted": found.predicted._asdict(),
        "loss_limit": found.loss_limit,
        "penalised_loss_limit": found.penalised_limit if found.l1 else None,
        "accuracy_limit": found.accuracy_limit,
        "tolerance_points": found.tolerance,
        "resolution": found.resolution,
        "removed_share": found.removed_share,
        "flat_share": found.flat_share,
        "largest_eigenvalue": found.sharpest,
        "control": {"predicted": found.control._asdict(), "loss_limit": found.shuffled_limit},
        "spectra": [probe.fine._asdict() for probe in found.probes],
        "curve": [point._asdict() for point in found.curve],
    }


FORMATS: dict[str, Callable[[Examined, Look], str]] = {"text": text, "json": structured}
