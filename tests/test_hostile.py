"""Whatever a claim file holds, reading and auditing it ends, soon, and raises nothing."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.load import Loaded, load_text
from prune_audit.problems import MOST_PROBLEMS
from prune_audit.rules import RULES
from prune_audit.settings import Settings

CLAIMS = [
    path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parent.parent / "claims").glob("*.yaml"))
]
TRAPS = st.sampled_from(
    [
        *(
            "",
            " ",
            "\n",
            "\t",
            ":",
            ": ",
            "- ",
            "? ",
            "#",
            ",",
            "[",
            "]",
            "{",
            "}",
            "&a ",
            "*a",
            "! ",
        ),
        *(
            "|\n",
            ">\n",
            "'",
            '"',
            "%",
            "@",
            "`",
            "---\n",
            "...\n",
            "<<: ",
            "~",
            "null",
            "1:30",
            "on",
        ),
        *(
            "1e-2",
            "1e99",
            "-1",
            "0",
            "~25",
            ">0",
            "\u22125",
            "\u00b1",
            "\u00d7",
            "\u2028",
            "\x85",
            "\0",
        ),
        *("\ufeff", "\U0001f600", "unreported", "none", "{recipe: x}", "x" * 500, "../a#b", "a#b"),
        *(
            "0:1e-1,30:1e-2",
            "step 0.1 every 1 by 0.1",
            "rewind 9 of 9: 1",
            "cosine 1 to 0",
            "99.99",
        ),
    ]
)
HEAD = "schema: 1\npaper: {title: A, venue: B, year: 2020}\n"
GOOD = "method: m, base: none, network: n, dataset: d, pruning: none, retraining: none, source: s"
LONG = 20_000


def listed(count: int, item: str = "1") -> str:
    return "[" + f"{item}," * count + "]"


def rows(count: int, row: str) -> str:
    return "results:\n" + "".join(f"  r{i}: {row}\n" for i in range(count))


def check(text: str) -> Loaded:
    loaded = load_text(text, "a.yaml")
    corpus = gather([loaded])
    report = audit(corpus, RULES, Settings())
    assert loaded.claim is not None or loaded.problems
    assert all(finding.anchors for finding in report.findings)
    return loaded


@settings(deadline=None)
@given(st.text())
def test_any_text_is_checked_without_an_error(text: str) -> None:
    check(text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
@given(st.data())
def test_any_change_of_a_shipped_claim_is_checked_without_an_error(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(CLAIMS))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.sampled_from([0, 1, 3, 30]))
        text = text[:start] + data.draw(TRAPS) + text[end:]
    check(text)


HOSTILE = {
    "brackets": "[" * 100_000,
    "braces": "{a: " * 100_000,
    "dashes": "- " * 100_000,
    "question marks": "? " * 100_000,
    "one long key": f"{'k' * 500_000}: 1",
    "one long word": "a: " + "x " * 400_000,
    "an open quote": '"' + "x" * 1_000_000,
    "a long tag": "!" * 100_000 + " a",
    "a long anchor": "&" + "a" * 100_000 + " b",
    "line ends only": "\n" * 1_000_000,
    "doubling anchors": "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(50)),
    "unknown keys": HEAD + "".join(f"zz{i}: 1\n" for i in range(LONG)) + "results: {}",
    "many bad rows": HEAD + rows(LONG, "{}"),
    "duplicate keys": HEAD + "results: {}\n" + "a: 1\n" * LONG,
    "unknown defaults for many rows": (
        f"{HEAD}defaults: {{{''.join(f'k{i}: 1, ' for i in range(5000))}}}\n{rows(LONG, '{}')}"
    ),
    "long bad defaults for many rows": (
        f"{HEAD}defaults: {{source: {listed(LONG, '[]')}, pruning: {{recipe: no}}, "
        f"retraining: {{ratios: {listed(LONG, 'x')}}}}}\n{rows(LONG, '{}')}"
    ),
    "a long sweep of long rows": (
        f"{HEAD}results: {{a: {{source: {listed(LONG)}, sweep: {{at: {list(range(LONG))}, "
        f"top1: {listed(LONG)}, pruning.epochs: {listed(LONG)}}}}}}}"
    ),
    "references to nothing": (
        f"{HEAD}results: {{a: {{{GOOD}, top1: 1}}}}\n"
        f"tables: [{{ranked_by: top1, rows: {[f'b{i}' for i in range(LONG)]}}}]"
    ),
    "references to no files": (
        f"{HEAD}results: {{a: {{{GOOD}, top1: 1}}}}\n"
        f"tables: [{{ranked_by: top1, rows: {[f'b{i}#x' for i in range(LONG)]}}}]"
    ),
    "long numbers": HEAD + rows(90, f"{{{GOOD}, top1: {'9' * 9000}}}"),
    "spaced epochs": HEAD + rows(90, f"{{{GOOD}, pruning: {{epochs: '{' ' * 9000}'}}}}"),
    "long schedules": HEAD + rows(90, f"{{scratch: {{lr: '{'0:1,' * 2000}'}}}}"),
    "warm schedules": HEAD + rows(90, f"{{scratch: {{lr: '{'warm ' * 1900}'}}}}"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_bounded_time(name: str) -> None:
    start = time.perf_counter()
    loaded = check(HOSTILE[name])
    # about a second on a slow machine; without the limits minutes, or no end at all
    assert time.perf_counter() - start < 20
    assert loaded.claim is None or name.startswith("references")
    assert len(loaded.problems) <= MOST_PROBLEMS + 1


def test_the_last_of_too_many_problems_says_so() -> None:
    problems = load_text(HOSTILE["many bad rows"], "a.yaml").problems
    assert len(problems) == MOST_PROBLEMS + 1
    assert "more than 1,000 problems" in problems[-1].message


def test_a_long_sweep_is_read() -> None:
    labels = list(range(5000))
    sweep = f"sweep: {{at: {labels}, top1: {labels}}}"
    loaded = load_text(f"{HEAD}results: {{a: {{{GOOD}, {sweep}}}}}", "a.yaml")
    assert loaded.claim is not None
    assert len(loaded.claim.results) == 5000
