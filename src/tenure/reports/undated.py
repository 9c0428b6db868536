"""Why a value is no date that can be read, in words that help: a span, another calendar, no year, an age, a number."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from functools import cache

from tenure.errors import ReportError
from tenure.reports.daywords import months
from tenure.reports.folding import data, fold
from tenure.reports.zones import alternatives

__all__ = ["not_a_date", "unknown_day"]

_WRITE = "write published_at as YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ"
_SHEET_DAYS = range(20_000, 80_000)
"""Numbers that spreadsheets write for the days of 1954 to 2119."""
_SHEET_ZERO = date(1899, 12, 30)


@cache
def _ages() -> re.Pattern[str]:
    ages = data("page")["ages"]
    units, after = alternatives([fold(w) for w in ages["units"]]), alternatives([fold(w) for w in ages["after"]])
    before = alternatives([fold(w) for w in ages["before"]])
    return re.compile(
        rf"(?<!\w)(?:{after})(?!\w)|^\W*(?:{before})\s+\d|^\W*\d+\s*(?:{units})\W*$"
        r"|^\W*(?:yesterday|today|now|just now)(?!\w)"
    )


def _plain(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in fold(text))


def _calendar(folded: str) -> str | None:
    for name, forms in data("calendar")["calendars"].items():
        if re.search(rf"(?<!\w)(?:{alternatives([fold(f) for f in forms])})(?!\w)", folded):
            return str(name)
    year = re.search(r"(?<!\d)(1[34]\d\d)(?!\d)", folded)
    if year and int(year[1]) < 1500:  # noqa: PLR2004 - a year of our calendar in which nothing was published
        return "Persian or Islamic"
    year = re.search(r"(?<!\d)(25[3-9]\d)(?!\d)", folded)
    return "Buddhist" if year else None


def not_a_date(text: str) -> ReportError:
    """Return the error for a value that is no date.

    >>> str(not_a_date("3 hours ago"))
    'an age is no date: 3 hours ago; write published_at as YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ'
    """
    folded = _plain(text)
    month = alternatives(list(months()))
    if other := _calendar(folded):
        what = f"a date of the {other} calendar, which is not read"
    elif re.search(
        rf"\d{{1,2}}\s*[-\u2013/]\s*\d{{1,2}}\s+(?:{month})|(?:{month})\s+\d{{1,2}}\s*[-\u2013]\s*\d{{1,2}}(?!\d)", folded
    ):
        what = "a span of days where one day is wanted"
    elif _ages().search(folded):
        what = "an age is no date"
    elif re.fullmatch(r"\s*\d{5}(?:\.\d+)?\s*", text) and int(float(text)) in _SHEET_DAYS:
        day = _SHEET_ZERO + timedelta(days=int(float(text)))
        return ReportError(
            "a number where a date is wanted",
            reason="bad_date",
            value=text,
            remedy=f"if a spreadsheet wrote it, write {day}",
        )
    elif re.fullmatch(rf"\W*(?:(?:19|20)\d\d|(?:19|20)\d\d[-/.]\d\d?|(?:{month})\W*(?:19|20)\d\d)\W*", folded):
        what = "a year or month without a day"
    elif re.search(rf"(?<!\w)(?:{month})(?!\w)", folded) and not re.search(r"\d{4}", folded):
        what = "a day without a year"
    else:
        what = "not a date"
    return ReportError(what, reason="bad_date", value=text, remedy=_WRITE)


def unknown_day(text: str) -> ReportError:
    """Return the error for what looks like a date of a day that does not exist, or lies outside the years that are read."""
    other = _calendar(_plain(text))
    what = f"a date of the {other} calendar, which is not read" if other else "no such date"
    return ReportError(what, reason="bad_date", value=text, remedy="write published_at as YYYY-MM-DD, year 1900 to 2200")
