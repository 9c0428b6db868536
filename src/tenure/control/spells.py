"""Spells of control: the posterior of a place cut where a change pays, not wherever the daily maximum blips."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

from tenure.control.observing.observations import INTERESTS, STANCES, VERBS
from tenure.model import CONTESTED, UNKNOWN, ControlSpell, ControlStatus, EvidenceTier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.control.observing.observations import Observations
    from tenure.model import Posterior

__all__ = ["find_spells", "segment"]

_SWITCH_COST = 2.0  # days' worth of log-probability that a change must pay: shorter doubts are no spell
_FLOOR = 1e-4
_SUPPORT_DAYS = 10  # evidence dated up to so many days before a spell's first possible day can carry it


def segment(p: NDArray[np.float64], length: NDArray[np.int64], cost: float = _SWITCH_COST) -> NDArray[np.int64]:
    """Return the state of every knot, (knots,), that maximises sum(length * log p) minus `cost` for each change.

    >>> segment(np.array([[0.9, 0.1], [0.4, 0.6], [0.9, 0.1]]), np.array([9, 1, 9])).tolist()
    [0, 0, 0]
    """
    top = np.asarray(p.argmax(axis=1), dtype=np.int64)
    if (top == top[0]).all():
        return top
    gain = length[:, None] * np.log(np.maximum(p, _FLOOR))
    score, back = gain[0], np.zeros(p.shape, np.int64)
    for k in range(1, len(p)):
        best = int(score.argmax())
        stay = score >= score[best] - cost
        back[k] = np.where(stay, np.arange(p.shape[1]), best)
        score = np.where(stay, score, score[best] - cost) + gain[k]
    out = np.empty(len(p), np.int64)
    out[-1] = int(score.argmax())
    for k in range(len(p) - 1, 0, -1):
        out[k - 1] = back[k, out[k]]
    return out


def find_spells(posterior: Posterior, obs: Observations) -> tuple[ControlSpell, ...]:
    """Return the spells of every place in order, with the evidence for each; an uninformed place is one unknown spell."""
    starts = np.searchsorted(obs.place, np.arange(len(posterior.place_ids) + 1))
    out: list[ControlSpell] = []
    for i in range(len(posterior.place_ids)):
        rows = slice(int(starts[i]), int(starts[i + 1]))
        out += _of_place(posterior, i, obs, np.arange(rows.start, rows.stop))
    return tuple(out)


def _of_place(posterior: Posterior, i: int, obs: Observations, rows: NDArray[np.int64]) -> list[ControlSpell]:
    knots = slice(int(posterior.offsets[i]), int(posterior.offsets[i + 1]))
    p, day, informed = posterior.p[knots], posterior.day[knots].astype(np.int64), posterior.informed[knots]
    ends = np.append(day[1:], posterior.days)
    state = np.where(informed, segment(p, ends - day), -1)
    cuts = np.flatnonzero(np.concatenate([[True], state[1:] != state[:-1]]))
    out = []
    for n, first in enumerate(cuts):
        last = cuts[n + 1] if n + 1 < len(cuts) else len(state)
        s, begin, end = int(state[first]), int(day[first]), int(ends[last - 1])
        if s < 0:
            out.append(_spell(posterior, i, (begin, end), UNKNOWN, {}))
            continue
        span = slice(first, last)
        mean = float(np.average(p[span, s], weights=(ends - day)[span]))
        facts: dict[str, object] = {"p": mean}
        if n > 0 and state[first - 1] >= 0:
            low, high, before = _date_interval(p[:, s], day, (int(cuts[n - 1]), int(first), int(last)))
            # its highest value instead of its mean would be the winner's: too sure of changes that are in doubt
            facts |= {"lo": low, "hi": high, "p_change": mean * (1.0 - before)}
        low = int(facts.get("lo", begin))  # type: ignore[call-overload] # an int, above
        facts |= _support(posterior, s, (low, end), obs, rows)
        out.append(_spell(posterior, i, (begin, end), posterior.states[s], facts))
    return out


def _date_interval(p: NDArray[np.float64], day: NDArray[np.int64], cuts: tuple[int, int, int]) -> tuple[int, int, float]:
    """Return the 90% interval [lo, hi) of the day of change, and the state's probability on its least likely day before."""
    before, first, last = cuts
    # from the lowest point before the change to the highest after it
    low = before + int(p[before:first].argmin())
    high = first + int(p[first:last].argmax())
    curve = np.maximum.accumulate(p[low : high + 1])
    rise = float(curve[-1] - curve[0])
    if rise <= 0:
        return int(day[first]), int(day[first]) + 1, float(curve[0])
    share = (curve - curve[0]) / rise
    lo = low + int(np.searchsorted(share, 0.05))
    hi = low + int(np.searchsorted(share, 0.95))
    return int(day[lo]), int(day[hi]) + 1, float(curve[0])


