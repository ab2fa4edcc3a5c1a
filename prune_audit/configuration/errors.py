"""What is wrong with a configuration."""

from collections.abc import Iterable


class ConfigurationError(Exception):
    """A configuration that cannot be used; ``messages`` are all that is wrong with it."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(self.messages))
