"""A claim file becomes a claim, or the list of everything that is wrong with it."""

import pytest

from prune_audit.load import Loaded, load_text
from prune_audit.places import Silence
from prune_audit.problems import Problem

CLAIM = """\
schema: 1
paper: {title: A title, venue: ICLR, year: 2021, arxiv: 2012.09240}
base_models:
  dense: {network: resnet50, dataset: imagenet, weights: own, top1: 76.10, source: Table 1}
results:
  ours:
    method: Ours
    base: dense
    pruning: {granularity: filter, schedule: one-shot, epochs: 0}
    retraining: {epochs: 90, lr: "0:1e-2,30:1e-3", weight_decay: 1e-4, batch_size: 0256}
    top1: 75.16
    drop: 0.97
    bold: yes
    runs: unreported
    selection: {unreported: "sections 4 and 5"}
    source: [Table 1, caption]
  other:
    method: Other
    base: unreported
    network: resnet50
    dataset: imagenet
    pruning: unverified
    retraining: none
    top1: 75.0
    source: Table 2
comparisons:
  - {ours: ours, against: [other], statement: better}
tables:
  - {rows: [ours, other], ranked_by: top1}
"""


def changed(*changes: str) -> Loaded:
    """Load the claim with some pieces of it replaced: old, new, old, new ..."""
    text = CLAIM
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load_text(text, "a.yaml")


def only_problem(*changes: str) -> Problem:
    loaded = changed(*changes)
    assert loaded.claim is None
    assert len(loaded.problems) == 1, loaded.problems
    return loaded.problems[0]


def test_a_claim_keeps_the_exact_text_of_every_value() -> None:
    claim = changed().claim
    assert claim is not None
    ours = claim.results["ours"]
    assert ours.retraining is not None
    assert claim.paper.arxiv.text == "2012.09240"
    assert claim.base_models["dense"].top1.text == "76.10"
    assert ours.retraining.weight_decay.text == "1e-4"
    assert str(ours.retraining.batch_size.value) == "0256"
    assert ours.source.value == ("Table 1", "caption")
    assert claim.results["other"].source.value == ("Table 2",)
    assert str(ours.top1.place) == "a.yaml:11:11"


def test_unreported_unverified_and_left_out_are_told_apart() -> None:
    claim = changed().claim
    assert claim is not None
    ours, other = claim.results["ours"], claim.results["other"]
    assert ours.runs.silence is Silence.UNREPORTED
    assert (ours.selection.silence, ours.selection.looked) == (
        Silence.UNREPORTED,
        "sections 4 and 5",
    )
    assert ours.speedup.silence is Silence.UNVERIFIED
    assert other.pruning is not None
    assert other.pruning.granularity.silence is Silence.UNVERIFIED
    assert other.base.unreported


def test_a_row_without_retraining_takes_no_retraining_epochs() -> None:
    claim = changed().claim
    assert claim is not None
    retraining = claim.results["other"].retraining
    assert retraining is not None
    assert retraining.epochs.value is not None
    assert retraining.epochs.value.none


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null", "NULL"])
@pytest.mark.parametrize("key", ["venue: ICLR", "top1: 75.16", "method: Ours", "bold: yes"])
def test_an_empty_value_is_no_value(key: str, nothing: str) -> None:
    name = key.partition(":")[0]
    problem = only_problem(key, f"{name}: {nothing}")
    assert problem.code == "PA007"
    assert "found nothing" in problem.message


