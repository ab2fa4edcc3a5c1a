"""Names of data sets and networks, as a leaderboard sorts by them."""

from prune_audit.registry import Network, dataset, network
from prune_audit.registry.entries import key


def dataset_key(name: str | None) -> str:
    """Return the registered id, else the letters and digits; empty where nothing is stated."""
    known = dataset(name) if name else None
    return known.id if known else key(name or "")


def network_key(name: str | None, on: str | None) -> str:
    """Return the registered id of a network on a data set, else the letters and digits."""
    known = _network(name, on)
    return known.id if known else key(name or "")


def is_registered(name: str | None, on: str | None) -> bool:
    """Whether a network is known by this name, so that another name means another network."""
    return _network(name, on) is not None


def _network(name: str | None, on: str | None) -> Network | None:
    if not name:
        return None
    return (network(name, on) if on else None) or network(name)
