"""Write the page of the studies: ``python -m prune_audit.docs.studies --store DIR``.

Every study is done as its command does it; runs that the store holds are not repeated. What is
written next to this file is a page with each study's command and outcome, and a picture each.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from prune_audit.studies.outcome import Held
from prune_audit.studies.pages import command
from prune_audit.studies.registry import STUDIES
from prune_audit.studies.study import Study

HERE = Path(__file__).parent
PAGE = HERE / "studies.md"
PICTURES = HERE / "pictures"
INTRODUCTION = """\
# Studies

Small experiments that show what the methods, controls and diagnostics of `prune-audit` do, and
whether the sign that a paper reports is seen here. Runs are on scikit-learn's digits (in a part of
random-rate on drawn patches), with small networks, which stand in for the data and networks of the
papers: signs are looked for, not sizes, and a sign that did not hold here is no statement about a
paper's own results.

Where differences are printed, a sign *held* if the 95 % interval of their mean over the seeds
(paired, Student's t) lies above zero, *did not hold* if it lies below, and is *unresolved*
otherwise; an expectation with a margin held if the interval lies inside the margin. A few signs
count runs or compare places, and say so. Each sign is tested alone, without correction: among the
more than a hundred on this page, a few will hold or fail by chance. An interval speaks of other
seeds, not of other images or networks. Signs without a source are our own expectations. A *known
counter-example* is a case against a paper's sign that was seen in a small experiment before these
studies; it held if it was seen again. What was changed after results had been seen is said in the
notes of a study.

This page is written by `python -m prune_audit.docs.studies --store DIR`, one command for all of
it; each study is also a command of its own. `prune-audit explain NAME` says what a study defines,
what it cannot detect and where it is from.
"""


def main() -> None:
    """Do every study, or those that are named, and write the page."""
    parser = argparse.ArgumentParser(description="Write the page of the studies.")
    parser.add_argument("--store", type=Path, default=Path(".prune-audit"))
    parser.add_argument("--workers", type=int, default=None)
    asked = parser.parse_args()
    PICTURES.mkdir(exist_ok=True)
    sections = [_section(study, asked.store, asked.workers) for study in STUDIES.values()]
    PAGE.write_text(page(sections), encoding="utf-8")


def page(sections: Sequence[str]) -> str:
    """Return the page: the introduction, what there is, and a section for each study."""
    rows = (_row(*one) for one in zip(STUDIES.values(), sections, strict=True))
    head = (f"| study | what it is about | {' | '.join(Held)} |", "|---|---|---|---|---|")
    return "\n".join((INTRODUCTION, *head, *rows, "", *sections))


def _row(study: Study, section: str) -> str:
    """Return a line on a study, with how many of its signs held."""
    counts = (str(section.count(f"| **{held}** |")) for held in Held)
    return f"| [{study.name}](#{_anchor(study)}) | {study.title} | {' | '.join(counts)} |"


def _anchor(study: Study) -> str:
    """Return the anchor that a heading ``NAME: TITLE`` gets."""
    kept = (c for c in f"{study.name}: {study.title}".lower() if c.isalnum() or c in " -")
    return "".join(kept).replace(" ", "-")


def _section(study: Study, store: Path, workers: int | None) -> str:
    picture = PICTURES / f"{study.name}.svg"
    options = ["--store", str(store), "--format", "markdown", "--plot", str(picture)]
    options += ["--workers", str(workers)] if workers else []
    asked = [sys.executable, "-m", "prune_audit", "study", study.name, *options]
    done = subprocess.run(asked, stdout=subprocess.PIPE, check=True, text=True)
    return "\n".join(_completed(study, done.stdout, picture))


def _completed(study: Study, section: str, picture: Path) -> Iterator[str]:
    """Yield a section with its command below the heading and its picture at the end."""
    heading, _, rest = section.partition("\n")
    yield from (heading, "", "```", command(study), "```", rest.rstrip(), "")
    yield from (f"![{study.title}](pictures/{picture.name})", "")


if __name__ == "__main__":
    main()
