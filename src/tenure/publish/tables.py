"""The published tables: each collection as rows with a geometry, its columns described in ``data/columns.toml``."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tenure.errors import InputError
from tenure.model import CONTESTED, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pyarrow as pa

    from tenure.model import Claim, Placement, Quantity, Report
    from tenure.publish.release import Release

__all__ = ["Column", "Table", "cell_text", "columns_of", "table", "table_names", "to_arrow", "web_address"]

_WEEK_DAYS = 7
_FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*[=+@\-\uff1d\uff0b\uff20\uff0d\u2212]|[\t\r\n]")
"""A spreadsheet may run a cell that starts so, blanks before it or not; forms of full width it takes for the plain ones."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the codebook."""

    name: str
    type: str
    unit: str
    meaning: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One collection: `rows` hold plain values (None where empty), `geometry` GeoJSON text or None, row by row."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]
    geometry: tuple[str | None, ...]

    @property
    def is_spatial(self) -> bool:
        """Whether any row has a geometry."""
        return any(g is not None for g in self.geometry)


@cache
def _codebook() -> dict[str, Any]:
    return tomllib.loads(files("tenure.publish").joinpath("data/columns.toml").read_text(encoding="utf-8"))


def table_names() -> tuple[str, ...]:
    """Return the names of all published tables.

    >>> table_names()[:3]
    ('control', 'places', 'events')
    """
    return tuple(_codebook()["collections"])


@cache
def columns_of(name: str) -> tuple[Column, ...]:
    """Return the columns of a table in order; an unknown table raises InputError.

    >>> columns_of("weights")[-1].unit
    'natural log-odds'
    """
    book = _codebook()
    if name not in book["collections"]:
        raise InputError("no such table", value=name, remedy="use one of " + ", ".join(table_names()))
    out = []
    for column in book["collections"][name]:
        kind, unit, meaning, *values = book.get(name, {}).get(column) or book["shared"][column]
        out.append(Column(column, kind, unit, meaning, tuple(values[0].split(" | ")) if values else ()))
    return tuple(out)


def web_address(url: str | None) -> str | None:
    """Return the address when it is one of the web, else None: a script or a file is never linked.

    >>> web_address("javascript:alert(1)") is None
    True
    """
    return url if url is not None and url.lower().startswith(("http://", "https://")) else None


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field of a record
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return "|".join(str(_plain(v)) for v in value)
    if isinstance(value, float) and not math.isfinite(value):
        return None  # not measured is an empty cell, not a number
    return value


def _of_records(name: str, records: Iterable[Any]) -> list[dict[str, Any]]:
    return [{c.name: _plain(getattr(r, c.name)) for c in columns_of(name)} for r in records]


def _point(lon: float | None, lat: float | None) -> str | None:
    return None if lon is None or lat is None else f'{{"type":"Point","coordinates":[{lon!r},{lat!r}]}}'


def _control(rel: Release) -> tuple[list[dict[str, Any]], list[str | None]]:
    places = {p.place_id: p for p in rel.publication.places}
    cells = {c.place_id: c for c in rel.publication.cells}
    names = {a.actor_id: a.name for a in rel.publication.actors} | {CONTESTED: "Contested", UNKNOWN: "Unknown"}
    rows, shapes = [], []
    for spell in sorted(rel.publication.spells, key=lambda s: (s.place_id, s.start)):
        place, cell = places.get(spell.place_id), cells.get(spell.place_id)
        row: dict[str, Any] = {
            "name": place.name if place else None,
            "lon": place.lon if place else None,
            "lat": place.lat if place else None,
            "admin1": place.admin1 if place else None,
            "admin2": place.admin2 if place else None,
            "admin3": place.admin3 if place else None,
            "area_km2": cell.area_km2 if cell else None,
            "controller_name": names.get(spell.controller, spell.controller),
        }
        rows.append(
            {c.name: row[c.name] if c.name in row else _plain(getattr(spell, c.name)) for c in columns_of("control")}
        )
        shapes.append(cell.geometry if cell else _point(row["lon"], row["lat"]))
    return rows, shapes


def _places(rel: Release) -> tuple[list[dict[str, Any]], list[str | None]]:
    cells = {c.place_id: c.area_km2 for c in rel.publication.cells}
    places = sorted(rel.publication.places, key=lambda p: p.place_id)
    rows = []
    for p in places:
        own = {"area_km2": cells.get(p.place_id)}
        rows.append({c.name: own[c.name] if c.name in own else _plain(getattr(p, c.name)) for c in columns_of("places")})
    return rows, [_point(p.lon, p.lat) for p in places]


def time_precision(claim: Claim) -> int:
    """Return the ACLED time precision of a claim's interval: 1 day, 2 week, 3 longer."""
    days = (claim.end - claim.start).days
    return 1 if days <= 1 else 2 if days <= _WEEK_DAYS else 3


def _origin(claim: Claim, reports: dict[str, Report]) -> dict[str, Any]:
    report = reports.get(claim.report_id)
    return {
        "publisher": report.publisher if report else None,
        "story_id": report.story_id if report else None,
        "copy_of": report.copy_of if report else None,
        "url": web_address(report.url) if report else None,
        "published_at": report.published_at if report else claim.known_from,
    }


