"""Speed of retraining, beside the loop of torchvision's references on the same networks.

Run by hand, on an otherwise idle machine: python tests/benchmarks/bench_rerun.py [--quick]

Every figure comes from a process of its own that trains for some seconds after a warm-up epoch;
the processes that a table compares take turns, and medians are printed, so that ratios are of one
run. Needs the extra `rerun`; no data is downloaded: ResNet-20 gets noise of 32 x 32 pixels, which
takes as long as photos do. What stands for torchvision's loop is in reference_loop.py.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

RATIOS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95)
CASES = {"digits": ("resnet8", 64, 1, 8, 898), "resnet20": ("resnet20", 128, 3, 32, 1024)}
"""Network, batch, channels, side, training images."""


def ours(case: str, ratio: float, seconds: float) -> dict[str, float]:
    """Measure our loop on one thread: images/s of training, seconds of an epoch and of a test."""
    import torch

    from prune_audit.pipeline import counting, surgery
    from prune_audit.pipeline.networks import build
    from prune_audit.pipeline.sgd import SGD
    from prune_audit.pipeline.start import stream
    from prune_audit.pipeline.train import test, train_epoch
    from prune_audit.reruns.experiment import Pruning, Training

    torch.set_num_threads(1)
    network, batch, channels, side, _ = CASES[case]
    sets = our_images(case)
    net, example = build(network, 10, channels, stream(0, "w")), surgery.example(channels, side)
    if ratio:
        surgery.prune(net, Pruning("l1", (ratio,)), network, example, stream(0, "p"))
    net = net.to(memory_format=torch.channels_last)
    training = Training(10**6, "constant 1e-2", batch, 5e-4)
    optimizer = SGD(net, training)
    trained = [
        timed(train_epoch, net, optimizer, sets[0], training, epoch, stream(0, epoch))
        for epoch in lasting(seconds)
    ][1:]
    tested = [timed(test, net, sets[1]) for _ in lasting(seconds / 10)][1:]
    images = sets[0].size // batch * batch
    cost = counting.cost(net, example)
    return {"images/s": images / median(trained), "epoch": median(trained),
            "test": median(tested), "macs": cost.macs}  # fmt: skip


def our_images(case: str):  # type: ignore[no-untyped-def]
    """Return training and test images in memory, as the pipeline holds them."""
    import torch

    from prune_audit.pipeline.data import load
    from prune_audit.pipeline.data.in_memory import Augmentation, in_memory
    from prune_audit.pipeline.data.scaling import moments, scaling
    from prune_audit.pipeline.data.sets import Labelled
    from prune_audit.reruns.experiment import Data

    if case == "digits":
        sets = load(Data("digits"), None, "cpu")
        return sets.train, sets.test
    half = Labelled(*stored(case))
    factors = scaling(moments(half.images), torch.device("cpu"))
    made = [in_memory(half, factors, Augmentation(shift, shift > 0), torch.device("cpu"))
            for shift in (4, 0)]  # fmt: skip
    return made[0], made[1]


def stored(case: str):  # type: ignore[no-untyped-def]
    """Return the training images of a case as they are stored: uint8, NCHW, and labels."""
    import torch

    if case == "digits":
        from prune_audit.pipeline.data.digits import read

        return read().train
    _, _, channels, side, images = CASES[case]
    generator = torch.Generator().manual_seed(0)
    noise = torch.randint(256, (images, channels, side, side), generator=generator)
    return noise.to(torch.uint8), torch.randint(10, (images,), generator=generator)


def reference(case: str, workers: int, seconds: float) -> dict[str, float]:
    """Measure torchvision's loop on as many threads as torch takes."""
    import torch
    from reference_loop import Images, loader, train_epoch

    from prune_audit.pipeline.networks import build

    network, batch, channels, _, images = CASES[case]
    net = build(network, 10, channels, torch.Generator().manual_seed(0))
    optimizer = torch.optim.SGD(net.parameters(), 1e-2, 0.9, weight_decay=5e-4)
    data = loader(Images(*stored(case), 1 if case == "digits" else 4, case != "digits"), batch,
                  workers)  # fmt: skip
    criterion = torch.nn.CrossEntropyLoss()
    times = [timed(train_epoch, net, optimizer, criterion, data) for _ in lasting(seconds)][1:]
    return {"images/s": images / median(times)}


def lasting(seconds: float) -> Iterator[int]:
    """Count up until the time is over, to three at least."""
    start, number = time.perf_counter(), 0
    while number < 3 or time.perf_counter() - start < seconds:
        yield number
        number += 1


def timed(function: Callable[..., object], *arguments: object) -> float:
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def environment(threads: int | None) -> dict[str, str]:
    """Return what a worker is started with; of the peer's process only the threads are limited."""
    from prune_audit.reruns.processes import ENVIRONMENT

    if threads is None:
        return {**os.environ, **ENVIRONMENT}
    return {**os.environ, "OMP_NUM_THREADS": str(threads)}


