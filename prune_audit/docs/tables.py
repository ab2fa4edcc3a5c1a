"""Tables of the manual's page on reruns, made from the code they describe."""

import inspect
from collections.abc import Sequence
from importlib.resources import files
from textwrap import dedent

from prune_audit.configuration.keys import KEYS, SUPPRESS
from prune_audit.configuration.tables import EXPECTED
from prune_audit.reruns.datasets import caveat, layout, title
from prune_audit.reruns.methods import METHODS
from prune_audit.reruns.networks import BUILT
from prune_audit.reruns.planning.arms import ARMS
from prune_audit.reruns.planning.kinds_arm import retrained
from prune_audit.reruns.published import PUBLISHED
from prune_audit.schedules.kinds import KINDS

OPTIONS = {
    "as reported": "--as-reported",
    "calibrated": "--calibrated",
    "crossed": "--crossed",
    "convergence": "--convergence",
    "tuned": "--tune-lr",
}


def arms() -> str:
    """Return the arms with what each does, from their docstrings."""
    told = [(OPTIONS[arm], plan.__doc__) for arm, plan in ARMS.items() if arm in OPTIONS]
    rows = [
        (f"`{option}`", " ".join(inspect.cleandoc(text or "").replace("``", "`").split()))
        for option, text in (*told, ("--retraining KIND", retrained.__doc__))
    ]
    return _table(("option", "what is rerun"), rows)


def kinds() -> str:
    """Return the retraining kinds with what each does and where it is from."""
    rows = [(f"`{kind}`", one.title, one.source) for kind, one in KINDS.items()]
    return _table(("kind", "retraining", "source"), rows)


def methods() -> str:
    """Return the pruning methods, and how claims name them."""
    rows = [
        (f"`{name}`", one.granularity, one.title, ", ".join(one.words), one.source)
        for name, one in METHODS.items()
    ]
    return _table(("method", "granularity", "rule", "`criterion:` in a claim", "source"), rows)


def shortest_method() -> str:
    """Return all that one method is: its file, and its entry in the table of methods."""
    name = "magnitude"
    package = files("prune_audit")
    code = (package / "pipeline" / "methods" / f"{name}.py").read_text(encoding="utf-8")
    table = (package / "reruns" / "methods.py").read_text(encoding="utf-8")
    entry = dedent(table[table.index(f'        "{name}": Method(') :].split("\n        ),\n")[0])
    return f"```python\n{code.rstrip()}\n```\n\n```python\n{entry}\n),\n```"


def data() -> str:
    """Return the data sets, what must lie where, and what has to be said of each."""
    rows = [
        (
            title(name),
            "nothing, it is embedded" if name == "digits" else f"`{layout(name)}`",
            caveat(name),
        )
        for name in PUBLISHED
    ]
    return _table(("data set", "in `--data DIR`", "remark"), rows)


def configuration() -> str:
    """Return the keys of a configuration, and those of its tables of suppressions."""
    keys = [(f"`{name}`", key.meaning, key.expects) for name, key in KEYS.items()]
    tables = [(f"`{SUPPRESS}.{name}`", "", expects) for name, expects in EXPECTED.items()]
    return _table(("key", "meaning", "expects"), [*keys, *tables])


def networks() -> str:
    """Return the networks that can be built."""
    return ", ".join(f"`{name}`" for name in sorted(BUILT))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---" for _ in head], *rows]
    cells = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
