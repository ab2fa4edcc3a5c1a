"""The command line of the manual: the rules, the methods, and a page on each."""

import inspect
from difflib import get_close_matches
from textwrap import fill
from typing import Annotated

import typer

from prune_audit import config_cli
from prune_audit.console import USAGE, look, stop, write
from prune_audit.manual import page
from prune_audit.options import Ignore, Ruleset, Select
from prune_audit.problems import shown
from prune_audit.reruns.methods import METHODS
from prune_audit.rules import RULES

PAGE = 100
"""Columns of a manual page."""
LONGEST = 80
"""Characters of a wrong name that are compared with what there is."""


def rules(select: Select = None, ignore: Ignore = None, ruleset: Ruleset = None) -> None:
    """List the rules: code, name, severity, tier, first ruleset, what each finds."""
    # here and below: tabulate takes 15 ms to import, which the other commands need not pay
    from prune_audit.listings import rule_list

    given = {"select": select, "ignore": ignore, "ruleset": ruleset}
    shown = config_cli.selected(config_cli.settled((), None, True, given))
    write(rule_list(shown, look(None, False)), None)


def methods() -> None:
    """List methods, controls, arms, diagnostics and studies: what each does, how it is named."""
    from prune_audit.listings import method_list

    write(method_list(look(None, False)), None)


def explain(
    code: Annotated[
        str,
        typer.Argument(
            help="A rule's code or name, a family, a key of a claim file, or whatever methods "
            "lists: PA101, PA1, pruning.taxonomy, l1, double-descent, clr."
        ),
    ],
) -> None:
    """Print the manual page of a rule, a method, a control, a study, or a key of a claim file."""
    from prune_audit.catalogue import ENTRIES, entry_lines
    from prune_audit.key_pages import key_page
    from prune_audit.listings import family_list
    from prune_audit.reruns.method_pages import method_page
    from prune_audit.studies.pages import study_page
    from prune_audit.studies.registry import STUDIES

    found = [rule for rule in RULES if code == rule.name or rule.code.startswith(code.upper())]
    if code in METHODS:
        write(method_page(code), None)
    elif code in STUDIES:
        write(study_page(STUDIES[code]), None)
    elif code == "pipeline":
        from prune_audit import grammar

        write(f"pipeline\n\n{(inspect.getdoc(grammar) or '').replace('``', chr(39))}\n", None)
    elif code == "sqnr":
        from prune_audit import quantisation

        write(f"sqnr\n\n{inspect.getdoc(quantisation)}\n", None)
    elif found:
        write(page(found[0]) if len(found) == 1 else family_list(found, look(None, False)), None)
    elif keyed := key_page(code):
        write(keyed, None)
    elif entry := ENTRIES.get(code):
        write("\n".join(fill(line, PAGE) for line in entry_lines(entry)), None)
    else:
        _stop_on(code)


def _stop_on(code: str) -> None:
    from prune_audit.catalogue import ENTRIES
    from prune_audit.key_pages import names
    from prune_audit.studies.registry import STUDIES

    rules = [name for rule in RULES for name in (rule.code, rule.name)]
    known = [*rules, *METHODS, *STUDIES, *ENTRIES, *names()]
    near = [
        one
        for asked in (code[:LONGEST], code[:LONGEST].lower())
        for one in get_close_matches(asked, known, 1, cutoff=0.75)
    ]
    hint = f"; did you mean {near[0]}? See" if near else "; see"
    lists = "prune-audit rules and prune-audit methods"
    stop(f"no rule, method, study or key is called {shown(code)}{hint} {lists}", USAGE)
