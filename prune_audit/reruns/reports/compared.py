"""Sections on pairs: comparisons with their verdicts, crossed recipes, added epochs."""

from collections.abc import Iterable, Iterator, Sequence

from prune_audit.reruns.conclusions import Conclusions
from prune_audit.reruns.contest import OWN_BASE, Contest, Sign
from prune_audit.reruns.planned import RETRAINED
from prune_audit.reruns.reports import words
from prune_audit.reruns.reports.blocks import Grid, Section, without_arm
from prune_audit.reruns.reports.words import Namer
from prune_audit.reruns.verdicts import Ranking, Ruled, Ruling

OPEN = "open: fewer than three finished runs of a row"
TESTS = (
    "ours minus the other, points, 95 % interval and p by Welch's test, p adjusted by Holm over "
    "the pairs of a comparison",
    "by seed: differences of runs of one seed, t test, seeds won by ours; Welch decides, as the "
    "more cautious of the two: runs of one seed share initial weights and order of images",
    OPEN,
    "within noise: no difference is shown at this number of runs, which does not show that there "
    "is none",
)
BUDGET = "epochs, FLOPs"
DENSE_TITLE = (
    "Rows against the dense network trained as long, and what the extra epochs alone give it"
)
STAND_IN_SIGNS = (
    "holds, does not hold: the sign that is stated, or printed where nothing is stated, on the "
    "stand-in; not resolved: within noise"
)


def comparisons(conclusions: Conclusions, name: Namer, verbose: bool) -> Section | None:
    """Return the comparisons with the verdicts on their pairs; None where nothing is compared.

    Those that state nothing of sweeps have their signs below the printed table already: they are
    left out unless ``verbose`` asks for them.
    """
    blocks: list[str | Grid] = []
    stand_in = conclusions.stand_in
    for ruled in conclusions.compared:
        if ruled.rulings and (verbose or not _shown_as_signs(ruled)):
            blocks += _comparison(ruled, name, stand_in)
    for title, rulings in _added(conclusions.beside).items():
        lines = [line for one in rulings for line in _lines(one, name, stand_in)]
        blocks.append(_grid(lines, title, stand_in))
    if not blocks:
        return None
    notes = [*TESTS, *([STAND_IN_SIGNS] if stand_in else [])]
    if not any(one.sign is Sign.OPEN for one in conclusions.contests):
        notes.remove(OPEN)
    if any(isinstance(block, Grid) and BUDGET in block.heads for block in blocks):
        notes.append(f"{BUDGET}: of all stages, ours over the other")
    return Section("Comparisons", (*blocks, *(f"- {line}" for line in notes)))


def _added(rulings: Iterable[Ruling]) -> dict[str, list[Ruling]]:
    """Group the arms that were added beside a claim's own rows, by what is said of them."""
    found: dict[str, list[Ruling]] = {}
    for one in rulings:
        scratch = "Rows against the scratch arms that were added"
        title = DENSE_TITLE if one.on_dense_control else scratch
        found.setdefault(title, []).append(one)
    return found


def _shown_as_signs(ruled: Ruled) -> bool:
    stated = ruled.compared.comparison.statement.value not in (None, "none")
    return not stated and all(
        one.ours.result.label and one.ours.result.label == one.other.result.label
        and len(one.contests) == 1 and one.crossing is None
        for one in ruled.rulings
    )  # fmt: skip


def _comparison(ruled: Ruled, name: Namer, stand_in: bool) -> Iterator[str | Grid]:
    comparison = ruled.compared.comparison
    single = len({one.ours.key for one in ruled.rulings}) == 1
    lines = [line for one in ruled.rulings for line in _lines(one, name, stand_in, single)]
    yield _grid(lines, _title(ruled), stand_in)
    yield from (f"- {line}" for one in ruled.rulings for line in _change(one, name))
    yield from (f"- {line}" for one in ruled.rankings for line in _ranking(one, name))
    flips = _flips(ruled.rulings)
    if flips and comparison.against.known:
        yield f"- {flips}"


