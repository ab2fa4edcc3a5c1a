"""Manual pages made from docstrings and from the classes of the claim file."""

from collections.abc import Iterable, Iterator

from prune_audit.benchmark.definition import Benchmark, Track, TrackRecipe, Waiver
from prune_audit.claim import (
    BaseModel,
    Comparison,
    Paper,
    PruningStage,
    Result,
    ScratchStage,
    Stage,
    Table,
    Taxonomy,
)
from prune_audit.forms import keys_of
from prune_audit.rules.rule import Rule
from prune_audit.submission import CheckpointFile, LogColumns, RunFiles, Submission

FAMILIES = {
    "PA0": "file and provenance",
    "PA1": "arithmetic",
    "PA2": "setup",
    "PA3": "fairness",
    "PA4": "schedule and trainability",
    "PA5": "statistics",
    "PA6": "reporting",
    "PA7": "evidence",
    "PA8": "benchmark",
    "PA9": "tool hygiene",
}

FORMS: tuple[tuple[str, type], ...] = (
    ("paper", Paper),
    ("base_models", BaseModel),
    ("pretraining, retraining (a stage)", Stage),
    ("pruning", PruningStage),
    ("pruning.taxonomy", Taxonomy),
    ("scratch", ScratchStage),
    ("results", Result),
    ("comparisons", Comparison),
    ("tables", Table),
    ("submission", Submission),
    ("submission.runs (a list)", RunFiles),
    ("submission.logs", LogColumns),
    ("submission.checkpoint", CheckpointFile),
)

BENCHMARK_FORMS: tuple[tuple[str, type], ...] = (
    ("the file", Benchmark),
    ("tracks", Track),
    ("retraining of a track", TrackRecipe),
    ("waivers (a list)", Waiver),
)

TOP: tuple[tuple[str, str, str, str], ...] = (
    ("schema", "yes", "version of the format", "1"),
    ("paper", "yes", "the paper whose numbers the file holds", "keys"),
    ("base_models", "", "the dense networks that were pruned", "names, each with keys"),
    ("recipes", "", "stages that several rows share", "names, each with the keys of a stage"),
    ("defaults", "", "what every row states that does not state otherwise", "keys of a result"),
    ("results", "yes", "the rows of the tables", "names, each with keys, or with a sweep"),
    ("comparisons", "", "which rows the paper sets against each other", "a list of keys"),
    ("tables", "", "rankings, rows in printed order", "a list of keys"),
    ("submission", "", "track, row and evidence of a submission to a benchmark", "keys"),
)

DEFAULTS = """\
defaults:                       # every row has these keys, unless it states its own
  base: dense
  pruning: one-shot             # the name of a recipe
  retraining: {recipe: short, epochs: 60}       # a recipe with one key changed
  runs: {unreported: "section 4, appendix B"}   # read there, and it does not say
  source: Table 1
"""

SWEEP = """\
  ours:                         # two rows, ours@2x and ours@4x; ours means both
    method: Ours
    sweep:
      at: [2x, 4x]              # the labels of the rows
      pruning.ratio: [0.5, 0.75]
      top1: [75.16, 73.90]
"""

SHORTHANDS = f"""\
### Shorthands

A stage (`pretraining`, `pruning`, `retraining` or `finetuning`, `scratch`) is a mapping of its
keys, the name of a recipe, `none`, `unreported` or `unverified`. `{{recipe: NAME, epochs: 60}}` is
the recipe NAME with other epochs: keys beside `recipe` win over those of the recipe.

`unreported` may say where you looked: `{{unreported: "section 4, appendix B"}}`, and so may
`unverified`.

`defaults` holds keys of a result. A row's own keys win, a stage that a row states replaces the one
of the defaults as a whole, and a scratch row takes neither `pruning` nor `retraining` from there.

```yaml
{DEFAULTS}```

`sweep` makes several rows of one entry under `results`. `at` lists their labels, every other key a
value per label; `stage.key`, such as `pruning.ratio` or `retraining.epochs`, is a key inside a
stage. A gap in a list is `unreported` or `unverified`. Another row refers to `NAME@label`, or to
all of them as `NAME`; two sweeps are compared row by row where their labels agree.

```yaml
{SWEEP}```"""


def page(rule: Rule) -> str:
    """Return the manual page of a rule."""
    head = f"{rule.code} {rule.name} ({rule.severity}, {rule.tier}, looks at a {rule.scope})"
    manual = rule.manual.replace("``", "'")
    return f"{head}\n\n{manual}\n"


def rule_table(rules: Iterable[Rule]) -> str:
    """Return the rules as a markdown table, for the README."""
    lines = ["| rule | severity | tier | finds |", "|---|---|---|---|"]
    lines += [f"| {r.code} {r.name} | {r.severity} | {r.tier} | {r.title} |" for r in rules]
    return "\n".join(lines)


def key_tables() -> str:
    """Return every key of a claim file as markdown tables."""
    tables = [f"### {name}\n\n{_table(_keys(form))}" for name, form in FORMS]
    return "\n\n".join([f"### the file\n\n{_table(TOP)}", *tables, SHORTHANDS])


def benchmark_tables() -> str:
    """Return every key of a benchmark's file as markdown tables."""
    own = (
        ("benchmark", "yes", "version of the format", "1"),
        ("tracks", "yes", "the tracks", "names, each with keys"),
        ("waivers", "", "what maintainers let pass", "a list of keys"),
    )
    rows = [[*own, *_keys(Benchmark)], *([*_keys(form)] for _, form in BENCHMARK_FORMS[1:])]
    named = zip(BENCHMARK_FORMS, rows, strict=True)
    return "\n\n".join(f"### {name}\n\n{_table(keys)}" for (name, _), keys in named)


def _keys(form: type) -> Iterator[tuple[str, str, str, str]]:
    for key in keys_of(form):
        yield key.name, "yes" if key.required else "", key.doc, key.expects


def _table(rows: Iterable[tuple[str, str, str, str]]) -> str:
    lines = ["| key | needed | meaning | expects |", "|---|---|---|---|"]
    for name, *others in rows:
        cells = [f"`{name}`", *others]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)
