"""A Markdown file -> the grid of its table, as markdown-it reads it."""

import re
from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.token import Token

from prune_audit.importers.csv_table import marked_up
from prune_audit.importers.grid import Cell, Grid, TableError, build, checked
from prune_audit.importers.latex.table import chosen

_SUPERSCRIPT = re.compile(r"<sup>(.*?)</sup>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?sup[^<>]{0,50}>", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[\^([^\]]{1,20})\]")
_BOLD = ("b", "strong")


def read_markdown(text: str, file: str, *, pick: int = 0) -> Grid:
    """Return a table of a Markdown file: the only one, or the one that ``pick`` counts from 1.

    Raises:
        TableError: no table, or several and none picked.
    """
    tables = _tables(MarkdownIt("commonmark").enable("table").parse(text), file)
    if not tables:
        raise TableError(f"{file}: no table in it; expected | and a line such as |---|---|")
    lines = [table[0][0].line for table in tables]
    rows = tables[chosen(len(tables), pick, file, lines) - 1]
    return build(file, rows[:1], rows[1:])


def _tables(tokens: Iterable[Token], file: str) -> list[list[list[Cell]]]:
    tables: list[list[list[Cell]]] = []
    line = 0
    for token in tokens:
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            line = token.map[0] + 1 if token.map else line
            tables[-1].append([])
        elif token.type == "inline" and tables and token.level >= 3 and tables[-1]:
            checked(token.content, file, line)
            tables[-1][-1].append(_cell(token, line))
        elif token.type == "table_close":
            tables.append([])
    return [table for table in tables if table and table[0]]


def _cell(token: Token, line: int) -> Cell:
    """Return what an inline token prints; it is bold where its first digit or letter is."""
    parts = list(_parts(token.children or []))
    text = "".join(part for part, _ in parts)
    marks = [*_SUPERSCRIPT.findall(text), *_FOOTNOTE.findall(text)]
    bare = _FOOTNOTE.sub("", _SUPERSCRIPT.sub("", text))
    plain = marked_up(_TAG.sub("", bare), line)
    weights = [bold for part, bold in parts for sign in part if sign.isdigit()]
    weights = weights or [bold for part, bold in parts if part.strip()]
    bold = plain.bold or bool(weights and weights[0])
    return Cell(plain.text, line, bold, (*plain.marks, *marks), plain.cites)


def _parts(children: Iterable[Token]) -> Iterable[tuple[str, bool]]:
    """Yield pieces of text with their weight; tags of superscripts stay, others go."""
    depth = 0
    for child in children:
        tag = child.content.strip("</> ").lower() if child.type == "html_inline" else ""
        depth += child.type == "strong_open" or (tag in _BOLD and "/" not in child.content)
        depth -= child.type == "strong_close" or (tag in _BOLD and "/" in child.content)
        if child.type in ("softbreak", "hardbreak") or tag == "br":
            yield " ", depth > 0
        elif child.type in ("text", "code_inline") or tag == "sup":
            yield child.content, depth > 0
