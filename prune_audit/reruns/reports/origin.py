"""Sections on where numbers come from: assumed values, rows not rerun, machines, total cost."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from prune_audit.claim import Result
from prune_audit.reruns.conclusions import Conclusions, Provenance
from prune_audit.reruns.ledger import CONVENTION
from prune_audit.reruns.planned import PlannedRow, Refusal, StandIn
from prune_audit.reruns.reports import words
from prune_audit.reruns.reports.blocks import Section
from prune_audit.reruns.reports.words import Namer

Key = TypeVar("Key", bound=Hashable)
NAMED = 6
"""Rows that are named in one line before the rest is counted."""
DETAILS = 12
"""Methods and the like that are named before the rest is counted."""
SAYS_NOTHING = (
    "Other data and another network: nothing here replaces a claimed number, or confirms or "
    "contradicts it. Only signs and orders are set beside the printed ones."
)


def banner(stand_in: StandIn) -> Section:
    """Return what is replaced by what, for the head of every report on a stand-in."""
    title = f"STAND-IN: {stand_in.data} with {stand_in.network} in place of the claim's own"
    return Section(title, (SAYS_NOTHING, *(f"- {rule}" for rule in stand_in.rules)))


def assumed(conclusions: Conclusions, name: Namer) -> Section | None:
    """Return every assumed value with the rows that rest on it; None where nothing was assumed."""
    planned = [row.planned for row in conclusions.measured]
    by_value = _by((str(what), row.result) for row in planned for what in row.assumed)
    by_rows: dict[str, list[str]] = {}
    for what, results in by_value.items():
        by_rows.setdefault(_rows(results, planned, name), []).append(what)
    lines = []
    for rows, values in by_rows.items():
        lines += [f"{rows}:", *(f"- {what}" for what in values)]
    return Section("Assumed, since the claim does not state it", tuple(lines)) if lines else None


def refused(conclusions: Conclusions, name: Namer) -> Section | None:
    """Return the rows that were not rerun, why, and what would help; None without any."""
    planned = [row.planned for row in conclusions.measured]
    lines = refusal_lines(conclusions.plan.refused, planned, name)
    return Section("Not rerun", tuple(lines)) if conclusions.plan.refused else None


def refusal_lines(
    refusals: Sequence[Refusal], planned: Sequence[PlannedRow], name: Namer
) -> Iterator[str]:
    """Yield a line per reason: the rows, the reason with what differs among them, the remedy."""
    groups = _by(((one.reason, one.remedy), one.result) for one in refusals)
    for (reason, remedy), results in groups.items():
        alike = [one for one in refusals if (one.reason, one.remedy) == (reason, remedy)]
        details = Counter(one.detail for one in alike if one.detail)
        shown = f": {_counted(details)}" if details else ""
        rows = _rows(results, [*planned, *refusals], name)
        yield f"- {rows}: {reason}{shown}. What would help: {remedy}"


def _counted(details: Counter[str]) -> str:
    """Name what differs, the most frequent first, and how often where it is not once."""
    first = [f"{what} ({n})" if n > 1 else what for what, n in details.most_common(DETAILS)]
    rest = f" and {len(details) - DETAILS} more" if len(details) > DETAILS else ""
    return ", ".join(first) + rest


def _by(pairs: Iterable[tuple[Key, Result]]) -> dict[Key, list[Result]]:
    found: dict[Key, dict[tuple[str, str], Result]] = {}
    for key, result in pairs:
        found.setdefault(key, {})[result.file, result.name] = result
    return {key: list(results.values()) for key, results in found.items()}


def _rows(results: list[Result], every: Iterable[PlannedRow | Refusal], name: Namer) -> str:
    """Name rows; a sweep that is whole goes by its own name, and all there are by that word."""
    rows = _by((_family(name, one.result), one.result) for one in every)
    if len(results) > 1 and len(results) == sum(map(len, rows.values())):
        return "all rows"
    called: list[str] = []
    for family, members in _by((_family(name, one), one) for one in results).items():
        called += [family] if len(members) == len(rows[family]) else map(name, members)
    rest = f" and {len(called) - NAMED} more" if len(called) > NAMED else ""
    return ", ".join(called[:NAMED]) + rest


def _family(name: Namer, result: Result) -> str:
    return name(result).partition("@")[0]


def provenance(conclusions: Conclusions) -> Section:
    """Return how many runs there are, on what they ran, and what they cost together."""
    return Section("Provenance", tuple(f"- {line}" for line in _lines(conclusions.provenance)))


def _lines(found: Provenance) -> Iterator[str]:
    yield f"{found.done} of {words.plural(found.planned, 'planned run')}, base models included"
    for machine, runs in found.machines:
        shown = ", ".join(f"{key} {value}" for key, value in machine) or "machine not recorded"
        yield f"{words.plural(runs, 'run')}: {shown}"
    total = found.spent
    yield (
        f"together {words.plural(total.epochs, 'epoch')}, {words.quantity(total.flops)} training "
        f"FLOPs, {words.duration(total.seconds)} of one process; epochs that runs share count for "
        "each"
    )
    yield CONVENTION
