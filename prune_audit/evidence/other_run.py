"""Configurations and constant columns of a log that speak of another run."""

from collections.abc import Iterator
from decimal import Decimal

from prune_audit.evidence.case import Case, RunEvidence
from prune_audit.evidence.check import Check, Status, What
from prune_audit.evidence.configs import Compared, Said, compared
from prune_audit.evidence.following import declared, logged, shift_of
from prune_audit.numbers import NumberError, Unit, parse_number
from prune_audit.places import Place
from prune_audit.problems import cut

_FIX = "give the files of this run, or correct the claim"
_SCALED_FIX = "give the configuration with what the run used in all, such as global_batch_size"


def checks(case: Case) -> Iterator[Check]:
    """Yield a check of each configuration and of each log that names its run.

    Behind them comes one of each configuration that scales what is claimed.
    """
    found = list(_of_runs(case))
    yield from (check for check in found if check.what is What.CONFIG)
    yield from (check for check in found if check.what is What.SCALED)


def _of_runs(case: Case) -> Iterator[Check]:
    for run in case.runs:
        if run.config is not None:
            place = case.inside.place(run.run.config)
            yield from _checks(case, run, "configuration", run.config, place)
        elif run.run.config.known:
            entry = run.run.config
            yield Check(
                What.CONFIG, Status.NOT_VERIFIED, entry.text, "", run.config_why, (entry.place,),
                run.label, "give a configuration that can be read",
            )  # fmt: skip
        if run.curve and run.curve.constants:
            said = {name: Said(*held) for name, held in run.curve.constants.items()}
            # a log need not name its run, so that it does not is nothing to report
            yield from (
                check
                for check in _checks(case, run, "log", said, run.curve.place)
                if check.status is not Status.NOT_VERIFIED
            )


def _checks(
    case: Case, run: RunEvidence, what: str, said: dict[str, Said], place: Place
) -> Iterator[Check]:
    found = list(compared(said, run.run, case.result, case.stage))
    scaled = [(one, why) for one in found if (why := _scaled(case, run, one))]
    settled = {one.name for one, _ in scaled}
    wrong = [one for one in found if one.same is False and one.name not in settled]
    if wrong:
        yield _contradicted(run, what, wrong, place)
        return
    yield _agreed(run, what, [one for one in found if one.same], place)
    if scaled:
        yield _left_open(run, what, scaled, place)


def _agreed(run: RunEvidence, what: str, agreed: list[Compared], place: Place) -> Check:
    names = ", ".join(one.name for one in agreed)
    places = tuple(one.claimed.place for one in agreed) or (run.place,)
    status = Status.VERIFIED if agreed else Status.NOT_VERIFIED
    message = f"the {what} agrees with the claim: {names}"
    if not agreed:
        message = f"nothing in the {what} shows that it is of this run"
    return Check(What.CONFIG, status, what, names, message, (*places, place), run.label)


def _left_open(
    run: RunEvidence, what: str, scaled: list[tuple[Compared, str]], place: Place
) -> Check:
    """What differs and need not be another run is named, and not verified."""
    listed = "; ".join(f"{_beside(one)}: {why}" for one, why in scaled)
    claimed = ", ".join(f"{one.name} {one.claimed}" for one, _ in scaled)
    found = ", ".join(f"{one.name} {cut(one.said.text)}" for one, _ in scaled)
    first = scaled[0][0]
    anchors = (first.claimed.place, place._replace(line=first.said.line))
    return Check(
        What.SCALED, Status.NOT_VERIFIED, claimed, found, f"the {what} has {listed}", anchors,
        run.label, _SCALED_FIX,
    )  # fmt: skip


def _beside(one: Compared) -> str:
    return f"{one.name} {cut(one.said.text)}, claimed {one.claimed}"


def _contradicted(run: RunEvidence, what: str, wrong: list[Compared], place: Place) -> Check:
    listed = "; ".join(map(_beside, wrong))
    anchors = (wrong[0].claimed.place, place._replace(line=wrong[0].said.line))
    claimed = ", ".join(f"{one.name} {one.claimed}" for one in wrong)
    found = ", ".join(f"{one.name} {cut(one.said.text)}" for one in wrong)
    return Check(
        What.CONFIG, Status.CONTRADICTED, claimed, found, f"the {what} has {listed}", anchors,
        run.label, _FIX,
    )  # fmt: skip


def _scaled(case: Case, run: RunEvidence, one: Compared) -> str:
    """Say why a key may differ and the run be the claimed one; empty where it may not."""
    if one.name == "batch_size":
        return "it may be that of one device" if one.same is None and _is_number(one) else ""
    if one.name in ("lr", "epochs") and one.same is False and _log_shows(case, run, one.name):
        return "the log shows the claimed one, and a configuration may scale it"
    return ""


def _is_number(one: Compared) -> bool:
    try:
        parse_number(one.said.text, Unit.PLAIN)
    except NumberError:
        return False
    return one.claimed.value is not None and not one.claimed.value.bound


def _log_shows(case: Case, run: RunEvidence, name: str) -> bool:
    """Whether the log has the claimed LR, or the claimed epochs."""
    if run.curve is None or case.stage is None:
        return False
    stated = case.stage.epochs.value
    if name == "epochs" and stated:
        return stated.total(None).holds(Decimal(run.curve.epochs[0]))
    schedule = declared(case.stage, run.curve.epochs[0])
    lrs = logged(run.curve)
    return schedule is not None and bool(lrs) and shift_of(run.curve, lrs, schedule) is not None
