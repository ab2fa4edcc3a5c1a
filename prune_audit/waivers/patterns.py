"""Patterns of file names and of pointers -> regular expressions."""

import re

_PATH_PART = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_PATH_MEANING = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_POINTER_PART = re.compile(r"\*|\?|[^*?]+")
_POINTER_MEANING = {"*": ".*", "?": "."}


def path_pattern(pattern: str) -> re.Pattern[str]:
    """Read a pattern such as ``claims/**/*.yaml``; ``*`` stops at ``/`` and ``**`` does not.

    A pattern that ends in ``/`` stands for everything in that folder.
    """
    full = pattern.removeprefix("./") + ("**" if pattern.endswith("/") else "")
    return _compiled(_PATH_PART.findall(full), _PATH_MEANING)


def pointer_pattern(pattern: str) -> re.Pattern[str]:
    """Read a pattern such as ``results.foo.*``; brackets stand for themselves, as in ``[3]``."""
    return _compiled(_POINTER_PART.findall(pattern), _POINTER_MEANING)


def _compiled(parts: list[str], meaning: dict[str, str]) -> re.Pattern[str]:
    return re.compile("".join(meaning.get(part, re.escape(part)) for part in parts), re.DOTALL)
