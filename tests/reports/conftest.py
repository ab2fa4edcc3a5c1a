"""A small report of three findings, one more that is suppressed, and one of hostile texts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from prune_audit.audit import Report
from prune_audit.findings import Finding, Severity, Suppressed, SuppressedBy, Tier
from prune_audit.places import Place
from prune_audit.rules import RULES
from prune_audit.settings import Settings

ERROR = Finding(
    "PA104", "speedup-mismatch", Severity.ERROR, Tier.CONCLUSIVE,
    "2.00x cannot be 4.09G / 2.50G",
    (Place("claims/a b.yaml", 7, 3, "results.ours.speedup"),
     Place("claims/a b.yaml", 4, 9, "base_models.dense.macs")),
    "check the MACs",
)  # fmt: skip
WARNING = Finding(
    "PA402", "small-initial-lr", Severity.WARNING, Tier.HEURISTIC,
    "retraining starts at 1e-3", (Place("claims/a b.yaml", 5, 1, "results.ours.retraining"),),
)  # fmt: skip
NOTE = Finding(
    "PA010", "unused-entry", Severity.NOTE, Tier.CONCLUSIVE,
    "no result uses the base model 'b'", (Place("./claims/b.yaml", 2, 1),),
)  # fmt: skip
WAIVED = Suppressed(
    replace(ERROR, message="3.00x cannot be 4.09G / 2.50G"),
    SuppressedBy.COMMENT, "as printed", "Ada", "2030-01-31", Place("claims/a b.yaml", 7, 20),
)  # fmt: skip
HOSTILE = (
    "line one\r\n::error::injected\n##[add-mask]x <script>alert(1)</script> ]]> --> @octocat #1 "
    "![i](http://evil/x.png) [l](javascript:x) `code` |cell| www.evil.org \x1b[31m\x00\x7f\x9b "
    "100% a:b,c;d \U0001f4a5 \u202egnp \ufffe \u2028next {0} {{1}} :tada: a@evil.org $x$"
)


def small_report(*findings: Finding, suppressed: tuple[Suppressed, ...] = ()) -> Report:
    """Return a report with findings and nothing else, sorted as an audit sorts them."""
    ordered = tuple(sorted(findings, key=lambda finding: finding.sort_key))
    return Report((), (), ordered, Settings(), RULES, suppressed=suppressed)


@pytest.fixture
def small() -> Report:
    return small_report(ERROR, WARNING, NOTE)


@pytest.fixture
def waived() -> Report:
    return small_report(ERROR, WARNING, NOTE, suppressed=(WAIVED,))


@pytest.fixture
def empty() -> Report:
    return small_report()


@pytest.fixture
def hostile() -> Report:
    place = Place(f"claims/{HOSTILE}.yaml", 3, 1, HOSTILE)
    finding = replace(ERROR, message=HOSTILE, fix=HOSTILE, anchors=(place, place))
    waiver = Suppressed(
        replace(finding, message=f"other {HOSTILE}"), SuppressedBy.CONFIGURATION, HOSTILE, HOSTILE
    )
    return small_report(finding, suppressed=(waiver,))


@pytest.fixture
def many() -> Report:
    """Two thousand findings of one kind, of which every second says the same."""
    return small_report(
        *(
            replace(ERROR, anchors=(Place(f"claims/{n % 7}.yaml", n + 1, 1),),
                    message=f"{n // 2}.00x cannot be")
            for n in range(2000)
        )
    )  # fmt: skip


@pytest.fixture
def make() -> Callable[..., Report]:
    return small_report


@pytest.fixture
def an_error() -> Callable[..., Finding]:
    def changed(**changes: Any) -> Finding:
        return replace(ERROR, **changes)

    return changed
