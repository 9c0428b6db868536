"""A large file, downloaded to its place whole or not at all; a broken download goes on where it stopped.

Beside the target stand `NAME.part` (what has come) and `NAME.part.json` (whose version that is). A part is continued with
Range and If-Range, so a file that changed on the server starts anew; a server without validators starts anew as well,
unless the caller knows the SHA-256 that the whole must have.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import httpx

from tenure.errors import FetchError
from tenure.fetch.body import limited
from tenure.fetch.cache import write_whole
from tenure.fetch.client import Answer, Client, checked_url, refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["download_file"]

_BLOCK = 1 << 20


def _digest(path: Path) -> str:
    hasher = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            hasher.update(block)
    return hasher.hexdigest()


@dataclass(frozen=True, slots=True)
class _Part:
    """A download under way: where it goes, and what the whole must be."""

    url: str
    target: Path
    sha256: str | None

    @property
    def body(self) -> Path:
        return self.target.with_name(self.target.name + ".part")

    @property
    def note(self) -> Path:
        return self.target.with_name(self.target.name + ".part.json")

    def validator(self) -> str | None:
        """Return the ETag or date of the version that the part is of, None when it is not known."""
        try:
            note = json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return note.get("validator") if isinstance(note, dict) and note.get("url") == self.url else None

    def remember(self, headers: Mapping[str, str]) -> None:
        etag = headers.get("etag")
        validator = etag if etag and not etag.startswith("W/") else headers.get("last-modified")
        write_whole(self.note, json.dumps({"url": self.url, "validator": validator}).encode())

    def forget(self) -> None:
        for path in (self.body, self.note):
            with suppress(FileNotFoundError):
                path.unlink()

    def request(self) -> dict[str, str]:
        """Return the headers that continue the part; none when it must start anew."""
        have = self.body.stat().st_size if self.body.is_file() else 0
        validator = self.validator()
        if not have or (validator is None and self.sha256 is None):
            return {"Accept-Encoding": "identity"}
        more = {"If-Range": validator} if validator else {}
        return {"Accept-Encoding": "identity", "Range": f"bytes={have}-", **more}


def _receive(client: Client, part: _Part, url: str) -> Answer:
    """Write one answer to the part; the body of the returned answer is empty."""
    headers = part.request()
    with client.stream(url, headers, typed=part.url) as response:
        status = response.status_code
        have = part.body.stat().st_size if part.body.is_file() else 0
        answer = Answer(url, status, dict(response.headers), b"")
        if status == httpx.codes.PARTIAL_CONTENT:
            if not response.headers.get("content-range", "").startswith(f"bytes {have}-"):
                part.forget()
                raise httpx.RemoteProtocolError("server sent another range than was asked for")
        elif status == httpx.codes.OK:
            part.forget()
            part.target.parent.mkdir(parents=True, exist_ok=True)
            part.remember(response.headers)
            have = 0
        else:
            return answer
        room = client.settings.max_download_bytes - have
        with part.body.open("ab") as out:
            for piece in limited(response.iter_raw(), room, url):
                out.write(piece)
        return answer


def _complete(client: Client, part: _Part) -> None:
    url = part.url
    for _ in range(client.settings.max_redirects + 1):
        answer = client.attempt(url, partial(_receive, client, part, url))
        if answer.status in {httpx.codes.OK, httpx.codes.PARTIAL_CONTENT}:
            return
        if answer.status == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and "Range" in part.request():
            size = answer.headers.get("content-range", "").rpartition("/")[2]
            if size == str(part.body.stat().st_size):
                return
            part.forget()
        elif answer.headers.get("location"):
            url = checked_url(httpx.URL(url).join(answer.headers["location"]).__str__())
        else:
            raise refused(answer.status, url)
    raise FetchError(
        f"more than {client.settings.max_redirects} redirects", value=part.url, remedy="give the file's own address"
    )


def download_file(client: Client, url: str, target: Path, *, sha256: str | None = None) -> Path:
    """Return the target once it holds the whole file; a target that has the right SHA-256 already is not fetched again.

    Raises FetchError when the server fails, the disk refuses, or the SHA-256 is another than the one given.
    """
    part = _Part(checked_url(url), target, sha256.lower() if sha256 else None)
    try:
        if part.sha256 and target.is_file() and _digest(target) == part.sha256:
            return target
        continued = "Range" in part.request()
        _complete(client, part)
        if part.sha256 and _digest(part.body) != part.sha256 and continued:
            part.forget()  # the part was of another version: once more from the start
            _complete(client, part)
        found = _digest(part.body)
        if part.sha256 and found != part.sha256:
            part.forget()
            raise FetchError(
                f"file has another SHA-256 than expected ({found[:16]}…)",
                value=url,
                remedy="check the address and the digest",
            )
        part.body.replace(target)
        part.forget()
    except OSError as err:
        raise FetchError(
            f"cannot write the download ({err.strerror})", value=target, remedy="free the disk or name another place"
        ) from err
    return target
