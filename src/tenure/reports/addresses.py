"""Addresses: what an archive's address holds, and the day that an address names."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tenure.reports.daywords import make_day

if TYPE_CHECKING:
    from datetime import date

__all__ = ["day_of_address", "unwrap_address"]

_ARCHIVED = re.compile(
    r"https?://(?:[\w.-]*(?:archive|arquivo|wayback|webcite|webarchiv|perma)[\w.-]*)(?::\d+)?/"
    r"(?:[\w*-]+/)*?"
    r"(?P<moment>\d{4,14})(?:[a-z]{2}_)?/(?P<scheme>https?:/{1,2})?(?P<page>[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#].*)?)",
    re.IGNORECASE,
)
"""Wayback machines (archive.org, arquivo.pt, national archives) and archive.today: a moment, then the page."""
_CACHED = re.compile(
    r"https?://webcache\.googleusercontent\.com/search\?q=cache:(?:[\w-]{8,16}:)?"
    r"(?P<scheme>https?://)?(?P<page>[^+&\s]+)",
    re.IGNORECASE,
)
_FORMS = {14: "%Y%m%d%H%M%S", 12: "%Y%m%d%H%M", 8: "%Y%m%d"}


def unwrap_address(url: str | None) -> tuple[str | None, datetime | None]:
    """Return the page's own address and the moment at which an archive took it; any other address as it is, without one.

    >>> unwrap_address("https://web.archive.org/web/20140501101010id_/http://daily.example/2014/04/26/a")[0]
    'http://daily.example/2014/04/26/a'
    """
    found = _ARCHIVED.match(url or "") or _CACHED.match(url or "")
    if not found:
        return url, None
    parts = found.groupdict()
    scheme = re.sub(r":/+", "://", (parts["scheme"] or "http://").lower())
    digits = parts.get("moment") or ""
    try:
        moment = datetime.strptime(digits, _FORMS[len(digits)]).replace(tzinfo=UTC) if len(digits) in _FORMS else None
    except ValueError:
        moment = None
    return scheme + parts["page"], moment


def day_of_address(url: str | None) -> date | None:
    """Return the day that an address names between slashes or dashes, None when it names none.

    An archive's address is read as that of the page in it.

    >>> day_of_address("https://news.example.org/2018/02/09/town")
    datetime.date(2018, 2, 9)
    """
    page, _ = unwrap_address(url)
    found = re.search(r"(?<!\d)((?:19|20)\d\d)([-/_.])(\d{1,2})\2(\d{1,2})(?!\d)", page or "")
    if found is None:
        found = re.search(r"(?<=[/_=-])((?:19|20)\d\d)()(0[1-9]|1[0-2])([0-3]\d)(?=[/_.?&-]|$)", page or "")
    if found is None:
        found = re.search(r"/((?:19|20)\d\d)(/)([a-z]{3,9})/(\d{1,2})(?=[/_.-])", page or "", re.IGNORECASE)
    if found is None:
        return None
    from tenure.reports.daywords import months

    month = int(found[3]) if found[3].isdigit() else months().get(found[3].lower(), 0)
    return make_day(int(found[1]), month, int(found[4]))
