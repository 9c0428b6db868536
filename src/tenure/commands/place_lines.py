"""`tenure gazetteer coverage --lines`: what does not resolve as lines that places.csv takes as they are, and advice.

A line is written only where it is whole: a place of a gazetteer that the study lacks, one whose name resembles the name in
question, or an area in which the name's reports mostly speak. What is an edit of a line that stands already, or needs
coordinates that nobody has given, is said in words: a study never gets a second line of one place, nor a made-up point.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

from tenure.commands.coverage import called, unusable_names
from tenure.model import UnresolvedReason
from tenure.pipeline.built import open_built
from tenure.pipeline.study import make_gazetteer, study_file
from tenure.store import read_study_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tenure.commands.coverage import Unusable
    from tenure.model import Place
    from tenure.pipeline.built import Built
    from tenure.places import Gazetteer

__all__ = ["Mending", "coverage_lines"]

_MOSTLY = 0.5
"""Share of the places that a name's reports speak of which must lie in one area for the name to be put there."""


@dataclass(frozen=True, slots=True)
class Mending:
    """Lines to append to places.csv, each with the columns of that file, and what only a person can decide."""

    columns: tuple[str, ...]
    delimiter: str
    breaks: bool
    """Whether a line break must come first: the file does not end with one."""
    lines: tuple[dict[str, Any], ...]
    advice: tuple[str, ...]

    def text(self) -> str:
        """Return the lines as they are appended to places.csv: in its columns, without a header."""
        sink = io.StringIO()
        writer = csv.DictWriter(sink, self.columns, extrasaction="ignore", delimiter=self.delimiter, lineterminator="\n")
        writer.writerows(self.lines)
        return ("\n" if self.breaks and self.lines else "") + sink.getvalue()


def coverage_lines(folder: Path, *, limit: int | None = None) -> Mending:
    """Return the names of `gazetteer_coverage` as lines for the study's places.csv. Errors: NotBuiltError."""
    built = open_built(folder)
    gazetteer = make_gazetteer(built.study, folder=folder)
    given = read_study_files(folder).get(study_file(built.study, "places"), b"")
    columns, delimiter = _layout(given)
    known = {p.place_id: p.name for p in built.study.places}
    lines: dict[str, dict[str, Any]] = {}
    advice = []
    for name in unusable_names(built, gazetteer)[1][:limit]:
        line = _line(name, built, gazetteer, known)
        if line is None:
            advice.append(_advice(name, known))
        elif line["place_id"] in lines:
            other = lines[line["place_id"]]
            other["alternate_names"] = "|".join(filter(None, (other["alternate_names"], name.name)))
        else:
            lines[line["place_id"]] = line
    breaks = bool(given) and not given.endswith((b"\n", b"\r"))
    return Mending(columns, delimiter, breaks, tuple(lines.values()), tuple(advice))


def _layout(places_csv: bytes) -> tuple[tuple[str, ...], str]:
    """Return the columns and the delimiter of the study's places.csv; all that it may have where there is none."""
    from tenure.config.gazetteer import PLACE_COLUMNS

    text = places_csv.decode("utf-8-sig", errors="replace")
    head = next((line for line in text.splitlines() if line.strip() and not line.lower().startswith("sep=")), "")
    if not head:
        return (*PLACE_COLUMNS[0], *PLACE_COLUMNS[1]), ","
    delimiter = max((",", ";", "\t"), key=head.count)
    return tuple(cell.strip().casefold() for cell in next(csv.reader([head], delimiter=delimiter))), delimiter


def _line(name: Unusable, built: Built, gazetteer: Gazetteer, known: Mapping[str, str]) -> dict[str, Any] | None:
    """Return a whole line for places.csv, None where there is none to be written."""
    from tenure.places.gazetteer.find import MATCHES_FROM

    note = f"{name.reason}; {name.control_claims} claims about control in {name.reports} reports"
    if name.place_id is not None:
        at = gazetteer.row_of(name.place_id)
        return (
            None
            if at is None
            else {**_of_place(gazetteer.place(at), built), **_as_reported(at, built, gazetteer), "note": note}
        )
    if name.reason not in {UnresolvedReason.NO_CANDIDATE, UnresolvedReason.AMBIGUOUS}:
        return None
    best = _first_inside(name, least=MATCHES_FROM)
    if best in known:
        return None
    at = None if best is None else gazetteer.row_of(best)
    if at is not None:
        note += f"; perhaps this place: check that {name.name} is its name"
        return {**_of_place(gazetteer.place(at), built), "alternate_names": name.name, "note": note}
    return _by_name_only(name, built, note)


