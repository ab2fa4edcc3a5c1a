"""One pair of results, explained fact by fact."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from prune_audit.answers import Answer
from prune_audit.claim import Claim, Comparison, Result
from prune_audit.corpus import Corpus, gather
from prune_audit.facts import Fact, common_facts, pair_facts
from prune_audit.judged import JudgedPair, pairs_of
from prune_audit.load import Loaded, load_file
from prune_audit.outcome import outcome
from prune_audit.recipe import recipe_facts
from prune_audit.reports import words
from prune_audit.reports.look import Look
from prune_audit.scratch import QUESTIONS
from prune_audit.settings import Settings
from prune_audit.setups import TABLE_2, Setup
from prune_audit.verdict import Pair, judge

STYLE = {Answer.SAME: "green", Answer.DIFFERENT: "red", Answer.UNKNOWN: "yellow"}
SHOWN = 20
"""Names of results that an error message lists at most."""
LEAST = 10
"""Columns below which a cell is left to break where it must."""


class UnknownResultError(ValueError):
    """A name on the command line that means no result; the message says what there is."""


def find_pair(ours: str, other: str, settings: Settings) -> Pair:
    """Judge two results named as ``file#result``; the second may leave out the same file.

    Where a comparison of the first file sets the two against each other, it is judged as there:
    with its rate, its statement, and whether a gain from a better retraining LR counts.

    Raises:
        UnknownResultError: an unreadable file, or a name that no result has.
    """
    file, _, name = ours.rpartition("#")
    other_file, _, other_name = other.rpartition("#")
    if not file:
        raise UnknownResultError(f"name a result as claims/foo.yaml#row, got {ours!r}")
    # one corpus: two readings of one file would not know that a base model is the same entry
    corpus = gather(_readable(path) for path in dict.fromkeys((file, other_file or file)))
    claims = {claim.file: claim for claim in corpus.claims}
    left, right = claims[file], claims[other_file or file]
    one, two = _row(corpus, left, name), _row(corpus, right, other_name)
    return judge(one, two, settings, _comparison(corpus, left, one, two))


def _readable(file: str) -> Loaded:
    loaded = load_file(Path(file), file)
    if loaded.claim is None:
        first = loaded.problems[0]
        # a check of a file that cannot be opened would say the same once more
        advice = first.fix if first.code == "PA001" else f"run prune-audit check {file}"
        raise UnknownResultError(f"{first.anchors[0]}: {first.message}; {advice}")
    return loaded


def _row(corpus: Corpus, claim: Claim, name: str) -> Result:
    rows = corpus.rows(claim, [name])
    if len(rows) != 1:
        raise UnknownResultError(_not_one(claim, name))
    return rows[0]


def _comparison(corpus: Corpus, claim: Claim, ours: Result, other: Result) -> Comparison | None:
    """Return the first comparison of the file that sets these two rows against each other."""
    return next(
        (
            comparison
            for comparison in claim.comparisons
            for one, two in pairs_of(claim, corpus, comparison)
            if one is ours and two is other
        ),
        None,
    )


def _not_one(claim: Claim, name: str) -> str:
    if name in claim.families:
        return f"{name!r} is a sweep in {claim.file}; name one of {', '.join(claim.families[name])}"
    missing = f"there is no result {name!r} in {claim.file}"
    near = get_close_matches(name, claim.results)
    others = [other for other in claim.results if other not in near]
    listed = ", ".join([*others[:SHOWN], *(["..."] if len(others) > SHOWN else [])])
    if not near:
        return f"{missing}; there are {listed}"
    rest = f" There are also {listed}" if others else ""
    return f"{missing}; did you mean {', '.join(near)}?{rest}"


def explained(pair: Pair, settings: Settings, look: Look) -> str:
    """Return the facts of a pair as a table, the verdict, and what would raise it."""
    stream = StringIO()
    console = Console(
        file=stream, width=look.width, force_terminal=look.colour, no_color=not look.colour,
        color_system="standard" if look.colour else None, highlight=False, markup=False,
    )  # fmt: skip
    console.print(Text(f"{pair.ours.name} against {pair.other.name}", style="bold"))
    rows = _rows(pair, settings)
    console.print(_facts(rows, look.width))
    for _, question, fact in rows:
        if fact.why:
            console.print(Padding(Text(f"{question}: {fact.why}", style="dim"), (0, 0, 0, 1)))
    _verdict(console, pair, settings)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _rows(pair: Pair, settings: Settings) -> list[tuple[str, str, Fact]]:
    """Return setup, question and fact: the ladder, then what is stated of the recipes."""
    ladder = (_scratch if pair.verdict.scratch else _ladder)(pair, settings)
    recipe = [
        ("recipe", fact.name, fact)
        for fact in recipe_facts(pair.ours, pair.other)
        if fact.left.known or fact.right.known
    ]
    return [*ladder, *recipe]


def _scratch(pair: Pair, settings: Settings) -> list[tuple[str, str, Fact]]:
    shared = common_facts(pair.ours, pair.other, settings, _wanted(pair)).values()
    common = [(str(Setup.S1), fact.name, fact) for fact in shared]
    return [*common, *((fact.name, QUESTIONS[fact.name], fact) for fact in pair.verdict.scratch)]


def _ladder(pair: Pair, settings: Settings) -> list[tuple[str, str, Fact]]:
    stated = pair_facts(pair.ours, pair.other, settings, _wanted(pair)).values()
    judged = (*stated, *pair.verdict.missing)
    facts = {fact.name: fact for fact in judged}
    return [(str(setup), name, facts[name]) for setup, names in TABLE_2 for name in names]


def _wanted(pair: Pair) -> str | None:
    return pair.comparison.rate.value if pair.comparison else None


def _facts(rows: Sequence[tuple[str, str, Fact]], width: int) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="dim")
    room = _room(rows, width)
    for head in ("setup", "fact", "answer", "ours", "other", "line"):
        table.add_column(head, overflow="fold", no_wrap=room >= LEAST and head != "fact")
    seen = ""
    for setup, question, fact in rows:
        where = f"{fact.left.place.line} / {fact.right.place.line}"
        table.add_row(
            setup if setup != seen else "", question, Text(str(fact.answer), STYLE[fact.answer]),
            folded(str(fact.left), room), folded(str(fact.right), room), where,
        )  # fmt: skip
        seen = setup
    return table


def _room(rows: Sequence[tuple[str, str, Fact]], width: int) -> int:
    """Return the columns for each of the two sides, beside the narrowest form of the others."""
    setup = max(len("setup"), *(len(setup) for setup, _, _ in rows))
    word = max(len(word) for _, question, _ in rows for word in question.split())
    answer = max(map(len, Answer))
    lines = max(len(str(side.place.line)) for _, _, f in rows for side in (f.left, f.right))
    padding = 6 * 2
    return (width - setup - word - answer - (2 * lines + len(" / ")) - padding) // 2


def folded(text: str, room: int) -> str:
    """Break a text behind commas and spaces, so that no number is cut; longer words anywhere."""
    if len(text) <= room or room < LEAST:
        return text
    lines = [""]
    for piece in re.findall(rf"[^ ,]{{1,{room - 1}}}[ ,]*|[ ,]+", text):
        if len(lines[-1]) + len(piece.rstrip()) > room:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def _verdict(console: Console, pair: Pair, settings: Settings) -> None:
    verdict = pair.verdict
    console.print()
    console.print(
        Text(
            f"{words.setup_range(verdict)}, {verdict.fairness}: {words.reason(verdict)}",
            style="bold",
        )
    )
    for remark in (*words.remarks(verdict), *verdict.marks):
        console.print(Text(remark))
    for fact in verdict.missing:
        console.print(Text(f"missing: {fact.name}: {fact.sides}"))
    found = outcome(pair, settings)
    console.print(Text(f"accuracy: {found.noise or words.margin(JudgedPair(pair, found))}"))
    if pair.comparison:
        said = f'states "{pair.comparison.statement}": {found.outcome}'
        where = pair.comparison.name.value or f"line {pair.comparison.place.line}"
        console.print(Text(f"judged as in the comparison {where}, which {said}"))
