"""Mutations of claim files: of bytes, of lines, of tokens, and of values under their keys."""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable

TRAPS = (
    *("1e-2", "1:30", "on", "off", "yes", "no", "y", "~", "null", "2301.05219", "0777", "0x1F"),
    *("1_000", ".inf", "-.inf", ".nan", "+1", "-0", "1e99", "1e-99", "0.000000001", "1e3", "-5"),
    *("&", "*", "!", "|", ">", "%", "@", "`", "{", "}", "[", "]", ",", ":", "?", "-", "--", "---"),
    *("...", "#", "<<", "=", "'", '"', "&a", "*a", "!!str", "!!python/name:os", "%YAML", "\\"),
    *(
        "75.24\u00b10.38",
        "\u22120.3",
        "2.31\u00d7",
        "44\uff05",
        "\u22653",
        "~25",
        ">0",
        "<0",
        "1,234",
    ),
    *("1.2.3", "100.0", "100.01", "0.00+-0.00", "99.99", "0", "1", "0.5", "50 %", "1x", "0.99x"),
    *("none", "unreported", "unverified", "TODO", "{unreported: x}", "recipe", "sweep", "at"),
    *(
        "2021-01-01",
        "12:30:45",
        "30 per layer",
        "0:1e-1,30:1e-2",
        "cosine 1e-2 to 0",
        "initial 1e-2",
    ),
    *("rewind 40 of 160: 0:1e-1,80:1e-2", "exponential 1e-2 by 0.97", "1e-2 warmup 10%"),
    *("one-cycle 1e-2 to 1e-1 to 1e-4 peak 30%", "0:linear 1e-4 to 1e-2,5:cosine 1e-2 to 0"),
    *("step 0.1 every 30 by .1", "warm " * 50, "../../etc/passwd#x", "a#b#c", "wang2023#none"),
    *("greg2021#", "x@", "x@1@2", "[1, 2]", "{a: b}", "\t", "\r", "\x85", "\u2028", "\ufeff"),
    *("\U0001f600", "\u00e9", "A" * 300, "9" * 40, "( ) [ ] \\ * _ | <b>", "[bold]x[/bold]", "[/]"),
    *("$x_1^2$", "%s %d {0} {x!r}"),
)
_TOKEN = re.compile(r"[^\s,\[\]{}]+")
_DIGIT = re.compile(r"[0-9]")
_VALUE = re.compile(r"(?m)\b([a-z][a-z0-9_]*): ([^\n{}\[\]#]+?)(?=,|\}|\s*#|\s*$)")
Mutation = Callable[[str], str]


class Mutator:
    """Turns claim files into others, all choices by one seed."""

    def __init__(self, texts: Iterable[str], seed: int) -> None:
        self.random = random.Random(seed)
        self.texts = list(texts)
        self.tokens = sorted({token for text in self.texts for token in _TOKEN.findall(text)})
        self.lines = sorted({line for text in self.texts for line in text.split("\n")})
        self.values: dict[str, list[str]] = defaultdict(list)
        for text in self.texts:
            for key, value in _VALUE.findall(text):
                self.values[key].append(value)

    def next(self) -> tuple[str, bytes]:
        """Return the kind of the next input, and the input."""
        text = self.random.choice(self.texts)
        kinds: dict[str, Mutation] = {
            "values": self.value, "digits": self.digit, "tokens": self.token,
            "lines": self.line, "bytes": self.chunk,
        }  # fmt: skip
        kind = self.random.choices([*kinds, "mixed"], [30, 25, 15, 10, 10, 10])[0]
        for _ in range(self.random.choice([1, 1, 1, 2, 3, 5, 8, 20])):
            mutation = kinds[self.random.choice([*kinds])] if kind == "mixed" else kinds[kind]
            text = mutation(text)
        data = text.encode("utf-8", "surrogatepass")
        return kind, self.spoil(data) if kind == "bytes" and self.random.random() < 0.3 else data

    def value(self, text: str) -> str:
        """Replace a value by one that stands under the same key elsewhere, or by a trap."""
        found = list(_VALUE.finditer(text))
        if not found:
            return self.token(text)
        match = self.random.choice(found)
        known = self.values.get(match[1]) if self.random.random() < 0.8 else None
        new = self.random.choice(known or TRAPS)
        return text[: match.start(2)] + new + text[match.end(2) :]

    def digit(self, text: str) -> str:
        """Replace, drop or double a digit, or change the sign of a number."""
        found = list(_DIGIT.finditer(text))
        if not found:
            return self.token(text)
        match = self.random.choice(found)
        new: str = self.random.choice(
            [*"0123456789", "", match[0] * 2, f"-{match[0]}", f".{match[0]}"]
        )
        return text[: match.start()] + new + text[match.end() :]

    def token(self, text: str) -> str:
        """Replace, drop or double a token."""
        found = list(_TOKEN.finditer(text))
        if not found:
            return self.random.choice(TRAPS)
        match = self.random.choice(found)
        new: str = self.random.choice(
            [
                self.random.choice(TRAPS),
                self.random.choice(self.tokens),
                "",
                f"{match[0]} {match[0]}",
            ]
        )
        return text[: match.start()] + new + text[match.end() :]

    def line(self, text: str) -> str:
        """Drop, double, move, indent or replace a line, or take one from another file."""
        lines = text.split("\n")
        index = self.random.randrange(len(lines))
        other = self.random.randrange(len(lines))
        what = self.random.randrange(6)
        if what == 0:
            del lines[index]
        elif what == 1:
            lines.insert(other, lines[index])
        elif what == 2:
            lines[index], lines[other] = lines[other], lines[index]
        elif what == 3:
            lines[index] = self.random.choice(["  ", "    ", "\t", "- "]) + lines[index]
        elif what == 4:
            lines[index] = lines[index].removeprefix("  ")
        else:
            lines.insert(index, self.random.choice(self.lines))
        return "\n".join(lines)

    def chunk(self, text: str) -> str:
        """Insert, delete, double or cut characters."""
        start = self.random.randrange(len(text) + 1)
        end = min(len(text), start + self.random.choice([1, 1, 2, 10, 200]))
        new: str = self.random.choice(
            [
                "",
                text[start:end] * 2,
                chr(self.random.choice([0, 9, 10, 13, 58, 127, 0xA0, 0x2212])),
            ]
        )
        return text[:start] if self.random.random() < 0.05 else text[:start] + new + text[end:]

    def spoil(self, data: bytes) -> bytes:
        """Put single wrong bytes in."""
        spoilt = bytearray(data or b"x")
        for _ in range(self.random.randint(1, 4)):
            spoilt[self.random.randrange(len(spoilt))] = self.random.randrange(256)
        return bytes(spoilt)
