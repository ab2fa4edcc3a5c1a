"""Which keys a header may mean, and what is asked where it may mean several."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.importers.csv_table import read_csv
from prune_audit.importers.grid import TableError
from prune_audit.importers.headers import candidates, unit_of
from prune_audit.importers.mapping import Mapping, resolve
from prune_audit.importers.targets import targets


@pytest.mark.parametrize(
    ("header", "cells", "key"),
    [
        ("Method", ["A"], "method"),
        ("Top-1 (%)", ["75.1"], "top1"),
        ("Accuracy", ["75.1"], "top1"),
        ("Top-1 (%) / Pruned", ["75.1"], "top1"),
        ("Baseline Acc. (%)", ["76.1"], "base_top1"),
        ("Acc. w/o FT", ["10.1"], "before_retraining"),
        ("Top-5 acc.", ["92.1"], "top5"),
        ("Top-1 err.", ["24.9"], "top1_error"),
        ("Acc. drop", ["0.5", "1.2"], "drop"),
        ("Accuracy gain", ["-0.5", "0.1"], "delta"),
        ("FLOPs reduction (%)", ["56.7"], "flops_reduction"),
        ("Remaining params (%)", ["43.3"], "params_kept"),
        ("MACs (G)", ["1.77"], "macs"),
        ("#Params (M)", ["12.1"], "params"),
        ("Params (M) ↓", ["12.1"], "params"),
        ("Params ↓", ["12.1M", "9.0M"], "params"),
        ("Speedup", ["2.31x"], "speedup"),
        ("GPU speedup", ["1.3x"], "measured_speedup"),
        ("Sparsity", ["90%"], "sparsity"),
        ("Compression", ["10×"], "compression"),
        ("Fine-tune epochs", ["90"], "retraining.epochs"),
        ("Dataset", ["CIFAR-10"], "dataset"),
        ("#Runs", ["3"], "runs"),
        ("Std", ["0.1"], "spread"),
    ],
)
def test_a_known_header_proposes_one_key(header: str, cells: list[str], key: str) -> None:
    assert candidates(header, cells) == (key,)


@pytest.mark.parametrize(
    ("header", "cells", "keys"),
    [
        ("Acc. drop", ["-0.5", "0.1"], {"drop", "delta"}),
        ("Δ Acc", ["0.5"], {"drop", "delta"}),
        ("Acc ↓", ["0.5"], {"top1", "drop", "delta"}),
        ("FLOPs", ["4.1G"], {"macs", "flops"}),
        ("FLOPs (%)", ["56.7"], {"flops_reduction", "flops_kept"}),
        ("Params ↓", ["49%", "50.6", "48"], {"params_reduction", "params_kept"}),
        ("Params ↓", ["49", "50.6"], {"params", "params_reduction"}),
        ("FLOPs", ["4.1G", "2.0G", "50%"], {"macs", "flops", "flops_reduction", "flops_kept"}),
        ("FLOPs", ["-56.7%"], {"flops_change", "flops_reduction"}),
        ("Pruned", ["50%"], {"top1", "pruning.ratio", "params_kept", "params_reduction"}),
        ("FLOPs (PR)", ["1.4M (53%)"], {"macs,flops_reduction", "flops,flops_reduction"}),
        ("Top-1", ["75.1 (-0.9)"], {"top1,delta", "top1,drop"}),
        ("Base", ["76.1"], {"base_top1", "base.macs"}),
        ("Epochs", ["90"], {"retraining.epochs", "pruning.epochs"}),
        ("Model", ["ResNet-50"], {"network", "method"}),
    ],
)
def test_a_doubtful_header_proposes_several(header: str, cells: list[str], keys: set[str]) -> None:
    assert keys <= set(candidates(header, cells))


@pytest.mark.parametrize("header", ["Venue", "Ref.", "", "Latency (ms)", "Δ Top-5"])
def test_an_unknown_header_proposes_nothing(header: str) -> None:
    assert candidates(header, ["1"]) == ()


@given(st.text(), st.lists(st.text(), max_size=4))
def test_proposals_are_keys(header: str, cells: list[str]) -> None:
    proposed = {key for keys in candidates(header, cells) for key in keys.split(",")}
    assert proposed <= set(targets())


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("FLOPs (G)", "G"), ("GFLOPs", "G"), ("Params [M]", "M"), ("FLOPs (10^8)", "e8"),
        ("Acc. (%)", "%"), ("Method", ""), ("FLOPs", ""), ("MACs (GMACs)", "G"),
    ],
)  # fmt: skip
def test_a_header_may_give_the_unit(header: str, unit: str) -> None:
    assert unit_of(header) == unit


def mapped(header: str, asked: tuple[str, ...] = (), ignored: tuple[str, ...] = ()) -> Mapping:
    cells = ",".join("1" for _ in header.split(","))
    return resolve(read_csv(f"{header}\n{cells}\n{cells}\n", "t.csv"), asked, ignored)


def test_two_columns_that_look_alike_are_both_asked_about() -> None:
    found = mapped("Method,Acc. (%),Acc. (%)")
    assert [one.number for one in found.undecided] == [2, 3]
    assert found.undecided[0].keys == ("base_top1", "top1", "before_retraining")


def test_what_is_asked_for_wins_over_what_the_header_says() -> None:
    found = mapped("Method,Acc,Drop", ("delta=Drop", "base_top1=acc"))
    assert found.columns == {1: ("method",), 2: ("base_top1",), 3: ("delta",)}
    assert found.undecided == ()


def test_a_key_that_is_taken_is_not_proposed_again() -> None:
    found = mapped("Method,Acc,X", ("top1=X",))
    assert found.undecided[0].keys == ("base_top1", "before_retraining")


def test_a_column_is_named_by_its_number_or_by_its_header() -> None:
    assert mapped("Method,A / B", ("top1=b",)).columns[2] == ("top1",)
    assert mapped("Method,A / B", ("top1=#2",)).columns[2] == ("top1",)


def test_columns_without_a_value_need_no_decision() -> None:
    assert resolve(read_csv("Method,Venue,Acc\nA,,1\nB,-,2\n", "t"), (), ()).undecided == ()


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (("top1=Acc",), "several columns are called so: say #2 and #3"),
        (("top11=#2",), "did you mean 'top1'"),
        (("top1=Accuracy",), "no such column"),
        (("top1=#9",), "there are 3 columns"),
        (("top1",), "expected key=column"),
        (("top1=#2", "top1=#3"), "top1 is mapped to several columns: #2, #3"),
        (("top1=#2", "drop=#2"), "column 2 is mapped twice"),
        (("top1,drop,delta=#2",), "two numbers at most"),
    ],
)
def test_a_wrong_request_is_refused_with_a_reason(asked: tuple[str, ...], reason: str) -> None:
    with pytest.raises(TableError, match=reason):
        mapped("Method,Acc,Acc", asked)


def test_all_wrong_requests_are_told_at_once() -> None:
    with pytest.raises(TableError) as caught:
        mapped("Method,Acc", ("x=#1", "top1=#7"), ("#9",))
    assert len(str(caught.value).splitlines()) == 3
