"""Rules PA701 to PA703: one result, or one base model, in two papers."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.findings import Finding
from prune_audit.load import Loaded, load_file, load_text
from prune_audit.rules import RULES
from prune_audit.settings import Settings

CLAIMS = Path(__file__).parents[2] / "claims"
ROUNDINGS = st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN])


def claim_file(name: str, row: str, base: str = "top1: 93.26, weights: unreported") -> Loaded:
    text = f"""
schema: 1
paper: {{title: Example, venue: arXiv, year: 2024}}
base_models:
  base: {{network: resnet56, dataset: cifar10, {base}, source: Table 1}}
defaults: {{base: base, pruning: unverified, retraining: unverified, source: Table 1}}
results:
  {name}: {{method: HRank, {row}}}
"""
    loaded = load_text(text, f"{name}.yaml")
    assert loaded.claim, loaded.problems
    return loaded


def found(code: str, *files: Loaded, settings: Settings | None = None) -> list[Finding]:
    rules = [rule for rule in RULES if rule.code == code]
    return list(audit(gather(files), rules, settings or Settings()).findings)


def quoted(row: str, own: str, **bases: str) -> list[Finding]:
    citing = claim_file("citing", f"origin: cited, cites: own#own, {row}", **bases)
    return found("PA701", citing, claim_file("own", f"origin: own, {own}"))


def shown(value: Decimal, digits: int, rounding: str) -> str:
    return f"{value.quantize(Decimal(1).scaleb(-digits), rounding):f}"


@given(
    st.decimals("20", "99.9", places=6), st.integers(1, 3), st.integers(0, 3), ROUNDINGS, ROUNDINGS,
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_an_honest_copy_is_never_flagged(
    true: Decimal, digits: int, copied: int, one: str, other: str, again: bool, as_error: bool
) -> None:
    """The copy comes from the true or the printed number, or went through an error rate."""
    own = shown(true, digits, one)
    seen = Decimal(own) if again else true
    if as_error:
        seen = 100 - Decimal(shown(100 - seen, max(copied, 1), other))
    assert not quoted(f"top1: {shown(seen, copied, other)}", f"top1: {own}")


@given(st.decimals("20", "90", places=2), st.integers(2, 900))
def test_two_last_digits_off_are_always_flagged(own: Decimal, off: int) -> None:
    (finding,) = quoted(f"top1: {own + Decimal(off) / 100}", f"top1: {own}")
    assert [place.file for place in finding.anchors] == ["citing.yaml", "own.yaml"]


@pytest.mark.parametrize(
    ("here", "there", "how"),
    [
        ("92.17", "93.17", "one digit differs"),
        ("93.71", "93.17", "two digits are swapped"),
        ("90.05", "89.05", "exactly 1 apart"),
        ("93.99", "94.09", "exactly 0.1 apart"),
    ],
)
def test_a_slip_of_the_pen_is_named(here: str, there: str, how: str) -> None:
    (finding,) = quoted(f"top1: {here}", f"top1: {there}")
    assert finding.message.endswith(how)


def test_a_difference_without_a_pattern_is_not_called_a_slip() -> None:
    (finding,) = quoted("top1: 91.84", "top1: 93.17")
    assert finding.message.endswith("(source: Table 1)")


def test_a_row_that_was_run_anew_may_print_what_it_likes() -> None:
    citing = claim_file("citing", "origin: reproduced, cites: own#own, top1: 92.17")
    assert not found("PA701", citing, claim_file("own", "top1: 93.17"))


@given(st.decimals("93.00", "93.80", places=2))
def test_a_base_accuracy_that_re_evaluation_explains_is_not_flagged(base: Decimal) -> None:
    found_here = quoted("top1: 93.17", "top1: 93.17", base=f"top1: {base}, weights: unreported")
    assert bool(found_here) == (base > Decimal("93.77"))


def test_speedups_are_compared_within_the_tolerance() -> None:
    assert not quoted("top1: 93.17, speedup: 1.95x", "top1: 93.17, flops_reduction: 50.0 %")
    (finding,) = quoted("top1: 93.17, speedup: 1.74x", "top1: 93.17, flops_reduction: 50.0 %")
    assert "rate 1.74x" in finding.message


@pytest.mark.parametrize(
    ("change", "flagged"), [("drop: 0.1", False), ("delta: -0.09", False), ("delta: 0.09", True)]
)
def test_without_top1_the_drops_are_compared(change: str, flagged: bool) -> None:
    assert bool(quoted(f"top1: unreported, {change}", "top1: 93.17, drop: 0.09")) == flagged


def test_an_unread_number_is_no_other_number() -> None:
    assert not quoted("top1: unverified", "top1: 93.17, drop: 0.09, speedup: 2x")


def test_the_published_slip_is_found_with_the_citing_file_alone() -> None:
    (finding,) = found("PA701", load_file(CLAIMS / "depgraph2023.yaml"))
    assert "92.17" in finding.message
    assert "93.17" in finding.message
    assert "one digit differs" in finding.message


def shared(one: str, other: str, tags: tuple[str, str]) -> list[Finding]:
    return found(
        "PA702",
        claim_file("one", "top1: 75.0", f"top1: {one}, weights: {tags[0]}"),
        claim_file("other", "top1: 75.0", f"top1: {other}, weights: {tags[1]}"),
    )


R50 = ("torchvision/resnet50", "torchvision/ResNet50_Weights.IMAGENET1K_V1")


@pytest.mark.parametrize("other", ["76.15", "76.18", "75.63", "~75"])
def test_one_checkpoint_evaluated_anew_is_not_flagged(other: str) -> None:
    assert not shared("76.13", other, R50)


def test_one_checkpoint_a_point_apart_is_one_finding_on_the_two_furthest() -> None:
    files = [
        claim_file(name, "top1: 75.0", f"top1: {top1}, weights: {R50[0]}")
        for name, top1 in (("a", "76.13"), ("b", "76.15"), ("c", "75.10"), ("d", "75.90"))
    ]
    (finding,) = found("PA702", *files)
    assert {place.file for place in finding.anchors} == {"b.yaml", "c.yaml"}


@pytest.mark.parametrize("tags", [("own", "own"), (R50[0], "own"), ("unreported", "unreported")])
def test_weights_that_are_not_surely_the_same_are_not_compared(tags: tuple[str, str]) -> None:
    assert not shared("76.13", "75.10", tags)


def test_two_entries_of_one_file_are_left_to_that_file() -> None:
    one = claim_file("one", "top1: 75.0", f"top1: 76.13, weights: {R50[0]}")
    assert not found("PA702", one, one)


def two(one: str, other: str) -> list[Finding]:
    return found("PA703", claim_file("one", one), claim_file("other", other))


CITED = "origin: cited, top1: 93.17, speedup: 2.00x"


def test_two_values_of_one_cited_result_are_a_hint() -> None:
    (finding,) = two(CITED, "origin: cited, top1: 93.52, flops_reduction: 50.0 %")
    assert (finding.severity, finding.tier) == ("note", "heuristic")


def test_one_finding_speaks_for_a_method_at_one_operating_point() -> None:
    files = [claim_file(f"f{i}", CITED.replace("93.17", f"93.{i}7")) for i in range(5)]
    assert len(found("PA703", *files)) == 1


@pytest.mark.parametrize(
    "other",
    [
        "origin: cited, top1: 93.2, speedup: 2x",
        "origin: cited, top1: 93.52, speedup: 1.41x",
        "origin: cited, top1: 93.52",
        "origin: reproduced, top1: 92.50, speedup: 2.00x",
        "origin: cited, top1: 93.52, speedup: 2.00x, base_top1: 94.00",
    ],
)
def test_what_may_be_another_result_is_not_held_against_it(other: str) -> None:
    assert not two(CITED, other)


def test_another_method_is_another_result() -> None:
    other = claim_file("other", "origin: cited, top1: 93.52, speedup: 2.00x")
    renamed = load_text(other.text.replace("HRank", "HRankPlus"), "other.yaml")
    assert not found("PA703", claim_file("one", CITED), renamed)


@pytest.mark.parametrize("code", ["PA702", "PA703"])
def test_two_files_that_are_only_referred_to_are_not_reported(code: str, tmp_path: Path) -> None:
    """A third file cites both; checked alone, it is not answerable for their quarrel."""
    weights = f"top1: 93.26, weights: {R50[0]}"
    for name, base, top1 in (("a", "93.26", "93.17"), ("b", "91.00", "93.52")):
        base = base if code == "PA702" else "93.26"
        row = f"origin: cited, top1: {top1}, speedup: 2.00x"
        text = claim_file(name, row, weights.replace("93.26", base)).text
        (tmp_path / f"{name}.yaml").write_text(text)
    main = claim_file("main", "top1: 93.00")
    against = "comparisons: [{ours: main, against: ['a#a', 'b#b'], statement: none}]"
    (tmp_path / "main.yaml").write_text(main.text + against)
    paths = [tmp_path / f"{name}.yaml" for name in ("main", "a", "b")]
    assert not found(code, load_file(paths[0]))
    assert len(found(code, *map(load_file, paths))) == 1
