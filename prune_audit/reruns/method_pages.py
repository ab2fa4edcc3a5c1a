"""Manual pages of pruning methods, read from the files of their code without running them."""

import ast
import inspect
from importlib.resources import files

from prune_audit.reruns.methods import METHODS, code_of


def method_page(name: str) -> str:
    """Return the manual page of a method: what the registry says, then its file's docstring."""
    method = METHODS[name]
    head = f"{name} ({', '.join(traits_of(name))})"
    manual = docstring(name).replace("``", "'")
    return f"{head}\n\n{manual}\n\nIn claims, as criterion: {', '.join(method.words)}\n"


def traits_of(name: str) -> tuple[str, ...]:
    """Return what a method removes, and what is special about it."""
    method = METHODS[name]
    unit = {
        "filter": "filters",
        "weight": "single weights",
        "n:m": "n of m weights",
        "bits": "bits",
    }
    return (
        unit[method.granularity],
        *([method.scope] if method.masked else []),
        *(["training images"] if method.images else []),
        *(["at initialisation"] if method.initial else []),
        *(["while it trains"] if method.trains else []),
    )


def docstring(name: str) -> str:
    """Return the docstring of the file that holds a method's code."""
    stage = METHODS[name].stage
    folder, code = ("stages", stage) if stage else ("methods", code_of(name))
    file = files("prune_audit.pipeline") / folder / f"{code.partition(':')[0]}.py"
    found = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    return inspect.cleandoc(found or "")
