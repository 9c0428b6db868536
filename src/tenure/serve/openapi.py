"""The OpenAPI 3.0 document of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenure.serve.documents import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, column_schema
from tenure.serve.extent import CRS_LIST
from tenure.serve.query import DEFAULT_LIMIT, ITEM_PARAMETERS, MAX_LIMIT
from tenure.version import __version__

if TYPE_CHECKING:
    from tenure.serve.collection import Collection
    from tenure.serve.edition import Edition

__all__ = ["openapi"]

_LINK = {
    "type": "object",
    "required": ["href"],
    "properties": {
        "href": {"type": "string"},
        "rel": {"type": "string"},
        "type": {"type": "string"},
        "title": {"type": "string"},
    },
}
_LINKS = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
_FEATURE = {
    "type": "object",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"type": "string"},
        "geometry": {"type": "object", "nullable": True},
        "properties": {"type": "object"},
        "links": _LINKS,
    },
}
_SCHEMAS: dict[str, Any] = {
    "link": _LINK,
    "exception": {
        "type": "object",
        "required": ["code"],
        "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
    },
    "landing": {
        "type": "object",
        "required": ["links"],
        "properties": {"title": {"type": "string"}, "description": {"type": "string"}, "links": _LINKS},
    },
    "conformance": {
        "type": "object",
        "required": ["conformsTo"],
        "properties": {"conformsTo": {"type": "array", "items": {"type": "string"}}},
    },
    "collection": {
        "type": "object",
        "required": ["id", "links"],
        "properties": {
            "id": {"type": "string"},
            "title": {"type": "string"},
            "description": {"type": "string"},
            "links": _LINKS,
            "extent": {"type": "object"},
            "itemType": {"type": "string"},
            "crs": {"type": "array", "items": {"type": "string"}},
            "storageCrs": {"type": "string"},
        },
    },
    "collections": {
        "type": "object",
        "required": ["links", "collections"],
        "properties": {
            "links": _LINKS,
            "collections": {"type": "array", "items": {"$ref": "#/components/schemas/collection"}},
        },
    },
    "feature": _FEATURE,
    "features": {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/feature"}},
            "links": _LINKS,
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
        },
    },
    "queryables": {"type": "object", "required": ["properties"], "properties": {"properties": {"type": "object"}}},
    "why": {
        "type": "object",
        "required": ["place_id", "on", "p", "claims"],
        "properties": {
            "place_id": {"type": "string"},
            "name": {"type": "string"},
            "on": {"type": "string", "format": "date"},
            "p": {"type": "object", "additionalProperties": {"type": "number"}},
            "claims": {"type": "array", "items": {"type": "object"}},
        },
    },
}


def _parameter(name: str, schema: dict[str, Any], description: str, *, where: str = "query") -> dict[str, Any]:
    out = {"name": name, "in": where, "required": where == "path", "description": description, "schema": schema}
    return out if where == "path" else {**out, "style": "form", "explode": False}


_CRS = {"type": "string", "format": "uri", "enum": list(CRS_LIST), "default": CRS_LIST[0]}
_PARAMETERS: dict[str, Any] = {
    "f": _parameter("f", {"type": "string", "enum": ["json", "html"]}, "Format of the answer; else what Accept asks for."),
    "limit": _parameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        "Features in one answer; more than the maximum gives the maximum.",
    ),
    "offset": _parameter("offset", {"type": "integer", "minimum": 0, "default": 0}, "Features to pass over."),
    "bbox": _parameter(
        "bbox",
        {
            "type": "array",
            "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
            "items": {"type": "number"},
        },
        "Only features whose geometry meets the box west,south,east,north, and those without a geometry.",
    ),
    "bbox-crs": _parameter("bbox-crs", _CRS, "Coordinate reference system of bbox."),
    "crs": _parameter("crs", _CRS, "Coordinate reference system of the answer."),
    "datetime": _parameter(
        "datetime",
        {"type": "string"},
        "Features that hold on a day or in an interval, ends included: 2018-01-31, 2018-01-01/2018-01-31, 2018-01-31/..",
    ),
    "filter": _parameter("filter", {"type": "string", "maxLength": 4096}, "A condition in CQL2 text."),
    "filter-lang": _parameter(
        "filter-lang", {"type": "string", "enum": ["cql2-text"], "default": "cql2-text"}, "Language of filter."
    ),
    "filter-crs": _parameter("filter-crs", _CRS, "Coordinate reference system of geometries in filter."),
    "known-on": _parameter("known-on", {"type": "string", "format": "date"}, "Only what could be known on that day."),
}


def _answer(description: str, schema: str, kind: str = JSON, *, html: bool = True) -> dict[str, Any]:
    content: dict[str, Any] = {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    if html:
        content[HTML] = {"schema": {"type": "string"}}
    return {"description": description, "content": content}


def _get(summary: str, operation: str, parameters: list[Any], answer: dict[str, Any], *errors: str) -> dict[str, Any]:
    responses: dict[str, Any] = {"200": answer, "304": {"description": "Nothing has changed."}}
    responses |= {
        code: {"$ref": f"#/components/responses/{code}"}
        for code in ("400", "401", "406", "414", "429", "500", "503", *errors)
    }
    get = {"summary": summary, "operationId": operation, "tags": ["data"], "parameters": parameters, "responses": responses}
    return {"get": get}


def _ref(*names: str) -> list[dict[str, str]]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _collection_paths(collection: Collection) -> dict[str, Any]:
    path, name = f"/collections/{collection.name}", collection.name
    filters = [
        _parameter(c.name, {k: v for k, v in column_schema(c).items() if k in ("type", "format", "enum")}, c.meaning)
        for c in collection.columns
        if c.name not in ITEM_PARAMETERS
    ]
    identifier = _parameter("featureId", {"type": "string"}, "Id of the feature.", where="path")
    items = _answer("Features.", "features", GEOJSON)
    item = _answer("The feature.", "feature", GEOJSON)
    keys = _answer("A JSON schema.", "queryables", SCHEMA)
    return {
        path: _get(f"About {collection.title}", f"describe_{name}", _ref("f"), _answer("About it.", "collection")),
        f"{path}/queryables": _get("What filters may speak of", f"queryables_{name}", _ref("f"), keys),
        f"{path}/items": _get(collection.title, f"items_{name}", [*_ref(*ITEM_PARAMETERS), *filters], items),
        f"{path}/items/{{featureId}}": _get(
            f"One of {collection.title}", f"item_{name}", [identifier, *_ref("f", "crs")], item, "404"
        ),
    }


def openapi(edition: Edition, base: str) -> dict[str, Any]:
    """Return the OpenAPI 3.0 document of an edition."""
    place = _parameter("place", {"type": "string", "minLength": 1}, "Id of the place, or its name in any spelling.")
    day = _parameter("on", {"type": "string", "format": "date"}, "The day.")
    asked = [place | {"required": True}, day | {"required": True}, *_ref("known-on", "f")]
    paths = {
        "/": _get("Landing page", "landing", _ref("f"), _answer("Links to everything.", "landing")),
        "/conformance": _get("Conformance classes", "conformance", _ref("f"), _answer("What is met.", "conformance")),
        "/api": _get(
            "This document",
            "api",
            _ref("f"),
            {
                "description": "OpenAPI 3.0.",
                "content": {OPENAPI: {"schema": {"type": "object"}}, HTML: {"schema": {"type": "string"}}},
            },
        ),
        "/collections": _get("Collections", "collections", _ref("f"), _answer("All of them.", "collections")),
        "/why": _get(
            "Why a place is held", "why", asked, _answer("Probabilities, and the claims that made them.", "why"), "404"
        ),
    }
    for collection in edition.collections.values():
        paths |= _collection_paths(collection)
    reasons = {
        "400": "A parameter is unknown or cannot be read.",
        "401": "The service asks for a token.",
        "404": "There is no such thing.",
        "406": "No offered format is acceptable.",
        "414": "The address is too long.",
        "429": "Too many requests.",
        "500": "The service failed.",
        "503": "The service is busy with another knowledge day.",
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": edition.title, "description": edition.description, "version": __version__},
        "servers": [{"url": base}],
        "tags": [{"name": "data", "description": "Read-only access to the released tables."}],
        "paths": paths,
        "components": {
            "schemas": _SCHEMAS,
            "parameters": _PARAMETERS,
            "responses": {
                code: _answer(text, "exception", html=code in ("400", "404", "503")) for code, text in reasons.items()
            },
        },
    }