def test_quotes_make_a_word_of_null() -> None:
    assert changed("venue: ICLR", 'venue: "null"').claim


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("drop: 0.97", "drop: 1:30"), "expected a number in percent such as 75.24"),
        (("drop: 0.97", "drop: 1_000"), "expected a number in percent"),
        (("drop: 0.97", "drop: 2.31x"), "the unit 'x' in '2.31x' is not its unit"),
        (("drop: 0.97", "drop: [0.97]"), "one value"),
        (("drop: 0.97", "drop: {a: 1}"), "one value"),
        (("drop: 0.97", "macs: 56 %"), "expected a count such as 4.09G"),
        (("drop: 0.97", "speedup: 44 %"), "expected a multiple such as 2.31x"),
        (("bold: yes", "bold: on"), "expected one of yes, no, got 'on'"),
        (("bold: yes", "bold: Yes"), "did you mean 'yes'?"),
        (("runs: unreported", "runs: unrepoted"), "expected a whole number such as 3"),
        (("runs: unreported", "runs: three"), 'a whole number such as 3, ">=3" or ~256, got \'th'),
        (("runs: unreported", "runs: 2.5"), "expected a whole number such as 3"),
        (("batch_size: 0256", "input_size: 224.5"), "expected a whole number such as 3"),
        (("batch_size: 0256", "batch_size: 1e-1"), "expected a whole number such as 3"),
        (("batch_size: 0256", "tuning_trials: some"), "expected a whole number such as 3"),
        (("drop: 0.97", "macs: 3.66"), "'3.66' lacks its suffix: write 3.66G or 3.66M"),
        (("drop: 0.97", "flops: ~300"), "write ~300G or ~300M"),
        (("drop: 0.97", "params: 25.56"), "write 25.56G or 25.56M"),
        (("epochs: 90", "epochs: 90 or so"), "expected a number of epochs such as 90, ~25"),
        (("year: 2021", "year: 21"), "expected a year such as 2021"),
        (("arxiv: 2012.09240", "arxiv: 12.34"), 'expected an arXiv number such as "2012.09243"'),
        (("weights: own", "weights: torchvision"), "the weights' identity: source/tag"),
        (("weights: own", "weights: sha256:abc"), "sha256: and 64 hex digits"),
        (("0:1e-2,30:1e-3", "from 1e-2 downwards"), "expected an LR schedule such as"),
        (("[Table 1, caption]", "[]"), "expected a list such as [Table 1, caption], of: a text"),
        (("[Table 1, caption]", "[[Table 1]]"), "one value"),
        (("[Table 1, caption]", "{table: 1}"), "expected a list such as [Table 1, caption]"),
        (("against: [other]", "against: {a: 1}"), "a list such as [ours-2x, greg2021#greg1-2.31x]"),
        (("against: [other]", "against: [../x#y]"), "greg2021#greg1-2.31x, got '../x#y'"),
        (("against: [other]", "against: [/etc/passwd#y]"), "got '/etc/passwd#y'"),
        (("against: [other]", "against: ['..#y']"), "got '..#y'"),
        (("against: [other]", r"against: ['a\b#y']"), "got 'a"),
        (("schema: 1", "schema: 2"), "this version reads schema 1"),
        (("schema: 1", "schema: [1]"), "this version reads schema 1"),
        (("pruning: unverified", "pruning: [a]"), "expected a mapping of keys"),
    ],
)
def test_a_wrong_value_says_what_was_expected(change: tuple[str, str], expected: str) -> None:
    problem = only_problem(*change)
    assert problem.code == "PA007"
    assert expected in problem.message
    assert problem.fix


@pytest.mark.parametrize(
    ("change", "message", "fix"),
    [
        (("venue: ICLR", "venu: ICLR"), "paper has no key 'venu'", "did you mean 'venue'?"),
        (("    drop:", "    dropp:"), "result 'ours' has no key 'dropp'", "did you mean 'drop'?"),
        (("epochs: 90", "epoch: 90"), "retraining has no key 'epoch'", "did you mean 'epochs'?"),
        (("weights: own", "weigths: own"), "base model 'dense' has no key 'weigths'", "'weights'"),
        (("statement: better", "statment: better"), "a comparison has no key 'statment'", "'sta"),
        (("ranked_by: top1", "rankedby: top1"), "a table has no key 'rankedby'", "'ranked_by'"),
        (("tables:", "table:"), "a claim file has no key 'table'", "did you mean 'tables'?"),
        (("    drop:", "    zzz:"), "result 'ours' has no key 'zzz'", "free text goes under note"),
    ],
)
def test_an_unknown_key_comes_with_a_suggestion(
    change: tuple[str, str], message: str, fix: str
) -> None:
    loaded = changed(*change)
    found = [problem for problem in loaded.problems if problem.code == "PA005"]
    assert [problem.message for problem in found] == [message]
    assert fix in found[0].fix


