"""Tables of three formats as grids of cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.importers.csv_table import read_csv
from prune_audit.importers.grid import Grid, TableError
from prune_audit.importers.latex.table import read_latex
from prune_audit.importers.markdown_table import read_markdown

BOOKTABS = r"""
% \begin{tabular}{l} in a comment \end{tabular}
\begin{table}[t]
\begin{tabular}{l|cc@{\hskip 2pt}c}
\toprule
\multirow{2}{*}{Method} & \multicolumn{2}{c}{Top-1 (\%)} & FLOPs \\
\cmidrule(lr){2-3}
 & Base & Pruned & (G) \\
\midrule
\multicolumn{4}{c}{\textbf{ResNet-50 on ImageNet}} \\
\midrule
\multirow{2}{*}{GReg~\cite{wang2021}} & 76.13 & \textbf{75.16} & 1.77 \\[2pt]
  & 76.13 & 73.90$^\dagger$ & -- \\ % 99 & 99
\hline
Ours & \multicolumn{2}{c}{n/a} & 2.05
\end{tabular}
\end{table}
"""


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in grid.rows]


def test_a_latex_table_has_headers_over_two_rows() -> None:
    grid = read_latex(BOOKTABS, "t.tex")
    assert grid.columns == ("Method", "Top-1 (%) / Base", "Top-1 (%) / Pruned", "FLOPs / (G)")


def test_a_latex_table_is_read_cell_by_cell() -> None:
    assert texts(read_latex(BOOKTABS, "t.tex")) == [
        ["GReg", "76.13", "75.16", "1.77"],
        ["GReg", "76.13", "73.90", "--"],
        ["Ours", "n/a", "n/a", "2.05"],
    ]


def test_a_latex_cell_knows_its_line_its_weight_and_its_marks() -> None:
    first, second, third = read_latex(BOOKTABS, "t.tex").rows
    assert (first.line, second.line, third.line) == (12, 13, 15)
    assert first.cells[2].bold
    assert second.cells[2].marks == ("†",)
    assert (third.cells[1].width, third.cells[2].covered) == (2, True)


def test_a_heading_inside_the_table_belongs_to_the_rows_below_it() -> None:
    assert {row.section for row in read_latex(BOOKTABS, "t.tex").rows} == {"ResNet-50 on ImageNet"}


def test_headings_that_follow_each_other_belong_together() -> None:
    grid = read_csv("Method,Acc\nImageNet,\nResNet,\nA,1\nVGG,\nB,2\n", "t.csv")
    assert [row.section for row in grid.rows] == ["ImageNet / ResNet", "VGG"]


def test_a_row_of_empty_cells_at_the_end_is_no_heading() -> None:
    grid = read_csv("Method,Acc\nA,1\nB,\n", "t.csv")
    assert texts(grid) == [["A", "1"], ["B", ""]]


def test_a_multirow_may_span_upwards() -> None:
    source = r"\begin{tabular}{ll}A & B \\ \hline & 1 \\ \multirow{-2}{*}{x} & 2 \end{tabular}"
    assert texts(read_latex(source, "t.tex")) == [["x", "1"], ["x", "2"]]


def test_a_table_inside_a_cell_is_no_row() -> None:
    source = (
        r"\begin{tabular}{ll}A & B \\ \hline"
        r" \begin{tabular}{l}x \\ y\end{tabular} & 1 \\ z & 2 \end{tabular}"
    )
    assert [row[1] for row in texts(read_latex(source, "t.tex"))] == ["1", "2"]


MARKDOWN = """\
Some text

