"""The formats of a rerun's conclusions: each is a function from Conclusions and Look to text."""

from collections.abc import Callable

from prune_audit.reports.look import Look
from prune_audit.reruns.conclusions import Conclusions
from prune_audit.reruns.reports import markdown, structured, text

FORMATS: dict[str, Callable[[Conclusions, Look], str]] = {
    "text": text.render,
    "json": structured.render,
    "markdown": markdown.render,
}

__all__ = ["FORMATS"]
