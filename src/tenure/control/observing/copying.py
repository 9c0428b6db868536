"""Sources that repeat others: learned from claims alone, how often a repeat is a copy, and what it then still counts.

Two sources that tell of one place, verb and actor within days either saw the same or one read the other. Who reads also
takes over the dates. So of such pairs, in order of publication, the share with the very same dates is set against the share
that independent tellings have (pairs further apart, and never less than dates of one week would coincide by chance):

    s = c + (1 - c) b        c: share of copies, s: share of same dates, b: the same among independent tellings

A repeat with the same dates is then a copy with probability c / (c + (1 - c) b), and counts for the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tenure.control.observing.observations import Observations

__all__ = ["Followers", "Following", "describe_following", "discount_copies", "judge_new", "learn_following"]

_LAG_DAYS = 3.0  # a copy is published so soon after what it copies
_FAR_DAYS = 30.0  # tellings of one event that lie further apart than a copy, up to this, are taken for independent
_CHANCE = 1.0 / 7.0  # least share of same dates among independent tellings: those of one week
_PRIOR_PAIRS = 20.0  # weight of "no copies" beside the pairs of two sources
_LOOK_BACK = 12  # earlier tellings of an event that a claim is compared with


@dataclass(frozen=True, slots=True)
class Following:
    """How much of what one source tells after another is copied from it."""

    leader: str
    follower: str
    repeats: int
    """Claims of the follower on a place, verb and actor that the leader told of in the days before."""
    same_dates: int
    copied: float
    """Share of the repeats that are copies."""
    lag_days: float
    """Mean time from the leader's publication to the follower's, of repeats with the same dates."""


@dataclass(frozen=True, slots=True, eq=False)
class Followers:
    """What was learned of all pairs of sources, and how likely each row of the model is a copy."""

    independent: float
    """Share of same dates among independent tellings."""
    found: tuple[Following, ...]
    copy: NDArray[np.float64]
    """(rows,) probability that the row is a copy."""


def learn_following(obs: Observations, edges: Sequence[float] = ()) -> Followers:
    """Return what the claims tell of who follows whom.

    With `edges` (days, ascending) a row published between two of them is judged by what was published before the first:
    so it could be known then. Without, all judge all.
    """
    pairs = _pairs(obs)
    independent, found = _learn(obs, pairs)
    copy = np.zeros(len(obs))
    if not len(edges):
        _mark(copy, obs, pairs, independent, found)
    published = obs.pub[pairs.late]
    for begin, until in pairwise([*edges, np.inf] if len(edges) else []):
        known = _learn(obs, pairs.take(published < begin))
        _mark(copy, obs, pairs.take((published >= begin) & (published < until)), *known)
    return Followers(independent, found, copy)


def discount_copies(obs: Observations, followers: Followers) -> Observations:
    """Return the observations with the placement probability of likely copies cut to what they still count."""
    return replace(obs, p=obs.p * (1.0 - followers.copy))


def judge_new(old: Observations, new: Observations, followers: Followers) -> NDArray[np.float64]:
    """Return the probability (new rows,) that a new row copies an older or a new one, by what was learned before."""
    near = old.take(np.isin(old.place, new.place))
    names = [n for n in new.__slots__ if n not in {"sources", "story_names"}]
    columns: dict[str, Any] = {n: np.concatenate([getattr(near, n), getattr(new, n)]) for n in names}
    both = replace(new, **columns)
    copy = np.zeros(len(both))
    _mark(copy, both, _pairs(both), followers.independent, followers.found)
    return copy[len(near) :]


class _Pairs(NamedTuple):
    """Tellings of one thing by two sources: earlier and later row, lag in days, whether the dates are the same."""

    early: NDArray[np.int64]
    late: NDArray[np.int64]
    lag: NDArray[np.float64]
    same: NDArray[np.bool_]

    def take(self, chosen: NDArray[np.bool_]) -> _Pairs:
        """Return the chosen pairs."""
        return _Pairs(self.early[chosen], self.late[chosen], self.lag[chosen], self.same[chosen])


def _learn(obs: Observations, pairs: _Pairs) -> tuple[float, tuple[Following, ...]]:
    early, late, lag, same = pairs
    close = lag <= _LAG_DAYS
    # of all sources together, drawn to chance: a pair of sources has few tellings that lie apart
    independent = max((same[~close].sum() + _PRIOR_PAIRS * _CHANCE) / ((~close).sum() + _PRIOR_PAIRS), _CHANCE)
    size = len(obs.sources)
    pair = (obs.source[early].astype(np.int64) * size + obs.source[late])[close]
    keys, at = np.unique(pair, return_inverse=True)
    alike = same[close]
    repeats, same_dates = np.bincount(at, minlength=len(keys)), np.bincount(at, alike, len(keys))
    lags = np.bincount(at, lag[close] * alike, len(keys))
    found = []
    for n, key in enumerate(keys):
        share = (same_dates[n] + _PRIOR_PAIRS * independent) / (repeats[n] + _PRIOR_PAIRS)
        copied = max(float((share - independent) / (1.0 - independent)), 0.0)
        mean = float(lags[n] / same_dates[n]) if same_dates[n] else float("nan")
        names = obs.sources[key // size], obs.sources[key % size]
        found.append(Following(*names, int(repeats[n]), int(same_dates[n]), copied, mean))
    return float(independent), tuple(sorted(found, key=lambda f: (f.follower, f.leader)))


def _mark(
    copy: NDArray[np.float64], obs: Observations, pairs: _Pairs, independent: float, found: tuple[Following, ...]
) -> None:
    """Raise `copy` (rows,) to the probability that the later row of a close pair with the same dates is a copy."""
    early, late, lag, same = pairs
    where = {s: n for n, s in enumerate(obs.sources)}
    share = np.zeros((len(where), len(where)))
    for f in found:
        share[where[f.leader], where[f.follower]] = f.copied / (f.copied + (1.0 - f.copied) * independent)
    chosen = same & (lag <= _LAG_DAYS)
    np.maximum.at(copy, late[chosen], share[obs.source[early[chosen]], obs.source[late[chosen]]])


def _pairs(obs: Observations) -> _Pairs:
    """Return the pairs of tellings of one place, verb, actor and stance by different sources, a month apart at most."""
    key = (obs.place * 4 + obs.verb) * (int(obs.actor.max(initial=0)) + 2) + obs.actor + 1
    key = key * 3 + obs.stance
    order = np.lexsort((np.arange(len(obs)), obs.source, obs.pub, key))
    early, late = [], []
    for back in range(1, _LOOK_BACK + 1):
        a, b = order[:-back], order[back:]
        near = (key[a] == key[b]) & (obs.pub[b] - obs.pub[a] <= _FAR_DAYS) & (obs.source[a] != obs.source[b])
        early.append(a[near])
        late.append(b[near])
    first, second = np.concatenate(early), np.concatenate(late)
    same = (obs.t0[first] == obs.t0[second]) & (obs.t1[first] == obs.t1[second])
    return _Pairs(first, second, obs.pub[second] - obs.pub[first], same)


def describe_following(obs: Observations, source: int, followers: Followers | None) -> dict[str, Any]:
    """Return `copied`, the share of a source's claims taken for copies, and `follows`, whom it copies most."""
    if followers is None:
        return {}
    copied = float(followers.copy[obs.source == source].mean())
    led = {f.leader: f.copied * f.repeats for f in followers.found if f.follower == obs.sources[source]}
    first = max(sorted(led), key=lambda name: led[name], default="")
    return {"copied": copied, "follows": first if led.get(first, 0.0) > 0.0 else ""}
