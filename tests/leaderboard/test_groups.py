"""Who shares a group: the maximal cliques of "may be ranked against", never chains."""

from collections.abc import Callable
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.corpus import gather
from prune_audit.leaderboard import Board, groups
from prune_audit.leaderboard.candidates import candidates
from prune_audit.leaderboard.cliques import cliques
from prune_audit.load import load_file, load_text
from prune_audit.paths import claim_files, read_claims
from prune_audit.settings import Settings
from prune_audit.verdict import Fairness, judge

Boards = Callable[..., Board]
Grouped = Callable[..., list[list[str]]]


def test_two_fair_results_of_one_rate_share_a_group(grouped: Grouped) -> None:
    assert grouped({"a": {"top1": "75.10"}, "b": {}}) == [["a", "b"]]


def test_a_chain_of_rates_gives_two_groups_and_no_chain(grouped: Grouped) -> None:
    rates = {"a": "2.00x", "b": "2.08x", "c": "2.16x"}
    rows = {name: {"speedup": rate, "top1": "75.00"} for name, rate in rates.items()}
    assert [sorted(names) for names in grouped(rows)] == [["a", "b"], ["b", "c"]]


def test_a_result_in_two_groups_says_so(board: Boards) -> None:
    rows = {"a": {"speedup": "2.00x"}, "b": {"speedup": "2.08x"}, "c": {"speedup": "2.16x"}}
    first, second = board(rows).divisions[0].groups
    assert {one.result.name: also for one, also in first.also.items()} == {"b": ("2",)}
    assert {one.result.name: also for one, also in second.also.items()} == {"b": ("1",)}


def test_a_wider_tolerance_joins_the_chain(grouped: Grouped) -> None:
    rows = {"a": {"speedup": "2.00x"}, "b": {"speedup": "2.08x"}, "c": {"speedup": "2.16x"}}
    wide = Settings(tolerance=Decimal("0.1"))
    assert [sorted(names) for names in grouped(rows, settings=wide)] == [["a", "b", "c"]]


def test_a_faster_and_more_accurate_result_wins_its_pair_but_is_no_tie(grouped: Grouped) -> None:
    rows = {"slow": {"top1": "74.00"}, "fast": {"top1": "75.00", "speedup": "3.00x"}}
    assert grouped(rows) == []


UNKNOWN = [
    ({"retraining.lr": "unreported"}, ("retraining LR schedule",)),
    (
        {"retraining.lr": "unreported", "retraining.epochs": "unreported"},
        ("retraining epochs", "retraining LR schedule"),
    ),
    ({"speedup": None}, ("rate",)),
    ({"pruning.granularity": "unreported"}, ("granularity",)),
    ({"base": "unreported", "network": "resnet50", "dataset": "imagenet"}, ("base model",)),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "missing"), UNKNOWN)
def test_what_is_unknown_never_joins_and_is_named(
    board: Boards, changes: dict[str, Any], missing: tuple[str, ...]
) -> None:
    (division,) = board({"known": {}, "silent": changes}).divisions
    assert not division.groups
    assert [apart.missing for apart in division.loners] == [missing, missing]


DIFFERENT = [
    ({"speedup": "3.00x", "top1": "74.00"}, "rate"),
    ({"retraining.epochs": "60", "retraining.lr": "0:1e-2,30:1e-3"}, "retraining epochs"),
    ({"retraining.lr": "0:1e-1,30:1e-2,60:1e-3"}, "retraining LR schedule"),
    ({"pruning.granularity": "weight"}, "granularity"),
    ({"evaluated_on": "validation"}, "metric"),
    ({"retraining.distillation": "yes"}, "distillation"),
]


@pytest.mark.parametrize(("changes", "fact"), DIFFERENT)
def test_what_differs_keeps_apart_and_is_named(
    board: Boards, changes: dict[str, Any], fact: str
) -> None:
    plain = {"evaluated_on": "test", "retraining.distillation": "no"}
    (division,) = board({"one": plain, "other": {**plain, **changes}}).divisions
    assert not division.groups
    assert [apart.fact and apart.fact.name for apart in division.loners] == [fact, fact]
    assert not any(apart.missing for apart in division.loners)


def test_a_group_says_which_missing_fact_would_join_a_result(board: Boards) -> None:
    rows = {"a": {}, "b": {}, "c": {"retraining.lr": "unreported"}}
    (division,) = board(rows).divisions
    (join,) = division.joins
    assert division.loners[0].missing == ("retraining LR schedule",)
    assert division.loners[0].nearest is join.unit
    assert join.missing == ("retraining LR schedule",)
    assert join.nearest is not None
    assert join.nearest.name == "a#c"


def test_what_one_missing_fact_would_join_is_nearer_than_what_two_would(board: Boards) -> None:
    rows = {
        "a": {},
        "far": {"retraining.lr": "unreported", "pruning.granularity": "unreported"},
        "near": {"retraining.lr": "unreported"},
    }
    (division,) = board(rows).divisions
    assert division.loners[0].nearest is not None
    assert division.loners[0].nearest.name == "a#near"


def test_a_weaker_requirement_joins_more(grouped: Grouped) -> None:
    rows = {"a": {}, "b": {"retraining.lr": "0:1e-1,30:1e-2,60:1e-3", "top1": "74.90"}}
    assert grouped(rows) == []
    assert grouped(rows, settings=Settings(require="S3.1")) == [["a", "b"]]


