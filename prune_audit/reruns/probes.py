"""Short measurements in a process of their own, before anything is spent."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from prune_audit.claim import Result
from prune_audit.reruns.experiment import Experiment, Weights
from prune_audit.reruns.planned import Plan
from prune_audit.reruns.planning.estimate import Speed, site_of, speed_key
from prune_audit.reruns.run import Count
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Settings
from prune_audit.reruns.worker import one_thread

SLACK = Decimal("0.3")
"""Points by which a base model may miss the claimed accuracy beyond its rounding."""


class ProbeError(Exception):
    """A measurement could not be made; the message says why."""


class BaseOffError(Exception):
    """A base model is not as accurate as claimed; the message says by how much."""


def _apart(function: str, *arguments: Any) -> Any:
    """Call a function of ``pipeline.probe`` in a new process of one thread."""
    with one_thread(), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(_call, function, arguments).result()
        except BrokenProcessPool as error:
            raise ProbeError("a measurement was killed; is there enough memory?") from error


def _call(function: str, arguments: tuple[Any, ...]) -> Any:
    from prune_audit.pipeline import probe

    known: dict[str, Callable[..., Any]] = {
        "speed": probe.speed, "base_accuracy": probe.base_accuracy,
    }  # fmt: skip
    try:
        return known[function](*arguments)
    except (ValueError, RuntimeError) as error:
        raise ProbeError(str(error)) from error


def known_speeds(store: Store, device: str) -> dict[str, Speed]:
    """Return the speeds that were measured on a device, by ``estimate.speed_key``."""
    stored = store.speeds()
    names = {name.rsplit("|", 1)[0] for name in stored if name.startswith(f"{device}|")}
    return {
        name.partition("|")[2]: Speed(stored[f"{name}|overhead"], stored[f"{name}|per MAC"])
        for name in names
        if f"{name}|overhead" in stored and f"{name}|per MAC" in stored
    }


def speeds(
    experiments: Iterable[Experiment], store: Store, folder: Path | None, device: str
) -> dict[str, Speed]:
    """Return speeds for all networks of some experiments, measuring and storing the new ones."""
    known = known_speeds(store, device)
    new = {speed_key(one): one for one in experiments if speed_key(one) not in known}
    for name, one in new.items():
        site = site_of(one, folder)
        found = Speed(
            *_apart(
                "speed", one.network, site.classes, site.channels, site.side,
                one.training.batch_size, device,
            )
        )  # fmt: skip
        known[name] = found
        stored = {"overhead": found.overhead, "per MAC": found.per_mac}
        store.save_speeds({f"{device}|{name}|{what}": time for what, time in stored.items()})
    return known


def check_bases(
    plan: Plan, folder: Path | None, device: str, *, accept: bool, say: Callable[[str], None]
) -> None:
    """Measure every loaded base model once and compare it with what the claim prints.

    Raises:
        BaseOffError: one is off by more than the rounding of the printed accuracy and 0.3 points,
            and that is not accepted. ProbeError: it cannot be measured.
    """
    first: dict[Weights, tuple[Result, Experiment]] = {}
    for row in plan.rows:
        base = row.experiments[0].base
        if isinstance(base, Weights) and not row.experiments[0].data.held_out:
            first.setdefault(base, (row.result, row.experiments[0]))
    settings = Settings(device=device, data=folder, files=plan.files)
    for base, (result, one) in first.items():
        count: Count = _apart("base_accuracy", one, settings)
        said, off = _against_claim(result, count, plan.files[base.sha256])
        say(said)
        if off and not accept:
            raise BaseOffError(
                f"{said}; look at the file and the data, or go on with --accept-base"
            )


def _against_claim(result: Result, count: Count, file: Path) -> tuple[str, bool]:
    """Say what was measured and what is claimed; True where the two are too far apart."""
    model = result.base_model
    printed = model.top1.value if model else None
    said = f"base model {file}: {count.percent:.2f} % ({count.k} of {count.n})"
    if printed is None or model is None:
        return f"{said}; the claim prints no accuracy of it", False
    measured = Decimal(100 * count.k) / count.n
    hull = printed.hull
    gap = max(hull.low - measured, measured - hull.high, Decimal(0))
    said = f"{said}, claimed {printed} ({model.place.file}:{model.top1.place.line})"
    if gap <= SLACK:
        return said, False
    return f"{said}: {gap:.2f} points apart beyond the rounding, more than {SLACK}", True
