"""Submissions that mean harm, through the command line: each is refused in words, soon."""

import io
import json
import os
import pickle
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from prune_audit.cli import app

EXAMPLE = Path(__file__).parents[1] / "example_benchmark"
LOG, CONFIG, WEIGHTS = "logs/seed0.csv", "configs/seed0.yaml", "seed0.safetensors"
SECRET = "hunter2"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The example benchmark with one good submission, ``submissions/x``, for a test to spoil."""
    home = tmp_path / "desk"
    (home / "accepted").mkdir(parents=True)
    for name in ("benchmark.yaml", "baselines.yaml"):
        shutil.copy(EXAMPLE / name, home)
    shutil.copytree(EXAMPLE / "references", home / "references")
    shutil.copytree(EXAMPLE / "submissions" / "good" / "random-9x", home / "submissions" / "x")
    (home / "secret.yaml").write_text(f"password: {SECRET}\n")
    return home


@pytest.fixture
def home(desk: Path) -> Path:
    """The folder of the submission."""
    return desk / "submissions" / "x"


def check(desk: Path, *arguments: str) -> Result:
    named = arguments or (str(desk / "submissions"),)
    done = CliRunner().invoke(app, ["check", "--benchmark", str(desk / "benchmark.yaml"), *named])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.output
    assert SECRET not in done.output
    return done


def refused(desk: Path, words: str, *arguments: str) -> None:
    done = check(desk, *(arguments or (str(desk / "submissions"),)), "--format", "json")
    assert done.exit_code == 1, done.output
    findings = json.loads(done.stdout)["findings"]
    named = [one for one in findings if words in one["message"] and one["fix"]]
    assert named, [one["message"] for one in findings]


def edit(home: Path, old: str, new: str) -> None:
    path = home / "submission.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def zipped(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in entries.items():
            archive.writestr(f"a/{name}", data)
    return stream.getvalue()


@pytest.mark.parametrize("key", [f"log: {LOG}", f"config: {CONFIG}", f"file: {WEIGHTS}"])
@pytest.mark.parametrize(
    "path",
    ["../../secret.yaml", "logs/../../x", "/proc/self/environ", ".", "", "C:/x", r"a\\b", r"x\0y",
     r"logs/\u202evsc", "a" * 300],
)  # fmt: skip
def test_a_path_that_could_lead_out_is_refused_where_it_stands(
    desk: Path, home: Path, key: str, path: str
) -> None:
    edit(home, key, f'{key.partition(":")[0]}: "{path}"')
    refused(desk, "expected a path inside the submission's folder")


@pytest.mark.parametrize("path", ["%2e%2e/secret.yaml", "~/x.csv", "‥/x.csv", "．．/x.csv"])
def test_what_only_looks_like_a_way_out_is_a_plain_name(desk: Path, home: Path, path: str) -> None:
    edit(home, f"log: {LOG}", f'log: "{path}"')
    refused(desk, "there is no such file")


@pytest.mark.parametrize("name", [LOG, CONFIG, WEIGHTS])
@pytest.mark.parametrize("target", ["/dev/zero", "/proc/self/environ", "nowhere", "seed0.csv"])
def test_a_link_in_the_place_of_a_file_is_not_followed(
    desk: Path, home: Path, name: str, target: str
) -> None:
    (home / name).unlink()
    (home / name).symlink_to(target)
    refused(desk, "is a symbolic link")


@pytest.mark.parametrize("name", [LOG, CONFIG, WEIGHTS, "submission.yaml"])
def test_a_pipe_is_not_waited_for(desk: Path, home: Path, name: str) -> None:
    (home / name).unlink()
    os.mkfifo(home / name)
    refused(desk, "this is no regular file")


def test_the_folder_of_all_submissions_may_be_no_link(desk: Path, home: Path) -> None:
    shutil.move(home.parent, desk / "elsewhere")
    (desk / "submissions").symlink_to("elsewhere")
    refused(desk, "submissions is a symbolic link")
    refused(desk, "submissions is a symbolic link", f"{desk}/submissions/")


def test_no_part_of_a_path_in_the_working_folder_may_be_a_link(
    desk: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.move(home.parent, desk / "elsewhere")
    (desk / "submissions").symlink_to("elsewhere")
    monkeypatch.chdir(desk)
    refused(desk, "submissions is a symbolic link", "submissions/x/submission.yaml")
    refused(desk, "submissions is a symbolic link", "submissions/*")


def test_links_that_lead_in_circles_end_a_pattern_soon(desk: Path, home: Path) -> None:
    for name in "ab":
        (home.parent / name).symlink_to(".")
    refused(desk, "submissions/b is a symbolic link", f"{desk}/submissions/**/submission.yaml")


@pytest.mark.parametrize("pattern", ["*/submission.yaml", "?", "**/submission.yaml", "[x]", "**"])
def test_a_pattern_finds_what_is_below_it(desk: Path, pattern: str) -> None:
    assert "random-9x on resnet8-9x" in check(desk, f"{desk}/submissions/{pattern}").output


def test_a_sibling_that_a_row_cites_may_be_no_link(desk: Path, home: Path) -> None:
    (home / "other.yaml").symlink_to(desk / "secret.yaml")
    edit(home, "    source: runs\n\n", "    source: runs\n    cites: other#row\n\n")
    refused(desk, "other.yaml is a symbolic link")


@pytest.mark.parametrize("name", ["a\n::error::b", "a\x1b[31mb", "a\u202eb"])
@pytest.mark.parametrize("form", ["text", "github", "comment"])
def test_a_folder_cannot_steer_the_log_by_its_name(
    desk: Path, home: Path, name: str, form: str
) -> None:
    home.rename(home.parent / name)
    done = check(desk, str(desk / "submissions"), "--format", form)
    assert done.exit_code == 1
    assert "characters that do not print" in " ".join(done.output.split())
    assert name not in done.output
    assert "\n::error::b" not in done.output


@pytest.mark.parametrize("name", ["m.pt", "m.pth", "m.bin", "m.safetensors", "m.onnx", "m.csv"])
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_pickle_is_never_run(desk: Path, home: Path, name: str, wrapped: bool) -> None:
    mark = desk / "executed"

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, (f"touch {mark}",)

    data = pickle.dumps(Evil(), 2)
    (home / name).write_bytes(zipped(**{"data.pkl": data}) if wrapped else data)
    edit(home, f"file: {WEIGHTS}", f"file: {name}")
    refused(desk, "holds code")
    assert not mark.exists()


def test_tuples_of_the_same_tuple_twice_are_not_hashed(desk: Path, home: Path) -> None:
    # {((1, 1), (1, 1)): 1} and so on: 200 bytes, and 2^60 steps to the hash of the key
    twice = (b"h%c\x86q%c" % (number, number + 1) for number in range(1, 60))
    data = b"\x80\x02}q\x00K\x01K\x01\x86q\x01" + b"".join(twice) + b"K\x01s."
    (home / WEIGHTS).write_bytes(zipped(**{"data.pkl": data, "byteorder": b"little"}))
    refused(desk, "holds tuples that hold each other too often")


def test_one_storage_of_many_tensors_is_read_once(desk: Path, home: Path) -> None:
    meta = {
        "dtype": 7, "sizes": [{"as_int": 500}, {"as_int": 500}], "storage_offset": {"as_int": 0},
        "strides": [{"as_int": 500}, {"as_int": 1}],
    }  # fmt: skip
    entry = {"use_pickle": False, "is_param": True, "path_name": "w", "tensor_meta": meta}
    config = json.dumps({"config": {f"w{number}": entry for number in range(1000)}})
    (home / WEIGHTS).write_bytes(
        zipped(**{
            "archive_format": b"pt2", "models/model.json": b'{"graph_module": {}}',
            "data/weights/model_weights_config.json": config.encode(),
            "data/weights/w": b"\0" * 1_000_000,
        })
    )  # fmt: skip
    refused(desk, "holds tensors of more than 16 times its own size")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (struct.pack("<Q", 1 << 62) + b"{}", "its header says 4,611,686,018,427,387,904 bytes"),
        (b"PK\x03\x04" + b"x" * 99, "its zip directory cannot be read"),
        (b"\x1f\x8b" + b"x" * 99, "is compressed with gzip"),
        (b"\x08\x07" + b"\x3a\x80\x80\x01" * 99, "it cannot be read as ONNX"),
        (b"\x89HDF" + b"x" * 99, "is an HDF5 file"),
        (b"hello", "is a text, not a checkpoint"),
        (b"", "is empty"),
    ],
)
def test_a_damaged_checkpoint_is_told_about(
    desk: Path, home: Path, data: bytes, words: str
) -> None:
    (home / WEIGHTS).write_bytes(data)
    refused(desk, words)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"epoch,lr,test_top1\n0,0.1,nan\n", "expected an accuracy from 0 to 100 %, got 'nan'"),
        (b"epoch,lr,test_top1\n0,0.1,1e400\n", "got '1e400'"),
        (b"epoch,lr,test_top1\n0,inf,1\n", "expected an LR, got 'inf'"),
        (b"epoch,lr,test_top1\n-1,0.1,1\n", "expected a whole epoch, got '-1'"),
        (b"epoch,lr,test_top1\n0,0.1,1\n0,0.1,2\n", "epoch 0 has a second test accuracy"),
        (b"epoch,epoch\n0,0\n", "has two columns 'epoch'"),
        (b"\xff\xfee\0p\0", "holds a NUL byte"),
        (b"\xff" * 99, "is not UTF-8 text"),
        (b"x" * 10_000_000, "is no table: field larger than field limit"),
        (b"PK\x03\x04" + b"x" * 99, "is a zip archive, which is not opened"),
        (b"x" * 257 + b"ustar", "is a tar archive, which is not opened"),
    ],
)
def test_a_log_of_nonsense_is_told_about(desk: Path, home: Path, data: bytes, words: str) -> None:
    (home / LOG).write_bytes(data)
    refused(desk, words)


def test_a_line_of_json_beyond_reason_is_not_parsed(desk: Path, home: Path) -> None:
    (home / "logs" / "e.jsonl").write_bytes(b'{"a":[' + b"[]," * 400_000 + b"0]}")
    edit(home, f"log: {LOG}", "log: logs/e.jsonl")
    refused(desk, "this line is longer than 1,048,576 characters")


def test_one_large_log_of_many_runs_is_not_read_for_each(desk: Path, home: Path) -> None:
    with (home / LOG).open("ab") as stream:
        stream.truncate(64 << 20)
    for seed in range(1, 5):
        edit(home, f"log: logs/seed{seed}.csv", f"log: {LOG}")
    refused(desk, "the logs have more than 256 MiB together")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("c.yaml", b"a: &a [x, x]\nb: &b [*a, *a]\n"),
        ("c.yaml", b"a: !!python/object/apply:os.system ['touch executed']\n"),
        ("c.yaml", b"a: " + b"[" * 500_000),
        ("c.json", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
        ("c.toml", b"a = " + b"[" * 100_000),
        ("c.toml", b"a." * 500_000 + b"a = 1"),
    ],
)
def test_a_configuration_made_to_swell_is_not_read(
    desk: Path, home: Path, name: str, data: bytes
) -> None:
    (home / "configs" / name).write_bytes(data)
    edit(home, f"config: {CONFIG}", f"config: configs/{name}")
    refused(desk, "requires configs")


@pytest.mark.parametrize("value", ["1e-99", "1e99", "0", "nan", "9" * 24, '"~0"'])
def test_numbers_of_a_configuration_may_be_of_any_size(desk: Path, home: Path, value: str) -> None:
    keys = ("seed", "epochs", "lr", "batch_size", "weight_decay", "momentum")
    (home / CONFIG).write_text("".join(f"{key}: {value}\n" for key in keys))
    assert check(desk).exit_code == 1


def test_a_list_of_many_fractions_is_no_deep_key(desk: Path, home: Path) -> None:
    rates = ", ".join(f"{number}.5" for number in range(200))
    (home / "configs" / "c.toml").write_text(f"seed = 0\nrates = [{rates}]\n")
    edit(home, f"config: {CONFIG}", "config: configs/c.toml")
    assert check(desk).exit_code == 0


@pytest.mark.parametrize("form", ["text", "github", "comment", "sarif", "json"])
def test_texts_of_a_submission_steer_nothing(desk: Path, home: Path, form: str) -> None:
    evil = r'"a \e[31m\n::error::b\r\n::set-output name=c::d <img src=x> @someone [l](http://e)"'
    edit(home, '"Example submission random-9x"', evil)
    edit(home, "track: resnet8-9x", f"track: resnet8-9x\n  note: {evil}")
    edit(home, "test_correct,", f"{evil},")
    output = check(desk, str(home), "--format", form).output
    assert "\x1b" not in output
    assert not [line for line in output.splitlines() if line.startswith(("::error::b", "::set"))]
    if form == "comment":
        assert "<img" not in output.replace(r"\<", "")
        assert "@someone" not in output


@pytest.mark.parametrize("command", ["check", "verify"])
def test_a_report_is_not_written_through_a_link_or_into_a_submission(
    desk: Path, home: Path, command: str
) -> None:
    victim = desk / "victim"
    victim.write_text("precious")
    (desk / "report.md").symlink_to(victim)
    options = ["--benchmark", str(desk / "benchmark.yaml")] if command == "check" else []
    for output in (desk / "report.md", home / LOG, home / "new.md"):
        there = output.read_bytes() if output.exists() else None
        named = [str(home / "submission.yaml"), "--output", str(output)]
        done = CliRunner().invoke(app, [command, *options, *named])
        assert done.exit_code == 2, done.output
        assert (output.read_bytes() if output.exists() else None) == there
    assert victim.read_text() == "precious"


def test_nothing_in_the_working_folder_is_imported_or_settles_anything(
    desk: Path, home: Path
) -> None:
    edit(home, "sha256: cfe", "sha256: afe")
    for name in ("sitecustomize", "numpy", "torch", "yaml", "typer", "prune_audit", "json"):
        (home / f"{name}.py").write_text("open('executed', 'w')\n")
    (home / "prune-audit.toml").write_text('fail-on = "never"\nignore = ["PA7", "PA8"]\n')
    (home / "pyproject.toml").write_text('[tool.prune-audit]\nfail-on = "never"\n')
    (home / "benchmark.yaml").write_text("benchmark: 1\n")
    (home / ".prune-audit").mkdir()
    done = subprocess.run(
        [sys.executable, "-I", "-m", "prune_audit", "check", "--benchmark",
         "../../benchmark.yaml", "."],
        cwd=home, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert not (home / "executed").exists()
