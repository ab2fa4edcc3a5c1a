"""ImageNet weights that torchvision publishes.

Accuracies, parameters and GMACs are those of the weights' ``meta`` in torchvision 0.29
(``_metrics``, ``num_params``, ``_ops``); digests are the eight hex digits in the file names.
tests/registry/test_recount.py compares them with the installed package where there is one.
"""

from typing import NamedTuple

from prune_audit.registry.entries import Checkpoint, Printed


class _Row(NamedTuple):
    name: str
    """Class of the weights without ``_Weights``; in lower case the id of the network."""
    version: int
    top1: str
    top5: str
    params: int
    gmacs: str
    sha256: str


_ROWS = tuple(
    _Row(*row)
    for row in (
        ("ResNet18", 1, "69.758", "89.078", 11_689_512, "1.814", "f37072fd"),
        ("ResNet34", 1, "73.314", "91.420", 21_797_672, "3.664", "b627a593"),
        ("ResNet50", 1, "76.130", "92.862", 25_557_032, "4.089", "0676ba61"),
        ("ResNet50", 2, "80.858", "95.434", 25_557_032, "4.089", "11ad3fa6"),
        ("ResNet101", 1, "77.374", "93.546", 44_549_160, "7.801", "63fe2227"),
        ("ResNet101", 2, "81.886", "95.780", 44_549_160, "7.801", "cd907fc2"),
        ("ResNet152", 1, "78.312", "94.046", 60_192_808, "11.514", "394f9c45"),
        ("ResNet152", 2, "82.284", "96.002", 60_192_808, "11.514", "f82ba261"),
        ("Wide_ResNet50_2", 1, "78.468", "94.086", 68_883_240, "11.398", "95faca4d"),
        ("Wide_ResNet50_2", 2, "81.602", "95.758", 68_883_240, "11.398", "9ba9bcbe"),
        ("Wide_ResNet101_2", 1, "78.848", "94.284", 126_886_696, "22.753", "32ee1156"),
        ("Wide_ResNet101_2", 2, "82.510", "96.020", 126_886_696, "22.753", "d733dc28"),
        ("ResNeXt50_32X4D", 1, "77.618", "93.698", 25_028_904, "4.230", "7cdf4587"),
        ("ResNeXt50_32X4D", 2, "81.198", "95.340", 25_028_904, "4.230", "1a0047aa"),
        ("ResNeXt101_32X8D", 1, "79.312", "94.526", 88_791_336, "16.414", "8ba56ff5"),
        ("ResNeXt101_32X8D", 2, "82.834", "96.228", 88_791_336, "16.414", "110c445d"),
        ("VGG11", 1, "69.020", "88.628", 132_863_336, "7.609", "8a719046"),
        ("VGG11_BN", 1, "70.370", "89.810", 132_868_840, "7.609", "6002323d"),
        ("VGG13", 1, "69.928", "89.246", 133_047_848, "11.308", "19584684"),
        ("VGG13_BN", 1, "71.586", "90.374", 133_053_736, "11.308", "abd245e5"),
        ("VGG16", 1, "71.592", "90.382", 138_357_544, "15.470", "397923af"),
        ("VGG16_BN", 1, "73.360", "91.516", 138_365_992, "15.470", "6c64b313"),
        ("VGG19", 1, "72.376", "90.876", 143_667_240, "19.632", "dcbb9e9d"),
        ("VGG19_BN", 1, "74.218", "91.842", 143_678_248, "19.632", "c79401a0"),
        ("AlexNet", 1, "56.522", "79.066", 61_100_840, "0.714", "7be5be79"),
        ("DenseNet121", 1, "74.434", "91.972", 7_978_856, "2.834", "a639ec97"),
        ("DenseNet161", 1, "77.138", "93.560", 28_681_000, "7.728", "8d451a50"),
        ("DenseNet169", 1, "75.600", "92.806", 14_149_480, "3.360", "b2777c0a"),
        ("DenseNet201", 1, "76.896", "93.370", 20_013_928, "4.291", "c1103571"),
        ("GoogLeNet", 1, "69.778", "89.530", 6_624_904, "1.498", "1378be20"),
        ("Inception_V3", 1, "77.294", "93.450", 27_161_264, "5.713", "0cc3c7bd"),
        ("MobileNet_V2", 1, "71.878", "90.286", 3_504_872, "0.301", "b0353104"),
        ("MobileNet_V2", 2, "72.154", "90.822", 3_504_872, "0.301", "7ebf99e0"),
        ("MobileNet_V3_Large", 1, "74.042", "91.340", 5_483_032, "0.217", "8738ca79"),
        ("MobileNet_V3_Large", 2, "75.274", "92.566", 5_483_032, "0.217", "5c1a4163"),
        ("MobileNet_V3_Small", 1, "67.668", "87.402", 2_542_856, "0.057", "047dcff4"),
        ("ShuffleNet_V2_X1_0", 1, "69.362", "88.316", 2_278_604, "0.145", "5666bf0f"),
        ("EfficientNet_B0", 1, "77.692", "93.532", 5_288_548, "0.386", "7f5810bc"),
        ("ConvNeXt_Tiny", 1, "82.520", "96.146", 28_589_128, "4.456", "983f1562"),
        ("ConvNeXt_Small", 1, "83.616", "96.650", 50_223_688, "8.684", "0c510722"),
        ("ViT_B_16", 1, "81.072", "95.318", 86_567_656, "17.564", "c867db91"),
    )
)

