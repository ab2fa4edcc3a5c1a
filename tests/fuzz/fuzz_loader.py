"""Feeds mutated claim files to the whole of `check`, by hand: no traceback, no hang, no growth.

    python tests/fuzz/fuzz_loader.py --seconds 600 --seed 1 --keep /tmp/found

Every input is decoded, loaded, gathered, audited with all rules and, one time in five, reported in
all formats. Prints what was tried; exits with 1 where something raised or took longer than --slow.
"""

import argparse
import faulthandler
import resource
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from mutate import Mutator

from prune_audit.audit import audit
from prune_audit.corpus import gather
from prune_audit.filetext import RefusedError, decode
from prune_audit.load import load_text
from prune_audit.reports import FORMATS, Look
from prune_audit.rules import RULES
from prune_audit.settings import Settings

CLAIMS = Path(__file__).parents[2] / "claims"
HANGS = 60


def attempt(data: bytes, *, report: bool) -> str:
    """Run one input through the tool; return how far it got."""
    name = str(CLAIMS / "fuzzed.yaml")
    try:
        loaded = load_text(decode(data, name), name)
    except RefusedError:
        return "not text"
    corpus = gather([loaded])
    found = audit(corpus, RULES, Settings())
    if report:
        for form in FORMATS.values():
            form(found, Look(100, False, True))
    if loaded.claim is None:
        return "not YAML" if loaded.problems[0].code in ("PA002", "PA003") else "no claim"
    return "a claim"


class Watch:
    """Counts what was tried, and keeps what raised or was slow."""

    def __init__(self, slow: float, keep: Path | None) -> None:
        self.slow = slow
        self.keep = keep
        self.tried: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.longest = 0.0

    def run(self, kind: str, data: bytes, *, report: bool) -> None:
        """Try one input."""
        faulthandler.dump_traceback_later(HANGS, exit=True)
        start = time.process_time()
        try:
            reached = attempt(data, report=report)
        except Exception as error:
            reached = "raised"
            self._failed(f"{type(error).__name__}: {error}"[:300], _place(error), data)
        took = time.process_time() - start
        self.tried[f"{kind}: {reached}"] += 1
        self.longest = max(self.longest, took)
        if took > self.slow:
            self._failed(f"{took:.1f} s", f"slow, by {kind}", data)

    def _failed(self, what: str, where: str, data: bytes) -> None:
        self.failures[where] += 1
        if self.failures[where] > 1:
            return
        print(f"FOUND {what}\n  {where}", flush=True)
        if self.keep:
            self.keep.mkdir(parents=True, exist_ok=True)
            path = self.keep / f"found-{len(self.failures)}.yaml"
            path.write_bytes(data)
            print(f"  kept as {path}", flush=True)


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))


def memory() -> float:
    """Return the largest resident set so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Fuzz for a given time; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow", type=float, default=2.0, help="seconds of CPU for one input")
    parser.add_argument("--keep", type=Path, default=None, help="where inputs that failed go")
    options = parser.parse_args()
    texts = [path.read_text(encoding="utf-8") for path in sorted(CLAIMS.glob("*.yaml"))]
    mutator, watch = Mutator(texts, options.seed), Watch(options.slow, options.keep)
    start, count, early = time.monotonic(), 0, 0.0
    while time.monotonic() - start < options.seconds:
        kind, data = mutator.next()
        watch.run(kind, data, report=count % 5 == 0)
        count += 1
        early = memory() if count == 500 else early
    faulthandler.cancel_dump_traceback_later()
    for what, times in sorted(watch.tried.items()):
        print(f"{times:8} {what}")
    print(
        f"{count} inputs in {time.monotonic() - start:.0f} s, longest {watch.longest:.2f} s, "
        f"memory {early:.0f} MiB after 500, {memory():.0f} MiB at the end, "
        f"{sum(watch.failures.values())} failures at {len(watch.failures)} places"
    )
    return 1 if watch.failures else 0


if __name__ == "__main__":
    sys.exit(main())
