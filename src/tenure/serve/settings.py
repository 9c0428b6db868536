"""How the service is bound and guarded."""

from __future__ import annotations

from dataclasses import dataclass

from tenure.errors import InputError

__all__ = ["LOOPBACK", "ServeSettings"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")

LEAST_TOKEN_CHARS = 8
"""A shorter token is soon guessed."""


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """Where the service listens, who may read, and how much."""

    host: str = "127.0.0.1"
    """Loopback unless told otherwise."""
    port: int = 8000
    """0 takes a free one."""
    token: str | None = None
    """When set, every request must carry it: `Authorization: Bearer TOKEN`, or as the password of Basic."""
    rate_per_second: float | None = None
    """Requests that one client may make on average; None sets no limit on loopback, 20 elsewhere."""
    base_url: str | None = None
    """Address under which clients reach the service, when that is not where it listens (behind a proxy)."""
    cache_bytes: int = 64 * 1024 * 1024
    """Memory for finished answers."""

    def __post_init__(self) -> None:
        """Check what the command line gives; InputError names the value."""
        if not 0 <= self.port <= 65535:  # noqa: PLR2004 - ports are 16 bits
            raise InputError("no such port", value=self.port, remedy="use 0 to 65535")
        if self.rate_per_second is not None and self.rate_per_second <= 0:
            raise InputError("rate must be above 0", value=self.rate_per_second, remedy="leave it out for none")
        if self.token is not None and not _is_token(self.token):
            raise InputError("token is too short or not plain ASCII", remedy=f"use at least {LEAST_TOKEN_CHARS} characters")
        if self.base_url is not None and not self.base_url.startswith(("http://", "https://")):
            raise InputError("base URL is not http", value=self.base_url, remedy="write https://host/path")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        return self.host in LOOPBACK

    @property
    def rate(self) -> float | None:
        """Requests per second that one client may make; None is without limit."""
        return self.rate_per_second if self.rate_per_second is not None or self.is_loopback else 20.0


def _is_token(text: str) -> bool:
    return len(text) >= LEAST_TOKEN_CHARS and text.isascii() and text.isprintable()
