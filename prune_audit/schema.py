"""The JSON Schema of claim files, made from the classes that describe them.

Editors use it through the modeline. It is a shadow of the loader: what the loader accepts the
schema accepts, what the schema refuses the loader refuses. The loader sees more: exact numbers,
schedules, references, duplicate keys, and what defaults and recipes leave out.
"""

from typing import Any

from prune_audit import keys
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
from prune_audit.forms import Key, keys_of
from prune_audit.readers import NAME_PATTERN, ONE_VALUE, ListReader, Reader
from prune_audit.submission import CheckpointFile, LogColumns, RunFiles, Submission

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> Schema:
    """Return the JSON Schema of a claim file."""
    return {
        "$schema": DIALECT,
        "title": "prune-audit claim file",
        "type": "object",
        "required": ["schema", "paper", "results"],
        "additionalProperties": False,
        "properties": {
            "schema": {"enum": [1, "1"], "description": "version of the claim file format"},
            "paper": _form(Paper, required=True),
            "base_models": _named(_form(BaseModel, required=True)),
            "recipes": _named(_recipe()),
            "defaults": _with_aliases(_form(Result, required=False)),
            "results": _named(_row()),
            "comparisons": {"type": "array", "items": _form(Comparison, required=True)},
            "tables": {"type": "array", "items": _form(Table, required=True)},
            "submission": _submission(),
        },
        # defaults and sweeps may supply what a row leaves out; without them the row must have it
        "if": {"not": {"required": ["defaults"]}},
        "then": {"properties": {"results": {"additionalProperties": _complete_row()}}},
        "$defs": {
            "silence": _silence(),
            **{form.__name__: _stage(form) for form in (Stage, PruningStage, ScratchStage)},
            **{form.__name__: _nested(form) for form in (LogColumns, CheckpointFile, Taxonomy)},
        },
    }


def benchmark_schema() -> Schema:
    """Return the JSON Schema of a benchmark's file."""
    benchmark = _form(Benchmark, required=True)
    own: Schema = {
        "benchmark": {"enum": [1, "1"], "description": "version of the benchmark file format"},
        "tracks": {**_named(_form(Track, required=True)), "minProperties": 1},
        "waivers": {"type": "array", "items": _form(Waiver, required=True)},
    }
    return {
        "$schema": DIALECT,
        "title": "prune-audit benchmark file",
        **benchmark,
        "required": ["benchmark", "tracks", *benchmark["required"]],
        "properties": {**own, **benchmark["properties"]},
        "$defs": {"silence": _silence(), "TrackRecipe": _stage(TrackRecipe)},
    }


def _submission() -> Schema:
    schema = _form(Submission, required=True)
    runs: Schema = {"type": "array", "items": _form(RunFiles, required=True)}
    schema["properties"]["runs"] = {"anyOf": [runs, {"const": "none"}]}
    schema["required"] = [*schema["required"], "runs"]
    return schema


def _silence() -> Schema:
    words = ["unreported", "unverified"]
    where: Schema = {"not": {"type": ["array", "object"]}, "description": "where one looked"}
    described: Schema = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": dict.fromkeys(words, where),
        "additionalProperties": False,
    }
    return {"anyOf": [{"enum": words}, described]}


def _named(item: Schema) -> Schema:
    names = {"pattern": f"^{NAME_PATTERN.pattern}$"}
    return {"type": "object", "propertyNames": names, "additionalProperties": item}


def _form(form: type, *, required: bool) -> Schema:
    schema: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: _value(key) for key in keys_of(form)},
    }
    if required:
        schema["required"] = [key.name for key in keys_of(form) if key.required]
    return schema


def _value(key: Key) -> Schema:
    if key.form is not None:
        return {"$ref": f"#/$defs/{key.form.__name__}", "description": key.doc}
    assert isinstance(key.reader, Reader | ListReader)
    plain = _reader(key.reader)
    schema = {"anyOf": [plain, {"$ref": "#/$defs/silence"}]} if key.silent else plain
    return {**schema, "description": key.doc}


def _reader(reader: Reader[Any] | ListReader[Any]) -> Schema:
    if isinstance(reader, Reader):
        return dict(reader.schema)
    items: Schema = {"type": "array", "minItems": 1, "items": dict(reader.item.schema)}
    return {"anyOf": [items, dict(reader.item.schema)]} if reader.single else items


def _stage(form: type) -> Schema:
    """Describe a stage: its keys, the name of a recipe with or without changes, or a word."""
    stage = _form(form, required=False)
    stage["properties"]["recipe"] = {**ONE_VALUE, "description": "a name under recipes"}
    return {"anyOf": [ONE_VALUE, {"$ref": "#/$defs/silence"}, stage]}


def _nested(form: type) -> Schema:
    """Describe a mapping that may be left unsaid as a whole."""
    words: Schema = {"const": "none"}
    return {"anyOf": [words, {"$ref": "#/$defs/silence"}, _form(form, required=True)]}


def _recipe() -> Schema:
    """Describe a recipe, which may serve as any kind of stage."""
    properties: Schema = {}
    for form in (Stage, PruningStage, ScratchStage):
        properties.update(_form(form, required=False)["properties"])
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _with_aliases(schema: Schema) -> Schema:
    properties = schema["properties"]
    aliased = {alias: properties[name] for alias, name in keys.ALIASES.items()}
    return {**schema, "properties": {**properties, **aliased}}


def _row() -> Schema:
    row = _with_aliases(_form(Result, required=False))
    aliased = {f"{alias}.{key}" for alias, name in keys.ALIASES.items() for key in keys.STAGE[name]}
    cells: Schema = {"type": "array", "minItems": 1}
    row["properties"]["sweep"] = {
        "type": "object",
        "required": ["at"],
        "properties": dict.fromkeys(sorted(keys.SWEEP | aliased), cells),
        "additionalProperties": False,
        "description": "several rows that differ in a few keys: at holds their labels",
    }
    return row


def _complete_row() -> Schema:
    needed = [key.name for key in keys_of(Result) if key.required]
    return {"if": {"not": {"required": ["sweep"]}}, "then": {"required": needed}}
