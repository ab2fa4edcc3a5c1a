"""The formats of a report: each is a function from Report and Look to text."""

from collections.abc import Callable

from prune_audit.audit import Report
from prune_audit.reports import (
    comment,
    concise,
    github,
    gitlab,
    jsonl,
    junit,
    markdown,
    review,
    sarif,
    structured,
    text,
)
from prune_audit.reports.look import Look

FORMATS: dict[str, Callable[[Report, Look], str]] = {
    "text": text.render,
    "concise": concise.render,
    "json": structured.render,
    "jsonl": jsonl.render,
    "markdown": markdown.render,
    "review": review.render,
    "comment": comment.render,
    "sarif": sarif.render,
    "github": github.render,
    "gitlab": gitlab.render,
    "junit": junit.render,
}

__all__ = ["FORMATS", "Look"]
