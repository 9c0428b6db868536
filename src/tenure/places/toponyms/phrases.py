"""A place phrase taken apart: the name itself, and what the words round it do to the point."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from tenure.model import FeatureClass

__all__ = ["Phrase", "bearing_of", "distance_of", "is_broad", "joins", "parse_phrase", "phrase_data", "unit_beside"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a place phrase says: `name` is what to look up, empty for a phrase without a name ("this pocket")."""

    name: str
    bearing: float | None = None
    """Degrees clockwise from north."""
    offset_km: float | None = None
    """Stated distance from the name's place, along `bearing` when there is one."""
    part: bool = False
    """A part of the place ("northern X", "central X")."""
    around: bool = False
    """Its neighbourhood ("near X", "X countryside")."""
    facility: str = ""
    """A thing at or near the place ("X airbase")."""
    unit: FeatureClass | None = None
    """The class that a word of the phrase names ("X governorate")."""
    partner: str = ""
    """The other end of a line ("the road X-Y")."""


@cache
def phrase_data() -> dict[str, Any]:
    """Return the words of data/phrases.toml."""
    return tomllib.loads(files("tenure.places").joinpath("data/phrases.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class _Patterns:
    offset: re.Pattern[str]
    bearing_of: re.Pattern[str]
    bearing: re.Pattern[str]
    inside: re.Pattern[str]
    around_before: re.Pattern[str]
    around_after: re.Pattern[str]
    facility: re.Pattern[str]
    unit_after: re.Pattern[str]
    unit_before: re.Pattern[str]
    line_before: re.Pattern[str]
    line_after: re.Pattern[str]
    joint_of_line: re.Pattern[str]
    broad_before: re.Pattern[str]
    broad_after: re.Pattern[str]
    unit_next: re.Pattern[str]
    unit_of: re.Pattern[str]
    generic: frozenset[str]
    units: dict[str, FeatureClass]


def _words(words: list[str]) -> str:
    return "|".join(re.escape(w).replace(r"\ ", r"[ -]?") for w in sorted(words, key=len, reverse=True))


@cache
def _patterns() -> _Patterns:
    data = phrase_data()
    bearing = _words(list(data["bearing"]))
    around = _words(data["part"]["around"])
    units = {word: FeatureClass(cls) for cls, words in data["unit"].items() for word in words}
    unit = _words(list(units))
    line = _words(data["line"]["words"])
    flags = re.IGNORECASE
    return _Patterns(
        offset=re.compile(
            rf"^(?:(?:about|some|around|roughly|nearly|over|under)\s+)?(\d+(?:[.,]\d+)?)\s*(km|kms|kilomet(?:er|re)s?|miles?|mi|m|met(?:er|re)s?)\s+"
            rf"(?:(?:to\s+the\s+)?({bearing})\s+)?(?:of|from|outside|away\s+from)\s+(.+)$",
            flags,
        ),
        bearing_of=re.compile(rf"^(?:(?:just|to)\s+)?(?:the\s+)?({bearing})\s+(?:of|from)\s+(.+)$", flags),
        bearing=re.compile(rf"^(?:the\s+)?({bearing})\s+(?:part\s+of\s+)?(.+)$", flags),
        inside=re.compile(rf"^(?:the\s+)?(?:{_words(data['part']['inside'])})\s+(.+)$", flags),
        around_before=re.compile(
            rf"^(?:the\s+)?(?:(?:{around})\s+(?:of\s+)?|(?:{_words(data['part']['near'])})\s+)(.+)$", flags
        ),
        around_after=re.compile(rf"^(.+?)(?:['\u2019]s?)?\s+(?:({bearing})\s+)?(?:{around})$", flags),
        facility=re.compile(
            rf"^(.+?)(?:['\u2019]s?)?\s+((?:(?:military|civil|international|central|main)\s+)?(?:{_words(data['facility']['words'])}))$",
            flags,
        ),
        unit_after=re.compile(rf"^(.+?)\s+({unit})$", flags),
        unit_before=re.compile(rf"^(?:the\s+)?({unit})\s+(?:of\s+)?(.+)$", flags),
        line_before=re.compile(rf"^(?:the\s+)?(?P<word>{line})\s+(?:from\s+|between\s+)?(?P<ends>.+)$", flags),
        line_after=re.compile(rf"^(?:the\s+)?(?P<ends>.+?)\s+(?P<word>{line})$", flags),
        joint_of_line=re.compile(r"\s*[-\u2013]\s*|\s+to\s+|\s+and\s+"),
        broad_before=re.compile(rf"(?:\b(?:{bearing})|\brural|\bcountryside\s+of|\bvillages\s+(?:in|of|across))\s+$", flags),
        broad_after=re.compile(rf"(?:['\u2019]s?)?\s+(?:(?:{bearing})\s+)?(?:countryside|villages)\b", flags),
        unit_next=re.compile(rf"\s({unit})\b", flags),
        unit_of=re.compile(rf"\b({unit})\s(?:of\s)?$", flags),
        generic=frozenset(data["generic"]["words"]) | frozenset(data["generic"]["determiners"]),
        units=units,
    )


_TRIM = re.compile(r"^[\s\"'\u201c\u201d\u2018\u2019(\[]+|[\s\"'\u201c\u201d\u2018)\],.;:]+$")
_POSSESSIVE = re.compile(r"['\u2019]s?$")
_METRES = {"m": 0.001, "met": 0.001, "mi": 1.609344}


def _is_generic(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return not words or all(word in _patterns().generic for word in words)


def bearing_of(word: str) -> float:
    """Return the degrees clockwise from north of a word such as "north-eastern"."""
    return float(phrase_data()["bearing"][" ".join(word.lower().replace("-", " ").split())])


def distance_of(number: str, unit: str) -> float:
    """Return the kilometres of a number and its unit."""
    value = float(number.replace(",", "."))
    scale = next((v for k, v in _METRES.items() if unit.lower() == k or (len(k) > 1 and unit.lower().startswith(k))), 1.0)
    return value * scale


def parse_phrase(text: str) -> Phrase:
    """Return a place phrase taken apart; a phrase without a name has an empty `name`.

    >>> parse_phrase("10 km east of Saraqib").offset_km, parse_phrase("10 km east of Saraqib").bearing
    (10.0, 90.0)
    >>> parse_phrase("southern Idlib").name, parse_phrase("this pocket").name, parse_phrase("Taftanaz airbase").facility
    ('Idlib', '', 'airbase')
    """
    text = _TRIM.sub("", text)
    if _is_generic(text):
        return Phrase("")
    patterns = _patterns()
    if match := patterns.offset.match(text):
        number, unit, bearing, rest = match.groups()
        inner = parse_phrase(rest)
        return replace(inner, offset_km=distance_of(number, unit), bearing=bearing_of(bearing) if bearing else None)
    if match := patterns.bearing_of.match(text):
        return replace(parse_phrase(match[2]), bearing=bearing_of(match[1]), around=True)
    if match := patterns.around_before.match(text):
        return replace(parse_phrase(match[1]), around=True)
    if match := patterns.around_after.match(text):
        inner = parse_phrase(match[1])
        return replace(inner, around=True, bearing=bearing_of(match[2]) if match[2] else inner.bearing)
    return _parse_parts(text, patterns)


def _line(text: str, patterns: _Patterns) -> Phrase | None:
    """Return "the road X-Y" or "the X-Y road" as a line from X to Y; None for anything else."""
    if match := patterns.line_before.match(text) or patterns.line_after.match(text):
        word, ends = match["word"].lower(), match["ends"]
        for joint in patterns.joint_of_line.finditer(ends):
            first, second = ends[: joint.start()].strip(), ends[joint.end() :].strip()
            if first[:1].isupper() and second[:1].isupper() and first.lower() not in phrase_data()["line"]["articles"]:
                return Phrase(first, facility=word, partner=second)
    return None


def _parse_parts(text: str, patterns: _Patterns) -> Phrase:
    if match := patterns.bearing.match(text):
        inner = parse_phrase(match[2])
        return replace(inner, bearing=inner.bearing if inner.bearing is not None else bearing_of(match[1]), part=True)
    if match := patterns.inside.match(text):
        return replace(parse_phrase(match[1]), part=True)
    return _line(text, patterns) or _with_noun(text, patterns)


def _with_noun(text: str, patterns: _Patterns) -> Phrase:
    """Return a name with the noun of a facility or unit beside it, or the bare name."""
    if (match := patterns.facility.match(text)) and (inner := parse_phrase(match[1])).name:
        return replace(inner, facility=match[2].lower())
    if (match := patterns.unit_after.match(text)) and (inner := parse_phrase(match[1])).name:
        return replace(inner, unit=patterns.units[match[2].lower().replace("-", " ")])
    if (match := patterns.unit_before.match(text)) and (inner := parse_phrase(match[2])).name:
        return replace(inner, unit=patterns.units[match[1].lower().replace("-", " ")])
    return Phrase(_POSSESSIVE.sub("", text.removeprefix("the ").removeprefix("The ")))


_LONGEST_GAP = 60
"""Characters between two names beyond which they are not one phrase."""
_JOINT_TOKEN = re.compile(r"[^\W\d_]+|[^\w\s]")


def joins(gap: str) -> bool:
    """Return whether the text between two names says that the first lies in the second ("X, Y", "X in the north of Y").

    >>> joins(", "), joins(" in the southern countryside of "), joins(" and "), joins(". ")
    (True, True, False, False)
    """
    if len(gap) > _LONGEST_GAP:
        return False
    data = phrase_data()["joint"]
    tokens = _JOINT_TOKEN.findall(gap.lower())
    bearings = phrase_data()["bearing"]
    return any(token in data["signs"] for token in tokens) and all(
        token in data["signs"] or token in data["fillers"] or token in bearings for token in tokens
    )


def unit_beside(text: str, start: int, end: int) -> FeatureClass | None:
    """Return the class that the words beside a span name ("the village of X", "X district"); None when they name none.

    >>> unit_beside("the village of Duma in Rif Dimashq", 15, 19), unit_beside("Harim district", 0, 5)
    (<FeatureClass.SETTLEMENT: 'settlement'>, <FeatureClass.DISTRICT: 'district'>)
    """
    patterns = _patterns()
    if match := patterns.unit_next.match(text, end):
        return patterns.units[match[1].lower().replace("-", " ")]
    if match := patterns.unit_of.search(text, max(0, start - _LONGEST_GAP), start):
        return patterns.units[match[1].lower().replace("-", " ")]
    return None


def is_broad(text: str, start: int, end: int) -> bool:
    """Return whether the words beside a span take its name for an area ("southern X", "villages in X", "X countryside").

    >>> is_broad("in southern Idlib today", 12, 17), is_broad("captured Idlib today", 9, 14)
    (True, False)
    """
    patterns = _patterns()
    before = patterns.broad_before.search(text, max(0, start - _LONGEST_GAP), start)
    return before is not None or patterns.broad_after.match(text, end) is not None
