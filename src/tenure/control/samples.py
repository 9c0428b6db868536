"""Joint draws of who holds what: exact marginals, coupled by Gaussian fields over kilometres and days, one a state.

How far the field reaches is estimated for each study: so far that the area of each state varies over the draws as much as
the places' own doubts and the errors of whole sources make it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numba import njit

from tenure.control.source_variance import source_variance
from tenure.errors import InputError
from tenure.model import ControlSamples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    import pyarrow as pa
    from numpy.typing import NDArray

    from tenure.control.fusion import Fused

__all__ = ["draw_samples", "reach_km", "summarise_areas"]

_REACHES_KM = (5.0, 10.0, 20.0, 40.0, 80.0, 160.0)  # between which the field's reach is looked for
_REACH_DAYS = 60.0  # smooth in time: what a place was drawn as it stays for weeks unless its posterior moves; gate: coverage
_BOUND = 0.5  # of the bound on the sources' variance: eight sets, median coverage of 90% intervals .93; gates: coverage
_TRIED_DRAWS, _TRIED_DAYS = 64, 8  # from which the spread of a reach is told
_SETTLED = 0.9995  # above this a place is drawn as its most probable state
_WIDEST, _STEPS = 12.0, 256  # of the table of exponential times: 12 standard deviations, by 256ths of one
_WAVES = 48  # random Fourier features of one draw


def draw_samples(fused: Fused, dates: Sequence[date], *, count: int, seed: int) -> ControlSamples:
    """Return `count` joint draws of the state of every place on the dates, correlated over space and time.

    In each draw the states race at every place, in a time that is exponential with rate p: the first wins with probability
    p, so marginals are exact. The times of a state come from its own Gaussian field over (km, km, days), exp(-km) and
    exp(-days^2 / 2) in its reaches: near places and near days err together, as far as `reach_km` tells. A draw is smooth in
    time, so that a place keeps its state until its posterior moves. Same seed, same draws, whatever the order of the
    states. `count` below 1 raises.
    """
    if count < 1:
        raise InputError("samples must be at least 1", value=count, remedy="give --samples 1 or more")
    posterior = fused.posterior
    state = np.empty((count, len(dates), len(posterior.place_ids)), np.int8)
    moments = _Moments.of(fused, [posterior.index_of(d) for d in dates])
    reach = reach_km(fused)
    for n in range(count):
        moments.draw((seed, n), reach, state[n])
    return ControlSamples(posterior.place_ids, posterior.states, tuple(dates), state, posterior.method)


def reach_km(fused: Fused) -> float:
    """Return how far the field behind the draws reaches, in km: 5 to 160.

    On eight days over the study the states' areas vary by the doubts of places that err apart, sum over places of
    area^2 p (1 - p), and by the errors of whole sources (`source_variance`, a bound of which a share is real). The reach is
    that with which the draws vary as much. Places without an area count alike.
    """
    posterior = fused.posterior
    days = sorted({(2 * k + 1) * posterior.days // (2 * _TRIED_DAYS) for k in range(_TRIED_DAYS)})
    weights = np.where(fused.scene.informed, fused.scene.area_km2, 0.0)
    weights = weights if np.isfinite(weights).all() else fused.scene.informed.astype(float)
    p = np.array([posterior.p[posterior.knots_on(d)] for d in days])
    apart = float(((weights**2)[None, :, None] * p * (1.0 - p)).sum())
    if apart <= 0.0:
        return _REACHES_KM[0]
    wanted = apart + _BOUND * float(source_variance(fused, days, weights).sum())
    moments = _Moments.of(fused, days)
    spread = np.maximum.accumulate([moments.spread(weights, reach) for reach in _REACHES_KM])
    return float(np.exp(np.interp(np.log(wanted), np.log(np.maximum(spread, 1e-12)), np.log(_REACHES_KM))))


@dataclass(frozen=True, slots=True, eq=False)
class _Moments:
    """What draws of some days start from: only places that are in doubt on one of them are drawn.

    `days` (days,); `xy` (drawn, 2) of the places drawn; `fixed` (days, places) int8 the state of a settled place, -1 of an
    uninformed one; by day `place` and `row`, indices of those in doubt into the places and into the drawn ones, and `rate`
    (in doubt, states), the logarithms of their probabilities; `keys` (states,) numbers of the states' names.
    """

    days: NDArray[np.float64]
    keys: tuple[int, ...]
    xy: NDArray[np.float64]
    fixed: NDArray[np.int8]
    place: tuple[NDArray[np.int64], ...]
    row: tuple[NDArray[np.int64], ...]
    rate: tuple[NDArray[np.float64], ...]

    @classmethod
    def of(cls, fused: Fused, days: Sequence[int]) -> _Moments:
        posterior = fused.posterior
        fixed = np.full((len(days), len(posterior.place_ids)), -1, np.int8)
        place, rate = [], []
        for d, number in enumerate(days):
            knots = posterior.knots_on(number)
            marginal, informed = posterior.p[knots], posterior.informed[knots]
            settled = marginal.max(axis=1) >= _SETTLED
            fixed[d] = np.where(informed & settled, marginal.argmax(axis=1), -1)
            place.append(np.flatnonzero(informed & ~settled))
            rate.append(np.log(np.maximum(marginal[place[-1]], 1e-12)))
        drawn = np.unique(np.concatenate([np.empty(0, np.int64), *place]))
        row = tuple(np.searchsorted(drawn, p) for p in place)
        xy = fused.scene.xy[drawn]
        keys = tuple(crc32(name.encode()) for name in posterior.states)
        return cls(np.array(days, float), keys, xy, fixed, tuple(place), row, tuple(rate))

    def draw(self, seed: tuple[int, ...], reach: float, out: NDArray[np.int8]) -> None:
        """Fill `out` (days, places) with one draw."""
        out[:] = self.fixed
        for d, first in enumerate(self.race(seed, reach)):
            out[d, self.place[d]] = first

    def race(self, seed: tuple[int, ...], reach: float) -> Iterator[NDArray[np.int8]]:
        """Yield, day by day, the state that wins at each place in doubt, (in doubt,)."""
        fields = _fields(self.xy, self.days, seed, self.keys, reach)
        table = _exponential()
        for d, row in enumerate(self.row):
            yield _winners(fields[d], row, self.rate[d], table)

    def spread(self, weights: NDArray[np.float64], reach: float) -> float:
        """Return the variance of the states' totals of weights (places,) over draws of a reach, summed over states, days."""
        total = np.zeros((_TRIED_DRAWS, len(self.days), len(self.keys)))
        for n in range(_TRIED_DRAWS):
            for d, first in enumerate(self.race((n,), reach)):
                total[n, d] = np.bincount(first, weights[self.place[d]], minlength=len(self.keys))
        return float(total.var(axis=0, ddof=1).sum())


