"""How a pipeline is read in a claim file."""

from prune_audit.grammar.nodes import Pipeline, Prune
from prune_audit.grammar.parse import parse


def read_pipeline(text: str) -> Pipeline:
    """Return a pipeline that prunes and can run.

    Raises:
        GrammarError: it is none; the message names the column in its text.
    """
    # here: claims without a pipeline need not pay the 10 ms that experiments take to import
    from prune_audit.grammar.compiled import check_order

    found = parse(text)
    if not any(isinstance(step, Prune) for step in found.steps):
        raise ValueError("expected a pipeline with a prune step")
    check_order(found)
    return found
