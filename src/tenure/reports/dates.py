"""Time stamps as outlets print them: "16:16 - 9/02/2018 Cuma", "Feb 9, 2018 at 4:16 PM", "9 февраля 2018", ISO 8601.

Rules of this module
 1. A stamp is a day with a year, perhaps with a clock time, a weekday, a zone and a label; what is left is its `rest`.
 2. A numeric day such as 9/02/2018 has two readings. The weekday beside it decides; else a number above 12; else dots
    (9.02.2018 is day first everywhere); else what the caller knows (`day_first`); else it stays ambiguous and is refused.
 3. Without a clock time the stamp has the precision of a day and stands at midnight UTC: no hour is made up. So it is at
    00:00 sharp, which is how content systems write a day, and which in UTC would often be the day before.
 4. Without a zone the caller's zone holds (UTC unless the report says otherwise).
 5. Years before 1900 and after 2200 are refused: nothing that this package reads was published then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache

from tenure.errors import ReportError
from tenure.reports.folding import data, fold, fold_mapped

__all__ = [
    "YEARS",
    "Printed",
    "Stamp",
    "day_first_language",
    "day_of_address",
    "is_yearless",
    "mentioned_day",
    "parse_printed",
    "read_stamp",
    "read_zone",
    "settle",
]

YEARS = range(1900, 2201)
"""Years in which a report can have been published: nothing else is a stamp, and days can be counted from all of them."""

_TAKEN = "\x01"
"""Stands for what has been understood, so that it cannot be read twice."""
_NOON = 12
_WEEK = 7
_LONGEST = 200
"""Characters of a value that can be a date."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment of publication: `precision` is ``time`` or ``day`` (then `at` is midnight UTC of that day)."""

    at: datetime
    precision: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A stamp as printed: the days it can mean (none when no such day exists), what else it says, the rest."""

    days: tuple[date, ...]
    clock: time | None
    zone: tzinfo | None
    label: str | None
    """``published``, ``updated``, ``retrieved`` or None."""
    rest: str
    shown: str
    numeric: bool = False


def _table(name: str) -> dict[str, int]:
    return {fold(form): at for forms in data("calendar")[name].values() for at, same in enumerate(forms) for form in same}


@cache
def _months() -> dict[str, int]:
    return {name: at + 1 for name, at in _table("months").items()}


@cache
def _weekdays() -> dict[str, int]:
    return _table("weekdays")


def _any(words: list[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    month = rf"(?<![^\W\d_])(?P<mon>{_any(list(_months()))})(?![^\W\d_])\.?"
    day = r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.|º|-?\u0433\u043e|-?\u0435)?"
    year = r"(?P<y>\d{4})(?!\d)"
    return (
        re.compile(r"(?<!\d)(?P<y>\d{4})(?P<sep>[-./])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)"),
        re.compile(r"(?<![\w-])(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?=t\d|$)"),
        re.compile(rf"{day}[\s-]*(?:de\s+|d'|of\s+)?{month}[\s,-]*(?:del?\s+)?{year}"),
        re.compile(rf"{month}[\s-]*{day}\s*(?:,|\s)\s*{year}"),
        re.compile(r"(?<![\d./-])(?P<a>\d{1,2})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<y>\d{4})(?!\d)"),
    )


@cache
def _clock_patterns() -> tuple[re.Pattern[str], ...]:
    halves = data("calendar")["halves"]
    half = rf"(?P<half>{_any([fold(h) for h in halves['am'] + halves['pm']])})(?![^\W\d_])"
    return (
        re.compile(rf"(?<![\d:])t?(?P<h>\d{{1,2}})[:.h](?P<m>\d\d)(?::(?P<s>\d\d)(?:[.,]\d+)?)?(?!\d)(?:\s*{half})?"),
        re.compile(r"(?<![^\W\d_])t(?P<h>\d\d)(?P<m>\d\d)(?P<s>\d\d)?(?!\d)"),
        re.compile(rf"(?<![\d:])(?P<h>\d{{1,2}})\s*{half}"),
    )


@cache
def _zone_pattern() -> re.Pattern[str]:
    names = _any(list(data("calendar")["zones"]))
    offset = r"(?P<sign>[+\-\u2212])(?P<zh>\d{1,2})(?::?(?P<zm>\d\d))?(?!\d)"
    return re.compile(rf"\s*\(?(?:(?<![^\W\d_])(?P<name>{names})(?![^\W\d_])\s*)?(?:{offset})?\)?")


def _day(year: int, month: int, day: int) -> date | None:
    if year not in YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _days(found: re.Match[str]) -> tuple[tuple[date, ...], bool]:
    """Return the days that a match can mean, day-first reading first, and whether its order is open."""
    parts = found.groupdict()
    year = int(parts["y"])
    if "a" not in parts:
        month = _months()[parts["mon"]] if "mon" in parts else int(parts["m"])
        only = _day(year, month, int(parts["d"]))
        return ((only,) if only else ()), False
    first, second = int(parts["a"]), int(parts["b"])
    both = [_day(year, second, first)]
    if parts["sep"] != ".":
        both.append(_day(year, first, second))
    return tuple(dict.fromkeys(d for d in both if d)), True


def _clock(found: re.Match[str]) -> time | None:
    parts = found.groupdict()
    hour, half = int(parts["h"]), parts.get("half")
    if half:
        late = half in {fold(h) for h in data("calendar")["halves"]["pm"]}
        if not 1 <= hour <= _NOON:
            return time(hour, int(parts.get("m") or 0)) if hour < 24 else None  # noqa: PLR2004 - hours of a day
        hour = hour % _NOON + (_NOON if late else 0)
    try:
        return time(hour, int(parts.get("m") or 0), int(parts.get("s") or 0))
    except ValueError:
        return None


def read_zone(text: str) -> tzinfo | None:
    """Return the zone that a text names: ``+03:00``, ``UTC``, ``EET`` or a tz database name; None when it names none.

    >>> read_zone("Europe/Istanbul").key
    'Europe/Istanbul'
    """
    from zoneinfo import ZoneInfo

    found = _zone_pattern().fullmatch(fold(text.strip()))
    if found and found.group().strip():
        return _zone(found)
    try:
        return ZoneInfo(text.strip()) if re.fullmatch(r"[A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)+", text.strip()) else None
    except (KeyError, ValueError, OSError):
        return None


def _zone(found: re.Match[str]) -> tzinfo | None:
    minutes = data("calendar")["zones"].get(found["name"], 0)
    if found["sign"]:
        east = int(found["zh"]) * 60 + int(found["zm"] or 0)
        minutes += east if found["sign"] == "+" else -east
    elif not found["name"]:
        return None
    return timezone(timedelta(minutes=minutes)) if abs(minutes) < 24 * 60 else None


class _Line:
    """A folded line from which understood parts are taken out; the state is what is still unread."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded, self.origin = fold_mapped(text)

    def take(self, start: int, end: int) -> None:
        self.folded = self.folded[:start] + _TAKEN * (end - start) + self.folded[end:]

    def take_all(self, pattern: re.Pattern[str]) -> list[str]:
        found = list(pattern.finditer(self.folded))
        for match in found:
            self.take(*match.span())
        return [m.group() for m in found]

    def rest(self) -> str:
        kept = sorted({i for i, c in zip(self.origin, self.folded, strict=True) if c != _TAKEN})
        pieces = "".join(
            self.text[i] if i - 1 == before else f" {self.text[i]}" for before, i in zip([-2, *kept], kept, strict=False)
        )
        return re.sub(r"\s+", " ", pieces).strip(" \t,;:|\u2013\u2014-\u00b7\u2022()[]./")


