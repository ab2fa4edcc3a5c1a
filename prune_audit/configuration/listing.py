"""What a configuration comes to: every value with where it stands."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from prune_audit.configuration.settled import NAMES, Settled
from prune_audit.configuration.source import shadowed
from prune_audit.reports.lines import clean, one_line, painted, wrapped
from prune_audit.reports.look import Look
from prune_audit.waivers.suppression import Matching, Suppression

VERSION = 1
NONE = "no prune-audit.toml and no [tool.prune-audit] in a pyproject.toml was found"


def listed(settled: Settled, look: Look) -> str:
    """Return the file, a line per key with value and origin, and the suppressions."""
    return "\n".join(line.rstrip() for line in _lines(settled, look))


def _lines(settled: Settled, look: Look) -> Iterator[str]:
    configuration = settled.configuration
    found = f"configuration: {configuration.source.name}" if configuration else NONE
    yield painted(clean(found), "bold", look)
    if configuration and (other := shadowed(configuration.source)):
        yield from wrapped(f"not read: [tool.prune-audit] in {clean(other)} beside it", look, 0, 4)
    yield ""
    rows = [(name, _shown(_value(settled, name)), settled.origin(name)) for name in NAMES]
    wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, value, origin in rows:
        yield clean(f"{name:<{wide[0]}}  {value:<{wide[1]}}  {origin}")
    if settled.suppressions:
        yield ""
        yield painted("suppressed", "bold", look)
        for suppression in settled.suppressions:
            yield from wrapped(one_line(_suppression(suppression)), look, 0, 4)


def _value(settled: Settled, name: str) -> Any:
    return getattr(settled.options, name.replace("-", "_"))


def _shown(value: Any) -> str:
    if value is None or value == ():
        return "-"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _suppression(one: Suppression) -> str:
    until = f", until {one.until}" if one.until else ""
    owner = f", owner {one.owner}" if one.owner else ""
    place = f"{one.place.file}:{one.place.line}"
    return (
        f"{', '.join(one.words)} {one.where}: {one.reason or 'no reason'}{owner}{until} ({place})"
    )


def document(settled: Settled) -> str:
    """Return the same as versioned JSON."""
    configuration = settled.configuration
    data = {
        "version": VERSION,
        "file": configuration.source.name if configuration else None,
        "not_read": shadowed(configuration.source) if configuration else None,
        "values": {name: _json_value(settled, name) for name in NAMES},
        "suppress": [_table(one) for one in settled.suppressions],
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def _json_value(settled: Settled, name: str) -> dict[str, Any]:
    configuration = settled.configuration
    place = None
    if configuration and name in configuration.values:
        file, line = configuration.place(name)
        place = {"file": file, "line": line}
    origin = "configuration" if place else "default"
    return {"value": _plain(_value(settled, name)), "from": origin, "place": place}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Path):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _table(one: Suppression) -> dict[str, Any]:
    where = one.where
    return {
        "codes": list(one.words),
        "files": list(where.files) if isinstance(where, Matching) else [],
        "pointer": (where.pointer or None) if isinstance(where, Matching) else None,
        "reason": one.reason or None,
        "owner": one.owner or None,
        "until": one.until.isoformat() if one.until else None,
        "place": {"file": one.place.file, "line": one.place.line},
    }
