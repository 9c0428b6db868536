"""The country that reports are about, where no study names one: learned from the other reports of the outlet, else from all.

Rules of this file:
- a report counts once, shared among the countries of the places that its names mean; a story never votes for itself
- a country is the theatre only where it has half of all votes: mixed news has none
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.places.gazetteer.compiled import digest_of
from tenure.places.toponyms.outlets import source_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenure.model import Report

__all__ = ["Theatres", "learn_theatres"]

_HALF = 0.5
_FEWEST = 3
"""Other stories under which an outlet, or a collection of reports, has no theatre."""


def _story(report: Report) -> str:
    return report.story_id or report.report_id


@dataclass(frozen=True, slots=True, eq=False)
class Theatres:
    """Shares of countries (numbers of the gazetteer) by story, and the stories of every outlet; "" holds all stories."""

    shares: Mapping[str, Mapping[int, float]]
    outlets: Mapping[str, tuple[str, ...]]

    @property
    def digest(self) -> str:
        """SHA-256 of everything that was learned."""
        shares = (f"{story}:{sorted(each.items())}" for story, each in sorted(self.shares.items()))
        outlets = (f"{name}:{sorted(stories)}" for name, stories in sorted(self.outlets.items()))
        return digest_of([part.encode() for part in (*shares, *outlets)])

    def of(self, report: Report) -> tuple[int, float] | None:
        """Return the country that the other stories are about and its share, in [0.5, 1]; None when there is no such one."""
        for key in dict.fromkeys((source_key(report), "")):
            others = [self.shares[story] for story in self.outlets.get(key, ()) if story != _story(report)]
            if len(others) >= _FEWEST:
                votes = Counter[int]()
                for each in others:
                    votes.update(each)
                country, share = min(votes.items(), key=lambda pair: (-pair[1], pair[0]))
                return (country, share / len(others)) if share >= _HALF * len(others) else None
        return None


def learn_theatres(told: Iterable[tuple[Report, Mapping[int, float]]]) -> Theatres:
    """Return the theatres of reports from the weights of the countries that each names; copies of a story count once."""
    shares: dict[str, Mapping[int, float]] = {}
    outlets: dict[str, dict[str, None]] = defaultdict(dict)
    for report, weights in told:
        total = sum(weights.values())
        if total > 0.0:
            shares.setdefault(_story(report), {country: weight / total for country, weight in weights.items()})
            for key in dict.fromkeys((source_key(report), "")):
                outlets[key][_story(report)] = None
    return Theatres(shares, {key: tuple(stories) for key, stories in outlets.items()})
