"""Questions of ``prune-audit import`` at a terminal: what the columns are that are not sure.

All of it goes to stderr: stdout may be the claim file.
"""

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

import typer

from prune_audit.console import INTERRUPTED, stop
from prune_audit.reports.lines import wrapped
from prune_audit.reports.look import Look

if TYPE_CHECKING:
    from prune_audit.importers.mapping import Mapping, Undecided

IGNORE = "ignore"
LIST = "?"
"""The answer that asks for all keys."""
_HINT = f"{LIST} lists all keys"


def asked(mapping: "Mapping") -> "Mapping":
    """Ask about every column that is not sure, then say how to do without the questions."""
    for column in mapping.undecided:
        mapping = _answered(mapping, column)
    if mapping.columns:
        _say(f"prune-audit: the same without questions: {mapping.flags()}")
    return mapping


def _answered(mapping: "Mapping", column: "Undecided") -> "Mapping":
    """Offer the likely keys by number until one answer settles the column."""
    from prune_audit.importers.grid import TableError
    from prune_audit.importers.targets import UnknownKeyError

    taken = {key for keys in mapping.columns.values() for key in keys if key != "note"}
    choices = [*(one for one in column.keys if taken.isdisjoint(one.split(","))), IGNORE]
    _say(f"{column.name} with cells such as {', '.join(column.examples)}")
    for number, key in enumerate(choices, 1):
        _say(f"  {number}  {key}")
    while True:
        answer = _answer(f"  which key is it (1 to {len(choices)}, another key, {LIST} lists all)")
        try:
            if said := _no_key(answer, choices):
                _say(said)
            else:
                return mapping.decide(column.number, _chosen(answer, choices))
        except UnknownKeyError as error:
            _say(f"  {error.said}; {f'did you mean {error.near!r}?' if error.near else _HINT}")
        except TableError as error:
            _say(f"  {error}")


def _no_key(answer: str, choices: Sequence[str]) -> str:
    """Return what to say to an answer that names nothing; empty for any other."""
    from prune_audit.importers.targets import known

    if answer == LIST:
        return "\n".join(wrapped(", ".join(known()), Look(), 2))
    if not answer:
        return f"  a number from 1 to {len(choices)} or a key is needed; {IGNORE} leaves it out"
    if answer.isdecimal() and not 1 <= int(answer) <= len(choices):
        return f"  there are the numbers 1 to {len(choices)}"
    return ""


def _chosen(answer: str, choices: Sequence[str]) -> str:
    return choices[int(answer) - 1] if answer.isdecimal() else answer


def _answer(question: str) -> str:
    try:
        with redirect_stdout(sys.stderr):
            return str(typer.prompt(question, default="", show_default=False, err=True)).strip()
    except typer.Abort:
        stop("interrupted; nothing was written", INTERRUPTED)


def _say(line: str) -> None:
    typer.echo(line, err=True)
