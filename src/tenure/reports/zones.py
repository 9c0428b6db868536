"""Time zones as outlets name them: offsets, abbreviations, names of the tz database, "Beirut time", military letters."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from functools import cache

from tenure.errors import ReportError
from tenure.reports.folding import data, fold

__all__ = ["alternatives", "letter_zone", "read_zone", "ruled_zone", "stated_zone", "take_zone"]

_DATABASE = re.compile(r"[A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)+")
_CONTINENTS = ("Asia", "Europe", "Africa", "America")


def alternatives(words: list[str]) -> str:
    """Return a pattern that matches any of the words, the longest first."""
    return "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))


@cache
def _zone_pattern() -> re.Pattern[str]:
    names = alternatives(list(data("calendar")["zones"]))
    offset = r"(?P<sign>[+\-\u2212])\s?(?P<zh>\d{1,2})(?::?(?P<zm>\d\d))?(?!\d)"
    return re.compile(rf"\s*\(?(?:(?<![^\W\d_])(?P<name>{names})(?![^\W\d_])\s*)?(?:{offset})?\)?")


@cache
def _named_patterns() -> tuple[re.Pattern[str], ...]:
    several, ruled = (alternatives(list(data("calendar")[k])) for k in ("zones_several", "zones_ruled"))
    return (
        re.compile(rf"\s*\(?(?P<several>{several})(?![^\W\d_])\)?"),
        re.compile(rf"\s*\(?(?P<ruled>{ruled})(?![^\W\d_])\)?"),
        re.compile(
            r"\s*[(\[]?(?P<key>(?:africa|america|antarctica|asia|atlantic|australia|europe|indian|pacific|etc)/[a-z_+\-0-9/]+)[)\]]?"
        ),
        re.compile(r"\s*\(?(?P<city>[^\W\d_]{3,}(?:[ -][^\W\d_]{3,})?) (?:local )?time\)?"),
    )


_REMARK = re.compile(r"\s*(?:\([^()\d]{2,60}\)|\[[A-Za-z_/+\-]{2,40}\])")
"""What programs write behind an offset: the zone's name."""


def _offset(found: re.Match[str]) -> tzinfo | None:
    minutes = data("calendar")["zones"].get(found["name"], 0)
    if found["sign"]:
        east = int(found["zh"]) * 60 + int(found["zm"] or 0)
        minutes += east if found["sign"] == "+" else -east
    elif not found["name"]:
        return None
    return timezone(timedelta(minutes=minutes)) if abs(minutes) < 24 * 60 else None


def ruled_zone(key: str) -> tzinfo | None:
    """Return a zone of the tz database, whatever the case of its name; None when there is none."""
    from zoneinfo import ZoneInfo

    name = "/".join("_".join(w[:1].upper() + w[1:] for w in part.split("_")) for part in key.split("/"))
    for form in (key, name):
        try:
            return ZoneInfo(form)
        except (KeyError, ValueError, OSError):
            continue
    return None


def letter_zone(letter: str) -> tzinfo | None:
    """Return the zone of a military letter (Z is UTC, A to M east, N to Y west), None for J, the observer's own.

    >>> letter_zone("c").utcoffset(None)
    datetime.timedelta(seconds=10800)
    """
    east, west = "abcdefghiklm", "nopqrstuvwxy"
    letter = letter.lower()
    hours = 0 if letter == "z" else east.find(letter) + 1 or -(west.find(letter) + 1)
    return timezone(timedelta(hours=hours)) if hours or letter == "z" else None


def take_zone(folded: str, at: int) -> tuple[tzinfo | None, int]:
    """Return the zone that stands at a position of a folded line and where it ends; no zone ends where it begins.

    Raises ReportError ``ambiguous_date`` for an abbreviation of several zones, ``bad_timezone`` for a city without one.
    """
    found = _zone_pattern().match(folded, at)
    zone = _offset(found) if found and found.group().strip() else None
    if found and zone:
        end = found.end()
        if found["sign"]:
            remark = _REMARK.match(folded, end)
            end = remark.end() if remark else end
        return zone, end
    for pattern in _named_patterns():
        named = pattern.match(folded, at)
        if named:
            zone = _named(named)
            if zone is not None:
                return zone, named.end()
    return None, at


def _named(found: re.Match[str]) -> tzinfo | None:
    parts = found.groupdict()
    if parts.get("several"):
        offered = " or ".join(data("calendar")["zones_several"][parts["several"]])
        raise ReportError(
            "an abbreviation of several time zones",
            reason="ambiguous_date",
            value=parts["several"].upper(),
            remedy=f"write the offset: {offered}",
        )
    if parts.get("ruled"):
        return ruled_zone(data("calendar")["zones_ruled"][parts["ruled"]])
    if parts.get("key"):
        return ruled_zone(parts["key"])
    city = parts["city"]
    if city in {"local", "the"}:
        return None
    if f"{city} time" in data("calendar")["zones_ruled"]:
        return ruled_zone(data("calendar")["zones_ruled"][f"{city} time"])
    return next((z for c in _CONTINENTS if (z := ruled_zone(f"{c}/{city.title().replace(' ', '_')}"))), None)


def stated_zone(text: str) -> tzinfo | None:
    """Return the zone of a text that is nothing else: ``+03:00``, ``UTC``, ``EET``; None when it is none."""
    folded = fold(text.strip())
    found = _zone_pattern().fullmatch(folded)
    return _offset(found) if found and found.group().strip() else None


def read_zone(text: str) -> tzinfo | None:
    """Return the zone that a text names: ``+03:00``, ``UTC``, ``EET`` or a tz database name; None when it names none.

    >>> read_zone("Europe/Istanbul").key
    'Europe/Istanbul'
    """
    return stated_zone(text) or (ruled_zone(text.strip()) if _DATABASE.fullmatch(text.strip()) else None)
