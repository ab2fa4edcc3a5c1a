"""References into other claim files: found beside the file, never elsewhere, never without end."""

from pathlib import Path

import pytest

from prune_audit.corpus import Corpus, gather
from prune_audit.load import load_file, load_text

HEAD = "schema: 1\npaper: {title: A title, venue: ICLR, year: 2021}\n"
ROW = (
    "{method: M, base: none, network: n, dataset: d, pruning: none, retraining: none, "
    "top1: 75, source: Table 1}"
)
SWEPT = ROW.replace("top1: 75", "sweep: {at: [x, y], top1: [75, 74]}")


def claim(against: str, rows: str = f"  own: {ROW}\n") -> str:
    comparison = f"  - {{ours: own, against: [{against}], statement: better}}\n"
    return f"{HEAD}results:\n{rows}comparisons:\n{comparison}"


def corpus(folder: Path, checked: str, **files: str) -> Corpus:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return gather(load_file(folder / f"{name}.yaml") for name in checked.split())


def messages(found: Corpus) -> list[str]:
    return [problem.message for problem in found.problems]


def test_a_reference_is_read_from_the_file_beside(tmp_path: Path) -> None:
    found = corpus(tmp_path, "a", a=claim("b#own"), b=claim("a#own"))
    assert found.problems == ()
    (loaded,) = found.files
    assert loaded.claim is not None
    (row,) = found.rows(loaded.claim, ["b#own"])
    assert row.place.file == str(tmp_path / "b.yaml")


def test_a_file_that_is_only_referred_to_is_not_checked(tmp_path: Path) -> None:
    found = corpus(tmp_path, "a", a=claim("b#own"), b=claim("b#missing"))
    assert [Path(loaded.name).stem for loaded in found.files] == ["a"]
    assert [Path(one.file).stem for one in found.claims] == ["a"]
    assert found.problems == ()


def test_files_may_refer_to_each_other_in_a_circle(tmp_path: Path) -> None:
    texts = {"a": claim("b#own"), "b": claim("c#own"), "c": claim("a#own, c#own")}
    assert corpus(tmp_path, "a", **texts).problems == ()
    assert len(corpus(tmp_path, "a b c", **texts).known) == 3


def test_the_name_of_a_sweep_means_all_its_rows(tmp_path: Path) -> None:
    texts = {
        "a": claim("b#swept, b#swept@x"),
        "b": claim("a#own", f"  own: {ROW}\n  swept: {SWEPT}\n"),
    }
    found = corpus(tmp_path, "a", **texts)
    assert found.problems == ()
    (one,) = found.claims
    names = [row.name for row in found.rows(one, ["b#swept", "b#swept@y", "own"])]
    assert names == ["swept@x", "swept@y", "swept@y", "own"]


@pytest.mark.parametrize(
    ("reference", "message", "fix"),
    [
        ("greg#own", "there is no readable claim file 'greg'", "did you mean 'greg1'?"),
        ("greg1#onw", "there is no result in greg1 'onw'", "did you mean 'own'?"),
        ("greg1#own@x", "there is no result in greg1 'own@x'", "did you mean 'own'?"),
        ("bad#own", "there is no readable claim file 'bad'", "known here: a, greg1"),
        ("folder#own", "there is no readable claim file 'folder'", "known here: a, bad, greg1"),
        ("a.yaml#own", "there is no readable claim file 'a.yaml'", "did you mean 'a'?"),
        ("greg1.yaml#own", "there is no readable claim file 'greg1.yaml'", "did you mean 'greg1'?"),
        ("x" * 400 + "#own", f"there is no readable claim file '{'x' * 57}...'", "known here: a"),
    ],
)
def test_a_broken_reference_names_its_place_and_the_nearest_name(
    tmp_path: Path, reference: str, message: str, fix: str
) -> None:
    (tmp_path / "folder.yaml").mkdir()
    found = corpus(tmp_path, "a greg1", a=claim(reference), greg1=claim("a#own"), bad="schema: 1")
    (problem,) = found.problems
    where = f" in the folder {tmp_path}" if "file" in message else ""
    assert (problem.code, problem.message) == ("PA008", message + where)
    assert problem.fix.startswith(fix)
    assert problem.anchors[0].line == 6
    assert problem.anchors[0].file == str(tmp_path / "a.yaml")


def test_a_broken_file_is_read_once_however_often_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.yaml").write_text("[" * 100)
    text = claim(", ".join(f"bad#r{i}" for i in range(100)))
    opened: list[Path] = []
    original = Path.open

    def counting(path: Path, mode: str = "r") -> object:
        opened.append(path)
        return original(path, mode)

    monkeypatch.setattr(Path, "open", counting)
    found = gather([load_text(text, str(tmp_path / "a.yaml"))])
    assert len(opened) == 1
    assert len(found.problems) == 100


@pytest.mark.parametrize(
    "reference",
    ["../a#own", "/etc/passwd#x", "..#own", ".#own", "sub/a#own", r"sub\a#own", "~#own", "a#b#c"],
)
def test_a_reference_cannot_leave_the_folder(tmp_path: Path, reference: str) -> None:
    folder = tmp_path / "sub"
    folder.mkdir()
    (tmp_path / "a.yaml").write_text(claim("a#own"))
    (folder / "b.yaml").write_text(claim(f"'{reference}'"))
    (loaded,) = gather([load_file(folder / "b.yaml")]).files
    assert loaded.claim is None
    assert [problem.code for problem in loaded.problems] == ["PA007"]


def test_a_folder_does_not_see_the_files_of_another(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "one" / "a.yaml").write_text(claim("b#own"))
    (tmp_path / "two" / "b.yaml").write_text(claim("b#own"))
    found = gather(load_file(path) for path in sorted(tmp_path.glob("*/*.yaml")))
    (message,) = messages(found)
    assert message == f"there is no readable claim file 'b' in the folder {tmp_path / 'one'}"


def test_a_claim_from_standard_input_refers_to_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.yaml").write_text(claim("b#own"))
    assert gather([load_text(claim("b#own"), "<stdin>")]).problems == ()
    lost = gather([load_text(claim("c#own"), "<stdin>")])
    assert messages(lost) == ["there is no readable claim file 'c' in the working folder"]


def test_a_citation_of_nothing_is_a_broken_reference_too(tmp_path: Path) -> None:
    cited = ROW.replace("top1", "cites: b#own, top1")
    found = corpus(tmp_path, "a", a=f"{HEAD}results:\n  own: {cited}\n")
    assert messages(found) == [f"there is no readable claim file 'b' in the folder {tmp_path}"]


def test_the_shipped_claims_refer_to_what_is_there(claims: Path) -> None:
    found = gather(load_file(path) for path in sorted(claims.glob("*.yaml")))
    assert found.problems == ()
    assert all(loaded.claim for loaded in found.files)


def test_two_sweeps_without_a_common_label_are_a_problem(tmp_path: Path) -> None:
    rows = f"  own: {SWEPT}\n  other: {SWEPT.replace('[x, y]', '[u, v]')}\n"
    found = corpus(tmp_path, "a", a=claim("other", rows))
    assert messages(found) == ["the sweeps own and other share no label under at"]


def test_two_sweeps_with_one_common_label_are_paired_by_it(tmp_path: Path) -> None:
    rows = f"  own: {SWEPT}\n  other: {SWEPT.replace('[x, y]', '[y, z]')}\n"
    assert corpus(tmp_path, "a", a=claim("other", rows)).problems == ()
