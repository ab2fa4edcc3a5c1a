"""A table -> a claim file that loads and holds the cells as they are printed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.claim import Claim, Result
from prune_audit.importers.csv_table import read_csv
from prune_audit.importers.facts import Facts
from prune_audit.importers.grid import TableError
from prune_audit.importers.mapping import resolve
from prune_audit.importers.table_claim import claim_text
from prune_audit.load import load_text


def claim_of(source: str, *asked: str, ignored: tuple[str, ...] = (), **facts: Any) -> Claim:
    grid = read_csv(source, "t.csv", delimiter=",")
    made = claim_text(grid, resolve(grid, asked, ignored), Facts(**facts))
    loaded = load_text(made.text, "made.yaml")
    assert loaded.problems == ()
    assert loaded.claim is not None
    return loaded.claim


def row_of(source: str, *asked: str, **facts: Any) -> Result:
    (row,) = claim_of(source, *asked, **facts).results.values()
    return row


def refused(source: str, *asked: str, **facts: Any) -> str:
    with pytest.raises(TableError) as caught:
        claim_of(source, *asked, **facts)
    return str(caught.value)


def test_numbers_keep_their_printed_text() -> None:
    row = row_of("Method,Acc,Drop,MACs\nA,75.10,0.50,2.050G\n")
    assert (row.top1.text, row.drop.text, row.macs.text) == ("75.10", "0.50", "2.050G")


def test_an_empty_cell_is_unreported_and_an_absent_column_unverified() -> None:
    row = row_of("Method,Acc,Speedup\nA,75.1,--\n", table="Table 2")
    assert row.speedup.unreported
    assert row.speedup.looked == "Table 2"
    assert (str(row.runs), row.runs.unreported) == ("unverified", False)


def test_a_cell_with_two_numbers_fills_two_keys() -> None:
    row = row_of("Method,Acc\nA,75.2 (-0.9)\n", "top1,delta=#2")
    assert (row.top1.text, row.delta.text) == ("75.2", "-0.9")


def test_a_spread_in_its_own_column_joins_the_accuracy() -> None:
    row = row_of("Method,Acc,Std\nA,75.20,0.15\n")
    assert row.top1.text == "75.20+-0.15"


def test_a_spread_in_parentheses_joins_the_accuracy() -> None:
    assert row_of("Method,Acc\nA,75.20 (±0.15)\n", "top1,spread=#2").top1.text == "75.20+-0.15"


def test_a_stage_takes_its_columns() -> None:
    row = row_of("Method,Acc,Fine-tuning epochs,Ratio\nA,75.2,90,50%\n", "pruning.ratio=Ratio")
    assert row.retraining is not None
    assert row.pruning is not None
    assert (row.retraining.epochs.text, row.retraining.lr.text) == ("90", "unverified")
    assert row.pruning.ratio.text == "50%"


def test_rows_of_one_base_share_it() -> None:
    claim = claim_of(
        "Method,Acc\nA,75.2\nB,75.1\n",
        common={"network": "resnet50", "dataset": "imagenet", "base.top1": "76.13"},
    )
    (base,) = claim.base_models.values()
    assert base.top1.text == "76.13"
    assert {row.base_model for row in claim.results.values()} == {base}


def test_a_row_can_be_the_base_model_of_the_rows_below_the_same_heading() -> None:
    claim = claim_of(
        "Method,Acc\nResNet-50,\nBaseline,76.1\nA,75\nVGG-16,\nB,70\n",
        base_rows=("baseline",), section="network", common={"dataset": "imagenet"},
    )  # fmt: skip
    first, second = claim.results.values()
    assert first.base_model is not None
    assert (first.base_model.top1.text, first.network.text) == ("76.1", "ResNet-50")
    assert (second.base_model, second.network.text) == (None, "VGG-16")


def test_bold_type_is_kept_where_the_table_uses_it() -> None:
    bold = claim_of("Method,Acc\nA,**75.2**\nB,75.1\n").results
    assert [row.bold.text for row in bold.values()] == ["yes", "no"]
    assert row_of("Method,Acc\nA,75.2\n").bold.text == ""


def test_citations_marks_and_headings_go_to_the_note() -> None:
    row = row_of("Method,Acc,Ref\nResNet,,\nA \\cite{li},75.2*,[3]\n", "note=Ref")
    assert row.method.text == "A"
    assert row.note.text == "method cites li; Ref: [3]; below the heading: ResNet"


def test_every_cell_that_cannot_be_read_is_named_with_its_place() -> None:
    told = refused("Method,Acc,Speedup\nA,abc,2x\nB,75,fast\n").splitlines()
    assert told[0].startswith("t.csv:2: column 2 'Acc', cell 'abc', as top1: expected a number")
    assert told[1].startswith("t.csv:3: column 3 'Speedup', cell 'fast', as speedup: expected")
    assert len(told) == 2


@pytest.mark.parametrize(
    ("source", "facts", "reason"),
    [
        ("Acc,Top-5\n75,92\n", {}, "no column is the method"),
        ("Method,Acc\n--,75\n", {}, "a row needs a method"),
        ("Method,Acc\nA,75\n", {"year": "next"}, "--year: expected a year"),
        ("Method,Acc\nA,75\n", {"common": {"runs": "many"}}, "runs=many: expected a whole number"),
        ("Method,Acc\nA,75\n", {"base_rows": ("A",)}, "every row is a base model"),
        ("Method,Std\nA,75\n", {}, "a spread of 75 without a top-1 accuracy"),
    ],
)
def test_what_no_file_can_hold_is_refused(source: str, facts: dict[str, Any], reason: str) -> None:
    assert reason in refused(source, **facts)


def test_a_bare_number_among_percentages_is_one_and_a_note_says_so() -> None:
    claim = claim_of("Method,Acc,FLOPs ↓\nA,75,50.0%\nB,74,50.2\nC,73,0.5%\n", "flops_reduction=#3")
    first, second, third = claim.results.values()
    texts = [row.flops_reduction.text for row in (first, second, third)]
    assert texts == ["50.0%", "50.2%", "0.5%"]
    assert second.note.text == "flops_reduction is printed without the % of its column: 50.2"
    assert first.note.text == ""


def test_a_bare_number_that_may_be_a_fraction_among_percentages_is_refused() -> None:
    told = refused("Method,Acc,FLOPs ↓\nA,75,0.5\nB,74,50%\n", "flops_reduction=#3")
    assert "cell '0.5', as flops_reduction: among percentages this may be one or a" in told
    assert row_of("Method,Acc,Kept\nA,75,0.5\n", "flops_kept=#3").flops_kept.text == "0.5"


def test_no_suffix_is_proposed_for_a_share() -> None:
    told = refused("Method,Acc,Params ↓\nA,75,49%\nB,74,50.6\nC,73,48\n", "params=#3")
    assert told.count("shares are params_reduction or params_kept") == 3
    assert "50.6G" not in told
    bare = refused("Method,Acc,Params\nA,75,50.6\n")
    assert "lacks its suffix; if the table gives one for the column" in bare
    assert "50.6G" not in bare


def test_an_error_is_noted_as_it_is_printed() -> None:
    row = row_of("Method,Top-1 err\nA,6.8\n")
    assert (row.top1.text, row.note.text) == ("93.2", "top1 is printed as an error of 6.8")


def test_a_change_is_noted_as_it_is_printed() -> None:
    row = row_of("Method,Acc,FLOPs\nA,75,-44%\n", "flops_change=FLOPs")
    assert row.flops_reduction.text == "44%"
    assert row.note.text == "flops_reduction is printed as a change of -44%"


def test_a_base_row_that_is_not_there_is_refused_with_the_nearest() -> None:
    told = refused("Method,Acc\nBaseline,76\nA,75\n", base_rows=("Basline", "nothing like"))
    assert "no row 'Basline'; did you mean 'Baseline'?" in told
    assert "no row 'nothing like'; known here: A, Baseline" in told


@pytest.mark.parametrize(
    ("heading", "facts", "said"),
    [
        ("ResNet-56", {}, "the headings 'ResNet-56': if they are the network of their rows"),
        ("CIFAR-10", {}, "the headings 'CIFAR-10': if they are the dataset of their rows"),
        ("ResNet-56", {"section": "network"}, ""),
        ("ResNet-56", {"common": {"network": "resnet56"}}, ""),
    ],
)
def test_headings_that_may_name_the_network_are_pointed_out(
    heading: str, facts: dict[str, Any], said: str
) -> None:
    grid = read_csv(f"Method,Acc\n{heading},\nA,75\n", "t.csv", delimiter=",")
    told = "; ".join(claim_text(grid, resolve(grid, (), ()), Facts(**facts)).to_do)
    assert (said in told) if said else ("headings" not in told)


HOSTILE = st.one_of(
    st.sampled_from(
        ["a: b", "#x", "!!python/object/apply:os.system", "=cmd|'/c calc'!A1", "&a", "{"]
    ),
    st.text(st.characters(exclude_characters='"', exclude_categories=("Cs", "Cc")), min_size=1),
)


@given(HOSTILE, HOSTILE)
def test_hostile_texts_stay_texts(method: str, note: str) -> None:
    source = f'Method,Acc,Note\n"{method}","75.1","{note}"\n'
    try:
        row = row_of(source, title=note.strip() or "x")
    except TableError:
        return
    assert row.top1.text == "75.1"
    assert set(claim_of(source).results) == {row.name}
