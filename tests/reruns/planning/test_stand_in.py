"""A stand-in carries a comparison over to the digits by rules that are stated."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.corpus import gather
from prune_audit.load import load_file
from prune_audit.reruns.experiment import Training
from prune_audit.reruns.planned import Plan, PlannedRow
from prune_audit.reruns.planning.plan import plan, wanted
from prune_audit.reruns.planning.request import Budget, Request, ScratchArm
from prune_audit.reruns.planning.standin import scaled_schedule
from prune_audit.schedules.notation import parse_lr


@pytest.fixture(scope="module")
def table4(claims: Path) -> Plan:
    corpus = gather([load_file(claims / "wang2023.yaml", "wang2023.yaml")])
    arm = ScratchArm(Budget.B_WANG2023, "t4-p30f90-1e-1")
    request = Request(stand_in="digits", scratch_arms=(arm,))
    return plan(wanted(corpus, {"wang2023.yaml": ["t4-*"]}), request, {})


def row(found: Plan, name: str) -> PlannedRow:
    return next(one for one in found.rows if one.result.name == name)


def test_table_4_becomes_390_runs_on_digits_and_50_base_models(table4: Plan) -> None:
    assert not table4.refused
    assert sum(len(one.experiments) for one in table4.rows) == 390
    assert len(table4.experiments) == 390 + 10 * 5
    assert {one.data.name for one in table4.experiments} == {"digits"}
    assert {one.network for one in table4.experiments} == {"resnet8"}


def test_epochs_and_milestones_of_table_4_are_a_third(table4: Plan) -> None:
    one = row(table4, "t4-p30f90-1e-1@95").experiments[0]
    assert one.training.lr == "0:1e-1,10:1e-2,20:1e-3,25:1e-4,28:1e-5"
    assert one.training.epochs == 30
    assert isinstance(one.base, Training)
    assert one.base.epochs == 10
    assert row(table4, "t4-scratch@95").experiments[0].training.epochs == 40


def test_the_joined_schedule_of_s4_2_rows_is_still_that_of_the_scratch_row(table4: Plan) -> None:
    scratch = row(table4, "t4-scratch@50").experiments[0].training.schedule
    for name in ("t4-p15f105-1e-1", "t4-p30f90-1e-2", "t4-p60f60-1e-3", "t4-p90f30-1e-4"):
        one = row(table4, f"{name}@50").experiments[0]
        assert isinstance(one.base, Training)
        assert one.base.schedule.then(one.training.schedule) == scratch


def test_the_stand_in_says_what_it_replaces(table4: Plan) -> None:
    assert table4.stand_in is not None
    assert any("epochs" in rule for rule in table4.stand_in.rules)
    assert any("network" in rule for rule in table4.stand_in.rules)


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=6),
    st.floats(0.02, 3, allow_nan=False),
)
def test_scaled_schedules_keep_their_first_lr_and_whole_milestones(
    lengths: list[int], scale: float
) -> None:
    starts = [sum(lengths[:index]) for index in range(len(lengths))]
    text = ",".join(f"{start}:1e-{index + 1}" for index, start in enumerate(starts))
    schedule = parse_lr(text).over(sum(lengths))
    small = scaled_schedule(schedule, scale)
    stages = small.stages()
    assert stages is not None
    assert small.initial == schedule.initial
    assert small.epochs == max(1, int(sum(lengths) * scale + 0.5))
    assert all(stage.start == int(stage.start) for stage in stages)


def test_a_curve_is_stretched_as_a_whole() -> None:
    small = scaled_schedule(parse_lr("cosine 1e-1 to 1e-3").over(90), 1 / 3)
    assert str(small) == "cosine 1e-1 to 1e-3"
    assert small.epochs == 30


def imagenet100(folder: Path) -> Path:
    """Make the layout of ImageNet with one image per class, and a list of 100 of its classes."""
    ids = [f"n{number:08d}" for number in range(100)]
    for split, images in (("train", 1), ("val", 50)):
        for one in ids:
            place = folder / "imagenet" / split / one
            place.mkdir(parents=True)
            for image in range(images):
                (place / f"{image}.JPEG").touch()
    (folder / "imagenet100.txt").write_text("\n".join(ids) + "\n", encoding="utf-8")
    return folder


def test_imagenet100_is_refused_without_saying_that_an_own_class_list_is_a_stand_in(
    claims: Path, tmp_path: Path
) -> None:
    corpus = gather([load_file(claims / "wang2023.yaml", "wang2023.yaml")])
    some = wanted(corpus, {"wang2023.yaml": ["t4-p30f90-1e-1@50"]})
    folder = imagenet100(tmp_path)
    (refusal,) = plan(some, Request(folder=folder), {}).refused
    assert "class list" in refusal.reason
    found = plan(some, Request(folder=folder, stand_in="imagenet100"), {})
    assert found.stand_in is not None
    assert "class list" in found.stand_in.rules[0]
    (row,) = found.rows
    assert row.experiments[0].network == "resnet34"
    assert row.experiments[0].training.epochs == 90
    assert len(row.experiments) == 3