def measure(kinds: Mapping[str, tuple[str, int | None, int]], turns: int) -> dict[str, float]:
    """Measure in turns; return the medians.

    Args:
        kinds: by name: the arguments of a process, its threads (None: as a worker of ours), and how
            many of them run at once, whose images/s are added up.
        turns: how often.
    """
    found: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(turns):
        for name, (arguments, threads, number) in kinds.items():
            answers = at_once([arguments] * number, environment(threads))
            found[name].append(sum(answer["images/s"] for answer in answers))
    return {name: median(values) for name, values in found.items()}


def at_once(each: Sequence[str], env: Mapping[str, str]) -> list[dict[str, float]]:
    """Run measuring processes side by side and return what they print."""
    command = [sys.executable, __file__, "--measure"]
    started = [
        subprocess.Popen(
            [*command, arguments], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        for arguments in each
    ]
    outputs = [process.communicate()[0] for process in started]
    return [json.loads(output) for output in outputs]


def against_reference(case: str, seconds: float, turns: int, cores: int) -> str:
    """Compare with torchvision's loop: on one thread each, and all cores with its defaults."""
    own, peer = f"ours {case} 0 {seconds}", f"reference {case} {{}} {seconds}"
    found = measure(
        {
            "ours, one process of one thread": (own, None, 1),
            "reference, one thread, no loading processes": (peer.format(0), 1, 1),
            f"ours, {cores} processes of one thread": (own, None, cores),
            f"reference, {cores} threads, no loading processes": (peer.format(0), cores, 1),
            f"reference, {cores} threads, its 16 loading processes": (peer.format(16), cores, 1),
        },
        turns,
    )
    names = list(found)
    rivals = {names[1]: names[0], **dict.fromkeys(names[3:], names[2])}
    rows = [
        (name, f"{speed:,.0f}", f"{found[rivals[name]] / speed:.2f} x" if name in rivals else "")
        for name, speed in found.items()
    ]
    return table((f"{CASES[case][0]}, batch {CASES[case][1]}", "images/s", "ours / it"), rows)


def pruned(case: str, seconds: float, turns: int) -> str:
    """Compare the time of an epoch with the share of MACs, and fit overhead + MACs to it."""
    env = environment(None)
    times: dict[float, list[dict[str, float]]] = {ratio: [] for ratio in RATIOS}
    for _ in range(turns):
        for ratio in RATIOS:
            times[ratio] += at_once([f"ours {case} {ratio} {seconds}"], env)
    medians = {
        ratio: {key: median(one[key] for one in some) for key in some[0]}
        for ratio, some in times.items()
    }
    overhead, per_mac = line([(one["macs"], one["epoch"]) for one in medians.values()])
    dense = medians[0.0]
    rows = [
        (f"{ratio:.0%}", f"{one['macs'] / 1e6:.3f}", f"{one['macs'] / dense['macs']:.1%}",
         f"{1000 * one['epoch']:.1f}", f"{one['epoch'] / dense['epoch']:.1%}",
         f"{1000 * (overhead + per_mac * one['macs']):.1f}", f"{1000 * one['test']:.1f}")
        for ratio, one in medians.items()
    ]  # fmt: skip
    head = ("removed", "MMACs", "of dense", "ms per epoch", "of dense", "fitted", "ms per test")
    share = overhead / (overhead + per_mac * dense["macs"])
    fit = f"epoch = {1000 * overhead:.1f} ms + {1e9 * per_mac:.2f} ms per MMAC"
    return f"{table(head, rows)}\n\n{fit}: the overhead is {share:.0%} of a dense epoch"


def line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return offset and slope of the least-squares line."""
    x, y = (sum(values) / len(points) for values in zip(*points, strict=True))
    slope = sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)
    return y - slope * x, slope


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="one short turn")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        kind, case, number, seconds = options.measure.split()
        sys.path.insert(0, str(Path(__file__).parent))
        function = {"ours": ours, "reference": reference}[kind]
        print(json.dumps(function(case, type_of(number), float(seconds))))
        return
    seconds, turns = (2.0, 1) if options.quick else (6.0, 5)
    cores = len(os.sched_getaffinity(0))
    machine = platform.processor() or platform.machine()
    print(f"{machine}, {cores} cores, torch {version('torch')}\n")
    for case in CASES:
        print(against_reference(case, seconds, turns, cores), "\n", sep="")
        print(pruned(case, seconds / 2, turns), "\n", sep="")


def type_of(number: str) -> float:
    """Return a whole number as an int."""
    return int(number) if number.isdigit() else float(number)


if __name__ == "__main__":
    main()
