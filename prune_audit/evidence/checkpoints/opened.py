"""Opening the checkpoint of a submission, whoever wrote it, and measuring the network in it."""

from pathlib import Path
from typing import TYPE_CHECKING

from prune_audit.claim import Result
from prune_audit.evidence.checkpoints.arrays import numpy, tallied
from prune_audit.evidence.checkpoints.errors import CheckpointError, damaged, not_installed
from prune_audit.evidence.checkpoints.graphs import Graph, measure_graph
from prune_audit.evidence.checkpoints.kinds import Kind, kind_of
from prune_audit.evidence.checkpoints.measured import Measured
from prune_audit.evidence.checkpoints.onnx_graph import onnx_graph
from prune_audit.evidence.checkpoints.program import program_graph
from prune_audit.evidence.checkpoints.tensorfile import read_safetensors
from prune_audit.evidence.checkpoints.weights_only import measure_weights

if TYPE_CHECKING:
    from prune_audit.evidence.checkpoints.arrays import Array


def opened(path: Path, result: Result) -> Measured:
    """Measure the network in a checkpoint as that of a row.

    Nothing in the file is run, nothing that it refers to is opened, and torch is imported for a
    state_dict only.

    Args:
        path: a regular file inside the submission's folder; whoever calls has made sure of that.
        result: the submitted row, which says what network it is and on what data.

    Raises:
        CheckpointError: the file holds code, is damaged or none of the kinds that are opened, or
            the package that reads it is not installed.
    """
    kind = kind_of(path)
    numpy()
    if kind is Kind.ONNX:
        return measure_graph(kind, _onnx_graph(path, result), result)
    if kind is Kind.EXPORTED:
        return measure_graph(kind, program_graph(path), result)
    arrays = read_safetensors(path) if kind is Kind.SAFETENSORS else _state_dict(path, kind)
    return measure_weights(kind, tallied(arrays), result)


def _onnx_graph(path: Path, result: Result) -> Graph:
    try:
        return onnx_graph(path, result)
    except CheckpointError:
        raise
    except Exception as error:  # damaged messages make the packages raise almost anything
        raise damaged("its graph cannot be followed") from error


def _state_dict(path: Path, kind: Kind) -> "dict[str, Array]":
    try:
        from prune_audit.pipeline.opened import arrays
    except ImportError:
        raise not_installed("torch", "rerun") from None
    return arrays(path, mapped=kind is Kind.STATE_DICT)
