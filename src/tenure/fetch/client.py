"""One polite HTTP request: a delay between requests to a host, retries with growing pauses, limits on everything.

Rules of this module
 1. To one host at most one request in `delay_seconds`, or in what its robots.txt asks for, if that is longer.
 2. Tried again are: no connection, a cut-off or timed-out answer, 408, 425, 429 and 5xx. The pause doubles each time; a
    server's Retry-After is obeyed up to `longest_wait_seconds`; beyond it the request is given up, and the message says so.
 3. An answer may not be larger than `max_bytes` unpacked, nor take longer than `total_seconds`, nor be redirected more often
    than `max_redirects`; every hop is asked of robots.txt anew.
 4. Machines of the user's own network are asked only where the user typed their address (`addresses`).
 5. Clock and sleep are given, so that tests need no waiting.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import httpx

from tenure.errors import FetchError
from tenure.fetch.addresses import Pinned, Resolver, host_of
from tenure.fetch.body import PACKINGS, Deadline, unpacked
from tenure.fetch.robots import ALLOW_ALL, DENY_ALL, MAX_BYTES, Robots, parse_robots

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

__all__ = ["Answer", "Client", "FetchSettings", "utc_now"]

_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_DELAY_SECONDS = 60.0
"""A robots.txt that asks for more is obeyed up to this: longer is a way of saying no, for which there is Disallow."""


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How politely and how much; durations in seconds, sizes in bytes."""

    user_agent: str = "tenure/1 (research on public reports)"
    """Its first word up to the slash is the token that robots.txt is asked for."""
    delay_seconds: float = 2.0
    timeout_seconds: float = 30.0
    """Of a connection, and between two pieces of an answer."""
    total_seconds: float = 300.0
    """Of one whole answer that is held in memory; downloads to a file have no such limit."""
    retries: int = 4
    backoff_seconds: float = 1.0
    longest_wait_seconds: float = 120.0
    max_bytes: int = 50 * 1024 * 1024
    max_download_bytes: int = 4 * 1024 * 1024 * 1024
    max_redirects: int = 5
    obey_robots: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent in the end: the address that it came from, status, headers (names in lower case) and body."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class _Asking:
    """What goes with a request through its redirects: headers, the cap in bytes, and the address that the user typed."""

    headers: Mapping[str, str]
    cap: int
    typed: str


