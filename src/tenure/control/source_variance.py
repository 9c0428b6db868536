"""What the posterior owes to each source, and how much a total may err for it.

A source errs in one direction over all that it says: its own habits, and those of whom it hears, do not change from village
to village. So the variance that such errors bring into a total follows from what leaving out one source at a time makes of
it (the jackknife over clusters: Tukey 1958; Efron and Stein 1981). Field and parameters stay as fused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tenure.control.kernels.smoothing import run_chain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tenure.control.fusion import Fused
    from tenure.control.kernels.chain import ChainInput

__all__ = ["source_variance"]

_JUMPS = ("jump_first", "jump_length", "jump_kind", "jump_actor", "jump_position", "jump_odds")


def source_variance(fused: Fused, days: Sequence[int], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the variance that the sources' errors bring into each state's expected total, (days, states).

    The total of a state on a day number is the sum over places of weight (places,) times probability. The variance is
    the sum over sources of the squared change (the bound of Efron and Stein); no evidence gives zeros. Costs one pass of the
    chain for every pair of a source and a place that it speaks of.
    """
    obs, jump, chain = fused.scene.rows.obs, fused.scene.rows.jump, fused.chain
    touched = np.unique(obs.place)
    if not len(touched):
        return np.zeros((len(days), chain.prior.shape[1]))
    whole = _on(chain, touched, days)
    totals = []
    for source in np.unique(obs.source).tolist():
        drop = obs.source == source
        places = np.unique(obs.place[drop])
        change = _on(_without(chain, drop, drop[jump]), places, days) - whole[:, np.searchsorted(touched, places)]
        totals.append(np.einsum("p,dps->ds", weights[places], change))
    variance: NDArray[np.float64] = (np.array(totals) ** 2).sum(axis=0)
    return variance


def _on(chain: ChainInput, places: NDArray[np.int64], days: Sequence[int]) -> NDArray[np.float64]:
    """Return the posterior of some places on some days, (days, places, states)."""
    counts, day, p = run_chain(chain, places.astype(np.int64))[:3]
    row = np.repeat(np.arange(len(places)), counts)
    key = row * (chain.days + 1) + day[: len(row)]
    ranks = [np.searchsorted(key, np.arange(len(places)) * (chain.days + 1) + d, side="right") - 1 for d in days]
    found: NDArray[np.float64] = p[np.array(ranks).reshape(len(days), len(places))]
    return found


def _without(chain: ChainInput, state: NDArray[np.bool_], jump: NDArray[np.bool_]) -> ChainInput:
    """Return the chain's input without the rows of two masks, over state rows and over jump rows."""
    kept_state = np.concatenate([[0], np.cumsum(~state)]).astype(np.int64)
    kept_jump = np.concatenate([[0], np.cumsum(~jump)]).astype(np.int64)
    return chain._replace(
        state_offsets=kept_state[chain.state_offsets],
        state_day=chain.state_day[~state],
        state_log=chain.state_log[~state],
        jump_offsets=kept_jump[chain.jump_offsets],
        **{name: getattr(chain, name)[~jump] for name in _JUMPS},
    )