def _by_name_only(name: Unusable, built: Built, note: str) -> dict[str, Any] | None:
    area = _spoken_of(name.name, built)
    if area is None:
        return None
    slug = re.sub(r"\W+", "-", name.name.casefold()).strip("-")
    return {
        "place_id": f"new-{slug}",
        "name": name.name,
        "feature": "settlement",
        "area_id": area,
        "country": built.study.config.country if built.study.config.country != "ZZ" else "",
        "note": note + "; known by name only, put where its reports mostly speak: check it, and give lon and lat",
        "alternate_names": "",
    }


def _as_reported(row: int, built: Built, gazetteer: Gazetteer) -> dict[str, str]:
    """Return a place's name as most reports have it, where the gazetteer has that name too, and its main name beside it."""
    place_id, main = gazetteer.place_id(row), gazetteer.name(row)
    said = Counter(p.name for p in built.placements if p.place_id == place_id and row in gazetteer.lookup(p.name)[0])
    best = max(sorted(said), key=lambda n: said[n], default=main)
    return {"name": best, "alternate_names": "" if best == main else main}


def _first_inside(name: Unusable, *, least: float = -inf) -> str | None:
    """Return the id of the first suggestion inside the study area whose spelling scores so much at least."""
    return next((s.place_id for s in name.suggestions if s.outside_km == 0 and s.log_score >= least), None)


def _of_place(place: Place, built: Built) -> dict[str, Any]:
    columns = ("place_id", "name", "lon", "lat", "feature", "admin1", "admin2", "admin3", "population", "country")
    out = {c: "" if getattr(place, c) is None else getattr(place, c) for c in columns}
    areas = _areas_at(place, built)
    return {
        **out,
        "alternate_names": "",
        "area_id": areas[-1] if areas else "",
        "radius_km": place.radius_km or "",
        "gazetteer": place.gazetteer,
    }


def _areas_at(place: Place, built: Built) -> list[str]:
    """Return the study's areas that hold a place, the finest last."""
    import shapely

    if place.lon is None or place.lat is None:
        return []
    point = shapely.Point(place.lon, place.lat)
    found = [(a.level, a.area_id) for a in built.study.areas if shapely.from_geojson(a.geometry).covers(point)]
    return [area_id for _, area_id in sorted(found)]


def _spoken_of(name: str, built: Built) -> str | None:
    """Return the area in which most of the places lie that the reports of an unresolved name speak of."""
    reports = {p.report_id for p in built.placements if p.name == name and p.place_id is None}
    area_of = {p.place_id: p.area_id for p in built.study.places if p.area_id}
    beside = {(p.report_id, p.place_id) for p in built.placements if p.report_id in reports and p.place_id is not None}
    counts = Counter(area_of.get(str(place_id)) for _, place_id in sorted(beside, key=str))
    best = max(sorted(filter(None, counts)), key=lambda a: counts[a], default=None)
    return best if best is not None and counts[best] > _MOSTLY * counts.total() else None


def _advice(name: Unusable, known: Mapping[str, str]) -> str:
    what = f"{name.name} ({name.reason}, {name.control_claims} claims about control)"
    if name.elsewhere is not None:
        return f"{what} is {called(name.elsewhere)}; add the place that is meant if it is another"
    if name.reason in {UnresolvedReason.TOO_VAGUE, UnresolvedReason.REJECTED}:
        return f"{what}: nothing to add"
    if name.reason == UnresolvedReason.AMBIGUOUS and len(name.suggestions) > 1:
        return f"{what} may be {' or '.join(map(called, name.suggestions))}: decide with tenure review"
    best = _first_inside(name)
    if best in known:
        return f"{what}: if it is {known[str(best)]}, add it to the alternate_names of {best}"
    like = f"; the names most like it are {', '.join(map(called, name.suggestions))}" if name.suggestions else ""
    return f"{what} is in no gazetteer: add a line with its lon and lat, or with an area_id{like}"
