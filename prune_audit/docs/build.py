"""Makes the generated parts of the README and of the manual from the code they describe.

Run ``python -m prune_audit.docs.build`` in the root of the repository after changing a rule, a key
or what a command prints; a test compares the files with what this module makes.
"""

import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

from typer.testing import CliRunner

from prune_audit.cli import app
from prune_audit.docs import tables
from prune_audit.manual import benchmark_tables, key_tables, page, rule_table
from prune_audit.rules import RULES
from prune_audit.setups import TABLE_2

BLOCK = re.compile(
    r"(?P<begin><!-- begin: (?P<name>[^>]+?) -->\n).*?(?P<end><!-- end -->)", re.DOTALL
)
WIDTH = "80"
MANUAL = Path("prune_audit/docs")


def output(command: str) -> str:
    """Return a command line and what it prints at 80 columns, as a code block."""
    arguments = shlex.split(command)[1:]
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": WIDTH, "NO_COLOR": "1"})
    return f"```console\n$ {command}\n{result.stdout.rstrip()}\n```"


def ladder() -> str:
    """Return Table 2 as a markdown table."""
    lines = ["| setup | adds the fact |", "|---|---|"]
    lines += [f"| {setup} | same {', '.join(names)} |" for setup, names in TABLE_2]
    return "\n".join(lines)


PARTS: Mapping[str, Callable[[], str]] = {
    "rules": lambda: rule_table(RULES),
    "ladder": ladder,
    "arms": tables.arms,
    "kinds": tables.kinds,
    "methods": tables.methods,
    "shortest method": tables.shortest_method,
    "networks": tables.networks,
    "data": tables.data,
    "configuration": tables.configuration,
    "benchmark keys": benchmark_tables,
}


def filled(text: str) -> str:
    """Return a page with every generated block made anew.

    A block begins with ``<!-- begin: NAME -->`` and ends with ``<!-- end -->``; NAME is a part's
    name or a command line of prune-audit.
    """

    def block(match: re.Match[str]) -> str:
        name = match["name"]
        made = PARTS[name]() if name in PARTS else output(name)
        return f"{match['begin']}{made}\n{match['end']}"

    return BLOCK.sub(block, text)


def pages() -> dict[Path, str]:
    """Return the generated pages of the manual by their paths."""
    rules = "\n".join(f"## {rule.code}\n\n```text\n{page(rule)}```\n" for rule in RULES)
    keys = "Keys that are needed may be `unreported` or `unverified` where they ask for a fact."
    written = [MANUAL / "reruns.md", MANUAL / "benchmark.md"]
    return {
        **{path: filled(path.read_text(encoding="utf-8")) for path in written},
        MANUAL / "rules.md": f"# Rules\n\n{rules}",
        MANUAL / "claim-file.md": f"# Keys of a claim file\n\n{keys}\n\n{key_tables()}\n",
    }


def main() -> None:
    """Write the generated parts of the README and the pages of the manual."""
    readme = Path("README.md")
    readme.write_text(filled(readme.read_text(encoding="utf-8")), encoding="utf-8")
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