def _support(
    posterior: Posterior, s: int, span: tuple[int, int], obs: Observations, rows: NDArray[np.int64]
) -> dict[str, object]:
    """Return stories, tier, last evidence and first publication of what carries the spell."""
    begin, end = span
    contested = posterior.states[s] == CONTESTED
    near = rows[(obs.t1[rows] > begin - _SUPPORT_DAYS) & (obs.t0[rows] < end)]
    verb, actor, asserted = obs.verb[near], obs.actor[near], obs.stance[near] != STANCES.index("denied")
    took_or_held = (verb == VERBS.index("took")) | (verb == VERBS.index("held"))
    clash, lost = verb == VERBS.index("clash"), verb == VERBS.index("lost")
    for_it = asserted & (clash if contested else (took_or_held & (actor == s)) | (lost & (actor != s)))
    against = (
        (took_or_held & (actor != s) & asserted)
        | (took_or_held & (actor == s) & ~asserted)
        | (lost & (actor == s) & asserted)
    )
    good, bad = near[for_it], near[against & ~for_it]
    stories = len(np.unique(obs.story[good]))
    strong = np.isin(obs.interest[good], [INTERESTS.index(w) for w in ("against", "neutral", "curated")]).any()
    tier = EvidenceTier.ASSESSED if strong else EvidenceTier.CLAIMED
    late = bad[obs.t1[bad] > begin] if len(bad) else bad
    if len(np.unique(obs.story[late])) * 2 > stories and len(late):
        tier = EvidenceTier.DISPUTED
    return {
        "stories": stories,
        "tier": tier,
        "last": int(obs.t1[near].max()) - 1 if len(near) else None,
        "known": float(obs.pub[good].min()) if len(good) else None,
    }


def _spell(posterior: Posterior, i: int, days: tuple[int, int], controller: str, facts: dict[str, object]) -> ControlSpell:
    first = posterior.first_day
    status = {UNKNOWN: ControlStatus.UNKNOWN, CONTESTED: ControlStatus.CONTESTED}.get(controller, ControlStatus.CONTROLLED)
    last, known = facts.get("last"), facts.get("known")
    midnight = datetime.combine(first, time(0), tzinfo=UTC)
    return ControlSpell(
        place_id=posterior.place_ids[i],
        start=first + timedelta(days=days[0]),
        end=first + timedelta(days=days[1]),
        status=status,
        controller=controller,
        p=float(facts.get("p", 1.0 / len(posterior.states))),  # type: ignore[arg-type] # a float
        p_change=float(facts.get("p_change", 1.0)),  # type: ignore[arg-type] # a float
        start_lo=first + timedelta(days=int(facts.get("lo", days[0]))),  # type: ignore[call-overload] # an int
        start_hi=first + timedelta(days=int(facts.get("hi", days[0] + 1))),  # type: ignore[call-overload] # an int
        tier=facts.get("tier", EvidenceTier.CLAIMED),  # type: ignore[arg-type] # a tier
        sources=int(facts.get("stories", 0)),  # type: ignore[call-overload] # an int
        last_evidence=None if last is None else first + timedelta(days=int(last)),  # type: ignore[call-overload] # an int
        known_from=None if known is None else midnight + timedelta(days=float(known)),  # type: ignore[arg-type] # a float
        method=posterior.method,
    )
