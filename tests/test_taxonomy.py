"""Which kind of pruning a row is, and pairs of two kinds."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from prune_audit import cli
from prune_audit.answers import Answer
from prune_audit.audit import audit
from prune_audit.cells import Cell, cell
from prune_audit.claim import Result
from prune_audit.corpus import gather
from prune_audit.facts import Fact, pair_facts
from prune_audit.load import load_file, load_text
from prune_audit.settings import Settings
from prune_audit.setups import FactName
from prune_audit.taxonomy import cell_facts, label

CLAIMS = Path(__file__).parent.parent / "claims"
TORCHVISION = "torchvision/ResNet50_Weights.IMAGENET1K_V1"
ONE_SHOT = "granularity: weight, schedule: one-shot, epochs: 0"
AT_INIT = "{granularity: weight, schedule: at-init, epochs: 0}"
TUNED = '{epochs: 90, lr: "1e-2", kind: finetuning}'


def rows(*stages: str, weights: str = "own", retraining: str = TUNED) -> list[Result]:
    """Return rows with these pruning stages."""
    text = f"""
schema: 1
paper: {{title: Example, venue: arXiv, year: 2024}}
base_models:
  base: {{network: resnet50, dataset: imagenet, weights: {weights}, top1: 76.13, source: Table 1}}
defaults: {{base: base, retraining: {retraining}, top1: 75, source: Table 1}}
results:
""" + "\n".join(f"  row-{i}: {{method: m, pruning: {stage}}}" for i, stage in enumerate(stages))
    loaded = load_text(text, "example.yaml")
    assert loaded.claim, loaded.problems
    return list(loaded.claim.results.values())


def words(found: Cell) -> tuple[str | None, ...]:
    return tuple(part.value for part in found)


def test_what_is_stated_counts() -> None:
    stated = "taxonomy: {base: init, mask: static-post, weights: original-init}"
    [row] = rows(f"{{{ONE_SHOT}, {stated}}}", weights=TORCHVISION)
    assert words(cell(row)) == ("init", "static-post", "original-init")


def test_pruning_at_initialisation_starts_from_initial_weights_and_says_no_more() -> None:
    assert words(cell(rows(AT_INIT)[0])) == ("init", None, None)


def test_a_one_shot_cut_of_a_published_checkpoint_is_pruning_after_training() -> None:
    [row] = rows(f"{{{ONE_SHOT}}}", weights=TORCHVISION)
    assert words(cell(row)) == ("trained", "static-post", "inherited")


@pytest.mark.parametrize(
    ("weights", "retraining", "known"),
    [
        ("own", TUNED, 0),  # it may be a checkpoint from early in training
        ("somebody/some-file", TUNED, 0),
        (TORCHVISION, '{epochs: 90, lr: "1e-2", kind: weight-rewinding}', 0),
        (TORCHVISION, '{epochs: 90, lr: "1e-2"}', 2),  # new weights are possible
        (TORCHVISION, "none", 3),
    ],
)
def test_what_other_keys_leave_in_doubt_is_unknown(
    weights: str, retraining: str, known: int
) -> None:
    [row] = rows(f"{{{ONE_SHOT}}}", weights=weights, retraining=retraining)
    assert sum(part.known for part in cell(row)) == known


def test_a_word_that_it_is_unknown_is_not_filled_in() -> None:
    [row] = rows(f"{{{ONE_SHOT}, taxonomy: unreported}}", weights=TORCHVISION)
    assert [part.unreported for part in cell(row)] == [True] * 3


def test_a_stage_that_is_unknown_has_no_cell() -> None:
    for row in rows("unreported", "unverified", "none"):
        assert not cell(row).known
        assert row.pruning
        assert row.pruning.taxonomy is not None


def test_a_pipeline_says_where_the_weights_start_and_when_the_mask_is_chosen() -> None:
    ticket = "train(20) > (prune(magnitude, 0.2) > rewind(0) > train(20)) * 5"
    stage = f'{{granularity: weight, schedule: iterative, epochs: 80, pipeline: "{ticket}"}}'
    [row] = rows(stage, retraining="{epochs: 20, lr: unreported}")
    assert words(cell(row)) == ("init", "static-post", "original-init")


def test_same_different_and_unknown_stay_apart() -> None:
    trained, initial, silent = rows(
        f"{{{ONE_SHOT}, taxonomy: {{base: trained, mask: static-post}}}}",
        f"{{{ONE_SHOT}, taxonomy: {{base: init, mask: static-post, weights: re-init}}}}",
        f"{{{ONE_SHOT}}}",
    )
    answers = [fact.answer for fact in cell_facts(trained, initial)]
    assert answers == [Answer.DIFFERENT, Answer.SAME, Answer.UNKNOWN]
    assert {fact.answer for fact in cell_facts(trained, silent)} == {Answer.UNKNOWN}
    assert cell_facts(silent, silent) == ()


def base_facts(*stages: str) -> Fact:
    one, other = rows(*stages, weights=TORCHVISION)
    return pair_facts(one, other, Settings())[FactName.BASE]


def test_who_prunes_at_initialisation_shares_no_trained_base_model() -> None:
    assert base_facts(AT_INIT, f"{{{ONE_SHOT}}}").answer is Answer.DIFFERENT
    assert base_facts(f"{{{ONE_SHOT}}}", AT_INIT).answer is Answer.DIFFERENT


def test_one_entry_stays_one_base_model_where_that_is_not_sure() -> None:
    rewound = f"{{{ONE_SHOT}, taxonomy: {{base: early, mask: static-post, weights: rewound}}}}"
    assert base_facts(rewound, f"{{{ONE_SHOT}}}").answer is Answer.SAME
    assert base_facts(AT_INIT, AT_INIT).answer is Answer.SAME


def test_only_a_sure_difference_is_labelled() -> None:
    trained, initial, silent = rows(
        f"{{{ONE_SHOT}, taxonomy: {{base: trained}}}}", AT_INIT, f"{{{ONE_SHOT}}}"
    )
    assert label(cell_facts(initial, trained)) == (
        "PaI (pruning at initialisation) against PaT (pruning after training)"
    )
    assert label(cell_facts(initial, silent)) == ""
    assert label(cell_facts(initial, initial)) == ""


def test_no_pair_of_the_shipped_claims_is_labelled_without_a_stated_cell() -> None:
    corpus = gather(load_file(path) for path in sorted(CLAIMS.glob("*.yaml")))
    pairs = [pair.pair for one in audit(corpus, (), Settings()).comparisons for pair in one.pairs]
    labelled = [pair for pair in pairs if label(pair.verdict.cells)]
    assert all(cell(row).known for pair in labelled for row in (pair.ours, pair.other))


@pytest.fixture
def across(tmp_path: Path) -> Path:
    """A claim that sets pruning at initialisation against pruning after training."""
    file = tmp_path / "across.yaml"
    file.write_text(f"""
