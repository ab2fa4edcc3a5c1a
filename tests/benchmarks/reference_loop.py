"""The peer of bench_rerun: the structure of torchvision's reference classification loop.

``references/classification/train.py`` of torchvision cannot be installed, so what it does per batch
is written down here anew: a DataLoader that transforms image by image, SGD as torch.optim gives it,
loss, top-1 and top-5 read out after every step into smoothed meters, images per second metered,
a line printed every ten batches.
"""

import sys
import time
from collections import deque

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, RandomSampler
from torchvision import transforms

PRINT_EVERY = 10
WORKERS = 16
"""Its default number of processes that load images."""


class Images(Dataset[tuple[Tensor, Tensor]]):
    """Stored images (uint8, NCHW), each transformed when it is asked for."""

    def __init__(self, images: Tensor, labels: Tensor, shift: int, flip: bool) -> None:
        steps: list[nn.Module] = [transforms.RandomCrop(images.shape[-1], padding=shift)]
        steps += [transforms.RandomHorizontalFlip()] if flip else []
        channels = images.shape[1]
        self.transform = transforms.Compose(
            [
                *steps,
                transforms.ConvertImageDtype(torch.float),
                transforms.Normalize([0.5] * channels, [0.25] * channels),
            ]
        )
        self.images, self.labels = images, labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.transform(self.images[index]), self.labels[index]


class Meter:
    """A value, smoothed over the last ones, with its mean."""

    def __init__(self, window: int = 20) -> None:
        self.last: deque[float] = deque(maxlen=window)
        self.total, self.count = 0.0, 0

    def update(self, value: float, images: int = 1) -> None:
        """Take a value that stands for some images."""
        self.last.append(value)
        self.total += value * images
        self.count += images

    def __str__(self) -> str:
        median = torch.tensor(list(self.last)).median().item()
        return f"{median:.4f} ({self.total / self.count:.4f})"


def accuracy(answers: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Return top-1 and top-5 accuracy in percent."""
    with torch.inference_mode():
        best = answers.topk(5, 1).indices.t()
        right = best.eq(labels[None])
        first, five = (right[:top].flatten().sum(dtype=torch.float32) for top in (1, 5))
        return first * (100 / len(labels)), five * (100 / len(labels))


def train_epoch(
    net: nn.Module, optimizer: torch.optim.SGD, criterion: nn.Module, loader: DataLoader
) -> None:
    """Train one epoch."""
    net.train()
    meters = {name: Meter() for name in ("loss", "top1", "top5", "images/s", "seconds", "data")}
    end = time.time()
    for number, (images, labels) in enumerate(loader):
        meters["data"].update(time.time() - end)
        start = time.time()
        answers = net(images)
        loss = criterion(answers, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        top1, top5 = accuracy(answers, labels)
        meters["loss"].update(loss.item())
        meters["top1"].update(top1.item(), len(labels))
        meters["top5"].update(top5.item(), len(labels))
        meters["images/s"].update(len(labels) / (time.time() - start))
        meters["seconds"].update(time.time() - end)
        if number % PRINT_EVERY == 0:
            print(number, *(f"{name} {meter}" for name, meter in meters.items()), file=sys.stderr)
        end = time.time()


def loader(images: Images, batch: int, workers: int) -> DataLoader:
    """Return its loader: shuffled; processes are started anew every epoch."""
    return DataLoader(images, batch, sampler=RandomSampler(images), num_workers=workers)
