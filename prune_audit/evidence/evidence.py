"""The evidence of one submission, as it was read and compared with the claim."""

from collections.abc import Iterator
from dataclasses import dataclass

from prune_audit.claim import Claim, Result
from prune_audit.evidence.check import Check, Status, What
from prune_audit.problems import Problem
from prune_audit.submission import Submission


@dataclass(frozen=True)
class Evidence:
    """Every check of a submission, and the problems of the files that it names."""

    claim: Claim
    submission: Submission
    result: Result
    checks: tuple[Check, ...]
    problems: tuple[Problem, ...] = ()

    def of(self, what: What, status: Status = Status.CONTRADICTED) -> Iterator[Check]:
        """Yield the checks of one thing that ended in one way."""
        return (check for check in self.checks if check.what is what and check.status is status)
