"""Image folders and ImageNet from small trees of JPEG files."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor
from torchvision.datasets.folder import IMG_EXTENSIONS
from torchvision.transforms import RandomResizedCrop, v2

from prune_audit.pipeline.data import ImageSet, Sets, load
from prune_audit.pipeline.data.random_crop import AREA, RATIO, central_box, random_box
from prune_audit.reruns.datasets import content, sizes
from prune_audit.reruns.experiment import Data
from prune_audit.reruns.image_folders import CLASS_LIST, EXTENSIONS, DatasetError
from prune_audit.reruns.published import PUBLISHED

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# a fork with threads about: torch itself reads ahead that way
READS_AHEAD = [
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:This DataLoader will create:UserWarning"),
]


def loaded(folder: Path, *, held: float = 0.0, workers: int = 0) -> Sets:
    data = Data("folder", content("folder", folder), held)
    return load(data, folder, "cpu", workers=workers)


def whole(
    images: ImageSet, size: int = 5, seed: int | None = None, augment: bool = False
) -> tuple[Tensor, Tensor]:
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    batches = list(images.batches(size, generator, augment))
    return torch.cat([batch for batch, _ in batches]), torch.cat([names for _, names in batches])


def test_a_folder_per_class_and_labels_in_the_order_of_names(folder: Path) -> None:
    sets = loaded(folder)
    _, labels = whole(sets.train)
    assert labels.tolist() == [0] * 8 + [1] * 4
    assert whole(sets.test)[1].tolist() == [0, 0, 1]
    found = (sets.train.size, sets.test.size, sets.side, sets.channels, sets.classes)
    assert found == sizes("folder", folder) == (12, 3, 224, 3, 2)


def test_the_test_transform_is_that_of_torchvisions_reference(folder: Path) -> None:
    reference = v2.Compose(
        [
            v2.Resize(256),
            v2.CenterCrop(224),
            v2.PILToTensor(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(MEAN, STD),
        ]
    )
    with Image.open(folder / "val" / "cats" / "1.JPEG") as photo:
        expected = reference(photo.convert("RGB"))
    torch.testing.assert_close(whole(loaded(folder).test)[0][1], expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("width", "height"), [(500, 375), (40, 41), (10, 900), (3, 2)])
def test_a_random_crop_is_the_one_that_torchvision_would_draw(width: int, height: int) -> None:
    photo = torch.empty(3, height, width)
    for seed in range(50):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            theirs = RandomResizedCrop.get_params(photo, list(AREA), list(RATIO))
        assert random_box(width, height, torch.Generator().manual_seed(seed)) == tuple(theirs)


def test_the_crop_of_last_resort_is_in_the_middle() -> None:
    assert central_box(900, 9) == (0, 444, 9, 12)
    assert central_box(9, 900) == (444, 0, 12, 9)
    assert central_box(10, 10) == (0, 0, 10, 10)


def test_equal_generators_give_the_same_bits_and_others_do_not(folder: Path) -> None:
    train = loaded(folder).train
    first, again, other = (whole(train, seed=seed, augment=True) for seed in (1, 1, 2))
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert not torch.equal(first[0], other[0])


@pytest.mark.parametrize("workers", [pytest.param(2, marks=READS_AHEAD)])
def test_the_number_of_workers_changes_nothing(folder: Path, workers: int) -> None:
    alone = whole(loaded(folder).train, seed=1, augment=True)
    helped = whole(loaded(folder, workers=workers).train, seed=1, augment=True)
    assert torch.equal(alone[0], helped[0])
    assert torch.equal(alone[1], helped[1])


def test_the_global_generator_is_left_alone(folder: Path) -> None:
    before = torch.get_rng_state()
    whole(loaded(folder).train, seed=1, augment=True)
    whole(loaded(folder).test)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_photo_is_cropped_anew_in_every_pass(folder: Path) -> None:
    train, generator = loaded(folder).train, torch.Generator().manual_seed(0)
    passes = []
    for _ in range(2):
        ((images, labels),) = train.batches(12, generator, augment=True)
        passes.append((images, labels))
    assert passes[0][0].shape == (12, 3, 224, 224)
    assert not torch.equal(passes[0][0].sort(0).values, passes[1][0].sort(0).values)


def test_half_of_the_photos_are_mirrored(tmp_path: Path) -> None:
    # dark on the left, bright on the right: every crop says which way round it is
    ramp = Image.linear_gradient("L").rotate(90).convert("RGB")
    for half, count in (("train", 40), ("test", 1)):
        (tmp_path / half / "ramp").mkdir(parents=True)
        for index in range(count):
            ramp.save(tmp_path / half / "ramp" / f"{index}.png")
    images, _ = whole(loaded(tmp_path).train, 40, seed=0, augment=True)
    rising = (images[..., -1].mean((1, 2)) > images[..., 0].mean((1, 2))).sum().item()
    assert 10 <= rising <= 30


def test_shuffled_photos_come_without_the_partial_batch(folder: Path) -> None:
    train = loaded(folder).train
    assert [len(names) for _, names in train.batches(5, torch.Generator())] == [5, 5]
    assert [len(names) for _, names in train.batches(5)] == [5, 5, 2]
    assert [len(names) for _, names in train.batches(50, torch.Generator())] == [12]


def test_augmentation_needs_a_generator(folder: Path) -> None:
    with pytest.raises(ValueError, match="needs a generator"):
        loaded(folder).train.batches(5, augment=True)


def test_held_out_photos_are_of_the_training_folder_and_not_augmented(folder: Path) -> None:
    full, split = loaded(folder), loaded(folder, held=0.25)
    images, labels = whole(full.train)
    assert (split.train.size, split.test.size) == (9, 3)
    tested, of_class = whole(split.test)
    assert of_class.tolist() == [0, 0, 1]
    assert torch.equal(tested, images[[3, 7, 11]])
    rest = [0, 1, 2, 4, 5, 6, 8, 9, 10]
    assert torch.equal(whole(split.train)[0], images[rest])
    assert torch.equal(whole(split.train)[1], labels[rest])


def test_grey_and_transparent_photos_become_rgb(folder: Path) -> None:
    Image.new("L", (30, 30), 128).save(folder / "val" / "dogs" / "grey.png")
    Image.new("RGBA", (30, 30), (1, 2, 3, 4)).save(folder / "val" / "dogs" / "rgba.png")
    assert whole(loaded(folder).test)[0].shape == (5, 3, 224, 224)


@pytest.mark.parametrize("workers", [0, pytest.param(1, marks=READS_AHEAD)])
def test_a_file_that_is_no_image_is_named(folder: Path, workers: int) -> None:
    (folder / "train" / "dogs" / "2.JPEG").write_bytes(b"not an image")
    with pytest.raises(DatasetError, match=r"dogs/2.JPEG cannot be read as an image"):
        whole(loaded(folder, workers=workers).train)


def test_a_truncated_photo_is_named(folder: Path) -> None:
    file = folder / "train" / "cats" / "0.JPEG"
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(DatasetError, match=r"cats/0.JPEG cannot be read as an image"):
        whole(loaded(folder).train)


def test_files_that_changed_after_the_plan_are_refused(folder: Path) -> None:
    planned = Data("folder", content("folder", folder))
    (folder / "train" / "dogs" / "0.JPEG").unlink()
    with pytest.raises(DatasetError, match="have changed"):
        load(planned, folder, "cpu")


def test_what_counts_as_an_image_is_what_torchvision_counts() -> None:
    assert EXTENSIONS == IMG_EXTENSIONS


@pytest.fixture(scope="module")
def imagenet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A thousand classes with one photo each in train and val, and a list of a hundred."""
    place = tmp_path_factory.mktemp("data")
    Image.new("RGB", (32, 24), (200, 100, 50)).save(place / "photo.JPEG")
    photo = (place / "photo.JPEG").read_bytes()
    names = [f"n{number:08d}" for number in range(1000)]
    for half in ("train", "val"):
        for name in names:
            folder = place / "imagenet" / half / name
            folder.mkdir(parents=True)
            (folder / f"{name}_1.JPEG").write_bytes(photo)
    (place / CLASS_LIST).write_text("\n".join(reversed(names[::10])), encoding="utf-8")
    yield place
    shutil.rmtree(place)


