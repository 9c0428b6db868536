"""Why: what each story did to the posterior of a place on a day, by leaving it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tenure.control.kernels.smoothing import run_chain
from tenure.control.observing.observations import STANCES, VERBS
from tenure.errors import InputError, UnknownPlaceError
from tenure.model import CONTESTED

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from tenure.control.fusion import Fused
    from tenure.control.kernels.chain import ChainInput

__all__ = ["ClaimWeight", "SourceFlip", "leave_out_sources", "sensitivity", "weigh_claims", "weigh_claims_on_days"]


@dataclass(frozen=True, slots=True)
class ClaimWeight:
    """The effect of one claim's story on P(state) at a place and day."""

    claim_id: str
    story: str
    source: str
    verb: str
    stance: str
    state: str
    """The state that the claim speaks of: its actor, or contested for a clash."""
    log_odds: float
    """Log-odds of `state` with the story minus without it."""
    p_with: float
    p_without: float
    speaks: bool
    """False for copies: the story's weight is that of its first telling."""


@dataclass(frozen=True, slots=True)
class SourceFlip:
    """A place whose most probable controller on some day depends on one source."""

    place_id: str
    day: date
    with_source: str
    without_source: str


def weigh_claims(fused: Fused, place_id: str, on: date) -> tuple[ClaimWeight, ...]:
    """Return the claims that bear on a place, strongest first, each with its leave-one-story-out effect on the day.

    The neighbours' field and the parameters stay as fused. A place without claims gives (); an unknown one raises.
    """
    return weigh_claims_on_days(fused, place_id, {on: None})[on]


def weigh_claims_on_days(
    fused: Fused, place_id: str, wanted: Mapping[date, Container[str] | None]
) -> dict[date, tuple[ClaimWeight, ...]]:
    """Return by day what `weigh_claims` says of it, of the wanted claims only (None: of all that bear on the place).

    A story is left out once for all days together, and only where one of its claims is wanted on some day.
    """
    if place_id not in fused.posterior.place_ids:
        raise UnknownPlaceError("the study has no such place", value=place_id, remedy="see places.csv")
    i, scene = fused.posterior.place_ids.index(place_id), fused.scene
    days = {on: fused.posterior.index_of(on) for on in wanted}
    evidence = np.flatnonzero(scene.evidence.place == i)
    told = {on: _told(fused, evidence, claims) for on, claims in wanted.items()}
    rows = np.flatnonzero(scene.rows.obs.place == i)
    story_of = scene.rows.obs.story
    stories = np.unique(story_of[scene.row_of[np.unique(np.concatenate([[], *told.values()]).astype(np.int64))]])
    number = {int(story): n + 1 for n, story in enumerate(stories)}
    left_out = [rows[:0], *(rows[story_of[rows] == story] for story in stories)]
    p = _marginals(fused, i, left_out, np.array(list(days.values()), np.int64))
    out = {}
    for k, on in enumerate(days):
        weights = [_weight(fused, int(e), p[0, k], p[number[int(story_of[scene.row_of[e]])], k]) for e in told[on]]
        # a gain is evidence of the taking and of the holding: of one claim the stronger is told, once
        strongest = {(w.claim_id, w.state): w for w in sorted(weights, key=lambda w: (abs(w.log_odds), w.verb))}
        out[on] = tuple(sorted(strongest.values(), key=lambda w: (-abs(w.log_odds), w.claim_id, w.state)))
    return out


def _told(fused: Fused, evidence: NDArray[np.int64], claims: Container[str] | None) -> NDArray[np.int64]:
    """Return the evidence of the given claims only."""
    if claims is None:
        return evidence
    ids = fused.scene.evidence.claim_id
    return np.array([e for e in evidence.tolist() if str(ids[e]) in claims], np.int64)


def _weight(fused: Fused, e: int, full: NDArray[np.float64], without: NDArray[np.float64]) -> ClaimWeight:
    obs, states = fused.scene.evidence, fused.posterior.states
    s = len(states) - 1 if obs.verb[e] == VERBS.index("clash") else int(obs.actor[e])
    row = fused.scene.rows.obs
    speaks = str(row.claim_id[fused.scene.row_of[e]]) == str(obs.claim_id[e])
    return ClaimWeight(
        claim_id=str(obs.claim_id[e]),
        story=str(obs.story_names[obs.story[e]]),
        source=obs.sources[obs.source[e]],
        verb=VERBS[obs.verb[e]],
        stance=STANCES[obs.stance[e]],
        state=states[s] if s < len(states) - 1 else CONTESTED,
        log_odds=float(_logit(full[s]) - _logit(without[s])),
        p_with=float(full[s]),
        p_without=float(without[s]),
        speaks=speaks,
    )


def _logit(p: float) -> float:
    p = min(max(p, 1e-12), 1 - 1e-12)
    return float(np.log(p) - np.log1p(-p))