def _events(rel: Release) -> tuple[list[dict[str, Any]], list[str | None]]:
    reports = {r.report_id: r for r in rel.publication.reports}
    by_claim: dict[str, list[Placement]] = {}
    for placement in rel.publication.placements:
        if placement.claim_id is not None and placement.status.value != "unresolved":
            by_claim.setdefault(placement.claim_id, []).append(placement)
    rows, shapes = [], []
    for claim in sorted(rel.publication.claims, key=lambda c: (c.start, c.claim_id)):
        for number, spot in enumerate(by_claim.get(claim.claim_id, ()), start=1):
            own = {
                **_origin(claim, reports),
                "event_id": f"{claim.claim_id}-{number}",
                "time_precision": time_precision(claim),
                "p_place": spot.p,
                **{k: _plain(getattr(spot, k)) for k in ("place_id", "name", "role", "lon", "lat")},
                **{k: getattr(spot, k) for k in ("geo_precision", "where_prec", "radius_km")},
            }
            rows.append(
                {c.name: own[c.name] if c.name in own else _plain(getattr(claim, c.name)) for c in columns_of("events")}
            )
            shapes.append(_point(spot.lon, spot.lat) if spot.status.value == "resolved" else None)
    return rows, shapes


def _quantity(quantity: Quantity) -> str:
    high = "" if quantity.high is None else f"..{quantity.high:g}"
    return f"{quantity.kind.value}:{quantity.qualifier.value}:{quantity.value:g}{high}"


def _claims(rel: Release) -> tuple[list[dict[str, Any]], list[str | None]]:
    reports = {r.report_id: r for r in rel.publication.reports}
    rows = []
    for claim in sorted(rel.publication.claims, key=lambda c: (c.start, c.claim_id)):
        own = {
            **_origin(claim, reports),
            "places": "|".join(p.name for p in claim.places),
            "quantities": "|".join(_quantity(q) for q in claim.quantities),
        }
        rows.append({c.name: own[c.name] if c.name in own else _plain(getattr(claim, c.name)) for c in columns_of("claims")})
    return rows, [None] * len(rows)


def _incidents(rel: Release) -> tuple[list[dict[str, Any]], list[str | None]]:
    places = {p.place_id: p for p in rel.publication.places}
    rows, shapes = [], []
    for row in rel.publication.incidents:
        place = places.get(row.place_id or "")
        own = {"lon": place.lon if place else None, "lat": place.lat if place else None}
        rows.append(
            {c.name: own[c.name] if c.name in own else _plain(getattr(row, c.name)) for c in columns_of("incidents")}
        )
        shapes.append(_point(own["lon"], own["lat"]))
    return rows, shapes


def _measures(rel: Release) -> tuple[list[dict[str, Any]], list[str | None]]:
    """Return the measures; their last day is inclusive here, as the codebook has it."""
    rows = _of_records("measures", rel.publication.measures)
    for row in rows:
        row["until"] -= timedelta(days=1)
    return rows, [None] * len(rows)


def _reports(rel: Release) -> tuple[list[dict[str, Any]], list[str | None]]:
    rows = _of_records("reports", sorted(rel.publication.reports, key=lambda r: (r.published_at, r.report_id)))
    for row in rows:
        row["url"] = web_address(row["url"])
    return rows, [None] * len(rows)


_SPECIAL: dict[str, Callable[[Release], tuple[list[dict[str, Any]], list[str | None]]]] = {
    "control": _control,
    "places": _places,
    "events": _events,
    "claims": _claims,
    "incidents": _incidents,
    "measures": _measures,
    "reports": _reports,
}


def table(released: Release, name: str) -> Table:
    """Return one published table of a release; a study without such findings gives no rows.

    Rows are in a fixed order, so that equal releases give equal bytes. Raises InputError for an unknown name.
    """
    columns = columns_of(name)
    if name in _SPECIAL:
        rows, shapes = _SPECIAL[name](released)
    else:
        records = getattr(released.publication, name)
        rows = _of_records(name, records)
        shapes = [getattr(r, "geometry", None) for r in records]
    return Table(name=name, columns=columns, rows=tuple(rows), geometry=tuple(shapes))


def to_arrow(data: Table) -> pa.Table:
    """Return the table's columns (without geometry) as Arrow, with unit and meaning in each field's metadata."""
    import pyarrow as pa

    kinds = {
        "string": pa.string(),
        "number": pa.float64(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us", tz="UTC"),
    }
    arrays, fields = [], []
    for column in data.columns:
        arrays.append(pa.array([r[column.name] for r in data.rows], type=kinds[column.type]))
        fields.append(
            pa.field(column.name, kinds[column.type], metadata={"unit": column.unit, "description": column.meaning})
        )
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def cell_text(value: Any) -> str:  # noqa: ANN401 - any plain value
    """Return a value as the text of a cell: one that a spreadsheet would run as a formula gets an apostrophe.

    Numbers stay numbers, also where they come as text.

    >>> cell_text("=1+1"), cell_text("  -A1"), cell_text(-2.5), cell_text("-2.5")
    ("'=1+1", "'  -A1", '-2.5', '-2.5')
    """
    text = text_value(value)
    runs = isinstance(value, str) and _FORMULA.match(text) and not _NUMBER.fullmatch(text)
    return "'" + text if runs else text


def text_value(value: Any) -> str:  # noqa: ANN401 - any plain value
    """Return a value as text: dates as ISO 8601, times in UTC with Z, floats without noise, None as the empty string."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.12g}" if isinstance(value, float) else str(value)
