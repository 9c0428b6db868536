"""The exchange with an OpenAI-compatible endpoint: request bytes to response bytes; off unless an address is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["open_endpoint"]

_MOST_BYTES = 4 * 1024 * 1024
_TIMEOUT_S = 300.0
_OK = 200


def open_endpoint(base_url: str, *, key: str | None = None, timeout_s: float = _TIMEOUT_S) -> Callable[[bytes], bytes]:
    """Return a function that posts a chat request to `base_url`/chat/completions and returns the response's body.

    `key` goes into the Authorization header and nowhere else. Raises FetchError for an address that is none, a server that
    fails or does not answer in time, and an answer of more than 4 MiB.
    """
    import httpx

    if not base_url.startswith(("http://", "https://")):
        raise FetchError("not the address of an endpoint", value=base_url, remedy="write http://host:port/v1")
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    address = base_url.rstrip("/") + "/chat/completions"

    def post(body: bytes) -> bytes:
        try:
            answer = httpx.post(address, content=body, headers=headers, timeout=timeout_s)
        except httpx.HTTPError as error:
            raise FetchError("the endpoint does not answer", value=address, remedy=str(error) or "try again") from error
        if answer.status_code != _OK:
            raise FetchError(
                f"the endpoint answers {answer.status_code}", value=address, remedy="check model, key and quota"
            )
        if len(answer.content) > _MOST_BYTES:
            raise FetchError("the endpoint's answer is too large", value=len(answer.content), remedy="shorten the report")
        return answer.content

    return post
