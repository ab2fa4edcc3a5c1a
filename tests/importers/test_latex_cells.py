"""What a piece of LaTeX prints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.importers.latex.plain import Printed, plain, printed


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"76.10", "76.10"),
        (r"{\bf 76.1} $\pm$ 0.2", "76.1 ± 0.2"),
        (r"$76.10 \pm 0.12$", "76.10±0.12"),
        (r"76.10$_{\pm 0.12}$", "76.10±0.12"),
        (r"75.2$_{\downarrow 0.5}$", "75.2 ↓0.5"),
        (r"$\downarrow$0.5", "↓0.5"),
        (r"$-0.5$", "-0.5"),
        (r"56.7\,\%", "56.7\u2009%"),
        (r"\multirow{2}{*}{ResNet-50}", "ResNet-50"),
        (r"\multicolumn{3}{c|}{Top-1 (\%)}", "Top-1 (%)"),
        (r"\textcolor{red}{75.2}", "75.2"),
        (r"\makecell[c]{Acc.\\(\%)}", "Acc. (%)"),
        (r"about~75", "about 75"),
        (r"$\sim$75", "~75"),
        (r"2.3$\times$", "2.3×"),
        (r"$10^{-3}$", "10^-3"),
        (r"M{\"u}ller, Andr\'e", "Müller, André"),
        (r"$L_0$-ARM", "L_0-ARM"),
    ],
)
def test_a_cell_is_read_as_it_is_printed(source: str, text: str) -> None:
    assert plain(source) == text


@pytest.mark.parametrize(
    "source", [r"\textbf{76.1}", r"{\bf 76.1}", r"\bfseries 76.1", r"$\mathbf{76.1}$"]
)
def test_bold_is_seen_however_it_is_written(source: str) -> None:
    assert printed(source) == Printed("76.1", bold=True)


def test_a_cell_is_as_bold_as_its_first_digit() -> None:
    assert printed(r"\textbf{76.1} $\pm$ 0.2").bold
    assert not printed(r"76.1 $\pm$ \textbf{0.2}").bold


def test_footnote_marks_and_citations_stand_beside_the_text() -> None:
    assert printed(r"GReg$^{\dagger}$~\cite[p.~3]{wang2021, li2017}") == Printed(
        "GReg", marks=("†",), cites=("wang2021", "li2017")
    )


def test_a_subscript_number_is_not_glued_to_the_number_before_it() -> None:
    assert plain(r"$76.10_{0.12}$") == "76.10 0.12"


def test_an_unknown_command_stays_so_that_no_number_is_misread() -> None:
    assert plain(r"\frac{1}{2}") == r"\frac12"


@given(st.text(alphabet="\\{}[]$^_~%&ab1. textbfcitepm", max_size=60))
def test_broken_latex_is_read_as_something(source: str) -> None:
    assert isinstance(printed(source).text, str)


@given(st.text())
def test_any_text_is_read_as_something(source: str) -> None:
    assert isinstance(printed(source).text, str)


def test_deep_groups_are_left_as_they_are() -> None:
    assert plain("{" * 5000) == "{" * 5000
