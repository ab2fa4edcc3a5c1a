"""Which networks, at which input sizes, a row may mean."""

from prune_audit.claim import Result
from prune_audit.registry import Dataset, Network, networks
from prune_audit.registry import dataset as known_dataset


def variants(result: Result) -> tuple[Network, ...]:
    """Return the registered networks of a row's name, the usual one first.

    Those made for its data set; without any, those of the name.
    """
    name = result.network.value
    if name is None:
        return ()
    data = result.dataset.value
    return (networks(name, data) if data else ()) or networks(name)


def data_of(result: Result) -> Dataset | None:
    """Return the registered data set of a row."""
    return known_dataset(result.dataset.value) if result.dataset.value else None


def sizes(result: Result, network: Network | None) -> tuple[int, ...]:
    """Return the sides of the input that a row's MACs may be counted at, in pixels.

    The network's own on its data set, then what the row states of pretraining and retraining.
    """
    data = data_of(result)
    own = network is not None and (data is None or network.family == data.family)
    usual = network.input_size if network and own else data.input_size if data else None
    pretraining = result.base_model.pretraining if result.base_model else None
    stages = (pretraining, result.retraining, result.scratch)
    stated = [stage.input_size.value for stage in stages if stage and stage.input_size.value]
    whole = [int(number.value) for number in stated if number.exact and 0 < number.value < 10_000]
    return tuple(dict.fromkeys([*([usual] if usual else []), *whole]))