@pytest.mark.parametrize(
    "change",
    [
        ('"0:1e-2,30:1e-3"', "0:1e-2,30:1e-3"),
        ('"0:1e-2,30:1e-3"', "step 0.01 at 30,60"),
        ("weight_decay: 1e-4", "weight_decay: 1,00E-04"),
        ("title: A title", "title: A title, a subtitle"),
        ("weights: own", "network: a, b, weights: own"),
        ("statement: better", "name: ours, theirs, statement: better"),
    ],
)
def test_the_rest_of_an_unquoted_text_with_a_comma_is_told_from_a_key(
    change: tuple[str, str],
) -> None:
    found = [problem for problem in changed(*change).problems if problem.code == "PA005"]
    assert len(found) == 1
    assert found[0].fix.startswith("quote the value before it, it holds a comma")


def test_a_key_on_a_line_of_its_own_is_no_rest_of_a_text() -> None:
    (found,) = [p for p in changed("    drop: 0.97", "    zzz:").problems if p.code == "PA005"]
    assert found.fix.startswith("known here: base, base_top1, ")
    assert ", ...; free text goes under note" in found.fix


def test_one_name_may_stand_where_a_list_is_asked_for() -> None:
    claim = changed("against: [other]", "against: other, best_of: other").claim
    assert claim is not None
    assert claim.comparisons[0].against.value == ("other",)
    assert claim.comparisons[0].best_of.value == ("other",)
    assert str(claim.comparisons[0].against.places[0]) == "a.yaml:27:27"


def test_a_count_may_be_small_where_it_says_so() -> None:
    assert changed("drop: 0.97", "params: 1920").claim
    assert changed("drop: 0.97", "params: 0.27k").claim


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (("top1: 75.16", "top1: TODO"), "1 value is still TODO: line 11"),
        (("title: A title", 'title: "TODO title of the paper"'), "1 value is still TODO: line 2"),
        (("base: dense", "base: TODO"), "1 value is still TODO: line 8"),
        (("retraining: none", "retraining: TODO"), "1 value is still TODO: line 23"),
        (("retraining: none", "retraining: {recipe: TODO}"), "1 value is still TODO: line 23"),
        (("ours: ours,", "ours: TODO,"), "1 value is still TODO: line 27"),
        (("against: [other]", "against: [TODO]"), "1 value is still TODO: line 27"),
        (("statement: better", "statement: TODO"), "1 value is still TODO: line 27"),
        (("venue: ICLR", "venue: TODO", "2021,", "TODO,"), "2 values are still TODO: line 2"),
        (("venue: ICLR", "venue: TODO", "drop: 0.97", "drop: TODO"), "still TODO: lines 2, 12"),
    ],
)
def test_values_that_are_still_to_be_written_are_one_problem(
    changes: tuple[str, ...], message: str
) -> None:
    problem = only_problem(*changes)
    assert problem.code == "PA007"
    assert problem.message.endswith(message)
    assert "unreported / unverified" in problem.fix


def test_a_note_may_say_todo() -> None:
    assert changed("    drop: 0.97", "    note: TODO look at appendix B").claim


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("schema: 1\n", ""), "the claim file lacks the key 'schema'"),
        (("paper: {title: A title, venue: ICLR, year: 2021, arxiv: 2012.09240}\n", ""), "'paper'"),
        (("venue: ICLR, ", ""), "paper lacks the key 'venue'"),
        ((" weights: own,", ""), "base model 'dense' lacks the key 'weights'"),
        (("    method: Ours\n", ""), "result 'ours' lacks the key 'method'"),
        (("    pruning: unverified\n", ""), "result 'other' lacks the key 'pruning'"),
        (("    retraining: none\n", ""), "result 'other' lacks the key 'retraining'"),
        (("epochs: 90, ", ""), "retraining lacks the key 'epochs'"),
        (("    network: resnet50\n", ""), "which has no base model, lacks the key 'network'"),
        ((", statement: better", ""), "a comparison lacks the key 'statement'"),
        (("against: [other], ", ""), "a comparison lacks the key 'against'"),
        ((", ranked_by: top1", ""), "a table lacks the key 'ranked_by'"),
    ],
)
def test_a_missing_key_is_named_once_with_what_to_add(
    change: tuple[str, str], message: str
) -> None:
    problem = only_problem(*change)
    assert problem.code == "PA006"
    assert message in problem.message
    assert problem.fix.startswith("add it: ")


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (("base: dense", "base: dens"), "PA008", "there is no base model 'dens'"),
        (("ours: ours,", "ours: our,"), "PA008", "there is no result 'our'"),
        (("rows: [ours,", "rows: [ours, ohter,"), "PA008", "there is no result 'ohter'"),
        (("bold: yes", "cites: ohter"), "PA008", "there is no result 'ohter'"),
        (("against: [other]", "against: [ours]"), "PA009", "ours stands among the rows"),
        (("[other], s", "[other, other], s"), "PA009", "'other' stands twice among the rows"),
        (("    drop: 0.97", "    drop: 0.97\n    delta: -0.97"), "PA009", "drop and delta"),
        (("    drop: 0.97", "    macs: 1G\n    flops: 2G"), "PA009", "macs and flops"),
        (("  ours:\n", "  a b:\n"), "PA007", "expected a name of letters"),
        (("  other:\n", "  none:\n"), "PA007", "expected a name of letters"),
        (("    drop: 0.97", "    drop: 0.97\n    drop: 0.98"), "PA004", "'drop' stands twice"),
    ],
)
def test_what_does_not_go_together_is_named(
    change: tuple[str, str], code: str, message: str
) -> None:
    found = [problem for problem in changed(*change).problems if problem.code == code]
    assert len(found) == 1
    assert message in found[0].message
    assert found[0].fix


