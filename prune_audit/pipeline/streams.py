"""Generators: one for every purpose, so that nothing random depends on what else is drawn."""

from hashlib import sha256

import torch


def stream(seed: int, *purpose: str | int) -> torch.Generator:
    """Return the generator of a seed for a purpose, on the CPU.

    It depends on nothing else, so that rows of one seed start from the same weights and see the
    same images in the same order, and a resumed run goes on with the same numbers.
    """
    text = repr((seed, *purpose)).encode()
    number = int.from_bytes(sha256(text).digest()[:8], "little") % 2**63
    return torch.Generator().manual_seed(number)
