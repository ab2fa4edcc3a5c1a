"""Seeds, hashes, configurations: whether the files of a run are its own."""

import hashlib
import json
from collections.abc import Callable

import pytest

from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.evidence import Evidence

Submit = Callable[..., Evidence]
Log = Callable[..., str]

CONFIG = {
    "seed": 0, "epochs": 8, "dataset": "CIFAR-10", "arch": "resnet56",
    "optimizer": {"name": "sgd", "lr": 0.01, "momentum": 0.9}, "batch_size": 128,
}  # fmt: skip
STAGE = {
    "epochs": "8", "lr": "0:1e-2,4:1e-3,6:1e-4", "optimizer": "sgd", "momentum": "0.9",
    "batch_size": "128",
}  # fmt: skip


def of(evidence: Evidence, what: What) -> list[Check]:
    """Return the checks of a thing."""
    return [check for check in evidence.checks if check.what is what]


def statuses(evidence: Evidence, what: What) -> set[Status]:
    return {check.status for check in of(evidence, what)}


def with_config(submit: Submit, log: Log, text: str, name: str = "config.json") -> Evidence:
    """Return the evidence of one run with a configuration."""
    runs = [{"seed": "0", "log": "log.csv", "config": name}]
    return submit({"log.csv": log(), name: text}, runs=runs, row={"retraining": STAGE})


def test_a_seed_that_is_used_twice_is_noticed(submit: Submit, log: Log) -> None:
    logs = {"a.csv": log(), "b.csv": log().replace("90.21", "90.22")}
    runs = [{"seed": "3", "log": file} for file in logs]
    [check] = of(submit(logs, runs=runs, row={"runs": "2"}), What.SEEDS)
    assert (check.status, "share the seed 3" in check.message) == (Status.CONTRADICTED, True)


def test_the_same_log_for_two_seeds_is_noticed(submit: Submit, log: Log) -> None:
    evidence = submit({"a.csv": log(), "b.csv": log()}, row={"runs": "2"})
    [check] = of(evidence, What.SEEDS)
    assert (check.status, "the same file" in check.message) == (Status.CONTRADICTED, True)


def test_distinct_seeds_with_logs_of_their_own_are_verified(submit: Submit, log: Log) -> None:
    logs = {"a.csv": log(), "b.csv": log().replace("90.21", "90.22")}
    assert statuses(submit(logs, row={"runs": "2"}), What.SEEDS) == {Status.VERIFIED}


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("1", Status.VERIFIED), (">=1", Status.VERIFIED), ("3", Status.CONTRADICTED),
        (">=3", Status.CONTRADICTED),
    ],
)  # fmt: skip
def test_the_runs_given_are_those_stated(submit: Submit, stated: str, expected: Status) -> None:
    assert statuses(submit(row={"runs": stated}), What.RUNS) == {expected}


def test_runs_without_logs_are_not_verified(submit: Submit) -> None:
    evidence = submit({}, runs=[{"seed": "0"}, {"seed": "1"}], row={"runs": "2"})
    assert statuses(evidence, What.RUNS) == {Status.NOT_VERIFIED}
    assert statuses(evidence, What.SEEDS) == {Status.NOT_VERIFIED}


def test_a_hash_is_verified_missing_or_contradicted(submit: Submit, log: Log) -> None:
    digest = hashlib.sha256(log().encode()).hexdigest()
    for stated, expected in (
        (digest.upper(), Status.VERIFIED),
        ("0" * 64, Status.CONTRADICTED),
        (None, Status.NOT_VERIFIED),
    ):
        run = {"seed": "0", "log": "a.csv", **({"sha256": stated} if stated else {})}
        evidence = submit({"a.csv": log()}, runs=[run])
        assert statuses(evidence, What.HASH) == {expected}


def test_a_configuration_of_this_run_agrees(submit: Submit, log: Log) -> None:
    [check] = of(with_config(submit, log, json.dumps(CONFIG)), What.CONFIG)
    assert check.status is Status.VERIFIED
    agreed = "seed, epochs, lr, batch_size, momentum, optimizer, dataset, network"
    assert check.found == agreed


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.yaml", "seed: 0\nepochs: 8\nmodel: {name: resnet56}\n"),
        ("c.yml", "train: {seed: 0}\n"),
        ("c.json", '{"seed": 0}'),
        ("c.toml", "seed = 0\n[train]\nepochs = 8\n"),
    ],
)
def test_every_kind_of_configuration_is_read(
    submit: Submit, log: Log, name: str, text: str
) -> None:
    assert statuses(with_config(submit, log, text, name), What.CONFIG) == {Status.VERIFIED}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("seed", 3, "seed 3, claimed 0"),
        ("dataset", "cifar100", "dataset cifar100, claimed cifar10"),
        ("arch", "vgg16", "network vgg16, claimed resnet56"),
        ("batch_size", 100, "batch_size 100, claimed 128"),
        ("momentum", 0.8, "momentum 0.8, claimed 0.9"),
    ],
)
def test_a_configuration_of_another_run_is_noticed(
    submit: Submit, log: Log, key: str, value: object, said: str
) -> None:
    [check] = of(with_config(submit, log, json.dumps({key: value})), What.CONFIG)
    assert (check.status, said in check.message) == (Status.CONTRADICTED, True)


