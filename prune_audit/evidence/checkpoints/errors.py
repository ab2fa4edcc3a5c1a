"""Why a checkpoint was not opened, in words for the person who submitted it."""

SAVE = "save the weights alone: torch.save(net.state_dict(), FILE), or as .safetensors"
DAMAGED = "send the file again; it must be complete"


class CheckpointError(ValueError):
    """A checkpoint that was refused.

    ``reason`` is a clause whose subject is the file ("holds ..."), ``fix`` what to do about it.
    ``code``: opening it would have run code that it holds. ``missing``: nothing is wrong with the
    file, a package that reads it is not installed here.
    """

    def __init__(
        self, reason: str, fix: str = SAVE, *, code: bool = False, missing: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix
        self.code = code
        self.missing = missing


def holds_code(what: str) -> CheckpointError:
    """Return the error for a file whose loading would run code."""
    return CheckpointError(f"holds code: {what}", code=True)


def damaged(what: str) -> CheckpointError:
    """Return the error for a file that is cut off or does not follow its format."""
    return CheckpointError(f"is damaged or cut off: {what}", DAMAGED)


def not_installed(package: str, extra: str) -> CheckpointError:
    """Return the error for a reader that is not installed."""
    return CheckpointError(
        f"was not opened: {package} is not installed",
        f'pip install "prune-audit[{extra}]"',
        missing=True,
    )
