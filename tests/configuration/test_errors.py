"""What is wrong with a configuration: all of it at once, with file, line, key and expectation."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from prune_audit.configuration.configuration import read
from prune_audit.configuration.errors import ConfigurationError
from prune_audit.configuration.keys import KEYS
from prune_audit.configuration.source import opened

Run = Callable[..., Result]
Configure = Callable[..., Path]


@pytest.fixture
def wrong(fair: Path, run: Run, configure: Configure) -> Callable[..., str]:
    def check(text: str | bytes, name: str = "prune-audit.toml") -> str:
        configure(text, name)
        done = run("check", fair)
        assert (done.exit_code, done.stdout) == (2, ""), done.output
        assert "Traceback" not in done.stderr
        return done.stderr

    return check


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("tolerence = 0.05", "no key 'tolerence'; did you mean 'tolerance'?"),
        ('fail_on = "note"', "no key 'fail_on'; write fail-on, with a hyphen"),
        ('require = "S9"', 'require: expected one of "S1", "S2"'),
        ("tolerance = 5", 'tolerance: expected a share below 1 such as "5%" or 0.05, got 5'),
        ('tolerance = "nan"', "tolerance: expected"),
        ("tolerance = nan", "tolerance: expected"),
        ("tolerance = true", "tolerance: expected"),
        ("base-gap = -0.5", "base-gap: expected a number of points from 0 to 100"),
        ('base-gap = "0.5"', "base-gap: expected"),
        ("alpha = 0", "alpha: expected a number between 0 and 1"),
        ("alpha = inf", "alpha: expected"),
        ('fail-on = "errors"', 'fail-on: expected one of "error"'),
        ('format = "xml"', 'format: expected one of "auto"'),
        ('select = ["PA99"]', "no rule has the code, prefix or name 'PA99'"),
        ("ignore = [1]", "ignore: expected a list of codes"),
        ("ruleset = 99", "ruleset: expected a whole number from 1 to"),
        ("ruleset = true", "ruleset: expected"),
        ("ruleset = 1.0", "ruleset: expected"),
        ('store = ""', "store: expected a path"),
        ("baseline = 3", "baseline: expected a path"),
        ("suppress = 3", "suppress: expected tables, each under [[suppress]]"),
        ("[suppress]", "suppress: expected tables"),
    ],
)
def test_a_wrong_key_is_named_with_its_line(
    wrong: Callable[..., str], line: str, words: str
) -> None:
    told = wrong(f"# a comment\n\n{line}\n")
    assert "prune-audit.toml:3: " in told
    assert words in told


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('coeds = ["PA1"]', "no key 'coeds'; did you mean 'codes'?"),
        ("codes = []", "codes: expected a list of codes"),
        ("files = [1]", "files: expected a pattern"),
        ('files = "/claims/*.yaml"', "files: expected a pattern or a list of patterns from this"),
        ("pointer = 3", "pointer: expected a pattern"),
        ("reason = 3", "reason: expected a text"),
        ("until = 2030", "until: expected a date such as 2030-12-31"),
        ('until = "31.12.2030"', "until: expected a date"),
        ("until = 2030-12-31T10:00:00", "until: expected a date"),
        ("until = 2030-12-31", "no rule is named"),
        ('codes = ["PA1"]\ncode = "PA2"', "code and codes both stand here"),
    ],
)
def test_a_wrong_table_is_named_with_its_line(
    wrong: Callable[..., str], line: str, words: str
) -> None:
    good = '[[suppress]]\ncode = "PA101"\nreason = "a"\n\n'
    told = wrong(f"{good}[[suppress]]\n{line}\n")
    assert words in told
    whole = words.startswith(("no rule", "code and"))
    assert f"prune-audit.toml:{5 if whole else 6}: " in told


def test_everything_is_told_at_once_and_in_a_project_file_too(wrong: Callable[..., str]) -> None:
    told = wrong(
        '[project]\nalpha = 3\n\n[tool.prune-audit]\nalpha = 3\nformt = "x"\n'
        "[[tool.prune-audit.suppress]]\nowner = 1\n",
        "pyproject.toml",
    )
    for line in (5, 6, 7, 8):
        assert f"pyproject.toml:{line}: " in told


def test_a_key_is_not_looked_for_inside_texts_and_other_tables(wrong: Callable[..., str]) -> None:
    text = '# alpha = 3\nstore = """\nalpha = 3\n"""\nselect = [\n  "PA1", # alpha = 3\n]\n'
    assert "prune-audit.toml:8: alpha" in wrong(f'{text}"alpha" = 3\n')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = ", "prune-audit.toml:1: not readable as TOML"),
        ("\n\nb = [1,\n", "not readable as TOML"),
        ("alpha = 0.1\nalpha = 0.2\n", "prune-audit.toml:2: not readable as TOML"),
        ("a = " + "[" * 100_000, "prune-audit.toml"),
        ("a = " + "9" * 10_000, "prune-audit.toml"),
        (b"# \xff\n", "prune-audit.toml:1: is not UTF-8 text"),
        (b"# a\n# \x00\n", "prune-audit.toml:2: holds a NUL byte"),
        ("alpha = 0.1\n".encode("utf-16"), "is UTF-16 text"),
        (b"# comment\n" * 200_000, "is larger than 1 MiB"),
    ],
    ids=range(9),
)
def test_what_is_no_toml_is_a_clear_error(
    wrong: Callable[..., str], text: str | bytes, words: str
) -> None:
    told = wrong(text)
    assert words in told
    assert "--isolated" in told or "expected" in told or "no key" in told


def test_a_heading_for_project_files_is_to_be_dropped(wrong: Callable[..., str]) -> None:
    told = wrong("[tool.prune-audit]\nalpha = 0.1\n")
    assert "prune-audit.toml:1: [tool.prune-audit] is for pyproject.toml; drop the heading" in told


@pytest.mark.parametrize("heading", ["[tool.prune_audit]", "[tool]\n[tool.'prune_audit']"])
def test_a_misspelt_heading_of_a_project_file_is_told(
    wrong: Callable[..., str], heading: str
) -> None:
    told = wrong(f"{heading}\nalpha = 0.1\n", "pyproject.toml")
    assert "[tool.prune_audit] is not read; write [tool.prune-audit]" in told


def test_a_baseline_that_is_not_there_is_told_with_the_line_that_names_it(
    wrong: Callable[..., str],
) -> None:
    told = wrong('# mine\nbaseline = "nob.json"\n')
    assert "there is no baseline" in told
    assert "prune-audit.toml:2)" in told


def test_many_errors_are_cut(wrong: Callable[..., str]) -> None:
    told = wrong("".join(f"key{number} = 1\n" for number in range(80)))
    assert "and 30 more" in told


VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


def written(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(one):08x}" for one in value) + '"'
    return str(value).lower() if isinstance(value, bool | float) else str(value)


@given(
    st.dictionaries(
        st.sampled_from([*KEYS, "suppress", "x", "fail_on"]),
        VALUES.filter(lambda value: "\ud800" not in str(value)),
    )
)
def test_any_values_are_read_or_refused_with_a_line(
    tmp_path_factory: pytest.TempPathFactory, table: dict[str, object]
) -> None:
    path = tmp_path_factory.mktemp("any") / "prune-audit.toml"
    lines = [f"{key} = {written(value)}" for key, value in table.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    told: tuple[str, ...] = ()
    values = {}
    try:
        values = dict(read(opened(path)).values)
    except ConfigurationError as error:
        told = error.messages
    assert set(values) <= set(table)
    assert all(f"{path}:" in message for message in told)
