"""How far the penalty of a pruning stage came, in one line."""

from collections.abc import Iterator, Mapping

from prune_audit.reruns.measured import Measured


def stage_line(row: Measured) -> str:
    """Return what ended the growth of a row's penalty, and where it stood; empty without one."""
    found = row.stage
    return "; ".join(_parts(found)) if "penalty_max" in found else ""


def _parts(found: Mapping[str, float]) -> Iterator[str]:
    low, high = f"{found['penalty_min']:.3g}", f"{found['penalty_max']:.3g}"
    reached = high if low == high else f"{low} to {high}"
    yield (
        f"the penalty grew to {reached} in {found['growth_steps']:.0f} of {found['steps']:.0f} "
        f"steps, {_end(found)}"
    )
    if "picked_at" in found:
        yield (
            f"picked after {found['picked_at']:.0f} steps, {found['share_as_l1']:.0%} of it as "
            "L1 would have at the beginning"
        )
    if "ratio_min" in found:
        yield f"what stays is {found['ratio_min']:.3g} times as large as what goes, at least"


def _end(found: Mapping[str, float]) -> str:
    """Return what ended the growth; layers and seeds may differ."""
    ends = {
        "its ceiling ended it": found.get("ended_by_ceiling", 0.0),
        "the ratio ended it": found.get("ended_by_ratio", 0.0),
        "the stage's end ended it": found.get("still_growing", 0.0),
    }
    return " or ".join(end for end, layers in ends.items() if layers) or "no layer lost anything"
