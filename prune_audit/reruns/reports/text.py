"""The conclusions of a rerun for people at a terminal."""

from collections.abc import Iterator

from prune_audit.reports.lines import cut, one_line, painted, wrapped
from prune_audit.reports.look import Look
from prune_audit.reruns.conclusions import Conclusions
from prune_audit.reruns.contest import Sign
from prune_audit.reruns.reports.blocks import Grid, Section
from prune_audit.reruns.reports.sections import sections, summary
from prune_audit.reruns.verdicts import Verdict

STYLES = {
    Verdict.CONFIRMED: "green", Sign.HOLDS: "green",
    Verdict.CONTRADICTED: "red", Sign.FAILS: "red", Verdict.RECIPE_DEPENDENT: "red",
    Verdict.WITHIN_NOISE: "yellow", Sign.UNRESOLVED: "yellow",
}  # fmt: skip
GAP = "  "


def render(conclusions: Conclusions, look: Look) -> str:
    """Return the sections, and a summary as the last line."""
    lines = [line for one in sections(conclusions, look.verbose) for line in _section(one, look)]
    last = painted(one_line(summary(conclusions)), "bold", look)
    return "\n".join([*(line.rstrip() for line in lines), last, ""])


def _section(section: Section, look: Look) -> Iterator[str]:
    for line in wrapped(one_line(section.title), look, 0, 2):
        yield painted(line, "bold", look)
    for block in section.blocks:
        if isinstance(block, Grid):
            yield from _grid(block, look)
            yield ""
        else:
            hang = 4 if block.startswith("- ") else 2
            yield from wrapped(one_line(block), look, 2, hang)
    yield ""


def _grid(grid: Grid, look: Look) -> Iterator[str]:
    cleaned = Grid(
        tuple(map(one_line, grid.heads)),
        tuple(tuple(map(one_line, row)) for row in grid.rows),
        one_line(grid.title), grid.keys,
    )  # fmt: skip
    if cleaned.title:
        yield from wrapped(cleaned.title, look, 2, 4)
    yield from _laid_out(cleaned, look)


def _laid_out(grid: Grid, look: Look) -> Iterator[str]:
    """Yield a grid on one line per row; else names on lines of their own; else in parts."""
    widths = [max(map(len, column)) for column in zip(grid.heads, *grid.rows, strict=True)]
    room = look.width - 4
    fitting = _fitting(widths[1:], room - 2)
    if sum(widths) + len(GAP) * (len(widths) - 1) <= room:
        yield from (f"    {line}" for line in _lines(grid, widths, look))
    elif fitting >= len(widths) - 1 or fitting <= grid.keys - 1:
        yield from _stacked(grid, widths, look)
    else:
        for part in _parts(grid, fitting + 1):
            yield from _laid_out(part, look)


def _fitting(widths: list[int], room: int) -> int:
    """Return how many columns, from the first on, fit into some room; one at least."""
    used = 0
    for count, width in enumerate(widths):
        used += width + (len(GAP) if count else 0)
        if used > room:
            return max(count, 1)
    return len(widths)


def _parts(grid: Grid, columns: int) -> Iterator[Grid]:
    """Yield the first columns, then the names and all other columns."""
    left = slice(0, columns)
    yield grid._replace(heads=grid.heads[left], rows=tuple(row[left] for row in grid.rows))
    keys, right = slice(0, grid.keys), slice(columns, None)
    rest = [row[keys] + row[right] for row in grid.rows if any(row[right])]
    yield grid._replace(heads=grid.heads[keys] + grid.heads[right], rows=tuple(rest))


def _lines(grid: Grid, widths: list[int], look: Look) -> Iterator[str]:
    yield painted(_joined(grid.heads, widths, Look(look.width)), "dim", look)
    yield from (_joined(row, widths, look) for row in grid.rows)


def _stacked(grid: Grid, widths: list[int], look: Look) -> Iterator[str]:
    narrow = Look(look.width - 6)
    yield painted(f"      {cut(_joined(grid.heads[1:], widths[1:], narrow), narrow)}", "dim", look)
    for name, *rest in grid.rows:
        if name:
            yield cut(f"    {name}", look)
        plain = _joined(tuple(rest), widths[1:], narrow)
        fits = len(plain) <= narrow.width
        yield f"      {_joined(tuple(rest), widths[1:], look) if fits else cut(plain, narrow)}"


def _joined(cells: tuple[str, ...], widths: list[int], look: Look) -> str:
    every = zip(cells, widths, strict=True)
    return GAP.join(_cell(text, width, look) for text, width in every).rstrip()


def _cell(text: str, width: int, look: Look) -> str:
    padded = text.ljust(width)
    style = STYLES.get(text)  # type: ignore[call-overload]
    return padded.replace(text, painted(text, style, look), 1) if style else padded
