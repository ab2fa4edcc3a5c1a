"""What is kept of a rerun beside its runs: results per claim file.

An entry belongs to the claimed text it was made for; ``recalled`` says which are stale. Entries of
a stand-in name it and hold no difference from the claim.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from pathlib import PurePath
from typing import Any, Protocol

from prune_audit.claim import Result
from prune_audit.reruns.conclusions import Conclusions
from prune_audit.reruns.contest import Contest
from prune_audit.reruns.correct import Correction, StandInRow
from prune_audit.reruns.planned import Arm
from prune_audit.reruns.reports import words
from prune_audit.reruns.verdicts import Ruling

VERSION = 1
Entry = dict[str, Any]


class Keeper(Protocol):
    """Where results are kept, by name: the store."""

    def correction(self, name: str) -> Any | None:
        """Return what is kept under a name."""

    def save_correction(self, name: str, data: Any) -> None:
        """Keep JSON data under a name."""


def save(conclusions: Conclusions, keeper: Keeper) -> None:
    """Keep what follows from a rerun, per claim file, beside what was kept before.

    Everything here follows from runs that are kept themselves: where two processes save at once,
    the later one may drop entries of the other, which the next rerun of those rows restores.
    """
    for stem, data in stored(conclusions).items():
        before = keeper.correction(stem)
        after = merged(before, data)
        if after != before:  # a store that nobody may write can still be printed from
            keeper.save_correction(stem, after)


def stored(conclusions: Conclusions) -> dict[str, Entry]:
    """Return what to keep, by the stem of the claim file."""
    stand_in = conclusions.plan.stand_in.data if conclusions.plan.stand_in else None
    rows = [
        (stem_of(row.measured.planned.result), _row(row, stand_in))
        for row in conclusions.rows
        if row.measured.runs
        and not row.measured.on_validation
        and row.measured.planned.arm is not Arm.DENSE  # it is no run of the row
    ]
    pairs = [
        (PurePath(ruled.compared.claim.file).stem, _pair(one, stand_in))
        for ruled in conclusions.compared
        for one in ruled.rulings
        if any(contest.test for contest in one.contests)
    ]
    stems = dict.fromkeys(stem for stem, _ in (*rows, *pairs))
    return {
        stem: {
            "version": VERSION,
            "rows": [entry for home, entry in rows if home == stem],
            "pairs": [entry for home, entry in pairs if home == stem],
        }
        for stem in stems
    }


def stem_of(result: Result) -> str:
    """Return the stem of a row's claim file."""
    return PurePath(result.file).stem


def _row(row: Correction | StandInRow, stand_in: str | None) -> Entry:
    found = row.measured
    entry: Entry = {
        "row": found.planned.result.name,
        "claimed": claimed_text(found.planned.result),
        "arm": str(found.planned.arm),
        "label": found.planned.label,
        "stand_in": stand_in,
        "mean": found.scores.mean,
        "std": found.scores.std,
        "n": found.scores.n,
        "seeds": [[seed, count.k, count.n] for seed, count in found.scores.counts],
        "experiments": [run.experiment.id for run in found.runs],
    }
    if isinstance(row, Correction) and row.gap:
        ends = row.gap.interval
        entry["difference"] = row.gap.difference
        entry["ci95"] = [ends.low, ends.high] if ends else None
    return entry


def claimed_text(result: Result) -> str:
    """Return the claimed accuracy as it is printed, or that it is silent."""
    return str(result.top1)


def _pair(ruling: Ruling, stand_in: str | None) -> Entry:
    ours, other = ruling.ours, ruling.other
    return {
        "ours": ours.result.name,
        "other": other.result.name,
        "other_file": stem_of(other.result),
        "what": other.what,
        "statement": ruling.contests[0].statement,
        "claimed": [claimed_text(ours.result), claimed_text(other.result)],
        "stand_in": stand_in,
        "verdict": words.verdict(ruling, stand_in is not None),
        "n": min(side.scores.n for one in ruling.contests for side in (one.ours, one.other)),
        "experiments": sorted({run for one in ruling.contests for run in _ids(one)}),
        "arms": [_contest(one, stand_in) for one in ruling.contests],
    }


def _ids(one: Contest) -> tuple[str, ...]:
    return one.ours.ids + one.other.ids


def _contest(one: Contest, stand_in: str | None) -> Entry:
    test = one.test
    return {
        "arm": str(one.arm),
        "label": one.label,
        "verdict": words.contest_verdict(one, stand_in is not None),
        "difference": test.difference if test else None,
        "ci95": [test.low, test.high] if test else None,
        "p_holm": one.p,
        "family": one.family,
    }


def merged(before: Any, after: Entry) -> Entry:
    """Return new entries beside those kept before; of one row or pair the newer one stays.

    But one that rests on a part of the older one's runs adds nothing to it. What is kept in another
    form than this version's is dropped: it follows from the runs.
    """
    if not (isinstance(before, Mapping) and before.get("version") == VERSION):
        return after
    return {
        "version": VERSION,
        "rows": _joined(before.get("rows", ()), after["rows"], _row_key),
        "pairs": _joined(before.get("pairs", ()), after["pairs"], _pair_key),
    }


def _joined(
    before: Iterable[Entry], after: Iterable[Entry], key: Callable[[Entry], Hashable]
) -> list[Entry]:
    entries = {key(entry): entry for entry in before}
    for entry in after:
        old = entries.get(key(entry))
        part = old is not None and set(entry["experiments"]) < set(old["experiments"])
        if old is None or old["claimed"] != entry["claimed"] or not part:
            entries[key(entry)] = entry
    return list(entries.values())


def _row_key(entry: Entry) -> Hashable:
    return (entry["row"], entry["arm"], entry["label"], entry["stand_in"])


def _pair_key(entry: Entry) -> Hashable:
    arms = tuple(one["arm"] for one in entry["arms"])
    return (
        entry["ours"], entry["other_file"], entry["other"], entry["what"], entry["statement"],
        entry["stand_in"], arms,
    )  # fmt: skip
