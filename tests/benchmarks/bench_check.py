"""Speed and memory of `prune-audit check`, beside check-jsonschema on the same files.

Run by hand, on an otherwise idle machine: python tests/benchmarks/bench_check.py [--quick]

Whole processes are measured from start to exit, output read through a pipe. The two tools take
turns after a warm-up, so that both see the same machine; medians are printed as markdown tables.
Both use one thread: where wall and CPU differ, the machine had other work.
check-jsonschema (extra `bench`) validates against our own schema, as an editor or a hook would; it
judges nothing. Needs os.wait4, so Linux or macOS.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

CLAIMS = sorted((Path(__file__).parents[2] / "claims").glob("*.yaml"))
TYPICAL = "greg2021.yaml"
SIDE = 10
"""Rows of each side in the files that are there for their pairs: all are set against all."""
CHECK = (sys.executable, "-m", "prune_audit", "check", "--fail-on", "never")
PEER = (sys.executable, "-m", "check_jsonschema", "--schemafile")


class Run(NamedTuple):
    """One process: seconds from start to exit, those on a CPU, and the peak of its memory in MB."""

    seconds: float
    cpu: float
    megabytes: float


def run(command: Sequence[str], folder: Path) -> Run:
    """Run a process to its end, reading its output."""
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE) as process:
        assert process.stdout
        while process.stdout.read(1 << 20):
            pass
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)[:200]} ended with {process.returncode}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


def in_turns(commands: Sequence[Sequence[str]], folder: Path, turns: int) -> list[Run]:
    """Run commands in turns after a warm-up of each; return the medians."""
    runs = [[run(command, folder) for command in commands] for _ in range(turns + 1)][1:]
    return [
        Run(*(median(figures) for figures in zip(*same, strict=True)))
        for same in zip(*runs, strict=True)
    ]


def copies(folder: Path, count: int) -> list[str]:
    """Copy the shipped claims until there are enough files; each set has its own folder."""
    files = []
    for number, source in enumerate(islice(cycle(CLAIMS), count)):
        target = folder / f"set{number // len(CLAIMS)}" / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        files.append(str(target.relative_to(folder)))
    return files


def synthetic(folder: Path, files: int, side: int) -> Path:
    """Write made-up claim files, in each so many rows set against as many others; none alike."""
    folder.mkdir(parents=True)
    for number in range(files):
        (folder / f"paper{number}.yaml").write_text("\n".join(_claim(number, side)))
    return folder


def _claim(number: int, side: int) -> Iterator[str]:
    yield f"""\
schema: 1
paper: {{title: Paper {number}, venue: arXiv, year: {2015 + number % 10}}}
base_models:
  dense:
    network: resnet50
    dataset: imagenet
    weights: own
    top1: {76 + number % 50 / 100:.2f}
    source: Table 1
defaults:
  base: dense
  pruning: {{granularity: filter, schedule: one-shot, epochs: 0, lr: unreported}}
  retraining: {{epochs: 90, lr: "0:1e-2,30:1e-3,60:1e-4"}}
  source: Table 1
results:"""
    for row in range(side):
        ours, other = 75 + (number + 3 * row) % 97 / 100, 74 + (7 * number + row) % 180 / 100
        speedup = 2.2 + (number + row) % 30 / 100
        yield f"  ours{row}: {{method: M{number}, top1: {ours:.2f}, speedup: 2.3{row % 10}x}}"
        yield f"  row{row}: {{method: N{number}-{row}, top1: {other:.2f}, speedup: {speedup:.2f}x}}"
    against = ", ".join(f"row{row}" for row in range(side))
    yield "comparisons:"
    for row in range(side):
        yield f"  - {{ours: ours{row}, against: [{against}], statement: better}}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def machine() -> str:
    """Return what the figures depend on."""
    tools = ", ".join(f"{name} {version(name)}" for name in ("prune-audit", "check-jsonschema"))
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ] if Path("/proc/cpuinfo").exists() else []  # fmt: skip
    cpu = names[0] if names else platform.processor()
    return f"{tools}; Python {platform.python_version()}; {os.cpu_count()} x {cpu}"


def against_peer(folder: Path, turns: int, count: int) -> str:
    """Compare both tools on one file and on many."""
    schema = str(folder / "schema.json")
    subprocess.run([*CHECK[:-3], "schema", "--output", schema], check=True)
    files = copies(folder, count)
    one = next(file for file in files if file.endswith(TYPICAL))
    rows = []
    for what, given, form in (
        (f"one file ({TYPICAL})", [one], "text"),
        (f"{count:,} files", files, "text"),
        (f"{count:,} files", files, "concise"),
    ):
        own, peer = in_turns(
            ([*CHECK, "--format", form, *given], [*PEER, schema, *given]),
            folder,
            turns if len(given) > 1 else 4 * turns + 1,
        )
        rows.append(
            (what, form, _shown(own), _shown(peer), f"{peer.seconds / own.seconds:.1f} x",
             f"{peer.cpu / own.cpu:.1f} x", f"{own.megabytes:.0f} MB")
        )  # fmt: skip
    heads = (
        "input", "format", "prune-audit: wall (CPU)", "check-jsonschema: wall (CPU)", "faster",
        "by CPU", "peak memory",
    )  # fmt: skip
    return table(heads, rows)


def _shown(used: Run) -> str:
    return f"{used.seconds:.2f} s ({used.cpu:.2f})"


def growth(folder: Path, files: Sequence[int], side: int) -> str:
    """Measure growing numbers of made-up files: the time for each should stay flat."""
    start = run([*CHECK, str(synthetic(folder / "one", 1, 1))], folder)
    rows = []
    for count in files:
        used = run([*CHECK, str(synthetic(folder / f"n{count}", count, side))], folder)
        pairs = count * side * side
        each = 1000 * (used.cpu - start.cpu) / (count if side == 1 else pairs)
        rows.append(
            (f"{count:,}", f"{2 * side * count:,}", f"{pairs:,}", _shown(used),
             f"{each:.2f} ms", f"{used.megabytes:.0f} MB")
        )  # fmt: skip
    each_what = f"CPU per {'file' if side == 1 else 'pair'}, without start"
    return table(("files", "rows", "pairs", "wall (CPU)", each_what, "peak memory"), rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="a tenth of the files, one turn")
    quick = parser.parse_args().quick
    turns, count, scale = (1, 100, 10) if quick else (3, 1000, 1)
    print(f"{machine()}\n")
    with tempfile.TemporaryDirectory() as name:
        print(against_peer(Path(name, "peer"), turns, count), "\n", sep="")
        files = [count // scale for count in (1000, 3000, 10_000)]
        print(growth(Path(name, "files"), files, 1), "\n", sep="")
        many = [count // (scale * SIDE**2) for count in (10_000, 30_000, 100_000)]
        print(growth(Path(name, "pairs"), many, SIDE))


if __name__ == "__main__":
    main()
