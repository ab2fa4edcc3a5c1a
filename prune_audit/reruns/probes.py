"""Short measurements in a process of their own, before anything is spent."""

from collections.abc import Callable, Container, Iterable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from prune_audit.claim import BaseModel
from prune_audit.reruns.experiment import Experiment, Weights
from prune_audit.reruns.failures import StoreError
from prune_audit.reruns.planned import Plan
from prune_audit.reruns.planning.estimate import Speed, site_of, speed_key
from prune_audit.reruns.processes import start
from prune_audit.reruns.progress import doing
from prune_audit.reruns.run import Count
from prune_audit.reruns.store import Store
from prune_audit.reruns.watch import Settings
from prune_audit.reruns.worker import reason

SLACK = Decimal("0.3")
"""Points by which a base model may miss the claimed accuracy beyond its rounding."""


class ProbeError(Exception):
    """A measurement could not be made; the message says why."""


class BaseOffError(Exception):
    """A base model is not as accurate as claimed; the message says by how much."""


class _Answer(NamedTuple):
    """What a measurement found, or why it could not be made."""

    value: Any = None
    problem: str = ""


def _apart(function: str, *arguments: Any) -> Any:
    """Call a function of ``pipeline.probe`` in a new process of one thread."""
    child = start(_measure, function, arguments)
    try:
        answer: _Answer = child.line.recv()
    except (EOFError, OSError) as error:
        raise ProbeError("a measurement was killed; is there enough memory?") from error
    finally:
        child.end()
    if answer.problem:
        raise ProbeError(answer.problem)
    return answer.value


def _measure(line: Connection, function: str, arguments: tuple[Any, ...]) -> None:
    try:
        from prune_audit.pipeline import probe

        known: dict[str, Callable[..., Any]] = {
            "speed": probe.speed, "base_accuracy": probe.base_accuracy,
        }  # fmt: skip
        line.send(_Answer(known[function](*arguments)))
    except Exception as error:
        line.send(_Answer(problem=reason(error)))


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
        where = (site.classes, site.channels, site.side, one.training.batch_size, device)
        with doing(f"measuring the speed of {one.network}"):
            found = Speed(*_apart("speed", one.network, *where))
        known[name] = found
        stored = {"overhead": found.overhead, "per MAC": found.per_mac}
        with suppress(StoreError):  # a plan of a read-only store is a plan
            store.save_speeds({f"{device}|{name}|{what}": time for what, time in stored.items()})
    return known


def check_bases(
    plan: Plan, todo: Container[Experiment], settings: Settings, *, accept: bool,
    say: Callable[[str], None],
) -> None:  # fmt: skip
    """Measure the loaded base models of experiments, and compare them with what claims print.

    Raises:
        BaseOffError: one is off by more than the rounding of the printed accuracy and 0.3 points,
            and that is not accepted. ProbeError: it cannot be measured.
    """
    loaded = {one.base: one for one in plan.experiments if one in todo}
    for base, one in loaded.items():
        if not isinstance(base, Weights):
            continue
        whole = replace(one, data=replace(one.data, held_out=0.0))
        with doing(f"measuring the accuracy of {plan.files[base.sha256]}"):
            count: Count = _apart("base_accuracy", whole, settings)
        for model in plan.claimed.get(base.sha256, ()):
            said, off = _against_claim(model, count, plan.files[base.sha256])
            if off and not accept:
                raise BaseOffError(f"{said}; look at file and data, or go on with --accept-base")
            say(said)


def _against_claim(model: BaseModel, count: Count, file: Path) -> tuple[str, bool]:
    """Say what was measured and what is claimed; True where the two are too far apart."""
    printed = model.top1.value
    said = f"base model {model.name}, {file}: {count.percent:.2f} % ({count.k} of {count.n})"
    if printed is None:
        return f"{said}; the claim prints no accuracy of it", False
    measured = Decimal(100 * count.k) / count.n
    hull = printed.hull
    gap = max(hull.low - measured, measured - hull.high, Decimal(0))
    said = f"{said}, claimed {printed} ({model.place.file}:{model.top1.place.line})"
    if gap <= SLACK:
        return said, False
    return f"{said}: {gap:.2f} points apart beyond the rounding, more than {SLACK}", True