class Client:
    """A connection pool with manners; the state is when each host was last asked and what its robots.txt says."""

    def __init__(
        self,
        settings: FetchSettings,
        *,
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Open no connection yet; `transport` replaces the network."""
        self.settings, self.clock, self._sleep = settings, clock, sleep
        self._http = httpx.Client(
            headers={"User-Agent": settings.user_agent, "Accept-Encoding": PACKINGS},
            timeout=settings.timeout_seconds,
            follow_redirects=False,
            transport=transport or Pinned(),
        )
        self._resolver = Resolver() if transport is None else None
        self._asked: dict[str, datetime] = {}
        self._robots: dict[str, Robots] = {}

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, url: str, headers: Mapping[str, str] | None = None, *, typed: str | None = None) -> Answer:
        """Return the answer to a GET, redirects followed; status 200 or 304.

        `typed` is the address that the user gave, where that is another: a machine of the user's own network is asked only
        at the host and port that stand there. Raises FetchError for everything else, in one line with the address.
        """
        ask = _Asking(headers or {}, self.settings.max_bytes, typed or url)
        answer = self._follow(url, ask, robots=self.settings.obey_robots)
        if answer.status not in {httpx.codes.OK, httpx.codes.NOT_MODIFIED}:
            raise refused(answer.status, url)
        return answer

    def _follow(self, url: str, ask: _Asking, *, robots: bool) -> Answer:
        at = url
        for _ in range(self.settings.max_redirects + 1):
            if robots and not self._robots_of(at, ask.typed).allows(_path(at)):
                raise FetchError("robots.txt forbids this page", value=at, remedy="save the page by hand and add the file")
            answer = self.attempt(at, partial(self._read, at, ask))
            if answer.status not in _REDIRECTS:
                return answer
            target = answer.headers.get("location")
            if not target:
                raise FetchError("redirect without a target", value=at, remedy="give the page's own address")
            at = checked_url(urljoin(at, target))
        raise FetchError(
            f"more than {self.settings.max_redirects} redirects", value=url, remedy="give the page's own address"
        )

    def _read(self, url: str, ask: _Asking) -> Answer:
        begun = self.clock()
        limit = self.settings.total_seconds
        with Deadline(limit, url) as deadline, self.stream(url, ask.headers, typed=ask.typed, deadline=deadline) as response:
            if response.status_code in _AGAIN or response.status_code in _REDIRECTS:
                return Answer(url, response.status_code, dict(response.headers), b"")
            out = bytearray()
            for piece in unpacked(response, ask.cap, url):
                out += piece
                if (self.clock() - begun).total_seconds() > limit:
                    raise FetchError(
                        f"answer took longer than {limit:g} s",
                        value=url,
                        remedy="try again later or save it by hand",
                    )
            return Answer(url, response.status_code, dict(response.headers), bytes(out))

    def stream(
        self, url: str, headers: Mapping[str, str], *, typed: str, deadline: Deadline | None = None
    ) -> AbstractContextManager[httpx.Response]:
        """Return the open answer to one GET, after the host's delay; no redirects, no retries."""
        self._wait_for(url)
        more: dict[str, object] = {} if deadline is None else {"trace": deadline.trace}
        if self._resolver is not None:
            more["address"] = self._resolver.address(url, typed)
        return self._http.stream("GET", url, headers=dict(headers), extensions=more)

    def attempt(self, url: str, ask: Callable[[], Answer]) -> Answer:
        """Return what `ask` returns, asked again after a pause when the network or the server failed.

        Raises FetchError when the retries are used up or the server asks for too long a pause.
        """
        last = ""
        for count in range(self.settings.retries + 1):
            try:
                answer = ask()
            except httpx.TransportError as err:
                last, asked_for = f"{type(err).__name__}: {err}".rstrip(": "), None
            except (httpx.HTTPError, httpx.InvalidURL) as err:
                raise FetchError(
                    f"the answer cannot be read ({err})", value=url, remedy="save the page by hand and add the file"
                ) from err
            else:
                if answer.status not in _AGAIN:
                    return answer
                last, asked_for = f"status {answer.status}", retry_after(answer.headers.get("retry-after"), self.clock())
            if count < self.settings.retries:
                self._pause(url, asked_for, self.settings.backoff_seconds * 2**count)
        raise FetchError(
            f"the server failed {self.settings.retries + 1} times ({last})",
            value=url,
            remedy="try again later or use a local file",
        )

    def _pause(self, url: str, asked_for: float | None, backoff: float) -> None:
        wait = backoff if asked_for is None else max(asked_for, backoff)
        if wait > self.settings.longest_wait_seconds:
            raise FetchError(f"the server asks to wait {wait:.0f} s", value=url, remedy="try again later")
        self._sleep(wait)

    def _wait_for(self, url: str) -> None:
        parts = urlsplit(url)
        robots = self._robots.get(f"{parts.scheme}://{parts.netloc}", ALLOW_ALL)
        delay = max(self.settings.delay_seconds, min(robots.delay_seconds, _LONGEST_DELAY_SECONDS))
        if parts.netloc in self._asked:
            left = delay - (self.clock() - self._asked[parts.netloc]).total_seconds()
            if left > 0:
                self._sleep(left)
        self._asked[parts.netloc] = self.clock()

    def _robots_of(self, url: str, typed: str) -> Robots:
        """Return a site's rules, asked once: none there allows all, a failing server denies all (RFC 9309, 2.3.1)."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._robots:
            try:
                answer = self._follow(f"{site}/robots.txt", _Asking({}, 8 * MAX_BYTES, typed), robots=False)
            except FetchError as err:
                raise FetchError(
                    f"robots.txt cannot be read, which forbids all ({err.what})", value=site, remedy=err.remedy
                ) from err
            product = self.settings.user_agent.split("/")[0].split()[0]
            if answer.status == httpx.codes.OK:
                self._robots[site] = parse_robots(answer.content[:MAX_BYTES].decode("utf-8", errors="replace"), product)
            else:
                self._robots[site] = DENY_ALL if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR else ALLOW_ALL
        return self._robots[site]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def checked_url(url: str) -> str:
    """Return the address without its fragment; raises FetchError unless it is http or https with a host."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"}:
        raise FetchError("not an http(s) address", value=url, remedy="give an address such as https://example.org/report")
    host_of(url)
    return parts._replace(fragment="").geturl()


def refused(status: int, url: str) -> FetchError:
    """Return the error for a status that is no answer."""
    names = {
        401: "asks for a login",
        403: "refuses access",
        404: "has no such page",
        410: "has removed the page",
        451: "may not show the page",
    }
    said = names.get(status, "answered otherwise than expected")
    return FetchError(
        f"the server {said} (status {status})", value=url, remedy="check the address, or save the page by hand"
    )


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, as a number or as a date; None when it says nothing.

    >>> retry_after("120", datetime(2018, 2, 9, tzinfo=UTC))
    120.0
    """
    if not value:
        return None
    if value.strip().isdigit():
        return float(value.strip())
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max((until if until.tzinfo else until.replace(tzinfo=UTC)).timestamp() - now.timestamp(), 0.0)
