"""Sections on what the recipe does: crossed recipes, and added epochs."""

from collections.abc import Iterator

from prune_audit.reruns.conclusions import Conclusions
from prune_audit.reruns.convergence import Progress, Series
from prune_audit.reruns.crossed import Crossing
from prune_audit.reruns.reports import words
from prune_audit.reruns.reports.blocks import Grid, Section
from prune_audit.reruns.reports.words import Namer


def crossed(conclusions: Conclusions, name: Namer) -> Section | None:
    """Return the four cells of every crossed pair and the verdict in one sentence."""
    blocks = [block for one in conclusions.crossings for block in _crossing(one, name)]
    if not blocks:
        return None
    rule = (
        "rule (Wang et al. 2023, section 5): a consistent winner under both recipes is the better "
        "method; else the higher best result weighs more, and the interaction is stated"
    )
    return Section("Crossed recipes", (*blocks, f"- {rule}"))


def _crossing(crossing: Crossing, name: Namer) -> Iterator[str | Grid]:
    ours, other = crossing.own.ours.result, crossing.own.other.result
    rows = [
        (name(result), *(words.accuracy(side.scores) for side in sides))
        for result, sides in zip((ours, other), crossing.sides, strict=True)
    ]
    rows.append(("difference", *(words.welch(one.test) for one in crossing.under)))
    rows.append(("p", *(words.p_value(one.p) for one in crossing.under)))
    heads = ("row", *crossing.recipes)
    yield Grid(heads, tuple(rows), f"{name(ours)} and {name(other)}")
    yield crossing.sentence
    if crossing.interaction:
        found = crossing.interaction
        shown = f"{words.points(found.value)} {words.interval(found.interval)}"
        yield f"- interaction: {shown} points, p {words.p_value(found.p)}"


def convergence(conclusions: Conclusions, name: Namer) -> Section | None:
    """Return what added epochs gained, series by series."""
    blocks = [
        block for one in conclusions.series for block in _series(one, name, conclusions.stand_in)
    ]
    return Section("Added epochs (first LR stage)", tuple(blocks)) if blocks else None


def _series(series: Series, name: Namer, stand_in: bool) -> Iterator[str | Grid]:
    gains = ["", *(words.welch(gain) for gain in series.gains)]
    values = ["", *(words.p_value(gain and gain.p) for gain in series.gains)]
    leads = [words.welch(gap) for gap in series.gaps] or [""] * len(series.rows)
    lines = zip(series.rows, series.added, gains, values, leads, strict=True)
    rows: tuple[tuple[str, ...], ...] = tuple(
        (
            name(row.planned.result), f"+{added}", words.accuracy(row.scores), words.seeds(row),
            gain, p, lead,
        )
        for row, added, gain, p, lead in lines
    )  # fmt: skip
    heads: tuple[str, ...] = (
        "row", "epochs", "stand-in" if stand_in else "rerun", "n", "gain", "p",
        "lead of the larger LR",
    )  # fmt: skip
    cut = slice(None) if series.rival else slice(0, -1)
    title = f"{name(series.rows[0].planned.result)} ({series.rows[0].planned.arm})"
    yield Grid(heads[cut], tuple(row[cut] for row in rows), title, keys=2)
    yield from (f"- {line}" for line in _progress(series, name))


def _progress(series: Series, name: Namer) -> Iterator[str]:
    last = series.gains[-1]
    if series.premature_decay:
        yield "premature decay: a longer first LR stage gains more than noise"
    if series.progress is Progress.CONVERGED and last:
        yield (
            f"converged: the last {series.added[-1] - series.added[-2]} epochs gain "
            f"{words.welch(last)}, within noise"
        )
    elif series.progress is Progress.GAINING:
        yield "still gaining: the last extension gained more than noise"
    else:
        yield "open: runs are missing, or fewer than three"
    if series.rival and series.gaps and series.gaps[0] and series.gaps[-1]:
        rival = name(series.rival.planned.result)
        first, after = series.gaps[0].difference, series.gaps[-1].difference
        yield (
            f"lead of {rival}: {words.points(first)} at equal epochs, {words.points(after)} after "
            f"+{series.added[-1]}"
        )
