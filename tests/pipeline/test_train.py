"""One epoch of training and of testing, beside what plain torch makes of the same."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from prune_audit.pipeline import masks, train
from prune_audit.pipeline.data import Sets, load
from prune_audit.pipeline.networks import build
from prune_audit.pipeline.sgd import SGD
from prune_audit.pipeline.start import stream
from prune_audit.pipeline.train import Pass, train_epoch
from prune_audit.reruns.experiment import Data, Pruning, Training
from prune_audit.reruns.run import Count

TRAINING = Training(3, "0:1e-1,2:1e-2", 20, 5e-4)
"""Forty-four batches of the digits: more than are counted at once."""


@pytest.fixture(scope="module")
def sets() -> Sets:
    return load(Data("digits"), None, "cpu")


def network(seed: int = 0) -> nn.Module:
    net = build("resnet8", 10, 1, stream(seed, "weights"))
    return net.to(memory_format=torch.channels_last)


def plain_epoch(
    net: nn.Module, optimizer: torch.optim.SGD, sets: Sets, training: Training, epoch: int
) -> Pass:
    """Train as any tutorial does: loss and right answers read after every batch."""
    net.train()
    loss_sum, right, seen = 0.0, 0, 0
    for group in optimizer.param_groups:
        group["lr"] = training.schedule.at(epoch)
    generator = stream(7, epoch)
    torch.randint(2**62, (), generator=generator)  # the seed of dropout
    for images, labels in sets.train.batches(training.batch_size, generator, augment=True):
        answers = net(images)
        loss = cross_entropy(answers, labels, label_smoothing=training.label_smoothing)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        loss_sum += loss.item() * len(labels)
        right += int((answers.argmax(1) == labels).sum())
        seen += len(labels)
    return Pass(loss_sum / seen, Count(right, seen))


@pytest.mark.parametrize(
    "changes",
    [{}, {"nesterov": True}, {"momentum": 0.0}, {"weight_decay": 0.0}, {"label_smoothing": 0.1}],
    ids=str,
)
def test_epochs_are_those_of_plain_torch_bit_by_bit(sets: Sets, changes: dict[str, float]) -> None:
    training = replace(TRAINING, **changes)  # type: ignore[arg-type]
    ours, theirs = network(), network()
    optimizer = SGD(ours, training)
    plain = torch.optim.SGD(
        theirs.parameters(), 1.0, training.momentum, weight_decay=training.weight_decay,
        nesterov=training.nesterov, fused=True,
    )  # fmt: skip
    for epoch in range(training.epochs):
        found = train_epoch(ours, optimizer, sets.train, training, epoch, stream(7, epoch))
        expected = plain_epoch(theirs, plain, sets, training, epoch)
        assert found.right == expected.right
        assert found.loss == pytest.approx(expected.loss, rel=1e-6)
    pairs = zip(ours.state_dict().values(), theirs.state_dict().values(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


@pytest.mark.parametrize(("each", "different"), [("epoch", 1), ("step", 44)])
def test_the_lr_follows_its_schedule_from_epoch_to_epoch_or_from_step_to_step(
    sets: Sets, each: str, different: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = replace(TRAINING, epochs=2, lr="linear 1e-1 to 0", lr_each=each)
    lrs: list[float] = []
    monkeypatch.setattr(SGD, "step", lambda _, lr: lrs.append(lr))
    net = network()
    train_epoch(net, SGD(net, training), sets.train, training, 1, stream(0))
    assert len(lrs) == sets.train.size // training.batch_size == 44
    assert lrs[0] == 0.05
    assert len(set(lrs)) == different
    assert lrs == sorted(lrs, reverse=True)
    assert lrs[-1] == pytest.approx(0.05 if each == "epoch" else 0.05 / 44)


def test_a_test_counts_what_single_images_give(sets: Sets) -> None:
    net = network()
    optimizer = SGD(net, TRAINING)
    train_epoch(net, optimizer, sets.train, TRAINING, 0, stream(0))
    found = train.test(net, sets.test)
    net.eval()
    with torch.no_grad():
        pairs = [(net(image), label) for image, label in sets.test.batches(1)]
    losses = [float(cross_entropy(answers, label)) for answers, label in pairs]
    right = sum(int(answers.argmax()) == int(label) for answers, label in pairs)
    assert found.right == Count(right, 899)
    assert found.loss == pytest.approx(sum(losses) / 899, rel=1e-5)


@pytest.mark.parametrize("pixels", [1, 64 * 7])
def test_large_images_are_tested_a_few_at_a_time(
    sets: Sets, pixels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    net, sizes = network(), []
    expected = train.test(net, sets.test)
    monkeypatch.setattr(train, "TEST_PIXELS", pixels)
    net.register_forward_pre_hook(lambda _, images: sizes.append(len(images[0])))
    assert train.test(net, sets.test).right == expected.right
    assert (max(sizes), sum(sizes)) == (max(1, pixels // 64), 899)


def test_testing_changes_nothing(sets: Sets) -> None:
    net, state = network(), torch.get_rng_state()
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    train.test(net, sets.test)
    assert all(torch.equal(before[name], now) for name, now in net.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)


def test_training_leaves_the_global_generator_alone(sets: Sets) -> None:
    net, state = network(), torch.get_rng_state()
    train_epoch(net, SGD(net, TRAINING), sets.train, TRAINING, 0, stream(0))
    assert torch.equal(torch.get_rng_state(), state)


def test_images_and_their_order_depend_on_the_generator_only(sets: Sets) -> None:
    seen: list[torch.Tensor] = []

    def listening(net: nn.Module) -> nn.Module:
        net.register_forward_pre_hook(lambda _, images: seen.append(images[0].clone()))
        return net

    for net in (network(0), network(1)):
        train_epoch(listening(net), SGD(net, TRAINING), sets.train, TRAINING, 0, stream(3))
    half = len(seen) // 2
    assert all(map(torch.equal, seen[:half], seen[half:]))


def test_without_augmentation_images_are_shuffled_only(sets: Sets) -> None:
    whole = {image.numpy().tobytes() for batch, _ in sets.train.batches(898) for image in batch}
    seen: list[torch.Tensor] = []
    net, training = network(), replace(TRAINING, augmentation="none")
    net.register_forward_pre_hook(lambda _, images: seen.extend(images[0].clone()))
    train_epoch(net, SGD(net, training), sets.train, training, 0, stream(0))
    assert {image.numpy().tobytes() for image in seen} <= whole


def test_masked_weights_are_zero_in_every_step(sets: Sets) -> None:
    net = network()
    found = masks.prune(net, Pruning("magnitude", (0.9,)), stream(0))
    net.register_forward_pre_hook(lambda *_: found.verify(net))
    train_epoch(net, SGD(net, TRAINING), sets.train, TRAINING, 0, stream(0), found)
    found.verify(net)


def test_a_loss_that_overflows_is_told(sets: Sets) -> None:
    training = replace(TRAINING, lr="constant 1e30")
    net = network()
    found = train_epoch(net, SGD(net, training), sets.train, training, 0, stream(0))
    assert not torch.isfinite(torch.tensor(found.loss))
    assert found.right.n == 880


@pytest.mark.parametrize("prepare", [lambda net: net.train(), lambda net: net.eval()])
def test_modes_are_set_by_training_and_testing(
    sets: Sets, prepare: Callable[[nn.Module], nn.Module]
) -> None:
    net = prepare(network())
    train_epoch(net, SGD(net, TRAINING), sets.train, TRAINING, 0, stream(0))
    assert all(module.training for module in net.modules())
    train.test(net, sets.test)
    assert not any(module.training for module in net.modules())
