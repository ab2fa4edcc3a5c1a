"""The formats of a report: each is a function from Report and Look to text."""

from collections.abc import Callable

from prune_audit.audit import Report
from prune_audit.reports import concise, markdown, review, structured, text
from prune_audit.reports.look import Look

FORMATS: dict[str, Callable[[Report, Look], str]] = {
    "text": text.render,
    "concise": concise.render,
    "json": structured.render,
    "markdown": markdown.render,
    "review": review.render,
}

__all__ = ["FORMATS", "Look"]