@pytest.mark.parametrize(
    "config",
    [
        {"batch_size": 32},
        {"lr": 0.1},
        {"pretrain": {"epochs": 200}},
        {"scheduler": {"warmup": {"epochs": 5}}},
        {"epochs": 180, "start_epoch": 172},
        {"dataset": "./data"},
        {"arch": "our_net"},
        {"optimizer": "sgd_nesterov"},
        {"epochs": "many", "seed": None},
        {"lr": [0.1, 0.2]},
    ],
)
def test_what_need_not_be_another_run_is_not_accused(
    submit: Submit, log: Log, config: dict[str, object]
) -> None:
    checks = of(with_config(submit, log, json.dumps(config)), What.CONFIG)
    assert Status.CONTRADICTED not in {check.status for check in checks}


@pytest.mark.parametrize(
    ("name", "text"),
    [("c.json", "{"), ("c.toml", "seed ="), ("c.yaml", "a: [1"), ("c.ini", "x"), ("c.json", "[1]")],
)
def test_a_configuration_that_cannot_be_read_is_a_problem(
    submit: Submit, log: Log, name: str, text: str
) -> None:
    evidence = with_config(submit, log, text, name)
    assert [problem.code for problem in evidence.problems] == ["PA712"]
    assert statuses(evidence, What.CONFIG) == {Status.NOT_VERIFIED}


def test_a_configuration_with_aliases_is_left_unread_without_blame(
    submit: Submit, log: Log
) -> None:
    text = "a: &x {seed: 3}\nb: *x\n"
    evidence = with_config(submit, log, text, "c.yaml")
    assert evidence.problems == ()
    assert statuses(evidence, What.CONFIG) == {Status.NOT_VERIFIED}


def test_constant_columns_of_a_log_that_name_another_run_are_noticed(
    submit: Submit, log: Log
) -> None:
    lines = log().splitlines()
    text = "\n".join([f"{lines[0]},seed", *(f"{line},7" for line in lines[1:]), ""])
    [check] = of(submit({"a.csv": text}), What.CONFIG)
    assert (check.status, "seed 7, claimed 0" in check.message) == (Status.CONTRADICTED, True)


def test_what_a_configuration_scales_is_named_and_not_verified(submit: Submit, log: Log) -> None:
    config = {"seed": 0, "lr": 0.1, "epochs": 4, "batch_size": 16}
    evidence = with_config(submit, log, json.dumps(config))
    [agreed] = of(evidence, What.CONFIG)
    assert (agreed.status, agreed.found) == (Status.VERIFIED, "seed")
    [scaled] = of(evidence, What.SCALED)
    assert scaled.status is Status.NOT_VERIFIED
    assert scaled.found == "epochs 4, lr 0.1, batch_size 16"
    assert "batch_size 16, claimed 128: it may be that of one device" in scaled.message
    assert "the log shows the claimed one" in scaled.message


@pytest.mark.parametrize("config", [{"lr": 0.01}, {"batch_size": "auto"}, {"batch_size": 128}])
def test_what_agrees_or_cannot_be_compared_is_not_called_scaled(
    submit: Submit, log: Log, config: dict[str, object]
) -> None:
    assert of(with_config(submit, log, json.dumps(config)), What.SCALED) == []


def test_a_file_that_is_missing_is_shown_where_it_is_named(submit: Submit) -> None:
    evidence = submit({}, runs=[{"seed": "0", "log": "gone.csv"}])
    [problem] = evidence.problems
    assert "gone.csv: there is no such file" in problem.message
    [place] = problem.anchors
    assert place.file.endswith("submission.yaml")


def test_a_column_that_changes_names_no_run(submit: Submit, log: Log) -> None:
    lines = log().splitlines()
    rows = [f"{line},{n}" for n, line in enumerate(lines[1:])]
    text = "\n".join([f"{lines[0]},seed", *rows, ""])
    assert of(submit({"a.csv": text}), What.CONFIG) == []
