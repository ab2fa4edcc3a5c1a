"""Conclusions -> the sections of a report, in the order in which they are read.

First what was asked, then what becomes of the comparisons, then what it rests on.
"""

from collections import Counter

from prune_audit.reruns.conclusions import Conclusions
from prune_audit.reruns.reports import words
from prune_audit.reruns.reports.accuracy import accuracy, cost
from prune_audit.reruns.reports.blocks import Section
from prune_audit.reruns.reports.compared import comparisons
from prune_audit.reruns.reports.origin import assumed, banner, provenance, refused
from prune_audit.reruns.reports.printed import trainability
from prune_audit.reruns.reports.recipes import convergence, crossed
from prune_audit.reruns.verdicts import Verdict


def sections(conclusions: Conclusions, verbose: bool) -> list[Section]:
    """Return the sections that have something to say."""
    name = words.namer(conclusions)
    stand_in = conclusions.plan.stand_in
    found = [
        banner(stand_in) if stand_in else None,
        accuracy(conclusions, name, verbose) if conclusions.rows else None,
        comparisons(conclusions, name, verbose),
        crossed(conclusions, name),
        convergence(conclusions, name),
        trainability(conclusions, name),
        cost(conclusions, name, verbose),
        assumed(conclusions, name),
        refused(conclusions, name),
        provenance(conclusions),
    ]
    return [section for section in found if section]


def summary(conclusions: Conclusions) -> str:
    """Return the report in one line; pairs of which nothing is stated are not listed."""
    stand_in, found = conclusions.plan.stand_in, conclusions.provenance
    rulings = [one for ruled in conclusions.compared for one in ruled.rulings]
    counts = Counter(words.verdict(one, stand_in is not None) for one in rulings)
    judged = ", ".join(f"{n} {word}" for word, n in counts.items() if word != Verdict.NONE)
    rows = len({row.planned.key[:2] for row in conclusions.measured})
    lead = f"stand-in {stand_in.data}: " if stand_in else ""
    done = f"{lead}{words.plural(rows, 'row')}, {found.done} of {found.planned} runs"
    if not rulings:
        return done
    return f"{done}; {': '.join(filter(None, [words.plural(len(rulings), 'pair'), judged]))}"
