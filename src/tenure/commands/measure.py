"""`tenure measure`: areas, places and what changed between two days, whole or by unit.

Control is fused again from the stored evidence: the days that are asked for may be any.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tenure.commands.days import as_of, check_published, day
from tenure.errors import InputError
from tenure.pipeline.assessment import headline_dates, sample_known
from tenure.pipeline.built import known_of, open_built
from tenure.pipeline.headline import measure_rows
from tenure.pipeline.known import fuse_known
from tenure.store import read_document

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from tenure.config import Study
    from tenure.grid import Cells
    from tenure.model import Measure
    from tenure.territory import Grouping

__all__ = ["measure_study"]


NAMING = ("name", "area_id", "zone_id", "id")
"""Properties of a polygon that name it, the first that is there."""

BY = ("admin1", "admin2", "admin3", "week", "zone")


def measure_study(
    folder: Path,
    *,
    since: str | None = None,
    until: str | None = None,
    by: str | None = None,
    area: Path | None = None,
    as_known_on: str | None = None,
    now: datetime,
) -> list[dict[str, Any]]:
    """Return measures as rows: area and places on both dates and the change between them, whole or by unit.

    `by` is an admin level, ``zone`` or ``week`` (weekly areas, and what each actor gained, lost and netted week by week);
    `area` a GeoJSON file, each of whose polygons is a unit. `as_known_on` measures with what was published by that day, and
    up to it. Errors: InputError for a bad date or `by`, StudyError for a bad file.
    """
    from tenure.territory import areas_by_actor, change_between, weekly_change

    if by is not None and by not in BY:
        raise InputError("unknown grouping", value=by, remedy="use " + ", ".join(BY))
    if by is not None and area is not None:
        raise InputError("--by and --area exclude each other", value=by, remedy="give one of them")
    built = open_built(folder)
    now = as_of(built.study, as_known_on, now)
    first, last = _dates(built.study, since, until, now)
    known = known_of(built, now)
    fused, cells = fuse_known(known, built.evidence)
    weeks = [first + timedelta(days=7 * w) for w in range((last - first).days // 7 + 1)] if by == "week" else []
    samples = sample_known(known, fused, cells, [first, last, *weeks])
    if by == "week":
        held = areas_by_actor(fused.posterior, samples, cells, sorted({*weeks, last}))
        return measure_rows((*held, *weekly_change(samples, cells, first, last)))
    grouping = _grouping(built.study, cells, by) if area is None else _by_file(cells, area)
    measures: list[Measure] = [*areas_by_actor(fused.posterior, samples, cells, [first, last], grouping=grouping)]
    measures += change_between(fused.posterior, samples, cells, first, last, grouping=grouping).measures
    return measure_rows(measures)


def _by_file(cells: Cells, path: Path) -> Grouping:
    """Return one group a polygon of a GeoJSON file, by its name or id; those of one name are told apart by a number."""
    from tenure.config.shapes import read_shapes
    from tenure.territory import by_polygon

    polygons: dict[str, str] = {}
    for shape in read_shapes(path.name, read_document(path).content, repair=True):
        name = next((str(shape.properties[k]) for k in NAMING if shape.properties.get(k)), path.stem)
        twins = sum(1 for p in polygons if p == name or p.startswith(f"{name} #"))
        polygons[f"{name} #{twins + 1}" if twins else name] = shape.geometry
    return by_polygon(cells, polygons)


def _dates(study: Study, since: str | None, until: str | None, now: datetime) -> tuple[date, date]:
    told = now.date() - timedelta(days=study.config.embargo_days)
    first, last = (max(min(d, told), study.config.start) for d in headline_dates(study))
    first, last = day(since, name="--since") or first, day(until, name="--until") or last
    for name, value in (("--since", first), ("--until", last)):
        check_published(study, name, value, now)
    if last < first:
        raise InputError("--until lies before --since", value=f"{first} to {last}", remedy="swap them")
    return first, last


def _grouping(study: Study, cells: Cells, by: str | None) -> Grouping | None:
    from tenure.territory import by_admin, by_zone

    if by is None:
        return None
    return by_zone(cells, study.zones) if by == "zone" else by_admin(cells, by, study.areas)
