import pytest

from prune_audit.registry import dataset
from prune_audit.registry.datasets import DATASETS
from prune_audit.registry.entries import key


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("ImageNet", "imagenet"),
        ("imagenet-1k", "imagenet"),
        ("ILSVRC-2012", "imagenet"),
        ("ILSVRC 2012", "imagenet"),
        ("ImageNet-100", "imagenet100"),
        ("CIFAR-10", "cifar10"),
        ("cifar_100", "cifar100"),
        ("Tiny ImageNet", "tiny-imagenet"),
        ("MS-COCO", "coco"),
    ],
)
def test_a_data_set_is_found_whatever_its_case_and_hyphens(spelling: str, expected: str) -> None:
    found = dataset(spelling)
    assert found is not None
    assert found.id == expected


def test_an_unknown_data_set_is_none() -> None:
    assert dataset("our private data") is None
    assert dataset("") is None


@pytest.mark.parametrize(
    ("name", "images"),
    [("imagenet", 50_000), ("imagenet100", 5_000), ("cifar10", 10_000), ("svhn", 26_032)],
)
def test_an_accuracy_is_a_share_of_the_test_images(name: str, images: int) -> None:
    found = dataset(name)
    assert found is not None
    assert found.test_size == images


@pytest.mark.parametrize("name", ["coco", "voc2007", "digits"])
def test_without_a_fixed_count_there_is_no_test_size(name: str) -> None:
    found = dataset(name)
    assert found is not None
    assert found.test_size is None


def test_imagenet100_and_digits_name_more_than_one_data_set_or_split() -> None:
    assert {entry.id for entry in DATASETS if not entry.fixed} == {"imagenet100", "digits"}


def test_no_two_data_sets_share_a_name_and_each_has_a_source() -> None:
    owners: dict[str, str] = {}
    for entry in DATASETS:
        assert entry.source
        for name in (entry.id, entry.name, *entry.aliases):
            assert owners.setdefault(key(name), entry.id) == entry.id
