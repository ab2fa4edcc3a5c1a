"""Title, authors and arXiv number of a BibTeX entry."""

import re

_ARXIV = re.compile(r"arXiv:\s*([0-9]{4}\.[0-9]{4,5})", re.IGNORECASE)


def field(entry: str, name: str) -> str:
    """Return a field's text as it stands, outer braces or quotes off; empty where it is not there.

    The entry may be damaged: nothing raises, and a field without an end runs to the end.
    """
    match = re.search(rf"[,{{\s]{name}\s*=\s*([{{\"])", entry, re.IGNORECASE)
    if match is None:
        return ""
    rest, depth = entry[match.end() :], 0
    for index, sign in enumerate(rest):
        closing = sign == ("}" if match[1] == "{" else '"')
        if closing and depth == 0:
            return " ".join(rest[:index].split())
        depth += (sign == "{") - (sign == "}")
    return " ".join(rest.split())


def authors(entry: str) -> str:
    """Return the authors as ``First Last, First Last``."""
    people = [person.strip() for person in field(entry, "author").split(" and ")]
    return ", ".join(_first_last(person) for person in people if person)


def arxiv(entry: str) -> str:
    """Return the arXiv number that the entry names as ``arXiv:1805.07624``, or nothing."""
    match = _ARXIV.search(entry)
    return match[1] if match else ""


def _first_last(person: str) -> str:
    last, comma, first = person.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else person
