"""Rules about LR schedules: consistent schedules never trigger them, small changes do."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.findings import Finding
from prune_audit.load import load_file, load_text
from prune_audit.rules.schedules import RULES
from prune_audit.schedules.calibrate import PROFILES, calibrate
from prune_audit.schedules.schedule import (
    Schedule,
    ScheduleError,
    cosine,
    exponential,
    format_lr,
    linear,
    steps,
    with_warmup,
)
from prune_audit.settings import Settings

PRETRAINING = {
    "imagenet": "0:1e-1,30:1e-2,60:1e-3,90:1e-4,105:1e-5",
    "imagenet100": "0:1e-1,30:1e-2,60:1e-3,90:1e-4,105:1e-5",
    "cifar10": "0:1e-1,60:1e-2,90:1e-3,110:1e-4",
    "cifar100": "0:1e-1,60:1e-2,90:1e-3,110:1e-4",
}


def found(text: str) -> tuple[Finding, ...]:
    loaded = load_text(text, "example.yaml")
    assert loaded.problems == ()
    return audit(gather([loaded]), RULES, Settings()).findings


def codes(text: str) -> set[str]:
    return {finding.code for finding in found(text)}


def row(
    epochs: int | str,
    lr: str,
    dataset: str = "imagenet",
    pretraining: str = "unverified",
    more: str = "",
) -> str:
    """Return a claim file with one row of ResNet-50."""
    return f"""
schema: 1
paper: {{title: Example, venue: arXiv, year: 2024}}
base_models:
  base:
    network: resnet50
    dataset: {dataset}
    weights: own
    top1: 76.13
    pretraining: {pretraining}
    source: Table 1
results:
  row:
    method: L1-norm
    base: base
    pruning: {{granularity: filter, schedule: one-shot, epochs: 0}}
    retraining: {{epochs: {epochs}, lr: "{lr}"{more}}}
    top1: 75.16
    speedup: 2.31x
    source: Table 1
"""


def pair(ours: str, theirs: str, statement: str = "better") -> str:
    """Return a claim file with two rows that differ in what is given."""
    return f"""
schema: 1
paper: {{title: Example, venue: arXiv, year: 2024}}
base_models:
  base: {{network: resnet50, dataset: imagenet, weights: own, top1: 76.13, source: Table 1}}
defaults:
  base: base
  pruning: {{granularity: filter, schedule: one-shot, epochs: 0}}
  speedup: 2.31x
  source: Table 1
results:
  ours: {{method: ours, top1: 75.16, {ours}}}
  theirs: {{method: theirs, top1: 74.77, {theirs}}}
comparisons:
  - {{ours: ours, against: [theirs], statement: {statement}}}
