import pytest

from prune_audit.registry import Cost, dataset, dense, network, networks
from prune_audit.registry.networks import NETWORKS


@pytest.mark.parametrize("spelling", ["resnet50", "ResNet-50", "RN50", "ResNet50 v1.5"])
def test_a_network_is_found_whatever_its_case_and_hyphens(spelling: str) -> None:
    found = network(spelling)
    assert found is not None
    assert found.id == "resnet50"


def test_an_unknown_network_is_none() -> None:
    assert network("resnet51") is None
    assert networks("") == ()


def test_a_name_means_another_network_on_cifar() -> None:
    on_cifar = network("ResNet-18", "CIFAR-100")
    assert on_cifar is not None
    assert on_cifar.id == "resnet18-cifar"
    assert on_cifar.macs != network("ResNet-18", "ImageNet-100").macs  # type: ignore[union-attr]


def test_batch_norm_needs_no_mention_on_cifar_and_matters_on_imagenet() -> None:
    assert network("VGG-16", "cifar10") == network("VGG-16-BN", "cifar10")
    assert network("VGG-16", "imagenet") != network("VGG-16-BN", "imagenet")


def test_a_network_unknown_for_the_data_set_is_none() -> None:
    assert network("resnet56", "imagenet") is None
    assert network("resnet50", "tiny-imagenet") is None
    assert network("resnet50", "our private data") is None


def test_variants_of_one_name_come_with_the_usual_one_first() -> None:
    assert [entry.id for entry in networks("ResNet-50")] == ["resnet50", "resnet50-caffe"]
    assert [entry.id for entry in networks("vgg16", "cifar10")] == [
        "vgg16-cifar",
        "vgg16-cifar-2fc",
        "vgg16-cifar-3fc",
    ]


@pytest.mark.parametrize(
    ("name", "gmacs", "mega_params"),
    [
        ("resnet18", 1.81, 11.69),
        ("resnet34", 3.66, 21.80),
        ("resnet50", 4.09, 25.56),
        ("resnet50-caffe", 3.86, 25.56),
        ("vgg16", 15.47, 138.36),
        ("mobilenet_v1", 0.57, 4.23),
        ("mobilenet_v2", 0.30, 3.50),
        ("deit-small", 4.24, 22.05),
        ("wrn-28-10", 5.24, 36.48),
    ],
)
def test_cost_agrees_with_the_figures_of_the_literature(
    name: str, gmacs: float, mega_params: float
) -> None:
    found = network(name)
    assert found is not None
    assert round(found.macs / 1e9, 2) == gmacs
    assert round(found.params / 1e6, 2) == mega_params


@pytest.mark.parametrize(
    ("name", "classes", "mega_params", "mega_macs"),
    [
        ("resnet20-projection", 10, 0.27, 40.81),
        ("resnet32-projection", 100, 0.47, 69.13),
        ("resnet56-projection", 10, 0.86, 125.75),
        ("vgg16-cifar-3fc", 10, 15.25, 313.73),
        ("vgg19-cifar-3fc", 100, 20.61, 398.71),
    ],
)
def test_cost_agrees_with_the_multiply_adds_of_chenyaofos_model_zoo(
    name: str, classes: int, mega_params: float, mega_macs: float
) -> None:
    found = network(name)
    assert found is not None
    macs, params = dense(found, classes)
    assert round(params / 1e6, 2) == mega_params
    assert round(macs / 1e6, 2) == mega_macs


def test_another_number_of_classes_changes_the_classifier_alone() -> None:
    found = network("vgg19", "cifar100")
    assert found is not None
    assert dense(found, 100) == Cost(macs=398_182_400, params=20_081_188)
    assert dense(found) == Cost(found.macs, found.params)


def test_the_small_network_for_digits_is_found_on_its_data_set_only() -> None:
    found = network("ResNet-8", "digits")
    assert found is not None
    assert (found.id, found.input_size, found.params) == ("resnet8", 8, 77_754)
    assert network("ResNet-8", "cifar10") is None


def test_attention_products_are_kept_apart() -> None:
    found = network("vit_b_16")
    assert found is not None
    assert round((found.macs + found.attention) / 1e9, 3) == 17.564  # torchvision's own count


def test_number_of_layers_has_bounds() -> None:
    assert all(0 < entry.blocks <= entry.layers for entry in NETWORKS)
    found = network("resnet56")
    assert found is not None
    assert (found.blocks, found.layers) == (27, 56)


def test_every_network_has_its_own_id_a_source_and_a_known_family() -> None:
    assert len({entry.id for entry in NETWORKS}) == len(NETWORKS)
    families = {
        known.family
        for name in ("imagenet", "cifar10", "mnist", "digits")
        if (known := dataset(name))
    }
    assert {entry.family for entry in NETWORKS} == families
    for entry in NETWORKS:
        assert entry.source
        assert network(entry.id) == entry, "an id must lead to its own network"
