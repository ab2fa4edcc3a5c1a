"""The command, and claims beside configurations."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from prune_audit import cli


@pytest.fixture(scope="session")
def run() -> Callable[..., Result]:
    def invoke(*arguments: object, **options: Any) -> Result:
        return CliRunner().invoke(cli.app, [str(one) for one in arguments], **options)

    return invoke


@pytest.fixture
def configure(tmp_path: Path) -> Callable[..., Path]:
    """Write a configuration file, by default prune-audit.toml beside the claims."""

    def write(text: str | bytes, name: str = "prune-audit.toml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write