schema: 1
paper: {{title: Example, venue: arXiv, year: 2024}}
base_models:
  base: {{network: resnet50, dataset: imagenet, weights: {TORCHVISION}, top1: 76.13, source: T}}
defaults: {{base: base, retraining: {TUNED}, sparsity: 80 %, source: Table 1}}
results:
  ours: {{method: Ours, pruning: {AT_INIT}, top1: 75.16}}
  theirs: {{method: Theirs, pruning: {{{ONE_SHOT}}}, top1: 74.77}}
comparisons:
  - {{ours: ours, against: [theirs], statement: better}}
""")
    return file


@pytest.mark.parametrize("form", ["text", "markdown", "review"])
def test_a_pair_across_kinds_is_labelled_in_every_report(across: Path, form: str) -> None:
    done = CliRunner().invoke(cli.app, ["check", str(across), "--format", form])
    assert "PaI" in done.stdout
    assert "PaT" in done.stdout


def test_json_gives_label_and_all_three_answers(across: Path) -> None:
    done = CliRunner().invoke(cli.app, ["check", str(across), "--format", "json"])
    kinds = json.loads(done.stdout)["comparisons"][0]["pairs"][0]["kinds"]
    assert kinds["label"].startswith("PaI")
    assert [fact["answer"] for fact in kinds["facts"]] == ["different", "unknown", "unknown"]


def test_classify_labels_it_too(across: Path) -> None:
    done = CliRunner().invoke(cli.app, ["classify", f"{across}#ours", "theirs"])
    assert "across kinds: PaI" in " ".join(done.stdout.split())
