"""Patterns of days and clock times in the languages of the calendar's data; text is folded before they look at it."""

from __future__ import annotations

import re
from datetime import date, time
from functools import cache

from tenure.reports.folding import data, fold
from tenure.reports.zones import alternatives

__all__ = ["YEARS", "clock_of", "clock_patterns", "day_patterns", "days_of", "make_day", "months", "weekdays", "words"]

YEARS = range(1900, 2201)
"""Years in which a report can have been published: nothing else is a stamp, and days can be counted from all of them."""
_NOON = 12
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_KOREAN = tuple(map(fold, "\ub144\uc6d4\uc77c"))
"""Year, month, day, in the parts that folding takes syllables to."""
_PIVOT = 70
"""Two digits from here on are a year of the last century: nothing that is read was published before 1970 or after 2069 in
two digits."""


def _table(name: str) -> dict[str, int]:
    return {fold(form): at for forms in data("calendar")[name].values() for at, same in enumerate(forms) for form in same}


@cache
def months() -> dict[str, int]:
    """Return the number of the month by its folded name."""
    return {name: at + 1 for name, at in _table("months").items()}


@cache
def weekdays() -> dict[str, int]:
    """Return the number of the weekday, Monday 0, by its folded name."""
    return _table("weekdays")


def _month(group: str) -> str:
    return rf"(?<![^\W\d_])(?P<{group}>{alternatives(list(months()))})(?![^\W\d_])\.?"


@cache
def day_patterns(*, short: bool = False) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a day with its year, by precedence; `short`: of those with a year of two digits."""
    month = rf"{_month('mon')}(?:\s*[/(]\s*{_month('mon2')}\s*\)?)?"
    day = r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|er|eme|e|a|an|o|\.|\u00ba|\u00aa|-?\u0433\u043e|-?\u0435)?(?![^\W\d_]{3}\d)"
    year = r"(?<!\d)['\u2019\u2018]?(?P<y>\d{2})(?![\d:])(?!\.\d)" if short else r"(?P<y>\d{4})(?!\d)"
    inner = r"(?P<inner>\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?(?:\s*[ap]\.?m\.?)?(?:\s+[a-z]{1,5}|\s+[+-]\d\d:?\d\d)?)\s+"
    worded = (
        re.compile(rf"{day}[\s./-]*(?:de\s+|d'|of\s+)?{month}[\s,./-]*(?:del?\s+|of\s+)?{year}(?::(?=\d\d:))?"),
        re.compile(rf"{month}[\s,-]*{day}\s*(?:,|\.|\s|-)\s*{year}"),
        re.compile(rf"{month}\s+{day},?\s+{inner}{year}"),
        re.compile(
            r"(?<!\d)(?P<d>\d\d)(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)\s?(?P<letter>[a-z])?\s?"
            rf"(?P<mon>{alternatives(list(months()))})\s?{year}"
        ),
    )
    if short:
        numbers = r"(?<![\d./-])(?P<a>\d{1,2})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<y>\d\d)(?![\d:]|[./-]\d)"
        return (*worded, re.compile(numbers))
    return (
        re.compile(r"(?<!\d)(?P<y>\d{4})\s?(?P<sep>[-./])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<d>\d{1,2})(?!\d)\.?"),
        re.compile(r"(?<![\w-])(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?=t\d|\d{4,6}(?!\d)|$)"),
        re.compile(
            rf"(?<!\d)(?P<y>\d{{4}})\s?(?:\u5e74|{_KOREAN[0]})\s?(?P<m>\d{{1,2}})\s?(?:\u6708|{_KOREAN[1]})\s?"
            rf"(?P<d>\d{{1,2}})\s?(?:\u65e5|{_KOREAN[2]})"
        ),
        *worded,
        re.compile(rf"(?<!\d)(?P<y>\d{{4}})[\s,./-]+{month}[\s./-]*{day}(?!\d)"),
        re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})[\s./-]+(?P<roman>{alternatives(list(_ROMAN))})[\s./-]+(?P<y>\d{{4}})(?!\d)"),
        re.compile(r"(?<!\d)(?P<y>\d{4})-?w(?P<week>\d\d)-?(?P<weekday>[1-7])(?!\d)"),
        re.compile(r"(?<![\d./-])(?P<a>\d{1,2})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<y>\d{4})(?!\d)"),
    )


@cache
def clock_patterns() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a clock time, by precedence."""
    halves = data("calendar")["halves"]
    half = rf"(?P<half>{alternatives([fold(h) for h in halves['am'] + halves['pm']])})(?![^\W\d_])"
    return (
        re.compile(rf"(?<![\d:])t?(?P<h>\d{{1,2}})[:h](?P<m>\d\d)(?::(?P<s>\d\d)(?:[.,]\d+)?)?(?!\d)(?:\s*{half})?"),
        re.compile(rf"(?<![\d:])(?P<h>\d{{1,2}})\.(?P<m>\d\d)(?:\.(?P<s>\d\d))?(?!\d)(?:\s*{half})?"),
        re.compile(r"(?<![^\W\d_])t(?P<h>\d\d)(?P<m>\d\d)(?P<s>\d\d)?(?!\d)"),
        re.compile(r"(?<![\d:])(?P<h>\d{1,2})\s?(?:h|uhr|u)\s?(?P<m>\d\d)?(?![^\W_])"),
        re.compile(
            r"(?<![\d:])(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?P<s>[0-5]\d)?"
            r"(?=\s?(?:gmt|utc|z|hrs|hours|[a-z]{3,4}t)(?!\w)|(?<=\x01\d{4})$|(?<=\x01\d{6})$)"
        ),
        re.compile(rf"(?<![\d:])(?P<h>\d{{1,2}})\s*{half}"),
    )


