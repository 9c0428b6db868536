"""The dateline of an agency: "BEIRUT, Feb 9, 2018 (Wire) - ", "Damascus, SANA - ", "MOSCOW, 9 February 2018. /Wire/. ".

It stays in the text; it says where the report was written and, where nothing else does, on what day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.reports.dates import parse_printed

if TYPE_CHECKING:
    from tenure.reports.dates import Printed

__all__ = ["Dateline", "read_dateline"]

_LONGEST = 90
_DASH = r"(?:\s+[-\u2013]{1,2}|\s*\u2014|\s+--|(?<=/)[.:])(?:\s|$)"
_OPENING = re.compile(rf"(?P<before>[^\n]{{2,{_LONGEST}}}?){_DASH}")
_PLACE = re.compile(r"[^\W\d_][\w'\u2019.\-]*(?:[\s/]+[^\W\d_][\w'\u2019.\-]*){0,3}")
_AGENCY = re.compile(r"\([^()]{2,40}\)|/[^/\d]{2,40}/|(?<=,)\s*[A-Z]{2,8}\s*$")


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where a story was written and the stamp in its dateline, if it has one with a year."""

    place: str
    printed: Printed | None


def read_dateline(paragraph: str) -> Dateline | None:
    """Return the dateline that a paragraph opens with, None when it opens with a sentence.

    It is one when the place is written in capitals, or when an agency or a date stands beside it.

    >>> read_dateline("BEIRUT, Feb 9 (Wire) - Rebels retook a village.").place
    'BEIRUT'
    >>> read_dateline("Rebels - most of them local - retook a village.") is None
    True
    """
    found = _OPENING.match(paragraph)
    if not found:
        return None
    before = found["before"]
    agency = _AGENCY.search(before)
    head = _AGENCY.sub("", before).strip(" ,.")
    printed = parse_printed(head)
    place = head.split(",")[0].strip()
    if not _PLACE.fullmatch(place) or re.search(r"[!?]\s|[^\W\d_]{5,}\.\s", head):
        return None
    capitals = place.isupper() and len(place) > 3  # noqa: PLR2004 - shorter ones are abbreviations of other things
    return Dateline(place, printed) if capitals or agency or printed else None
