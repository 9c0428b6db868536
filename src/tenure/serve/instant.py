"""Days and times as requests write them (RFC 3339)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from tenure.errors import InputError

__all__ = ["parse_day", "parse_instant"]


def parse_instant(text: str) -> date | datetime:
    """Return a day or an aware time (UTC where no zone is given) from RFC 3339 text; anything else raises InputError."""
    plain = text.strip()
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\dT?", plain):  # GDAL writes days with an empty time behind them
            return date.fromisoformat(plain[:10])
        if re.fullmatch(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?", plain):
            moment = datetime.fromisoformat(plain.upper())
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError("no such day or time", value=text, remedy="write 2018-01-31 or 2018-01-31T12:00:00Z") from error
    raise InputError("not a day or time", value=text, remedy="write 2018-01-31 or 2018-01-31T12:00:00Z")


def parse_day(text: str) -> date:
    """Return the day of a day or time in UTC; anything else raises InputError.

    >>> parse_day("2018-01-20T23:30:00-02:00")
    datetime.date(2018, 1, 21)
    """
    moment = parse_instant(text)
    return moment.date() if isinstance(moment, datetime) else moment
