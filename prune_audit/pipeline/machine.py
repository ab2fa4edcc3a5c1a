"""Where a run was made: what may change its last digits."""

import platform
from importlib.metadata import PackageNotFoundError, version

import torch

PACKAGES = ("prune-audit", "torch", "torchvision", "torch-pruning")


def machine(device: torch.device) -> dict[str, str | int]:
    """Return versions, device, instruction set and threads; part of a run's record."""
    gpu = torch.cuda.get_device_name(device) if device.type == "cuda" else ""
    return {
        "python": platform.python_version(),
        **{package: _version(package) for package in PACKAGES},
        "device": gpu or device.type,
        "processor": platform.machine(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
