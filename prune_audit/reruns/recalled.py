"""Results that were kept, read back beside the claim as it is now: ``check`` shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, NamedTuple

from prune_audit.claim import Claim
from prune_audit.reruns.reports import words
from prune_audit.reruns.scores import ENOUGH, Interval95
from prune_audit.reruns.stored import VERSION, claimed_text


@dataclass(frozen=True)
class RecalledRow:
    """What a rerun gave for a row; ``stale`` where the claim prints something else by now.

    ``stand_in`` names the data set where it was not the claim's own; there is no ``difference``
    then, and there must be none.
    """

    row: str
    claimed: str
    arm: str
    stand_in: str | None
    mean: float
    std: float | None
    n: int
    difference: float | None
    interval: Interval95 | None
    stale: bool

    def __str__(self) -> str:
        spread = "" if self.std is None else f"+-{self.std:.2f}"
        few = ", few" if self.n < ENOUGH else ""
        found = f"{self.mean:.2f}{spread} (n = {self.n}{few})"
        stale = f"; stale: the claim printed {self.claimed} then" if self.stale else ""
        if self.stand_in:
            return (
                f"{self.row}: on the stand-in {self.stand_in} ({self.arm}) {found}, which says "
                f"nothing about the claimed number{stale}"
            )
        gap = "" if self.difference is None else f", {words.points(self.difference)}"
        ends = f" {words.interval(self.interval)}" if self.interval else ""
        return f"{self.row}: claimed {self.claimed}, rerun ({self.arm}) {found}{gap}{ends}{stale}"


@dataclass(frozen=True)
class RecalledPair:
    """What a rerun said of a pair; on a stand-in of the sign alone."""

    ours: str
    other: str
    statement: str
    arms: tuple[str, ...]
    stand_in: str | None
    verdict: str
    n: int
    stale: bool

    def __str__(self) -> str:
        where = f"on the stand-in {self.stand_in}, " if self.stand_in else ""
        said = f' "{self.statement}"' if self.statement != "none" else ""
        stale = "; stale: the claim printed other numbers then" if self.stale else ""
        return (
            f"{self.ours} against {self.other}{said}: {where}{', '.join(self.arms)}: "
            f"{self.verdict} (n = {self.n}){stale}"
        )


class Recalled(NamedTuple):
    """What is kept for one claim file."""

    rows: tuple[RecalledRow, ...] = ()
    pairs: tuple[RecalledPair, ...] = ()


def recall(data: Any, claim: Claim, others: Iterable[Claim] = ()) -> Recalled:
    """Return what ``stored.save`` kept for a claim, each entry marked where it is stale.

    ``others`` are the claims of further files: rows of a file that is not among them cannot be
    checked and count as unchanged. Nothing, where nothing is kept or another version kept it.

    Raises:
        ValueError: the data is not what ``stored.save`` writes.
    """
    if data is None or (isinstance(data, Mapping) and data.get("version") != VERSION):
        return Recalled()
    now = {
        (PurePath(one.file).stem, name): claimed_text(row)
        for one in (*others, claim)
        for name, row in one.results.items()
    }
    stem = PurePath(claim.file).stem
    known = {home for home, _ in now}
    try:
        rows = tuple(_row(entry, now.get((stem, entry["row"]))) for entry in data["rows"])
        pairs = tuple(_pair(entry, stem, now, known) for entry in data["pairs"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"not what a rerun keeps for {stem}: {error!r}") from error
    return Recalled(rows, pairs)


def _row(entry: Mapping[str, Any], text: str | None) -> RecalledRow:
    ends = entry.get("ci95")
    own = entry["stand_in"] is None
    return RecalledRow(
        row=str(entry["row"]),
        claimed=str(entry["claimed"]),
        arm=_arm(entry),
        stand_in=entry["stand_in"],
        mean=float(entry["mean"]),
        std=None if entry["std"] is None else float(entry["std"]),
        n=int(entry["n"]),
        difference=entry.get("difference") if own else None,
        interval=Interval95(*map(float, ends)) if ends and own else None,
        stale=entry["claimed"] != text,
    )


def _arm(entry: Mapping[str, Any]) -> str:
    return f"{entry['arm']}, {entry['label']}" if entry["label"] else str(entry["arm"])


def _pair(
    entry: Mapping[str, Any], stem: str, now: Mapping[tuple[str, str], str], known: set[str]
) -> RecalledPair:
    home = str(entry["other_file"])
    texts = [now.get((stem, entry["ours"])), now.get((home, entry["other"]))]
    checked = [True, home in known]
    unlike = zip(checked, texts, entry["claimed"], strict=True)
    other = str(entry["other"]) if home == stem else f"{home}#{entry['other']}"
    return RecalledPair(
        ours=str(entry["ours"]),
        other=f"{other} ({entry['what']})" if entry["what"] else other,
        statement=str(entry["statement"]),
        arms=tuple(_arm(one) for one in entry["arms"]),
        stand_in=entry["stand_in"],
        verdict=str(entry["verdict"]),
        n=int(entry["n"]),
        stale=any(check and text != then for check, text, then in unlike),
    )
