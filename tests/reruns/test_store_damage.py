"""Whatever happens to a file of the store: it is set aside and told about, and its run repeated."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_audit.reruns import files, sealed
from prune_audit.reruns.failures import DamagedError
from prune_audit.reruns.run import Run
from prune_audit.reruns.sealed import NewerError, seal, unseal
from prune_audit.reruns.store import Store, StoreError

BODY = {"history": [1.5, None], "text": "é\n"}
SEALED = seal("run", "ab12", BODY)


def test_what_is_sealed_is_read_as_it_was() -> None:
    assert unseal("run", "ab12", SEALED) == BODY


def test_a_file_cut_short_at_any_byte_is_damaged() -> None:
    for length in range(len(SEALED)):
        with pytest.raises(DamagedError):
            unseal("run", "ab12", SEALED[:length])


@pytest.mark.parametrize("bit", [0, 1, 5])
def test_a_flipped_bit_anywhere_is_never_read_as_data(bit: int) -> None:
    for offset in range(len(SEALED)):
        edited = bytearray(SEALED)
        edited[offset] ^= 1 << bit
        with pytest.raises((DamagedError, NewerError)):  # a higher version is left alone
            unseal("run", "ab12", bytes(edited))


@given(st.binary())
def test_any_other_bytes_are_damaged(data: bytes) -> None:
    with pytest.raises(DamagedError):
        unseal("run", "ab12", data)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 100_000, b"1" * 10_000, b"\xff"], ids=lambda body: repr(body[:5])
)
def test_a_whole_seal_around_no_json_is_damaged(body: bytes) -> None:
    with pytest.raises(DamagedError, match="no JSON"):
        unseal("run", "ab12", sealed._sealed("run", "ab12", body))


@pytest.mark.parametrize(("kind", "name"), [("run", "cd34"), ("correction", "ab12")])
def test_a_file_under_the_name_of_another_is_damaged(kind: str, name: str) -> None:
    with pytest.raises(DamagedError):
        unseal(kind, name, SEALED)


def run_file(store: Store, run: Run) -> Path:
    store.save(run)
    return store.folder / "runs" / f"{run.experiment.id}.json"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: b"", "empty"),
        (lambda data: bytes(len(data)), "zero bytes"),
        (lambda data: data[:-1], "truncated"),
        (lambda data: data[: len(data) // 2], "truncated"),
        (lambda data: data + b"\n", "edited"),
        (lambda data: data.replace(b"603,899", b"604,899"), "edited"),
        (lambda data: data.replace(b"resnet8", b"resnet9"), "edited"),
        (lambda data: data.replace(b'"version": 1', b'"version": 0'), "edited"),
        (lambda data: b"\xff\xfe\x00" + data, "edited"),
    ],
)
def test_a_damaged_run_is_set_aside_told_about_and_repeated(
    store: Store, finished: Callable[..., Run], damage: Callable[[bytes], bytes], words: str
) -> None:
    run = finished(0, 4)
    path = run_file(store, run)
    damaged = damage(path.read_bytes())
    assert damaged != path.read_bytes()
    path.write_bytes(damaged)
    assert store.find(run.experiment.id) is None
    aside = store.folder / "damaged" / f"runs-{path.name}"
    assert aside.read_bytes() == damaged
    assert words in aside.with_name(aside.name + ".txt").read_text()
    assert len(store.notices) == 1
    assert str(path) in store.notices[0]
    assert words in store.notices[0]
    store.save(run)
    assert store.find(run.experiment.id) == run
    assert len(store.notices) == 1


def test_a_run_cut_short_anywhere_is_repaired(store: Store, finished: Callable[..., Run]) -> None:
    path = run_file(store, finished())
    sound = path.read_bytes()
    for length in range(0, len(sound), 16):
        path.write_bytes(sound[:length])
        assert store.find(finished().experiment.id) is None
        store.save(finished())
        assert path.read_bytes() == sound


def test_saving_over_a_damaged_run_repairs_it(store: Store, finished: Callable[..., Run]) -> None:
    path = run_file(store, finished())
    for _ in range(3):
        path.write_bytes(b"")
        store.save(finished())
        assert store.find(finished().experiment.id) == finished()
    assert len(list((store.folder / "damaged").glob("*.txt"))) == 3


def test_a_run_from_a_newer_version_is_left_alone(
    store: Store, finished: Callable[..., Run]
) -> None:
    path = run_file(store, finished())
    newer = path.read_bytes().replace(b'"version": 1', b'"version": 2')
    path.write_bytes(newer)
    attempts: list[Callable[[], object]] = [
        lambda: store.find(finished().experiment.id),
        lambda: store.save(finished()),
    ]
    for attempt in attempts:
        with pytest.raises(StoreError, match=r"version 2, .* knows up to 1; another version of"):
            attempt()
    assert path.read_bytes() == newer
    assert not store.notices


def test_a_whole_run_with_unknown_fields_is_left_alone(
    store: Store, finished: Callable[..., Run]
) -> None:
    path = run_file(store, finished())
    body = unseal("run", finished().experiment.id, path.read_bytes())
    other = seal("run", finished().experiment.id, {**body, "energy": 1.0})
    path.write_bytes(other)
    with pytest.raises(StoreError, match=r"unknown content .*energy.* another version"):
        store.find(finished().experiment.id)
    assert path.read_bytes() == other


@pytest.mark.parametrize("data", [b"", b"weight", b"Weights", b"weights\0"])
def test_damaged_weights_are_set_aside_and_can_be_saved_again(store: Store, data: bytes) -> None:
    store.save_weights("ab12", b"weights")
    [path] = (store.folder / "weights").iterdir()
    path.write_bytes(data)
    assert store.weights("ab12") is None
    assert "its bytes do not match its name's hash" in store.notices[0]
    store.save_weights("ab12", b"weights")
    assert store.weights("ab12") == b"weights"


def test_damaged_weights_are_repaired_without_being_read_first(store: Store) -> None:
    store.save_weights("ab12", b"weights")
    [path] = (store.folder / "weights").iterdir()
    path.write_bytes(b"weig")
    store.save_weights("ab12", b"weights")
    assert store.weights("ab12") == b"weights"


def test_a_damaged_checkpoint_falls_back_on_an_older_one_that_is_still_there(store: Store) -> None:
    store.save_checkpoint("ab12", b"one")
    [older] = (store.folder / "checkpoints").iterdir()
    kept = older.read_bytes()
    store.save_checkpoint("ab12", b"two")
    [newer] = (store.folder / "checkpoints").iterdir()
    older.write_bytes(kept)  # as if killed between the new one and the removal of the old one
    assert store.checkpoint("ab12") == b"two"
    newer.write_bytes(b"tw")
    assert store.checkpoint("ab12") == b"one"
    older.write_bytes(b"on")
    assert store.checkpoint("ab12") is None
    assert len(store.notices) == 2


def test_files_of_other_names_are_no_weights(store: Store) -> None:
    store.save_weights("ab12", b"weights")
    for name in ("ab12.pt", "ab12-xyz.pt", "ab12-0123456789abcdef.pt.1", ".DS_Store"):
        (store.folder / "weights" / name).write_bytes(b"?")
    assert store.weights("ab12") == b"weights"
    assert not store.notices


def test_a_damaged_correction_or_table_of_speeds_is_made_anew(store: Store) -> None:
    store.save_correction("wang2023", {"rows": []})
    store.save_speeds({"resnet8": 0.1})
    for path in store.folder.rglob("*.json"):
        path.write_bytes(path.read_bytes()[:-9])
    assert store.correction("wang2023") is None
    store.save_speeds({"resnet20": 0.2})
    assert store.speeds() == {"resnet20": 0.2}
    assert len(store.notices) == 2


def test_a_file_that_another_process_repaired_meanwhile_stays(
    store: Store, finished: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished()
    path = run_file(store, run)
    sound = path.read_bytes()
    path.write_bytes(sound[:50])
    first_read = [sound[:50]]

    def read_too_early(file: Path) -> bytes | None:
        if first_read:
            path.write_bytes(sound)
            return first_read.pop()
        return files.read(file)

    monkeypatch.setattr("prune_audit.reruns.store.read", read_too_early)
    assert store.find(run.experiment.id) is None
    assert store.find(run.experiment.id) == run
    assert not list((store.folder / "damaged").iterdir())
