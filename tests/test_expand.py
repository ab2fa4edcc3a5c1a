"""Recipes, defaults and sweeps are written out as if every row said everything itself."""

import pytest

from prune_audit.claim import Claim, Result
from prune_audit.load import load_text
from prune_audit.problems import Problem

HEAD = """\
schema: 1
paper: {title: A title, venue: ICLR, year: 2021}
base_models:
  dense: {network: resnet50, dataset: imagenet, weights: own, top1: 76.1, source: Table 1}
recipes:
  short: {epochs: 30, lr: 1e-3, optimizer: sgd}
  long: {epochs: 90, lr: "0:1e-2,30:1e-3"}
  one-shot: {granularity: filter, schedule: one-shot, epochs: 0}
"""
ROW = "{method: M, base: dense, pruning: one-shot, retraining: short, top1: 75, source: Table 1}"


def claim_of(text: str) -> Claim:
    loaded = load_text(HEAD + text, "a.yaml")
    assert loaded.problems == ()
    assert loaded.claim is not None
    return loaded.claim


def problems_of(text: str) -> list[Problem]:
    loaded = load_text(HEAD + text, "a.yaml")
    assert loaded.claim is None
    return list(loaded.problems)


def results(*rows: str, more: str = "") -> str:
    return f"{more}results:\n" + "".join(f"  r{i}: {row}\n" for i, row in enumerate(rows))


def epochs(result: Result) -> str:
    assert result.retraining is not None
    return result.retraining.epochs.text


def test_a_recipe_stands_for_a_stage_and_keeps_its_own_place() -> None:
    row = claim_of(results(ROW)).results["r0"]
    assert row.retraining is not None
    assert (row.retraining.epochs.text, row.retraining.lr.text) == ("30", "1e-3")
    assert row.retraining.lr.place.line == 6
    assert row.pruning is not None
    assert row.pruning.epochs.place.line == 8


def test_a_row_may_change_single_keys_of_a_recipe() -> None:
    changed = ROW.replace("retraining: short", "retraining: {recipe: short, epochs: 60}")
    first, second = claim_of(results(changed, ROW)).results.values()
    assert (epochs(first), epochs(second)) == ("60", "30")
    assert first.retraining is not None
    assert first.retraining.optimizer.text == "sgd"


def test_rows_that_share_a_recipe_share_the_stage() -> None:
    rows = claim_of(results(ROW, ROW)).results
    assert rows["r0"].retraining is rows["r1"].retraining


def test_a_base_model_takes_its_pretraining_from_a_recipe() -> None:
    base = "weights: own, pretraining: long"
    loaded = load_text(HEAD.replace("weights: own", base) + results(ROW), "a.yaml")
    assert loaded.claim is not None
    pretraining = loaded.claim.base_models["dense"].pretraining
    assert pretraining is not None
    assert pretraining.epochs.text == "90"


def test_a_missing_recipe_is_one_problem_with_a_suggestion() -> None:
    found = problems_of(results(ROW.replace("short", "shrot")))
    assert [(p.code, p.message, p.fix) for p in found] == [
        ("PA008", "there is no recipe 'shrot'", "did you mean 'short'?")
    ]


def test_a_missing_recipe_of_a_changed_stage_is_one_problem() -> None:
    found = problems_of(results(ROW.replace("short", "{recipe: shrot, optimizer: adam}")))
    assert [p.message for p in found] == ["there is no recipe 'shrot'"]


@pytest.mark.parametrize("name", ["[short]", "{a: b}", ""])
def test_a_recipe_is_called_by_one_name(name: str) -> None:
    found = problems_of(results(ROW.replace("short", f"{{recipe: {name}}}")))
    assert [p.code for p in found] == ["PA007"]
    assert "the name of a recipe" in found[0].message


def test_recipes_do_not_build_on_each_other() -> None:
    recipes = HEAD.replace("lr: 1e-3, ", "lr: 1e-3, recipe: long, ")
    found = load_text(recipes + results(ROW), "a.yaml").problems
    assert [p.message for p in found] == ["recipe 'short' has no key 'recipe'"]


def test_an_unused_recipe_is_checked_too() -> None:
    recipes = HEAD.replace("optimizer: sgd", "optimizer: sgdd, epoch: 3")
    found = load_text(recipes + results(ROW.replace("short", "long")), "a.yaml").problems
    assert [(p.code, p.anchors[0].line) for p in found] == [("PA005", 6), ("PA007", 6)]


def test_a_mistake_in_a_recipe_is_reported_once_for_all_its_rows() -> None:
    found = load_text(
        HEAD.replace("epochs: 30", "epochs: x") + results(ROW, ROW), "a.yaml"
    ).problems
    assert [p.code for p in found] == ["PA007"]


def test_a_recipe_for_pruning_does_not_pass_as_retraining() -> None:
    found = problems_of(results(ROW.replace("short", "one-shot")))
    assert {(p.code, p.anchors[0].line) for p in found} == {("PA005", 8), ("PA006", 8)}


def test_finetuning_is_another_word_for_retraining() -> None:
    row = claim_of(results(ROW.replace("retraining:", "finetuning:"))).results["r0"]
    assert epochs(row) == "30"


def test_finetuning_beside_retraining_is_no_key() -> None:
    found = problems_of(results(ROW.replace("top1", "finetuning: long, top1")))
    assert [p.message for p in found] == ["result 'r0' has no key 'finetuning'"]


DEFAULTS = "defaults: {method: M, base: dense, pruning: one-shot, retraining: short, runs: 3}\n"


