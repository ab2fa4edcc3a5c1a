"""An outcome to print, with every kind of cell."""

import pytest

from prune_audit.studies.outcome import (
    Column,
    Curve,
    Held,
    Mark,
    Outcome,
    Panel,
    Point,
    Sign,
    Spread,
    Table,
)


@pytest.fixture
def outcome() -> Outcome:
    """Return an outcome with text that must not break a table or a picture."""
    columns = (Column("method"), Column("kept", "%", 0), Column("accuracy", "%"), Column("epochs"))
    rows = (
        ("l1 | l2", 10.0, Spread((97.0, 98.0, 99.0)), 30),
        ("random", 10.0, Spread((95.5,)), None),
    )
    curve = Curve("l1", (Point(1.0, (90.0, 91.0)), Point(10.0, (97.0, 98.0))))
    cloud = Curve("random", (Point(1.0, (80.0,)), Point(10.0, (95.0,))), joined=False)
    panel = Panel("A_1 $x$", "kept (%)", "accuracy (%)", (curve, cloud), (Mark(2.0, "limit"),))
    return Outcome(
        "demo", "a demonstration", "Nobody et al. 2020", ("One sentence.",),
        (Table("A table", columns, rows, "A note."),),
        (Sign("l1 above random", "+2.50 points", Held.YES), Sign("x | y", "0", Held.OPEN)),
        (panel, panel._replace(log_x=True)), ("What limits it.",),
    )  # fmt: skip