def test_other_data_sets_and_networks_are_divisions_of_their_own(
    board: Boards, claim: Callable[..., str]
) -> None:
    small = {"network": "resnet18", "weights": "torchvision/ResNet18_Weights.IMAGENET1K_V1"}
    made = board({"a": {}, "b": {}}, claim({"c": {}}, small))
    assert [(one.network, len(one.candidates)) for one in made.divisions] == [
        ("resnet50", 2), ("resnet18", 1),
    ]  # fmt: skip


def test_an_unregistered_network_is_marked(board: Boards, claim: Callable[..., str]) -> None:
    (division,) = board(
        claim({"a": {}, "b": {}}, {"network": "MyNet-7", "weights": "own"})
    ).divisions
    assert division.open_name
    assert len(division.groups) == 1


def test_two_rows_trained_from_scratch_climb_the_ladder(
    grouped: Grouped, scratch: dict[str, Any]
) -> None:
    assert len(grouped({"a": scratch, "b": scratch})) == 1
    shorter = {**scratch, "scratch": {"epochs": "90", "lr": "1e-2", "budget": "E"}}
    assert grouped({"a": scratch, "b": shorter}) == []


@pytest.mark.parametrize("require", ["S1", "S3.2", "S4.2"])
def test_scratch_training_joins_pruning_by_the_joined_schedule_only(
    grouped: Grouped, scratch: dict[str, Any], require: str
) -> None:
    rows = {"pruned": {"top1": "75.10"}, "scratch": scratch}
    assert grouped(rows, settings=Settings(require=require)) == [["pruned", "scratch"]]
    other = {**scratch, "scratch": {"epochs": "180", "lr": "1e-2", "budget": "other"}}
    assert grouped({**rows, "scratch": other}, settings=Settings(require=require)) == []


def test_too_many_groups_are_cut_with_a_word(
    board: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prune_audit.leaderboard.board.cliques", lambda joined: cliques(joined, 1))
    fast = {"speedup": "7.00x", "top1": "70.00"}
    rows = {"a": {}, "b": {}, "c": fast, "d": fast}
    (division,) = board(rows).divisions
    assert (len(division.groups), division.complete) == (1, False)


RATES = st.lists(
    st.tuples(
        st.sampled_from(["1.90x", "2.00x", "2.06x", "2.13x", "2.20x"]),
        st.sampled_from(["74.00", "74.40", "75.00", "75.20+-0.10", "76.0", "unreported"]),
        st.sampled_from(["0:1e-2,30:1e-3,60:1e-4", "0:1e-1,30:1e-2,60:1e-3", "unreported"]),
    ),
    min_size=1, max_size=9,
)  # fmt: skip


def _rows(drawn: list[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    return {
        f"r{i}": {"speedup": rate, "top1": top1, "retraining.lr": lr}
        for i, (rate, top1, lr) in enumerate(drawn)
    }


@given(RATES)
def test_every_pair_of_a_group_is_fair_and_no_group_can_be_added_to(
    board: Boards, drawn: list[tuple[str, str, str]]
) -> None:
    made = board(_rows(drawn))

    def joined(a: Any, b: Any) -> bool:
        verdict = judge(a.result, b.result, made.settings, None).verdict
        return verdict.fairness is Fairness.FAIR and not verdict.dominance

    for division in made.divisions:
        for group in division.groups:
            inside = [line.candidate for line in group.lines]
            assert all(joined(a, b) for a, b in combinations(inside, 2))
            rest = (one for one in division.candidates if one not in inside)
            assert not any(all(joined(one, other) for other in inside) for one in rest)


@given(RATES, st.randoms(use_true_random=False))
def test_the_order_of_the_files_changes_nothing(
    claim: Callable[..., str], drawn: list[tuple[str, str, str]], random: Any
) -> None:
    files = [
        load_text(claim({name: changes}), f"{name}.yaml") for name, changes in _rows(drawn).items()
    ]
    shuffled = random.sample(files, len(files))

    def shape(loaded: Any) -> Any:
        return [
            [[(line.rank, line.candidate.ref) for line in group.lines] for group in division.groups]
            for division in groups(candidates(gather(loaded)), Settings())
        ]

    assert shape(files) == shape(shuffled)


def test_the_seed_papers_table_4_is_grouped_by_ratio_and_recipe(
    claims: Path, board: Boards
) -> None:
    corpus = gather([load_file(claims / "wang2023.yaml", "claims/wang2023.yaml")])
    found = [one for one in candidates(corpus) if one.result.name.startswith("t4-")]
    (division,) = groups(found, Settings())
    sets = {frozenset(line.candidate.result.name for line in one.lines) for one in division.groups}
    recipes = (
        "p15f105-1e-1",
        "p30f90-1e-2",
        "p45f75-1e-2",
        "p60f60-1e-3",
        "p75f45-1e-3",
        "p90f30-1e-4",
    )
    assert sets == {
        frozenset({f"t4-scratch@{ratio}", f"t4-{recipe}@{ratio}"})
        for ratio in (10, 30, 50, 70, 90, 95)
        for recipe in recipes
    }
    assert all(group.reached == "S4.2" for group in division.groups)


def test_the_shipped_claims_join_papers_that_share_everything(claims: Path) -> None:
    corpus = gather(read_claims(claim_files([str(claims)])))
    found = [
        {line.candidate.short for line in group.lines}
        for division in groups(candidates(corpus), Settings())
        for group in division.groups
    ]
    two_papers = {"tpp2023#tpp-r50-2.56x", "greg2021#greg1-r50-2.56x", "greg2021#greg2-r50-2.56x"}
    assert two_papers in found
