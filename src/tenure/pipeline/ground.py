"""A study's evidence fused: its places and initial statements as the control stage wants them.

The build and every later question (`measure`, `why`, ...) fuse the same stored evidence in the same way, so that a number
and its explanation can never come from two models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from tenure.config import Study
    from tenure.control import Fused
    from tenure.grid import Cells
    from tenure.model import Area, Place, Statement

__all__ = ["control_places", "fuse_study", "initial_table", "study_cells"]

HELD_FEATURES = frozenset({"settlement", "base", "facility", "mountain"})
"""What can be held as a place; rivers, regions and admin units are where places are."""


def study_cells(study: Study) -> Cells:
    """Return the ground of the study's places."""
    from tenure.grid import build_cells

    held = [p for p in study.places if p.feature.value in HELD_FEATURES]
    within = study.config.populated_within_km
    return build_cells(held, study.areas, study.area, populated_within_km=within)


def control_places(study: Study, cells: Cells) -> pa.Table:
    """Return place_id, x, y (km), area_km2 and population of every place that can be held.

    A place known only by its area stands at a point inside that area: near the right neighbours, though never drawn there.
    """
    import numpy as np
    import pyarrow as pa

    inside = _inner_points(study, cells)
    x, y = cells.x_km.copy(), cells.y_km.copy()
    for i, place in enumerate(cells.places):
        if not np.isfinite(x[i]) and place.area_id in inside:
            x[i], y[i] = inside[place.area_id]
    columns = {
        "place_id": pa.array(cells.place_ids, pa.string()),
        "x": pa.array(x),
        "y": pa.array(y),
        "area_km2": pa.array(cells.area_km2),
        "population": pa.array([p.population for p in cells.places], pa.int64()),
        "admin1": pa.array([p.admin1 for p in cells.places], pa.string()),
        "admin2": pa.array([p.admin2 for p in cells.places], pa.string()),
        "admin3": pa.array([p.admin3 for p in cells.places], pa.string()),
    }
    return pa.table(columns)


def _inner_points(study: Study, cells: Cells) -> dict[str | None, tuple[float, float]]:
    import shapely

    out: dict[str | None, tuple[float, float]] = {}
    for area in study.areas:
        point = shapely.from_geojson(area.geometry).representative_point()
        x, y = cells.projection.forward(point.x, point.y)
        out[area.area_id] = (float(x), float(y))
    return out


def initial_table(study: Study, cells: Cells) -> pa.Table:
    """Return place_id and state as the initial statements give them; what is said of a place beats what is said of its area.

    Among areas the smaller (deeper level) beats the larger. Places of which nothing is said are left out: unknown.
    """
    import pyarrow as pa

    by_place = {s.place_id: s for s in study.initial}
    areas = {a.area_id: a for a in study.areas}
    stated = sorted((areas[s.place_id] for s in study.initial if s.place_id in areas), key=lambda a: (a.level, a.area_id))
    state: dict[str, Statement] = {}
    for area in stated:
        for place_id in _places_in(area, cells, areas):
            state[place_id] = by_place[area.area_id]
    for place_id in cells.place_ids:
        if place_id in by_place:
            state[place_id] = by_place[place_id]
    ids = [p for p in cells.place_ids if p in state]
    return pa.table(
        {"place_id": pa.array(ids, pa.string()), "state": pa.array([state[i].controller for i in ids], pa.string())}
    )


def _places_in(area: Area, cells: Cells, areas: dict[str, Area]) -> list[str]:
    inside = cells.within(area.geometry, what=f"area {area.area_id}")
    return [p.place_id for i, p in enumerate(cells.places) if inside[i] or (p.lon is None and _belongs(p, area, areas))]


def _belongs(place: Place, area: Area, areas: dict[str, Area]) -> bool:
    at = place.area_id
    while at is not None and at in areas:
        if at == area.area_id:
            return True
        at = areas[at].parent
    return False


def fuse_study(
    study: Study, evidence: pa.Table, cells: Cells, *, reading: str = "hindsight", known_on: date | None = None
) -> Fused:
    """Return the study's fused control over its span, hindsight or filtered."""
    from tenure.control import fuse

    options: dict[str, Any] = {"sides": {a.actor_id: a.side for a in study.actors}}
    return fuse(
        evidence,
        control_places(study, cells),
        initial=initial_table(study, cells),
        start=study.config.start,
        end=study.config.end,
        states=[a.actor_id for a in study.actors if a.holds_ground],
        reading=reading,
        known_on=known_on,
        **options,
    )