@cache
def _words(kind: str) -> re.Pattern[str]:
    if kind == "weekdays":
        return re.compile(rf"(?<!\w)(?:{_any(list(_weekdays()))})(?!\w)\.?")
    if kind == "connectors":
        return re.compile(rf"(?<!\w)(?:{_any([fold(w) for w in data('calendar')['connectors']['words']])})(?!\w)")
    return re.compile(rf"^[\W_]*(?:{_any([fold(w) for w in data('page')['labels'][kind]])})(?!\w)\s*[:：\-–]*")  # noqa: RUF001 - the full-width colon is meant


def _take_label(line: _Line) -> str | None:
    for kind in ("updated", "published", "retrieved"):
        if line.take_all(_words(kind)):
            return kind
    return None


def _take_clock(line: _Line) -> tuple[time | None, tzinfo | None]:
    for pattern in _clock_patterns():
        found = pattern.search(line.folded)
        clock = _clock(found) if found else None
        if found and clock:
            line.take(*found.span())
            behind = _zone_pattern().match(line.folded, found.end())
            zone = _zone(behind) if behind and behind.group().strip() else None
            if behind and zone:
                line.take(*behind.span())
            return clock, zone
    return None, None


def parse_printed(text: str) -> Printed | None:
    """Return the first stamp in a line, None when the line has no day with a year.

    >>> p = parse_printed("Update: 16:26 - 9/02/2018 Cuma")
    >>> p.label, p.days, p.clock, p.rest
    ('updated', (datetime.date(2018, 2, 9),), datetime.time(16, 26), '')
    """
    line = _Line(text)
    label = _take_label(line)
    found = next((m for m in (p.search(line.folded) for p in _patterns()) if m), None)
    if found is None:
        return None
    days, numeric = _days(found)
    line.take(*found.span())
    clock, zone = _take_clock(line)
    named = {_weekdays()[w.rstrip(".")] for w in line.take_all(_words("weekdays")) if w.rstrip(".") in _weekdays()}
    fitting = tuple(d for d in days if d.weekday() in named)
    before = line.folded
    line.take_all(_words("connectors"))
    rest = line.rest()
    if re.search(r"\w", rest):  # words that mean nothing beside a date mean something in a sentence
        line.folded = before
        rest = line.rest()
    return Printed(fitting or days, clock, zone, label, rest, text.strip(), numeric)


