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

_REACH_KM = 20.0  # posterior errors of places so far apart still go together; gate: coverage of the area interval
_REACH_DAYS = 30.0
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
    for d, marginal, informed in _on_dates(fused, dates):
        state[:, d] = marginal.argmax(axis=1).astype(np.int8)
        state[:, d, ~informed] = -1
        open_places = np.flatnonzero(informed & (marginal.max(axis=1) < 0.9995))  # noqa: PLR2004 - the rest is settled
        if len(open_places) == 0:
            continue
        edges = np.cumsum(marginal[open_places], axis=1)[:, :-1]
        position = posterior.index_of(dates[d])
        for n in range(count):
            u = _field(fused.scene.xy[open_places], float(position), np.random.default_rng([seed, n]))
            state[n, d, open_places] = (u[:, None] > edges).sum(axis=1)
    return ControlSamples(posterior.place_ids, posterior.states, tuple(dates), state, posterior.method)


def _on_dates(fused: Fused, dates: Sequence[date]) -> Iterator[tuple[int, NDArray[np.float64], NDArray[np.bool_]]]:
    for d, on in enumerate(dates):
        yield d, fused.posterior.on(on), fused.posterior.informed_on(on)


def _field(xy: NDArray[np.float64], day: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return uniforms (places,) of one draw: random Fourier features whose spectrum is that of exp(-distance)."""
    from scipy.special import ndtr

    # the spectrum of exp(-d) in the plane is a Cauchy law: a normal over the root of a chi-squared
    scale = 1.0 / np.sqrt(rng.chisquare(1, _WAVES))
    wave = rng.standard_normal((2, _WAVES)) * scale / _REACH_KM
    beat = rng.standard_cauchy(_WAVES) / _REACH_DAYS
    phase = rng.uniform(0, 2 * np.pi, _WAVES)
    located = np.nan_to_num(xy)
    z = np.sqrt(2.0 / _WAVES) * np.cos(located @ wave + beat * day + phase).sum(axis=1)
    lost = ~np.isfinite(xy).all(axis=1)
    z[lost] = rng.standard_normal(int(lost.sum()))
    return np.asarray(ndtr(z), dtype=float)


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
