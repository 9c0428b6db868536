"""Names in a sentence of another script: declined Cyrillic ones, Arabic ones with a word glued to them, no capitals.

Rules of this file:
- what a script does to a name is data (data/scripts.toml)
- a form is tried only where the name as it stands is no name of the gazetteer
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["has_no_case", "is_foreign", "nominatives", "without_proclitic"]

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_FOREIGN = re.compile(r"[\u0370-\u1cff\u2c00-\ua6ff\uac00-\ufaff\ufb13-\ufdff\ufe70-\uffef]")
_ARABIC = re.compile(r"[\u0620-\u064a]")


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("tenure.places").joinpath("data/scripts.toml").read_text(encoding="utf-8"))


def has_no_case(letter: str) -> bool:
    """Return whether a letter belongs to a script without capitals.

    >>> has_no_case("م"), has_no_case("м"), has_no_case("7"), has_no_case("")
    (True, False, False, False)
    """
    return letter.isalpha() and letter.lower() == letter.upper()


def is_foreign(name: str) -> bool:
    """Return whether a name is written in another script than Latin.

    >>> is_foreign("Харків"), is_foreign("Kraków"), is_foreign("أم درمان")
    (True, False, True)
    """
    return _FOREIGN.search(name) is not None


def nominatives(name: str) -> list[str]:
    """Return what a declined Cyrillic name may be in the gazetteer, likeliest first; nothing for other scripts.

    >>> nominatives("Харькове")[:2], nominatives("Kharkiv")
    (['Харьков', 'Харькова'], [])
    """
    if not _CYRILLIC.search(name):
        return []
    cases = _data()["cases"]
    ending = next((e for e in cases["endings"] if name.endswith(e) and _stem(name, e) >= cases["shortest_stem"]), "")
    if not ending:
        return []
    shorter = [e for e in cases["endings"] if ending.endswith(e) and e != ending]
    forms = [name.removesuffix(e) + new for e in (ending, *shorter) for new in cases["nominative"]]
    return [form for form in dict.fromkeys(forms) if form != name]


def _stem(name: str, ending: str) -> int:
    """Return the letters of the last word before an ending."""
    return len(re.split(r"[\s-]", name)[-1]) - len(ending)


def without_proclitic(word: str) -> tuple[int, str] | None:
    """Return an Arabic word without the letter glued to its front, and how many characters that is; None for none.

    >>> [without_proclitic(word) for word in ("والفاشر", "للخرطوم", "Nyala")]
    [(1, 'الفاشر'), (1, 'الخرطوم'), None]
    """
    data = _data()["proclitics"]
    if not _ARABIC.match(word):
        return None
    for glued, whole in data["swallowed"].items():
        if word.startswith(glued) and len(word) - len(glued) >= data["shortest_name"]:
            return 1, whole + word.removeprefix(glued)
    if word[0] in data["letters"] and len(word) > data["shortest_name"]:
        return 1, word[1:]
    return None
