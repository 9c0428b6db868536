"""Where the fighting was by a day: a prior over homonyms, learned from the study's own unambiguous mentions.

Rules of this file:
- a vote is a place where a claim of fighting or of ground changing hands resolves without the front's help
- a mention hears only what was published by its own report's day, so that what was known then stays what was known then
- its own story, its own name and the places that it may mean never vote for it: only what lies round them does
- how many events happen where the fighting is, how far and how long it reaches and how soon it breaks out elsewhere are
  learned by leaving each vote out; where events do not cluster the share goes to 0 and the prior says nothing
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import Event
from tenure.places.gazetteer.compiled import digest_of
from tenure.places.toponyms.setting import EARTH_KM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["VOTING", "Fighting", "Mention", "Vote", "learn_front"]

VOTING = frozenset({Event.GAIN, Event.LOSS, Event.CLASH, Event.ADVANCE, Event.SIEGE})
"""Events that say where the front is; the others only hear."""

_REACHES_KM = (4.0, 8.0, 16.0, 32.0)
_SPANS_DAYS = (4.0, 12.0, 36.0)
_STRANGERS = (0.1, 0.3, 1.0)
_ELSEWHERE = (2.0, 4.0, 8.0)
_FORGOTTEN = 4.0
"""Spans after which a vote is forgotten."""
_MOST_SHARE = 0.95
_DOUBT = (1.0, 1.0)
"""Mentions, at the front and elsewhere, that every share is learned with besides those of the study."""
_ROUNDS = 20
_FITTED = 400
"""Most votes that the shares and reaches are learned from; they are taken evenly over the study."""
_FEWEST = 20
"""Votes under which no front is learned."""
_HEARD_FROM = 10
"""Votes known by a day under which none is heard."""
_CHUNK = 256


@dataclass(frozen=True, slots=True)
class Mention:
    """What a claim's place must tell to hear the front: days are proleptic ordinals; `story` and `name` are its own."""

    event: Event
    day: int
    published: int
    story: str
    name: str
    sides: frozenset[str] = frozenset()
    """Sides of those who fight there; empty when they are not named."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A mention that resolved by itself: its row of the gazetteer and the probability of it."""

    mention: Mention
    row: int
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class Fighting:
    """Votes in order of publication; every array is (votes,) but `xyz`, (votes, 3) unit vectors.

    `mean` is the kernel's mean over the study's places: what a place drawn at random would hear from the vote.
    """

    xyz: NDArray[np.float64]
    row: NDArray[np.int64]
    weight: NDArray[np.float64]
    mean: NDArray[np.float64]
    day: NDArray[np.int64]
    published: NDArray[np.int64]
    story: NDArray[np.int64]
    name: NDArray[np.int64]
    sides: NDArray[np.int64]
    """Number of the vote's sides in `fronts`."""
    fronts: tuple[frozenset[str], ...]
    stories: Mapping[str, int]
    names: Mapping[str, int]
    reach_km: float
    span_days: float
    elsewhere: float
    """Stories that speak as loud as the chance that the fighting breaks out somewhere new."""
    stranger: float
    """Weight of a vote of which the mention shares no side."""
    shares: Mapping[Event, float]
    """Share of the events of each kind that happen where the fighting is, in [0, 0.95]."""

    @property
    def digest(self) -> str:
        """SHA-256 of everything that decides what the front says."""
        shares = " ".join(f"{event}={share:.6f}" for event, share in sorted(self.shares.items()))
        arrays = (self.xyz, self.row, self.weight, self.mean, self.day, self.published, self.story, self.name, self.sides)
        said = f"{self.reach_km} {self.span_days} {shares}".encode()
        return digest_of(
            [said, *("\n".join(each).encode() for each in (self.stories, self.names)), *(a.tobytes() for a in arrays)]
        )

    def log_odds(self, xyz: NDArray[np.float32], rows: NDArray[np.int64], mention: Mention) -> NDArray[np.float64]:
        """Return for a mention's candidates (`rows` of the gazetteer's points `xyz`) what the fighting says, (rows,).

        It is the log of how much likelier the fighting makes a place than one drawn at random: 0 where nothing was known by
        the mention's day, at least log(1 - share), so that no homonym is ever ruled out.
        """
        ratio, heard = self.told(xyz, rows, mention)
        share = self.shares.get(mention.event, 0.0) * heard / (heard + self.elsewhere)
        return np.asarray(np.log(1.0 - share + share * ratio))

    def told(self, xyz: NDArray[np.float32], rows: NDArray[np.int64], mention: Mention) -> tuple[NDArray[np.float64], float]:
        """Return the fighting's density at rows over its mean at the study's places, (rows,), and the stories heard."""
        oldest = mention.day - _FORGOTTEN * self.span_days  # what was published before happened before
        first, until = np.searchsorted(self.published, [oldest, mention.published + 1]).tolist()
        heard = slice(first, max(first, until))
        ago = np.abs(mention.day - self.day[heard])
        weight = self.weight[heard] * np.exp(-ago / self.span_days) * (ago <= _FORGOTTEN * self.span_days)
        weight *= self.stranger ** (1.0 - self._kin(mention.sides)[self.sides[heard]])
        weight[self.story[heard] == self.stories.get(mention.story, -1)] = 0.0
        weight[self.name[heard] == self.names.get(mention.name, -1)] = 0.0
        weight[np.isin(self.row[heard], rows)] = 0.0
        if until < _HEARD_FROM:  # in its first days a study knows one sector of the front only
            return np.ones(rows.size), 0.0
        stories = float(np.minimum(np.bincount(self.story[heard], weight), 1.0).sum())
        if stories <= 0.0:
            return np.ones(rows.size), 0.0
        near = _kernel(xyz[rows].astype(np.float64), self.xyz[heard], self.reach_km) @ weight
        return np.asarray(near / max(float(self.mean[heard] @ weight), 1e-12)), stories

    def _kin(self, sides: frozenset[str]) -> NDArray[np.float64]:
        """Return for every set of sides the share of both sets that is common, 1 where one of them is not known."""
        return np.array(
            [1.0 if not sides or not other else len(sides & other) / len(sides | other) for other in self.fronts]
        )


