"""How much ground and how many places each holder has on a date, with intervals from joint samples."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from tenure.territory.grouping import Grouping, whole_area
from tenure.territory.interval import tally, to_measure
from tenure.territory.labels import drawn_on, names_of, probability_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tenure.grid import Cells
    from tenure.model import ControlSamples, Measure, Posterior

__all__ = ["UNPOPULATED", "area_by_day", "areas_by_actor"]

UNPOPULATED = "unpopulated"
"""The holder under which ground that is nobody's is written."""


def areas_by_actor(
    posterior: Posterior,
    samples: ControlSamples | None,
    cells: Cells,
    on: date | Sequence[date],
    *,
    grouping: Grouping | None = None,
) -> tuple[Measure, ...]:
    """Return ``area_km2`` and ``places`` of every holder (actors, contested, unknown) on one or more dates, by group.

    The value is the posterior expectation, so that a date's areas, with ``unpopulated`` in the whole area, add up to the
    area exactly; the intervals are quantiles of the joint samples, which know that neighbours fall together. `since` is
    the date, `until` the day after. Without samples the intervals are NaN. Raises InputError for a date that was not
    sampled.
    """
    dates = [on] if isinstance(on, date) else on
    return tuple(m for day in dates for m in _areas_on(posterior, samples, cells, day, grouping=grouping))


def _areas_on(
    posterior: Posterior, samples: ControlSamples | None, cells: Cells, on: date, *, grouping: Grouping | None
) -> list[Measure]:
    groups = whole_area(cells) if grouping is None else grouping
    span = (on, on + timedelta(days=1))
    p = probability_on(posterior, cells, on)
    drawn = None if samples is None else drawn_on(samples, cells, on)
    out: list[Measure] = []
    for name, weights in (("area_km2", groups.km2), ("places", groups.counted.astype(np.float64))):
        for g, group in enumerate(groups.names):
            sums = None if drawn is None else tally(drawn, p.shape[1], weights[g])
            for s, actor in enumerate(names_of(posterior)):
                value = float(weights[g] @ p[:, s])
                draws = None if sums is None else sums[:, s]
                out.append(to_measure(name, actor, span, value=value, draws=draws, method=posterior.method, group=group))
    if grouping is None and cells.unpopulated_km2 > 0:
        value = cells.unpopulated_km2
        out.append(to_measure("area_km2", UNPOPULATED, span, value=value, draws=np.array([value]), method=posterior.method))
    return out


def area_by_day(posterior: Posterior, cells: Cells, weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Return the expected km2 of every holder on every day, (days, names); `weights` (places,) replace the cells' km2.

    Cost grows with the knots of the posterior, not with its days: each knot adds its difference on its day.
    """
    km2 = cells.area_km2 if weights is None else weights
    where = cells.align(posterior.place_ids)
    found = where >= 0
    ground = np.zeros(len(posterior.place_ids))
    np.add.at(ground, where[found], km2[found])
    p = np.concatenate((posterior.p * posterior.informed[:, None], 1.0 - posterior.informed[:, None]), axis=1)
    step = p.copy()
    step[1:] -= p[:-1]
    step[posterior.offsets[:-1]] = p[posterior.offsets[:-1]]
    step *= np.repeat(ground, np.diff(posterior.offsets))[:, None]
    out = np.zeros((posterior.days, p.shape[1]))
    for s in range(p.shape[1]):
        out[:, s] = np.bincount(posterior.day, step[:, s], minlength=posterior.days)
    out[0, -1] += km2[~found].sum()
    total: NDArray[np.float64] = np.cumsum(out, axis=0)
    return total
