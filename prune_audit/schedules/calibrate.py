"""The calibrated retraining schedule (Wang et al. 2023, Appendix A).

Rule 1: the final LR equals that of the scratch recipe. Rule 2, halving: half of the remaining
epochs go to each LR stage. Rule 3: no stage is longer than a cap. From one stage to the next the
LR falls by ten.

The paper is silent where rules 2 and 3 collide (a long budget leaves the last stage longer than
the cap: the first stage is lengthened instead, since Table 5 shows that epochs help there) and
where the epochs run out (a short one: each later stage keeps one epoch).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

from prune_audit.schedules.pieces import TOLERANCE, ScheduleError, format_epochs, format_lr
from prune_audit.schedules.schedule import Schedule, steps

_RULE_1 = "rule 1: the final LR, for the epochs that remain"
_RULE_2 = "rule 2: half of the remaining epochs"
_RULE_3 = "rule 3: no stage longer than {cap} epochs"
_SHORT = "rule 2, cut short: every later stage keeps one epoch"
_LONG = "rule 3 for the later stages: lengthened by the {extra} epochs that they cannot take"


class Profile(NamedTuple):
    """A data set's constants: its final LR, the longest stage in epochs (None: no cap)."""

    name: str
    lr_final: float
    cap: int | None
    source: str


class CalibratedStage(NamedTuple):
    """A stage: its first epoch, its epochs, its LR, and the rule of Appendix A that made it."""

    start: int
    epochs: int
    lr: float
    rule: str


@dataclass(frozen=True)
class Calibrated:
    """A calibrated schedule, where its stages come from, and what the paper does not settle."""

    schedule: Schedule
    stages: tuple[CalibratedStage, ...]
    notes: tuple[str, ...]


IMAGENET = Profile("imagenet", 1e-5, 30, "Wang et al. 2023, Appendix A (ImageNet and ImageNet100)")
CIFAR = Profile(
    "cifar",
    1e-4,
    None,
    "the recipe of GReg (arXiv 2012.09243), which Appendix C of Wang et al. 2023 fits; Appendix A "
    "does not treat CIFAR",
)
DIGITS = Profile(
    "digits",
    1e-4,
    None,
    "ours, taken over from CIFAR; Appendix A of Wang et al. 2023 does not treat it",
)
PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "imagenet": IMAGENET,
        "imagenet100": IMAGENET,
        "cifar": CIFAR,
        "cifar10": CIFAR,
        "cifar100": CIFAR,
        "digits": DIGITS,
    }
)


def calibrate(epochs: int, initial_lr: float, profile: Profile) -> Calibrated:
    """Return the calibrated schedule of retraining for that many epochs from that initial LR.

    Raises ScheduleError, with what can be done instead, unless the epochs are a whole number, at
    least one per stage, and the initial LR is ten, a hundred, ... times the profile's final one.
    """
    lrs = _lrs(initial_lr, profile)
    if not (math.isfinite(epochs) and epochs == int(epochs)):
        raise ScheduleError(f"expected whole epochs such as 90, got {format_epochs(epochs)}")
    if epochs < len(lrs):
        raise ScheduleError(
            f"{epochs} epochs are fewer than the {len(lrs)} LR stages from {format_lr(lrs[0])} to "
            f"{format_lr(lrs[-1])}: use at least {len(lrs)} epochs, or a smaller initial LR"
        )
    lengths, rules = _halved(int(epochs), len(lrs), profile.cap)
    extra = _excess(lengths, profile.cap)
    if extra:
        lengths = (lengths[0] + extra, *lengths[1:-1], lengths[-1] - extra)
        rules = (_LONG.format(extra=extra), *rules[1:])
    starts = tuple(accumulate(lengths[:-1], initial=0))
    stages = tuple(map(CalibratedStage, starts, lengths, lrs, rules))
    schedule = steps(int(epochs), zip(starts, lrs, strict=True))
    return Calibrated(schedule, stages, _notes(extra, _SHORT in rules, profile))


def explain(calibrated: Calibrated) -> tuple[tuple[str, str, str, str], ...]:
    """Return a row per stage: its epochs (first-last, from 0), how many, LR, rule."""
    return tuple(
        (
            f"{stage.start}-{stage.start + stage.epochs - 1}",
            str(stage.epochs),
            format_lr(stage.lr),
            stage.rule,
        )
        for stage in calibrated.stages
    )


def _lrs(initial_lr: float, profile: Profile) -> tuple[float, ...]:
    """Return the LRs of the stages, a decade apart, down to the profile's final LR."""
    if not (math.isfinite(initial_lr) and initial_lr > 0):
        raise ScheduleError(f"expected a positive initial LR, got {format_lr(initial_lr)}")
    decades = math.log10(initial_lr / profile.lr_final)
    last = Decimal(repr(profile.lr_final))
    whole = round(decades)
    if whole < 1 or not math.isclose(initial_lr, float(last.scaleb(whole)), rel_tol=TOLERANCE):
        below, above = max(math.floor(decades), 1), max(math.ceil(decades), 1)
        near = " or ".join(format_lr(float(last.scaleb(n))) for n in sorted({below, above}))
        raise ScheduleError(
            f"an initial LR of {format_lr(initial_lr)} is not 10, 100, ... times the final LR of "
            f"{format_lr(profile.lr_final)} ({profile.name}): use {near}"
        )
    return tuple(float(last.scaleb(n)) for n in range(whole, -1, -1))


def _halved(epochs: int, stages: int, cap: int | None) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the stages' lengths by rules 2 and 3, and which rule made each."""
    lengths, rules, rest = [], [], epochs
    for later in range(stages - 1, 0, -1):
        half = math.ceil(rest / 2)
        length = min(half, cap or half, rest - later)
        lengths.append(length)
        rules.append(_rule(length, half, cap))
        rest -= length
    return (*lengths, rest), (*rules, _RULE_1)


def _rule(length: int, half: int, cap: int | None) -> str:
    if length == half:
        return _RULE_2
    return _RULE_3.format(cap=cap) if length == cap else _SHORT


def _excess(lengths: tuple[int, ...], cap: int | None) -> int:
    """Return the epochs by which the last stage is longer than the cap."""
    return 0 if cap is None else max(lengths[-1] - cap, 0)


def _notes(extra: int, short: bool, profile: Profile) -> tuple[str, ...]:
    notes = []
    if extra:
        notes.append(
            f"Rules 2 and 3 collide: with no stage longer than {profile.cap} epochs, {extra} "
            "epochs are left over. The paper does not say where they go; here the first stage "
            "takes them, since Table 5 shows that more epochs help there."
        )
    if short:
        notes.append(
            "The epochs run out before rule 2 has served every stage. The paper does not say what "
            "then holds; here each later stage keeps one epoch."
        )
    if profile.cap is None:
        notes.append(f"The constants of {profile.name} come from {profile.source}.")
    return tuple(notes)
