"""Which data is at hand, what identifies it and how large it is, without torch."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from prune_audit.registry import dataset as known_dataset
from prune_audit.reruns import datasets
from prune_audit.reruns.datasets import caveat, content, missing, sizes
from prune_audit.reruns.image_folders import DatasetError, class_list, images, tree
from prune_audit.reruns.published import PUBLISHED

IDS = [f"n{number:08d}" for number in range(100)]
READ_FROM_A_FOLDER = sorted(set(PUBLISHED) - {"digits"})


def grow(folder: Path, *files: str) -> Path:
    """Write files of three bytes, with the folders that they need."""
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(b"abc")
    return folder


def photos(folder: Path, test: str = "val") -> Path:
    return grow(folder, "train/cat/1.jpg", "train/cat/2.PNG", "train/dog/1.jpg",
                f"{test}/cat/3.jpg", f"{test}/dog/2.jpg")  # fmt: skip


def imagenet100(folder: Path, lines: list[str] = IDS) -> Path:
    for half in ("train", "val"):
        for name in IDS:
            grow(folder, f"imagenet/{half}/{name}/1.JPEG")
    (folder / "imagenet100.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_the_digits_need_no_folder() -> None:
    assert missing("digits", None) is None
    assert content("digits", None) == ""
    assert sizes("digits", None) == (898, 899, 8, 1, 10)


def test_digits_without_scikit_learn_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "find_spec", lambda name: None)
    assert "sklearn, which is not installed: pip install 'prune-audit[rerun]'" in str(
        missing("digits", None)
    )


@pytest.mark.parametrize("name", READ_FROM_A_FOLDER)
def test_without_a_folder_the_option_and_the_layout_are_named(name: str) -> None:
    problem = str(missing(name, None))
    assert "pass --data DIR, with" in problem
    assert datasets.layout(name) in problem


@pytest.mark.parametrize("name", READ_FROM_A_FOLDER)
def test_an_empty_or_absent_folder_is_named_with_what_is_expected_in_it(
    tmp_path: Path, name: str
) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        problem = str(missing(name, folder))
        assert str(folder) in problem
        assert "is missing" in problem


def test_a_small_data_set_says_how_to_get_it(tmp_path: Path) -> None:
    grow(tmp_path, *list(PUBLISHED["cifar100"].md5)[1:])
    assert missing("cifar100", tmp_path) == (
        f"{tmp_path}/cifar-100-python/train is missing, 1 of 3 files of CIFAR-100 are; to get "
        'them: python -c "from torchvision.datasets import CIFAR100 as D; '
        f"D('{tmp_path}', download=True)\""
    )


@pytest.mark.parametrize("name", ["cifar10", "cifar100", "mnist", "fashion-mnist"])
def test_the_files_of_a_small_data_set_are_enough(tmp_path: Path, name: str) -> None:
    grow(tmp_path, *PUBLISHED[name].md5)
    assert missing(name, tmp_path) is None


@pytest.mark.parametrize("name", ["cub200", "our private data", ""])
def test_a_data_set_without_a_loader_says_which_there_are(tmp_path: Path, name: str) -> None:
    problem = str(missing(name, tmp_path))
    assert "has no loader here; use one of digits, mnist" in problem
    with pytest.raises(DatasetError, match="has no loader here"):
        sizes(name, tmp_path)


def test_published_sizes_are_those_of_the_registry() -> None:
    for name in set(PUBLISHED) - {"digits", "folder"}:
        ours, known = PUBLISHED[name], known_dataset(name)
        assert known is not None
        assert (ours.train, ours.test) == (known.train_size, known.test_size)
        assert (ours.side, ours.classes) == (known.input_size, known.classes)


def test_published_sizes_need_no_files() -> None:
    assert sizes("cifar10", None) == (50_000, 10_000, 32, 3, 10)
    assert sizes("imagenet", None) == (1_281_167, 50_000, 224, 3, 1000)
    assert content("imagenet", None) == ""


@pytest.mark.parametrize("test", ["val", "test"])
def test_an_image_folder_is_counted(tmp_path: Path, test: str) -> None:
    grow(photos(tmp_path, test), "train/cat/notes.txt", "train/cat/deeper/4.JPEG")
    assert missing("folder", tmp_path) is None
    assert sizes("folder", tmp_path) == (4, 2, 224, 3, 2)


def test_where_both_are_there_test_is_tested_on_and_not_val(tmp_path: Path) -> None:
    photos(photos(tmp_path, "val"), "test")
    assert tree("folder", tmp_path).test == tmp_path / "test"


def test_the_content_of_a_folder_is_its_names_and_sizes(tmp_path: Path) -> None:
    first, second = photos(tmp_path / "a"), photos(tmp_path / "b", "test")
    before = content("folder", first)
    assert before == content("folder", second)
    assert len(before) == 20
    (first / "train/cat/1.jpg").write_bytes(b"abcd")
    longer = content("folder", first)
    (first / "train/cat/1.jpg").rename(first / "train/cat/9.jpg")
    assert len({before, longer, content("folder", first)}) == 3


def test_files_that_are_no_images_do_not_change_the_content(tmp_path: Path) -> None:
    before = content("folder", photos(tmp_path))
    grow(tmp_path, "train/cat/notes.txt", "readme.md", "train/.cache/1.jpg")
    assert content("folder", tmp_path) == before


def test_classes_that_only_one_half_has_are_named(tmp_path: Path) -> None:
    grow(photos(tmp_path), "val/eel/1.jpg")
    assert f"{tmp_path}/train has no folder eel, a class of {tmp_path}/val" in str(
        missing("folder", tmp_path)
    )


def test_a_class_without_an_image_is_named(tmp_path: Path) -> None:
    grow(photos(tmp_path), "train/eel/1.txt", "val/eel/1.jpg")
    with pytest.raises(DatasetError, match=r"train/eel: no image in it"):
        sizes("folder", tmp_path)


def test_images_are_sorted_by_class_folder_and_name(tmp_path: Path) -> None:
    grow(tmp_path, "b/2.jpg", "b/10.jpg", "a/z/1.jpg", "a/9.jpg")
    found = [path.relative_to(tmp_path).as_posix() for path in images(tmp_path, ("a", "b"))]
    assert found == ["a/9.jpg", "a/z/1.jpg", "b/10.jpg", "b/2.jpg"]


def test_imagenet_with_too_few_classes_is_refused(tmp_path: Path) -> None:
    problem = str(missing("imagenet", imagenet100(tmp_path)))
    assert f"{tmp_path}/imagenet/train: expected 1000 class folders, found 100" in problem
    assert "ILSVRC2012_img_train.tar" in problem


def test_imagenet100_is_its_class_list(tmp_path: Path) -> None:
    folder = imagenet100(tmp_path)
    assert missing("imagenet100", folder) is None
    assert sizes("imagenet100", folder) == (100, 5_000, 224, 3, 100)
    assert "unpublished" in caveat("imagenet100")


def test_order_comments_and_empty_lines_of_a_class_list_do_not_matter(tmp_path: Path) -> None:
    plain = content("imagenet100", imagenet100(tmp_path))
    noted = ["# ours", "", *(f"{name}  # a class" for name in reversed(IDS))]
    assert content("imagenet100", imagenet100(tmp_path, noted)) == plain


def test_without_its_class_list_imagenet100_is_not_at_hand(tmp_path: Path) -> None:
    (imagenet100(tmp_path) / "imagenet100.txt").unlink()
    problem = str(missing("imagenet100", tmp_path))
    assert f"{tmp_path}/imagenet100.txt is missing" in problem
    assert "100 WordNet ids, one a line" in problem


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([*IDS[:4], "tench", *IDS[5:]], "txt:5: expected a WordNet id such as n01440764, got 'ten"),
        ([*IDS[:4], "n123", *IDS[5:]], "txt:5: expected a WordNet id such as n01440764, got 'n12"),
        ([*IDS[:9], IDS[2], *IDS[10:]], "txt:10: n00000002 is on line 3 already"),
        ([*IDS[:4], "n99999999", *IDS[5:]], "txt:5: {0}/imagenet/train has no folder n99999999"),
        (IDS[:99], "txt: expected 100 WordNet ids, found 99"),
        ([], "txt: expected 100 WordNet ids, found 0"),
    ],
)
def test_a_broken_class_list_names_file_and_line(
    tmp_path: Path, lines: list[str], message: str
) -> None:
    folder = imagenet100(tmp_path, lines)
    assert f"{folder}/imagenet100.{message.format(folder)}" in str(missing("imagenet100", folder))
    with pytest.raises(DatasetError):
        content("imagenet100", folder)


def test_a_class_list_that_is_no_text_is_an_error_of_its_first_line(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(b"\xff\xfe\x00binary")
    with pytest.raises(DatasetError, match=r"list.txt:1: expected a WordNet id"):
        class_list(tmp_path / "list.txt")


def test_content_and_sizes_of_data_that_is_not_there_are_errors() -> None:
    for name in ("imagenet100", "folder"):
        with pytest.raises(DatasetError, match="pass --data DIR"):
            content(name, None)
        with pytest.raises(DatasetError, match="pass --data DIR"):
            sizes(name, None)


def test_asking_what_is_at_hand_imports_neither_torch_nor_numpy() -> None:
    code = (
        "import sys; from prune_audit.reruns.datasets import missing; "
        "missing('digits', None), missing('cifar10', None); "
        "sys.exit(bool({'torch', 'numpy', 'sklearn', 'torchvision'} & set(sys.modules)))"
    )
    assert importlib.util.find_spec("torch")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