"""


lrs = st.integers(1, 999).map(lambda n: n / 1000)


@st.composite
def step_schedules(draw: st.DrawFn) -> Schedule:
    epochs = draw(st.integers(2, 200))
    milestones = sorted(draw(st.sets(st.integers(1, epochs - 1), max_size=4)))
    values = [draw(lrs) for _ in range(len(milestones) + 1)]
    return steps(epochs, zip((0, *milestones), values, strict=True))


@st.composite
def curves(draw: st.DrawFn) -> Schedule:
    make = draw(st.sampled_from([cosine, linear, exponential]))
    first, last = draw(lrs), draw(lrs)
    return make(draw(st.integers(1, 200)), max(first, last) + 0.001, min(first, last))


@st.composite
def warmed_up(draw: st.DrawFn) -> Schedule:
    schedule = draw(curves().filter(lambda s: s.epochs > 2))
    length = draw(st.integers(1, int(schedule.epochs) - 1))
    return with_warmup(schedule, length, schedule.at(length) / draw(st.integers(2, 100)))


@given(st.one_of(step_schedules(), curves(), warmed_up()))
def test_a_printed_schedule_always_fits_its_own_epochs(schedule: Schedule) -> None:
    assert "PA401" not in codes(row(int(schedule.epochs), str(schedule)))


@given(step_schedules(), st.integers(0, 50))
def test_a_step_schedule_never_fits_epochs_before_its_last_milestone(
    schedule: Schedule, short: int
) -> None:
    stages = schedule.stages()
    assert stages is not None
    last = int(stages[-1].start)
    epochs = last - short
    if len(stages) > 1 and epochs > 0:
        assert "PA401" in codes(row(epochs, str(schedule)))


@given(
    st.sampled_from(sorted(PRETRAINING)),
    st.integers(1, 400),
    st.integers(1, 4),
)
def test_a_calibrated_schedule_is_never_called_uncalibrated_nor_too_high_at_its_end(
    dataset: str, epochs: int, decades: int
) -> None:
    profile = PROFILES[dataset]
    try:
        schedule = calibrate(epochs, profile.lr_final * 10**decades, profile).schedule
    except ScheduleError:
        return
    scratch = f'{{epochs: 120, lr: "{PRETRAINING[dataset]}"}}'
    assert not codes(row(epochs, str(schedule), dataset, scratch)) & {"PA404", "PA405", "PA407"}


@given(
    st.sampled_from(sorted(PRETRAINING)),
    st.integers(8, 100),
    st.integers(2, 4),
    st.integers(1, 3),
)
def test_a_moved_milestone_is_no_longer_calibrated(
    dataset: str, epochs: int, decades: int, moved: int
) -> None:
    profile = PROFILES[dataset]
    calibrated = calibrate(epochs, profile.lr_final * 10**decades, profile)
    second = calibrated.stages[1]
    if second.epochs <= moved:
        return
    text = str(calibrated.schedule).replace(f",{second.start}:", f",{second.start + moved}:")
    silent = ("cut short", "lengthened")  # where the paper does not say what holds
    settled = not any(word in stage.rule for stage in calibrated.stages for word in silent)
    assert ("PA407" in codes(row(epochs, text, dataset))) is settled


@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from(["sgd", "unverified"]))
def test_an_initial_lr_is_small_from_a_hundredth_of_pretrainings_on(
    high: int, low: int, optimizer: str
) -> None:
    pretraining = f'{{epochs: 90, lr: "0:{high / 10},60:{high / 1e6}"}}'
    text = row(
        90, f"cosine {low / 1000} to 0", "imagenet", pretraining, f", optimizer: {optimizer}"
    )
    assert ("PA402" in codes(text)) is (high >= low)


@pytest.mark.parametrize(("batch", "fires"), [(256, True), (128, True), (64, False)])
def test_a_smaller_batch_excuses_a_smaller_lr(batch: int, fires: bool) -> None:
    base = '{epochs: 90, lr: "0:1e-1,60:1e-3", batch_size: 256}'
    text = row(90, "cosine 5e-4 to 0", "imagenet", base, f", batch_size: {batch}")
    assert ("PA402" in codes(text)) is fires


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "rmsprop", "lars", "other"])
def test_lrs_of_other_optimizers_are_left_alone(optimizer: str) -> None:
    base = '{epochs: 300, lr: "0:1e-1,60:1e-5"}'
    assert codes(row(10, "constant 1e-4", "imagenet", base, f", optimizer: {optimizer}")) == set()


def test_a_method_that_prunes_while_it_trains_has_no_separate_retraining() -> None:
    joint = row(10, "constant 1e-4").replace("one-shot, epochs: 0", "while-training, epochs: 100")
    assert codes(joint) == set()


@pytest.mark.parametrize(
    ("lr", "expected"),
    [
        ("constant 1e-1", "stays at 1e-1 from the first epoch to the last"),
        ("constant 1e-1 warmup 5", "stays at 1e-1 from the end of its warm-up on"),
        ("constant 1e-1 warmup 5 from 1e-4", "does not fall: it starts at 1e-4 and ends at 1e-1"),
        ("0:1e-2,30:1e-1", "does not fall: it starts at 1e-2 and ends at 1e-1"),
        ("0:1e-1,30:1e-2,60:1e-1", "does not fall: it starts at 1e-1 and ends at 1e-1"),
    ],
)
def test_an_lr_that_does_not_fall_is_described_as_it_goes(lr: str, expected: str) -> None:
    (message,) = [finding.message for finding in found(row(90, lr)) if finding.code == "PA404"]
    assert message == f"the retraining LR {expected}"


def test_one_recipe_of_many_rows_is_one_finding() -> None:
    members = "    sweep: {at: [1, 2, 3], top1: [75.1, 75.2, 75.3]}\n"
    text = row(20, "constant 1e-3").replace("    top1: 75.16\n", members)
    assert [finding.code for finding in found(text)] == ["PA402", "PA404"]


@given(st.integers(1, 64), st.integers(2, 16))
def test_linear_scaling_is_named_at_every_factor(batch: int, factor: int) -> None:
    def stage(times: int, lr: float) -> str:
        lr_text = f"cosine {format_lr(lr)} to 0"
        return f"retraining: {{epochs: 90, lr: {lr_text}, batch_size: {batch * times}}}"

    scaled, same = stage(factor, 0.01 * factor), stage(factor, 0.01)
    assert "equal per image" in _scaling(pair(stage(1, 0.01), scaled))
    assert "acts differently" in _scaling(pair(stage(1, 0.01), same))
    assert _scaling(pair(same, same)) == ""
    assert _scaling(pair(stage(1, 0.01), scaled, statement="none")) == ""


def _scaling(text: str) -> str:
    return "".join(finding.message for finding in found(text) if finding.code == "PA406")


def test_the_seed_papers_small_lrs_are_named_and_its_large_ones_are_not(claims: Path) -> None:
    corpus = gather([load_file(claims / "wang2023.yaml")])
    claim = next(corpus.claims)
    findings = audit(corpus, RULES, Settings()).findings
    small = {finding.place for finding in findings if finding.code == "PA402"}
    assert not [finding for finding in findings if finding.code in ("PA401", "PA404", "PA405")]
    for name, result in claim.results.items():
        if name.startswith(("t4", "t5")) and result.retraining is not None:
            spec = result.retraining.lr.value
            assert spec is not None
            assert spec.initial is not None
            assert (result.retraining.lr.place in small) is (spec.initial <= 1e-3), name


def test_the_seed_papers_pipelines_of_table_5_differ_in_their_schedules(claims: Path) -> None:
    text = (claims / "wang2023.yaml").read_text(encoding="utf-8") + (
        "  - {ours: t5-p60f60-1e-2, against: [t5-p60f60-1e-3], statement: none}\n"
    )
    messages = [finding.message for finding in found(text) if finding.code == "PA408"]
    assert len(messages) == 1
    assert "87.39" in messages[0]
    assert "68.19" in messages[0]
