"""Each result once, from its own paper; of a submission the submitted row only."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from prune_audit.corpus import gather
from prune_audit.leaderboard import Candidate, candidates
from prune_audit.load import load_text

Claims = Callable[..., str]


def found(*texts: str) -> dict[str, Candidate]:
    loaded = [load_text(text, f"{chr(97 + i)}.yaml") for i, text in enumerate(texts)]
    assert not [problem for one in loaded for problem in one.problems]
    return {one.short: one for one in candidates(gather(loaded))}


def test_a_cited_row_is_the_result_of_its_own_paper(claim: Claims) -> None:
    quote = {"origin": "cited", "cites": "a#own", "top1": "74.90"}
    made = found(claim({"own": {}}), claim({"quote": quote, "new": {}}))
    assert sorted(made) == ["a#own", "b#new"]
    assert [row.name for row in made["a#own"].quoted_by] == ["quote"]


def test_two_papers_that_quote_one_result_share_it_though_its_file_is_not_named(
    claim: Claims, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("source.yaml").write_text(claim({"own": {}}), encoding="utf-8")
    quote = {"origin": "cited", "cites": "source#own"}
    made = found(claim({"x": quote}), claim({"y": quote}))
    assert [row.name for row in made["source#own"].quoted_by] == ["x", "y"]


def test_a_quote_of_a_quote_is_still_the_first_result(claim: Claims) -> None:
    made = found(
        claim({"own": {}}), claim({"x": {"cites": "a#own"}}), claim({"y": {"cites": "b#x"}})
    )
    assert sorted(made) == ["a#own"]
    assert len(made["a#own"].quoted_by) == 2


def test_rows_that_cite_each_other_in_a_circle_are_one_result(claim: Claims) -> None:
    made = found(claim({"x": {"cites": "b#y"}}), claim({"y": {"cites": "a#x"}}))
    assert sorted(made) == ["a#x"]


def test_a_reproduced_row_is_a_result_of_its_own(claim: Claims) -> None:
    again = {"origin": "reproduced", "cites": "a#own"}
    assert sorted(found(claim({"own": {}}), claim({"again": again}))) == ["a#own", "b#again"]


def test_a_quote_of_a_sweep_means_the_row_of_its_label(claim: Claims) -> None:
    sweep = {"at": ["10", "30"], "top1": ["75.0", "74.0"]}
    own = {"top1": None, "sweep": sweep}
    made = found(claim({"own": own}), claim({"quote": {**own, "cites": "a#own"}}))
    assert sorted(made) == ["a#own@10", "a#own@30"]
    assert [row.name for row in made["a#own@30"].quoted_by] == ["quote@30"]


def test_a_submission_enters_its_own_row_only(claim: Claims) -> None:
    submitted = {"id": "mine", "track": "r50-2x", "result": "ours", "runs": "none"}
    made = found(claim({"ours": {}, "theirs": {}}, submission=submitted))
    assert sorted(made) == ["mine"]
    assert made["mine"].track == "r50-2x"


@pytest.mark.parametrize(
    ("changes", "drop"),
    [
        ({"drop": "1.10"}, "1.10"),
        ({"delta": "-0.90"}, "0.90"),
        ({}, "1.13"),
        ({"top1": ">75"}, None),
    ],
)
def test_the_drop_is_as_printed_or_base_minus_pruned(
    claim: Claims, changes: dict[str, str], drop: str | None
) -> None:
    (one,) = found(claim({"row": changes})).values()
    assert (str(one.drop) if one.drop is not None else None) == drop


def test_a_result_is_named_as_classify_takes_it(claim: Claims) -> None:
    assert json.loads(claim({"row": {}}))
    (one,) = found(claim({"row": {}})).values()
    assert one.ref == "a.yaml#row"
