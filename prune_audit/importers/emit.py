"""A tree of texts -> the YAML of a claim file.

Every value is a text. Short decimal numbers stand plain, as the loader reads their exact text and
other YAML readers see a number; everything that YAML could take for something else is quoted by the
library's own rules, and texts with line breaks or control characters stand in double quotes with
escapes. So no text can become a key, a comment, a tag or a reference.
"""

import re
from collections.abc import Iterable

import yaml

Tree = str | list["Tree"] | dict[str, "Tree"]
"""Texts, lists and mappings, as they are to stand in the file."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,12})?")
_ESCAPED = re.compile(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]|[\u2028\u2029\ufeff]")
_FLOAT, _INT = "tag:yaml.org,2002:float", "tag:yaml.org,2002:int"
_TEXT = "tag:yaml.org,2002:str"


class _Dumper(yaml.SafeDumper):
    """Writes without anchors: a text that stands twice is written twice."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _scalar(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if _NUMBER.fullmatch(text):
        return dumper.represent_scalar(_FLOAT if "." in text else _INT, text)
    return dumper.represent_scalar(_TEXT, text, style='"' if _ESCAPED.search(text) else None)


_Dumper.add_representer(str, _scalar)


def emit(tree: dict[str, Tree], comments: Iterable[str] = ()) -> str:
    """Return the text of a claim file: comment lines, then the tree with its keys in order."""
    head = "".join(f"# {one_line(comment)}\n" for comment in comments)
    body: str = yaml.dump(
        tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6,
        default_flow_style=False,
    )  # fmt: skip
    return head + body


def one_line(text: str) -> str:
    """Return a text that fits a comment or a message: printable, blanks for line breaks."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
