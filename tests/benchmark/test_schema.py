"""The JSON Schema of a benchmark's file is a shadow of its reader."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from prune_audit.cli import app

EXAMPLE = Path(__file__).parents[1] / "example_benchmark"


@pytest.fixture(scope="module")
def schema() -> Any:
    done = CliRunner().invoke(app, ["schema", "--kind", "benchmark"])
    return json.loads(done.stdout)


def test_the_schema_is_one(schema: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_example_is_valid(schema: Any) -> None:
    text = (EXAMPLE / "benchmark.yaml").read_text(encoding="utf-8")
    jsonschema.validate(yaml.safe_load(text), schema)


@pytest.mark.parametrize("key", ["profile", "ruleset", "tracks", "name"])
def test_what_is_needed_is_needed(schema: Any, key: str) -> None:
    data = yaml.safe_load((EXAMPLE / "benchmark.yaml").read_text(encoding="utf-8"))
    del data[key]
    with pytest.raises(jsonschema.ValidationError, match=key):
        jsonschema.validate(data, schema)


@pytest.mark.parametrize("path", sorted(EXAMPLE.glob("submissions/*/*/submission.yaml")))
def test_submissions_fit_the_schema_of_claim_files(path: Path) -> None:
    done = CliRunner().invoke(app, ["schema"])
    jsonschema.validate(yaml.safe_load(path.read_text(encoding="utf-8")), json.loads(done.stdout))
