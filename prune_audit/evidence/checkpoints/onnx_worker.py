"""Works out the shapes in a graph of ONNX: reads a model from stdin, writes it to stdout.

A process of its own with little memory, because the code of onnx that does this ends the process,
or takes all memory, on some graphs that are made to make it do so. Run as a file, it needs onnx and
nothing of this package.
"""

import sys

_MEMORY = 6 << 30  # bytes of address space
_SECONDS = 60


def main() -> None:
    """Work out the shapes of one model."""
    _limit()
    import onnx

    model = onnx.ModelProto.FromString(sys.stdin.buffer.read())
    inferred = onnx.shape_inference.infer_shapes(model, data_prop=True)
    sys.stdout.buffer.write(inferred.SerializeToString())


def _limit() -> None:
    """Take away what no honest graph needs, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
