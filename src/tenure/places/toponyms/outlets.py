"""Where an outlet reports from: learned from the places that its other reports resolve to.

Rules of this file:
- an outlet's area is what tells it from the other outlets: a newspaper has a town, all witnesses of one campaign have the
  campaign, and where every outlet speaks of the same ground the prior says next to nothing
- how far to trust it is learned by leaving each story out: how much better the outlet's other reports foretell its places
  than those of all other outlets do
- a story never votes for itself or its copies, and counts as one however many places it names
- a report hears only what was published by its own day, so that what was known then stays what was known then
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tenure.places.gazetteer.compiled import digest_of
from tenure.places.toponyms.setting import EARTH_KM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from tenure.model import Report

__all__ = ["SourcePrior", "learn_priors", "source_key"]

_REACH_KM = 60.0
_LAND_KM2 = 1.5e8
_ANYWHERE = 0.1
"""Share of the places that an outlet may name anywhere on land: what no other report foretells."""
_MOST_POINTS = 600
"""Points that an outlet's area is kept with, and that the other outlets are compared by: a wire has tens of thousands."""
_FEWEST = 2
"""Stories with places under which an outlet has no area."""


def source_key(report: Report) -> str:
    """Return what tells outlets apart: the study's source, else the publisher's name; empty when neither is known."""
    return report.source_id or report.publisher or ""


def _story(report: Report) -> str:
    return report.story_id or report.report_id


@dataclass(frozen=True, eq=False)
class SourcePrior:
    """Points that an outlet's stories speak of: unit vectors (n, 3), weights (n,), the story's number and day, both (n,)."""

    xyz: NDArray[np.float64]
    weight: NDArray[np.float64]
    story: NDArray[np.int64]
    day: NDArray[np.int64]
    """Proleptic ordinal of the day of publication."""
    stories: Mapping[str, int]
    trust: float = 1.0
    """In [0, 1]: how much this area tells the outlet from the others."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything that was learned."""
        columns = (self.xyz, self.weight, self.story, self.day, np.array([self.trust]))
        return digest_of([np.ascontiguousarray(column).tobytes() for column in columns])

    def density(self, xyz: NDArray[np.float32], report: Report | None = None) -> NDArray[np.float64]:
        """Return for points (m, 3) the share, (m,) in [0, trust], of the outlet's other places that lie within reach."""
        heard = np.ones(self.weight.size, dtype=bool)
        if report is not None:
            heard = (self.story != self.stories.get(_story(report), -1)) & (self.day <= report.published_at.toordinal())
        weight = self.weight[heard]
        if not weight.size:
            return np.zeros(len(xyz))
        near = _near(xyz.astype(np.float64), self.xyz[heard])
        return np.asarray(self.trust * (near @ weight) / (weight.sum() + 1.0))


def _near(points: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how near points (m, 3) lie to others (n, 3), (m, n) in (0, 1]: exponentially falling with the chord."""
    chord = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * points @ others.T))
    return np.asarray(np.exp(-chord * EARTH_KM / _REACH_KM))


def learn_priors(resolved: Iterable[tuple[Report, Sequence[tuple[NDArray[np.float32], float]]]]) -> dict[str, SourcePrior]:
    """Return the prior of every outlet from its reports and, per report, the points and probabilities of its places.

    A report counts at most as one: its points share a weight of 1, so that one long list does not decide.
    """
    gathered: dict[str, list[_Point]] = {}
    for report, points in resolved:
        key = source_key(report)
        if key and points:
            day, share = report.published_at.toordinal(), 1.0 / len(points)
            gathered.setdefault(key, []).extend(_Point(_story(report), day, xyz, p * share) for xyz, p in points)
    priors = {key: _prior(entries) for key, entries in sorted(gathered.items())}
    return {
        key: replace(prior, trust=_trust(prior, _rest(priors, key)))
        for key, prior in priors.items()
        if len(prior.stories) >= _FEWEST
    }


def _evenly(count: int, most: int) -> NDArray[np.int64]:
    """Return at most so many indices below a count, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))


class _Point(NamedTuple):
    story: str
    day: int
    xyz: NDArray[np.float32]
    weight: float


def _prior(points: Sequence[_Point]) -> SourcePrior:
    kept = [points[i] for i in _evenly(len(points), _MOST_POINTS).tolist()]
    stories = {story: i for i, story in enumerate(dict.fromkeys(point.story for point in kept))}
    return SourcePrior(
        np.array([point.xyz for point in kept], dtype=np.float64),
        np.array([point.weight for point in kept]),
        np.array([stories[point.story] for point in kept]),
        np.array([point.day for point in kept]),
        stories,
    )


def _rest(priors: Mapping[str, SourcePrior], key: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points (n, 3) and weights (n,) of the other outlets, thinned, each outlet counting by its reports."""
    others = [prior for name, prior in priors.items() if name != key]
    if not others:
        return np.zeros((0, 3)), np.zeros(0)
    xyz, weight = np.concatenate([p.xyz for p in others]), np.concatenate([p.weight for p in others])
    chosen = _evenly(len(xyz), _MOST_POINTS)
    return xyz[chosen], weight[chosen]


def _trust(prior: SourcePrior, rest: tuple[NDArray[np.float64], NDArray[np.float64]]) -> float:
    """Return 1 - exp(-4 gain): the gain in nats a place of foretelling an outlet's places from its own other stories.

    It is measured against what the stories of all other outlets foretell; no gain gives 0. The 4 leaves the newspapers of
    LGL what a trust of 1 gives them (gates/places.py), and moves no placement of the shipped study.
    """
    per_km2 = 1.0 / (2.0 * np.pi * _REACH_KM**2)
    others = prior.story[:, None] != prior.story[None, :]
    told = (_near(prior.xyz, prior.xyz) * others) @ prior.weight / np.maximum(others @ prior.weight, 1e-9)
    every = _near(prior.xyz, rest[0]) @ rest[1] / max(float(rest[1].sum()), 1e-9)
    anywhere = _ANYWHERE / _LAND_KM2
    known = (1.0 - _ANYWHERE) * every * per_km2 + anywhere
    both = 0.5 * told * per_km2 + 0.5 * known
    gain = float(np.average(np.log(both / known), weights=np.maximum(prior.weight, 1e-9)))
    return float(1.0 - np.exp(-4.0 * max(gain, 0.0)))
