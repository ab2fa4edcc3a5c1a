"""Command line, configuration, default -> the value of every option, and where it comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from prune_audit.configuration.configuration import Configuration
from prune_audit.configuration.errors import ConfigurationError
from prune_audit.rules import RULES, RULESET, Rule
from prune_audit.selection import UnknownCodeError, UnknownRulesetError, chosen
from prune_audit.settings import Settings
from prune_audit.waivers.suppression import Suppression

COMMAND_LINE, DEFAULT = "the command line", "default"


@dataclass(frozen=True)
class Options:
    """Every value that can be set by the command line or by a configuration."""

    require: str = Settings.require
    tolerance: Decimal = Settings.tolerance
    base_gap: Decimal = Settings.base_gap
    alpha: float = Settings.alpha
    fail_on: str = "error"
    format: str = "text"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    ruleset: int = RULESET
    store: Path = Path(".prune-audit")
    baseline: Path | None = None

    @property
    def settings(self) -> Settings:
        """The settings of an audit."""
        return Settings(self.require, self.tolerance, self.base_gap, self.alpha)


@dataclass(frozen=True)
class Settled:
    """The options of a command, and what settled each of them."""

    options: Options
    configuration: Configuration | None
    given: frozenset[str]

    @property
    def suppressions(self) -> tuple[Suppression, ...]:
        """What the tables of the configuration suppress."""
        return self.configuration.suppressions if self.configuration else ()

    def origin(self, name: str) -> str:
        """Say where the value of an option comes from: a place, or ``default``."""
        if name in self.given:
            return COMMAND_LINE
        if self.configuration and name in self.configuration.values:
            file, line = self.configuration.place(name)
            return f"{file}:{line}"
        return DEFAULT

    def rules(self, rules: Iterable[Rule] = RULES) -> tuple[Rule, ...]:
        """Return the rules that are selected.

        Raises:
            ConfigurationError: an unknown code or ruleset, a rule newer than the ruleset.
        """
        options = self.options
        try:
            return chosen(tuple(rules), options.select, options.ignore, options.ruleset)
        except UnknownCodeError as error:
            raise ConfigurationError([f"{error}; see prune-audit rules"]) from error
        except UnknownRulesetError as error:
            origin = self.origin("ruleset")
            raise ConfigurationError([f"{error} (ruleset: {origin})"]) from error


def settle(configuration: Configuration | None, given: Mapping[str, Any]) -> Settled:
    """Settle every option; what is None on the command line is not given there.

    ``given`` holds options by the names of configuration keys.
    """
    stated = {key: value for key, value in given.items() if value is not None}
    values = {**(configuration.values if configuration else {}), **stated}
    options = replace(Options(), **{key.replace("-", "_"): value for key, value in values.items()})
    return Settled(options, configuration, frozenset(stated))


NAMES = tuple(field.name.replace("_", "-") for field in fields(Options))
"""The options by the names of their configuration keys."""
