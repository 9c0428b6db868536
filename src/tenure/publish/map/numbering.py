"""Ids of a release as numbers, its dates as days: how the parts of the map speak of each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tenure.model import UNKNOWN, EvidenceTier

if TYPE_CHECKING:
    from datetime import date

    from tenure.publish.release import Release

__all__ = ["TIERS", "Numbering", "rounded"]

TIERS = (EvidenceTier.ASSESSED, EvidenceTier.CLAIMED, EvidenceTier.DISPUTED)
"""Evidence tiers by their number."""


class Numbering:
    """Ids of the release as indices, and dates as days since the study's first."""

    def __init__(self, released: Release) -> None:
        """Give places, claims and states their numbers in the order of the release; unknown comes after the states."""
        publication = released.publication
        self.first = publication.posterior.first_day
        self.last = publication.posterior.days
        self.place = {p.place_id: i for i, p in enumerate(publication.places)}
        self.claim = {c.claim_id: i for i, c in enumerate(publication.claims)}
        self.tracked = [i for i in publication.posterior.place_ids if i in self.place]
        self.track = {place_id: i for i, place_id in enumerate(self.tracked)}
        self.state = {s: i for i, s in enumerate(publication.posterior.states)}
        self.state[UNKNOWN] = len(publication.posterior.states)
        self.names = {a.actor_id: a.name for a in publication.actors}

    def day(self, on: date) -> int:
        """Return the day of a date; one before the study is negative."""
        return (on - self.first).days

    def end(self, on: date | None) -> int:
        """Return the day before which something ended, the study's end where it has not."""
        return self.last if on is None else min((on - self.first).days, self.last)

    def holder(self, actor: str) -> int:
        """Return the number of a state; whoever is none counts as unknown."""
        return self.state.get(actor, self.state[UNKNOWN])


def rounded(value: float, digits: int) -> float | None:
    """Return a rounded number, None where there is none: JSON knows no NaN."""
    return round(value, digits) if math.isfinite(value) else None
