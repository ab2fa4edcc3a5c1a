"""The studies, by the names under which they are run."""

from collections.abc import Mapping
from types import MappingProxyType

from prune_audit.studies import (
    at_init,
    criterion_validity,
    double_descent,
    greg,
    imp,
    prune_limit,
    quantisation,
    random_baselines,
    random_rate,
    rank_stability,
    removal_curves,
    retraining_kinds,
    weight_patterns,
)
from prune_audit.studies.study import Study

STUDIES: Mapping[str, Study] = MappingProxyType(
    {
        one.name: one
        for one in (
            at_init.STUDY,
            criterion_validity.STUDY,
            double_descent.STUDY,
            greg.STUDY,
            imp.STUDY,
            quantisation.STUDY,
            prune_limit.STUDY,
            random_baselines.STUDY,
            random_rate.STUDY,
            rank_stability.STUDY,
            removal_curves.STUDY,
            retraining_kinds.STUDY,
            weight_patterns.STUDY,
        )
    }
)
