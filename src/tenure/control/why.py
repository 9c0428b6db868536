"""Why: what each story did to the posterior of a place on a day, by leaving it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tenure.control.observations import STANCES, VERBS
from tenure.control.smoothing import run_chain
from tenure.errors import InputError, UnknownPlaceError
from tenure.model import CONTESTED

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from tenure.control.chain import ChainInput
    from tenure.control.fusion import Fused

__all__ = ["ClaimWeight", "Flip", "sensitivity", "weigh_claims"]


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
class Flip:
    """A place whose most probable controller on some day depends on one source."""

    place_id: str
    day: date
    with_source: str
    without_source: str


def weigh_claims(fused: Fused, place_id: str, on: date) -> tuple[ClaimWeight, ...]:
    """Return the claims that bear on a place, strongest first, each with its leave-one-story-out effect on the day.

    The neighbours' field and the parameters stay as fused. A place without claims gives (); an unknown one raises.
    """
    if place_id not in fused.posterior.place_ids:
        raise UnknownPlaceError("the study has no such place", value=place_id, remedy="see places.csv")
    i = fused.posterior.place_ids.index(place_id)
    day, scene = fused.posterior.index_of(on), fused.scene
    full = _marginal(fused.chain, i, day, None)
    rows = np.flatnonzero(scene.rows.obs.place == i)
    evidence = np.flatnonzero(scene.evidence.place == i)
    out = []
    for story in np.unique(scene.rows.obs.story[rows]):
        members = rows[scene.rows.obs.story[rows] == story]
        without = _marginal(fused.chain, i, day, _mask(scene.rows.jump, members, len(scene.rows.obs)))
        told = evidence[np.isin(scene.row_of[evidence], members)]
        out += [_weight(fused, int(e), full, without) for e in told]
    return tuple(sorted(out, key=lambda w: (-abs(w.log_odds), w.claim_id, w.state)))


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


def _mask(jump: NDArray[np.bool_], members: NDArray[np.int64], size: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    drop = np.zeros(size, bool)
    drop[members] = True
    return drop, drop[jump]


def _marginal(
    chain: ChainInput, i: int, day: int, drop: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None
) -> NDArray[np.float64]:
    out = run_chain(one_place(chain, i, drop), np.zeros(1, np.int64))
    return np.asarray(out[2][np.searchsorted(out[1], day, side="right") - 1], dtype=float)


def one_place(chain: ChainInput, i: int, drop: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None) -> ChainInput:
    """Return the input of place i alone, without the dropped rows (masks over state rows and over jump rows)."""
    state = np.arange(chain.state_offsets[i], chain.state_offsets[i + 1])
    jump = np.arange(chain.jump_offsets[i], chain.jump_offsets[i + 1])
    if drop is not None:
        state, jump = state[~drop[0][state]], jump[~drop[1][jump]]
    names = ("jump_first", "jump_length", "jump_kind", "jump_actor", "jump_position", "jump_odds")
    return chain._replace(
        prior=chain.prior[i : i + 1],
        state_offsets=np.array([0, len(state)], np.int64),
        state_day=chain.state_day[state],
        state_log=chain.state_log[state],
        jump_offsets=np.array([0, len(jump)], np.int64),
        to_code=chain.to_code[i : i + 1],
        con_code=chain.con_code[i : i + 1],
        **{n: getattr(chain, n)[jump] for n in names},
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


def sensitivity(fused: Fused, source: str) -> tuple[Flip, ...]:
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
        flips.append(Flip(fused.posterior.place_ids[int(places[n])], on, states[told[n, d]], states[untold[n, d]]))
    return tuple(flips)
