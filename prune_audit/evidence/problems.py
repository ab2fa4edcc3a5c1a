"""Problems of the files that a submission names: each function makes one, its docstring explains.

The readers of evidence raise these as EvidenceError; the rule registry lists them.
"""

from prune_audit.places import Place
from prune_audit.problems import Problem

READABLE = "name a complete file of this run, or leave the key out: it is then not verified"

UNPACKED = "put the file itself into the submission's folder"


class EvidenceError(Exception):
    """A file of a submission that cannot be used as evidence; carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def evidence_unreadable(anchors: tuple[Place, ...], reason: str, fix: str = READABLE) -> Problem:
    """A file that a submission names cannot be read as the evidence that it is said to be.

    Definition: it is missing, empty, larger than the limit, of a kind that is not read, cut short
    or malformed; a log has no rows, lacks a named column, tests an epoch twice or goes back, begins
    in the middle of a run, or holds an accuracy that is not finite or not between 0 and 100 %. What
    stands before the place where a log is cut short is still used.
    Why: evidence that nobody can read shows nothing.
    Fix: name a complete file; for a column, name one of those that the message lists.
    Cannot detect: a readable file that is the wrong one; PA704 to PA715 look at what it says.
    Source: this tool.
    """
    return Problem("PA712", reason, anchors, fix)


def evidence_outside(anchors: tuple[Place, ...], reason: str, fix: str = UNPACKED) -> Problem:
    """A path leads out of the submission's folder, through a link, or into an archive.

    Definition: a part of the path is a symbolic link, the path ends outside the folder, the file is
    no regular file, or it is an archive (zip, tar, gzip, bzip2, xz, zstd, 7z, rar) where a log or
    a configuration is expected. It is not opened. ``submission.yaml`` itself may be no link
    either. Paths with ``..`` and absolute ones are refused where the file is loaded (PA007).
    Why: a submission is data from strangers; it must not make the checker read anything else.
    Fix: put the file itself, unpacked, into the folder.
    Cannot detect: a copy of a file that is not the submission's own.
    Source: this tool.
    """
    return Problem("PA713", reason, anchors, fix)


def checkpoint_holds_code(anchors: tuple[Place, ...], reason: str) -> Problem:
    """A checkpoint holds more than tensors and plain values.

    Definition: loading it would have to build objects or call functions that are no part of a
    state_dict, as a pickle can. It is not loaded, and nothing in it is run.
    Why: a pickle is a program; whoever loads it runs what its author wrote.
    Fix: save the state_dict alone with ``torch.save(model.state_dict(), file)``, or use
    safetensors or ONNX.
    Cannot detect: weights that were changed by hand; PA708 and PA709 look at those.
    Source: the documentation of ``torch.load`` on ``weights_only``.
    """
    fix = "save the state_dict alone, or write .safetensors or .onnx"
    return Problem("PA714", reason, anchors, fix)
