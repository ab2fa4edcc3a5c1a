"""The pruning methods that can be rerun, and the words by which claims name them.

This is the one table of them: a new method is a file in ``pipeline.methods`` and an entry here. Of
a method that trains while it prunes, ``pipeline.stages`` holds the pruning stage.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from prune_audit.registry.entries import key


class Method(NamedTuple):
    """A method: its granularity as claims state it, what it ranks by, and how claims name it.

    ``scope`` is taken where a claim states none. ``images`` says that it looks at training images,
    ``initial`` that it is made for networks that are not trained yet. ``own_scope`` says that the
    scope belongs to the method, ``ratio`` that there is only one. ``selects`` says that its code
    chooses by itself what goes, and does not score (``pipeline.methods.scorer``).
    ``code`` is ``file:function`` in ``pipeline.methods``, where these are not called as the method
    is. ``stage`` is ``file:class`` in ``pipeline.stages`` of a method that acts while the network
    trains. ``bits`` are those that a quantised arm leaves of each weight, 0 where weights or
    filters go.
    """

    granularity: str
    title: str
    words: tuple[str, ...]
    source: str
    scope: str = "layerwise"
    images: bool = False
    initial: bool = False
    own_scope: bool = False
    ratio: float | None = None
    selects: bool = False
    code: str = ""
    stage: str = ""
    bits: int = 0

    @property
    def trains(self) -> bool:
        """Whether it acts in a pruning stage, with epochs and an LR of its own."""
        return bool(self.stage) and not self.bits

    @property
    def masked(self) -> bool:
        """Whether it takes single weights, which masks hold at zero."""
        return not (self.shrinks or self.bits)

    @property
    def shrinks(self) -> bool:
        """Whether it takes whole filters, so that the network is really smaller."""
        return self.granularity == "filter"


def code_of(name: str) -> str:
    """Return where the code of a method is, as ``file:function`` in ``pipeline.methods``."""
    plain = name.replace("-", "_")
    return METHODS[name].code or f"{plain}:{plain}"


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "l1": Method(
            "filter",
            "filters with the smallest L1-norm go",
            ("l1", "l1-norm", "l1 norm", "filter l1-norm", "l1-norm of filters"),
            "Li et al. 2017 (arXiv 1608.08710)",
        ),
        "random": Method(
            "filter",
            "filters go at random, as many per layer as the ratio says",
            ("random", "random filters", "random filter pruning"),
            "Mittal et al. 2018 (arXiv 1801.10447); Le & Hua 2021 (arXiv 2105.03193)",
        ),
        "fpgm": Method(
            "filter",
            "filters that lie nearest to all others of their layer go",
            ("fpgm-only", "distance to the geometric median"),
            "He et al. 2019 (arXiv 1811.00250)",
        ),
        "bn-scale": Method(
            "filter",
            "filters whose batch norm scales them least go",
            ("bn-scale", "scale of batch norm"),
            "Liu et al. 2017 (arXiv 1708.06519)",
            images=True,
        ),
        "taylor": Method(
            "filter",
            "filters whose removal changes the loss least, by first order, go",
            ("taylor-fo-bn", "first-order taylor expansion at gates after batch norm"),
            "Molchanov et al. 2019 (arXiv 1906.10771)",
            images=True,
        ),
        "apoz": Method(
            "filter",
            "filters whose outputs are most often zero behind the ReLU go",
            ("apoz", "average percentage of zeros"),
            "Hu et al. 2016 (arXiv 1607.03250)",
            images=True,
        ),
        "leave-one-out": Method(
            "filter",
            "filters whose removal, each alone, raises the training loss least go",
            ("leave-one-out",),
            "Molchanov et al. 2017 (arXiv 1611.06440)",
            images=True,
        ),
        "shapley": Method(
            "filter",
            "filters with the smallest Shapley value in the training loss go",
            ("shapley", "shapley value", "shapley values"),
            "Ancona et al. 2020 (arXiv 2006.01795)",
            images=True,
        ),
        "shapley-error": Method(
            "filter",
            "filters with the smallest Shapley value in the 0-1 error go",
            ("shapley-error", "shapley value of the 0-1 error"),
            "Ancona et al. 2020 (arXiv 2006.01795)",
            images=True,
            code="shapley:shapley_error",
        ),
        "magnitude": Method(
            "weight",
            "single weights with the smallest absolute value go",
            ("magnitude", "weight magnitude", "absolute value", "magnitude of weights"),
            "Han et al. 2015 (arXiv 1506.02626)",
        ),
        "lamp": Method(
            "weight",
            "single weights with the smallest share in what stays of their layer go",
            ("lamp", "layer-adaptive magnitude"),
            "Lee et al. 2021 (arXiv 2010.07611)",
            scope="global",
        ),
        "random-weights": Method(
            "weight",
            "single weights go at random, in every layer the same share",
            ("random", "random weights", "random pruning", "uniform random"),
            "Liu et al. 2022 (arXiv 2202.02643)",
            initial=True,
        ),
        "er": Method(
            "weight",
            "single weights go at random, more of them from larger layers",
            ("er", "erdos-renyi", "random er"),
            "Mocanu et al. 2018 (arXiv 1707.04780); Liu et al. 2022 (arXiv 2202.02643)",
            scope="global",
            initial=True,
            own_scope=True,
            selects=True,
        ),
        "erk": Method(
            "weight",
            "single weights go at random, more of them from larger layers, kernels counted",
            ("random erk", "erdos-renyi-kernel"),
            "Evci et al. 2020 (arXiv 1911.11134); Liu et al. 2022 (arXiv 2202.02643)",
            scope="global",
            initial=True,
            own_scope=True,
            selects=True,
        ),
        "snip": Method(
            "weight",
            "single weights whose removal would change the loss least, by first order, go",
            ("snip", "single-shot network pruning", "connection sensitivity"),
            "Lee et al. 2019 (arXiv 1810.02340)",
            scope="global",
            images=True,
            initial=True,
        ),
        "iter-snip": Method(
            "weight",
            "single weights go in many rounds, by what the network that is left would lose",
            ("iter-snip", "iterative snip"),
            "de Jorge et al. 2021 (arXiv 2006.09081)",
            scope="global",
            images=True,
            initial=True,
            own_scope=True,
            selects=True,
        ),
        "force": Method(
            "weight",
            "single weights go and may come back, by what they would do in what is left",
            ("force", "foresight connection sensitivity", "progressive skeletonization"),
            "de Jorge et al. 2021 (arXiv 2006.09081)",
            scope="global",
            images=True,
            initial=True,
            own_scope=True,
            selects=True,
        ),
        "grasp": Method(
            "weight",
            "single weights whose removal lowers the norm of the gradient least go",
            ("grasp", "gradient signal preservation"),
            "Wang et al. 2020 (arXiv 2002.07376)",
            scope="global",
            images=True,
            initial=True,
        ),
        "synflow": Method(
            "weight",
            "single weights that carry the least flow from input to output go, whatever the images",
            ("synflow", "synaptic flow", "iterative synaptic flow pruning"),
            "Tanaka et al. 2020 (arXiv 2006.05467)",
            scope="global",
            images=True,
            initial=True,
            own_scope=True,
            selects=True,
        ),
        "2:4": Method(
            "n:m",
            "of every four consecutive weights the two smallest go",
            ("2:4", "2:4 sparsity"),
            "Mishra et al. 2021 (arXiv 2104.08378)",
            code="two_four:two_four",
            own_scope=True,
            ratio=0.5,
            selects=True,
        ),
        "greg-1": Method(
            "filter",
            "filters with the smallest L1-norm are pushed out by a growing penalty, then go",
            ("greg-1", "growing regularization", "growing regularization (greg-1)"),
            "Wang et al. 2021 (arXiv 2012.09243)",
            code="l1:l1",
            stage="greg_1:GReg1",
        ),
        "greg-2": Method(
            "filter",
            "filters that a penalty on all makes smallest are pushed out by a growing one, then go",
            ("greg-2", "growing regularization (greg-2)"),
            "Wang et al. 2021 (arXiv 2012.09243)",
            code="l1:l1",
            stage="greg_2:GReg2",
        ),
        "greg-1-weights": Method(
            "weight",
            "single weights of smallest value are pushed out by a growing penalty, then go",
            ("greg-1", "growing regularization", "growing regularization (greg-1)"),
            "Wang et al. 2021 (arXiv 2012.09243)",
            code="magnitude:magnitude",
            stage="greg_1:GReg1",
        ),
        "greg-2-weights": Method(
            "weight",
            "single weights that a penalty on all makes smallest are pushed out, then go",
            ("greg-2", "growing regularization (greg-2)"),
            "Wang et al. 2021 (arXiv 2012.09243)",
            code="magnitude:magnitude",
            stage="greg_2:GReg2",
        ),
        "tpp": Method(
            "filter",
            "filters with the smallest L1-norm are decorrelated from the others, then go",
            ("tpp", "trainability preserving pruning"),
            "Wang & Fu 2023 (arXiv 2207.12534)",
            code="l1:l1",
            stage="tpp:TPP",
        ),
        **{
            f"int{bits}": Method(
                "bits",
                f"every weight stays, in {bits} bits, on the grid of least squared error",
                (f"int{bits}", f"int{bits} quantisation", f"int{bits} quantization"),
                "Kuzmin et al. 2023 (arXiv 2307.02973)",
                stage="quantised:Quantised",
                own_scope=True,
                ratio=0.0,
                bits=bits,
            )
            for bits in (8, 4, 2)
        },
    }
)


def method_named(words: str, granularity: str) -> str | None:
    """Return the key of the method that a claim's criterion or method name means, else None."""
    for name, method in METHODS.items():
        if method.granularity == granularity and key(words) in map(key, method.words):
            return name
    return None