def test_defaults_fill_what_a_row_does_not_state() -> None:
    rows = ("{top1: 75, source: T}", "{top1: 74, source: T, runs: 5, retraining: long}")
    first, second = claim_of(results(*rows, more=DEFAULTS)).results.values()
    assert (first.runs.text, epochs(first)) == ("3", "30")
    assert (second.runs.text, epochs(second)) == ("5", "90")


def test_defaults_give_a_scratch_row_no_pipeline_stages() -> None:
    row = "{top1: 75, source: T, scratch: {epochs: 90, lr: 0.1, budget: E}}"
    scratch = claim_of(results(row, more=DEFAULTS)).results["r0"]
    assert scratch.is_scratch
    assert scratch.pruning is None


def test_defaults_know_finetuning_too() -> None:
    defaults = DEFAULTS.replace("retraining", "finetuning")
    assert epochs(claim_of(results("{top1: 7, source: T}", more=defaults)).results["r0"]) == "30"


def test_mistakes_in_defaults_are_reported_once_even_where_no_row_uses_them() -> None:
    defaults = DEFAULTS.replace("runs: 3", "runs: many, rnus: 3, sweep: {at: [1]}")
    row = "{top1: 75, source: T, runs: 5}"
    found = problems_of(results(row, row, more=defaults))
    assert sorted((p.code, p.message.split(":")[0]) for p in found) == [
        ("PA005", "the section defaults has no key 'rnus'"),
        ("PA005", "the section defaults has no key 'sweep'"),
        ("PA007", "runs"),
    ]


SWEEP = (
    "{method: M, base: dense, pruning: one-shot, retraining: short, source: Table 1, "
    "sweep: {at: [0.3, 0.50], top1: [75.1, 74.20], pruning.ratio: [30 %, 50 %]}}"
)


def test_a_sweep_is_one_row_for_every_label() -> None:
    claim = claim_of(results(SWEEP))
    assert claim.families == {"r0": ("r0@0.3", "r0@0.50")}
    assert [row.top1.text for row in claim.results.values()] == ["75.1", "74.20"]
    prunings = [row.pruning for row in claim.results.values()]
    assert [p.ratio.text for p in prunings if p] == ["30 %", "50 %"]
    assert [p.epochs.text for p in prunings if p] == ["0", "0"]
    assert all(epochs(row) == "30" for row in claim.results.values())


def test_a_sweep_may_vary_whole_stages_silences_and_aliases() -> None:
    sweep = SWEEP.replace(
        "pruning.ratio: [30 %, 50 %]",
        "finetuning: [long, {recipe: short, epochs: 5}], speedup: [unreported, 2x], "
        "finetuning.optimizer: [adam, lars], source: [[a, b], c]",
    ).replace("retraining: short, ", "")
    first, second = claim_of(results(sweep)).results.values()
    assert (epochs(first), epochs(second)) == ("90", "5")
    assert first.retraining is not None
    assert first.retraining.optimizer.text == "adam"
    assert first.speedup.unreported
    assert (first.source.value, second.source.value) == (("a", "b"), ("c",))


def test_a_sweep_may_vary_the_recipe_of_a_stage() -> None:
    sweep = SWEEP.replace("pruning.ratio: [30 %, 50 %]", "retraining.recipe: [long, short]")
    assert [epochs(row) for row in claim_of(results(sweep)).results.values()] == ["90", "30"]


def test_what_a_sweep_varies_comes_before_the_defaults() -> None:
    sweep = "{source: T, sweep: {at: [a, b], top1: [1, 2], finetuning: [long, none], runs: [1, 2]}}"
    first, second = claim_of(results(sweep, more=DEFAULTS)).results.values()
    assert (epochs(first), epochs(second), first.runs.text) == ("90", "0", "1")


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("at: [0.3, 0.50], ", "", "PA006", "a sweep lacks the key 'at'"),
        ("at: [0.3, 0.50]", "at: []", "PA009", "the labels under at are no distinct words"),
        ("at: [0.3, 0.50]", "at: [0.3, 0.3]", "PA009", "the labels under at are no distinct words"),
        ("at: [0.3, 0.50]", "at: [[1], 2]", "PA009", "the labels under at are no distinct words"),
        ("at: [0.3, 0.50]", "at: 0.3", "PA007", "at: expected a list, one value per label"),
        ("[75.1, 74.20]", "[75.1]", "PA009", "top1 lists 1 values for 2 labels"),
        ("[75.1, 74.20]", "75.1", "PA007", "top1: expected a list, one value per label"),
        ("top1:", "top.1:", "PA005", "a sweep has no key 'top.1'"),
        ("pruning.ratio", "pruning.ration", "PA005", "a sweep has no key 'pruning.ration'"),
        ("pruning.ratio", "pruning.", "PA005", "a sweep has no key 'pruning.'"),
        ("pruning.ratio", "purning.ratio", "PA005", "a sweep has no key 'purning.ratio'"),
        ("pruning: one-shot", "pruning: none", "PA009", "pruning is none as a whole"),
        ("pruning: one-shot", "pruning: [x]", "PA007", "pruning: expected a mapping of keys"),
        ("74.20]", "high]", "PA007", "top1: expected a number in percent"),
    ],
)
def test_a_sweep_that_cannot_be_written_out_is_a_problem(
    old: str, new: str, code: str, message: str
) -> None:
    assert SWEEP.count(old) == 1
    found = [p for p in problems_of(results(SWEEP.replace(old, new))) if p.code == code]
    assert found
    assert found[0].message.startswith(message)
    assert found[0].anchors[0].line == 10


def test_a_sweep_that_is_no_mapping_is_a_problem() -> None:
    found = problems_of(results("{method: M, sweep: [1, 2]}"))
    assert [p.message for p in found] == ["a sweep lacks the key 'at'"]
