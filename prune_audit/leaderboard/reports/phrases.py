"""Phrases that the formats of a leaderboard share."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from prune_audit.facts import Fact, is_joint
from prune_audit.leaderboard.apart import Apart
from prune_audit.leaderboard.board import Board, Division, Group
from prune_audit.leaderboard.candidates import Candidate, reference
from prune_audit.leaderboard.cliques import MOST
from prune_audit.leaderboard.ranking import Ranked
from prune_audit.leaderboard.reports.cells import rate_text, shown_rate
from prune_audit.reports.lines import one_line
from prune_audit.reports.words import plural
from prune_audit.scratch import QUESTIONS
from prune_audit.setups import RANKS, Setup

PARTIAL = (
    "A partial order: results are ranked inside a group, groups are not ranked against each other."
)


def summary(board: Board) -> str:
    """Say under which conditions results are compared, and how many there are."""
    settings, found = board.settings, board.candidates
    quotes = sum(len(one.quoted_by) for one in found)
    quoted = f" ({plural(quotes, 'quoted row')} not counted twice)" if quotes else ""
    banded = any(division.band for division in board.divisions)
    rates = "rates of one track" if banded else f"rates within {_percent(settings.tolerance)}"
    return (
        f"Comparable at {settings.require}, {rates}: {plural(len(found), 'result')} of "
        f"{plural(len(board.files), 'file')}{quoted}"
    )


def counted(board: Board) -> str:
    """Say how many results are in groups."""
    made = [group for division in board.divisions for group in division.groups]
    if not made:
        return "No two results are comparable."
    held = len({line.candidate for group in made for line in group.lines})
    rest = len(board.candidates) - held
    hold, stay = "holds" if len(made) == 1 else "hold", "is" if rest == 1 else "are"
    return f"{plural(len(made), 'group')} {hold} {plural(held, 'result')}, {rest} {stay} in none."


def unread(board: Board) -> str:
    """Say that submissions stand here as they describe themselves; empty without submissions."""
    if all(one.track is None for one in board.candidates):
        return ""
    return (
        "Submissions stand as they describe themselves: their evidence is not read here "
        "(prune-audit check --benchmark reads it)."
    )


def ranks(board: Board) -> str:
    """Say how ranks are made."""
    return (
        "Rank: 1 + how many results of the group are significantly better (alpha "
        f"{board.settings.alpha:g} for each pair, not corrected for their number); n/a where that "
        "cannot be tested"
    )


def assumptions(board: Board) -> str:
    """Say what the ranks marked ``~`` rest on, where it is the same for all; empty where none is.

    Where it is not, each group says so of its own.
    """
    kinds = _rested(group for division in board.divisions for group in division.groups)
    if len(kinds) > 1:
        return "~ rests on an assumption, which stands below each group"
    return f"~ rests on: {'; '.join(*kinds)}" if kinds else ""


def differ(board: Board) -> bool:
    """Whether the ranks marked ``~`` rest on different things."""
    return len(_rested(group for division in board.divisions for group in division.groups)) > 1


def rests(group: Group) -> Iterator[str]:
    """Yield what the marked ranks of a group rest on, and which ranks where that differs."""
    kinds = _rested([group])
    for assumed, lines in kinds.items():
        who = ", ".join(line.candidate.short for line in lines)
        yield one_line(f"~{'' if len(kinds) == 1 else f' of {who}'}: {'; '.join(assumed)}")


def _rested(groups: Iterable[Group]) -> dict[tuple[str, ...], list[Ranked]]:
    """Return the marked lines of groups by what they rest on."""
    kinds: dict[tuple[str, ...], list[Ranked]] = {}
    for line in (line for group in groups for line in group.lines):
        if line.rank is not None and line.assumed and not line.conclusive:
            kinds.setdefault(line.assumed, []).append(line)
    return kinds


def _percent(share: object) -> str:
    return f"{float(str(share)) * 100:g} %"


def title(division: Division) -> str:
    """Return data set and network, or the track."""
    row = division.candidates[0].result if division.candidates else None
    network = row.network.text if row and division.open_name else division.network
    where = f"{division.dataset or 'no data set stated'}, {network or 'no network stated'}"
    return one_line(f"{division.band}; {where}" if division.band else where)


def size(division: Division) -> str:
    """Return how many results and groups there are."""
    return f"{plural(len(division.candidates), 'result')}, {_held(division)}"


def _held(division: Division) -> str:
    if not division.groups:
        return "no two of them comparable" if len(division.candidates) > 1 else "no other"
    return f"{division.grouped} of them in {plural(len(division.groups), 'group')}"


def warnings(division: Division) -> Iterator[str]:
    """Yield what a reader must know about a division."""
    if not division.complete:
        yield (
            f"CUT: more than {MOST} groups; the first {MOST} found are shown. A stricter --require "
            "or a smaller --tolerance gives fewer"
        )
    if division.open_name and division.network:
        yield (
            "this network is not in the registry: whether another name means the same is not known"
        )


def heading(group: Group, board: Board, division: Division) -> str:
    """Return what the results of a group share: rate, setup, base model, retraining."""
    line = RANKS[Setup(_required(board, division))]
    lead = next((one for one in _members(group) if not one.result.is_scratch), _members(group)[0])
    parts = [f"group {group.name}: {_rates(group)}", f"all pairs at {_reached(group)}"]
    if line >= RANKS[Setup.S2]:
        parts.append(_base(lead))
    if line >= RANKS[Setup.S31]:
        parts.append(_recipe(lead))
    return one_line("; ".join(part for part in parts if part))


def _reached(group: Group) -> str:
    return group.reached if group.reached == Setup.S42 else f"{group.reached} or above"


def _required(board: Board, division: Division) -> str:
    return (division.band.setup if division.band else "") or board.settings.require


def _members(group: Group) -> list[Candidate]:
    return [line.candidate for line in group.lines]


def _rates(group: Group) -> str:
    kind = group.kinds[0]
    own = [found for one in _members(group) if (found := shown_rate(one.result, (kind,)))]
    own.sort(key=lambda rate: rate.interval.low)
    texts = list(dict.fromkeys(rate_text(rate) for rate in own))
    span = texts[0] if len(texts) == 1 else f"{texts[0]} to {texts[-1]}"
    others = "".join(f", or {other}" for other in group.kinds[1:])
    return f"{kind} {span}{others}"


def _base(lead: Candidate) -> str:
    row = lead.result
    if row.base_model is None:
        random = row.base.text == "none" and not row.is_scratch
        return "from a random network" if random else "trained from scratch"
    weights = row.base_model.weights.text
    return f"base {weights if '/' in weights else f'{row.base_model.name} ({weights})'}"


def _recipe(lead: Candidate) -> str:
    row = lead.result
    joint = is_joint(row)
    stage = row.scratch or (row.pruning if joint else row.retraining)
    what = "training" if row.is_scratch or joint else "retraining"
    return f"{what} {stage.epochs} epochs, {stage.lr}" if stage else ""


def quotes(group: Group) -> Iterator[str]:
    """Yield who quotes the results of a group, and with which accuracy where it is another."""
    for one in _members(group):
        if one.quoted_by:
            who = ", ".join(_quote(one, row.top1.text, reference(row)) for row in one.quoted_by)
            yield one_line(f"{one.short} is quoted by {who}")


def _quote(one: Candidate, top1: str, ref: str) -> str:
    name = ref.replace("\\", "/").rpartition("/")[2].replace(".yaml#", "#").replace(".yml#", "#")
    printed = one.result.top1.text
    return f"{name} (as {top1})" if top1 and top1 != printed else name


def doubles(group: Group) -> Iterator[str]:
    """Yield rows of one file that may be one result printed twice."""
    alike: dict[tuple[str, str, str], list[Candidate]] = {}
    for one in _members(group):
        row = one.result
        if row.top1.known:
            alike.setdefault((row.file, row.method.text, row.top1.text), []).append(one)
    for same in alike.values():
        if len(same) > 1:
            names = " and ".join(one.short for one in same)
            yield one_line(f"{names} may be one result printed twice (cites: would say so)")


def between(apart: Apart) -> str:
    """Say what keeps a group or a result from its nearest neighbour."""
    if apart.nearest is None or apart.fact is None:
        return "nothing else on this data set and network"
    near = one_line(apart.nearest.name)
    if apart.missing:
        more = apart.open[apart.missing] - 1
        others = f" (and with {more} more)" if more > 0 else ""
        facts = ", ".join(fact_name(name) for name in apart.missing)
        return f"{near}{others} if known and the same: {facts}"
    return f"{near} by {fact_name(apart.fact.name)}: {sides(apart.fact)}"


def reason(apart: Apart) -> str:
    """Return a line about a unit and its nearest neighbour."""
    if apart.nearest is None:
        return between(apart)
    return f"{'would be joined with' if apart.missing else 'kept from'} {between(apart)}"


def sides(fact: Fact) -> str:
    """Return what both sides state, on one line."""
    return one_line(fact.why if fact.name in QUESTIONS else fact.sides)


def fact_name(name: str) -> str:
    """Return a fact's name; of a pruned and a scratch row what is asked."""
    return f"{QUESTIONS[name]} of all stages" if name == "S4.2" else QUESTIONS.get(name, name)


