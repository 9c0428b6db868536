"""The application: OGC API - Features over an edition, the map, and `why`. Read-only: no route takes more than GET."""

from __future__ import annotations

import logging
import mimetypes
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from tenure.errors import TenureError
from tenure.serve.answer import AnswerCache, NotAcceptableError, cached_reply, etag_of, is_unchanged, reply, unchanged
from tenure.serve.documents import HTML
from tenure.serve.guard import DEFAULT_POLICY, Guard
from tenure.serve.handlers import HANDLERS
from tenure.serve.items import SelectionCache, items_geojson, items_html
from tenure.serve.pages import stylesheet
from tenure.serve.policy import page_policy
from tenure.serve.query import parse_items
from tenure.serve.request import Asked, NotFoundError, failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from tenure.serve.edition import Feed
    from tenure.serve.handlers import Body
    from tenure.serve.settings import ServeSettings

__all__ = ["create_app"]

log = logging.getLogger(__name__)

_PAGING = frozenset(("f", "limit", "offset", "crs"))
"""Parameters that do not change which features are selected."""


class _Service:
    """The routes, with the feed and the memory of answers that they share."""

    def __init__(self, feed: Feed, settings: ServeSettings) -> None:
        self.feed, self.settings = feed, settings
        self.cache, self.selections = AnswerCache(settings.cache_bytes), SelectionCache()

    def asked(self, request: Request) -> Asked:
        """Return a request with the edition that answers it and the address that the client used."""
        given = self.settings.base_url
        base = given.rstrip("/") if given else f"{request.scope['scheme']}://{request.headers.get('host') or 'localhost'}"
        return Asked(request, self.feed, base)

    def route(self, make: Callable[[Asked], Body]) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint of a document."""

        async def endpoint(request: Request) -> Response:
            asked = self.asked(request)
            try:
                body, kind, headers = await run_in_threadpool(make, asked)
            except (TenureError, NotAcceptableError) as error:
                return failure(asked, error)
            etag = asked.etag()
            if is_unchanged(request, etag):
                return unchanged(etag)
            headers = {"content-type": kind} | headers
            if kind.startswith(HTML):
                headers["content-security-policy"] = DEFAULT_POLICY.replace("form-action 'none'", "form-action 'self'")
            return reply(request, body, etag=etag, headers=headers, cache=self.cache)

        return endpoint

    async def items(self, request: Request) -> Response:
        """Answer `items`, which is asked most: an answer that is kept, or that the client holds, costs next to nothing."""
        asked = self.asked(request)
        try:
            collection = asked.collection()
            asked.choose_format(next((value for name, value in asked.pairs if name == "f"), None))
            etag = asked.etag()
            found = cached_reply(request, etag, self.cache)
            if found is not None:
                return unchanged(etag) if is_unchanged(request, etag) else found
            query = parse_items(asked.pairs, collection)
            if query.selection.known_on is not None:
                asked.edition = await run_in_threadpool(self.feed.edition, query.selection.known_on)
                collection = asked.collection()
            if is_unchanged(request, etag):
                return unchanged(etag)
            narrowing = urlencode(sorted(pair for pair in asked.pairs if pair[0] not in _PAGING))
            rows = self.selections.cached_rows(asked.edition, collection, query.selection, narrowing)
            if rows is None:
                work = (asked.edition, collection, query.selection, narrowing)
                if query.selection.filter is None:
                    rows = self.selections.select(*work)
                else:  # may take a while: others are answered meanwhile
                    rows = await run_in_threadpool(self.selections.select, *work)
            if asked.form == "html":
                body = items_html(asked, collection, query, rows)
                return reply(request, body, etag=etag, headers={"content-type": HTML + "; charset=utf-8"}, cache=self.cache)
            return items_geojson(asked, collection, query, rows, etag=etag, cache=self.cache)
        except (TenureError, NotAcceptableError) as error:
            return failure(asked, error)

    async def map(self, request: Request) -> Response:
        """Answer the map and its parts."""
        asked = self.asked(request)
        name = request.path_params.get("part") or "index.html"
        content = asked.edition.pages.get(name)
        if content is None:
            return failure(asked, NotFoundError("no such part of the map", value=name, remedy="see /map/"))
        etag = etag_of(asked.edition.key, "map", name)
        if is_unchanged(request, etag):
            return unchanged(etag)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        headers = {"content-type": kind}
        if kind == HTML:
            headers = {"content-type": HTML + "; charset=utf-8", "content-security-policy": page_policy(content)}
        return reply(request, content, etag=etag, headers=headers, cache=self.cache)

    async def style(self, request: Request) -> Response:
        """Answer the stylesheet."""
        content = stylesheet()
        etag = etag_of("style", str(len(content)), content.decode())
        if is_unchanged(request, etag):
            return unchanged(etag)
        return reply(request, content, etag=etag, headers={"content-type": "text/css; charset=utf-8"}, cache=self.cache)


async def _to_map(_: Request) -> Response:
    return RedirectResponse("map/", status_code=308)


async def _no_route(_: Request, __: Exception) -> Response:
    body = {"code": "NotFound", "description": "no such path; see /"}
    return Response(orjson.dumps(body), status_code=404, media_type="application/json")


async def _no_method(_: Request, error: Any) -> Response:  # noqa: ANN401 - Starlette's HTTPException
    body = {"code": "MethodNotAllowed", "description": "this service is read-only; use GET"}
    return Response(orjson.dumps(body), status_code=405, media_type="application/json", headers=error.headers)


async def _failed(_: Request, error: Exception) -> Response:
    log.error("request failed", exc_info=error)
    body = {"code": "InternalError", "description": "the service failed; its log says why"}
    return Response(orjson.dumps(body), status_code=500, media_type="application/json")


def create_app(feed: Feed, settings: ServeSettings, *, clock: Callable[[], float] = time.monotonic) -> FastAPI:
    """Return the application that serves the editions of a feed; `clock` is monotonic and drives the rate limit."""
    service = _Service(feed, settings)
    routes: list[BaseRoute] = [Route(path, service.route(make), methods=["GET"]) for path, make in HANDLERS.items()]
    items = Route("/collections/{collection}/items", service.items, methods=["GET"])
    routes = [items, *routes, Route("/map", _to_map, methods=["GET"]), Route("/map/", service.map, methods=["GET"])]
    routes += [Route("/map/{part:path}", service.map, methods=["GET"]), Route("/style.css", service.style, methods=["GET"])]
    return FastAPI(
        title="Tenure",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        routes=routes,
        redirect_slashes=False,
        middleware=[Middleware(Guard, settings=settings, clock=clock)],
        exception_handlers={404: _no_route, 405: _no_method, 500: _failed},
    )
