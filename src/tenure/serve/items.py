"""`items`: a page of features, from the selected rows to GeoJSON or HTML, with the links to the pages round it."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import orjson

from tenure.serve.answer import reply, stream
from tenure.serve.documents import GEOJSON, HTML, JSON, link
from tenure.serve.extent import CRS84
from tenure.serve.selection import select

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray
    from starlette.requests import Request
    from starlette.responses import Response

    from tenure.serve.answer import AnswerCache
    from tenure.serve.collection import Collection
    from tenure.serve.edition import Edition
    from tenure.serve.query import ItemQuery
    from tenure.serve.request import Asked
    from tenure.serve.selection import Selection

__all__ = ["SelectionCache", "items_geojson", "items_html"]

_PART = 1000  # features that leave at once; longer pages are streamed
_KEPT_SELECTIONS = 32


class SelectionCache:
    """The rows of recent selections: the pages of one query are selected once."""

    def __init__(self) -> None:
        """Start empty."""
        self._rows: OrderedDict[tuple[str, str, str], NDArray[np.int64]] = OrderedDict()

    @staticmethod
    def _key(edition: Edition, collection: Collection, asked: str) -> tuple[str, str, str]:
        return edition.key, collection.name, asked

    def cached_rows(
        self, edition: Edition, collection: Collection, selection: Selection, asked: str
    ) -> NDArray[np.int64] | None:
        """Return the rows if they need no work; `asked` is the part of the request that selects."""
        if selection.is_everything:
            return collection.rows
        return self._rows.get(self._key(edition, collection, asked))

    def select(self, edition: Edition, collection: Collection, selection: Selection, asked: str) -> NDArray[np.int64]:
        """Select the rows and keep them."""
        rows = select(collection, selection)
        self._rows[self._key(edition, collection, asked)] = rows
        while len(self._rows) > _KEPT_SELECTIONS:
            self._rows.popitem(last=False)
        return rows


def _links(asked: Asked, collection: Collection, query: ItemQuery, matched: int) -> list[dict[str, str]]:
    path = f"{asked.base}/collections/{collection.name}"
    kept = urlencode([(name, value) for name, value in asked.pairs if name not in ("f", "offset")])

    def address(form: str, offset: int) -> str:
        return "&".join((f"{path}/items?f={form}", *((kept,) if kept else ()), *((f"offset={offset}",) if offset else ())))

    kind = GEOJSON if asked.form == "json" else HTML
    other, other_kind = ("html", HTML) if asked.form == "json" else ("json", GEOJSON)
    out = [
        link(address(asked.form, query.offset), "self", kind, "This page"),
        link(address(other, query.offset), "alternate", other_kind, f"This page as {other.upper()}"),
        link(path, "collection", JSON, collection.title),
    ]
    if query.offset + query.limit < matched:
        out.append(link(address(asked.form, query.offset + query.limit), "next", kind, "Next page"))
    if query.offset > 0:
        out.append(link(address(asked.form, max(0, query.offset - query.limit)), "prev", kind, "Previous page"))
    return out


def items_geojson(
    asked: Asked, collection: Collection, query: ItemQuery, rows: NDArray[np.int64], *, etag: str, cache: AnswerCache
) -> Response:
    """Return a page of features as GeoJSON; a long one is streamed."""
    request: Request = asked.request
    wanted = rows[query.offset : query.offset + query.limit]
    head = {
        "type": "FeatureCollection",
        "numberMatched": len(rows),
        "numberReturned": len(wanted),
        "timeStamp": asked.edition.loaded_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "links": _links(asked, collection, query, len(rows)),
    }
    headers = {"content-type": GEOJSON, "content-crs": f"<{query.crs}>"}
    start = orjson.dumps(head)[:-1] + b',"features":['
    if len(wanted) > _PART:
        return stream(request, _parts(start, collection, query, wanted), etag=etag, headers=headers)
    body = b"".join((start, *_pieces(collection, query, wanted), b"]}"))
    return reply(request, body, etag=etag, headers=headers, cache=cache)


def _pieces(collection: Collection, query: ItemQuery, rows: NDArray[np.int64]) -> list[bytes]:
    return collection.pieces(rows) if query.crs == CRS84 else collection.moved_pieces(rows, query.crs)


def _parts(start: bytes, collection: Collection, query: ItemQuery, rows: NDArray[np.int64]) -> Iterator[bytes]:
    yield start
    for first in range(0, len(rows), _PART):
        comma = b"," if first else b""
        yield comma + b"".join(_pieces(collection, query, rows[first : first + _PART]))
    yield b"]}"


def items_html(asked: Asked, collection: Collection, query: ItemQuery, rows: NDArray[np.int64]) -> bytes:
    """Return a page of features as an HTML table."""
    wanted = rows[query.offset : query.offset + min(query.limit, _PART)].tolist()
    links = _links(asked, collection, query, len(rows))
    here = f"{asked.base}/collections/{collection.name}/items/"
    table: list[tuple[str, str, dict[str, Any]]] = [
        (collection.ids[row], f"{here}{quote(collection.ids[row], safe='')}?f=html", collection.properties(row))
        for row in wanted
    ]
    return asked.html(
        "items",
        collection.title,
        first=query.offset + 1 if wanted else 0,
        last=query.offset + len(wanted),
        matched=len(rows),
        links=links,
        json_link=links[1]["href"],
        columns=[column.name for column in collection.columns],
        rows=table,
    )
