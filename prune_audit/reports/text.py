"""The report for people at a terminal: verdicts by paper and comparison, then findings."""

from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from prune_audit.audit import Report
from prune_audit.findings import Finding, Severity
from prune_audit.judged import JudgedComparison, JudgedPair
from prune_audit.load import Loaded
from prune_audit.places import Place
from prune_audit.reports import words
from prune_audit.reports.look import Look
from prune_audit.verdict import Fairness

FAIRNESS_STYLE = {
    Fairness.FAIR: "green",
    Fairness.UNFAIR: "red",
    Fairness.UNDETERMINED: "yellow",
}
SEVERITY_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
SHOWN = 3


def render(report: Report, look: Look) -> str:
    """Return verdicts grouped by paper and comparison, findings with source lines, a summary."""
    stream = StringIO()
    console = Console(
        file=stream, width=look.width, force_terminal=look.colour, no_color=not look.colour,
        color_system="standard" if look.colour else None, highlight=False, emoji=False,
        markup=False, soft_wrap=False,
    )  # fmt: skip
    for _, group in groupby(report.comparisons, key=lambda judged: judged.claim.file):
        _paper(console, list(group))
    texts = {loaded.name: loaded for loaded in report.files}
    for _, same in groupby(report.findings, key=lambda finding: finding.place.file):
        _findings(console, list(same), texts, look)
    console.print(words.summary(report), style="bold")
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _paper(console: Console, comparisons: list[JudgedComparison]) -> None:
    paper = comparisons[0].claim.paper
    head = Text(paper.title.value or "?", style="bold")
    head.append(f"  {paper.venue} {paper.year}  {comparisons[0].claim.file}", style="dim")
    console.print(head)
    for comparison in comparisons:
        _comparison(console, comparison)
    console.print()


def _comparison(console: Console, judged: JudgedComparison) -> None:
    said = words.statement(judged)
    quoted = f'  states "{said}"' if said != "none" else ""
    console.print(Padding(Text(words.title(judged) + quoted, style="underline"), (1, 0, 0, 2)))
    for result, own in zip(judged.ours, judged.lossless, strict=False):
        shown = f"{result.name}: lossless against its base: {own.outcome}"
        console.print(
            Padding(Text(f"{shown}{f', {own.noise}' if own.noise else ''}"), (0, 0, 0, 4))
        )
    _pairs(console, judged)
    for mark in dict.fromkeys(mark for pair in judged.pairs for mark in pair.pair.verdict.marks):
        console.print(Padding(Text(mark, style="dim"), (0, 0, 0, 4)))


def _pairs(console: Console, judged: JudgedComparison) -> None:
    """Print two lines a pair: verdict, setup, margin and row; then what decides."""
    setups = [words.setup_range(pair.pair.verdict) for pair in judged.pairs]
    margins = [words.margin(pair) for pair in judged.pairs]
    wide = (max(map(len, setups), default=0), max(map(len, margins), default=0))
    for pair, setup, margin in zip(judged.pairs, setups, margins, strict=True):
        verdict = pair.pair.verdict
        line = Text("   ")
        line.append(f"{verdict.fairness:<13}", style=FAIRNESS_STYLE[verdict.fairness])
        line.append(f"{setup:<{wide[0]}}  {margin:<{wide[1]}}  {_name(pair, judged)}")
        console.print(line)
        for remark in _remarks(pair):
            console.print(Padding(Text(remark, style="dim"), (0, 0, 0, 16)))


def _remarks(pair: JudgedPair) -> Iterator[str]:
    word = words.outcome_word(pair)
    yield f"{word}; {words.reason(pair.pair.verdict)}" if word else words.reason(pair.pair.verdict)
    yield from words.remarks(pair.pair.verdict)


def _name(pair: JudgedPair, judged: JudgedComparison) -> str:
    other = pair.pair.other
    ours = f"{pair.pair.ours.name} : " if len(judged.ours) > 1 else ""
    return ours + (other.name if other.file == judged.claim.file else f"{other.file}#{other.name}")


def _findings(
    console: Console, findings: list[Finding], texts: dict[str, Loaded], look: Look
) -> None:
    for shown, more in _grouped(findings, look.verbose):
        for finding in shown:
            _finding(console, finding, texts)
        if more:
            first = shown[0]
            console.print(
                Text(
                    f"  {first.code} {first.name}: {more} more here, shown with --verbose",
                    style="dim",
                )
            )
            console.print()


def _grouped(findings: list[Finding], verbose: bool) -> Iterator[tuple[list[Finding], int]]:
    """Show every error; of one rule's warnings and notes in a file, the first few."""
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    for same in sorted(by_code.values(), key=lambda found: (found[0].severity.rank, found[0].code)):
        every = verbose or same[0].severity is Severity.ERROR
        shown = same if every else same[:SHOWN]
        yield shown, len(same) - len(shown)


def _finding(console: Console, finding: Finding, texts: dict[str, Loaded]) -> None:
    style = SEVERITY_STYLE[finding.severity]
    head = Text(f"{finding.severity} {finding.code} {finding.name}", style=style)
    head.append(f"  {finding.place}", style="dim")
    if finding.tier == "heuristic":
        head.append("  (a hint)", style="dim")
    console.print(head)
    console.print(Padding(Text(finding.message), (0, 0, 0, 2)))
    for line in _snippet(finding.anchors, texts):
        console.print(line, overflow="ellipsis", no_wrap=True)
    if finding.fix:
        console.print(Padding(Text(f"fix: {finding.fix}"), (0, 0, 0, 2)))
    console.print()


def _snippet(anchors: Iterable[Place], texts: dict[str, Loaded]) -> Iterator[Text]:
    """Yield the source lines behind the anchors, the place of each marked."""
    for place in dict.fromkeys(anchors):
        lines = texts[place.file].text.split("\n") if place.file in texts else []
        if not (place.line <= len(lines) and lines[place.line - 1].strip()):
            continue
        source = lines[place.line - 1].rstrip("\r")
        cut = max(0, place.column - 30) if len(source) > 90 else 0
        yield Text(f"  {place.line:>5} | {source[cut:]}", style="dim")
        yield Text(f"        | {' ' * (place.column - 1 - cut)}^", style="dim")
