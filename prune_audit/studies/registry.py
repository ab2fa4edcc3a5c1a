"""The studies, by the names under which they are run."""

from collections.abc import Mapping
from types import MappingProxyType

from prune_audit.studies import at_init
from prune_audit.studies.study import Study

STUDIES: Mapping[str, Study] = MappingProxyType({one.name: one for one in (at_init.STUDY,)})
