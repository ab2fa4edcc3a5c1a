"""Why a row cannot be rerun."""


class CannotRerunError(Exception):
    """A row cannot be rerun: ``reason`` says why, ``remedy`` what would make it runnable."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}: {remedy}")
        self.reason = reason
        self.remedy = remedy
