"""Where a run was made: what may change its last digits."""

import platform
from importlib.metadata import PackageNotFoundError, version

import torch

PACKAGES = ("prune-audit", "torch", "torchvision", "torch-pruning")


class DeviceError(ValueError):
    """There is no such device here."""


def check_device(name: str) -> None:
    """Check that a device (``cpu``, ``cuda``, ``cuda:1``) is there.

    Raises:
        DeviceError: it is not.
    """
    device = torch.device(name)
    found = torch.cuda.device_count()
    if device.type == "cuda" and (device.index or 0) >= found:
        seen = f"{found} of them" if found else "none"
        raise DeviceError(
            f"there is no GPU for --device {name}: torch {torch.__version__} sees {seen}; look at "
            "nvidia-smi and at which build of torch is installed, or use --device cpu"
        )


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