def _title(ruled: Ruled) -> str:
    comparison = ruled.compared.comparison
    ours = comparison.ours.value or "?"
    name = comparison.name.value
    statement, setup = comparison.statement.value, comparison.setup.value
    stated = f' states "{statement}"' if statement and statement != "none" else ""
    return f"{f'{name} ({ours})' if name else ours}{stated}{f' at {setup}' if setup else ''}"


def _grid(lines: Sequence[tuple[str, ...]], title: str, stand_in: bool) -> Grid:
    """Return lines as a grid without the columns that say nothing."""
    rerun = "stand-in" if stand_in else "rerun"
    heads = ("against", "arm", "verdict", "claimed", rerun, "p (Holm)", "by seed", BUDGET)
    shown = [index for index in range(len(heads)) if any(line[index] for line in lines)]
    rows = tuple(tuple(line[index] for index in shown) for line in lines)
    return without_arm(Grid(tuple(heads[index] for index in shown), rows, title, keys=2))


def _lines(
    ruling: Ruling, name: Namer, stand_in: bool, single: bool = False
) -> Iterator[tuple[str, ...]]:
    pair = _pair(ruling, name, single)
    for one in ruling.contests:
        arm = f"{one.arm}, {one.label}" if one.label else str(one.arm)
        yield (pair, arm, *_contest(one, stand_in))
        pair = ""
    if len(ruling.contests) > 1:
        overall = words.verdict(ruling, stand_in)
        yield ("", "all arms", overall, "", "", "", "", "")


def _pair(ruling: Ruling, name: Namer, single: bool) -> str:
    ours, other = ruling.ours, ruling.other
    if other.what:
        what = "its own base" if other.what == OWN_BASE else other.what
        return f"{f'{name(ours.result)}, {ours.what}' if ours.what else name(ours.result)} : {what}"
    if single or (ours.result.label and ours.result.label == other.result.label):
        return name(other.result)
    return f"{name(ours.result)} : {name(other.result)}"


def _contest(one: Contest, stand_in: bool) -> tuple[str, ...]:
    by_seed = one.by_seed
    scratch = one.ours.result.is_scratch != one.other.result.is_scratch or one.other.what
    return (
        words.contest_verdict(one, stand_in),
        f"{one.printed.difference:+f}" if one.printed else "",
        words.welch(one.test), words.p_value(one.p),
        f"{words.points(by_seed.mean)}, {by_seed.wins} of {by_seed.n}" if by_seed else words.NONE,
        words.budget(one) if scratch else "",
    )  # fmt: skip


def _change(ruling: Ruling, name: Namer) -> Iterator[str]:
    """Say what makes a verdict depend on the recipe."""
    pair = f"{name(ruling.ours.result)} against {name(ruling.other.result)}"
    if ruling.change and len({one.winner for one in ruling.contests}) > 1:
        found = ruling.change
        shown = f"{words.points(found.value)} {words.interval(found.interval)}"
        yield (
            f"{pair}: as reported the difference is another by {shown} points than under "
            f"{_deciding(ruling)} (p {words.p_value(found.p)})"
        )
    if ruling.crossing:
        yield f"{pair}, crossed: {ruling.crossing.outcome}; see below"


def _deciding(ruling: Ruling) -> str:
    arm = ruling.deciding.arm if ruling.deciding else None
    return str(arm) if arm in RETRAINED.values() else "one recipe for both"


def _ranking(ranking: Ranking, name: Namer) -> Iterator[str]:
    claimed, rerun = ", ".join(map(name, ranking.claimed)), ", ".join(map(name, ranking.rerun))
    yield f"order ({ranking.arm}), claimed: {claimed}; rerun: {rerun}"


def _flips(rulings: Iterable[Ruling]) -> str:
    tested = [one for ruling in rulings for one in ruling.contests if one.test and one.printed]
    flipped = [one for one in tested if one.flipped]
    if not flipped:
        return ""
    beyond = sum(one.winner != 0 for one in flipped)
    pairs = words.plural(len(tested), "tested pair")
    stand = "stands" if len(flipped) == 1 else "stand"
    return f"of {pairs}, {len(flipped)} {stand} in the other order, {beyond} of them beyond noise"
