"""Configurations and constant columns of a log that speak of another run."""

from collections.abc import Iterator
from decimal import Decimal

from prune_audit.evidence.case import Case, RunEvidence
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.configs import Compared, Said, compared
from prune_audit.evidence.following import declared, logged, shift_of
from prune_audit.places import Place
from prune_audit.problems import cut

_FIX = "give the files of this run, or correct the claim"


def checks(case: Case) -> Iterator[Check]:
    """Yield a check of each configuration, and one of each log that names its run."""
    for run in case.runs:
        if run.config is not None:
            place = case.inside.place(run.run.config)
            yield _check(case, run, "configuration", run.config, place)
        elif run.run.config.known:
            entry = run.run.config
            yield Check(
                What.CONFIG, Status.NOT_VERIFIED, entry.text, "", run.config_why, (entry.place,),
                run.label, "give a configuration that can be read",
            )  # fmt: skip
        if run.curve and run.curve.constants:
            said = {name: Said(*held) for name, held in run.curve.constants.items()}
            check = _check(case, run, "log", said, run.curve.place)
            # a log need not name its run, so that it does not is nothing to report
            if check.status is not Status.NOT_VERIFIED:
                yield check


def _check(case: Case, run: RunEvidence, what: str, said: dict[str, Said], place: Place) -> Check:
    found = list(compared(said, run.run, case.result, case.stage))
    wrong = [one for one in found if one.same is False and not _settled(case, run, one)]
    agreed = [one.name for one in found if one.same]
    if wrong:
        return _contradicted(run, what, wrong, place)
    places = tuple(one.claimed.place for one in found if one.same) or (run.place,)
    status = Status.VERIFIED if agreed else Status.NOT_VERIFIED
    message = (
        f"the {what} agrees with the claim: {', '.join(agreed)}" if agreed
        else f"the {what} states nothing that the claim states too"
    )  # fmt: skip
    return Check(What.CONFIG, status, what, ", ".join(agreed), message, (*places, place), run.label)


def _contradicted(run: RunEvidence, what: str, wrong: list[Compared], place: Place) -> Check:
    listed = "; ".join(f"{one.name} {cut(one.said.text)}, claimed {one.claimed}" for one in wrong)
    anchors = (wrong[0].claimed.place, place._replace(line=wrong[0].said.line))
    claimed = ", ".join(f"{one.name} {one.claimed}" for one in wrong)
    found = ", ".join(f"{one.name} {cut(one.said.text)}" for one in wrong)
    return Check(
        What.CONFIG, Status.CONTRADICTED, claimed, found, f"the {what} has {listed}", anchors,
        run.label, _FIX,
    )  # fmt: skip


def _settled(case: Case, run: RunEvidence, one: Compared) -> bool:
    """The log shows the LR and the epochs that were run; a configuration may scale either."""
    if one.name not in ("lr", "epochs") or run.curve is None or case.stage is None:
        return False
    stated = case.stage.epochs.value
    if one.name == "epochs" and stated:
        return stated.total(None).holds(Decimal(run.curve.epochs[0]))
    schedule = declared(case.stage, run.curve.epochs[0])
    lrs = logged(run.curve)
    return schedule is not None and bool(lrs) and shift_of(run.curve, lrs, schedule) is not None