_SAVED_BEFORE: dict[str, tuple[str, ...]] = {
    "resnet18": ("5c106cde",),
    "resnet34": ("333f7ec4",),
    "resnet50": ("19c8e357",),
    "resnet101": ("5d3b4d8f",),
    "resnet152": ("b121ed2d",),
}
"""Files of the same weights before they were saved anew in 2020: pytorch/vision#2068,
huggingface/pytorch-image-models#2346."""

_DOCS_UNTIL_2021 = {
    "resnet34": ("73.30", "91.42"),
    "resnet50": ("76.15", "92.87"),
    "resnet101": ("77.37", "93.56"),
    "resnet152": ("78.31", "94.06"),
    "wide_resnet50_2": ("78.51", "94.09"),
    "wide_resnet101_2": ("78.84", "94.28"),
    "vgg11_bn": ("70.38", "89.81"),
    "vgg13_bn": ("71.55", "90.37"),
    "vgg16_bn": ("73.37", "91.50"),
    "vgg19_bn": ("74.24", "91.85"),
    "alexnet": ("56.55", "79.09"),
    "densenet121": ("74.65", "92.17"),
    "densenet161": ("77.65", "93.80"),
    "densenet169": ("76.00", "93.00"),
    "densenet201": ("77.20", "93.57"),
    "inception_v3": ("77.45", "93.56"),
}
"""100 - the errors of torchvision's documentation until 2021, where they are not the rounded
figures of today: evaluating again gave others (pytorch/vision#1114, corrected in #3360)."""

_DOCS_SOURCE = "torchvision documentation until 2021 (pytorch/vision#1114, #3360)"
_ELSEWHERE = {
    "resnet50": Printed("76.18", "", "Molchanov et al. 2019 (Taylor-FO) for resnet50-19c8e357"),
}

_TIMM = (
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "wide_resnet50_2",
    "wide_resnet101_2", "resnext50_32x4d", "resnext101_32x8d",
)  # fmt: skip
"""timm 1.0 loads these files as ``<network>.tv_in1k`` and version 2 as ``.tv2_in1k``."""

_SOURCE = "torchvision 0.29, meta of the weights"


def torchvision_checkpoints() -> tuple[Checkpoint, ...]:
    """Return all of torchvision's checkpoints of known networks."""
    return tuple(_checkpoint(row) for row in _ROWS)


def _checkpoint(row: _Row) -> Checkpoint:
    network = row.name.lower()
    first = row.version == 1
    return Checkpoint(
        tag=f"torchvision/{row.name}_Weights.IMAGENET1K_V{row.version}",
        aliases=_aliases(row.name, network, row.version),
        network=network,
        dataset="imagenet",
        top1=row.top1,
        top5=row.top5,
        params=row.params,
        gmacs=row.gmacs,
        sha256=(row.sha256, *(_SAVED_BEFORE.get(network, ()) if first else ())),
        also_printed=_also_printed(network) if first else (),
        source=_SOURCE,
    )


def _aliases(name: str, network: str, version: int) -> tuple[str, ...]:
    names = [f"{name}_Weights.IMAGENET1K_V{version}"]
    for source in ("torchvision", "pytorch"):
        names += [f"{source}/{network}.IMAGENET1K_V{version}", f"{source}/{network}-v{version}"]
        names += [f"{source}/{network}"] if version == 1 else []
    if network in _TIMM:
        names.append(f"timm/{network}.tv{'' if version == 1 else version}_in1k")
        names += [f"timm/tv_{network}"] if version == 1 else []
    return tuple(names)


def _also_printed(network: str) -> tuple[Printed, ...]:
    docs = _DOCS_UNTIL_2021.get(network)
    elsewhere = _ELSEWHERE.get(network)
    return (
        *((Printed(*docs, _DOCS_SOURCE),) if docs else ()),
        *((elsewhere,) if elsewhere else ()),
    )
