"""One request against one edition, and the answer to one that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response

from tenure.errors import InputError, UnknownPlaceError
from tenure.serve.answer import NotAcceptableError, accepted_format, etag_of
from tenure.serve.edition import BusyError
from tenure.serve.pages import page
from tenure.serve.query import single_values

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenure.serve.collection import Collection
    from tenure.serve.edition import Edition, Feed

__all__ = ["Asked", "NotFoundError", "failure"]


class NotFoundError(InputError):
    """The service has no such resource."""


class Asked:
    """A request with the edition that answers it, the service's address as the client sees it, and the format asked for."""

    def __init__(self, request: Request, feed: Feed, base: str) -> None:
        """Take the request as it came; the format is settled when its parameters are read."""
        self.request, self.feed, self.base = request, feed, base
        self.edition: Edition = feed.edition()
        self.form = "json"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Query parameters in their order."""
        return self.request.query_params.multi_items()

    def values(self, *known: str) -> dict[str, str]:
        """Return the parameters by name, with the format settled; InputError for an unknown one or one given twice."""
        values = single_values(self.pairs, ("f", *known))
        self.choose_format(values.get("f"))
        return values

    def choose_format(self, asked: str | None) -> None:
        """Settle the format; InputError for one that is not offered, NotAcceptableError when none is acceptable."""
        if asked not in (None, "json", "html"):
            raise InputError("f is not offered", value=asked, remedy="use json or html")
        self.form = accepted_format(self.request, asked)

    def collection(self) -> Collection:
        """Return the collection of the path; NotFoundError when there is none."""
        name = str(self.request.path_params["collection"])
        if name not in self.edition.collections:
            raise NotFoundError("no such collection", value=name, remedy="see /collections")
        return self.edition.collections[name]

    def etag(self) -> str:
        """Return the ETag of the answer: it depends on the edition, the address and the format alone."""
        scope = self.request.scope
        return etag_of(self.edition.key, self.base, scope["path"], scope["query_string"].decode("latin-1"), self.form)

    def html(self, template: str, title: str, **values: Any) -> bytes:  # noqa: ANN401 - what a template shows
        """Return a page of the service."""
        edition = self.edition
        shared = {"base": self.base, "study": edition.title, "notes": edition.notes, "map": bool(edition.pages)}
        return page(template, title=title, **shared, **values)


def failure(asked: Asked, error: Exception) -> Response:
    """Return the answer to a request that fails by the client's doing: 400, 404 or 406, with what to do about it."""
    if isinstance(error, BusyError):
        status, code, text = 503, "Busy", str(error)
    elif isinstance(error, NotAcceptableError):
        status, code, text = 406, "NotAcceptable", "use application/json, application/geo+json or text/html"
    elif isinstance(error, NotFoundError | UnknownPlaceError):
        status, code, text = 404, "NotFound", str(error)
    else:
        status, code, text = 400, "InvalidParameterValue", str(error)
    headers = {"cache-control": "no-store", "vary": "Accept"} | (
        {"retry-after": "30"} if isinstance(error, BusyError) else {}
    )
    if asked.form == "html":
        body = asked.html("error", code, description=text)
        return Response(body, status_code=status, media_type="text/html", headers=headers)
    body = orjson.dumps({"code": code, "description": text})
    return Response(body, status_code=status, media_type="application/json", headers=headers)
