"""How often a P of some height was right on campaigns whose outcome is known: counted by the gates, told to the reader.

A day counts as *near* when a claim that bears on the place has its dates within three weeks, else as *far*. As known then,
only claims that were published by the day and lie at most three weeks back count. Days shown as contested are not counted:
no truth of a campaign says so.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tenure.model.vocabulary import CONTESTED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

__all__ = ["NAMED_P", "NEAR_DAYS", "TrackRecord", "is_near", "record_edges", "told_record", "track_record"]

NEAR_DAYS = 21
NAMED_P = 0.2
"""Placement probability from which a claim counts as naming a place; below it a count was spread over an area."""
_LEAST_DAYS, _LEAST_PLACES = 100, 5
"""Fewer days or places say nothing: the days of one place are right or wrong together."""


_CONTESTED_UNTRIED = "How often contested ground is called rightly is not known: no campaign's outcome names any."


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """Days of the campaigns on which the likeliest state had a P of this band."""

    low: float
    high: float
    near: bool
    days: int
    right: int
    places: int
    campaigns: tuple[str, ...]
    """Those that have such days."""

    @property
    def share(self) -> float | None:
        """Share of the days on which that state held the place; None where the days or places are too few to say."""
        return self.right / self.days if self.days >= _LEAST_DAYS and self.places >= _LEAST_PLACES else None

    @property
    def words(self) -> str:
        """One sentence for the reader.

        >>> TrackRecord(0.9, 0.95, True, 2310, 2149, 74, ("a", "b", "c")).words
        'Where the model says .90 to .95 and a claim speaks of the place within three weeks, it was right on 93 of 100 days
        (2,310 days at 74 places, most of which changed hands, in 3 campaigns whose outcome is known).'
        """
        band = f"{_short(self.low)} to {_short(self.high)}"
        claim = "a claim speaks" if self.near else "no claim speaks"
        where = f"{band} and {claim} of the place within three weeks"
        if self.share is None:
            seen = f"only {self.days:,} days at {self.places:,} places" if self.days else "no day"
            return (
                f"How often the model is right where it says {where} is not known: {seen} in the campaigns of known outcome."
            )
        # rounded down: 99.9 of 100 is not all of them
        right = f"{int(100 * self.share)} of 100 days"
        campaigns = f"{len(self.campaigns)} campaign{'s' if len(self.campaigns) > 1 else ''} whose outcome is known"
        sample = f"{self.days:,} days at {self.places:,} places, most of which changed hands, in {campaigns}"
        return f"Where the model says {where}, it was right on {right} ({sample})."


def _short(p: float) -> str:
    return f"{p:.2f}".removeprefix("0") if p < 1 else "1"


@cache
def _counted() -> dict[str, Any]:
    return tomllib.loads(files("tenure").joinpath("data/track_record.toml").read_text(encoding="utf-8"))


def record_edges() -> tuple[float, ...]:
    """Return the lower edges of the bands of P."""
    return tuple(_counted()["edges"])


def track_record(p: float, *, near: bool, reading: str = "hindsight") -> TrackRecord:
    """Return what is known of the band that holds p, for one of the readings ``hindsight`` and ``filtered``.

    >>> track_record(0.97, near=True).low
    0.95
    """
    counted, edges = _counted(), record_edges()
    band = max(i for i, low in enumerate(edges) if low <= p or i == 0)
    table = counted[reading]["near" if near else "far"]
    names = tuple(n for n, days in zip(counted["campaigns"], table["by_campaign"][band], strict=True) if days)
    high = (*edges, 1.0)[band + 1]
    return TrackRecord(edges[band], high, near, table["days"][band], table["right"][band], table["places"][band], names)


def told_record(state: str, p: float, *, near: bool, reading: str = "hindsight") -> dict[str, Any]:
    """Return what a reader is told of a state and its P: words, p_from, p_to, near, days, right, places, campaigns.

    `right` is a share, None where too few days or places are known; contested ground has no more than `words`.

    >>> told_record("contested", 0.8, near=True)["right"] is None
    True
    """
    if state == CONTESTED:
        keys = ("p_from", "p_to", "near", "days", "right", "places")
        return {"words": _CONTESTED_UNTRIED, **dict.fromkeys(keys), "campaigns": []}
    record = track_record(p, near=near, reading=reading)
    return {
        "words": record.words,
        "p_from": record.low,
        "p_to": record.high,
        "near": near,
        "days": record.days,
        "right": None if record.share is None else round(record.share, 4),
        "places": record.places,
        "campaigns": list(record.campaigns),
    }


def is_near(on: date, spans: Iterable[tuple[date, date, date]], *, as_known: bool = False) -> bool:
    """Return whether a claim lies near a day; `spans` are the claims' first day, day after the last, and publication.

    >>> from datetime import date
    >>> is_near(date(2020, 5, 1), [(date(2020, 5, 20), date(2020, 5, 21), date(2020, 5, 21))])
    True
    """
    reach = timedelta(days=NEAR_DAYS)
    if as_known:
        return any(max(start, published) <= on < end + reach for start, end, published in spans)
    return any(start - reach <= on < end + reach for start, end, _ in spans)
