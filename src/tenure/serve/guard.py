"""What stands before every route: host, sizes, token and rate are checked, and every answer gets its security headers."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections import OrderedDict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from tenure.serve.settings import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from typing import Any

    from tenure.serve.settings import ServeSettings

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Scope, Receive, Send], Awaitable[None]]

__all__ = ["DEFAULT_POLICY", "Guard", "RateLimit"]

MAX_PATH, MAX_QUERY, MAX_CLIENTS = 2048, 8192, 10_000
MAX_BUSY = 256
"""Requests that are answered at one time; the next is asked to come back."""

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?", re.ASCII)

DEFAULT_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


class RateLimit:
    """A bucket of requests for each client that fills steadily; the longest unseen client is forgotten first."""

    def __init__(self, per_second: float, clock: Callable[[], float]) -> None:
        """Take the rate and a clock that never goes back, in seconds; a full bucket holds ten seconds' worth."""
        self._rate, self._burst, self._clock = per_second, max(10.0, 10 * per_second), clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, client: str) -> bool:
        """Return whether the client may make one more request now, and count it."""
        now = self._clock()
        left, seen = self._buckets.pop(client, (self._burst, now))
        left = min(self._burst, left + (now - seen) * self._rate)
        self._buckets[client] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > MAX_CLIENTS:
            self._buckets.popitem(last=False)
        return left >= 1


def _own_names(settings: ServeSettings) -> set[str]:
    """Return the names that a service on loopback answers to: a page of another site cannot make a browser use them."""
    proxied = urlsplit(settings.base_url).hostname if settings.base_url else None
    return {*LOOPBACK, settings.host.lower(), *((proxied.lower(),) if proxied else ())}


def _host(headers: dict[bytes, bytes]) -> str:
    """Return the host name of a request without its port, empty where it is none: credentials, paths, other characters."""
    found = _HOST.fullmatch(headers.get(b"host", b"").decode("latin-1").strip().lower())
    return found[1].strip("[]") if found else ""


def _credential(headers: dict[bytes, bytes]) -> bytes:
    """Return the token that a request carries, empty when it carries none."""
    kind, _, value = headers.get(b"authorization", b"").partition(b" ")
    if kind.lower() == b"bearer":
        return value.strip()
    if kind.lower() == b"basic":
        try:
            return base64.b64decode(value.strip(), validate=True).partition(b":")[2]
        except binascii.Error:
            return b""
    return b""


class Guard:
    """ASGI middleware in front of the application."""

    def __init__(self, app: App, settings: ServeSettings, clock: Callable[[], float]) -> None:
        """Wrap an application; `clock` is monotonic, in seconds."""
        self._app, self._settings = app, settings
        self._limit = RateLimit(settings.rate, clock) if settings.rate is not None else None
        self._busy = 0
        self._hosts = _own_names(settings) if settings.is_loopback else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that is refused, pass on the others."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"] = [*message.get("headers", ()), *_HEADERS]
                if not any(name == b"content-security-policy" for name, _ in headers):
                    headers.append((b"content-security-policy", DEFAULT_POLICY.encode()))
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None and self._busy >= MAX_BUSY:
            refusal = 503, "ServiceBusy", "too many requests at one time; ask again in a second"
        if refusal is not None:
            await _refuse(guarded, *refusal)
            return
        self._busy += 1
        try:
            await self._app(scope, receive, guarded)
        finally:
            self._busy -= 1

    def _refusal(self, scope: Scope) -> tuple[int, str, str] | None:
        """Return status, code and description for a request that is refused."""
        headers = dict(scope["headers"])
        host = _host(headers)
        if (b"host" in headers and not host) or (self._hosts is not None and host not in self._hosts):
            return 421, "MisdirectedRequest", "this service answers to the names of this machine only"
        if len(scope["path"]) > MAX_PATH or len(scope["query_string"]) > MAX_QUERY:
            return 414, "TooLong", f"use at most {MAX_QUERY} characters of parameters"
        if headers.get(b"content-length", b"0").strip() not in (b"", b"0") or b"transfer-encoding" in headers:
            return 413, "TooLarge", "this service takes no request body"
        client = scope.get("client") or ("unknown", 0)
        if self._limit is not None and not self._limit.allows(client[0]):
            return 429, "TooManyRequests", "wait a second and ask again"
        token = self._settings.token
        if token is not None and not hmac.compare_digest(_credential(headers), token.encode()):
            return 401, "Unauthorized", "send the token as Authorization: Bearer TOKEN"
        return None


async def _refuse(send: Send, status: int, code: str, description: str) -> None:
    body = orjson.dumps({"code": code, "description": description})
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if status == 401:  # noqa: PLR2004 - Unauthorized
        headers.append((b"www-authenticate", b'Basic realm="tenure", charset="UTF-8"'))
    if status in {429, 503}:  # Too Many Requests, Service Unavailable
        headers.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
