"""The survey's CSV files, made here with its own headers, as claim files."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prune_audit.audit import audit
from prune_audit.claim import Claim, Result
from prune_audit.corpus import gather
from prune_audit.importers.shrinkbench import Imported, imported
from prune_audit.importers.shrinkbench.survey import PAPERS, RESULTS
from prune_audit.importers.texts import ImportFailedError
from prune_audit.load import load_file, load_text
from prune_audit.rules import RULES
from prune_audit.settings import Settings

PAPER_COLUMNS = (
    "Name", "Date", "AuthorName", "Venue", "BibTeX", "Notes", "Compares To", "Models", "Datasets",
    "Non-pruning", "Results",
)  # fmt: skip
RESULT_COLUMNS = (
    "Name", "Paper", "Dataset", "Model", "Method", "Notes", "NumTrials", "Err1", "Err5", "Top1",
    "stdTop1", "dTop1", "Top5", "dTop5", "MParams", "savedParams", "keptParams", "GFLOPS",
    "savedFLOPS", "keptFLOPS", "OrigTop1", "stdOrigTop1", "OrigTop5", "OrigMParams", "OrigGFLOPS",
    "old/new Nparam", "old/new FLOPS", "OrigErr1", "OrigErr5",
)  # fmt: skip
BIBTEX = """@article{doe2019,
  title={Pruning of {CNNs}: $ L\\_0 $ and {\\'e}tudes},
  author={Doe, Jane and Roe, R},
  journal={arXiv preprint arXiv:1901.00001},
  year={2019}
}"""

Survey = Callable[..., Imported]


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    def make(*rows: dict[str, str], papers: tuple[dict[str, str], ...] = ()) -> Imported:
        write(tmp_path / PAPERS, PAPER_COLUMNS, papers)
        named = [{"Name": f"{at}", "Paper": "doe", "Dataset": "ImageNet", "Model": "ResNet-50"}
                 | row for at, row in enumerate(rows, 1)]  # fmt: skip
        write(tmp_path / RESULTS, RESULT_COLUMNS, named)
        return imported(tmp_path)

    return make


def write(path: Path, columns: tuple[str, ...], rows: object) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)  # type: ignore[arg-type]


def claim_of(found: Imported) -> Claim:
    (file,) = found.files
    loaded = load_text(file.text, file.name)
    assert loaded.problems == ()
    assert loaded.claim is not None
    return loaded.claim


def row_of(found: Imported) -> Result:
    (row,) = claim_of(found).results.values()
    return row


def test_cells_become_values_without_the_zeros_that_fill_a_column(survey: Survey) -> None:
    row = row_of(
        survey(
            {
                "Top1": "75.20%", "Top5": "92.31%", "dTop1": "-0.950%", "OrigTop1": "76.15%",
                "MParams": "12.3800", "savedParams": "51.50%", "old/new Nparam": "2.06",
                "old/new FLOPS": "2.000", "NumTrials": "3", "OrigMParams": "25.500",
            }
        )
    )  # fmt: skip
    assert row.base_model is not None
    assert (row.top1.text, row.top5.text, row.delta.text) == ("75.2", "92.31", "-0.95")
    assert (row.params.text, row.params_reduction.text) == ("12.38M", "51.5%")
    assert (row.compression.text, row.speedup.text, row.runs.text) == ("2.06x", "2x", "3")
    assert (row.base_model.top1.text, row.base_model.params.text) == ("76.15", "25.5M")


def test_errors_become_accuracies_of_as_many_digits(survey: Survey) -> None:
    row = row_of(survey({"Err1": "24.86%", "Err5": "7.20%", "OrigErr1": "23.85%"}))
    assert row.base_model is not None
    assert (row.top1.text, row.top5.text, row.base_model.top1.text) == ("75.14", "92.8", "76.15")


def test_a_standard_deviation_stands_behind_its_mean(survey: Survey) -> None:
    row = row_of(
        survey({"Top1": "93.89%", "stdTop1": "0.19%", "OrigTop1": "93.59%", "stdOrigTop1": "0.58%"})
    )
    assert row.base_model is not None
    assert (row.top1.text, row.spread_is.text) == ("93.89+-0.19", "std")
    assert row.base_model.top1.text == "93.59+-0.58"


@pytest.mark.parametrize(
    ("model", "dense", "macs", "flops"),
    [
        ("VGG-16", "15.480", "7.7G", ""),
        ("VGG-16", "30.940", "", "7.7G"),
        ("ResNet-18", "1.174", "", ""),
        ("no such network", "15.480", "", ""),
    ],
)
def test_a_cost_is_macs_or_flops_only_where_the_network_is_known(
    survey: Survey, model: str, dense: str, macs: str, flops: str
) -> None:
    found = survey({"Model": model, "Top1": "70.00%", "GFLOPS": "7.7000", "OrigGFLOPS": dense})
    row = row_of(found)
    assert (row.macs.text, row.flops.text) == (macs, flops)
    kept = "GFLOPS 7.7000" in row.note.text
    assert kept == (not macs and not flops) == bool(found.as_notes)


def test_empty_cells_are_unreported_where_an_accuracy_was_copied(survey: Survey) -> None:
    row = row_of(survey({"dTop1": "-0.400%"}))
    assert row.top1.unreported
    assert row.top1.looked == "cells of the survey"
    assert row.runs.unreported
    assert row.speedup.unreported


@pytest.mark.parametrize("cells", [{}, {"NumTrials": "5"}, {"OrigTop1": "76.15%"}])
def test_a_row_without_any_accuracy_accuses_nobody(survey: Survey, cells: dict[str, str]) -> None:
    row = row_of(survey(cells))
    assert not row.top1.unreported
    assert not row.runs.unreported


def test_what_nobody_read_is_unverified(survey: Survey) -> None:
    row = row_of(survey({"Top1": "75.00%", "OrigTop1": "76.15%"}))
    assert row.base_model is not None
    assert row.pruning is not None
    assert row.retraining is not None
    silent = (row.pruning.epochs, row.retraining.lr, row.base_model.weights, row.origin)
    assert not any(entry.known or entry.unreported for entry in silent)


def test_a_network_is_normalised_only_under_the_same_name(survey: Survey) -> None:
    claim = claim_of(
        survey(
            {"Top1": "75.00%"},
            {"Model": "MobileNet-v2", "Dataset": "CIFAR-10"},
            {"Model": "???", "Dataset": "Some Set"},
        )
    )
    names = [(row.network.text, row.dataset.text) for row in claim.results.values()]
    assert names[:2] == [("resnet50", "imagenet"), ("MobileNet-v2", "cifar10")]
    assert names[2] == ("unreported", "Some Set")


def test_notes_are_sources_and_the_rest_is_a_note(survey: Survey) -> None:
    row = row_of(survey({"Notes": 'table 3, "x"\n- y: z', "dTop5": "-1.400%", "Method": "3C"}))
    assert row.method.text == "3C"
    assert row.source.value is not None
    assert row.source.value[1] == 'note of the survey: table 3, "x"\n- y: z'
    assert "dTop5 -1.400%" in row.note.text


def test_a_network_trained_from_scratch_is_no_pruned_one(survey: Survey) -> None:
    row = row_of(survey({"Method": "Scratch-B", "Top1": "75.00%"}))
    assert row.is_scratch
    assert row.pruning is None


def test_the_paper_comes_from_its_bibtex(survey: Survey) -> None:
    paper = {"Name": "doe", "Date": "2019-6", "Venue": "ICML", "BibTeX": BIBTEX, "Notes": "odd"}
    claim = claim_of(survey({"Top1": "75.00%"}, papers=(paper,)))
    assert claim.paper.title.text == "Pruning of CNNs: L_0 and études"
    assert claim.paper.authors.text == "Jane Doe, R Roe"
    assert (claim.paper.arxiv.text, claim.paper.year.text) == ("1901.00001", "2019")
    assert claim.paper.read.text.startswith("not the paper")
    assert "Note of the survey: odd" in claim.paper.note.text


def test_rows_that_cannot_be_expressed_are_listed_with_the_reason(survey: Survey) -> None:
    found = survey(
        {"Top1": "75.00%"},
        {"Paper": ""},
        {"Name": "1"},
        {"Name": "a b"},
        {"Dataset": "", "Model": ""},
    )
    assert len(claim_of(found).results) == 1
    assert [reason.partition(": ")[2] for reason in found.left_out] == [
        "the row names no paper",
        "two rows of this paper have the Name '1'",
        "the row's Name 'a b' is no number to call it by",
        "the row names neither a network nor a data set",
    ]


def test_a_cell_that_is_no_number_is_kept_as_a_note(survey: Survey) -> None:
    found = survey({"Top1": "about 75", "OrigTop1": "76.15%"})
    row = row_of(found)
    assert not row.top1.known
    assert "Top1 about 75" in row.note.text
    assert found.as_notes == {"Top1": 1}


def test_contradictory_cells_are_kept_for_the_rules_to_find(survey: Survey) -> None:
    found = survey({"Err1": "23.60%", "dTop1": "-1.060%", "OrigTop1": "76.01%"})
    (file,) = found.files
    report = audit(gather([load_text(file.text, file.name)]), RULES, Settings())
    assert "PA101" in {finding.code for finding in report.findings}


def test_honest_cells_with_filled_digits_raise_no_error(survey: Survey) -> None:
    found = survey({"Top1": "57.23%", "dTop1": "0.000%", "OrigTop1": "57.22%"})
    (file,) = found.files
    report = audit(gather([load_text(file.text, file.name)]), RULES, Settings())
    assert {finding.code for finding in report.findings} == {"PA011", "PA012"}


def test_the_same_survey_gives_the_same_files(survey: Survey) -> None:
    rows = ({"Top1": "75.00%"}, {"Paper": "Roe+x/../y", "Top1": "74.00%"})
    one, other = survey(*rows), survey(*rows)
    assert one == other
    assert [file.name for file in one.files] == ["doe.yaml", "Roe-x-..-y.yaml"]


def test_names_that_differ_in_case_alone_are_two_files(survey: Survey) -> None:
    found = survey({"Paper": "SNIP"}, {"Paper": "snip"})
    assert [file.name for file in found.files] == ["SNIP.yaml", "snip-2.yaml"]


def test_the_files_load_from_disk(survey: Survey, tmp_path: Path) -> None:
    (file,) = survey({"Top1": "75.00%", "Notes": "é ± \u2028 😀"}).files
    path = tmp_path / file.name
    path.write_text(file.text, encoding="utf-8")
    assert load_file(path).problems == ()


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        (RESULTS, "a,b\n1,2\n", "lacks the column 'Name'"),
        (PAPERS, 'Name\n"open', "not readable as CSV"),
        (PAPERS, "Name,Name\n", "has 'Name' twice"),
    ],
)
def test_files_that_are_no_survey_are_refused(
    survey: Survey, tmp_path: Path, name: str, text: str, reason: str
) -> None:
    survey({})
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ImportFailedError, match=reason):
        imported(tmp_path)


def test_a_folder_without_the_survey_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFailedError, match="JJGO/shrinkbench"):
        imported(tmp_path)


CELL = st.one_of(
    st.just(""),
    st.sampled_from(["75.00%", "-1.000%", "1e5%", "nan", "=1+1", "!!python/x", "a: b\n- c", "???"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(RESULT_COLUMNS, CELL)), max_size=4))
def test_any_cells_give_files_that_load_or_reasons(
    tmp_path: Path, rows: list[dict[str, str]]
) -> None:
    write(tmp_path / PAPERS, PAPER_COLUMNS, [])
    write(tmp_path / RESULTS, RESULT_COLUMNS, rows)
    found = imported(tmp_path)
    for file in found.files:
        assert load_text(file.text, file.name).problems == ()
    kept = sum(file.rows for file in found.files)
    assert kept + len(found.left_out) == sum(any(row.values()) for row in rows)