def is_yearless(text: str) -> bool:
    """Return whether a line is a day and month without a year, perhaps with a clock time: it dates nothing by itself.

    >>> is_yearless("21 Jan, 12:34"), is_yearless("21 January 2018"), is_yearless("May")
    (True, False, False)
    """
    line = _Line(text)
    _take_clock(line)
    bare = line.rest()
    if not re.search(r"\d", bare) or re.search(r"\d{3}", bare):
        return False
    printed = parse_printed(f"{bare} 2000")  # a leap year, for 29 February
    return printed is not None and not re.search(r"\w", printed.rest)


def settle(printed: Printed, *, zone: tzinfo = UTC, day_first: bool | None = None, hint: date | None = None) -> Stamp:
    """Return the moment that a printed stamp means; a `hint` (the day in the address) decides between two readings.

    Raises ReportError ``bad_date`` when no such day exists, ``ambiguous_date`` when day and month cannot be told apart.
    """
    if not printed.days:
        raise ReportError(
            "no such date",
            reason="bad_date",
            value=printed.shown,
            remedy="write published_at as YYYY-MM-DD, year 1900 to 2200",
        )
    if hint in printed.days:
        printed = replace(printed, days=(hint,))
    if len(printed.days) > 1 and day_first is None:
        raise ReportError(
            "day and month can be read either way",
            reason="ambiguous_date",
            value=printed.shown,
            remedy="write published_at as YYYY-MM-DD",
        )
    day = printed.days[0 if day_first is not False else -1]
    if printed.clock in {None, time(0)}:
        return Stamp(datetime.combine(day, time(0), UTC), "day")
    return Stamp(datetime.combine(day, printed.clock or time(0), printed.zone or zone).astimezone(UTC), "time")


def read_stamp(text: str, *, zone: tzinfo = UTC, day_first: bool | None = None, hint: date | None = None) -> Stamp:
    """Return the moment that a value such as a front matter date states; the whole value must be a date.

    Raises ReportError: ``bad_date`` when it is none, ``ambiguous_date`` when it can be two.

    >>> read_stamp("2018-02-09T16:16:00+03:00").at.isoformat()
    '2018-02-09T13:16:00+00:00'
    >>> read_stamp("Friday, 9/02/2018").precision
    'day'
    """
    printed = parse_printed(text) if len(text) <= _LONGEST else None
    if printed is None or re.search(r"\w", printed.rest):
        raise ReportError(
            "not a date", reason="bad_date", value=text, remedy="write it as YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ"
        )
    return settle(printed, zone=zone, day_first=day_first, hint=hint)


def day_of_address(url: str | None) -> date | None:
    """Return the day that an address names between slashes or dashes, None when it names none.

    >>> day_of_address("https://news.example.org/2018/02/09/town")
    datetime.date(2018, 2, 9)
    """
    found = re.search(r"(?<!\d)((?:19|20)\d\d)([-/])(\d{1,2})\2(\d{1,2})(?!\d)", url or "")
    return _day(int(found[1]), int(found[3]), int(found[4])) if found else None


@cache
def _mention_patterns() -> tuple[re.Pattern[str], ...]:
    month = rf"(?<![^\W\d_])(?P<mon>{_any(list(_months()))})(?![^\W\d_])"
    return (
        re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:de\s+|of\s+)?{month}"),
        re.compile(rf"{month}\.?\s+(?P<d>\d{{1,2}})(?!\d)"),
    )


def mentioned_day(text: str, days: tuple[date, ...]) -> date | None:
    """Return the one of `days` that a day and month in the text speaks for: named there, or up to a week before it.

    >>> mentioned_day("The army advanced on Thursday, 11 January.", (date(2018, 1, 11), date(2018, 11, 1)))
    datetime.date(2018, 1, 11)
    """
    folded = fold(text)
    found = [m for pattern in _mention_patterns() for m in pattern.finditer(folded)]
    near = set()
    for day in days:
        named = (_day(day.year, _months()[m["mon"]], int(m["d"])) for m in found)
        near |= {day for other in named if other and 0 <= (day - other).days <= _WEEK}
    return near.pop() if len(near) == 1 else None


def day_first_language(language: str) -> bool | None:
    """Return True where numeric dates are day first by custom, None where custom does not decide (English, unknown)."""
    return True if language in data("calendar")["order"]["day_first"] else None
