"""Names to keys: the normal form that exact lookup uses, and the sound and skeleton forms under which spellings meet.

Rules of this file:
- what is rewritten is data (data/names.toml); this file only applies it
- every key is a function of the normal form, so the index and a query can never disagree
- whole lists are handled as one text with a line a name, so that a million names take seconds
- the keys only propose candidates; what decides is the joint score (resolve.py)
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "MAX_NAME",
    "leading_articles",
    "normalise",
    "normalise_all",
    "skeletons_of",
    "sound_of",
    "sounds_all",
    "variants_of",
]

MAX_NAME = 200
"""Characters of the longest name that is indexed; nobody writes a longer toponym."""

_COMBINING = re.compile(r"[\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]+")
_INVISIBLE = re.compile(r"[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_SPACES = re.compile(r"[^\S\n]+")
_INNER_DOT = re.compile(r"(?<=[^\W\d_]{2})\.(?=[^\W\d_]{2})")
_EDGES = re.compile(r"^ | $", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Rules:
    table: dict[int, str]
    ascii_table: dict[int, str]
    abbreviations: re.Pattern[str]
    expansions: dict[str, str]
    articles: re.Pattern[str]
    glued: re.Pattern[str]
    arabic_article: re.Pattern[str]
    sound: tuple[tuple[str, str], ...]
    qualifiers: dict[str, str]
    digraphs: tuple[tuple[str, str], ...]
    vowels: str
    fine: dict[int, str]
    coarse: dict[int, str]
    leading: frozenset[str]


@cache
def _rules() -> _Rules:
    data = tomllib.loads(files("tenure.places").joinpath("data/names.toml").read_text(encoding="utf-8"))
    table: dict[int, str] = {}
    for script in ("letters", "cyrillic", "arabic", "greek"):
        table.update({ord(k): v for k, v in data[script].items()})
    table.update({ord(c): "" for c in data["marks"]["drop"]})
    table.update({ord(c): " " for c in data["marks"]["space"]})
    words = sorted(data["abbreviations"], key=len, reverse=True)
    glued = "|".join(data["articles"]["glued"])
    articles = "|".join(sorted(data["articles"]["words"], key=len, reverse=True))
    return _Rules(
        table=table,
        ascii_table={k: v for k, v in table.items() if k < 128},  # noqa: PLR2004 - the ASCII range
        abbreviations=re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b"),
        expansions=data["abbreviations"],
        articles=re.compile(rf"\b(?:{articles}) (?=\S)"),
        glued=re.compile(
            rf"(?<= )(?:{glued})(?=\w{{3}})|\b(?:{glued})(?=[bcdfghjklmnpqrstvwxz]\w{{3}})|(?<=\bab[uo])l(?= )"
        ),
        arabic_article=re.compile(rf"\b{data['articles']['arabic']}(?=\w\w)"),
        sound=tuple((a, b) for a, b in data["sound"]["rules"]),
        qualifiers=data["qualifiers"],
        digraphs=tuple((a, b) for a, b in data["variants"]["digraphs"]),
        vowels=data["skeleton"]["vowels"],
        fine={ord(a): b for a, b in data["skeleton"]["fine"]},
        coarse={ord(a): b for a, b in data["skeleton"]["coarse"]},
        leading=frozenset(data["articles"]["glued"]),
    )


def leading_articles() -> frozenset[str]:
    """Return the lower-case articles that may begin a name in a sentence ("near al Bab")."""
    return _rules().leading


def _normalise_text(text: str) -> str:
    rules = _rules()
    if "." in text:
        text = _INNER_DOT.sub(" ", text)
    if text.isascii():
        text = text.lower().translate(rules.ascii_table)
    else:
        text = unicodedata.normalize("NFKC", text).lower()
        text = rules.arabic_article.sub(rf"{_ARTICLE} ", text)
        text = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text))
        text = _COMBINING.sub("", text).translate(rules.table)
    text = _EDGES.sub("", _SPACES.sub(" ", text))
    return rules.abbreviations.sub(lambda m: rules.expansions[m.group()], text)


_ARTICLE = "al"  # what the Arabic article is written as, so that the word list of articles drops it


def normalise(name: str) -> str:
    """Return the normal form of a name: lower case, no marks, one script, single spaces; empty for a name of marks only.

    >>> normalise("Abu al-Duhūr"), normalise("Донецьк"), normalise("أبو الظهور"), normalise("St. John's")
    ('abu al duhur', 'donetsk', 'abw al zhwr', 'saint johns')
    """
    return _normalise_text(name[:MAX_NAME].replace("\n", " "))


def normalise_all(names: Sequence[str]) -> list[str]:
    """Return the normal forms of many names, in order; equal to `normalise` of each."""
    out = [""] * len(names)
    for plain in (True, False):
        where = [i for i, name in enumerate(names) if name.isascii() is plain]
        if where:
            lines = [names[i][:MAX_NAME] for i in where]
            text = "\n".join(lines)
            if text.count("\n") != len(where) - 1 or "\r" in text:  # a name with a line break in it
                text = "\n".join(" ".join(line.split()) for line in lines)
            for i, key in zip(where, _normalise_text(text).split("\n"), strict=True):
                out[i] = key
    return out


_IYA = re.compile(r"(?:iy+|i|y)[ae][ht]?\b")
_TA_MARBUTA = re.compile(r"(?<=\w\w[bcdfghjklmnpqrstvwxyz])[aei][ht]\b")
_FINAL_H = re.compile(r"(?<=[aeiou])h\b")
_DOUBLED = re.compile(r"([^\W\d])\1+")


def _sound_text(text: str) -> str:
    rules = _rules()
    text = rules.articles.sub("", text)
    text = rules.glued.sub("", text)
    text = _FINAL_H.sub("", _TA_MARBUTA.sub("a", _IYA.sub("ia", text)))
    text = text.replace(" ", "")
    for old, new in rules.sound:
        text = text.replace(old, new)
    return _DOUBLED.sub(r"\1", text)


def sound_of(normal: str) -> str:
    """Return the sound form of a normal form: no article, no spaces, consonant classes, three vowels, no doubles.

    >>> sound_of(normalise("Ma'arrat al-Nu'man")) == sound_of(normalise("Maarat an Numan"))
    True
    """
    return _sound_text(normal)


def sounds_all(normals: Sequence[str]) -> list[str]:
    """Return the sound forms of many normal forms, in order."""
    return _sound_text("\n".join(normals)).split("\n") if normals else []


def variants_of(normal: str) -> list[str]:
    """Return other normal forms under which a name may be written: digraphs read otherwise, a qualifier translated.

    >>> variants_of("big dhahab"), variants_of("saraqib")
    (['big dahab', 'dhahab kabir', 'dahab kabir'], [])
    """
    rules = _rules()
    first, _, rest = normal.partition(" ")
    forms = [normal, f"{rest} {rules.qualifiers[first]}"] if rest and first in rules.qualifiers else [normal]
    out = []
    for form in forms:
        plain = form
        for old, new in rules.digraphs:
            plain = plain.replace(old, new)
        out += [form, plain]
    return [form for form in dict.fromkeys(out) if form != normal]


def skeletons_of(sounds: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the fine and the coarse consonant skeletons of sound forms; a first vowel is kept as ``a``.

    >>> skeletons_of([sound_of(normalise("Saraqib")), sound_of(normalise("Sarakeb"))])[0]
    ['srkb', 'srkb']
    """
    if not sounds:
        return [], []
    rules = _rules()
    text = re.sub(rf"(?<!^)[{rules.vowels}]", "", "\n".join(sounds), flags=re.MULTILINE)
    text = re.sub(rf"^[{rules.vowels}]", "a", text, flags=re.MULTILINE)
    fine = _DOUBLED.sub(r"\1", text.translate(rules.fine))
    coarse = _DOUBLED.sub(r"\1", fine.translate(rules.coarse))
    return fine.split("\n"), coarse.split("\n")
