"""Front lines: where the ground of two holders meets, how sure that is, how long it is, and how it moves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import shapely

from tenure.grid import to_geojson
from tenure.model import UNKNOWN
from tenure.territory.findings import Front, Movement
from tenure.territory.interval import quantiles
from tenure.territory.labels import drawn_on, label_steps, labels_on, names_of, probability_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from tenure.grid import Cells
    from tenure.model import ControlSamples, Posterior

__all__ = ["FrontSeries", "front_lengths", "front_lines", "front_movement"]

_SURE = 0.9  # a cell is sure from this probability on: the band's two contours are 1 - _SURE and _SURE


def _sides(names: Sequence[str], sides: Mapping[str, str] | None) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the side names, ``unknown`` last, and the side of every holder."""
    side = [(sides or {}).get(n, n) for n in names]
    labels = (*sorted(set(side) - {UNKNOWN}), UNKNOWN)
    return labels, np.array([labels.index(s) for s in side], np.int64)


def front_lines(
    posterior: Posterior,
    cells: Cells,
    on: date,
    *,
    samples: ControlSamples | None = None,
    sides: Mapping[str, str] | None = None,
    sure: float = _SURE,
) -> tuple[Front, ...]:
    """Return the fronts of a date, one a pair of holders that meet, longest first; ground that is unknown has no front.

    `sides` joins actors under one name (actor id -> side). ``contested`` ground counts as a holder of its own. The length's
    interval is from the joint samples (NaN without). The contours are those of the probability that is constant over a cell:
    the line of a date is never drawn finer than the places that carry it.
    """
    labels, side_of = _sides(names_of(posterior), sides)
    side = side_of[labels_on(posterior, cells, on)]
    p = np.zeros((len(side), len(labels)))
    np.add.at(p.T, side_of, probability_on(posterior, cells, on).T)
    lengths = None if samples is None else _pair_km(side_of[drawn_on(samples, cells, on)], cells, len(labels))
    ends = np.sort(side[cells.edges], axis=1).reshape(-1, 2)
    met = ends[(ends[:, 0] != ends[:, 1]) & (ends[:, 1] != len(labels) - 1)]
    out = []
    for a, b in np.unique(met, axis=0):
        line = (ends == (a, b)).all(axis=1)
        km = float(cells.border_km[line].sum())
        draws = None if lengths is None else lengths[:, a * len(labels) + b]
        low, high, band = _contours(p[:, a], p[:, b], cells, sure)
        drawn = [to_geojson(g, cells.projection) for g in (_lines(cells, line), low, high)]
        held = to_geojson(cells.union(band), cells.projection)
        ground = float(cells.area_km2[band].sum())
        out.append(Front(on, labels[a], labels[b], drawn[0], km, *quantiles(draws, km), drawn[1], drawn[2], held, ground))
    return tuple(sorted(out, key=lambda f: (-f.length_km, f.first, f.second)))


def _lines(cells: Cells, chosen: NDArray[np.bool_]) -> BaseGeometry:
    merged = shapely.line_merge(shapely.MultiLineString(list(shapely.get_parts(cells.borders[chosen]))))
    return shapely.MultiLineString([p for p in shapely.get_parts(merged) if p.geom_type == "LineString"])


def _pair_km(side: NDArray[np.int64], cells: Cells, count: int) -> NDArray[np.float64]:
    """Return for every draw the km of border by unordered pair of sides, (draws, count * count)."""
    from tenure.territory.interval import tally

    one, other = side[:, cells.edges[:, 0]], side[:, cells.edges[:, 1]]
    return tally(np.minimum(one, other) * count + np.maximum(one, other), count * count, cells.border_km)


def _contours(
    first: NDArray[np.float64], second: NDArray[np.float64], cells: Cells, sure: float
) -> tuple[BaseGeometry, BaseGeometry, NDArray[np.bool_]]:
    """Return the lines where `first` falls under 1 - sure and rises over sure, and the two sides' cells between."""
    # of the two alone: third parties' ground is not between these sides
    mine = first + second > 0.5  # noqa: PLR2004 - more probably one of the two than anybody else
    share = np.divide(first, first + second, out=np.zeros_like(first), where=mine)
    ends = cells.edges
    both = mine[ends[:, 0]] & mine[ends[:, 1]]
    lines = [
        _lines(cells, both & ((share >= level)[ends[:, 0]] != (share >= level)[ends[:, 1]])) for level in (1 - sure, sure)
    ]
    return lines[0], lines[1], mine & (share > 1 - sure) & (share < sure)


class FrontSeries:
    """Length of every pair's front on every day on which some holder changes; `day` (steps,), `km` (steps, names, names)."""

    __slots__ = ("day", "km", "names", "swept_km2")

    def __init__(
        self, names: tuple[str, ...], day: NDArray[np.int64], km: NDArray[np.float64], swept_km2: NDArray[np.float64]
    ) -> None:
        """Keep the arrays; `km` is symmetric, `swept_km2` (steps, from, to) is the ground that passed on that day."""
        self.names, self.day, self.km, self.swept_km2 = names, day, km, swept_km2


def front_lengths(posterior: Posterior, cells: Cells) -> FrontSeries:
    """Return the front lengths of all days at once: only the borders of cells that change are looked at again."""
    names = names_of(posterior)
    count, places = len(names), len(cells.places)
    ends = np.concatenate((cells.edges, cells.edges[:, ::-1]))
    order = np.argsort(ends[:, 0], kind="stable")
    edge = np.tile(np.arange(len(cells.edges)), 2)[order]
    starts = np.searchsorted(ends[order, 0], np.arange(places + 1))
    held = np.zeros(places, np.int64)
    km: NDArray[np.float64] = np.zeros(count * count)
    days, lengths, swept = [], [], []
    for day, members, new in label_steps(posterior, cells):
        moved: NDArray[np.float64] = np.zeros(count * count)
        if day == 0:
            held = new.copy()
            pair = held[cells.edges[:, 0]] * count + held[cells.edges[:, 1]]
            km = _sums(pair, cells.border_km, count)
        else:
            near = np.concatenate([np.arange(starts[i], starts[i + 1]) for i in members])
            touched = np.unique(edge[near])
            one, other = cells.edges[touched].T
            km = km - _sums(held[one] * count + held[other], cells.border_km[touched], count)
            moved = _sums(held[members] * count + new, cells.area_km2[members], count)
            held[members] = new
            km = km + _sums(held[one] * count + held[other], cells.border_km[touched], count)
        square = km.reshape(count, count)
        days.append(day)
        lengths.append(square + square.T)
        swept.append(moved.reshape(count, count))
    return FrontSeries(names, np.array(days, np.int64), np.array(lengths), np.array(swept))


def _sums(pair: NDArray[np.int64], weights: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    return np.bincount(pair, weights, minlength=count * count).astype(np.float64)


def front_movement(posterior: Posterior, series: FrontSeries, first: str, second: str) -> tuple[Movement, ...]:
    """Return the movement of the front between two holders on every day on which ground passed between them."""
    a, b = series.names.index(first), series.names.index(second)
    out = []
    for i in np.flatnonzero(series.swept_km2[:, a, b] + series.swept_km2[:, b, a]).tolist():
        length = float(series.km[max(i - 1, 0), a, b])
        lost, won = float(series.swept_km2[i, a, b]), float(series.swept_km2[i, b, a])
        day = posterior.first_day + timedelta(days=int(series.day[i]))
        out.append(Movement(day, first, second, won, lost, length, (won + lost) / length if length else 0.0))
    return tuple(out)
