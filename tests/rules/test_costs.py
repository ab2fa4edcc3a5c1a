"""Rules PA107 to PA110 and PA117: base models and ratios against the registry."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.findings import Finding
from prune_audit.load import load_file, load_text
from prune_audit.registry import Checkpoint, Network, cost, dataset, networks
from prune_audit.registry.checkpoints import all_checkpoints
from prune_audit.registry.datasets import DATASETS
from prune_audit.registry.networks import NETWORKS
from prune_audit.rules import RULES
from prune_audit.settings import Settings

CLAIMS = Path(__file__).parents[2] / "claims"
ROUNDINGS = [ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN]


def found(code: str, base: str, row: str = "top1: 75.16", rest: str = "") -> list[Finding]:
    text = f"""
schema: 1
paper: {{title: "Example", venue: arXiv, year: 2024}}
base_models:
  base: {{{base}, source: Table 1}}
defaults: {{base: base, pruning: unverified, retraining: unverified, source: Table 1}}
results:
  row: {{method: ours, {row}}}
{rest}"""
    loaded = load_text(text, "example.yaml")
    assert loaded.claim, loaded.problems
    rules = tuple(rule for rule in RULES if rule.code == code)
    return list(audit(gather([loaded]), rules, Settings()).findings)


def shown(value: Decimal, digits: int, rounding: str) -> str:
    return f"{value.quantize(Decimal(1).scaleb(-digits), rounding):f}"


def usual_data(family: str) -> str:
    return next(entry.id for entry in DATASETS if entry.family == family)


KNOWN = [entry for entry in NETWORKS if any(data.family == entry.family for data in DATASETS)]


@pytest.mark.parametrize("entry", KNOWN, ids=lambda entry: entry.id)
@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_the_registrys_own_counts_are_never_flagged(entry: Network, rounding: str) -> None:
    data = dataset(usual_data(entry.family))
    assert data
    extra = (data.classes - entry.classes) * entry.head
    macs = Decimal(entry.macs + extra) / 10**6
    params = Decimal(entry.params + extra) / 10**6
    for key, factor in (("macs", 1), ("flops", 2)):
        base = (
            f"network: {entry.id}, dataset: {data.id}, weights: own, top1: 76.13, "
            f"{key}: {shown(factor * macs, 2, rounding)}M, params: {shown(params, 2, rounding)}M"
        )
        assert not found("PA107", base)
        assert not found("PA110", base)


@pytest.mark.parametrize("entry", KNOWN, ids=lambda entry: entry.id)
def test_an_exchanged_unit_is_flagged_unless_another_variant_has_that_cost(entry: Network) -> None:
    data = usual_data(entry.family)
    base = f"network: {entry.id}, dataset: {data}, weights: own, top1: 76.13"
    counts = [variant.macs for variant in networks(entry.id, data)]
    if not any(1.9 < one / other < 2.1 for one in counts for other in counts):
        assert found("PA107", f"{base}, flops: {entry.macs}")
        assert found("PA107", f"{base}, macs: {2 * entry.macs}")


def test_an_unknown_network_is_never_judged() -> None:
    base = (
        "network: our-net, dataset: imagenet, weights: own, top1: 76.13, flops: 4.09G, params: 1M"
    )
    assert not any(found(code, base) for code in ("PA107", "PA108", "PA109", "PA110"))


def test_wang_et_al_print_two_units_under_one_name() -> None:
    rules = tuple(rule for rule in RULES if rule.code == "PA108")
    corpus = gather([load_file(CLAIMS / "wang2023.yaml")])
    (finding,) = audit(corpus, rules, Settings()).findings
    assert "3.66G" in finding.message
    assert "0.25G" in finding.message


@pytest.mark.parametrize("known", all_checkpoints(), ids=lambda known: known.tag)
@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_a_checkpoints_published_accuracy_is_never_flagged(
    known: Checkpoint, rounding: str
) -> None:
    for top1 in (known.top1, *(printed.top1 for printed in known.also_printed)):
        base = (
            f"network: {known.network}, dataset: {known.dataset}, weights: {known.tag}, "
            f"top1: {shown(Decimal(top1), 2, rounding)}"
        )
        assert not found("PA109", base)


def test_the_second_version_of_the_weights_is_named() -> None:
    base = "network: resnet50, dataset: imagenet, top1: 80.86"
    (finding,) = found("PA109", f"{base}, weights: torchvision/ResNet50_Weights.IMAGENET1K_V1")
    assert "IMAGENET1K_V2 is published with 80.858" in finding.message


@pytest.mark.parametrize("top1", ["76.13", "76.15", "76.18"])
def test_the_three_printed_accuracies_of_torchvisions_resnet50_are_fine(top1: str) -> None:
    base = f"network: resnet50, dataset: imagenet, top1: {top1}"
    assert not found("PA109", f"{base}, weights: torchvision/ResNet50_Weights.IMAGENET1K_V1")


R50 = "network: resnet50, dataset: imagenet, weights: own, top1: 76.13"
ONE = st.decimals("0", "0.95", places=2)


def pruning(ratios: str, granularity: str = "filter") -> str:
    stage = f"granularity: {granularity}, schedule: one-shot, epochs: 0"
    return f"pruning: {{{stage}, ratios: [{ratios}]}}"


@given(st.tuples(ONE, ONE, ONE, ONE), st.integers(1, 2), st.sampled_from(ROUNDINGS))
def test_a_speedup_from_the_declared_ratios_is_never_flagged(
    ratios: tuple[Decimal, ...], digits: int, rounding: str
) -> None:
    listed = [0.0, *(float(ratio) for ratio in ratios), 0.0]
    speedup = Decimal(cost("resnet50").macs) / cost("resnet50", listed).macs
    text = ", ".join(str(ratio) for ratio in listed)
    row = f"top1: 75.16, speedup: {shown(speedup, digits, rounding)}x, {pruning(text)}"
    assert not found("PA117", R50, row)


def test_another_speedup_than_the_ratios_give_is_flagged_with_what_they_give() -> None:
    row = f"top1: 75.16, speedup: 3.06x, {pruning('0, 0.6, 0.6, 0.6, 0.21, 0')}"
    (finding,) = found("PA117", R50, row)
    assert "2.31x" in finding.message


@pytest.mark.parametrize(
    "stage",
    [
        pruning("0.6, 0.6, 0.6"),
        pruning("0, 0.6, 0.6, 0.6, 0.21, 0", "weight"),
        "pruning: {granularity: filter, schedule: one-shot, epochs: 0, ratio: 0.6, scope: uniform}",
        "pruning: {granularity: filter, schedule: one-shot, epochs: 0, ratio: 0.6, scope: global}",
    ],
)
def test_ratios_of_another_notation_are_passed_over(stage: str) -> None:
    assert not found("PA117", R50, f"top1: 75.16, speedup: 1.10x, {stage}")


def test_the_ratios_of_wang_et_al_fit_but_for_table_7() -> None:
    rules = tuple(rule for rule in RULES if rule.code == "PA117")
    corpus = gather([load_file(CLAIMS / "wang2023.yaml")])
    (finding,) = audit(corpus, rules, Settings()).findings
    assert finding.message.startswith("vgg19: ratio 0.3 gives")
    assert "1.23x is printed (which fits the ratio 0.1)" in finding.message
