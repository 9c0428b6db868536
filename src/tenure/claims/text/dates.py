"""Date expressions as intervals: a small grammar over the words of the pack.

Rules
 1. Days are half-open intervals [start, end). `published` anchors "today", weekdays and "the last week".
 2. `running` (the date that the narrative has reached) anchors "the next day", "two days later", "the previous 48 hours".
 3. A day and month without a year is the one nearest to `running`, else the last one not after publication.
 4. "since D" lasts until publication or `running`; "by D" is D, or from an earlier bound to D.
 5. A date that does not exist (31 February) is no date.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tenure.claims.text.date_words import DateSpan, Grammar, Interval, find_dates, grammar_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenure.claims.packs import LanguagePack

__all__ = ["DateSpan", "Interval", "find_dates", "resolve"]

_DAY = timedelta(days=1)


_FUTURE_DAYS = 31  # a bare "28 October" may lie this far after publication (a plan) before it means last year's


def _day(year: int, month: int, day: int) -> Interval | None:
    try:
        start = date(year, month, day)
    except ValueError:
        return None
    return Interval(start, start + _DAY)


def _month(year: int, month: int, part: str = "") -> Interval | None:
    if not 1 < year < 9998:  # noqa: PLR2004 - the calendar's own bounds
        return None
    start = date(year, month, 1)
    end = date(year + month // 12, month % 12 + 1, 1)
    return _thirds(Interval(start, end), part)


def _thirds(whole: Interval, part: str) -> Interval:
    days = (whole.end - whole.start).days
    if part.startswith(("early", "beginning")):
        return Interval(whole.start, whole.start + timedelta(days=days // 3))
    if part.startswith("mid"):
        return Interval(whole.start + timedelta(days=days // 3), whole.start + timedelta(days=2 * days // 3))
    if part.startswith(("late", "end")):
        return Interval(whole.start + timedelta(days=2 * days // 3), whole.end)
    return whole


def resolve(span: DateSpan, published: date, running: Interval | None, pack: LanguagePack) -> Interval | None:
    """Return the interval that a date expression means, None when it means no date that exists.

    >>> from tenure.claims.packs import load_pack
    >>> en = load_pack("en")
    >>> resolve(find_dates("since 22 October", en)[0], date(2017, 10, 24), None, en).start
    datetime.date(2017, 10, 22)
    """
    try:
        return _RESOLVERS[span.rule](span, published, running, grammar_of(pack))
    except (OverflowError, ValueError):
        return None


def _year_of(month: int, day: int, published: date, running: Interval | None) -> int:
    """Return the year of a day and month that the text leaves out."""
    if running is not None and running.explicit:
        latest = published + timedelta(days=_FUTURE_DAYS)
        years = [
            y
            for y in (running.start.year - 1, running.start.year, running.start.year + 1)
            if date(y, month, min(day, 28)) <= latest
        ]
        return min(years, key=lambda y: abs((date(y, month, min(day, 28)) - running.start).days), default=running.start.year)
    near = published + timedelta(days=_FUTURE_DAYS)
    return (
        published.year
        - (date(published.year, month, min(day, 28)) > near)
        + (0 if near.year == published.year else date(near.year, month, min(day, 28)) <= near)
    )


def _resolve_day(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    month, day = g.months[span.part("month").lower().rstrip(".")], int(span.part("day"))
    year = int(span.part("year")) if span.part("year") else _year_of(month, day, published, running)
    return _day(year, month, day)


def _resolve_iso(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    del running, g
    year = int(span.part("year"))
    if len(span.part("year")) == 2:  # noqa: PLR2004 - "20.01.18": of the last hundred years
        year += published.year // 100 * 100
        year -= 100 * (year > published.year)
    return _day(year, int(span.part("m")), int(span.part("day")))


def _resolve_ordinal(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    """Read "the 9th": of the month that the narrative is in."""
    anchor = running.start if running else published
    return _day(anchor.year, anchor.month, int(span.part("day"))) if g else None


def _resolve_month(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    month = g.months[span.part("month").lower()]
    year = int(span.part("year")) if span.part("year") else _year_of(month, 1, published, running)
    return _month(year, month, span.part("part").lower())


def _resolve_year(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    del published, running, g
    year = int(span.part("year"))
    return _thirds(Interval(date(year, 1, 1), date(year + 1, 1, 1)), span.part("part").lower())


def _bare(
    text: str, published: date, running: Interval | None, g: Grammar, *, like: Interval | None = None
) -> Interval | None:
    """Read one date of a pair; a bare day number borrows month and year from its partner."""
    text = text.strip().lower()
    for name, rule in g.rules:
        if name in {"day", "month", "year", "weekday"}:
            prefix = "in " if name in {"month", "year"} else ""
            mark = rule.fullmatch(prefix + text)
            if mark:
                parts = tuple((k.rstrip("23"), v) for k, v in mark.groupdict().items() if v is not None)
                return _RESOLVERS[name](DateSpan(0, len(text), name, parts), published, running, g)
    number = re.match(r"(\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?$", text)
    if number and like is not None:
        return _day(int(number[2] or like.start.year), like.start.month, int(number[1]))
    return None


def _resolve_between(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    first = _bare(span.part("a"), published, running, g)
    second = _bare(span.part("b"), published, running, g, like=first)
    if first is None and second is not None:
        first = _bare(span.part("a"), published, running, g, like=second)
    elif (
        first is not None
        and second is not None
        and re.search(r"\b\d{4}$", span.part("b"))
        and not re.search(r"\b\d{4}$", span.part("a"))
    ):
        first = _bare(span.part("a"), published, Interval(second.start, second.end), g) or first
    if first is None or second is None or second.end <= first.start:
        return None
    return Interval(first.start, second.end)


def _resolve_since(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    first = _bare(span.part("a"), published, running, g)
    if first is None:
        return None
    first = _thirds(first, span.part("part").lower()) if span.part("part") else first
    return Interval(first.start, max(published + _DAY, first.end))


def _resolve_by(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    end = _bare(span.part("a"), published, running, g)
    return Interval(end.last, end.end) if end else None


def _resolve_weekday(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    del running
    wanted = g.weekdays[span.part("weekday").lower()]
    if span.part("which").lower() == "next":
        start = published + timedelta(days=(wanted - published.weekday() - 1) % 7 + 1)
    else:
        start = published - timedelta(days=(published.weekday() - wanted) % 7)
        if span.part("which").lower() == "last" and start == published:
            start -= timedelta(days=7)
    return Interval(start, start + _DAY)


def _resolve_overnight(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    one = _resolve_weekday(span, published, running, g)
    return Interval(one.start, one.end + _DAY) if one else None


def _count(text: str, g: Grammar) -> int:
    text = text.strip().lower()
    if not text:
        return 1
    if text in {"a few", "few", "several"}:
        return 3
    if text == "couple of":
        return 2
    return int(text) if text.isdigit() else g.numbers[text]


def _shift(anchor: date, count: int, unit: str, g: Grammar) -> date:
    """Move a date by a number of units; months and years by the calendar."""
    unit = unit.lower()
    if unit.startswith(("month", "year")):
        months = anchor.year * 12 + anchor.month - 1 + count * (12 if unit.startswith("year") else 1)
        year, month = divmod(months, 12)
        last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - _DAY).day
        return date(year, month + 1, min(anchor.day, last))
    return anchor + timedelta(days=int(count * g.units[unit]))


def _resolve_ago(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    """Read "three weeks ago" as wide as its unit, "more than a year ago" before it, "months ago" as some of them."""
    del running
    unit, which, told = span.part("unit").lower(), span.part("which").lower(), span.part("n").lower()
    if g.units[unit] < _WEEK and told:
        start = _shift(published, -_count(told, g), unit, g)
        return Interval(start, start + _DAY)
    if not told or told in {"many", "several", "a few", "a couple of"}:
        most = _SOME if told != "a couple of" else 3
        return Interval(_shift(published, -most, unit, g), _shift(published, -1, unit, g)) if unit.endswith("s") else None
    anchor = _shift(published, -_count(told, g), unit, g)
    half = timedelta(days=int(g.units[unit] // 2))
    early = half * (2 if which in {"more than", "over"} else which not in {"less than", "under"})
    late = half * (which not in {"more than", "over"})
    return Interval(anchor - early, min(anchor + late, published) + _DAY)


_WEEK = 7  # days of the shortest unit that is told with some leeway
_SOME = 11  # "months ago": at most so many


def _resolve_opening(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    """Read "since the start of the year", "so far this month"."""
    del running, g
    unit = span.part("unit").lower()
    first = published.replace(day=1) if unit == "month" else published.replace(month=1, day=1)
    first = published - timedelta(days=published.weekday()) if unit == "week" else first
    return Interval(first, published + _DAY)


def _resolve_later(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    if not span.part("n") and span.part("unit").lower().rstrip("s") != "day":
        return None
    back = span.part("dir").lower() in {"earlier", "before"}
    anchor = running.last if running else published
    sign = -1 if back else 1
    if (
        not span.part("n")
        and not span.part("unit").lower().endswith("s")
        and span.part("dir").lower() in {"before", "after"}
    ):
        day = anchor + sign * _DAY  # "the day before"
        return Interval(day, day + _DAY, explicit=running.explicit if running else True)
    if not span.part("n"):
        return Interval(anchor, published + _DAY) if not back and anchor <= published else None
    steps, unit = sign * _count(span.part("n"), g), span.part("unit")
    if running is not None and (running.end - running.start).days > 1 and g.units[unit.lower()] >= _WEEK:
        return Interval(_shift(running.start, steps, unit, g), _shift(running.last, steps, unit, g) + _DAY, running.explicit)
    start = _shift(anchor, steps, unit, g)
    return Interval(start, start + _DAY, explicit=running.explicit if running else True)


def _resolve_next(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    which, unit = span.part("which").lower(), span.part("unit").lower()
    anchor = running or Interval(published, published + _DAY, explicit=False)
    unit = unit if unit in {"week", "month"} else "day"
    if which in {"following", "next"}:
        return Interval(anchor.end, _shift(anchor.end, 1, unit, g))
    if which in {"previous", "preceding"}:
        return Interval(_shift(anchor.start, -1, unit, g), anchor.start)
    return anchor


def _resolve_past(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    which, unit = span.part("which").lower(), span.part("unit").lower()
    count = _count(span.part("n"), g)
    if which in {"next", "following", "coming", "ensuing", "subsequent"}:
        start = running.start if running and which != "coming" else published
        return Interval(start, _shift(start, max(count, 1), unit, g) + (_DAY if g.units[unit] >= 1 else 2 * _DAY))
    anchor = running.last if running and which in {"previous", "preceding"} else published
    return Interval(_shift(anchor, -count, unit, g), anchor + _DAY)


def _resolve_within(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    count, unit = _count(span.part("n"), g), span.part("unit")
    if running is not None and running.explicit and running.start < published:
        return Interval(running.start, min(_shift(running.last, count, unit, g) + _DAY, published + _DAY))
    return Interval(_shift(published, -count, unit, g), published + _DAY)


def _resolve_for(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    del running
    return Interval(_shift(published, -_count(span.part("n"), g), span.part("unit"), g), published + _DAY)


def _resolve_last(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    del running, g
    which, unit = span.part("which").lower(), span.part("unit").lower()
    if unit in {"morning", "afternoon", "evening"}:
        return Interval(published, published + _DAY)
    if unit == "night":
        return Interval(published - _DAY, published + _DAY) if which == "last" else Interval(published, published + _DAY)
    if unit == "week":
        monday = published - timedelta(days=published.weekday())
        return Interval(monday, published + _DAY) if which == "this" else Interval(monday - timedelta(days=7), monday)
    if unit == "weekend":
        saturday = published - timedelta(days=(published.weekday() - 5) % 7)
        return Interval(saturday, saturday + 2 * _DAY)
    if unit == "month":
        first = published.replace(day=1)
        return Interval(first, published + _DAY) if which == "this" else Interval((first - _DAY).replace(day=1), first)
    first = published.replace(month=1, day=1)
    return Interval(first, published + _DAY) if which == "this" else Interval(date(first.year - 1, 1, 1), first)


def _resolve_word(span: DateSpan, published: date, running: Interval | None, g: Grammar) -> Interval | None:
    del g
    word = span.part("word").lower()
    if word == "yesterday":
        return Interval(published - _DAY, published)
    if word == "tomorrow":
        return Interval(published + _DAY, published + 2 * _DAY)
    if word == "overnight":
        return Interval(running.start, running.end) if running else Interval(published - _DAY, published + _DAY)
    if word == "at dawn" and running:
        return running
    return Interval(published, published + _DAY)


_RESOLVERS: dict[str, Callable[[DateSpan, date, Interval | None, Grammar], Interval | None]] = {
    "day": _resolve_day,
    "iso": _resolve_iso,
    "numeric": _resolve_iso,
    "month": _resolve_month,
    "ordinal": _resolve_ordinal,
    "year": _resolve_year,
    "between": _resolve_between,
    "since": _resolve_since,
    "opening": _resolve_opening,
    "by": _resolve_by,
    "until": _resolve_by,
    "weekday": _resolve_weekday,
    "overnight": _resolve_overnight,
    "ago": _resolve_ago,
    "later": _resolve_later,
    "next": _resolve_next,
    "past": _resolve_past,
    "within": _resolve_within,
    "for": _resolve_for,
    "last": _resolve_last,
    "word": _resolve_word,
}
