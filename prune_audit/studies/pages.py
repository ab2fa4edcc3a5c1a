"""Manual pages of studies: the docstring of each study's module, read without running it."""

import ast
import inspect
from importlib.resources import files

from prune_audit.studies.study import Study


def study_page(study: Study) -> str:
    """Return the manual page of a study."""
    manual = docstring(study).replace("``", "'")
    head = f"{study.name} (study)"
    return f"{head}\n\n{manual}\n\nRun it: {command(study)}\n"


def command(study: Study) -> str:
    """Return the command that runs a study."""
    return f"prune-audit study {study.name}"


def docstring(study: Study) -> str:
    """Return the docstring of a study's module, which is called as the study is."""
    file = files("prune_audit.studies") / f"{study.name.replace('-', '_')}.py"
    found = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    return inspect.cleandoc(found or "")
