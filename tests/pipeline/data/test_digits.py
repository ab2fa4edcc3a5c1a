import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from prune_audit.pipeline.data import Sets, load
from prune_audit.reruns.datasets import sizes
from prune_audit.reruns.experiment import Data


@pytest.fixture(scope="module")
def digits() -> Sets:
    return load(Data("digits"), None, "cpu")


def test_the_first_half_trains_and_the_second_half_tests(digits: Sets) -> None:
    target = torch.from_numpy(load_digits().target)
    train = torch.cat([labels for _, labels in digits.train.batches(64)])
    test = torch.cat([labels for _, labels in digits.test.batches(64)])
    assert (digits.train.size, digits.test.size) == (898, 899)
    assert torch.equal(torch.cat([train, test]), target.long())


def test_they_are_as_large_as_a_plan_says(digits: Sets) -> None:
    found = (digits.train.size, digits.test.size, digits.side, digits.channels, digits.classes)
    assert found == sizes("digits", None)


def test_images_and_labels_are_what_a_network_takes(digits: Sets) -> None:
    images, labels = next(digits.train.batches(64))
    assert (images.shape, images.dtype) == ((64, 1, 8, 8), torch.float32)
    assert (labels.shape, labels.dtype) == ((64,), torch.int64)
    assert images.is_contiguous()


def test_the_training_half_has_mean_0_and_deviation_1(digits: Sets) -> None:
    images = torch.cat([images for images, _ in digits.train.batches(100)])
    assert images.mean().item() == pytest.approx(0, abs=1e-6)
    assert images.std(correction=0).item() == pytest.approx(1, abs=1e-6)


def test_the_test_half_is_standardised_by_the_training_half(digits: Sets) -> None:
    pixels = load_digits().images / 16
    expected = (pixels[898:] - pixels[:898].mean()) / pixels[:898].std()
    images = torch.cat([images for images, _ in digits.test.batches(100)])
    np.testing.assert_allclose(images[:, 0].numpy(), expected, atol=1e-5)


def test_the_description_names_what_was_done(digits: Sets) -> None:
    assert "standardised by the training images" in digits.description
    assert "shift of up to 1 px" in digits.description
    assert "flip" not in digits.description
    assert "no published split" in digits.description


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_gets_the_same_images_in_the_same_order(digits: Sets) -> None:
    on_gpu = load(Data("digits"), None, "cuda").train.batches(64, torch.Generator(), augment=True)
    for here, there in zip(
        digits.train.batches(64, torch.Generator(), augment=True), on_gpu, strict=True
    ):
        assert there[0].device.type == "cuda"
        torch.testing.assert_close(here[0], there[0].cpu())
        assert torch.equal(here[1], there[1].cpu())