def reasons(aparts: Sequence[Apart], most: int | None = None) -> Iterator[str]:
    """Yield why results are in no group, like ones counted together, the most frequent first."""
    kinds = Counter(_kind(apart) for apart in aparts)
    listed = kinds.most_common(most)
    yield from (f"{count} {text}" for text, count in listed)
    if rest := len(aparts) - sum(count for _, count in listed):
        yield f"{rest} for other reasons (-v lists each)"


def _kind(apart: Apart) -> str:
    if apart.nearest is None or apart.fact is None:
        return "with nothing else on this data set and network"
    if apart.missing:
        names = ", ".join(fact_name(name) for name in apart.missing)
        return f"could join another if known and the same: {names}"
    return f"kept from all others, from the nearest by: {fact_name(apart.fact.name)}"


def outside(board: Board) -> str:
    """Say how many results no track holds, and which submissions name a track that is not there."""
    tracks = {division.band.name for division in board.divisions if division.band}
    if not tracks:
        return ""
    lost = [one for one in board.outside if one.track is not None and one.track not in tracks]
    off = len(board.outside) - len(lost)
    said = [f"{plural(off, 'result')} in no track's band"] if off else []
    if lost:
        named = ", ".join(f"{one.short} ({one.track})" for one in lost)
        said.append(
            f"{plural(len(lost), 'submission')} on a track that the benchmark does not have: "
            f"{named}; its tracks: {', '.join(sorted(tracks))}"
        )
    return one_line("; ".join(said))
