"""Coordinates that cannot be right: 0, 0, and longitude and latitude exchanged, told from where a place must lie.

A place must lie in the polygon of its `area_id`; without one, in its country (bounds of the first-level units, from
Natural Earth); where the country is not known, in the study area. It is exchanged when it lies there only the other way
round: a place that lies nowhere near either way is not judged, since borders are drawn coarsely and disputed.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tenure.model import Area, Place

__all__ = ["exchanged_in_country", "misplaced"]

_NEAR = 0.2
"""Degrees by which a place may lie outside what must hold it, since outlines are drawn coarsely."""


@cache
def _boxes() -> Mapping[str, NDArray[np.float64]]:
    """Return west, south, east and north, (boxes, 4), by country."""
    import numpy as np

    text = files("tenure.config").joinpath("data/country_boxes.csv").read_text(encoding="utf-8")
    gathered: dict[str, list[list[float]]] = {}
    for code, *bounds in list(csv.reader(text.splitlines()))[1:]:
        gathered.setdefault(code, []).append([float(bound) for bound in bounds])
    return {code: np.array(rows) for code, rows in gathered.items()}


def _in_boxes(
    boxes: NDArray[np.float64], lon: NDArray[np.float64], lat: NDArray[np.float64], margin: float
) -> NDArray[np.bool_]:
    import numpy as np

    x, y = lon[:, None], lat[:, None]
    inside = (x >= boxes[:, 0] - margin) & (x <= boxes[:, 2] + margin)
    inside &= (y >= boxes[:, 1] - margin) & (y <= boxes[:, 3] + margin)
    return np.asarray(inside.any(axis=1))


def exchanged_in_country(code: str, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_] | None:
    """Return which points, (n,), lie in a country (ISO alpha-2) only when exchanged; None for a country without bounds.

    >>> import numpy as np
    >>> exchanged_in_country("SY", np.array([35.86, 36.8]), np.array([36.8, 35.86])).tolist()
    [True, False]
    """
    boxes = _boxes().get(code)
    if boxes is None:
        return None
    return ~_in_boxes(boxes, lon, lat, _NEAR) & _in_boxes(boxes, lat, lon, 0.0)


def _exchanged_in_shape(geometry: str, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    import shapely

    shape = shapely.from_geojson(geometry)
    shapely.prepare(shape)
    out: NDArray[np.bool_] = shapely.contains_xy(shape, lat, lon) & ~shapely.contains_xy(shape, lon, lat)
    out[out] = shapely.distance(shape, shapely.points(lon[out], lat[out])) > _NEAR
    return out


def misplaced(
    places: Sequence[Place], areas: Sequence[Area], *, country: str | None = None, outline: str | None = None
) -> dict[int, str]:
    """Return what is wrong with the coordinates of places, by their index in the list.

    `country` holds for places that name none; `outline` is the study area (GeoJSON geometry text) where the study gives one.

    >>> from tenure.model import FeatureClass, Place
    >>> misplaced([Place("1", "Saraqib", (), 35.86, 36.8, FeatureClass.SETTLEMENT, country="SY")], [])
    {0: 'lon and lat look exchanged: lies in SY only as 36.8, 35.86'}
    """
    import numpy as np

    out = {}
    groups: dict[tuple[str, str], list[int]] = {}
    shapes = {area.area_id: area.geometry for area in areas}
    for i, place in enumerate(places):
        if place.lon is None or place.lat is None:
            continue
        code = place.country or country or ""
        if place.lon == 0 and place.lat == 0:
            out[i] = "0, 0 stands for coordinates that nobody knows"
        elif place.area_id in shapes:
            groups.setdefault(("area", str(place.area_id)), []).append(i)
        elif code in _boxes():
            groups.setdefault(("country", code), []).append(i)
        elif outline is not None:
            groups.setdefault(("outline", "the study area"), []).append(i)
    for (kind, label), members in groups.items():
        lon = np.array([places[i].lon for i in members], dtype=float)
        lat = np.array([places[i].lat for i in members], dtype=float)
        if kind == "country":
            found = exchanged_in_country(label, lon, lat)
        else:
            found = _exchanged_in_shape(shapes[label] if kind == "area" else str(outline), lon, lat)
        for at in np.flatnonzero(found if found is not None else []).tolist():
            given = places[members[at]]
            out[members[at]] = f"lon and lat look exchanged: lies in {label} only as {given.lat:g}, {given.lon:g}"
    return dict(sorted(out.items()))
