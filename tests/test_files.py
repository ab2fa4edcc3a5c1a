"""Whatever a path turns out to be: a finding with a place, never a traceback, never a hang."""

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.filetext import RefusedError, decode
from prune_audit.load import load_file
from prune_audit.paths import claim_files, read_claims
from prune_audit.problems import Problem


def problem(path: Path) -> Problem:
    loaded = load_file(path, path.name)
    assert loaded.claim is None
    assert len(loaded.problems) == 1
    return loaded.problems[0]


@pytest.mark.parametrize(
    ("data", "code", "words", "place"),
    [
        (b"", "PA002", "the file is empty", (1, 1)),
        (b"a: 1\nb: \x00\n", "PA001", "holds a NUL byte", (2, 4)),
        (b"a: 1\nna\xefve: 2\n", "PA001", "is not UTF-8 text", (2, 3)),
        ("é: ".encode() + b"\xff\n", "PA001", "is not UTF-8 text", (1, 4)),
        (b"\xef\xbb\xbfa: \xff\n", "PA001", "is not UTF-8 text", (1, 4)),
        ("schema: 1\n".encode("utf-16"), "PA001", "is UTF-16 text, expected UTF-8", (1, 1)),
        ("schema: 1\n".encode("utf-16-be"), "PA001", "holds a NUL byte", (1, 1)),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PA001", "holds a NUL byte", (3, 1)),
        (b"\x1f\x8b\x08\x08abc", "PA001", "is not UTF-8 text", (1, 2)),
        (b"# comment\n" * 1_048_576, "PA001", "is larger than 1 MiB", (1, 1)),
        (b"a: 1\ra\x07: 2\r", "PA002", "invisible character U+0007", (1, 7)),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else "",
)
def test_a_file_that_is_no_claim_is_one_problem_with_its_place(
    tmp_path: Path, data: bytes, code: str, words: str, place: tuple[int, int]
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    found = problem(path)
    assert found.code == code
    assert words in found.message
    assert (found.anchors[0].line, found.anchors[0].column) == place
    assert found.anchors[0].file == "a.yaml"
    assert found.fix


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "there is no such file"),
        (os.mkdir, "this is a directory"),
        (os.mkfifo, "this is no regular file"),
        (lambda path: os.symlink("/dev/zero", path), "this is no regular file"),
        (lambda path: os.symlink("nowhere", path), "there is no such file"),
        (lambda path: os.symlink(path, path), "there is no such file"),
    ],
    ids=["missing", "directory", "pipe", "device", "dangling link", "circular link"],
)
def test_what_is_no_file_is_not_opened(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    path = tmp_path / "a.yaml"
    make(path)
    found = problem(path)
    assert (found.code, found.message) == ("PA001", f"{words}, expected a claim file")


@pytest.mark.parametrize("name", ["a" * 5000, "a" * 300, "a\0b"])
def test_an_impossible_name_is_a_problem(name: str) -> None:
    assert problem(Path(name)).code == "PA001"
    assert claim_files([name]) == [name]


@pytest.mark.parametrize("data", [b"\xef\xbb\xbfschema: 1\r\n", b"schema: 1\r\n", b"schema: 1"])
def test_a_byte_order_mark_and_other_line_ends_are_no_problem(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(data + b"\npaper: {title: T, venue: V, year: 2021}\nresults: {}\n")
    assert load_file(path).problems == ()


@given(st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        decode(data, "a.yaml")
    except RefusedError as refused:
        place = refused.problem.anchors[0]
        line = data.decode("utf-8-sig", "replace").split("\n")[place.line - 1]
        assert 1 <= place.column <= len(line) + 1


GOOD = "schema: 1\npaper: {title: T, venue: V, year: 2021}\nresults: {}\n"


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    for name, text in (("a", GOOD), ("b", "\0"), ("c", "[" * 100_000), ("d", GOOD)):
        (tmp_path / f"{name}.yaml").write_text(text)
    os.mkfifo(tmp_path / "e.yaml")
    (tmp_path / "f.yaml").symlink_to("nowhere")
    read = list(read_claims(claim_files([str(tmp_path)])))
    good = {Path(loaded.name).stem for loaded in read if loaded.claim}
    assert [Path(loaded.name).stem for loaded in read] == [*"abcdef"]
    assert good == {"a", "d"}
    assert all(loaded.problems for loaded in read if not loaded.claim)


def test_a_name_that_is_no_text_is_shown_with_its_bytes(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.yaml")).write_text(GOOD)
    (loaded,) = read_claims(claim_files([str(tmp_path)]))
    assert loaded.claim is not None
    assert loaded.name == f"{tmp_path}/\\xff.yaml"


def test_a_folder_stands_for_the_visible_claim_files_below_it(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "c.txt", ".hidden.yaml", "sub/d.yaml", ".git/e.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(GOOD)
    (tmp_path / "sub" / "folder.yaml").mkdir()
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    found = [str(Path(name).relative_to(tmp_path)) for name in claim_files([str(tmp_path)])]
    assert found == ["a.yml", "b.yaml", "sub/d.yaml"]


def test_patterns_are_sorted_and_every_file_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("b.yaml", "a.yaml", "[x].yaml"):
        Path(name).write_text(GOOD)
    assert claim_files(["?.yaml", "b.yaml"]) == ["a.yaml", "b.yaml"]
    assert claim_files(["[x].yaml"]) == ["[x].yaml"]
    assert claim_files(["*.json"]) == []
    assert claim_files(["missing.yaml"]) == ["missing.yaml"]


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "empty"), (b"\xff\xfe", "UTF-16"), (b"x" * 2_000_000, "larger than 1 MiB")],
)
def test_standard_input_is_read_with_the_same_limits(
    monkeypatch: pytest.MonkeyPatch, data: bytes, words: str
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    (loaded,) = read_claims(["-"])
    assert loaded.name == "<stdin>"
    assert words in loaded.problems[0].message


def test_standard_input_may_hold_a_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(GOOD.encode())))
    (loaded,) = read_claims(claim_files(["-"]))
    assert loaded.claim is not None
