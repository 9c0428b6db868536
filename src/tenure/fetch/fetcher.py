"""Addresses to raw documents: from the cache, confirmed or renewed by the server; or, offline, from the cache alone."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from tenure.errors import FetchError
from tenure.fetch.cache import Cache, Version
from tenure.fetch.client import Client, FetchSettings, checked_url, utc_now
from tenure.fetch.downloads import download_file
from tenure.model import RawDocument

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    import httpx

__all__ = ["Fetcher"]


def _document(url: str, version: Version, content: bytes) -> RawDocument:
    return RawDocument(
        name=url, content=content, url=version.final_url, retrieved_at=datetime.fromisoformat(version.retrieved_at)
    )


class Fetcher:
    """The network as the package sees it; use it as a context manager.

    Offline, nothing is asked of any server: a run is replayed from its cache, byte for byte.
    """

    def __init__(
        self,
        cache: Path,
        *,
        settings: FetchSettings | None = None,
        offline: bool = False,
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Use a cache folder, which is made when the first page is kept."""
        self._cache = Cache(cache)
        self._offline = offline
        self._client = Client(settings or FetchSettings(), clock=clock, sleep=sleep, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def fetch(self, url: str, *, typed: str | None = None) -> RawDocument:
        """Return the document at an address: `retrieved_at` is when this very body was first seen.

        `typed` is the address that the user gave where `url` was found behind it: a link must not lead into the user's own
        network. A page in the cache is asked for on the condition that it changed (ETag, Last-Modified). Raises FetchError:
        not an address, forbidden by robots.txt, refused, failing, too large, too slow, or (offline) not in the cache.
        """
        url = checked_url(url)
        known = self._cache.latest(url)
        if self._offline:
            if known is None:
                raise FetchError("page is not in the cache", value=url, remedy="fetch it once with the network")
            return _document(url, *known)
        answer = self._client.get(url, _conditions(known[0]) if known else None, typed=typed)
        now = self._client.clock().astimezone(UTC).isoformat()
        if answer.status == 304:  # noqa: PLR2004 - Not Modified
            if known is None:
                raise FetchError("the server answered 304 to a first request", value=url, remedy="try again later")
            self._cache.confirm(url, now)
            return _document(url, *known)
        version = Version(
            sha256=hashlib.sha256(answer.content).hexdigest(),
            retrieved_at=now,
            checked_at=now,
            final_url=answer.url,
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            content_type=answer.headers.get("content-type"),
        )
        return _document(url, self._cache.store(url, version, answer.content), answer.content)

    def history(self, url: str) -> tuple[RawDocument, ...]:
        """Return every version of a page that the cache holds, oldest first; nothing is asked of the server."""
        url = checked_url(url)
        found = ((v, self._cache.body(v)) for v in self._cache.versions(url))
        return tuple(_document(url, v, content) for v, content in found if content is not None)

    def download(self, url: str, target: Path, *, sha256: str | None = None) -> Path:
        """Return the target once it holds the file at an address, going on with a download that was broken off.

        A file that the user names is not crawling: robots.txt is not asked. Raises FetchError as `fetch` does, and when the
        SHA-256 is not the expected one; offline, when the target is not there yet.
        """
        if self._offline:
            if target.is_file() and (sha256 is None or hashlib.sha256(target.read_bytes()).hexdigest() == sha256.lower()):
                return target
            raise FetchError(
                "file is not there and the network is off", value=target, remedy="download it once with the network"
            )
        return download_file(self._client, url, target, sha256=sha256)


def _conditions(version: Version) -> dict[str, str]:
    out = {"If-None-Match": version.etag, "If-Modified-Since": version.last_modified}
    return {name: value for name, value in out.items() if value}
