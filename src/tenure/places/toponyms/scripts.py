"""Names in a sentence of another script: declined Cyrillic ones, Arabic ones with a word glued to them, no capitals.

Rules of this file:
- what a script does to a name is data (data/scripts.toml)
- a form proposes names beside the one that stands there; what is likelier meant is decided where places are known
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = [
    "cost_of_form",
    "has_no_case",
    "is_at_home",
    "is_cyrillic",
    "is_foreign",
    "nominatives",
    "without_proclitic",
    "without_suffix",
]

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_FOREIGN = re.compile(r"[\u0370-\u1cff\u2c00-\ua6ff\uac00-\ufaff\ufb13-\ufdff\ufe70-\uffef]")
_ARABIC = re.compile(r"[\u0620-\u064a\u067e-\u06cc]")
_APOSTROPHES = "'\u2019"


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


def is_cyrillic(name: str) -> bool:
    """Return whether a name has Cyrillic letters."""
    return _CYRILLIC.search(name) is not None


def is_at_home(name: str, country: str) -> bool:
    """Return whether the script of a name is that of a country; only known of scripts without capitals, else True.

    >>> is_at_home("عنيفة", "CO"), is_at_home("نيالا", "SD"), is_at_home("Neiva", "CO")
    (False, True, True)
    """
    return not _ARABIC.search(name) or country in _data()["homes"]["arabic"]


def cost_of_form() -> float:
    """Return the log score, at most 0, of a name that stands in another form than the gazetteer's."""
    return float(_data()["cases"]["cost"])


def nominatives(name: str) -> list[str]:
    """Return what a declined Cyrillic name may be in the gazetteer, likeliest first; nothing for other scripts.

    >>> nominatives("Харькове")[:2], nominatives("Kharkiv")
    (['Харьков', 'Харькова'], [])
    >>> "Київ" in nominatives("Києва"), "Грозный" in nominatives("Грозным")
    (True, True)
    """
    if not _CYRILLIC.search(name):
        return []
    cases = _data()["cases"]
    endings = [e for e in cases["endings"] if name.endswith(e) and _stem(name, e) >= cases["shortest_stem"]]
    forms = []
    for ending in endings:
        stem = name.removesuffix(ending)
        forms += [stem + new for new in cases["nominative"]]
        forms += [
            stem.removesuffix(old) + new + added
            for old, new in cases["stems"].items()
            if stem.endswith(old)
            for added in (cases["swapped"] if len(old) == len(new) == 1 else ("",))
        ]
    return [form for form in dict.fromkeys(forms) if form != name]


def _stem(name: str, ending: str) -> int:
    """Return the letters of the last word before an ending."""
    return len(re.split(r"[\s-]", name)[-1]) - len(ending)


def without_proclitic(word: str) -> tuple[int, str] | None:
    """Return a word without what is glued to its front, and how many characters that is; None for none.

    >>> [without_proclitic(word) for word in ("والفاشر", "للخرطوم", "d'Alep", "Nyala")]
    [(1, 'الفاشر'), (1, 'الخرطوم'), (2, 'Alep'), None]
    """
    data = _data()["proclitics"]
    if not _ARABIC.match(word):
        return _without_elision(word, data["elided"])
    for glued, whole in data["swallowed"].items():
        if word.startswith(glued) and len(word) - len(glued) >= data["shortest_name"]:
            return 1, whole + word.removeprefix(glued)
    if word[0] in data["letters"] and len(word) > data["shortest_name"]:
        return 1, word[1:]
    return None


def _without_elision(word: str, elided: list[str]) -> tuple[int, str] | None:
    cut = next((i for i, letter in enumerate(word[:5]) if letter in _APOSTROPHES), 0)
    rest = word[cut + 1 :]
    return (cut + 1, rest) if cut and rest[:1].isupper() and word[:cut].lower() in elided else None


def without_suffix(name: str) -> str | None:
    """Return a name without the ending after its apostrophe; None where there is none.

    >>> without_suffix("Halep'te"), without_suffix("Qu'ran"), without_suffix("Halep")
    ('Halep', None, None)
    """
    cut = max(name.rfind(mark) for mark in _APOSTROPHES)
    return name[:cut] if cut > 1 and name[cut + 1 :] in _data()["suffixes"]["endings"] else None
