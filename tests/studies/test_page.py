"""The committed page of the studies, and the README's table of them."""

from pathlib import Path

import pytest

from prune_audit.docs.studies import PAGE, PICTURES
from prune_audit.studies.registry import STUDIES

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_has_its_section_its_command_and_its_picture(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    section = page.split(f"## {name}: {STUDIES[name].title}\n")[1].split("\n## ")[0]
    assert f"prune-audit study {name}\n" in section
    assert "| what is reported | measured here | outcome |" in section
    assert f"](pictures/{name}.svg)" in section
    assert (PICTURES / f"{name}.svg").is_file()


def test_the_page_holds_no_study_that_is_gone() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.count("\n## ") == len(STUDIES)
    assert {file.stem for file in PICTURES.iterdir()} == set(STUDIES)


def test_the_readme_names_every_study() -> None:
    readme = README.read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in readme for name in STUDIES)
