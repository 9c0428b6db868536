"""The documents of the service beside `items`: each takes a request and returns body, media type and further headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from tenure.errors import InputError
from tenure.serve import documents
from tenure.serve.documents import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from tenure.serve.extent import CRS84, parse_crs
from tenure.serve.instant import parse_day
from tenure.serve.openapi import openapi
from tenure.serve.query import parse_known_on
from tenure.serve.request import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenure.serve.request import Asked

__all__ = ["HANDLERS", "Body"]

Body = tuple[bytes, str, dict[str, str]]
_HTML = HTML + "; charset=utf-8"


def _json(document: Any, kind: str = JSON, **headers: str) -> Body:  # noqa: ANN401 - any JSON
    return orjson.dumps(document), kind, headers


def _landing(asked: Asked) -> Body:
    asked.values()
    document = documents.landing(asked.edition, asked.base)
    if asked.form == "html":
        return asked.html("landing", asked.edition.title, document=document), _HTML, {}
    return _json(document)


def _conformance(asked: Asked) -> Body:
    asked.values()
    document = documents.conformance(asked.base)
    if asked.form == "html":
        entries = [(uri, uri) for uri in document["conformsTo"]]
        return asked.html("document", "Conformance classes", entries=entries), _HTML, {}
    return _json(document)


def _api(asked: Asked) -> Body:
    asked.values()
    document = openapi(asked.edition, asked.base)
    if asked.form == "html":
        entries = [
            (f"{path}: {about['get']['summary']}", None if "{" in path else f"{asked.base}{path}")
            for path, about in document["paths"].items()
        ]
        return asked.html("document", "API", entries=entries), _HTML, {}
    return _json(document, OPENAPI)


def _collections(asked: Asked) -> Body:
    asked.values()
    document = documents.collections_document(asked.edition, asked.base)
    if asked.form == "html":
        return asked.html("collections", "Collections", document=document), _HTML, {}
    return _json(document)


def _collection(asked: Asked) -> Body:
    asked.values()
    collection = asked.collection()
    document = documents.collection_document(collection, asked.base)
    if asked.form == "html":
        keys = documents.queryables(collection, asked.base)
        return asked.html("collection", collection.title, document=document, keys=keys), _HTML, {}
    return _json(document)


def _queryables(asked: Asked) -> Body:
    asked.values()
    document = documents.queryables(asked.collection(), asked.base)
    if asked.form == "html":
        entries = [(f"{name}: {about.get('description', '')}", None) for name, about in document["properties"].items()]
        return asked.html("document", f"{document['title']}: queryables", entries=entries), _HTML, {}
    return _json(document, SCHEMA)


def _item(asked: Asked) -> Body:
    values = asked.values("crs")
    collection = asked.collection()
    identifier = str(asked.request.path_params["feature"])
    if identifier not in collection.row_of:
        raise NotFoundError("no such feature", value=identifier, remedy=f"see /collections/{collection.name}/items")
    row, crs = collection.row_of[identifier], parse_crs(values.get("crs", CRS84))
    links = documents.item_links(asked.base, collection, identifier)
    if asked.form == "html":
        page = asked.html(
            "item",
            identifier,
            collection=collection.name,
            collection_title=collection.title,
            json_link=links[0]["href"],
            row=collection.properties(row),
            geometry=collection.shape_text(row),
        )
        return page, _HTML, {}
    text = b"".join(collection.item_pieces(row, crs))
    return text[:-1] + b',"links":' + orjson.dumps(links) + b"}", GEOJSON, {"content-crs": f"<{crs}>"}


def _why(asked: Asked) -> Body:
    values = asked.values("place", "on", "known-on")
    for name in ("place", "on"):
        if not values.get(name):
            raise InputError("a parameter is missing", value=name, remedy="give place and on")
    known_on = parse_known_on(values.get("known-on"))
    asked.edition = asked.feed.edition(known_on)
    later = None if asked.edition.known_on == known_on else known_on
    document = {**asked.edition.explain(values["place"], parse_day(values["on"]), later), "known_on": known_on}
    if asked.form == "html":
        return asked.html("why", f"Why: {document['name']}", document=document), _HTML, {}
    return _json(document)


HANDLERS: dict[str, Callable[[Asked], Body]] = {
    "/": _landing,
    "/conformance": _conformance,
    "/api": _api,
    "/collections": _collections,
    "/collections/{collection}": _collection,
    "/collections/{collection}/queryables": _queryables,
    "/collections/{collection}/items/{feature}": _item,
    "/why": _why,
}
"""Path and handler of every document."""
