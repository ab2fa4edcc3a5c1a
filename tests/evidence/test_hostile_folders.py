"""Submissions from strangers: nothing outside the folder is read, nothing crashes."""

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from prune_audit.evidence.check import Status
from prune_audit.evidence.evidence import Evidence
from prune_audit.load import load_file

Write = Callable[..., Path]
Read = Callable[..., tuple[Evidence, ...]]
Submit = Callable[..., Evidence]
Log = Callable[..., str]

SECRET = "epoch,lr,train,acc\n0,0.01,95.00,12.34\n"


def problem_of(evidence: Evidence) -> tuple[str, str]:
    """Return code and message of the one problem; the file is then no evidence of anything."""
    [problem] = evidence.problems
    assert not [check for check in evidence.checks if check.status is Status.VERIFIED]
    assert problem.anchors[0].file.endswith("submission.yaml")
    assert problem.fix
    return problem.code, problem.message


def named(file: str) -> list[dict[str, str]]:
    return [{"seed": "0", "log": file}]


@pytest.mark.parametrize(
    "path",
    [
        "../secret.csv",
        "/etc/passwd",
        "a/../../secret.csv",
        "..",
        "a\\..\\b.csv",
        "C:x.csv",
        "a\nb.csv",
    ],
)
def test_a_path_that_leads_out_is_refused_where_the_file_is_loaded(
    tmp_path: Path, write_submission: Write, path: str
) -> None:
    file = write_submission(tmp_path / "submission", {}, runs=named(path))
    [problem] = load_file(file).problems
    assert problem.code == "PA007"
    assert "inside the submission's folder" in problem.message


def test_a_link_is_not_followed(
    tmp_path: Path, write_submission: Write, read_evidence: Read
) -> None:
    (tmp_path / "secret.csv").write_text(SECRET)
    file = write_submission(tmp_path / "submission", {}, runs=named("log.csv"))
    (file.parent / "log.csv").symlink_to(tmp_path / "secret.csv")
    [evidence] = read_evidence(file)
    code, message = problem_of(evidence)
    assert (code, "symbolic link" in message) == ("PA713", True)


def test_a_link_to_a_file_of_the_folder_is_not_followed_either(
    tmp_path: Path, write_submission: Write, read_evidence: Read, log: Log
) -> None:
    file = write_submission(tmp_path / "submission", {"real.csv": log()}, runs=named("log.csv"))
    (file.parent / "log.csv").symlink_to("real.csv")
    assert problem_of(read_evidence(file)[0])[0] == "PA713"


def test_a_linked_folder_is_not_followed(
    tmp_path: Path, write_submission: Write, read_evidence: Read
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "log.csv").write_text(SECRET)
    file = write_submission(tmp_path / "submission", {}, runs=named("logs/log.csv"))
    (file.parent / "logs").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    code, message = problem_of(read_evidence(file)[0])
    assert (code, "'logs' is a symbolic link" in message) == ("PA713", True)


def test_nothing_is_read_of_a_submission_that_is_itself_a_link(
    tmp_path: Path, write_submission: Write, read_evidence: Read
) -> None:
    real = write_submission(tmp_path / "real")
    linked = tmp_path / "linked" / "submission.yaml"
    linked.parent.mkdir()
    linked.symlink_to(real)
    code, message = problem_of(read_evidence(linked)[0])
    assert (code, "nothing that it names is opened" in message) == ("PA713", True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(
    tmp_path: Path, write_submission: Write, read_evidence: Read
) -> None:
    file = write_submission(tmp_path / "submission", {}, runs=named("log.csv"))
    os.mkfifo(file.parent / "log.csv")
    assert problem_of(read_evidence(file)[0]) == ("PA713", "log.csv: this is no regular file")


def archive(kind: str, text: str) -> bytes:
    """Return a text as a file in an archive."""
    if kind == "gzip":
        return gzip.compress(text.encode())
    stream = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(stream, "w") as packed:
            packed.writestr("log.csv", text)
    else:
        with tarfile.open(fileobj=stream, mode="w") as packed_tar:
            packed_tar.addfile(tarfile.TarInfo("log.csv"))
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["zip", "gzip", "tar"])
def test_an_archive_is_not_opened(submit: Submit, log: Log, kind: str) -> None:
    code, message = problem_of(submit({"log.csv": archive(kind, log())}))
    assert (code, f"a {kind}" in message) == ("PA713", True)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"epoch,lr,train,acc\n", "has no rows"),
        (b"\x00" * 100, "NUL"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
        (b"\xff\xfe" + "epoch".encode("utf-16-le"), "NUL"),
        (b"epoch,lr,train,acc\n0,0.01,nan,93.08\n", "expected an accuracy"),
        (b"epoch,lr,train,acc\n0,inf,95,93.08\n", "expected an LR"),
        (b"epoch,lr,train,acc\n0,1e400,95,93.08\n", "expected an LR"),
    ],
)
def test_an_unusable_log_is_one_problem(submit: Submit, content: bytes, reason: str) -> None:
    code, message = problem_of(submit({"log.csv": content}))
    assert (code, reason in message) == ("PA712", True)


def test_a_missing_file_and_a_folder_are_named(submit: Submit) -> None:
    assert problem_of(submit({}, runs=named("log.csv")))[1] == "log.csv: there is no such file"
    [problem] = submit({"logs/a.csv": b"x"}, runs=named("logs")).problems
    assert "this is a folder" in problem.message


def test_a_log_beyond_the_limit_is_not_read(
    tmp_path: Path, write_submission: Write, read_evidence: Read, log: Log
) -> None:
    file = write_submission(tmp_path / "submission", {"log.csv": log() + " " * 2048})
    [evidence] = read_evidence(file, log_bytes=1024)
    assert problem_of(evidence) == ("PA712", "log.csv: is larger than 1 KiB, the limit")


def test_an_accuracy_of_nan_contradicts_nothing_and_is_a_problem(submit: Submit, log: Log) -> None:
    evidence = submit({"log.csv": log().replace("93.08", "nan")})
    assert [problem.code for problem in evidence.problems] == ["PA712"]
    assert not [check for check in evidence.checks if check.status is Status.CONTRADICTED]
    assert evidence.problems[0].anchors[1].line == 9


def test_thousands_of_runs_are_not_read(submit: Submit) -> None:
    runs = [{"seed": str(n), "log": "log.csv"} for n in range(2000)]
    code, message = problem_of(submit({"log.csv": b"x"}, runs=runs, row={"runs": "2000"}))
    assert (code, "more than 100" in message) == ("PA712", True)


def test_two_submissions_may_not_share_a_log(
    tmp_path: Path, write_submission: Write, read_evidence: Read
) -> None:
    files = [write_submission(tmp_path / name, name=name) for name in ("one", "two")]
    for evidence, other in zip(read_evidence(*files), ("two", "one"), strict=True):
        [check] = [c for c in evidence.checks if c.status is Status.CONTRADICTED]
        assert f"also that of the submission {other}" in check.message
