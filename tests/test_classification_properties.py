"""What holds for the verdict on any two rows, however much of them is stated.

A row is drawn fact by fact, each known, unreported or unverified.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from prune_audit.answers import Answer
from prune_audit.facts import pair_facts
from prune_audit.judged import JudgedPair
from prune_audit.settings import Settings
from prune_audit.setups import Setup
from prune_audit.verdict import Fairness, Verdict

Judge = Callable[..., JudgedPair]
Row = dict[str, Any]
Pair = tuple[Row, Row]
SILENT = ("unreported", "unverified")


def stated(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from((*values, *SILENT))


KNOWN = {
    "base": ("one", "two", "three"),
    "top1": ("75.00", "75.10", "73.20"),
    "speedup": ("2.00x", "2.05x", "2x", "1.50x"),
    "pruning.granularity": ("filter", "channel", "weight", "other"),
    "pruning.epochs": ("0", "10", "~10", ">0"),
    "pruning.lr": ("1e-3", "0:1e-3,5:1e-4", "initial 1e-3"),
    "retraining.epochs": ("90", "60", "~80", ">0", "30 per layer"),
    "retraining.lr": (
        "0:1e-2,30:1e-3", "0:1e-2,30:1e-3,75:1e-4", "step 1e-2 at 30", "cosine 1e-2", "1e-3",
        "cosine 1e-2 to 0", "initial 1e-2",
    ),
}  # fmt: skip
RECIPE = {
    "retraining.optimizer": stated("sgd", "adam", "other"),
    "retraining.weight_decay": stated("1e-4", "0.0001", "5e-4"),
}
ROWS = st.fixed_dictionaries(
    {key: stated(*values) for key, values in KNOWN.items()}, optional=RECIPE
)
KEYS = st.sets(st.sampled_from((*KNOWN, *RECIPE)))


def alike(row: Row, other: Row, keys: set[str]) -> Pair:
    """Return two rows that differ in some keys only, so that high setups are reached."""
    return row, {**row, **{key: other[key] for key in sorted(keys) if key in other}}


PAIRS = st.builds(alike, ROWS, ROWS, KEYS)
WEIGHTS = stated(
    "torchvision/ResNet50_Weights.IMAGENET1K_V1", "torchvision/ResNet50_Weights.IMAGENET1K_V2",
    "own", "own:elsewhere", "someone/resnet50", "sha256:" + "1" * 64,
)  # fmt: skip
BASES = st.fixed_dictionaries(
    {name: st.fixed_dictionaries({"weights": WEIGHTS}) for name in ("one", "two", "three")}
)
LINES = st.sampled_from([str(setup) for setup in Setup if setup is not Setup.BELOW_S1])
examples = settings(max_examples=150, deadline=None)


def fits(row: Row) -> bool:
    """Whether no milestone lies behind the end of its stage: nothing is learnt from a slip."""
    retraining = (row["retraining.epochs"], row["retraining.lr"])
    return (row["pruning.epochs"] != "0" or row["pruning.lr"] in SILENT) and (
        retraining != ("60", "0:1e-2,30:1e-3,75:1e-4")
    )


def judge(judged: Judge, ours: Row, other: Row, bases: Row, require: str = "S3.2") -> Verdict:
    pair = judged(ours, other, bases=bases, settings=Settings(require=require))
    return pair.pair.verdict


def ranks(verdict: Verdict) -> tuple[int, int]:
    return Setup(verdict.floor).rank, Setup(verdict.ceiling).rank


@examples
@given(PAIRS, BASES)
def test_the_verdict_does_not_depend_on_which_row_is_ours(
    judged: Judge, rows: Pair, bases: Row
) -> None:
    ours, other = rows
    here, there = judge(judged, ours, other, bases), judge(judged, other, ours, bases)
    assert (here.floor, here.ceiling) == (there.floor, there.ceiling)
    assert here.fairness is there.fairness
    mirrored = {"ours": "theirs", "theirs": "ours", "": ""}
    assert here.dominance == mirrored[there.dominance]
    assert [fact.name for fact in here.missing] == [fact.name for fact in there.missing]


@examples
@given(PAIRS, BASES, LINES)
def test_the_floor_is_never_above_the_ceiling(
    judged: Judge, rows: Pair, bases: Row, require: str
) -> None:
    ours, other = rows
    floor, ceiling = ranks(judge(judged, ours, other, bases, require))
    assert floor <= ceiling


@examples
@given(PAIRS, BASES, st.sampled_from(sorted(KNOWN)), st.data())
def test_reporting_a_fact_only_ever_narrows_the_verdict(
    judged: Judge, rows: Pair, bases: Row, key: str, data: st.DataObject
) -> None:
    ours, other = rows
    value = data.draw(st.sampled_from(KNOWN[key]))
    assume(fits({**ours, key: value}))
    silent = judge(judged, {**ours, key: "unreported"}, other, bases)
    said = judge(judged, {**ours, key: value}, other, bases)
    assert ranks(said)[0] >= ranks(silent)[0]
    assert ranks(said)[1] <= ranks(silent)[1]


@examples
@given(PAIRS, BASES, st.sampled_from(sorted(KNOWN)))
def test_reporting_what_the_other_row_reports_never_lowers_the_floor(
    judged: Judge, rows: Pair, bases: Row, key: str
) -> None:
    ours, other = rows
    assume(fits({**ours, key: other[key]}))
    silent = judge(judged, {**ours, key: "unreported"}, other, bases)
    said = judge(judged, {**ours, key: other[key]}, other, bases)
    assert ranks(said)[0] >= ranks(silent)[0]
    assert ranks(said)[1] <= ranks(silent)[1]


@examples
@given(PAIRS, BASES)
def test_what_is_not_stated_counts_as_neither_same_nor_different(
    judged: Judge, rows: Pair, bases: Row
) -> None:
    ours, other = rows
    pair = judged(ours, other, bases=bases).pair
    for fact in pair_facts(pair.ours, pair.other, Settings()).values():
        if fact.silent_sides and fact.why != "one entry of this file":
            assert fact.answer is Answer.UNKNOWN, fact


@examples
@given(PAIRS, BASES)
def test_it_does_not_matter_why_a_fact_is_silent(judged: Judge, rows: Pair, bases: Row) -> None:
    ours, other = rows

    def unverified(row: Row) -> Row:
        return {k: "unverified" if v == "unreported" else v for k, v in row.items()}

    here = judge(judged, ours, other, bases)
    there = judge(judged, unverified(ours), unverified(other), bases)
    assert (here.floor, here.ceiling, here.fairness) == (there.floor, there.ceiling, there.fairness)


@examples
@given(PAIRS, BASES, LINES)
def test_fairness_follows_from_floor_ceiling_line_and_recipe(
    judged: Judge, rows: Pair, bases: Row, require: str
) -> None:
    ours, other = rows
    verdict = judge(judged, ours, other, bases, require)
    floor, ceiling = ranks(verdict)
    line = Setup(require).rank
    if ceiling < line or verdict.recipe:
        assert verdict.fairness is Fairness.UNFAIR
    elif floor >= line:
        assert verdict.fairness is Fairness.FAIR
    else:
        assert verdict.fairness is Fairness.UNDETERMINED
        assert verdict.missing


@examples
@given(PAIRS, BASES, LINES)
def test_every_verdict_that_is_not_fair_names_what_decides(
    judged: Judge, rows: Pair, bases: Row, require: str
) -> None:
    ours, other = rows
    verdict = judge(judged, ours, other, bases, require)
    if verdict.fairness is Fairness.UNFAIR:
        assert verdict.deciding
        assert verdict.deciding.answer is Answer.DIFFERENT
    if verdict.fairness is Fairness.UNDETERMINED:
        assert verdict.deciding
        assert verdict.deciding.answer is Answer.UNKNOWN


@examples
@given(PAIRS, BASES)
def test_a_stricter_line_never_turns_unfair_into_fair(
    judged: Judge, rows: Pair, bases: Row
) -> None:
    ours, other = rows
    order = [Fairness.FAIR, Fairness.UNDETERMINED, Fairness.UNFAIR]
    lines = [setup for setup in Setup if setup is not Setup.BELOW_S1]
    found = [judge(judged, ours, other, bases, str(line)).fairness for line in lines]
    assert found == sorted(found, key=order.index)


IRRELEVANT = st.sampled_from(
    [
        {"note": "a note"}, {"top5": "92.00"}, {"bold": "yes"}, {"hardware": "a clock"},
        {"source": "Table 9"}, {"retraining.note": "a note"}, {"pruning.criterion": "L1-norm"},
        {"retraining.source": "section 4"}, {"ta": "80.00"}, {"printed_as": "FLOPs"},
        {"retraining.tuning_trials": "5"}, {"before_retraining": "10.0"},
    ]
)  # fmt: skip


@examples
@given(PAIRS, BASES, IRRELEVANT)
def test_a_key_that_no_question_asks_about_changes_nothing(
    judged: Judge, rows: Pair, bases: Row, more: Row
) -> None:
    ours, other = rows
    here = judge(judged, ours, other, bases)
    there = judge(judged, {**ours, **more}, other, bases)
    assert (here.floor, here.ceiling, here.fairness) == (there.floor, there.ceiling, there.fairness)


@examples
@given(ROWS, BASES)
def test_a_row_that_states_nothing_is_never_called_fair_or_unfair(
    judged: Judge, ours: Row, bases: Row
) -> None:
    nothing = dict.fromkeys(KNOWN, "unreported")
    assert judge(judged, ours, nothing, bases).fairness is Fairness.UNDETERMINED


@examples
@given(ROWS, BASES)
def test_a_fully_stated_row_reaches_the_top_against_itself(
    judged: Judge, row: Row, bases: Row
) -> None:
    exact = {
        "base": "one", "top1": "75.00", "speedup": "2.00x", "pruning.granularity": "filter",
        "pruning.epochs": "0", "retraining.epochs": "90", "retraining.lr": "0:1e-2,30:1e-3",
    }  # fmt: skip
    verdict = judge(judged, {**row, **exact}, {**row, **exact}, bases)
    assert (verdict.floor, verdict.fairness) == ("S4.2", Fairness.FAIR)
