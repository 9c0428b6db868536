"""The body of an answer, unpacked piece by piece under a cap, and a deadline that ends the whole exchange.

A server may pack its answer with gzip or deflate, which is unpacked here: a library would unpack a piece whole, and a bomb
with it. A timeout between two pieces does not end an answer that drips, nor headers that do: the deadline shuts the socket.
"""

from __future__ import annotations

import socket
import threading
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from tenure.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    import httpx

__all__ = ["PACKINGS", "Deadline", "limited", "unpacked"]

PACKINGS = "gzip, deflate"
"""What a request says that it can read."""

_PIECE = 1 << 16
_ANY_HEADER = 32  # zlib: gzip or zlib, told by the header


def limited(pieces: Iterator[bytes], cap: int, url: str) -> Iterator[bytes]:
    """Yield the pieces until their sum passes the cap; raises FetchError then."""
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > cap:
            raise FetchError(
                f"answer is larger than {cap} bytes", value=url, remedy="save the part that you need and add the file"
            )
        yield piece


def unpacked(response: httpx.Response, cap: int, url: str) -> Iterator[bytes]:
    """Yield the body of an open answer, unpacked, up to a cap; FetchError beyond it, and for what cannot be unpacked."""
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing in {"", "identity"}:
        yield from limited(response.iter_raw(), cap, url)
        return
    if packing not in {"gzip", "x-gzip", "deflate"}:
        raise FetchError(f"the answer is packed with {packing}, which was not asked for", value=url, remedy=_BY_HAND)
    yield from limited(_unpack(response.iter_raw(), url), cap, url)


_BY_HAND = "save the page by hand and add the file"


def _unpack(pieces: Iterator[bytes], url: str) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits=_ANY_HEADER + zlib.MAX_WBITS)
    try:
        for piece in pieces:
            rest = piece
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, _PIECE)
                rest = unpacker.unconsumed_tail
        yield unpacker.flush(_PIECE)
    except zlib.error as err:
        raise FetchError(f"the answer cannot be read ({err})", value=url, remedy=_BY_HAND) from err
    if not unpacker.eof:
        raise FetchError("the answer cannot be read (its end is missing)", value=url, remedy=_BY_HAND)


class Deadline:
    """Ends an exchange after so many seconds, wherever it stands; `trace` is given to the request as its extension."""

    def __init__(self, seconds: float, url: str) -> None:
        """Begin nothing yet: the time runs once it is entered."""
        self._seconds, self._url = seconds, url
        self._sockets: list[socket.socket] = []
        self._is_over = False
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()
        if self._is_over:
            raise FetchError(
                f"answer took longer than {self._seconds:g} s", value=self._url, remedy="try again later or save it by hand"
            ) from error

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Keep the socket of a connection that is made for this exchange."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            found = info["return_value"].get_extra_info("socket")
            if found is not None:
                self._sockets.append(found)
                if self._is_over:
                    self._shut()

    def _end(self) -> None:
        self._is_over = True
        self._shut()

    def _shut(self) -> None:
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