def make_day(year: int, month: int, day: int) -> date | None:
    """Return a day, None when there is none such or its year is outside YEARS."""
    if year not in YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004 - two digits of a year
        return year
    return year + (1900 if year >= _PIVOT else 2000)


def days_of(found: re.Match[str]) -> tuple[tuple[date, ...], bool]:
    """Return the days that a match can mean, day-first reading first, and whether its order is open."""
    parts = found.groupdict()
    year = _year(parts["y"])
    if "week" in parts:
        try:
            return (date.fromisocalendar(year, int(parts["week"]), int(parts["weekday"])),), False
        except ValueError:
            return (), False
    if "a" not in parts:
        if parts.get("mon2") and months()[parts["mon"]] != months()[parts["mon2"]]:
            return (), False
        month = months()[parts["mon"]] if parts.get("mon") else int(parts.get("m") or 0)
        if parts.get("roman"):
            month = _ROMAN.index(parts["roman"]) + 1
        only = make_day(year, month, int(parts["d"]))
        return ((only,) if only else ()), False
    first, second = int(parts["a"]), int(parts["b"])
    both = [make_day(year, second, first)]
    if parts["sep"] != ".":
        both.append(make_day(year, first, second))
    if parts["sep"] == "-" and len(parts["y"]) == 2 == len(parts["a"]):  # noqa: PLR2004 - 18-02-09, as ISO 8601
        both.append(make_day(_year(parts["a"]), second, int(parts["y"])))
    return tuple(dict.fromkeys(d for d in both if d)), True


def clock_of(found: re.Match[str]) -> time | None:
    """Return the clock time of a match; 24:00 is none here."""
    parts = found.groupdict()
    hour, half = int(parts["h"]), parts.get("half")
    if half and 1 <= hour <= _NOON:
        late = half in {fold(h) for h in data("calendar")["halves"]["pm"]}
        hour = hour % _NOON + (_NOON if late else 0)
    try:
        return time(hour, int(parts.get("m") or 0), int(parts.get("s") or 0))
    except ValueError:
        return None


@cache
def words(kind: str) -> re.Pattern[str]:
    """Return the pattern of words beside a date: ``weekdays``, ``long`` ones alone, ``connectors``, or a kind of label."""
    if kind in {"weekdays", "long"}:
        english = {fold(f) for forms in data("calendar")["weekdays"]["en"] for f in forms}
        names = [w for w in weekdays() if kind == "weekdays" or len(w) > 3 or w in english]  # noqa: PLR2004 - shorter ones are words
        return re.compile(rf"(?<!\w)(?:{alternatives(names)})(?!\w)\.?")
    if kind == "connectors":
        return re.compile(rf"(?<!\w)(?:{alternatives([fold(w) for w in data('calendar')['connectors']['words']])})(?!\w)")
    return re.compile(
        rf"^[\W_]*(?:{alternatives([fold(w) for w in data('page')['labels'][kind]])})(?!\w)\s*[:\uff1a\-\u2013]*"
    )
