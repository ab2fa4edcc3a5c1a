"""The plans that small claims give."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from prune_audit.corpus import gather
from prune_audit.load import load_text
from prune_audit.reruns.planned import Plan
from prune_audit.reruns.planning.plan import plan, wanted
from prune_audit.reruns.planning.request import Request


def planned_for(text: str, request: Request, runs: Mapping[str, Any] | None = None) -> Plan:
    """Return the plan for the claims of a text."""
    loaded = load_text(text, "claim.yaml")
    assert not loaded.problems, loaded.problems
    return plan(wanted(gather([loaded]), {}), request, runs or {})


@pytest.fixture(scope="session")
def plan_for() -> Callable[..., Plan]:
    return planned_for
