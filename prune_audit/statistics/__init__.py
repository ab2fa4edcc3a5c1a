"""Statistics of accuracies: noise, significance, and which printed numbers can come out."""

from prune_audit.statistics.binomial import NoiseFloor, accuracy_sd, binomial_floor
from prune_audit.statistics.granularity import attainable, attainable_for_some, nearest, power
from prune_audit.statistics.kendall import Agreement, Orders, agreement, kendall
from prune_audit.statistics.multiplicity import best_of, bonferroni, holm
from prune_audit.statistics.spread import spread_possible
from prune_audit.statistics.student import (
    normal_quantile,
    normal_sf,
    t_quantile,
    t_sf,
    two_sided_p,
)
from prune_audit.statistics.welch import Sample, Welch, p_range, welch

__all__ = [
    "Agreement",
    "NoiseFloor",
    "Orders",
    "Sample",
    "Welch",
    "accuracy_sd",
    "agreement",
    "attainable",
    "attainable_for_some",
    "best_of",
    "binomial_floor",
    "bonferroni",
    "holm",
    "kendall",
    "nearest",
    "normal_quantile",
    "normal_sf",
    "p_range",
    "power",
    "spread_possible",
    "t_quantile",
    "t_sf",
    "two_sided_p",
    "welch",
]
