"""What a study found, as text, JSON and Markdown; ``plot`` draws it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from prune_audit.reports.look import Look
from prune_audit.studies.outcome import Outcome
from prune_audit.studies.reports.markdown import markdown
from prune_audit.studies.reports.structured import structured
from prune_audit.studies.reports.text import text

FORMATS: Mapping[str, Callable[[Outcome, Look], str]] = MappingProxyType(
    {"text": text, "json": structured, "markdown": markdown}
)
