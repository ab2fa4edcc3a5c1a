"""Other published weights that pruning papers start from.

Digests are the eight hex digits in the file names. Parameters are counted, not published.
"""

from prune_audit.registry.entries import Checkpoint, Printed

_README = {
    "akamaster": "akamaster/pytorch_resnet_cifar10, README: 100 - test error",
    "chenyaofo": "chenyaofo/pytorch-cifar-models, README",
    "facebookresearch": "facebookresearch/deit, README: what its evaluation prints",
    "msra": "KaimingHe/deep-residual-networks, README: 100 - 1-crop error",
}


def _checkpoint(
    tag: str,
    network: str,
    dataset: str,
    accuracies: tuple[str, str],
    params: int,
    sha256: tuple[str, ...],
    aliases: tuple[str, ...] = (),
    also_printed: tuple[Printed, ...] = (),
) -> Checkpoint:
    top1, top5 = accuracies
    source = _README[tag.partition("/")[0]]
    return Checkpoint(
        tag, aliases, network, dataset, top1, top5, params, "", sha256, also_printed, source
    )


def _deit(
    size: str, network: str, top1: str, top5: str, params: int, sha256: str, in_paper: str
) -> Checkpoint:
    name = f"deit_{size}_patch16_224"
    aliases = (f"deit/{name}", f"timm/{name}", f"timm/{name}.fb_in1k", f"facebook/{name}")
    paper = Printed(in_paper, "", "Touvron et al. 2021 (arXiv 2012.12877)")
    tag = f"facebookresearch/{name}"
    return _checkpoint(tag, network, "imagenet", (top1, top5), params, (sha256,), aliases, (paper,))


def _msra(depth: int, top1: str, top5: str, params: int) -> Checkpoint:
    aliases = (f"kaiminghe/resnet{depth}",)
    tag, network = f"msra/resnet{depth}", f"resnet{depth}-caffe"
    return _checkpoint(tag, network, "imagenet", (top1, top5), params, (), aliases)


def _akamaster(depth: int, top1: str, params: int, sha256: str) -> Checkpoint:
    name = f"resnet{depth}"
    return _checkpoint(f"akamaster/{name}", name, "cifar10", (top1, ""), params, (sha256,))


def _chenyaofo(
    name: str, classes: int, top1: str, top5: str, params: int, sha256: str
) -> Checkpoint:
    """Its ResNets have projection shortcuts, its VGGs three linear layers."""
    dataset = f"cifar{classes}"
    network = name.replace("_bn", "-cifar-3fc") if "vgg" in name else f"{name}-projection"
    tag = f"chenyaofo/{dataset}_{name}"
    return _checkpoint(tag, network, dataset, (top1, top5), params, (sha256,))


OTHER_CHECKPOINTS: tuple[Checkpoint, ...] = (
    _deit("tiny", "deit_tiny", "72.202", "91.124", 5_717_416, "a1311bcf", "72.2"),
    _deit("small", "deit_small", "79.854", "94.968", 22_050_664, "cd65a155", "79.8"),
    _deit("base", "vit_b_16", "81.846", "95.594", 86_567_656, "b5f2ef4d", "81.8"),
    _msra(50, "75.3", "92.2", 25_557_032),
    _msra(101, "76.4", "92.9", 44_549_160),
    _msra(152, "77.0", "93.3", 60_192_808),
    _akamaster(20, "91.73", 269_722, "12fca82f"),
    _akamaster(32, "92.63", 464_154, "d509ac18"),
    _akamaster(44, "93.10", 658_586, "014dd654"),
    _akamaster(56, "93.39", 853_018, "4bfd9763"),
    _akamaster(110, "93.68", 1_727_962, "1d1ed7c2"),
    _chenyaofo("resnet20", 10, "92.60", "99.81", 272_474, "4118986f"),
    _chenyaofo("resnet32", 10, "93.53", "99.77", 466_906, "ef93fc4d"),
    _chenyaofo("resnet44", 10, "94.01", "99.77", 661_338, "2a3cabcb"),
    _chenyaofo("resnet56", 10, "94.37", "99.83", 855_770, "187c023a"),
    _chenyaofo("vgg11_bn", 10, "92.79", "99.72", 9_756_426, "eaeebf42"),
    _chenyaofo("vgg13_bn", 10, "94.00", "99.77", 9_941_322, "c01e4a43"),
    _chenyaofo("vgg16_bn", 10, "94.16", "99.71", 15_253_578, "6ee7ea24"),
    _chenyaofo("vgg19_bn", 10, "93.91", "99.64", 20_565_834, "57191229"),
    _chenyaofo("resnet20", 100, "68.83", "91.01", 278_324, "23dac2f1"),
    _chenyaofo("resnet32", 100, "70.16", "90.89", 472_756, "84213ce6"),
    _chenyaofo("resnet44", 100, "71.63", "91.58", 667_188, "ffe32858"),
    _chenyaofo("resnet56", 100, "72.63", "91.94", 861_620, "f2eff4c8"),
    _chenyaofo("vgg11_bn", 100, "70.78", "88.87", 9_802_596, "57d0759e"),
    _chenyaofo("vgg13_bn", 100, "74.63", "91.09", 9_987_492, "5ebe5778"),
    _chenyaofo("vgg16_bn", 100, "74.00", "90.56", 15_299_748, "7d8c4031"),
    _chenyaofo("vgg19_bn", 100, "73.87", "90.13", 20_612_004, "b98f7bd7"),
)  # fmt: skip
