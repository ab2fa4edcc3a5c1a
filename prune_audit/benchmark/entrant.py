"""A submission on its track: what the rules of family PA8 look at."""

from dataclasses import dataclass

from prune_audit.benchmark.definition import Benchmark, Track
from prune_audit.claim import Claim, Result
from prune_audit.evidence.evidence import Evidence
from prune_audit.facts import Fact
from prune_audit.submission import Submission
from prune_audit.verdict import Pair


@dataclass(frozen=True)
class Entrant:
    """One submission with its track, its evidence, and its pairs with what is there already.

    ``baseline`` is the pair with the track's own baseline; ``accepted`` are those with accepted
    submissions of the track, the submission first in each. ``conditions`` are the facts that the
    track asks for, the submission on the left and the track on the right. ``track`` is None where
    the benchmark has none of that name.
    """

    claim: Claim
    submission: Submission
    result: Result
    benchmark: Benchmark
    track: Track | None
    evidence: Evidence
    conditions: tuple[Fact, ...] = ()
    baseline: Pair | None = None
    accepted: tuple[Pair, ...] = ()
