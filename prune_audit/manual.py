"""Manual pages made from docstrings and from the classes of the claim file."""

from collections.abc import Iterable, Iterator

from prune_audit.claim import (
    BaseModel,
    Comparison,
    Paper,
    PruningStage,
    Result,
    ScratchStage,
    Stage,
    Table,
)
from prune_audit.forms import keys_of
from prune_audit.rules.rule import Rule

FAMILIES = {
    "PA0": "file and provenance",
    "PA1": "arithmetic",
    "PA2": "setup",
    "PA3": "fairness",
    "PA4": "schedule and trainability",
    "PA5": "statistics",
    "PA6": "reporting",
    "PA7": "evidence across papers",
}

FORMS: tuple[tuple[str, type], ...] = (
    ("paper", Paper),
    ("base_models", BaseModel),
    ("pretraining, retraining (a stage)", Stage),
    ("pruning", PruningStage),
    ("scratch", ScratchStage),
    ("results", Result),
    ("comparisons", Comparison),
    ("tables", Table),
)


def page(rule: Rule) -> str:
    """Return the manual page of a rule."""
    head = f"{rule.code} {rule.name} ({rule.severity}, {rule.tier}, looks at a {rule.scope})"
    return f"{head}\n\n{rule.manual}\n"


def rule_rows(rules: Iterable[Rule]) -> list[tuple[str, str, str, str, str]]:
    """Return code, name, severity, tier and title of every rule."""
    return [(r.code, r.name, str(r.severity), str(r.tier), r.title) for r in rules]


def rule_table(rules: Iterable[Rule]) -> str:
    """Return the rules as a markdown table, for the README."""
    lines = ["| rule | severity | tier | finds |", "|---|---|---|---|"]
    lines += [f"| {r.code} {r.name} | {r.severity} | {r.tier} | {r.title} |" for r in rules]
    return "\n".join(lines)


def key_tables() -> str:
    """Return every key of a claim file as markdown tables."""
    return "\n\n".join(f"### {name}\n\n" + "\n".join(_keys(form)) for name, form in FORMS)


def _keys(form: type) -> Iterator[str]:
    yield "| key | needed | meaning | expects |"
    yield "|---|---|---|---|"
    for key in keys_of(form):
        needed = "yes" if key.required else ""
        cells = (f"`{key.name}`", needed, key.doc, key.expects)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
