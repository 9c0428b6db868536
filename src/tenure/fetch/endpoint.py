"""The exchange with an OpenAI-compatible endpoint: request bytes to response bytes; off unless an address is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenure.errors import FetchError
from tenure.fetch.body import PACKINGS, Deadline, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["open_endpoint"]

_MOST_BYTES = 4 * 1024 * 1024
_TIMEOUT_S = 300.0
_OK = 200


def open_endpoint(base_url: str, *, key: str | None = None, timeout_s: float = _TIMEOUT_S) -> Callable[[bytes], bytes]:
    """Return a function that posts a chat request to `base_url`/chat/completions and returns the response's body.

    `key` goes into the Authorization header and nowhere else. Raises FetchError for an address that is none, a server that
    fails or has not answered whole in time, and an answer of more than 4 MiB unpacked.
    """
    import httpx

    if not base_url.startswith(("http://", "https://")):
        raise FetchError("not the address of an endpoint", value=base_url, remedy="write http://host:port/v1")
    headers = {"Content-Type": "application/json", "Accept-Encoding": PACKINGS}
    headers |= {"Authorization": f"Bearer {key}"} if key else {}
    address = base_url.rstrip("/") + "/chat/completions"

    def post(body: bytes) -> bytes:
        try:
            with Deadline(timeout_s, address) as deadline:
                return _exchange(address, body, headers, timeout_s, deadline)
        except httpx.HTTPError as error:
            raise FetchError("the endpoint does not answer", value=address, remedy=str(error) or "try again") from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise FetchError("not the address of an endpoint", value=base_url, remedy="write http://host:port/v1") from error

    return post


def _exchange(address: str, body: bytes, headers: Mapping[str, str], timeout_s: float, deadline: Deadline) -> bytes:
    """Return the body of one answer, read up to the limit."""
    import httpx

    asking: dict[str, Any] = {"content": body, "headers": headers, "extensions": {"trace": deadline.trace}}
    with httpx.Client(timeout=timeout_s) as client, client.stream("POST", address, **asking) as answer:
        if answer.status_code != _OK:
            raise FetchError(
                f"the endpoint answers {answer.status_code}", value=address, remedy="check model, key and quota"
            )
        return b"".join(unpacked(answer, _MOST_BYTES, address))
