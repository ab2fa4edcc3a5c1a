"""What is kept of a rerun, and what of it is stale."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from prune_audit.load import load_text
from prune_audit.reruns.planned import Arm
from prune_audit.reruns.recalled import Recalled, recall
from prune_audit.reruns.stored import merged, save, stored

Make = Callable[..., Any]
Write = Callable[..., str]
C = Arm.CALIBRATED
SAID = {"ours": "ours", "against": ["other"], "statement": "better"}
ANSWERS = {("ours", C): [7600, 7610, 7620], ("other", C): [7500, 7510, 7520]}


def text_of(claim: Write, **top1: str) -> str:
    rows = {name: {"top1": top1.get(name, "75.00")} for name in ("ours", "other")}
    return claim(rows, SAID)


def read(data: Any, text: str) -> Recalled:
    loaded = load_text(text, "claims/a.yaml").claim
    assert loaded is not None
    return recall(json.loads(json.dumps(data)), loaded)


class Shelf(dict[str, Any]):
    """A store of nothing but corrections."""

    def correction(self, name: str) -> Any | None:
        return self.get(name)

    def save_correction(self, name: str, data: Any) -> None:
        self[name] = data


def test_results_are_kept_by_file_row_and_claimed_text(make: Make, claim: Write) -> None:
    kept = stored(make(text_of(claim), ANSWERS).concluded())
    assert list(kept) == ["a"]
    assert [(one["row"], one["claimed"], one["n"]) for one in kept["a"]["rows"]] == [
        ("ours", "75.00", 3), ("other", "75.00", 3),
    ]  # fmt: skip
    assert kept["a"]["rows"][0]["seeds"] == [[0, 7600, 10000], [1, 7610, 10000], [2, 7620, 10000]]


def test_what_was_kept_is_read_back(make: Make, claim: Write) -> None:
    kept = stored(make(text_of(claim), ANSWERS).concluded())["a"]
    found = read(kept, text_of(claim))
    row, pair = found.rows[0], found.pairs[0]
    assert (row.row, row.arm, row.n, row.stale) == ("ours", "calibrated", 3, False)
    assert row.difference == pytest.approx(1.1)
    assert row.interval is not None
    assert (pair.verdict, pair.stale) == ("confirmed", False)
    assert str(row).startswith("ours: claimed 75.00, rerun (calibrated) 76.10+-0.10 (n = 3), +1.10")
    assert str(pair) == 'ours against other "better": calibrated: confirmed (n = 3)'


def test_a_changed_claim_makes_entries_stale(make: Make, claim: Write) -> None:
    kept = stored(make(text_of(claim), ANSWERS).concluded())["a"]
    found = read(kept, text_of(claim, ours="75.0"))
    assert [row.stale for row in found.rows] == [True, False]
    assert found.pairs[0].stale
    assert "stale: the claim printed 75.00 then" in str(found.rows[0])


def test_a_row_that_is_gone_is_stale(make: Make, claim: Write) -> None:
    kept = stored(make(text_of(claim), ANSWERS).concluded())["a"]
    found = read(kept, claim({"another": {}}))
    assert all(row.stale for row in found.rows)
    assert all(pair.stale for pair in found.pairs)


def test_a_stand_in_is_kept_as_such_and_has_no_difference(make: Make, claim: Write) -> None:
    kept = stored(make(text_of(claim), ANSWERS).concluded(stand_in=True))["a"]
    assert all("difference" not in one and one["stand_in"] == "digits" for one in kept["rows"])
    found = read(kept, text_of(claim))
    assert found.rows[0].difference is None
    assert found.pairs[0].verdict == "holds"
    shown = [str(entry) for entry in (*found.rows, *found.pairs)]
    assert all("on the stand-in digits" in line for line in shown)
    assert not any("correct" in line for line in shown)


def test_a_difference_that_was_put_into_a_stand_in_is_not_read(make: Make, claim: Write) -> None:
    kept = stored(make(text_of(claim), ANSWERS).concluded(stand_in=True))["a"]
    kept["rows"][0] |= {"difference": 1.0, "ci95": [0.5, 1.5]}
    row = read(kept, text_of(claim)).rows[0]
    assert (row.difference, row.interval) == (None, None)


def test_a_stand_in_does_not_take_the_place_of_a_correction(make: Make, claim: Write) -> None:
    shelf = Shelf()
    made = make(text_of(claim), ANSWERS)
    save(made.concluded(), shelf)
    save(made.concluded(stand_in=True), shelf)
    assert [one["stand_in"] for one in shelf["a"]["rows"]] == [None, None, "digits", "digits"]


def test_saving_again_replaces_and_adds_arms(make: Make, claim: Write) -> None:
    shelf = Shelf()
    made = make(text_of(claim), ANSWERS)
    save(made.concluded(), shelf)
    save(made.concluded(), shelf)
    assert len(shelf["a"]["rows"]) == 2
    reported = {(name, Arm.REPORTED): counts for (name, _), counts in ANSWERS.items()}
    save(make(text_of(claim), reported).concluded(), shelf)
    assert [one["arm"] for one in shelf["a"]["rows"]] == ["calibrated"] * 2 + ["as reported"] * 2


def test_a_part_of_the_seeds_does_not_replace_all_of_them(make: Make, claim: Write) -> None:
    shelf = Shelf()
    save(make(text_of(claim), ANSWERS).concluded(), shelf)
    two = {key: counts[:2] for key, counts in ANSWERS.items()}
    save(make(text_of(claim), two).concluded(), shelf)
    assert [one["n"] for one in shelf["a"]["rows"]] == [3, 3]
    assert shelf["a"]["pairs"][0]["n"] == 3


def test_a_changed_claim_replaces_even_more_seeds(make: Make, claim: Write) -> None:
    shelf = Shelf()
    save(make(text_of(claim), ANSWERS).concluded(), shelf)
    two = {key: counts[:2] for key, counts in ANSWERS.items()}
    save(make(text_of(claim, ours="76.00"), two).concluded(), shelf)
    assert [one["n"] for one in shelf["a"]["rows"]] == [2, 3]


def test_rows_without_a_run_are_not_kept(make: Make, claim: Write) -> None:
    none: dict[Any, list[None]] = {("ours", C): [None, None], ("other", C): [None]}
    assert stored(make(text_of(claim), none).concluded()) == {}


def test_what_another_version_kept_is_left_aside(make: Make, claim: Write) -> None:
    kept = stored(make(text_of(claim), ANSWERS).concluded())["a"]
    assert merged({"version": 0, "rows": "?"}, kept) == kept
    assert read({"version": 0}, text_of(claim)) == ((), ())
    assert read(None, text_of(claim)) == ((), ())


@pytest.mark.parametrize("rows", [[{}], [3], "text", [{"row": "ours"}], None])
def test_what_is_no_result_is_a_clear_error(claim: Write, rows: Any) -> None:
    with pytest.raises(ValueError, match="not what a rerun keeps for a"):
        read({"version": 1, "rows": rows, "pairs": []}, text_of(claim))
