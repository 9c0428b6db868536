"""Answers: the format asked for, ETags, compression, a bounded memory of finished answers, and long ones in parts."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response, StreamingResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

__all__ = ["AnswerCache", "NotAcceptableError", "accepted_format", "etag_of", "is_unchanged", "reply", "stream"]

_SMALL = 600  # bytes below which compression gains nothing
_LEVEL = 5
_JSON_KINDS = (
    "application/json",
    "application/geo+json",
    "application/schema+json",
    "application/vnd.oai.openapi+json",
    "application/*",
)


class NotAcceptableError(Exception):
    """No offered format is acceptable to the client."""


def accepted_format(request: Request, asked: str | None) -> str:
    """Return ``json`` or ``html``: what `f` asks for, else the more acceptable of both, JSON when they are equal.

    Raises NotAcceptableError when neither is acceptable.
    """
    if asked is not None:
        return asked
    accept = request.headers.get("accept", "")
    if not accept or accept == "*/*":
        return "json"
    weights = {"json": -1.0, "html": -1.0}
    anything = 0.0
    for part in accept.split(","):
        kind, *parameters = (word.strip().lower() for word in part.split(";"))
        weight = _weight(parameters)
        if kind in _JSON_KINDS:
            weights["json"] = max(weights["json"], weight)
        elif kind in ("text/html", "application/xhtml+xml", "text/*"):
            weights["html"] = max(weights["html"], weight)
        elif kind == "*/*":
            anything = weight
    json, html = (anything if w < 0 else w for w in weights.values())
    if max(json, html) <= 0:
        raise NotAcceptableError
    return "html" if html > json else "json"


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return min(max(float(parameter[2:]), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def etag_of(*parts: str) -> str:
    """Return the ETag of an answer that depends on nothing but these parts."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\x00")
    return digest.hexdigest()


def wants_gzip(request: Request) -> bool:
    """Return whether the client takes compressed answers."""
    return "gzip" in request.headers.get("accept-encoding", "").lower()


def is_unchanged(request: Request, etag: str) -> bool:
    """Return whether the client already holds the answer of this ETag, compressed or not."""
    held = request.headers.get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/").strip('"').removesuffix("-gz") for tag in held.split(",")}
    return etag in tags


@dataclass(frozen=True, slots=True)
class Finished:
    """An answer whose body is complete."""

    status: int
    body: bytes
    headers: dict[str, str]


class AnswerCache:
    """Finished answers by what they depend on, the least recently used forgotten first."""

    def __init__(self, limit_bytes: int) -> None:
        """Take how many bytes of bodies are kept."""
        self._limit, self._held = limit_bytes, 0
        self._answers: OrderedDict[tuple[str, bool], Finished] = OrderedDict()

    def get(self, etag: str, *, compressed: bool) -> Finished | None:
        """Return a kept answer, None when it is not kept."""
        found = self._answers.get((etag, compressed))
        if found is not None:
            self._answers.move_to_end((etag, compressed))
        return found

    def put(self, etag: str, answer: Finished, *, compressed: bool) -> None:
        """Keep an answer, unless it would take more than an eighth of the room."""
        if len(answer.body) > self._limit // 8 or (etag, compressed) in self._answers:
            return
        self._answers[etag, compressed] = answer
        self._held += len(answer.body)
        while self._held > self._limit:
            self._held -= len(self._answers.popitem(last=False)[1].body)


def _headers(etag: str, extra: dict[str, str], *, compressed: bool) -> dict[str, str]:
    out = {"etag": f'"{etag}-gz"' if compressed else f'"{etag}"', "vary": "Accept, Accept-Encoding, Authorization"}
    out["cache-control"] = "private, max-age=60, must-revalidate"
    if compressed:
        out["content-encoding"] = "gzip"
    return out | extra


def unchanged(etag: str) -> Response:
    """Return 304 for an answer that the client already holds."""
    return Response(status_code=304, headers=_headers(etag, {}, compressed=False))


def reply(request: Request, body: bytes, *, etag: str, headers: dict[str, str], cache: AnswerCache) -> Response:
    """Return a finished answer, compressed where the client takes that, and keep it."""
    compressed = len(body) > _SMALL and wants_gzip(request)
    content = gzip.compress(body, _LEVEL, mtime=0) if compressed else body
    answer = Finished(200, content, _headers(etag, headers, compressed=compressed))
    cache.put(etag, answer, compressed=wants_gzip(request))
    return Response(answer.body, headers=answer.headers)


def cached_reply(request: Request, etag: str, cache: AnswerCache) -> Response | None:
    """Return the answer that is kept for an ETag, None when there is none."""
    answer = cache.get(etag, compressed=wants_gzip(request))
    return None if answer is None else Response(answer.body, headers=answer.headers)


def stream(request: Request, parts: Iterator[bytes], *, etag: str, headers: dict[str, str]) -> Response:
    """Return a long answer part by part, compressed where the client takes that."""
    compressed = wants_gzip(request)
    content = _squeezed(parts) if compressed else parts
    return StreamingResponse(content, headers=_headers(etag, headers, compressed=compressed))


def _squeezed(parts: Iterator[bytes]) -> Iterator[bytes]:
    squeezer = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for part in parts:
        out = squeezer.compress(part)
        if out:
            yield out
    yield squeezer.flush()
