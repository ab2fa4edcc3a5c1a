"""Looking up checkpoints, and whether two tags name the same weights."""

import re
from functools import cache

from prune_audit.answers import Answer, answer
from prune_audit.registry.entries import Checkpoint, key
from prune_audit.registry.other_weights import OTHER_CHECKPOINTS
from prune_audit.registry.torchvision_weights import torchvision_checkpoints

_DIGEST = re.compile(r"sha256:([0-9a-f]{8,64})", re.IGNORECASE)
_FILE_NAME = re.compile(r"-([0-9a-f]{8})(?:\.[a-z]+)?$", re.IGNORECASE)
_IN_FILE_NAME = 8  # hex digits of the SHA-256 that published file names carry


def checkpoint(tag: str) -> Checkpoint | None:
    """Return the checkpoint named by a tag, an alias, a published file or ``sha256:<hex>``.

    Case and punctuation do not matter. ``torchvision/resnet50`` is the first version
    (IMAGENET1K_V1), which ``pretrained=True`` loads; a paper that loads today's default (V2 where
    there is one) has to name it. None if the checkpoint is not known.
    """
    digest = _digest(tag)
    if digest is None:
        in_name = _FILE_NAME.search(tag.strip())
        digest = in_name[1].lower() if in_name else None
    if digest is not None:
        return _by_digest().get(digest[:_IN_FILE_NAME])
    return _by_tag().get(key(tag))


def same_weights(tag_a: str, tag_b: str) -> Answer:
    """Answer whether two tags name the same weights.

    Equal tags, or two names of one checkpoint: same. Two known checkpoints: different. Two digests:
    decided by their digits, unless both are files of one checkpoint (torchvision saved its ResNets
    twice, pytorch/vision#2068). The digest of no published file against a tag: unknown, because the
    same weights saved anew have another digest. Anything else: unknown.
    """
    if tag_a.strip() == tag_b.strip():
        return Answer.SAME
    known_a, known_b = checkpoint(tag_a), checkpoint(tag_b)
    if known_a and known_b:
        return answer(known_a.tag == known_b.tag)
    return _same_digest(_digest(tag_a), _digest(tag_b))


def _same_digest(a: str | None, b: str | None) -> Answer:
    if a is None or b is None:
        return Answer.UNKNOWN
    length = min(len(a), len(b))
    return answer(a[:length] == b[:length])


def _digest(tag: str) -> str | None:
    match = _DIGEST.fullmatch(tag.strip())
    return match[1].lower() if match else None


@cache
def all_checkpoints() -> tuple[Checkpoint, ...]:
    """Return every known checkpoint."""
    return (*torchvision_checkpoints(), *OTHER_CHECKPOINTS)


@cache
def _by_tag() -> dict[str, Checkpoint]:
    return {key(tag): entry for entry in all_checkpoints() for tag in (entry.tag, *entry.aliases)}


@cache
def _by_digest() -> dict[str, Checkpoint]:
    return {digest: entry for entry in all_checkpoints() for digest in entry.sha256}
