"""A folder that remembers what servers answered: bodies by their SHA-256, and for each address the versions seen so far.

    bodies/ab/abcd...     one body, named by its SHA-256; written once, never changed
    pages/ab/abcd....json one address (named by the SHA-256 of the address): its versions, oldest first

Files are written beside their place and moved into it, so a killed run leaves the last good state.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

from tenure.errors import FetchError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Cache", "Version", "write_whole"]


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a page: what the server said, when, and the SHA-256 of the body."""

    sha256: str
    retrieved_at: str
    """ISO 8601, UTC: when this body was first seen."""
    checked_at: str
    """ISO 8601, UTC: when the server last confirmed it."""
    final_url: str
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None


def write_whole(target: Path, content: bytes) -> None:
    """Write a file whole or not at all; raises FetchError when the disk refuses."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
            os.replace(name, target)  # noqa: PTH105 - the name is mkstemp's own
        except BaseException:
            os.unlink(name)  # noqa: PTH108 - as above
            raise
    except OSError as err:
        raise FetchError(
            f"cannot write to the cache ({err.strerror})", value=target, remedy="free the disk or name another folder"
        ) from err


class Cache:
    """The folder and nothing else: what it knows is on disk."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, which is made with its first entry."""
        self.folder = folder

    def _page(self, url: str) -> Path:
        key = hashlib.sha256(url.encode()).hexdigest()
        return self.folder / "pages" / key[:2] / f"{key}.json"

    def _body(self, sha256: str) -> Path:
        return self.folder / "bodies" / sha256[:2] / sha256

    def versions(self, url: str) -> tuple[Version, ...]:
        """Return the versions of an address, oldest first; none when it was never fetched or its entry is damaged."""
        names = {f.name for f in fields(Version)}
        try:
            stored = json.loads(self._page(url).read_text(encoding="utf-8"))
            return tuple(Version(**{k: v for k, v in version.items() if k in names}) for version in stored["versions"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return ()

    def body(self, version: Version) -> bytes | None:
        """Return the body of a version, None when it is missing or is not what was stored."""
        try:
            content = self._body(version.sha256).read_bytes()
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == version.sha256 else None

    def latest(self, url: str) -> tuple[Version, bytes] | None:
        """Return the newest version of an address whose body is there and whole."""
        for version in reversed(self.versions(url)):
            content = self.body(version)
            if content is not None:
                return version, content
        return None

    def store(self, url: str, version: Version, content: bytes) -> Version:
        """Keep a body that a server sent; the same body as before is the same version, confirmed. Returns what is kept."""
        known = self.versions(url)
        if known and known[-1].sha256 == version.sha256:
            version = replace(version, retrieved_at=known[-1].retrieved_at)
            known = known[:-1]
        if self.body(version) is None:
            write_whole(self._body(version.sha256), content)
        self._write(url, (*known, version))
        return version

    def confirm(self, url: str, checked_at: str) -> None:
        """Note that the server still has the newest version."""
        known = self.versions(url)
        if known:
            self._write(url, (*known[:-1], replace(known[-1], checked_at=checked_at)))

    def _write(self, url: str, versions: tuple[Version, ...]) -> None:
        entry = {"url": url, "versions": [asdict(v) for v in versions]}
        write_whole(self._page(url), json.dumps(entry, ensure_ascii=False, indent=1, sort_keys=True).encode())