| Method | Acc | Drop |
|:-------|----:|------|
| A <sup>1</sup> | **76.1** ± 0.2 | ↓0.5 |
| B\\|C | $75 \\pm 0.1$[^2] | |
"""


def test_a_markdown_table_is_read_cell_by_cell() -> None:
    grid = read_markdown(MARKDOWN, "t.md")
    assert grid.columns == ("Method", "Acc", "Drop")
    assert texts(grid) == [["A", "76.1 ± 0.2", "↓0.5"], ["B|C", "75±0.1", ""]]
    assert [row.line for row in grid.rows] == [5, 6]
    assert (grid.rows[0].cells[1].bold, grid.rows[1].cells[1].bold) == (True, False)
    assert (grid.rows[0].cells[0].marks, grid.rows[1].cells[1].marks) == (("1",), ("2",))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_of_a_csv_file_is_found_out(delimiter: str) -> None:
    source = delimiter.join(["Method", "Acc"]) + "\n" + delimiter.join(["A", "**75.1**"]) + "\n"
    grid = read_csv(source, "t.csv")
    assert (grid.columns, texts(grid)) == (("Method", "Acc"), [["A", "75.1"]])
    assert grid.rows[0].cells[1].bold


def test_a_csv_cell_may_hold_lines_and_the_rows_keep_theirs() -> None:
    grid = read_csv('Method,Acc\n"A\nB",75\nC,74\n', "t.csv")
    assert [row.line for row in grid.rows] == [2, 4]
    assert grid.rows[0].cells[0].text == "A\nB"


@pytest.mark.parametrize(
    ("read", "source", "reason"),
    [
        (read_csv, "a,b\n1,2,3\n", "t:2: the row has 3 cells, the header 2"),
        (read_csv, "a,b\n", "no rows below its header"),
        (read_csv, "", "no rows below its header"),
        (read_markdown, "no table", "no table in it"),
        (read_latex, r"\section{x}", "no tabular in it"),
        (read_latex, r"\begin{tabular}{l}a\end{tabular}" * 2, "2 tables begin in the lines 1, 1"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(read, source: str, reason: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TableError, match=reason.replace("(", r"\(")):
        read(source, "t")


def test_one_of_several_tables_is_picked() -> None:
    source = "".join(
        rf"\begin{{tabular}}{{l}}A \\ \hline {value}\end{{tabular}}" for value in ("1", "2")
    )
    assert texts(read_latex(source, "t.tex", pick=2)) == [["2"]]


@given(st.sampled_from([read_csv, read_markdown, read_latex]), st.text())
def test_any_text_is_a_table_or_is_refused(read, text: str) -> None:  # type: ignore[no-untyped-def]
    _or_refused(read, text)


LATEX_BITS = (
    "\\begin{tabular}{ll}", "\\end{tabular}", "&", "\\\\", "\\hline", "\\multirow{2}{*}{x}",
    "\\multicolumn{3}{c}{y}", "{", "}", "[", "]", "%", "\n", "76.1", "\\cmidrule(lr){1-2}",
    "\\textbf{", "$", "_{", "\\", "\\multirow{-3}{*}{z}", "\\begin{array}",
)  # fmt: skip


@given(st.lists(st.sampled_from(LATEX_BITS), max_size=30).map("".join))
def test_a_broken_latex_table_is_read_or_refused(body: str) -> None:
    _or_refused(read_latex, "\\begin{tabular}{ll}A & B \\\\ \\hline 1 & 2 \\\\" + body)


@given(st.text(alphabet="|- \n:a1*_`[]<>\\$", max_size=80))
def test_a_broken_markdown_table_is_read_or_refused(body: str) -> None:
    _or_refused(read_markdown, "| A | B |\n|---|---|\n" + body)


def _or_refused(read, text: str) -> None:  # type: ignore[no-untyped-def]
    try:
        grid = read(text, "t")
    except TableError:
        return
    assert all(len(row.cells) == len(grid.columns) for row in grid.rows)


@pytest.mark.parametrize(
    ("read", "source"),
    [
        (read_csv, "a,b\n" + "x" * 6000 + ",1\n"),
        (read_markdown, "| a | b |\n|---|---|\n| " + "x" * 6000 + " | 1 |\n"),
        (read_latex, r"\begin{tabular}{ll}a & b \\ \hline " + "x" * 6000 + r" & 1 \end{tabular}"),
        (read_csv, "a,b\n" + "1,2\n" * 6000),
    ],
)
def test_what_is_too_large_is_refused(read, source: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TableError, match=r"longer than 5,000|more than 5,000"):
        read(source, "t")
