"""What to say of a key that is not known."""

from collections.abc import Iterable

from prune_audit.problems import shown, suggestion


def unknown(key: str, known: Iterable[str]) -> str:
    """Say that a key is not known, with the nearest that is."""
    names = list(known)
    hyphens = key.replace("_", "-")
    hint = f"write {hyphens}, with a hyphen" if hyphens in names else suggestion(key, names, "")
    return f"there is no key {shown(key)}; {hint}"
