"""Claim files read together: which are checked, which are only referred to, what names mean."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from prune_audit import problems
from prune_audit.claim import Claim, Result
from prune_audit.load import Loaded, load_file, references
from prune_audit.places import Place
from prune_audit.problems import Collector, Problem, TooManyError


@dataclass(frozen=True)
class Corpus:
    """The checked files, and every claim that a name can mean, keyed on folder and stem."""

    files: tuple[Loaded, ...]
    known: dict[tuple[str, str], Claim]
    problems: tuple[Problem, ...] = field(default=())

    @property
    def claims(self) -> Iterator[Claim]:
        """The claims of the checked files that could be read."""
        return (loaded.claim for loaded in self.files if loaded.claim)

    def rows(self, claim: Claim, names: Iterable[str]) -> tuple[Result, ...]:
        """Return the rows that names in a claim mean; a sweep's name means all its members."""
        return tuple(row for name in names for row in self._rows(claim, name))

    def copied(self, claim: Claim, row: Result) -> Result | None:
        """Return the one row that a row is a copy of; of a sweep the member of the same label.

        One that was reproduced is a result of its own.
        """
        if row.cites.value is None or row.origin.value == "reproduced":
            return None
        rows = self.rows(claim, [row.cites.value])
        if len(rows) > 1:
            rows = tuple(one for one in rows if one.label == row.label)
        return rows[0] if len(rows) == 1 and rows[0] is not row else None

    def _rows(self, claim: Claim, name: str) -> tuple[Result, ...]:
        stem, _, inner = name.rpartition("#")
        home = self.known.get((_folder(claim.file), stem)) if stem else claim
        if home is None:
            return ()
        members = home.families.get(inner, (inner,))
        return tuple(home.results[member] for member in members if member in home.results)


def _folder(file: str) -> str:
    return str(PurePath(file).parent)


def _key(file: str) -> tuple[str, str]:
    return _folder(file), PurePath(file).stem


def gather(files: Iterable[Loaded]) -> Corpus:
    """Read the files that references name, beside the files that name them, and check the names."""
    checked = tuple(files)
    known = {_key(loaded.name): loaded.claim for loaded in checked if loaded.claim}
    tried = {_key(loaded.name) for loaded in checked}
    waiting = list(known.values())
    while waiting:
        claim = waiting.pop()
        folder = _folder(claim.file)
        for stem in dict.fromkeys(stem for _, stem, _ in _outside(claim)):
            if (folder, stem) not in tried:
                tried.add((folder, stem))
                other = _beside(claim, stem)
                if other:
                    known[folder, stem] = other
                    waiting.append(other)
    corpus = Corpus(checked, known)
    broken = (problem for claim in corpus.claims for problem in _broken(corpus, claim))
    return Corpus(checked, known, tuple(broken))


def _beside(claim: Claim, stem: str) -> Claim | None:
    """Return the claim of a file in the same folder, None where there is none to read."""
    name = str(PurePath(claim.file).with_name(f"{stem}.yaml"))
    return load_file(Path(name), name).claim


def _outside(claim: Claim) -> Iterator[tuple[Place, str, str]]:
    """Yield every reference into another file: where it stands, the file's stem, the name."""
    for place, name in references(claim):
        stem, mark, inner = name.partition("#")
        if mark:
            yield place, stem, inner


def _broken(corpus: Corpus, claim: Claim) -> tuple[Problem, ...]:
    found = Collector()
    try:
        found.extend(_broken_references(corpus, claim))
        found.extend(_unpaired_sweeps(corpus, claim))
    except TooManyError:
        return (*found.all(), problems.too_many(claim.place))
    return found.all()


def _broken_references(corpus: Corpus, claim: Claim) -> Iterator[Problem]:
    folder = _folder(claim.file)
    lost = []
    for place, stem, name in _outside(claim):
        home = corpus.known.get((folder, stem))
        if home is None:
            lost.append((place, stem))
        elif not corpus.rows(home, [name]):
            names = (*home.results, *home.families)
            yield problems.broken_reference(place, name, names, f"result in {stem}")
    if lost:
        there = {path.stem for path in Path(folder).glob("*.yaml") if path.is_file()}
        yield from (_no_file(place, stem, there, folder) for place, stem in lost)


def _no_file(place: Place, stem: str, there: set[str], folder: str) -> Problem:
    where = " in the working folder" if folder == "." else f" in the folder {folder}"
    names = (name for name in there if name != stem)
    missing = problems.broken_reference(place, stem, names, "readable claim file", where)
    bare = stem.removesuffix(".yaml")
    if bare != stem and bare in there:
        return missing._replace(fix=f"did you mean {bare!r}? file names stand without .yaml")
    return missing


def _unpaired_sweeps(corpus: Corpus, claim: Claim) -> Iterator[Problem]:
    """Two sweeps are paired by their labels; without a common one nothing would be compared."""
    for comparison in claim.comparisons:
        ours = _labels(corpus, claim, comparison.ours.value or "")
        for name in comparison.against.value or ():
            theirs = _labels(corpus, claim, name)
            if len(ours) > 1 and len(theirs) > 1 and not ours & theirs:
                reason = f"the sweeps {comparison.ours.text} and {name} share no label under at"
                fix = "give rows that belong together the same label"
                yield problems.ill_matched(comparison.against.place, reason, fix)


def _labels(corpus: Corpus, claim: Claim, name: str) -> set[str]:
    return {row.label for row in corpus.rows(claim, [name])}
