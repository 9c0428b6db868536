from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tenure.model import Area, FeatureClass, Place, Report
from tenure.places import Gazetteer, build_gazetteer
from tenure.places.gazetteer import world

if TYPE_CHECKING:
    from collections.abc import Callable


def village(place_id: str, name: str, lon: float | None, lat: float | None, **more: Any) -> Place:
    alternates = tuple(more.pop("alternates", ()))
    return Place(place_id, name, alternates, lon, lat, FeatureClass.SETTLEMENT, country="SY", **more)


def box(area_id: str, name: str, level: int, square: tuple[float, float, float], parent: str | None = None) -> Area:
    x, y, size = square
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return Area(area_id, name, level, parent, json.dumps({"type": "Polygon", "coordinates": [ring]}), country="SY")


AREAS = [
    box("SY07", "Idlib", 1, (36.0, 35.0, 1.5)),
    box("SY0700", "Ma'arrat", 2, (36.5, 35.0, 0.75), "SY07"),
    box("SY070001", "Abul Thohur", 3, (37.0, 35.5, 0.25), "SY0700"),
    box("SY05", "Hama", 1, (36.0, 34.0, 1.0)),
]
PLACES = [
    village("C1", "Saraqab", 36.806, 35.864, alternates=["Saraqib"]),
    village("C2", "Abul Thohur", 37.056, 35.733, alternates=["Abu al-Duhur", "أبو الظهور"]),
    village("C3", "Harmala", 36.9, 35.6),
    village("C4", "Harmala", 36.2, 34.2),
    village("C5", "Um Elqura", None, None, area_id="SY070001"),
    village("C6", "Khan Shaykhun", 36.65, 35.44, population=40_000),
    village("C7", "Kafr Nobol", 36.56, 35.61),
]


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return build_gazetteer(PLACES, AREAS, world=False)


@pytest.fixture(scope="session")
def world_gazetteer() -> Gazetteer:
    """The study in a small world: towns of 15,000 people in six countries, all countries, units of those countries."""
    kept = {"SY", "GB", "CA", "US", "FR", "UA"}
    real, units = world._geonames, world._unit_rows
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "_geonames", lambda name: _few(real, name, kept))
        patch.setattr(
            world,
            "_unit_rows",
            lambda: [row for row in units() if row[1][:2] in kept | {"AU", "ES", "RU", "CN"} and row[2] == "1"],
        )
        return build_gazetteer(PLACES, AREAS, countries=["SY", "UA"])


def _few(real: Callable[[str], dict[str, Any]], name: str, kept: set[str]) -> dict[str, Any]:
    if name != "cities500":
        return real(name)
    return {
        key: city for key, city in real("cities15000").items() if city["countrycode"] in kept and city["population"] > 40_000
    }


def report(text: str, **more: Any) -> Report:
    return Report(more.pop("report_id", "r"), text, datetime(2018, 2, 9, tzinfo=UTC), "day", **more)


def span(text: str, name: str) -> tuple[int, int]:
    start = text.index(name)
    return start, start + len(name)
