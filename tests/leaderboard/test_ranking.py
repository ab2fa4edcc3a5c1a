"""Ranks: ties within noise, never chained."""

from collections.abc import Callable, Mapping

from hypothesis import given
from hypothesis import strategies as st

from prune_audit.corpus import gather
from prune_audit.leaderboard import Ranked, candidates, ranked
from prune_audit.load import load_text
from prune_audit.noise import noise

Claims = Callable[..., str]
ALPHA = 0.05


def ranks(
    claim: Claims, rows: Mapping[str, Mapping[str, str]], base: object = None
) -> list[Ranked]:
    loaded = load_text(claim(rows, base), "a.yaml")
    assert not loaded.problems
    return list(ranked(candidates(gather([loaded])), ALPHA))


def named(lines: list[Ranked]) -> dict[str, int | None]:
    return {line.candidate.result.name: line.rank for line in lines}


def test_what_is_within_noise_is_tied(claim: Claims) -> None:
    found = ranks(claim, {"a": {"top1": "75.00"}, "b": {"top1": "75.30"}})
    assert named(found) == {"b": 1, "a": 1}


def test_what_is_significantly_better_comes_first(claim: Claims) -> None:
    found = ranks(claim, {"a": {"top1": "74.00"}, "b": {"top1": "75.30"}})
    assert named(found) == {"b": 1, "a": 2}


def test_ties_are_not_transitive(claim: Claims) -> None:
    rows = {"low": {"top1": "74.60"}, "middle": {"top1": "75.00"}, "high": {"top1": "75.40"}}
    assert named(ranks(claim, rows)) == {"high": 1, "middle": 1, "low": 2}


def test_stated_runs_and_spread_make_a_rank_conclusive(claim: Claims) -> None:
    spread = {"runs": "3", "spread_is": "sample-std"}
    rows = {"a": {"top1": "75.00+-0.05", **spread}, "b": {"top1": "75.40+-0.05", **spread}}
    found = ranks(claim, rows)
    assert named(found) == {"b": 1, "a": 2}
    assert all(line.conclusive and line.tests == ("Welch",) for line in found)


def test_single_runs_are_ranked_by_the_binomial_floor_and_marked(claim: Claims) -> None:
    found = ranks(claim, {"a": {"top1": "74.00"}, "b": {"top1": "75.30"}})
    assert not any(line.conclusive for line in found)
    assert {test for line in found for test in line.tests} == {"binomial"}
    assert all("not stated" in line.assumed[0] for line in found)


def test_what_cannot_be_tested_has_no_rank_and_comes_last(claim: Claims) -> None:
    rows = {"a": {"top1": "unreported"}, "b": {"top1": "75.00"}, "c": {"top1": "74.00"}}
    found = ranks(claim, rows)
    assert [(line.candidate.result.name, line.rank) for line in found] == [
        ("b", 1), ("c", 2), ("a", None),
    ]  # fmt: skip


def test_nothing_is_ranked_on_a_data_set_of_unknown_size(claim: Claims) -> None:
    own = {"dataset": "my-photos", "weights": "own"}
    rows = {"a": {"top1": "75.00"}, "b": {"top1": "70.00"}}
    assert set(named(ranks(claim, rows, own)).values()) == {None}


def test_a_result_does_not_stand_before_one_that_beats_it(claim: Claims) -> None:
    # wide spreads hide from the worst result that the best ones are better; the middle one shows it
    wide = {"runs": "3", "spread_is": "sample-std"}
    rows = {
        "best": {"top1": "77.00+-5.00", **wide},
        "also": {"top1": "77.10+-5.00", **wide},
        "middle": {"top1": "76.00"},
        "worst": {"top1": "75.00+-5.00", **wide},
    }
    assert named(ranks(claim, rows)) == {"also": 1, "best": 1, "middle": 3, "worst": 4}


ACCURACIES = st.lists(
    st.one_of(
        st.integers(7000, 7800).map(lambda n: {"top1": f"{n / 100:.2f}"}),
        st.tuples(st.integers(7000, 7800), st.integers(1, 300), st.integers(2, 9)).map(
            lambda drawn: {
                "top1": f"{drawn[0] / 100:.2f}+-{drawn[1] / 100:.2f}",
                "runs": str(drawn[2]), "spread_is": "sample-std",
            }
        ),
    ),
    min_size=2, max_size=7,
)  # fmt: skip


@given(ACCURACIES)
def test_no_rank_is_better_than_that_of_a_significantly_better_result(
    claim: Claims, drawn: list[dict[str, str]]
) -> None:
    found = ranks(claim, {f"r{i}": changes for i, changes in enumerate(drawn)})
    for one in found:
        for other in found:
            test = noise(one.candidate.result, other.candidate.result)
            assert test is not None
            if test.significant(ALPHA) and test.difference > 0:
                assert one.rank is not None
                assert other.rank is not None
                assert one.rank < other.rank


@given(ACCURACIES)
def test_a_rank_leaves_room_for_all_that_are_better(
    claim: Claims, drawn: list[dict[str, str]]
) -> None:
    found = ranks(claim, {f"r{i}": changes for i, changes in enumerate(drawn)})
    for line in found:
        assert line.rank is not None
        assert line.rank <= 1 + sum(_top1(other) > _top1(line) for other in found)


def _top1(line: Ranked) -> float:
    top1 = line.candidate.result.top1.value
    assert top1 is not None
    return float(top1.value)
