"""Whether files are the published ones."""

from hashlib import file_digest, md5
from pathlib import Path

from prune_audit.reruns.image_folders import DatasetError
from prune_audit.reruns.published import Published


def verify(folder: Path, known: Published) -> None:
    """Compare the MD5 sum of every file with its published one.

    Raises:
        DatasetError: a file differs. It is then not read any further: some of the formats can hold
            code.
    """
    for name, expected in known.md5.items():
        with (folder / name).open("rb") as file:
            found = file_digest(file, lambda: md5(usedforsecurity=False)).hexdigest()
        if found != expected:
            raise DatasetError(
                f"{folder / name} is damaged or is not the published file: MD5 {found}, "
                f"expected {expected}; delete it and get it anew"
            )
