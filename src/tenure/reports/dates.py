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
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

from tenure.errors import ReportError
from tenure.reports.daywords import YEARS, clock_of, clock_patterns, day_patterns, days_of, make_day, months, weekdays, words
from tenure.reports.folding import data, fold, fold_mapped
from tenure.reports.undated import not_a_date, unknown_day
from tenure.reports.zones import alternatives, letter_zone, read_zone, take_zone

__all__ = [
    "YEARS",
    "Printed",
    "Stamp",
    "day_first_language",
    "is_yearless",
    "mentioned_day",
    "parse_printed",
    "read_stamp",
    "read_zone",
    "settle",
]

_TAKEN = "\x01"
"""Stands for what has been understood, so that it cannot be read twice."""
_WEEK = 7
_SHORT_LINE = 60
"""Characters of a line in which two digits can be a year."""
_FOUR_DIGITS, _TWO_NUMBERS = re.compile(r"\d{4}"), re.compile(r"\d\D+\d\d|\d{6}")
_AGAIN = re.compile(r"\(\s*\d{1,2}:?\d\d\s*(?:[ap]\.?m\.?\s*)?[a-z]{1,5}\s*\)")
"""The same moment in another zone, behind it."""
_INDIC = re.compile("[\u0660-\u0669\u06f0-\u06f9]")
_EPOCH = re.compile(r"\s*@?([12]\d{9}(?:\d{3}|\d{6})?)(?:\.\d+)?\s*")
"""Seconds since 1970, from 2001 on, or their thousandths or millionths."""
_EPOCH_DIGITS = 10
_SPAN = re.compile(r"\W*\d{1,2}\s*[-\u2013]\s*\d{1,2}\s+[^\W\d_]{3,}")
_LONGEST = 200
"""Characters of a value that can be a date."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment of publication: `precision` is ``time`` or ``day`` (then `at` is midnight UTC of that day)."""

    at: datetime
    precision: str
    local_day: date | None = None
    """The day on the clock of the zone that the stamp states or its file sets; None when that is UTC or no hour is told."""


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
    sharp: bool = False
    """The clock said 24:00, which is a moment and not a day without an hour."""
    fault: ReportError | None = None
    """Why the moment cannot be told, although the day can."""