def leave_out_sources(fused: Fused, place_id: str, on: date) -> dict[str, NDArray[np.float64]]:
    """Return by source that speaks of a place its posterior on a day without it, (states,), in order of name.

    The neighbours' field and the parameters stay as fused. A place without claims gives {}; an unknown one raises.
    """
    if place_id not in fused.posterior.place_ids:
        raise UnknownPlaceError("the study has no such place", value=place_id, remedy="see places.csv")
    i, obs = fused.posterior.place_ids.index(place_id), fused.scene.rows.obs
    rows = np.flatnonzero(obs.place == i)
    speakers = sorted(np.unique(obs.source[rows]).tolist(), key=lambda s: obs.sources[s])
    days = np.array([fused.posterior.index_of(on)], np.int64)
    if not speakers:
        return {}
    p = _marginals(fused, i, [rows[obs.source[rows] == s] for s in speakers], days)
    return {obs.sources[s]: p[n, 0] for n, s in enumerate(speakers)}


_BATCH_ROWS = 100_000
"""Rows of evidence that are copied at once, to keep memory small at a place with very many."""


def _marginals(fused: Fused, i: int, left_out: Sequence[NDArray[np.int64]], days: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the posterior of place i on the days, (variants, days, states), with each of the sets of rows left out."""
    size = max(1, min(64, _BATCH_ROWS // max(int((fused.scene.rows.obs.place == i).sum()), 1)))
    out = np.empty((len(left_out), len(days), len(fused.posterior.states)))
    for first in range(0, len(left_out), size):
        part = left_out[first : first + size]
        counts, day, p = run_chain(_variants(fused, i, part), np.arange(len(part)))[:3]
        stops = np.cumsum(counts)
        for n, (start, stop) in enumerate(zip(stops - counts, stops, strict=True)):
            out[first + n] = p[start + np.searchsorted(day[start:stop], days, side="right") - 1]
    return out


def _variants(fused: Fused, i: int, left_out: Sequence[NDArray[np.int64]]) -> ChainInput:
    """Return the input of place i as often as there are sets of rows to leave out of it."""
    chain, many = fused.chain, np.full(len(left_out), i)
    rows = np.arange(chain.state_offsets[i], chain.state_offsets[i + 1])
    jumps = np.arange(chain.jump_offsets[i], chain.jump_offsets[i + 1])
    asserts = rows[fused.scene.rows.jump[rows]]
    state = [rows[~np.isin(rows, gone)] for gone in left_out]
    jump = [jumps[~np.isin(asserts, gone)] for gone in left_out]
    at, jump_at = np.concatenate(state), np.concatenate(jump)
    names = ("jump_first", "jump_length", "jump_kind", "jump_actor", "jump_position", "jump_odds")
    return chain._replace(
        prior=chain.prior[many],
        state_offsets=np.cumsum([0, *map(len, state)], dtype=np.int64),
        state_day=chain.state_day[at],
        state_log=chain.state_log[at],
        jump_offsets=np.cumsum([0, *map(len, jump)], dtype=np.int64),
        to_code=chain.to_code[many],
        con_code=chain.con_code[many],
        **{n: getattr(chain, n)[jump_at] for n in names},
    )


def without_rows(chain: ChainInput, drop: NDArray[np.bool_], jump: NDArray[np.bool_]) -> ChainInput:
    """Return the input of all places without the dropped rows (rows,); `jump` (rows,) marks those that assert a change."""
    state, jumps = ~drop, ~drop[jump]
    names = ("jump_first", "jump_length", "jump_kind", "jump_actor", "jump_position", "jump_odds")

    def offsets(old: NDArray[np.int64], keep: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum(keep)])[old].astype(np.int64)

    return chain._replace(
        state_offsets=offsets(chain.state_offsets, state),
        state_day=chain.state_day[state],
        state_log=chain.state_log[state],
        jump_offsets=offsets(chain.jump_offsets, jumps),
        **{n: getattr(chain, n)[jumps] for n in names},
    )


def _tops(chain: ChainInput, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the most probable state of the places on every day, (places, days)."""
    counts, day, p = run_chain(chain, places)[:3]
    place = np.repeat(np.arange(len(places)), counts)
    # knots are in order of place and day: the last one at or before each day is valid there
    at = np.searchsorted(place * chain.days + day, np.arange(len(places) * chain.days), side="right") - 1
    return np.asarray(p.argmax(axis=1)[at], dtype=np.int64).reshape(len(places), chain.days)


def sensitivity(fused: Fused, source: str) -> tuple[SourceFlip, ...]:
    """Return the places whose most probable controller changes without the source, with the first day on which it does.

    Field and parameters stay as fused; only places that the source speaks of can flip. An unknown source raises InputError.
    """
    from datetime import timedelta

    obs = fused.scene.rows.obs
    if source not in obs.sources:
        raise InputError("no evidence of such a source", value=source, remedy=f"known: {', '.join(obs.sources[:8])}")
    drop = obs.source == obs.sources.index(source)
    places = np.unique(obs.place[drop]).astype(np.int64)
    told, untold = _tops(fused.chain, places), _tops(without_rows(fused.chain, drop, fused.scene.rows.jump), places)
    flips = []
    for n in np.flatnonzero((told != untold).any(axis=1)):
        d, states = int(np.argmax(told[n] != untold[n])), fused.posterior.states
        on = fused.posterior.first_day + timedelta(days=d)
        flips.append(SourceFlip(fused.posterior.place_ids[int(places[n])], on, states[told[n, d]], states[untold[n, d]]))
    return tuple(flips)
