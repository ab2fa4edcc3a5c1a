"""Known data sets."""

from functools import cache

from prune_audit.registry.entries import Dataset, key

_ILSVRC = "Russakovsky et al. 2015 (arXiv 1409.0575), classification task of 2012"
_KRIZHEVSKY = "Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html"

DATASETS: tuple[Dataset, ...] = (
    Dataset(
        id="imagenet",
        name="ImageNet-1K",
        aliases=(
            "imagenet-1k", "imagenet1000", "imagenet-2012", "ilsvrc", "ilsvrc-2012", "ilsvrc12",
            "imagenet-ilsvrc2012", "imagenet-ilsvrc-12",
        ),
        family="imagenet",
        classes=1000,
        train_size=1_281_167,
        test_size=50_000,
        split="val",
        input_size=224,
        fixed=True,
        source=_ILSVRC,
    ),
    Dataset(
        id="imagenet100",
        name="ImageNet-100",
        aliases=("imagenet-100-classes",),
        family="imagenet",
        classes=100,
        train_size=None,  # 126 to 130 thousand: depends on which classes were drawn
        test_size=5_000,
        split="val",
        input_size=224,
        fixed=False,
        source=f"100 of the 1000 classes, 50 validation images each; several draws. {_ILSVRC}",
    ),
    Dataset(
        id="tiny-imagenet",
        name="Tiny ImageNet",
        aliases=("tiny-imagenet-200", "tinyin"),
        family="tiny-imagenet",
        classes=200,
        train_size=100_000,
        test_size=10_000,
        split="val",
        input_size=64,
        fixed=True,
        source="Le and Yang 2015, Stanford CS231n; test labels are withheld",
    ),
    Dataset(
        id="cifar10",
        name="CIFAR-10",
        aliases=("c10",),
        family="cifar",
        classes=10,
        train_size=50_000,
        test_size=10_000,
        split="test",
        input_size=32,
        fixed=True,
        source=_KRIZHEVSKY,
    ),
    Dataset(
        id="cifar100",
        name="CIFAR-100",
        aliases=("c100",),
        family="cifar",
        classes=100,
        train_size=50_000,
        test_size=10_000,
        split="test",
        input_size=32,
        fixed=True,
        source=_KRIZHEVSKY,
    ),
    Dataset(
        id="svhn",
        name="SVHN",
        aliases=("street-view-house-numbers",),
        family="cifar",
        classes=10,
        train_size=73_257,
        test_size=26_032,
        split="test",
        input_size=32,
        fixed=True,
        source="Netzer et al. 2011, http://ufldl.stanford.edu/housenumbers/ (531131 extra images)",
    ),
    Dataset(
        id="mnist",
        name="MNIST",
        aliases=(),
        family="mnist",
        classes=10,
        train_size=60_000,
        test_size=10_000,
        split="test",
        input_size=28,
        fixed=True,
        source="LeCun et al. 1998",
    ),
    Dataset(
        id="fashion-mnist",
        name="Fashion-MNIST",
        aliases=("fmnist",),
        family="mnist",
        classes=10,
        train_size=60_000,
        test_size=10_000,
        split="test",
        input_size=28,
        fixed=True,
        source="Xiao et al. 2017 (arXiv 1708.07747)",
    ),
    Dataset(
        id="digits",
        name="digits",
        aliases=("sklearn-digits", "scikit-learn-digits", "optdigits"),
        family="digits",
        classes=10,
        train_size=None,
        test_size=None,
        split="",
        input_size=8,
        fixed=False,
        source="scikit-learn load_digits: the 1797 test images of UCI optdigits, no fixed split",
    ),
    Dataset(
        id="cub200",
        name="CUB-200-2011",
        aliases=("cub", "cub-200", "caltech-ucsd-birds-200-2011"),
        family="imagenet",
        classes=200,
        train_size=5_994,
        test_size=5_794,
        split="test",
        input_size=224,
        fixed=True,
        source="Wah et al. 2011",
    ),
    Dataset(
        id="coco",
        name="COCO 2017",
        aliases=("coco2017", "ms-coco", "mscoco2017"),
        family="coco",
        classes=80,
        train_size=118_287,
        test_size=None,  # average precision is no share of the 5000 val images
        split="val",
        input_size=800,
        fixed=True,
        source="Lin et al. 2014 (arXiv 1405.0312), split of 2017",
    ),
    Dataset(
        id="voc2007",
        name="PASCAL VOC 2007",
        aliases=("voc07", "pascal-voc-2007", "pascalvoc2007"),
        family="voc2007",
        classes=20,
        train_size=5_011,
        test_size=None,  # mean average precision is no share of the 4952 test images
        split="test",
        input_size=300,
        fixed=True,
        source="Everingham et al. 2010",
    ),
)  # fmt: skip


def dataset(name: str) -> Dataset | None:
    """Return the data set of that name, whatever its case, hyphens and spaces; else None."""
    return _index().get(key(name))


@cache
def _index() -> dict[str, Dataset]:
    return {
        key(name): entry for entry in DATASETS for name in (entry.id, entry.name, *entry.aliases)
    }
