"""Lists and tables that the command line prints beside reports."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from textwrap import fill
from types import MappingProxyType

from tabulate import tabulate

from prune_audit.catalogue import ARMS, DIAGNOSTICS, RETRAINING, Entry
from prune_audit.manual import FAMILIES
from prune_audit.reports.lines import painted, wrapped
from prune_audit.reports.look import Look
from prune_audit.reruns.method_pages import traits_of
from prune_audit.reruns.methods import METHODS
from prune_audit.rules.rule import Rule
from prune_audit.schedules.calibrate import Calibrated, Profile, explain
from prune_audit.schedules.kinds import KINDS, Kind, lrs_at
from prune_audit.schedules.schedule import Schedule
from prune_audit.studies.registry import STUDIES

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "filter": "Methods for filters",
        "weight": "Methods for single weights",
        "n:m": "Methods for n of m weights",
        "bits": "Fewer bits in place of fewer weights",
    }
)
"""What methods remove, as claims state it."""

PAGES = "prune-audit explain NAME prints what is known of each."


def rule_list(rules: Iterable[Rule], look: Look) -> str:
    """Return two lines per rule, which fit narrow terminals too."""
    lines = []
    for rule in rules:
        since = f", since ruleset {rule.since}" if rule.since > 1 else ""
        head = f"{rule.name} ({rule.severity}, {rule.tier}{since})"
        lines.append(f"{painted(rule.code, 'bold', look)} {head}")
        lines += wrapped(rule.title, look, 6)
    return "\n".join(lines)


def family_list(rules: Sequence[Rule], look: Look) -> str:
    """Return rules under the names of their families."""
    blocks = [
        f"{painted(f'{family} {name}', 'bold', look)}\n{rule_list(members, look)}"
        for family, name in FAMILIES.items()
        if (members := [rule for rule in rules if rule.family == family])
    ]
    return "\n\n".join(blocks)


def method_list(look: Look) -> str:
    """Return every method by what it removes, then controls and arms, diagnostics and studies."""
    groups = [
        (f"{head} (granularity: {unit})", [_method(name, look) for name in names])
        for unit, head in GROUPS.items()
        if (names := [name for name, one in METHODS.items() if one.granularity == unit])
    ]
    groups += [
        ("Controls and arms of a rerun", [_entry(one, look) for one in ARMS]),
        ("Retraining kinds of a rerun", [_entry(one, look) for one in RETRAINING]),
        ("Diagnostics, which train nothing", [_entry(one, look) for one in DIAGNOSTICS]),
        ("Studies, small experiments on the digits", [
            _entry(Entry(name, one.title, f"prune-audit study {name}", one.source), look)
            for name, one in STUDIES.items()
        ]),
    ]  # fmt: skip
    blocks = ["\n".join([painted(head, "bold", look), *chain(*each)]) for head, each in groups]
    return "\n\n".join([*blocks, "\n".join(wrapped(PAGES, look, 0))])


def _method(name: str, look: Look) -> list[str]:
    method = METHODS[name]
    traits = ", ".join(traits_of(name)[1:])
    head = f"{name} ({traits})" if traits else name
    return _item(head, method.title, f"criterion: {method.words[0]}", method.source, look)


def _entry(one: Entry, look: Look) -> list[str]:
    return _item(one.name, one.title, one.use, one.source, look)


def _item(head: str, title: str, use: str, source: str, look: Look) -> list[str]:
    lines = [*wrapped(title, look, 6), *wrapped(use, look, 6)]
    return [f"  {head}", *lines, *(painted(one, "dim", look) for one in wrapped(source, look, 6))]


def study_list(look: Look) -> str:
    """Return three lines or more per study: what it is about, where it is from."""
    lines = []
    for name, study in STUDIES.items():
        lines.append(painted(name, "bold", look))
        lines += wrapped(study.title, look, 6)
        lines += [painted(line, "dim", look) for line in wrapped(study.source, look, 6)]
    return "\n".join(lines)


def calibration(found: Calibrated, profile: Profile) -> str:
    """Return a calibrated schedule, the rule behind each stage, and what the paper leaves open."""
    heads = ["epochs", "how many", "LR", "because"]
    table = tabulate(explain(found), heads, disable_numparse=True)
    notes = "".join(f"\nnote: {note}" for note in found.notes)
    return f"{found.schedule}\n\n{table}\n\nprofile {profile.name}: {profile.source}{notes}"


def retraining_kind(kind: Kind, schedule: Schedule) -> str:
    """Return the schedule of a retraining kind, its LR at a few epochs, and what the kind is."""
    table = tabulate(lrs_at(schedule), ["epoch", "LR"], disable_numparse=True)
    told = fill(f"{kind}: {KINDS[kind].title}; {KINDS[kind].source}", 80)
    return f"{schedule}\n\n{table}\n\n{told}"