class _Line:
    """A folded line from which understood parts are taken out; the state is what is still unread."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded, self.origin = fold_mapped(text)
        self.indic = not self.folded.isascii() and bool(_INDIC.search(self.folded))
        """Digits of scripts whose readers all write the day first."""
        self.fault: ReportError | None = None
        if self.indic:
            self.folded = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in self.folded)

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


def _take_label(line: _Line) -> str | None:
    for kind in ("updated", "published", "retrieved"):
        if line.take_all(words(kind)):
            return kind
    return None


def _take_clock(line: _Line) -> tuple[time | None, tzinfo | None, int]:
    """Take the first clock time with its zone; the last value is the days to add, for 24:00."""
    for pattern in clock_patterns():
        found = pattern.search(line.folded)
        if found is None:
            continue
        clock, over = clock_of(found), 0
        if clock is None and int(found["h"]) == 24 and not int(found["m"] or 0):  # noqa: PLR2004 - ISO 8601's end of a day
            clock, over = time(0), 1
        if clock is not None:
            line.take(*found.span())
            try:
                zone, end = take_zone(line.folded, found.end())
            except ReportError as err:  # told where the stamp is used: a line of a story can name such a zone
                line.fault, zone, end = err, None, found.end() + 1 + len(str(err.value))
            line.take(found.end(), end)
            line.take_all(_AGAIN)
            return clock, zone, over
    return None, None, 0


def _find_day(line: _Line) -> re.Match[str] | None:
    if _FOUR_DIGITS.search(line.folded):
        found = next((m for m in (p.search(line.folded) for p in day_patterns()) if m), None)
        if found is not None:
            return found
    if len(line.text) > _SHORT_LINE or not _TWO_NUMBERS.search(line.folded):
        return None
    return next((m for m in (p.search(line.folded) for p in day_patterns(short=True)) if m), None)


def _take_day(line: _Line, found: re.Match[str]) -> tuple[time | None, tzinfo | None]:
    """Take a day out of the line, leaving a clock time inside it; return the clock of a date-time group."""
    parts = found.groupdict()
    if parts.get("inner"):
        line.take(found.start(), found.start("inner"))
        line.take(found.end("inner"), found.end())
        return None, None
    line.take(*found.span())
    if parts.get("h"):
        return time(int(parts["h"]), int(parts["m"])), letter_zone(parts["letter"]) if parts["letter"] else None
    return None, None


def parse_printed(text: str) -> Printed | None:
    """Return the first stamp in a line, None when the line has no day with a year.

    >>> p = parse_printed("Update: 16:26 - 9/02/2018 Cuma")
    >>> p.label, p.days, p.clock, p.rest
    ('updated', (datetime.date(2018, 2, 9),), datetime.time(16, 26), '')
    """
    line = _Line(text)
    label = _take_label(line)
    found = _find_day(line)
    if found is None:
        return None
    days, numeric = days_of(found)
    short = len(found["y"]) == 2  # noqa: PLR2004 - two digits of a year
    clock, zone = _take_day(line, found)
    over = 0
    if clock is None:
        clock, zone, over = _take_clock(line)
    named = line.take_all(words("long"))
    before = line.folded
    named += line.take_all(words("weekdays"))
    line.take_all(words("connectors"))
    rest = line.rest()
    if re.search(r"\w", rest):  # words that mean nothing beside a date mean something in a sentence
        if short:
            return None
        line.folded = before
        rest = line.rest()
    of_week = {weekdays()[w.rstrip(".")] for w in named if w.rstrip(".") in weekdays()}
    fitting = tuple(d for d in days if d.weekday() in of_week)
    if numeric and not fitting and days and line.indic:
        days = days[:1]
    days = tuple(d + timedelta(days=over) for d in (fitting or days))
    return Printed(days, clock, zone, label, rest, text.strip(), numeric, bool(over), line.fault)


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


def settle(
    printed: Printed,
    *,
    zone: tzinfo = UTC,
    day_first: bool | None = None,
    hint: date | None = None,
    latest: date | None = None,
) -> Stamp:
    """Return the moment that a printed stamp means.

    Between two readings decide a `hint` (the day in the address) and `latest` (the day after it was saved).

    Raises ReportError ``bad_date`` when no such day exists, ``ambiguous_date`` when day and month cannot be told apart.
    """
    if printed.fault is not None:
        raise printed.fault
    if not printed.days:
        raise unknown_day(printed.shown)
    if hint in printed.days:
        printed = replace(printed, days=(hint,))
    elif latest and min(printed.days) <= latest:
        printed = replace(printed, days=tuple(d for d in printed.days if d <= latest))
    if len(printed.days) > 1 and day_first is None:
        raise ReportError(
            "day and month can be read either way",
            reason="ambiguous_date",
            value=printed.shown,
            remedy=f"write {' or '.join(map(str, printed.days))}",
        )
    day = printed.days[0 if day_first is not False else -1]
    if printed.clock in {None, time(0)} and not printed.sharp:
        return Stamp(datetime.combine(day, time(0), UTC), "day")
    moment = datetime.combine(day, printed.clock or time(0), printed.zone or zone)
    return Stamp(moment.astimezone(UTC), "time", day if moment.utcoffset() else None)


def read_stamp(
    text: str,
    *,
    zone: tzinfo = UTC,
    day_first: bool | None = None,
    hint: date | None = None,
    latest: date | None = None,
) -> Stamp:
    """Return the moment that a value such as a front matter date states; the whole value must be a date.

    Raises ReportError: ``bad_date`` when it is none, ``ambiguous_date`` when it can be two.

    >>> read_stamp("2018-02-09T16:16:00+03:00").at.isoformat()
    '2018-02-09T13:16:00+00:00'
    >>> read_stamp("Friday, 9/02/2018").precision
    'day'
    """
    if len(text) > _LONGEST:
        raise not_a_date(text)
    counted = _EPOCH.fullmatch(fold(text))
    if counted:
        seconds = int(counted[1]) / 10 ** (len(counted[1]) - _EPOCH_DIGITS)
        return Stamp(datetime.fromtimestamp(int(seconds), UTC), "time")
    if _SPAN.match(fold(text)):
        raise not_a_date(text)
    printed = parse_printed(text)
    if printed is not None and re.search(r"\w", printed.rest):
        printed = _before_update(text)
    if printed is None or re.search(r"\w", printed.rest):
        raise not_a_date(text)
    return settle(printed, zone=zone, day_first=day_first, hint=hint, latest=latest)


def _before_update(text: str) -> Printed | None:
    """Return the stamp of a value that states its update behind it: "09.02.2018 - Updated: 10.02.2018"."""
    labels = alternatives([fold(w) for w in data("page")["labels"]["updated"]])
    parts = re.split(rf"(?<!\w)(?:{labels})(?!\w)", fold(text), maxsplit=1)
    if len(parts) == 1 or not re.search(r"\d", parts[0]):
        return None
    return parse_printed(parts[0])


@cache
def _mention_patterns() -> tuple[re.Pattern[str], ...]:
    month = rf"(?<![^\W\d_])(?P<mon>{alternatives(list(months()))})(?![^\W\d_])"
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
        named = (make_day(day.year, months()[m["mon"]], int(m["d"])) for m in found)
        near |= {day for other in named if other and 0 <= (day - other).days <= _WEEK}
    return near.pop() if len(near) == 1 else None


def day_first_language(language: str) -> bool | None:
    """Return True where numeric dates are day first by custom, None where custom does not decide (English, unknown)."""
    return True if language in data("calendar")["order"]["day_first"] else None