def test_imagenet_is_read_from_train_and_val(imagenet: Path) -> None:
    small = PUBLISHED["imagenet"]._replace(train=1000, test=1000)
    sets = load(Data("imagenet"), imagenet, "cpu", published=small)
    assert (sets.train.size, sets.test.size, sets.classes) == (1000, 1000, 1000)
    images, labels = next(sets.train.batches(2, torch.Generator(), augment=True))
    assert images.shape == (2, 3, 224, 224)
    assert (labels < 1000).all()
    assert "mean and deviation of ImageNet" in sets.description


def test_a_part_of_imagenet_is_not_called_imagenet(imagenet: Path) -> None:
    with pytest.raises(DatasetError, match="train: expected 1281167 images, found 1000"):
        load(Data("imagenet"), imagenet, "cpu")


def test_imagenet100_holds_the_listed_classes_only(imagenet: Path) -> None:
    small = PUBLISHED["imagenet100"]._replace(test=100)
    data = Data("imagenet100", content("imagenet100", imagenet))
    sets = load(data, imagenet, "cpu", published=small)
    assert (sets.train.size, sets.test.size, sets.classes) == (100, 100, 100)
    assert sorted(whole(sets.test, 50)[1].tolist()) == list(range(100))
    assert "unpublished" in sets.description
    assert "stand-in" in sets.description


def test_another_class_list_is_another_data_set(imagenet: Path) -> None:
    with pytest.raises(DatasetError, match="have changed"):
        load(Data("imagenet100", "of another list"), imagenet, "cpu")


def test_a_class_without_photos_is_named(tmp_path: Path, imagenet: Path) -> None:
    shutil.copytree(imagenet / "imagenet", tmp_path / "imagenet")
    (tmp_path / "imagenet" / "train" / "n00000007" / "n00000007_1.JPEG").unlink()
    with pytest.raises(DatasetError, match="n00000007"):
        load(Data("imagenet"), tmp_path, "cpu")
