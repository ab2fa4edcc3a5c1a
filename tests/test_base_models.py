"""Did two rows start from the same weights?"""

from collections.abc import Callable
from typing import Any

import pytest

from prune_audit.answers import Answer
from prune_audit.base_models import SameBase, same_base
from prune_audit.judged import JudgedPair
from prune_audit.settings import Settings

Judge = Callable[..., JudgedPair]
Changes = dict[str, Any]
V1 = "torchvision/ResNet50_Weights.IMAGENET1K_V1"
V2 = "torchvision/ResNet50_Weights.IMAGENET1K_V2"
ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64


def compared(
    judged: Judge, one: Changes, other: Changes, rows: tuple[Changes, Changes] = ({}, {})
) -> SameBase:
    """Compare two base models of one file, described apart."""
    pair = judged(
        {"base": "one", **rows[0]},
        {"base": "two", **rows[1]},
        bases={"one": one, "two": other},
    ).pair
    return same_base(pair.ours, pair.other, Settings().base_gap)


def weights(judged: Judge, one: str, other: str) -> Answer:
    return compared(judged, {"weights": one}, {"weights": other}).answer


def test_one_tag_names_the_same_weights_whatever_accuracy_is_printed(judged: Judge) -> None:
    printed = [{"weights": V1, "top1": top1} for top1 in ("76.13", "76.18", "75.40")]
    assert compared(judged, printed[0], printed[1]).answer is Answer.SAME
    assert compared(judged, printed[0], printed[2]).answer is Answer.SAME


def test_two_names_of_one_checkpoint_are_the_same(judged: Judge) -> None:
    assert weights(judged, V1, "timm/resnet50.tv_in1k") is Answer.SAME


def test_two_versions_of_a_checkpoint_differ(judged: Judge) -> None:
    assert weights(judged, V1, V2) is Answer.DIFFERENT


def test_hashes_decide(judged: Judge) -> None:
    assert weights(judged, ONE, ONE) is Answer.SAME
    assert weights(judged, ONE, TWO) is Answer.DIFFERENT


def test_an_unknown_hash_may_be_a_known_checkpoint_saved_anew(judged: Judge) -> None:
    assert weights(judged, ONE, V1) is Answer.UNKNOWN


def test_tags_that_nobody_knows_may_name_the_same_weights(judged: Judge) -> None:
    assert weights(judged, "someone/resnet50", "somebody/resnet50") is Answer.UNKNOWN


def test_a_network_trained_by_the_authors_is_no_known_checkpoint(judged: Judge) -> None:
    assert weights(judged, "own", V1) is Answer.DIFFERENT


def test_a_tag_that_nobody_knows_may_be_what_the_authors_published(judged: Judge) -> None:
    assert weights(judged, "own", "someone/resnet50") is Answer.UNKNOWN


def test_networks_trained_by_the_authors_of_two_papers_differ(judged: Judge) -> None:
    assert weights(judged, "own", "own:greg2021") is Answer.DIFFERENT
    assert weights(judged, "own:greg2021", "own:greg2021") is Answer.UNKNOWN


def test_two_networks_of_one_paper_may_be_one_unless_trained_for_other_epochs(
    judged: Judge,
) -> None:
    own = {"weights": "own"}
    assert compared(judged, own, own).answer is Answer.UNKNOWN
    longer = {"weights": "own", "pretraining.epochs": "120"}
    assert compared(judged, own, longer).answer is Answer.DIFFERENT


def test_two_rows_of_one_entry_share_their_base_even_where_its_weights_are_not_stated(
    judged: Judge,
) -> None:
    pair = judged(bases={"dense": {"weights": "unreported"}}).pair
    assert same_base(pair.ours, pair.other, Settings().base_gap).answer is Answer.SAME


def test_accuracies_half_a_point_apart_say_nothing(judged: Judge) -> None:
    silent = {"weights": "unreported"}
    near = compared(judged, {**silent, "top1": "76.13"}, {**silent, "top1": "75.63"})
    assert near.answer is Answer.UNKNOWN


def test_accuracies_further_apart_refute_and_are_named(judged: Judge) -> None:
    silent = {"weights": "unreported"}
    far = compared(judged, {**silent, "top1": "76.13"}, {**silent, "top1": "75.40"})
    assert far.answer is Answer.DIFFERENT
    assert "76.13 and 75.40" in far.why


def test_equal_accuracies_never_prove_the_same_weights(judged: Judge) -> None:
    silent = {"weights": "unreported"}
    assert compared(judged, silent, silent).answer is Answer.UNKNOWN


def test_the_accuracy_beside_a_row_does_not_refute_that_of_the_base_model(judged: Judge) -> None:
    silent = {"weights": "unreported"}
    rows = {"base_top1": "75.10"}, {"base_top1": "76.20"}
    assert compared(judged, silent, silent, rows).answer is Answer.UNKNOWN


def test_the_accuracy_beside_a_row_refutes_where_the_base_model_has_none(judged: Judge) -> None:
    silent = {"weights": "unreported", "top1": "unreported"}
    rows = {"base_top1": "75.10"}, {"base_top1": "76.20"}
    assert compared(judged, silent, silent, rows).answer is Answer.DIFFERENT


def test_known_weights_have_their_published_accuracy_whatever_is_printed(judged: Judge) -> None:
    dense = {"top1": "75.30"}, {"weights": "unreported", "top1": "76.10"}
    assert compared(judged, *dense).answer is Answer.UNKNOWN


def test_the_spread_over_trainings_widens_a_base_accuracy(judged: Judge) -> None:
    one = {"weights": "unreported", "top1": "93.59+-0.58"}
    other = {"weights": "unreported", "top1": "92.80"}
    assert compared(judged, one, other).answer is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("evaluation", "single crop 224", "ten crops"),
        ("evaluated_on", "test", "validation"),
        ("metric", "top1", "map"),
    ],
)
def test_accuracies_of_two_protocols_do_not_refute(
    judged: Judge, key: str, one: str, other: str
) -> None:
    low, high = {"weights": "unreported", "top1": "74.00"}, {"weights": "unreported"}
    assert compared(judged, low, high, ({key: one}, {key: other})).answer is Answer.UNKNOWN


def test_two_rows_without_a_base_model_both_start_from_a_random_network(judged: Judge) -> None:
    pair = judged({"base": "none"}, {"base": "none"}).pair
    assert same_base(pair.ours, pair.other, Settings().base_gap).answer is Answer.SAME


def test_a_random_network_is_no_trained_one(judged: Judge) -> None:
    pair = judged({"base": "none"}, {}).pair
    assert same_base(pair.ours, pair.other, Settings().base_gap).answer is Answer.DIFFERENT


def test_a_random_network_and_a_silent_row_are_unknown(judged: Judge) -> None:
    pair = judged({"base": "none"}, {"base": "unreported"}).pair
    assert same_base(pair.ours, pair.other, Settings().base_gap).answer is Answer.UNKNOWN


def test_the_gap_is_a_setting(judged: Judge) -> None:
    pair = judged(
        {"base": "one"}, {"base": "two"},
        bases={"one": {"weights": "unreported", "top1": "76.13"},
               "two": {"weights": "unreported", "top1": "75.00"}},
    ).pair  # fmt: skip
    assert same_base(pair.ours, pair.other, Settings().base_gap * 4).answer is Answer.UNKNOWN
