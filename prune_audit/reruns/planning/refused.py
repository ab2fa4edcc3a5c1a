"""Why a row cannot be rerun."""

from prune_audit.claim import Result
from prune_audit.reruns.planned import Refusal


class CannotRerunError(Exception):
    """A row cannot be rerun: ``reason`` says why, ``remedy`` what would make it runnable."""

    def __init__(self, reason: str, remedy: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {remedy}")
        self.reason = reason
        self.remedy = remedy
        self.detail = detail

    def of(self, result: Result) -> Refusal:
        """Return the refusal of a row."""
        return Refusal(result, self.reason, self.remedy, self.detail)
