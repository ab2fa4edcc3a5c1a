"""A piece of LaTeX -> the text that it prints, whether in bold, and what is cited beside it.

Commands that are not known stay as they are written (``\\frac``), so that a number with one of them
is refused and never misread.
"""

import re
import unicodedata
from dataclasses import dataclass

from prune_audit.importers.latex.words import (
    ACCENTS,
    BOLD,
    BOLD_FROM_HERE,
    CITES,
    HIDDEN,
    MARKS,
    PLAIN,
    SIGNS,
    SYMBOLS,
)

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.|$)|[{}\[\]$^_~]|[^\\{}\[\]$^_~]+", re.DOTALL)
_DEEPEST = 50
_VALUE = re.compile(r"[±∓↓↑]|[-+−]?[0-9]*\.[0-9]|[-+−][0-9]")
_TEXT_IN_MATH = ("text", "textrm", "textit", "textnormal", "mbox", "hbox")
_TEN = re.compile(r"(?:^|[^0-9.])10$")


@dataclass(frozen=True, slots=True)
class Printed:
    """What a piece of LaTeX prints.

    ``bold`` is that of its first digit, or of its first character where it has no digit. ``marks``
    are footnote marks and other superscripts, ``cites`` the keys of citations.
    """

    text: str
    bold: bool = False
    marks: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


def printed(source: str, *, tie: bool = True) -> Printed:
    """Return what LaTeX prints; ``tie`` says that ``~`` is a blank and not "about"."""
    if _depth(source) > _DEEPEST:
        return Printed(source)
    writer = _Writer(tie)
    writer.write(_TOKEN.findall(source), bold=False, math=False)
    return writer.printed()


def plain(source: str) -> str:
    """Return the text that LaTeX prints, without marks and citations."""
    return printed(source).text


def _depth(source: str) -> int:
    deepest = depth = 0
    for sign in source:
        depth += (sign == "{") - (sign == "}")
        deepest = max(deepest, depth)
    return deepest


class _Tokens:
    """Tokens to be read from the front, with the arguments of commands."""

    def __init__(self, tokens: list[str]) -> None:
        self._rest = tokens[::-1]

    def __bool__(self) -> bool:
        return bool(self._rest)

    def next(self) -> str:
        return self._rest.pop()

    def argument(self) -> list[str]:
        """Return the tokens of a group, or the next character or command."""
        self._skip_blanks()
        if not self._rest:
            return []
        token = self._rest.pop()
        if token == "{":
            return self._until_closed("{", "}")
        if token[0] not in "\\{}[]$^_~" and len(token) > 1:
            self._rest.append(token[1:])
            return [token[0]]
        return [token]

    def skip_optional(self) -> None:
        """Leave out optional arguments in brackets."""
        self._skip_blanks()
        while self._rest and self._rest[-1] == "[":
            self._rest.pop()
            self._until_closed("[", "]")
            self._skip_blanks()

    def _skip_blanks(self) -> None:
        while self._rest and self._rest[-1].isspace():
            self._rest.pop()

    def _until_closed(self, opening: str, closing: str) -> list[str]:
        taken: list[str] = []
        depth = 1
        while self._rest:
            token = self._rest.pop()
            depth += (token == opening) - (token == closing)
            if depth == 0:
                break
            taken.append(token)
        return taken


class _Writer:
    """Collects what is printed, character by character with its weight."""

    def __init__(self, tie: bool) -> None:
        self._tie = tie
        self._signs: list[tuple[str, bool]] = []
        self._marks: list[str] = []
        self._cites: list[str] = []

    def printed(self) -> Printed:
        text = unicodedata.normalize("NFC", "".join(sign for sign, _ in self._signs))
        bold = next((bold for sign, bold in self._signs if sign.isdigit()), None)
        if bold is None:
            bold = next((bold for sign, bold in self._signs if not sign.isspace()), False)
        # single blanks, but thin spaces stay: they may group thousands
        trimmed = re.sub(r"[ \t\n\r]+", " ", text).strip()
        return Printed(trimmed, bold, tuple(self._marks), tuple(self._cites))

    def write(self, tokens: list[str], *, bold: bool, math: bool) -> None:
        """Write tokens; what one of them switches holds until their end."""
        rest = _Tokens(tokens)
        while rest:
            token = rest.next()
            if token == "{":
                self.write(rest._until_closed("{", "}"), bold=bold, math=math)
            elif token == "$":
                math = not math
            elif token in "^_" and math:
                self._script(token, rest.argument(), bold)
            elif token[0] == "\\":
                bold = self._command(token[1:], rest, bold, math)
            elif token != "}":
                self._text(token, bold, math)

    def _text(self, token: str, bold: bool, math: bool) -> None:
        """Write text; blanks in mathematics print nothing."""
        tied = " " if token == "~" and self._tie else token
        self._emit("".join(tied.split(" ")) if math else tied, bold)

    def _emit(self, text: str, bold: bool) -> None:
        self._signs += [(sign, bold) for sign in text]

    def _command(self, name: str, rest: _Tokens, bold: bool, math: bool) -> bool:
        """Write a command; return whether what stands behind it is bold."""
        if name in BOLD_FROM_HERE:
            return True
        if name in BOLD:
            self.write(rest.argument(), bold=True, math=math)
        elif name in SYMBOLS:
            self._emit(SYMBOLS[name], bold)
        elif name in HIDDEN:
            self._hide(rest, HIDDEN[name])
        elif name in MARKS or CITES.fullmatch(name):
            self._aside(name, rest)
        elif name in PLAIN:
            rest.skip_optional()
            if name in _TEXT_IN_MATH and math:
                self.write(rest.argument(), bold=bold, math=False)
        elif name in ACCENTS and not (math and len(name) > 1):
            self._accent(name, rest, bold, math)
        elif len(name) == 1 and not name.isalpha():
            self._emit(SIGNS.get(name, name), bold)
        else:
            self._emit(f"\\{name}", bold)
        return bold

    def _hide(self, rest: _Tokens, count: int) -> None:
        for _ in range(count):
            rest.skip_optional()
            rest.argument()
        rest.skip_optional()

    def _aside(self, name: str, rest: _Tokens) -> None:
        rest.skip_optional()
        if name == "footnotemark":
            self._marks.append("footnote")
            return
        inner = self._inner(rest.argument(), math=False)
        if name in MARKS:
            self._marks.append(inner.text)
        else:
            self._cites += [cite.strip() for cite in inner.text.split(",") if cite.strip()]

    def _accent(self, name: str, rest: _Tokens, bold: bool, math: bool) -> None:
        base = self._inner(rest.argument(), math).text
        self._emit(base[:1] + ACCENTS[name] + base[1:] if base else "", bold)

    def _script(self, kind: str, argument: list[str], bold: bool) -> None:
        """Write what is raised or lowered: a spread, a change, a power, or a footnote mark."""
        inner = self._inner(argument, math=True).text
        before = "".join(sign for sign, _ in self._signs).rstrip()
        if _TEN.search(before):
            self._emit(kind + inner, bold)
        elif _VALUE.match(inner):
            self._emit(inner if inner[0] in "±∓" else f" {inner}", bold)
        elif kind == "_":
            self._emit(kind + inner, bold)
        elif inner:
            self._marks.append(inner)

    def _inner(self, tokens: list[str], math: bool) -> Printed:
        writer = _Writer(self._tie)
        writer.write(tokens, bold=False, math=math)
        self._cites += writer._cites
        return writer.printed()
