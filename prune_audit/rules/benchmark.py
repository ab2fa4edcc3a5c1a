"""Family PA8: is a submission what its track asks for?"""

from collections.abc import Iterator

from prune_audit.answers import Answer
from prune_audit.benchmark.conditions import is_open, setup_of
from prune_audit.benchmark.demands import baseline_fact, hard, lacking, soft, too_few_runs
from prune_audit.benchmark.entrant import Entrant
from prune_audit.benchmark.problems import (
    duplicate_id,
    ineffective_waiver,
    link_in_submission,
    not_a_submission,
)
from prune_audit.facts import Fact
from prune_audit.findings import Hit, Severity, Tier
from prune_audit.rules.rule import Rule, Scope
from prune_audit.settings import Settings
from prune_audit.verdict import Fairness


def unknown_track(entrant: Entrant, settings: Settings) -> Iterator[Hit]:
    """A submission names a track that the benchmark does not have.

    Definition: ``submission.track`` is no name under ``tracks`` of the benchmark.
    Why: nothing can be asked of a result that belongs to no track.
    Fix: name one of the tracks.
    Cannot detect: a track that is there and is not the one that was meant.
    """
    if entrant.track is None:
        named = entrant.submission.track
        names = ", ".join(entrant.benchmark.tracks)
        yield Hit(
            f"the benchmark has no track {named.text!r}", (named.place,), f"tracks here: {names}"
        )


def off_track(entrant: Entrant, settings: Settings) -> Iterator[Hit]:
    """A submission surely does not belong to its track.

    Definition: data set, network, metric, granularity, or the band of the speedup or sparsity
    differs from the track's, on the rounding intervals of the printed digits.
    Why: results of another task or another rate cannot be ranked with those of the track.
    Fix: submit to the track that fits.
    Cannot detect: equal names that mean different data.
    """
    for fact in hard(entrant, Answer.DIFFERENT):
        yield _hit(entrant, fact, f"is not of its track: {fact.name}", "submit it to another track")


def track_undecided(entrant: Entrant, settings: Settings) -> Iterator[Hit]:
    """A submission does not state what its track asks for.

    Definition: a condition of the track is neither surely met nor surely missed: the row is silent,
    or a printed rate reaches across the end of the band. On an open track base model and retraining
    may be left unsaid.
    Why: what is not stated counts as met nowhere in a benchmark.
    Fix: state it, with as many digits as decide.
    Cannot detect: whether what is stated is true; that is what evidence is for.
    """
    facts = [*hard(entrant, Answer.UNKNOWN)]
    if _closed(entrant):
        facts += soft(entrant, Answer.UNKNOWN)
    for fact in facts:
        yield _hit(entrant, fact, f"leaves open {fact.name}", "state it in the submission")


def recipe_off_track(entrant: Entrant, settings: Settings) -> Iterator[Hit]:
    """A submission has another base model or retraining than its closed track requires.

    Definition: base model, retraining epochs, LR schedule or another key that the track states
    under ``retraining`` surely differs.
    Why: a gain then need not come from the pruning stage (fairness principle).
    Fix: retrain as the track says, or submit to an open track.
    Cannot detect: a recipe that is stated and was not followed; logs show that.
    Source: Wang et al. 2023, Table 2, S2 to S3.2, and section 6.
    """
    if _closed(entrant):
        for fact in soft(entrant, Answer.DIFFERENT):
            what = f"has not the track's {fact.name}"
            yield _hit(entrant, fact, what, "use what the track requires")


def baseline_not_comparable(entrant: Entrant, settings: Settings) -> Iterator[Hit]:
    """A submission to a closed track does not reach the track's setup against the baseline.

    Definition: the verdict of the pair with the track's baseline is unfair or undetermined at the
    setup of the track, by a fact that no other condition of the track names already.
    Why: ``closed`` means that every result of the track is comparable with its baseline.
    Fix: change, or state, the fact that decides.
    Cannot detect: differences that neither file states.
    Source: Wang et al. 2023, Table 2 and section 6.
    """
    fact, pair = baseline_fact(entrant), entrant.baseline
    if fact and pair and entrant.track and _closed(entrant):
        floor, ceiling = pair.verdict.floor, pair.verdict.ceiling
        reach = floor if floor == ceiling else f"{floor} .. {ceiling}"
        setup, word = setup_of(entrant.track), pair.verdict.fairness
        yield _hit(
            entrant, fact,
            f"is {word} against the baseline {pair.other.name} ({reach}, {setup} is required): "
            f"{fact.name}",
            "make it the same, or state it",
        )  # fmt: skip


