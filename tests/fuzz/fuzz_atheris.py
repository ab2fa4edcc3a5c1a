"""Coverage-guided fuzzing of the reading side with atheris, by hand.

    pip install atheris
    python tests/fuzz/fuzz_atheris.py CORPUS_FOLDER -max_total_time=600 -max_len=4096

The folder is filled with the example files of the rules first; libFuzzer adds what reaches new
code. An exception, an input of more than ten seconds or memory beyond 2 GiB ends the run.
"""

import importlib
import shutil
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from fuzz_loader import attempt

EXAMPLES = Path(__file__).parents[1] / "rules" / "examples"


def one_input(data: bytes) -> None:
    """Run one input through the whole of `check`."""
    attempt(data, report=False)


def main() -> None:
    """Instrument the package and hand over to libFuzzer."""
    folder = next((Path(word) for word in sys.argv[1:] if not word.startswith("-")), None)
    if folder is None:
        sys.exit(__doc__)
    folder.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(sorted(EXAMPLES.glob("*/*.yaml"))):
        shutil.copy(path, folder / f"example-{number}.yaml")
    atheris: Any = importlib.import_module("atheris")
    atheris.instrument_all()
    atheris.Setup([*sys.argv, "-timeout=10", "-rss_limit_mb=2048"], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