def _kernel(at: NDArray[np.float64], votes: NDArray[np.float64], reach_km: float) -> NDArray[np.float64]:
    km = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * at @ votes.T)) * EARTH_KM
    return np.asarray(np.exp(-km / reach_km))


def _means(xyz: NDArray[np.float64], places: NDArray[np.float64], reach_km: float) -> NDArray[np.float64]:
    """Return the kernel's mean over places for every vote, (votes,); votes at one place are counted once."""
    points, inverse = np.unique(xyz, axis=0, return_inverse=True)
    means = [
        _kernel(points[start : start + _CHUNK], places, reach_km).mean(axis=1) for start in range(0, len(points), _CHUNK)
    ]
    return np.asarray(np.concatenate(means)[inverse.ravel()])


def _told(
    front: Fighting, votes: Sequence[Vote], xyz: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for votes how much likelier the others make their places than chance, (n,), and how many they heard, (n,)."""
    each = [front.told(xyz, np.array([vote.row]), vote.mention) for vote in votes]
    return np.array([ratio[0] for ratio, _ in each]), np.array([heard for _, heard in each])


def _share(ratio: NDArray[np.float64], trust: NDArray[np.float64]) -> float:
    """Return the share of events at the front that makes what was seen likeliest (expectation-maximisation).

    `ratio` and `trust` (n,) are each event's likelihood at the front over chance, and how much of the front was known.
    """
    share = 0.5
    for _ in range(_ROUNDS):
        mixed = 1.0 - share * trust + share * trust * ratio
        at_front = share * trust * ratio / mixed
        share = min((float(at_front.sum()) + _DOUBT[0]) / (float(trust.sum()) + sum(_DOUBT)), _MOST_SHARE)
    return share


def _evenly(votes: Sequence[Vote]) -> list[Vote]:
    step = max(1, -(-len(votes) // _FITTED))
    return list(votes[::step])


def _likeliest(fronts: Sequence[Fighting], votes: Sequence[Vote], xyz: NDArray[np.float32]) -> Fighting:
    """Return the front, with the best of `_ELSEWHERE`, that makes votes likeliest, each given the others."""
    best, most = fronts[0], -np.inf
    for front in fronts:
        ratio, heard = _told(front, votes, xyz)
        for elsewhere in _ELSEWHERE:
            trust = heard / (heard + elsewhere)
            trusted = _share(ratio, trust) * trust
            likelihood = float(np.log(1.0 - trusted + trusted * ratio).sum())
            if likelihood > most:
                best, most = replace(front, elsewhere=elsewhere), likelihood
    return best


def _fitted(
    blank: Fighting, votes: Sequence[Vote], others: Sequence[Vote], field: tuple[NDArray[np.float32], NDArray[np.int64]]
) -> Fighting:
    """Return the front with the reach, span and shares that make each vote likeliest given the others."""
    xyz, places = field
    some = _evenly(votes)
    means = {reach: _means(blank.xyz, xyz[places].astype(np.float64), reach) for reach in _REACHES_KM}
    tried = [replace(blank, mean=means[r], reach_km=r, span_days=s) for r, s in product(_REACHES_KM, _SPANS_DAYS)]
    best = _likeliest(tried, some, xyz)
    best = _likeliest([replace(best, stranger=stranger) for stranger in _STRANGERS], some, xyz)
    shares = {}
    for event in sorted({vote.mention.event for vote in others}):
        ratio, heard = _told(best, _evenly([vote for vote in others if vote.mention.event is event]), xyz)
        shares[event] = _share(ratio, heard / (heard + best.elsewhere))
    return replace(best, shares=shares)


def _numbers(values: Sequence[str]) -> tuple[dict[str, int], NDArray[np.int64]]:
    number = {value: i for i, value in enumerate(dict.fromkeys(values))}
    return number, np.array([number[value] for value in values], dtype=np.int64)


def _distinct(votes: Sequence[Vote]) -> list[Vote]:
    """Return one vote a story, place, event and day, the surest, in order of publication."""
    best: dict[tuple[str, int, Event, int], Vote] = {}
    for vote in votes:
        key = (vote.mention.story, vote.row, vote.mention.event, vote.mention.day)
        if key not in best or vote.p > best[key].p:
            best[key] = vote
    return sorted(best.values(), key=lambda v: (v.mention.published, v.mention.day, v.mention.story, v.row, v.mention.event))


def learn_front(heard: Sequence[Vote], xyz: NDArray[np.float32], places: NDArray[np.int64]) -> Fighting | None:
    """Return the front that a study's own mentions tell; None when fewer than 20 of them tell of fighting.

    `heard` are all mentions that resolved by themselves (those whose event is in VOTING vote; the others' shares are learned
    too), `xyz` the unit vectors of the gazetteer's places, (places, 3), `places` the rows of the study's own.
    """
    everything = _distinct(heard)
    votes = [vote for vote in everything if vote.mention.event in VOTING]
    if len(votes) < _FEWEST or not places.size:
        return None
    at = xyz[[vote.row for vote in votes]].astype(np.float64)
    stories, story = _numbers([vote.mention.story for vote in votes])
    names, name = _numbers([vote.mention.name for vote in votes])
    fronts = tuple(sorted({vote.mention.sides for vote in votes}, key=sorted))
    blank = Fighting(
        xyz=at,
        row=np.array([vote.row for vote in votes], dtype=np.int64),
        weight=np.array([vote.p for vote in votes]),
        mean=np.ones(len(votes)),
        day=np.array([vote.mention.day for vote in votes], dtype=np.int64),
        published=np.array([vote.mention.published for vote in votes], dtype=np.int64),
        story=story,
        name=name,
        stories=stories,
        names=names,
        sides=np.array([fronts.index(vote.mention.sides) for vote in votes], dtype=np.int64),
        fronts=fronts,
        reach_km=_REACHES_KM[0],
        span_days=_SPANS_DAYS[0],
        elsewhere=_ELSEWHERE[0],
        stranger=1.0,
        shares={},
    )
    return _fitted(blank, votes, everything, (xyz, places))
