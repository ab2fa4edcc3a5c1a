"""The store of runs: what is saved is found, by anyone, for good."""

import json
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from prune_audit.reruns.run import Run
from prune_audit.reruns.store import Store


def test_a_saved_run_is_found_by_its_id(store: Store, finished: Callable[..., Run]) -> None:
    run = finished()
    assert store.find(run.experiment.id) is None
    store.save(run)
    assert store.find(run.experiment.id) == run
    assert Store(store.folder).find(run.experiment.id) == run
    assert not store.notices


def test_looking_for_a_run_makes_no_folder(store: Store) -> None:
    assert store.find("0123456789abcdef0123") is None
    assert store.weights("0123456789abcdef0123") is None
    assert store.checkpoint("0123456789abcdef0123") is None
    assert store.correction("wang2023") is None
    assert store.corrections() == ()
    assert store.speeds() == {}
    store.drop_checkpoint("0123456789abcdef0123")
    assert not store.folder.exists()


def test_a_finished_run_is_never_overwritten(store: Store, finished: Callable[..., Run]) -> None:
    run = finished()
    store.save(run)
    store.save(replace(run, macs=1))
    assert store.find(run.experiment.id) == run


def test_a_run_that_another_process_finished_meanwhile_stays(
    store: Store, finished: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished()
    first = Store(store.folder)
    looked: list[str] = []
    find = store.find

    def find_too_early(run_id: str) -> Run | None:
        if not looked:
            looked.append(run_id)
            first.save(run)
            return None
        return find(run_id)

    monkeypatch.setattr(store, "find", find_too_early)
    store.save(replace(run, macs=1))
    assert first.find(run.experiment.id) == run
    assert not list(store.folder.rglob("*.partial"))


def test_many_runs_are_read_at_once_and_missing_ones_left_out(
    store: Store, finished: Callable[..., Run]
) -> None:
    runs = {run.experiment.id: run for run in map(finished, range(5))}
    for run in runs.values():
        store.save(run)
    assert store.runs([*runs, "missing"]) == runs


def test_four_hundred_runs_of_forty_epochs_are_read_in_a_moment(
    store: Store, finished: Callable[..., Run]
) -> None:
    run = finished(0, 40)
    store.save(run)
    ids = [run.experiment.id] * 400
    started = time.process_time()
    found = [store.find(run_id) for run_id in ids]
    # a tenth of this here; the bound is for slow and busy machines
    assert time.process_time() - started < 1.0
    assert found == [run] * 400


def test_a_file_of_a_run_is_json_that_other_programs_can_read(
    store: Store, finished: Callable[..., Run]
) -> None:
    run = finished()
    store.save(run)
    content = json.loads((store.folder / "runs" / f"{run.experiment.id}.json").read_bytes())
    assert content["version"] == 1
    assert content["kind"] == "run"
    assert content["name"] == run.experiment.id
    assert content["body"]["history"]["test"][-1] == list(run.final)
    body = json.dumps(content["body"], separators=(",", ":")).encode()
    assert content["sha256"] == sha256(body).hexdigest()


def test_a_new_store_says_what_it_is_and_hides_from_git(
    store: Store, finished: Callable[..., Run]
) -> None:
    store.save(finished())
    assert (store.folder / ".gitignore").read_text() == "*\n"
    assert "store of prune-audit" in (store.folder / "README.txt").read_text()


def test_a_store_that_its_user_shares_through_git_stays_shared(
    store: Store, finished: Callable[..., Run]
) -> None:
    store.save(finished(1))
    (store.folder / ".gitignore").unlink()
    Store(store.folder).save(finished(2))
    assert not (store.folder / ".gitignore").exists()


def test_a_store_is_made_below_folders_that_are_missing_too(
    tmp_path: Path, finished: Callable[..., Run]
) -> None:
    run = finished()
    Store(tmp_path / "a" / "b").save(run)
    assert Store(tmp_path / "a" / "b").find(run.experiment.id) == run


def test_a_store_works_below_the_working_directory(
    tmp_path: Path, finished: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = finished()
    Store(Path(".prune-audit")).save(run)
    assert Store(tmp_path / ".prune-audit").find(run.experiment.id) == run


def test_runs_may_be_copied_from_store_to_store(
    store: Store, tmp_path: Path, finished: Callable[..., Run]
) -> None:
    run = finished()
    store.save(run)
    other = Store(tmp_path / "other")
    other.save(finished(1))
    name = f"runs/{run.experiment.id}.json"
    (other.folder / name).write_bytes((store.folder / name).read_bytes())
    assert other.find(run.experiment.id) == run


def test_reading_a_store_needs_no_numerical_library() -> None:
    code = "import sys, prune_audit.reruns.store; print(*{'torch', 'numpy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not done.stdout.strip()


def test_a_store_can_be_handed_to_a_worker_process(
    store: Store, finished: Callable[..., Run]
) -> None:
    store.save(finished())
    again: Store = pickle.loads(pickle.dumps(store))
    assert again.find(finished().experiment.id) == finished()


@pytest.mark.parametrize("run_id", ["", "../x", "a/b", "a-b", "ä", "a\n"])
def test_an_id_is_letters_and_digits(store: Store, run_id: str) -> None:
    with pytest.raises(ValueError, match="expected an id"):
        store.find(run_id)
    with pytest.raises(ValueError, match="expected an id"):
        store.save_weights(run_id, b"x")


def test_weights_carry_their_hash_in_their_name(store: Store) -> None:
    store.save_weights("ab12", b"weights")
    assert store.weights("ab12") == b"weights"
    assert store.weights("ab1") is None
    names = [path.name for path in (store.folder / "weights").iterdir()]
    assert names == [f"ab12-{sha256(b'weights').hexdigest()[:16]}.pt"]


def test_weights_that_are_there_stay(store: Store) -> None:
    store.save_weights("ab12", b"weights")
    store.save_weights("ab12", b"weights")
    store.save_weights("ab12", b"others")
    assert store.weights("ab12") == b"weights"
    assert len(list((store.folder / "weights").iterdir())) == 1


def test_only_the_newest_checkpoint_is_kept(store: Store) -> None:
    for epoch in range(12):
        store.save_checkpoint("ab12", b"epoch %d" % epoch)
        store.save_checkpoint("cd34", b"other %d" % epoch)
    assert store.checkpoint("ab12") == b"epoch 11"
    assert store.checkpoint("cd34") == b"other 11"
    assert len(list((store.folder / "checkpoints").iterdir())) == 2


def test_a_checkpoint_may_repeat_an_earlier_one(store: Store) -> None:
    for content in (b"one", b"two", b"one"):
        store.save_checkpoint("ab12", content)
    assert store.checkpoint("ab12") == b"one"


def test_the_checkpoint_of_a_finished_run_can_be_dropped(store: Store) -> None:
    store.save_checkpoint("ab12", b"one")
    store.drop_checkpoint("ab12")
    store.drop_checkpoint("ab12")
    assert store.checkpoint("ab12") is None


def test_a_checkpoint_left_behind_by_a_finished_run_goes_at_the_next_use(
    store: Store, finished: Callable[..., Run]
) -> None:
    run = finished()
    store.save_checkpoint(run.experiment.id, b"one")
    store.save_checkpoint("unfinished", b"two")
    store.save(run)
    later = Store(store.folder)
    later.save(finished(1))
    assert later.checkpoint(run.experiment.id) is None
    assert later.checkpoint("unfinished") == b"two"


def test_the_checkpoint_of_a_run_that_is_being_repeated_stays(
    store: Store, finished: Callable[..., Run]
) -> None:
    run = finished()
    store.save(run)
    with store.lock(run.experiment.id):  # its weights were damaged, say
        store.save_checkpoint(run.experiment.id, b"one")
        Store(store.folder).save(finished(1))
        assert store.checkpoint(run.experiment.id) == b"one"


@pytest.mark.parametrize(
    "name", ["wang2023", "claims/wang2023.yaml", "..", ".hidden", "a b%2F", "Prüfung", "x" * 200]
)
def test_a_correction_is_found_under_any_name(store: Store, name: str) -> None:
    data = {"rows": [{"mean": 71.5, "runs": 3}], "stand_in": None}
    store.save_correction(name, {"rows": []})
    store.save_correction(name, data)
    assert store.correction(name) == data
    assert store.corrections() == (name,)
    assert [path.parent for path in store.folder.rglob("*.json")] == [store.folder / "corrections"]


def test_what_is_no_json_data_is_no_correction(store: Store) -> None:
    with pytest.raises(TypeError):
        store.save_correction("wang2023", {"rows": object()})
    assert store.corrections() == ()


def test_measured_speeds_are_merged(store: Store) -> None:
    store.save_speeds({"resnet8 dense": 0.1, "resnet8 pruned": 0.05})
    Store(store.folder).save_speeds({"resnet8 dense": 0.2})
    assert store.speeds() == {"resnet8 dense": 0.2, "resnet8 pruned": 0.05}
