"""Packs of languages that are read without a parser: word lists of a TOML file, compiled when such a report is there."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tenure.claims.shallow.folding import fold_words
from tenure.errors import InputError

__all__ = ["Pack", "Pattern", "compile_words_pack", "load_words_pack", "words_digest", "words_languages"]

Pattern = re.Pattern[str]
_LANGUAGES = ("ar", "ru", "tr", "uk")
_FAMILIES = ("semitic", "slavic", "turkic")
_NEVER = re.compile(r"(?!)")
_BEFORE = {"semitic": r"(?P<pre>[وف]?(?:بال|كال|لل|ال|[بلس])?)"}
_AFTER = {"turkic": r"(?:'\w+)?"}


class _Words(dict[str, Pattern]):
    """Patterns by name; a list that a pack has not is one that nothing matches."""

    def __missing__(self, key: str) -> Pattern:
        return _NEVER


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A way to say an event: its frame says which of its neighbours act and which are places."""

    event: str
    frame: str
    pattern: Pattern


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """The compiled word lists of a language; `words` are patterns by dotted name, such as ``place.nouns``."""

    language: str
    family: str
    digest: str
    ways: tuple[Phrasing, ...]
    words: dict[str, Pattern]
    months: tuple[Pattern, ...]
    weekdays: tuple[Pattern, ...]
    numbers: dict[str, int]
    number: Pattern
    counts: dict[str, Pattern]
    compounds: frozenset[str]


def words_languages() -> tuple[str, ...]:
    """Return the languages that have such a pack.

    >>> words_languages()
    ('ar', 'ru', 'tr', 'uk')
    """
    return _LANGUAGES


@cache
def words_digest(language: str) -> str:
    """Return what tells one state of a pack from another, without compiling it."""
    return hashlib.sha256(_file(language)).hexdigest()[:12]


def _file(language: str) -> bytes:
    return files("tenure.claims.shallow").joinpath("data", f"{language}.toml").read_bytes()


@cache
def load_words_pack(language: str) -> Pack:
    """Return the pack of a language; one that there is none for raises InputError."""
    if language not in _LANGUAGES:
        raise InputError("no language pack", value=language, remedy=f"use one of {', '.join(_LANGUAGES)}")
    return compile_words_pack(_file(language))


def compile_words_pack(data: bytes) -> Pack:
    """Return a pack compiled from the bytes of its file; InputError without predicates or where a verb stands twice."""
    table = tomllib.loads(data.decode("utf-8"))
    if not table.get("predicate"):
        raise InputError(
            "a language pack has no predicate", value=table.get("language", "unnamed"), remedy="add [[predicate]]"
        )
    family = table.get("family")
    if family not in _FAMILIES:
        raise InputError("a language pack has no family", value=family, remedy=f"use one of {', '.join(_FAMILIES)}")
    _refuse_doubles(table["predicate"])
    shape = _Shape(family)
    words = _Words(
        {
            f"{section}.{key}": shape.any_of(values)
            for section in ("actor", "place", "speech", "stance", "dates")
            for key, values in table.get(section, {}).items()
        }
    )
    numbers = {fold_words(k, turkic=shape.turkic): v for k, v in table["numbers"]["words"].items()}
    words.update({f"numbers.{k}": shape.any_of(v) for k, v in table["numbers"].items() if k != "words"})
    return Pack(
        language=table["language"],
        family=family,
        digest=hashlib.sha256(data).hexdigest()[:12],
        ways=tuple(Phrasing(p["event"], p["frame"], shape.any_of(p["words"])) for p in table["predicate"]),
        words=words,
        months=tuple(shape.any_of([m]) for m in table["dates"]["months"]),
        weekdays=tuple(shape.any_of([d]) for d in table["dates"]["weekdays"]),
        numbers=numbers,
        number=re.compile(rf"(?<![\w.,])(?:\d+(?:[., ]\d{{3}})*(?:[.,]\d+)?|{'|'.join(map(re.escape, numbers))})(?!\w)"),
        counts={k: shape.any_of(v) for k, v in table["counts"].items()},
        compounds=frozenset(fold_words(w) for w in table["place"].get("compound", ())),
    )


def _refuse_doubles(predicates: list[dict[str, Any]]) -> None:
    seen: dict[str, str] = {}
    for entry in predicates:
        for word in entry["words"]:
            if word in seen:
                raise InputError(
                    "a language pack says a verb twice",
                    value=f"{word} ({seen[word]} and {entry['event']})",
                    remedy="leave it in one list",
                )
            seen[word] = entry["event"]


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the entries of a family's word lists become patterns."""

    family: str

    @property
    def turkic(self) -> bool:
        return self.family == "turkic"

    def any_of(self, entries: list[str]) -> Pattern:
        """Return a pattern of whole words; particles before an Arabic word are in its group ``pre``."""
        if not entries:
            return _NEVER
        ways = sorted((self._entry(e) for e in entries), key=lambda e: -len(e))
        return re.compile(rf"(?<!\w){_BEFORE.get(self.family, '')}(?:{'|'.join(ways)}){_AFTER.get(self.family, '')}(?!\w)")

    def _entry(self, entry: str) -> str:
        parts = []
        for word in entry.split():
            if word == "..":
                parts.append(r"(?:[\w'-]+\s+){0,3}")
            elif "\\" in word:
                parts.append(word.replace("(", "(?:") + r"\s+")
            else:
                folded = fold_words(word, turkic=self.turkic).replace("(", "(?:").replace("*", r"[\w]*")
                parts.append(folded + r"\s+")
        return "".join(parts).removesuffix(r"\s+")
