"""Connections of the service: silent ones end with their time, and make room for a reader where there are too many.

A connection is silent while no request of it is being answered: none has come, half of one, or the last is answered. Where
there are `MOST` and one more comes, the one that has been silent longest goes, of the client that holds most silent ones; so
nobody is locked out by sockets that say nothing, whoever opened them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

__all__ = ["MOST", "SILENT_S", "ReaderConnection"]

MOST = 256
"""Connections above which silent ones make room."""
SILENT_S = 10.0
"""Seconds after which a connection that asks nothing, or has not ended asking, is closed."""


class ReaderConnection(H11Protocol):
    """A connection of uvicorn's that knows since when it is silent."""

    silent_since = 0.0
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take up a connection, making room for it."""
        super().connection_made(transport)
        self.silent_since = self.loop.time()
        self._look_again()
        if len(self.connections) > MOST:
            self._make_room()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self.silent_since = self.loop.time()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    @property
    def is_silent(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _look_again(self) -> None:
        waited = self.loop.time() - self.silent_since
        if self.is_silent and waited >= SILENT_S:
            self.transport.close()
        else:
            self._watch = self.loop.call_later(SILENT_S - waited if self.is_silent else SILENT_S, self._look_again)

    def _make_room(self) -> None:
        silent = [c for c in self.connections if isinstance(c, ReaderConnection) and c is not self and c.is_silent]
        silent = [c for c in silent if not c.transport.is_closing()]
        if not silent:
            return
        held = Counter(c.client[0] if c.client else "" for c in silent)
        oldest = max(silent, key=lambda c: (held[c.client[0] if c.client else ""], -c.silent_since))
        oldest.transport.abort()
