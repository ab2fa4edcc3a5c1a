"""The command line of the pipeline grammar."""

from typing import Annotated

import typer

from prune_audit.console import USAGE, look, stop, write
from prune_audit.reports.lines import clean

SHOWN = 72
"""Characters of a pipeline that an error shows at most."""


def pipeline(
    text: Annotated[
        str,
        typer.Argument(
            help="Steps in order, such as 'train(20) > (prune(magnitude, 0.2) > rewind(0) > "
            "train(20)) * 5'."
        ),
    ],
) -> None:
    """Read a pruning pipeline: its canonical form, epochs, sparsity after each step, taxonomy cell.

    Steps are train(EPOCHS, lr=...), prune(METHOD, RATIO), prune(METHOD, RATIO, epochs=..., lr=...)
    for methods that train while they prune, rewind(EPOCH), reinit, and repetitions (...) * N. A
    claim states it under pruning.pipeline, and rerun runs exactly that.
    """
    # here: tabulate takes 15 ms to import, which the other commands need not pay
    from prune_audit.grammar import GrammarError, parse
    from prune_audit.grammar.compiled import check_order
    from prune_audit.grammar.report import report

    try:
        found = parse(text)
        check_order(found)
    except GrammarError as error:
        stop(f"{clean(str(error))}\n{_pointed(text, error.column)}", USAGE)
    write(report(found, look(None, False)), None)


def _pointed(text: str, column: int) -> str:
    """Return what of a text stands around a column, counted from 1, and a mark below that."""
    start = max(0, min(column - 1 - SHOWN // 2, len(text) - SHOWN))
    part = "".join(" " if one.isspace() else one for one in text[start : start + SHOWN])
    return f"  {clean(part)}\n  {' ' * (column - 1 - start)}^"
