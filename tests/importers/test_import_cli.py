"""``prune-audit import`` as it is called: exit codes, questions, files."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from prune_audit import import_cli
from prune_audit.importers.shrinkbench.survey import PAPERS, RESULTS
from prune_audit.load import load_file, load_text

PLAIN = "Method,Top-1 (%),Speedup\nA,75.10,2.00x\nB,74.0,3x\n"
DOUBTFUL = "Method,Acc. (%),Acc. (%),Pruned\nA,76.1,75.1,50%\n"
SETTLED = ("--map", "base_top1=#2", "--map", "top1=#3", "--map", "params_reduction=#4")

Table = Callable[[str], Path]


def run(*arguments: object, answers: str = "") -> Result:
    return CliRunner().invoke(import_cli.app, [str(one) for one in arguments], input=answers)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    def write(text: str) -> Path:
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_cli, "terminal", lambda: True)


def test_a_clear_table_becomes_a_claim_file_on_stdout(table: Table) -> None:
    done = run("csv", table(PLAIN))
    assert done.exit_code == 0
    loaded = load_text(done.stdout, "x.yaml")
    assert loaded.problems == ()
    assert loaded.claim is not None
    assert [row.top1.text for row in loaded.claim.results.values()] == ["75.10", "74.0"]


def test_what_was_read_and_what_is_missing_is_said_on_stderr(table: Table) -> None:
    done = run("csv", table(PLAIN))
    assert "column 2 'Top-1 (%)' is read as top1" in done.stderr
    assert "still to be filled in: paper.title; paper.venue; paper.year; source" in done.stderr


def test_without_a_terminal_doubtful_columns_are_refused_with_what_settles_them(
    table: Table,
) -> None:
    done = run("csv", table(DOUBTFUL))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "column 2 'Acc. (%)' may be base_top1 or top1 or before_retraining" in done.stderr
    assert "--map base_top1=#2 or --map top1=#2" in done.stderr
    assert "column 4 'Pruned' may be" in done.stderr
    assert "--ignore=#4" in done.stderr


def test_the_proposed_options_settle_it(table: Table) -> None:
    assert run("csv", table(DOUBTFUL), *SETTLED).exit_code == 0


def test_an_ignored_column_is_left_out(table: Table) -> None:
    done = run("csv", table("Method,Acc,Venue\nA,75,ICLR\n"), "--ignore", "Venue")
    assert done.exit_code == 0
    assert "ICLR" not in done.stdout


@pytest.mark.usefixtures("at_terminal")
def test_at_a_terminal_doubtful_columns_are_asked_about(table: Table) -> None:
    done = run("csv", table(DOUBTFUL), answers="base_top1\nwhat\ntop1\nignore\n")
    assert done.exit_code == 0
    assert "no column can be read as 'what'" in done.stderr
    assert "the same without questions: --map method=#1 --map base_top1=#2" in done.stderr
    assert load_text(done.stdout, "x.yaml").problems == ()


@pytest.mark.usefixtures("at_terminal")
def test_choices_have_numbers(table: Table) -> None:
    done = run("csv", table(DOUBTFUL), answers="1\n9\n1\nparams_kept\n")
    assert done.exit_code == 0
    assert "  1  base_top1\n  2  top1\n  3  before_retraining\n  4  ignore\n" in done.stderr
    assert "  there are the numbers 1 to " in done.stderr
    flags = "--map method=#1 --map base_top1=#2 --map top1=#3 --map params_kept=#4"
    assert flags in done.stderr


@pytest.mark.usefixtures("at_terminal")
def test_all_keys_are_listed_when_asked_for_alone(table: Table) -> None:
    answers = "\nqqqqqq\n?\nbase_top1\ntop1\nignore\n"
    done = run("csv", table(DOUBTFUL), answers=answers)
    assert done.exit_code == 0
    assert "a number from 1 to 4 or a key is needed; ignore leaves it out" in done.stderr
    assert "no column can be read as 'qqqqqq'; ? lists all keys" in done.stderr
    assert done.stderr.count("retraining.batch_size") == 1
    listing = [line for line in done.stderr.splitlines() if "retraining.batch_size" in line]
    assert max(map(len, listing)) <= 100


@pytest.mark.usefixtures("at_terminal")
def test_an_interrupted_question_writes_nothing(table: Table) -> None:
    done = run("csv", table(DOUBTFUL), answers="base_top1\n")
    assert (done.exit_code, done.stdout) == (5, "")
    assert "interrupted; nothing was written" in done.stderr


@pytest.mark.usefixtures("at_terminal")
def test_no_input_asks_nothing_at_a_terminal(table: Table) -> None:
    done = run("csv", table(DOUBTFUL), "--no-input", answers="top1\n")
    assert done.exit_code == 2
    assert "these columns are not sure" in done.stderr


@pytest.mark.usefixtures("at_terminal")
def test_questions_and_their_absence_give_the_same_file(table: Table) -> None:
    file = table(DOUBTFUL)
    answered = run("csv", file, answers="base_top1\ntop1\nignore\n")
    flags = answered.stderr.partition("without questions: ")[2].splitlines()[0]
    assert flags == "--map method=#1 --map base_top1=#2 --map top1=#3 --ignore=#4"
    assert answered.stdout == run("csv", file, "--no-input", *flags.split()).stdout


def test_a_file_is_written_once_and_replaced_by_force_alone(table: Table, tmp_path: Path) -> None:
    file, output = table(PLAIN), tmp_path / "new" / "claim.yaml"
    assert run("csv", file, "-o", output).exit_code == 0
    output.write_text("mine", encoding="utf-8")
    refused = run("csv", file, "-o", output)
    assert (refused.exit_code, output.read_text(encoding="utf-8")) == (2, "mine")
    assert "there already" in refused.stderr
    assert run("csv", file, "-o", output, "--force").exit_code == 0
    assert load_file(output).problems == ()


def test_a_file_that_cannot_be_written_is_named(table: Table, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    output = tmp_path / "file" / "claim.yaml"
    done = run("csv", table(PLAIN), "-o", output)
    assert done.exit_code == 2
    assert f"cannot write {tmp_path / 'file'}" in done.stderr


def test_nothing_is_written_through_a_link(table: Table, tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link.yaml"
    target.write_text("mine", encoding="utf-8")
    link.symlink_to(target)
    assert run("csv", table(PLAIN), "-o", link, "--force").exit_code == 2
    assert target.read_text(encoding="utf-8") == "mine"


def test_all_unreadable_cells_are_named_at_once(table: Table) -> None:
    done = run("csv", table("Method,Acc\nA,x\nB,y\n"))
    assert done.exit_code == 2
    assert done.stderr.count("cell '") == 2


def test_facts_of_all_rows_come_from_options(table: Table) -> None:
    done = run(
        "csv", table(PLAIN), "--network", "resnet50", "--dataset", "imagenet", "--title", "T: x",
        "--base-top1", "76.13", "--table", "Table 2", "--set", "retraining.epochs=90",
        "--venue", "ICLR", "--year", "2021",
    )  # fmt: skip
    claim = load_text(done.stdout, "x.yaml").claim
    assert claim is not None
    row = claim.results["A"]
    assert row.base_model is not None
    assert row.retraining is not None
    assert (claim.paper.title.text, row.base_model.top1.text) == ("T: x", "76.13")
    assert (row.retraining.epochs.text, row.source.value) == ("90", ("Table 2",))


@pytest.mark.parametrize(
    "arguments",
    [
        ("--map", "top1"),
        ("--map", "topp=#2"),
        ("--ignore", "nothing like it"),
        ("--unit", "top1=furlongs"),
        ("--set", "runs"),
        ("--set", "runs=many"),
        ("--section", "method"),
        ("--delimiter", ";;"),
    ],
)
def test_a_wrong_option_is_wrong_usage(table: Table, arguments: tuple[str, str]) -> None:
    done = run("csv", table(PLAIN), *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "prune-audit: " in done.stderr


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_file_that_cannot_be_read_is_wrong_usage(tmp_path: Path, name: str) -> None:
    assert run("csv", tmp_path / name).exit_code == 2


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"Method,Acc\nA\xff,75\n")
    done = run("csv", path)
    assert done.exit_code == 2
    assert f"{path}:2: is not UTF-8 text" in done.stderr


def test_markdown_and_latex_give_the_same_rows(tmp_path: Path) -> None:
    markdown, latex = tmp_path / "t.md", tmp_path / "t.tex"
    markdown.write_text(
        "| Method | Top-1 (%) | Drop |\n|---|---|---|\n| **A** | **75.10** ± 0.2 | 0.90 |\n",
        encoding="utf-8",
    )
    latex.write_text(
        r"\begin{tabular}{lcc}\toprule Method & Top-1 (\%) & Drop \\ \midrule"
        r" \textbf{A} & \textbf{75.10} $\pm$ 0.2 & 0.90 \\ \bottomrule\end{tabular}",
        encoding="utf-8",
    )
    one, other = run("markdown", markdown), run("latex", latex)
    assert (one.exit_code, other.exit_code) == (0, 0)
    assert one.stdout.splitlines()[1:4] == other.stdout.splitlines()[1:4]
    assert one.stdout.partition("results:")[2] == other.stdout.partition("results:")[2]
    assert "top1: 75.10 ± 0.2" in one.stdout


def survey(folder: Path, rows: list[list[str]]) -> Path:
    inner = folder / "analysis" / "assets" / "existing-results"
    inner.mkdir(parents=True, exist_ok=True)
    (inner / PAPERS).write_text("Name,Date\ndoe,2019-6\n", encoding="utf-8")
    with (inner / RESULTS).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["Name", "Paper", "Dataset", "Model", "Top1"], *rows])
    return folder


def test_the_survey_becomes_one_file_per_paper(tmp_path: Path) -> None:
    folder = survey(tmp_path / "s", [["1", "doe", "ImageNet", "ResNet-50", "75.00%"]])
    done = run("shrinkbench", folder, "-o", tmp_path / "out")
    assert done.exit_code == 0
    assert "1 rows of 1 papers" in done.stderr
    assert load_file(tmp_path / "out" / "doe.yaml").problems == ()


def test_rows_that_are_left_out_are_listed_and_change_the_exit_code(tmp_path: Path) -> None:
    rows = [["1", "doe", "ImageNet", "ResNet-50", "75.00%"], ["2", "", "X", "Y", ""]]
    done = run("shrinkbench", survey(tmp_path / "s", rows), "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "left out: Results-Grid view.csv:3: the row names no paper" in done.stderr
    assert (tmp_path / "out" / "doe.yaml").exists()


def test_a_second_import_overwrites_nothing(tmp_path: Path) -> None:
    folder = survey(tmp_path / "s", [["1", "doe", "ImageNet", "ResNet-50", "75.00%"]])
    out = tmp_path / "out"
    assert run("shrinkbench", folder, "-o", out).exit_code == 0
    assert run("shrinkbench", folder, "-o", out).exit_code == 2
    assert run("shrinkbench", folder, "-o", out, "--force").exit_code == 0


def test_a_survey_without_rows_is_nothing_to_import(tmp_path: Path) -> None:
    assert run("shrinkbench", survey(tmp_path / "s", []), "-o", tmp_path / "out").exit_code == 4


def test_a_folder_that_is_no_survey_is_wrong_usage(tmp_path: Path) -> None:
    done = run("shrinkbench", tmp_path, "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()
