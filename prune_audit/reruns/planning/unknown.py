"""Names that a user gave and nothing has: a typo must not pass for a smaller rerun."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from prune_audit.claim import Result
from prune_audit.corpus import Corpus
from prune_audit.reruns.planning.plan import matches
from prune_audit.reruns.planning.request import Request


def unknown_names(
    corpus: Corpus, patterns: Mapping[str, Sequence[str]], rows: Iterable[Result], request: Request
) -> Iterator[str]:
    """Yield what is asked for and not there, with what is; ``rows`` are those to rerun."""
    for claim in corpus.claims:
        inside = list(claim.results.values())
        for pattern in patterns.get(claim.file, ()):
            if not any(matches(row, (pattern,)) for row in inside):
                yield f"no row of {claim.file} matches {pattern!r}{_near(pattern, _names(inside))}"
    names = _names(rows)
    for arm in request.scratch_arms:
        if arm.row and arm.row not in names:
            asked = f"--scratch-arm {arm.budget}:{arm.row}"
            yield f"{asked}: there is no such row{_near(arm.row, names)}"
    models = [name for claim in corpus.claims for name in claim.base_models]
    for name in request.weights:
        if name not in models:
            yield f"--weights {name}=...: there is no such base model{_near(name, models)}"


def _names(rows: Iterable[Result]) -> list[str]:
    """Return the names of rows, and of the sweeps that some belong to."""
    every = (name for row in rows for name in (row.name, row.name.partition("@")[0]))
    return list(dict.fromkeys(every))


def _near(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, 1)
    if near:
        return f"; did you mean {near[0]}?"
    shown = ", ".join(known[:5])
    return f"; there are {shown}{' ...' if len(known) > 5 else ''}" if known else ""
