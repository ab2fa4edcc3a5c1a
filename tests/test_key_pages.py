"""``explain`` on keys of claim files."""

import pytest
from typer.testing import CliRunner, Result

from prune_audit import cli
from prune_audit.key_pages import described, key_page


def explained(name: str) -> Result:
    return CliRunner().invoke(cli.app, ["explain", name])


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("pruning.taxonomy", ["base, mask, weights", "PA311"]),
        ("pruning.taxonomy.mask", ["static-pre, static-post, dynamic, selection"]),
        ("compression_axis", ["params, bytes, FLOPs, latency", "PA614", "PA615"]),
        ("results.sparsity", ["share of zero weights", "PA120"]),
        ("finetuning.lr", ["LR schedule", "Needed: yes"]),
        ("comparisons", ["a list of keys", "compression_axis"]),
    ],
)
def test_explain_prints_what_a_key_is_for(name: str, parts: list[str]) -> None:
    done = explained(name)
    assert done.exit_code == 0
    assert [part for part in parts if part not in " ".join(done.stdout.split())] == []


def test_a_key_of_several_mappings_is_explained_for_each() -> None:
    page = key_page("epochs")
    assert "key of pretraining, retraining, scratch" in page
    assert "key of pruning" in page


def test_a_rule_on_another_key_of_the_same_name_is_not_named() -> None:
    assert "PA010" not in key_page("pruning.taxonomy.base")


def test_a_misspelt_key_brings_a_hint() -> None:
    done = explained("compresion_axis")
    assert done.exit_code == 2
    assert "did you mean compression_axis?" in done.stderr


def test_every_key_has_a_page() -> None:
    assert [
        one.full for one in described() if one.meaning.split()[0] not in key_page(one.full)
    ] == []
