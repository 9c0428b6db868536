"""Joint draws of who holds what: exact marginals, coupled by a Gaussian field over kilometres and days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tenure.errors import InputError
from tenure.model import ControlSamples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    import pyarrow as pa
    from numpy.typing import NDArray

    from tenure.control.fusion import Fused

__all__ = ["draw_samples", "summarise_areas"]

_REACH_KM = 60.0  # of the field behind the draws; the states themselves go together over some 20 km; gate: interval coverage
_REACH_DAYS = 30.0
_SETTLED = 0.9995  # above this a place is drawn as its most probable state
_WAVES = 48  # random Fourier features of one draw


def draw_samples(fused: Fused, dates: Sequence[date], *, count: int, seed: int) -> ControlSamples:
    """Return `count` joint draws of the state of every place on the dates, correlated over space and time.

    Each draw pushes one Gaussian field over (km, km, days), with exponential-like decay, through every place's marginal
    posterior: marginals are exact, near places and near days err together. Same seed, same draws. `count` below 1 raises.
    """
    if count < 1:
        raise InputError("samples must be at least 1", value=count, remedy="give --samples 1 or more")
    posterior = fused.posterior
    state = np.full((count, len(dates), len(posterior.place_ids)), -1, np.int8)
    steps = list(_on_dates(fused, dates))
    days = np.array([posterior.index_of(d) for d in dates], float)
    for n in range(count):
        z = _field(fused.scene.xy, days, np.random.default_rng([seed, n]))
        for d, edges, informed, sure in steps:
            drawn = (z[:, d, None] > edges).sum(axis=1)
            state[n, d] = np.where(informed, np.where(sure >= 0, sure, drawn), -1)
    return ControlSamples(posterior.place_ids, posterior.states, tuple(dates), state, posterior.method)


_Step = tuple[int, "NDArray[np.float64]", "NDArray[np.bool_]", "NDArray[np.int64]"]


def _on_dates(fused: Fused, dates: Sequence[date]) -> Iterator[_Step]:
    """Yield a date's number, the normal quantiles between states (places, states - 1), who is informed, who is settled."""
    from scipy.special import ndtri

    for d, on in enumerate(dates):
        marginal = fused.posterior.on(on)
        edges = ndtri(np.clip(np.cumsum(marginal, axis=1)[:, :-1], 0.0, 1.0))
        sure = np.where(marginal.max(axis=1) >= _SETTLED, marginal.argmax(axis=1), -1)
        yield d, edges, fused.posterior.informed_on(on), sure


def _field(xy: NDArray[np.float64], days: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return one draw of a normal field, (places, days): random Fourier features whose spectrum is that of exp(-distance).

    cos(kx + wt + phase) is taken apart into products of a part of the place and a part of the day, so that all days
    together cost one matrix product instead of a cosine each.
    """
    # the spectrum of exp(-d) in the plane is a Cauchy law: a normal over the root of a chi-squared
    scale = 1.0 / np.sqrt(rng.chisquare(1, _WAVES))
    wave = rng.standard_normal((2, _WAVES)) * scale / _REACH_KM
    beat = rng.standard_cauchy(_WAVES) / _REACH_DAYS
    phase = rng.uniform(0, 2 * np.pi, _WAVES)
    place, time = np.nan_to_num(xy) @ wave, np.outer(beat, days) + phase[:, None]
    z = np.sqrt(2.0 / _WAVES) * (np.cos(place) @ np.cos(time) - np.sin(place) @ np.sin(time))
    lost = ~np.isfinite(xy).all(axis=1)
    z[lost] = rng.standard_normal(int(lost.sum()))[:, None]
    return np.asarray(z, dtype=float)


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
