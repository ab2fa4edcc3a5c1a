import pytest

from prune_audit.answers import Answer
from prune_audit.registry import checkpoint, dataset, dense, network, same_weights
from prune_audit.registry.checkpoints import all_checkpoints

V1 = "torchvision/ResNet50_Weights.IMAGENET1K_V1"
V2 = "torchvision/ResNet50_Weights.IMAGENET1K_V2"


@pytest.mark.parametrize(
    "tag",
    [
        V1,
        "torchvision/resnet50",
        "pytorch/resnet50",
        "torchvision/ResNet-50",
        "torchvision/resnet50.IMAGENET1K_V1",
        "ResNet50_Weights.IMAGENET1K_V1",
        "timm/resnet50.tv_in1k",
        "timm/tv_resnet50",
        "torchvision/resnet50-19c8e357",
        "https://download.pytorch.org/models/resnet50-0676ba61.pth",
        "sha256:0676ba61",
        "SHA256:0676BA61" + "0" * 56,
    ],
)
def test_the_first_resnet50_of_torchvision_has_many_names(tag: str) -> None:
    found = checkpoint(tag)
    assert found is not None
    assert found.tag == V1


def test_its_accuracy_is_printed_in_three_ways() -> None:
    found = checkpoint(V1)
    assert found is not None
    assert (found.top1, found.top5) == ("76.130", "92.862")
    assert [printed.top1 for printed in found.also_printed] == ["76.15", "76.18"]


def test_resnet34_does_not_list_the_base_that_another_paper_trained() -> None:
    found = checkpoint("torchvision/resnet34")
    assert found is not None
    assert found.top1 == "73.314"
    assert [printed.top1 for printed in found.also_printed] == ["73.30"]


@pytest.mark.parametrize(
    "tag",
    ["", "torchvision/resnet51", "sha256:" + "f" * 64, "sha256:0676", "mine/resnet50-deadbeef"],
)
def test_an_unknown_checkpoint_is_none(tag: str) -> None:
    assert checkpoint(tag) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (V1, V1, Answer.SAME),
        (V1, "pytorch/resnet50", Answer.SAME),
        ("lab/own-model", " lab/own-model ", Answer.SAME),
        (V1, V2, Answer.DIFFERENT),
        (V1, "msra/resnet50", Answer.DIFFERENT),
        (V1, "lab/resnet50", Answer.UNKNOWN),
        ("lab/a", "lab/A", Answer.UNKNOWN),
    ],
)
def test_tags_decide_when_both_are_known_or_equal(one: str, other: str, expected: Answer) -> None:
    assert same_weights(one, other) is expected
    assert same_weights(other, one) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("sha256:0676ba61" + "a" * 56, V1, Answer.SAME),
        ("sha256:19c8e357" + "b" * 56, V1, Answer.SAME),
        ("sha256:0676ba61" + "a" * 56, "sha256:19c8e357" + "b" * 56, Answer.SAME),
        ("sha256:11ad3fa6" + "a" * 56, V1, Answer.DIFFERENT),
        ("sha256:" + "a" * 64, "sha256:" + "A" * 64, Answer.SAME),
        ("sha256:" + "a" * 64, "sha256:" + "b" * 64, Answer.DIFFERENT),
        ("sha256:" + "a" * 64, "lab/own-model", Answer.UNKNOWN),
    ],
)
def test_digests_decide_where_files_are_known(one: str, other: str, expected: Answer) -> None:
    assert same_weights(one, other) is expected
    assert same_weights(other, one) is expected


def test_weights_saved_anew_are_not_called_different() -> None:
    assert same_weights("sha256:" + "a" * 64, V1) is Answer.UNKNOWN


def test_every_checkpoint_is_of_a_known_network_with_its_parameters() -> None:
    for entry in all_checkpoints():
        known, data = network(entry.network), dataset(entry.dataset)
        assert known is not None
        assert data is not None
        assert dense(known, data.classes).params == entry.params, entry.tag


def test_published_macs_agree_with_the_networks() -> None:
    for entry in all_checkpoints():
        known = network(entry.network)
        if entry.gmacs and known:
            assert f"{(known.macs + known.attention) / 1e9:.3f}" == entry.gmacs, entry.tag


def test_no_two_checkpoints_share_a_digest_and_each_has_a_source() -> None:
    digests = [digest for entry in all_checkpoints() for digest in entry.sha256]
    assert len(digests) == len(set(digests))
    for entry in all_checkpoints():
        assert entry.source
        assert all(len(digest) == 8 for digest in entry.sha256)


def test_every_name_of_a_checkpoint_leads_to_it() -> None:
    for entry in all_checkpoints():
        assert all(checkpoint(tag) == entry for tag in (entry.tag, *entry.aliases)), entry.tag


def test_accuracies_printed_elsewhere_are_close_to_the_published_one() -> None:
    for entry in all_checkpoints():
        for printed in entry.also_printed:
            assert abs(float(printed.top1) - float(entry.top1)) <= 0.6, (
                entry.tag
            )  # DenseNet-161: 0.51
