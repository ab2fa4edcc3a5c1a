"""What comes of training on patches of signal and noise: the second half of ``random_rate``."""

from collections.abc import Iterator, Mapping
from statistics import fmean
from typing import Any, NamedTuple

from prune_audit.studies.outcome import (
    Cell,
    Column,
    Curve,
    Held,
    Panel,
    Point,
    Sign,
    Spread,
    Table,
)
from prune_audit.studies.signs import minus, positive

RATES = (1.0, 0.5, 0.25, 0.1, 0.05, 0.02)
MILD, OVER = 0.1, 0.02
"""Keep rates at which the theory's gain is looked for, and its loss."""
SIZES: Mapping[str, float] = {
    "dimension": 600, "filters": 20, "images": 40, "initial": 0.03, "lr": 3, "noise": 0.15,
    "steps": 2500, "tested": 2000,
}  # fmt: skip
CHANCE, LEARNED = 60, 90
"""Test accuracy in percent: what guessing does not reach, and what only the signal explains."""
SOURCE = "(Yang et al. 2023)"


class PatchRun(NamedTuple):
    """Accuracies in percent; filters that keep the signal of their class, and live ones of them.

    ``train_loss`` is the mean cross-entropy. ``signal`` and ``live`` are by class.
    """

    train: float
    test: float
    train_loss: float
    signal: tuple[int, ...]
    live: tuple[int, ...]


Swept = Mapping[float, tuple[PatchRun, ...]]
"""Runs by keep rate, one per seed."""


def settings(keep: float) -> tuple[tuple[str, float | str], ...]:
    """Return the settings of the measure ``patches`` at a keep rate."""
    return tuple(sorted({**SIZES, "keep": keep}.items()))


def patch_run(found: Mapping[str, Any]) -> PatchRun:
    """Return what the measure ``patches`` found."""
    signal, live = tuple(found["signal"]), tuple(found["live"])
    return PatchRun(found["train"], found["test"], found["train_loss"], signal, live)


def setup() -> str:
    """Say what was run."""
    text = (
        "Patches: 2 classes, {dimension:g} coordinates, {images:g} training images and {tested:g} "
        "test images, noise {noise:g}, {filters:g} filters per class, initial weights of deviation "
        "{initial:g}, {steps:g} steps of gradient descent at LR {lr:g}."
    )
    return text.format(**SIZES)


def table(swept: Swept) -> Table:
    """Return a row per keep rate, the test accuracies of all runs in order."""
    columns = (
        Column("kept", "%", 0), Column("train", "%"), Column("test", "%"),
        Column("signal filters", digits=1), Column("live", digits=1),
        Column("each run's test", "%"),
    )  # fmt: skip
    return Table("Signal and noise patches", columns, tuple(_rows(swept)))


def _rows(swept: Swept) -> Iterator[tuple[Cell, ...]]:
    for keep, runs in swept.items():
        tests = " ".join(f"{one:.0f}" for one in sorted(_tests(runs)))
        trains = tuple(run.train for run in runs)
        filters = (tuple(float(sum(run.signal)) for run in runs), _live(runs))
        yield 100 * keep, Spread(trains), Spread(_tests(runs)), *map(Spread, filters), tests


def _tests(runs: tuple[PatchRun, ...]) -> tuple[float, ...]:
    return tuple(run.test for run in runs)


def _live(runs: tuple[PatchRun, ...]) -> tuple[float, ...]:
    return tuple(float(sum(run.live)) for run in runs)


def signs(swept: Swept) -> Iterator[Sign]:
    """Yield what the theory says of the three regimes, and of survival."""
    mild = _tests(swept[MILD])
    yield positive(
        f"patches: mild pruning ({100 * MILD:g} % kept) above dense (Yang et al. 2023: the bound "
        "gets better)",
        minus(mild, _tests(swept[1.0])),
    )
    yield positive(
        f"patches: test accuracy falls again from {100 * MILD:g} to {100 * OVER:g} % kept {SOURCE}",
        minus(mild, _tests(swept[OVER])),
    )
    yield trained(swept)
    yield from survived([run for keep, runs in swept.items() if keep < MILD for run in runs])


def trained(swept: Swept) -> Sign:
    """Say whether train accuracy stays whatever goes: of every run, no mean would do."""
    every = [run.train for runs in swept.values() for run in runs]
    whole = sum(one == 100 for one in every)
    dense, over = (fmean(run.train_loss for run in swept[keep]) for keep in (1.0, OVER))
    return Sign(
        f"patches: train accuracy is 100 % at every keep rate {SOURCE}",
        f"100 % in {whole} of {len(every)} runs, lowest {min(every):.1f} %; mean train loss "
        f"{dense:.1e} dense, {over:.1e} at {100 * OVER:g} % kept",
        Held.YES if whole == len(every) else Held.NO,
    )


def survived(runs: list[PatchRun]) -> Iterator[Sign]:
    """Say whether survival is needed and whether it is enough: of every run, no mean would do."""
    alive = [run.test for run in runs if any(run.live)]
    dead = [run.test for run in runs if not any(run.live)]
    where = f"patches: below {100 * MILD:g} % kept"
    yield _all(
        f"{where} no run without a live signal filter tests above {CHANCE} % (after Yang et al. "
        "2023; 'live' and the threshold are ours)",
        dead, [test <= CHANCE for test in dead],
    )  # fmt: skip
    yield _all(
        f"{where} every run with a live signal filter tests above {LEARNED} % (seen in an earlier "
        "small experiment)",
        alive, [test > LEARNED for test in alive],
    )  # fmt: skip


def _all(expected: str, tests: list[float], true: list[bool]) -> Sign:
    if not tests:
        return Sign(expected, "there is no such run", Held.OPEN)
    measured = f"{sum(true)} of {len(true)} runs, test {min(tests):.1f} to {max(tests):.1f} %"
    return Sign(expected, measured, Held.YES if all(true) else Held.NO)


def note(swept: Swept) -> str:
    """Say how runs end in which one class alone keeps the signal, or silent filters do."""
    every = [run for runs in swept.values() for run in runs]
    tests = [run.test for run in every if sum(map(bool, run.live)) == 1]
    silent = sum(any(run.signal) and not any(run.live) for run in every)
    ends = f", test {min(tests):.1f} to {max(tests):.1f} %" if tests else ""
    return (
        f"Of two classes one with a live signal filter can be enough: {len(tests)} runs have it in "
        f"just one{ends}. Masks alone overstate survival: in {silent} runs they keep the signal in "
        "silent filters only."
    )


def panels(swept: Swept) -> tuple[Panel, ...]:
    """Return accuracy against the keep rate, and against survival; every run a point."""
    ordered = sorted(swept.items())
    test = tuple(Point(100 * keep, _tests(runs)) for keep, runs in ordered)
    train = tuple(Point(100 * keep, tuple(run.train for run in runs)) for keep, runs in ordered)
    curves = (Curve("test", test, joined=False), Curve("train", train))
    clouds = tuple(
        Curve(f"{100 * keep:g} % kept", _cloud(runs), joined=False) for keep, runs in swept.items()
    )
    return (
        Panel("Patches", "weights kept (%)", "accuracy (%)", curves, log_x=True),
        Panel("Patches: survival", "live signal filters", "test accuracy (%)", clouds),
    )


def _cloud(runs: tuple[PatchRun, ...]) -> tuple[Point, ...]:
    return tuple(Point(sum(run.live), (run.test,)) for run in runs)
