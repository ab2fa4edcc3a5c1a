"""SHA-256 of the files that a submission names."""

from collections.abc import Iterator

from prune_audit.evidence.case import Case
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.inside import CHECKPOINT_BYTES
from prune_audit.evidence.problems import EvidenceError
from prune_audit.places import Entry, Place

_PIN = "add sha256: with the digest of the file"
_SHOWN = 12


def checks(case: Case) -> Iterator[Check]:
    """Yield a check of every log that was read, and of the checkpoint."""
    for run in case.runs:
        if run.digest:
            place = case.inside.place(run.run.log)
            yield _check(run.run.log, run.run.sha256, run.digest, place, run.label)
    checkpoint = case.submission.checkpoint
    if checkpoint and checkpoint.file.known:
        place = case.inside.place(checkpoint.file)
        try:
            digest = case.inside.sha256(checkpoint.file, CHECKPOINT_BYTES, archives=True)
        except EvidenceError:
            return  # told where the checkpoint is opened
        yield _check(checkpoint.file, checkpoint.sha256, digest, place, "checkpoint")


def _check(file: Entry[str], stated: Entry[str], digest: str, place: Place, run: str) -> Check:
    found = f"{digest[:_SHOWN]}..."
    if stated.value is None:
        message = f"{file.value} has no sha256; it is {digest}"
        return Check(
            What.HASH, Status.NOT_VERIFIED, "", found, message, (file.place, place), run, _PIN
        )
    claimed, anchors = f"{stated.value[:_SHOWN]}...", (stated.place, place)
    if stated.value == digest:
        message = f"{file.value} is the stated file"
        return Check(What.HASH, Status.VERIFIED, claimed, found, message, anchors, run)
    message = f"{file.value} has the SHA-256 {digest}, not the stated one"
    fix = "give the file that was hashed, or its own digest"
    return Check(What.HASH, Status.CONTRADICTED, claimed, found, message, anchors, run, fix)
