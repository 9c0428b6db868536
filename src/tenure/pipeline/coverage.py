"""`tenure gazetteer coverage`: what the reports name and the study cannot use, most costly first, ready for places.csv."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from tenure.model import PlacementStatus
from tenure.pipeline.answers import open_built
from tenure.pipeline.study import make_gazetteer

if TYPE_CHECKING:
    from pathlib import Path

    from tenure.config import Study
    from tenure.model import Placement
    from tenure.pipeline.answers import Built
    from tenure.places import Gazetteer
    from tenure.places.coverage import CoverageRow

__all__ = ["NOT_IN_STUDY", "coverage_lines", "gazetteer_coverage"]

NOT_IN_STUDY = "not_in_study"
"""Reason of a name that resolves inside the study area, but to a place that is not in places.csv: nobody can hold it."""


def gazetteer_coverage(folder: Path, *, limit: int | None = None) -> tuple[str, list[dict[str, Any]]]:
    """Return a line with the share of the names that resolve, and a row a name that the study cannot use.

    Columns: name, reason, control_claims (claims about control that hang on it), reports, mentions, suggestions (places
    with a similar name, nearest first), place_id (only for `not_in_study`). Errors: NotBuiltError.
    """
    from tenure.places.coverage import coverage

    built = open_built(folder)
    gazetteer = make_gazetteer(built.study, folder=folder)
    found = coverage(built.placements, built.claims, gazetteer)
    rows = [_unresolved(row) for row in found.rows] + _not_in_study(built, gazetteer)
    rows.sort(key=lambda r: (-r["control_claims"], -r["mentions"], r["name"], r["reason"]))
    total = found.resolved + found.areas + found.unresolved
    share = f"{found.share:.1%} of {total} place names have a place or an area; {len(rows)} names to mend"
    return share, rows[:limit]


def _unresolved(row: CoverageRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "reason": row.reason.value,
        "control_claims": row.control_claims,
        "reports": row.reports,
        "mentions": row.mentions,
        "suggestions": [f"{s.name} ({s.place_id})" for s in row.suggestions],
        "place_id": None,
    }


def _not_in_study(built: Built, gazetteer: Gazetteer) -> list[dict[str, Any]]:
    from tenure.control import collect_evidence

    known = {p.place_id for p in built.study.places}
    outside = [p for p in built.placements if p.status is PlacementStatus.RESOLVED and p.place_id not in known]
    grouped: dict[str, list[Placement]] = defaultdict(list)
    for placement in _inside(outside, built.study):
        grouped[str(placement.place_id)].append(placement)
    evidence = collect_evidence(built.claims, built.placements, built.reports, built.study).evidence
    rows = []
    for place_id, group in sorted(grouped.items()):
        row = gazetteer.row_of(place_id)
        rows.append(
            {
                "name": group[0].name if row is None else gazetteer.name(row),
                "reason": NOT_IN_STUDY,
                "control_claims": len({e.claim_id for e in evidence if e.place_id == place_id}),
                "reports": len({p.report_id for p in group}),
                "mentions": len(group),
                "suggestions": [],
                "place_id": place_id,
            }
        )
    return rows


def _inside(placements: list[Placement], study: Study) -> list[Placement]:
    import shapely

    area = shapely.from_geojson(study.area)
    shapely.prepare(area)
    return [p for p in placements if p.lon is not None and p.lat is not None and shapely.contains_xy(area, p.lon, p.lat)]


def coverage_lines(folder: Path, *, limit: int | None = None) -> list[dict[str, Any]]:
    """Return the same names as lines for places.csv: complete where a gazetteer knows the place, else to be filled in."""
    gazetteer = make_gazetteer(open_built(folder).study, folder=folder)
    out = []
    for row in gazetteer_coverage(folder, limit=limit)[1]:
        at = None if row["place_id"] is None else gazetteer.row_of(row["place_id"])
        place = None if at is None else gazetteer.place(at)
        note = f"{row['reason']}; {row['control_claims']} claims about control in {row['reports']} reports"
        if row["suggestions"]:
            note += "; perhaps another name of " + ", ".join(row["suggestions"])
        slug = re.sub(r"\W+", "-", row["name"].casefold()).strip("-")
        line: dict[str, Any] = {"place_id": row["place_id"] or f"new-{slug}", "name": row["name"], "alternate_names": ""}
        for column in ("lon", "lat", "feature", "admin1", "admin2", "admin3", "population", "country"):
            value = None if place is None else getattr(place, column)
            line[column] = "" if value is None else value
        out.append({**line, "note": note})
    return out