def test_a_cost_that_is_not_stated_does_not_clash_with_one_that_is() -> None:
    assert changed("    drop: 0.97", "    drop: 0.97\n    delta: unverified").claim


def test_a_scratch_row_states_its_cost_once_too() -> None:
    scratch = "scratch: {epochs: 90, lr: 0.1, budget: E}\n    macs: 1G\n    flops: 2G"
    problem = only_problem("pruning: unverified\n    retraining: none", scratch)
    assert problem.message == "macs and flops state the same thing"


def test_all_problems_of_a_file_are_reported_with_their_places() -> None:
    loaded = changed(
        *("venue: ICLR", "venu: ICLR", "top1: 76.10", "top1: high", "    method: Ours\n", ""),
        *("granularity: filter", "granularity: filtre", "drop: 0.97", "drop: 0.97\n    drop: 0.9"),
        *(
            "base: unreported",
            "base: sparse",
            "{ours: ours,",
            "{ours: oures,",
            "tables:",
            "tabels:",
        ),
    )
    found = sorted((p.anchors[0].line, p.code) for p in loaded.problems)
    assert found == [
        *((2, "PA005"), (2, "PA006"), (4, "PA007"), (6, "PA006"), (8, "PA007"), (12, "PA004")),
        *((19, "PA008"), (27, "PA008"), (28, "PA005")),
    ]
    for problem in loaded.problems:
        place = problem.anchors[0]
        assert place.file == "a.yaml"
        assert place.column >= 1
        assert place.pointer
        assert problem.fix
    assert loaded.claim is None


def test_a_name_in_a_list_is_found_where_it_stands() -> None:
    problem = only_problem("rows: [ours, other]", "rows: [ours, other,\n      ohter]")
    assert str(problem.anchors[0]) == "a.yaml:30:7"
    assert problem.anchors[0].pointer == "tables[0].rows[2]"


@pytest.mark.parametrize("text", ["just words", "[1, 2]", "- a: 1\n", '"schema: 1"', "---\n..."])
def test_a_file_that_is_no_mapping_is_one_problem(text: str) -> None:
    loaded = load_text(text, "a.yaml")
    assert [problem.code for problem in loaded.problems] == ["PA007"]
    assert "expected keys such as paper:" in loaded.problems[0].message


@pytest.mark.parametrize(
    "section", ["base_models", "results", "recipes", "defaults", "comparisons"]
)
@pytest.mark.parametrize("content", ["", "a word", "[a, b]", "{a: b}"])
def test_a_section_of_the_wrong_kind_is_a_problem(section: str, content: str) -> None:
    text = f"schema: 1\npaper: {{title: A, venue: B, year: 2021}}\n{section}: {content}\n"
    loaded = load_text(text if section == "results" else f"{text}results: {{}}\n", "a.yaml")
    assert loaded.claim is None
    assert {problem.anchors[0].line for problem in loaded.problems} == {3}
