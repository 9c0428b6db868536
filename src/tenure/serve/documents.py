"""The service's own documents as plain values: landing page, conformance, collections, queryables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tenure.serve.extent import CRS84, CRS_LIST
from tenure.serve.selection import GEOMETRY

if TYPE_CHECKING:
    from tenure.publish.tables import Column
    from tenure.serve.collection import Collection
    from tenure.serve.edition import Edition

__all__ = ["CONFORMANCE", "collection_document", "collections_document", "conformance", "landing", "queryables"]

_FEATURES = "http://www.opengis.net/spec/ogcapi-features-"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
CONFORMANCE = (
    *("http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/" + c for c in ("core", "html", "json")),
    *(f"{_FEATURES}1/1.0/conf/{c}" for c in ("core", "oas30", "html", "geojson")),
    f"{_FEATURES}2/1.0/conf/crs",
    *(f"{_FEATURES}3/1.0/conf/{c}" for c in ("queryables", "queryables-query-parameters", "filter", "features-filter")),
    *(
        _CQL2 + c
        for c in (
            "cql2-text",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "temporal-functions",
            "property-property",
        )
    ),
)
"""Conformance classes that are met; each has its tests."""

_TYPES = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}
JSON, GEOJSON, HTML, SCHEMA = "application/json", "application/geo+json", "text/html", "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"


def link(href: str, rel: str, kind: str, title: str) -> dict[str, str]:
    """Return a link as the standard writes it."""
    return {"href": href, "rel": rel, "type": kind, "title": title}


def _self(base: str, path: str, kind: str = JSON) -> list[dict[str, str]]:
    return [
        link(f"{base}{path}?f=json", "self", kind, "This document as JSON"),
        link(f"{base}{path}?f=html", "alternate", HTML, "This document as HTML"),
    ]


def landing(edition: Edition, base: str) -> dict[str, Any]:
    """Return the landing page."""
    links = [
        *_self(base, "/"),
        link(f"{base}/api?f=json", "service-desc", OPENAPI, "The API definition"),
        link(f"{base}/api?f=html", "service-doc", HTML, "The API for people"),
        link(f"{base}/conformance", "conformance", JSON, "Conformance classes that are met"),
        link(f"{base}/collections", "data", JSON, "The collections"),
    ]
    if edition.pages:
        links.append(link(f"{base}/map/", "related", HTML, "The map"))
    return {"title": edition.title, "description": edition.description, "links": links, "notes": list(edition.notes)}


def conformance(base: str) -> dict[str, Any]:
    """Return the conformance declaration."""
    return {"conformsTo": list(CONFORMANCE), "links": _self(base, "/conformance")}


def collection_document(collection: Collection, base: str) -> dict[str, Any]:
    """Return the description of a collection with its extents; an end that is open is null."""
    path = f"/collections/{collection.name}"
    extent: dict[str, Any] = {}
    if collection.box is not None:
        extent["spatial"] = {"bbox": [list(collection.box)], "crs": CRS84}
    if collection.span is not None:
        first, last = collection.span
        interval = [f"{first.isoformat()}T00:00:00Z", None if last is None else f"{last.isoformat()}T23:59:59Z"]
        extent["temporal"] = {"interval": [interval], "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"}
    return {
        "id": collection.name,
        "title": collection.title,
        "description": collection.description,
        "itemType": "feature",
        **({"extent": extent} if extent else {}),
        "crs": list(CRS_LIST),
        "storageCrs": CRS84,
        "links": [
            *_self(base, path),
            link(f"{base}{path}/items?f=json", "items", GEOJSON, f"{collection.title} as GeoJSON"),
            link(f"{base}{path}/items?f=html", "items", HTML, f"{collection.title} as HTML"),
            link(
                f"{base}{path}/queryables?f=json",
                "http://www.opengis.net/def/rel/ogc/1.0/queryables",
                SCHEMA,
                "What filters may speak of",
            ),
        ],
    }


def collections_document(edition: Edition, base: str) -> dict[str, Any]:
    """Return the list of collections."""
    rows = [collection_document(c, base) for c in edition.collections.values()]
    return {"links": _self(base, "/collections"), "collections": rows, "crs": list(CRS_LIST)}


def column_schema(column: Column) -> dict[str, Any]:
    """Return the JSON schema of a column."""
    out: dict[str, Any] = {"title": column.name, "description": column.meaning, **_TYPES[column.type]}
    if column.values and column.type == "string":
        out["enum"] = list(column.values)
    if column.unit and column.unit not in ("", "day", "UTC"):
        out["x-ogc-unit"] = column.unit
    return out


def queryables(collection: Collection, base: str) -> dict[str, Any]:
    """Return the JSON schema of what filters may speak of: every column, and the geometry."""
    properties = {column.name: column_schema(column) for column in collection.columns}
    properties[GEOMETRY] = {"title": GEOMETRY, "format": "geometry-any", "x-ogc-role": "primary-geometry"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base}/collections/{collection.name}/queryables",
        "type": "object",
        "title": collection.title,
        "description": collection.description,
        "properties": properties,
        "additionalProperties": False,
    }


def item_links(base: str, collection: Collection, identifier: str) -> list[dict[str, str]]:
    """Return the links of one feature."""
    path = f"/collections/{collection.name}/items/{quote(identifier, safe='')}"
    return [
        *_self(base, path, GEOJSON),
        link(f"{base}/collections/{collection.name}", "collection", JSON, collection.title),
    ]