@cache
def _exponential() -> NDArray[np.float64]:
    """Return log(-log Phi(z)), the logarithm of an exponential time, on a grid of normal scores; off by 2e-6 in between."""
    from scipy.special import log_ndtr

    table: NDArray[np.float64] = np.log(-log_ndtr(np.arange(-_WIDEST, _WIDEST + 2 / _STEPS, 1 / _STEPS)))
    table.flags.writeable = False
    return table


@njit(cache=True, nogil=True)
def _winners(field, row, log_rate, table):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - compiled: Numba infers
    """Return the states (in doubt,) that come first: -log Phi(z) is exponential, over a rate it is with that rate."""
    out = np.zeros(row.shape[0], np.int8)
    for n in range(row.shape[0]):
        least = np.inf
        for s in range(field.shape[0]):
            at = (min(max(field[s, row[n]], -_WIDEST), _WIDEST) + _WIDEST) * _STEPS
            below = int(at)
            time = table[below] + (at - below) * (table[below + 1] - table[below]) - log_rate[n, s]
            if time < least:
                least, out[n] = time, s
    return out


def _fields(
    xy: NDArray[np.float64], days: NDArray[np.float64], seed: tuple[int, ...], keys: tuple[int, ...], reach: float
) -> NDArray[np.float64]:
    """Return a draw of independent normal fields, (days, keys, places): random Fourier features; exp(-km), exp(-days^2 / 2).

    a cos(kx + wt) + b sin(kx + wt) is taken apart into products of a part of the place and a part of the day: the cosines of
    a place serve all days and all fields. Each field's a and b come from its own key, so fields do not hang on their order.
    """
    rng = np.random.default_rng(seed)
    # the spectrum of exp(-d) in the plane is a Cauchy law: a normal over the root of a chi-squared
    scale = 1.0 / np.sqrt(rng.chisquare(1, _WAVES))
    wave = rng.standard_normal((2, _WAVES)) * scale / reach
    beat = rng.standard_normal(_WAVES) / _REACH_DAYS
    lost = ~np.isfinite(xy).all(axis=1)
    place, time = (np.nan_to_num(xy) @ wave).T, np.outer(days, beat)
    near, far, now, then = np.cos(place), np.sin(place), np.cos(time), np.sin(time)
    out = np.empty((len(days), len(keys), len(xy)))
    for n, key in enumerate(keys):
        own = np.random.default_rng([*seed, key])
        a, b = own.standard_normal((2, _WAVES)) / np.sqrt(_WAVES)
        out[:, n] = (a * now + b * then) @ near + (b * now - a * then) @ far
        out[:, n, lost] = own.standard_normal(int(lost.sum()))
    return out


def summarise_areas(fused: Fused, samples: ControlSamples, *, stated_only: bool = True) -> pa.Table:
    """Return date, actor, lo, hi: the 90% interval of the area (km2) that each state holds, from the places' `area_km2`.

    `stated_only` counts the places of the initial map when there is one, else all informed places. Places without an area
    raise InputError.
    """
    import pyarrow as pa

    scene = fused.scene
    counted = scene.initial >= 0 if stated_only and (scene.initial >= 0).any() else scene.informed
    area = np.where(counted, scene.area_km2, 0.0)
    if np.isnan(area).any():
        raise InputError("places lack their area", value="area_km2", remedy="add the column area_km2")
    rows: dict[str, list[object]] = {"date": [], "actor": [], "lo": [], "hi": []}
    for d, on in enumerate(samples.dates):
        for s, name in enumerate(samples.states):
            held = (samples.state[:, d] == s) @ area
            lo, hi = np.quantile(held, [0.05, 0.95])
            for key, value in zip(rows, (on, name, float(lo), float(hi)), strict=True):
                rows[key].append(value)
    return pa.table({"date": pa.array(rows["date"], pa.date32()), **{k: rows[k] for k in ("actor", "lo", "hi")}})