def too_few_submitted_runs(entrant: Entrant, settings: Settings) -> Iterator[Hit]:
    """A submission rests on fewer runs than its track asks for.

    Definition: ``runs`` of the row is below the track's ``runs``, or is not stated.
    Why: the spread over runs is what tells a gain from luck.
    Fix: run more seeds, and state how many there were.
    Cannot detect: runs that were made and left out.
    """
    stated = too_few_runs(entrant, entrant.track) if entrant.track else None
    if stated is not None and entrant.track:
        yield Hit(
            f"{entrant.result.name} states runs: {stated}, the track {entrant.track.name} asks "
            f"for {entrant.track.runs}",
            (stated.place, entrant.track.runs.place),
            "run more seeds and state their number",
        )


def required_evidence_missing(entrant: Entrant, settings: Settings) -> Iterator[Hit]:
    """Evidence that the track requires is missing, or does not show what it must.

    Definition: a kind of ``evidence`` of the track that the submission does not bring, or by which
    a question stays *not verified*.
    Why: a benchmark ranks what was shown, not what was said.
    Fix: add the file, or the column, that the message names.
    Cannot detect: evidence that was made up; rerunning does.
    """
    if entrant.track:
        for lack in lacking(entrant, entrant.track):
            yield Hit(
                f"the track {entrant.track.name} requires {lack.kind}: {lack.why}",
                (lack.place, entrant.track.evidence.place),
                lack.fix,
            )


def open_track_setup(entrant: Entrant, settings: Settings) -> Iterator[Hit]:
    """A result of an open track is not comparable with the baseline at the usual setup.

    Definition: on an open track, base model or retraining differ from what the track suggests, or
    the pair with the baseline is not fair.
    Why: the ranking of an open track may rank recipes; a reader must see it.
    Fix: nothing has to be mended; the closed track is the place for comparisons of methods.
    Cannot detect: differences that are not stated.
    """
    if entrant.track and not _closed(entrant):
        facts = [*soft(entrant, Answer.DIFFERENT)]
        fact = baseline_fact(entrant)
        for one in [*facts, *([fact] if fact else [])]:
            yield _hit(entrant, one, f"differs on an open track: {one.name}", "")


def apart_from_accepted(entrant: Entrant, settings: Settings) -> Iterator[Hit]:
    """A submission cannot be set against an accepted one of its track.

    Definition: the verdict of the pair is not fair at the track's setup.
    Why: the two are ranked in different groups.
    Fix: none, unless the fact that decides was only left unsaid.
    Cannot detect: see the rules on setup.
    """
    for pair in entrant.accepted:
        fact = pair.verdict.deciding
        if pair.verdict.fairness is not Fairness.FAIR and fact:
            what = f"is {pair.verdict.fairness} against {pair.other.file}: {fact.name}"
            yield _hit(entrant, fact, what, "")


def _closed(entrant: Entrant) -> bool:
    return entrant.track is not None and not is_open(entrant.track, entrant.benchmark)


def _hit(entrant: Entrant, fact: Fact, what: str, fix: str) -> Hit:
    """Make a hit whose first place is in the submission."""
    places = [side.place for side in (fact.left, fact.right)]
    own = [place for place in places if place.file == entrant.claim.file]
    others = [place for place in places if place.file != entrant.claim.file]
    first = own or [entrant.submission.result.place]
    return Hit(f"{entrant.result.name} {what}, {fact.sides}", (*first, *others), fix)


_ERROR, _NOTE, _SURE = Severity.ERROR, Severity.NOTE, Tier.CONCLUSIVE
RULES = (
    Rule("PA801", _ERROR, _SURE, Scope.ENTRANT, unknown_track, 2),
    Rule("PA802", _ERROR, _SURE, Scope.ENTRANT, off_track, 2),
    Rule("PA803", _ERROR, _SURE, Scope.ENTRANT, track_undecided, 2),
    Rule("PA804", _ERROR, _SURE, Scope.ENTRANT, recipe_off_track, 2),
    Rule("PA805", _ERROR, _SURE, Scope.ENTRANT, baseline_not_comparable, 2),
    Rule("PA806", _ERROR, _SURE, Scope.ENTRANT, too_few_submitted_runs, 2),
    Rule("PA807", _ERROR, _SURE, Scope.ENTRANT, required_evidence_missing, 2),
    Rule("PA808", _ERROR, _SURE, Scope.FILE, duplicate_id, 2),
    Rule("PA809", _NOTE, _SURE, Scope.ENTRANT, open_track_setup, 2),
    Rule("PA810", _NOTE, _SURE, Scope.ENTRANT, apart_from_accepted, 2),
    Rule("PA811", _ERROR, _SURE, Scope.FILE, ineffective_waiver, 2),
    Rule("PA812", _ERROR, _SURE, Scope.FILE, link_in_submission, 2),
    Rule("PA813", _ERROR, _SURE, Scope.FILE, not_a_submission, 2),
)
