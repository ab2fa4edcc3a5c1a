"""Problems of submissions as files (family PA8): each function makes one."""

from prune_audit.places import Place
from prune_audit.problems import Problem, shown


def duplicate_id(place: Place, name: str, first: Place) -> Problem:
    """Two submissions have one id.

    Definition: the same ``submission.id`` in two of the checked files, or in a checked and an
    accepted one.
    Why: a leaderboard could not tell them apart, and a waiver for one would count for both.
    Fix: choose another id; a new version of an accepted submission replaces its folder.
    Cannot detect: one result that is submitted under two ids; equal logs are found by PA707.
    """
    return Problem(
        "PA808", f"the id {shown(name)} is taken by {first.file}", (place, first),
        "choose another id",
    )  # fmt: skip


def ineffective_waiver(place: Place, reason: str, fix: str) -> Problem:
    """A waiver of the benchmark has no effect.

    Definition: its last day has passed, or it names a code that no rule has.
    Why: a waiver that acts for ever, or on nothing, is read by nobody.
    Fix: renew or delete it.
    Cannot detect: a waiver whose reason does not hold any more.
    """
    return Problem("PA811", reason, (place,), fix)


def link_in_submission(place: Place, name: str) -> Problem:
    """A submission holds a link in the place of a file.

    Definition: ``submission.yaml``, its folder, or another YAML file of the folder is a symbolic
    link. It is not followed.
    Why: a link can lead to files that the submission has no business with, and reports quote what
    they read.
    Fix: put the file itself there.
    Cannot detect: a copy of a file that should not be there.
    """
    return Problem("PA812", f"{name} is a symbolic link", (place,), "put the file itself there")


def not_a_submission(place: Place) -> Problem:
    """A file is submitted that does not say to what.

    Definition: a file called ``submission.yaml`` without the key ``submission``.
    Why: track, row and evidence are stated there.
    Fix: add it: id, track, result, runs.
    Cannot detect: nothing else.
    """
    return Problem(
        "PA813", "this file has no key 'submission'", (place,), "add it: id, track, result, runs"
    )
