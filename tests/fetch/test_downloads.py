"""Downloads arrive whole or not at all, and go on where they were broken off."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from tenure.errors import FetchError

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    from .conftest import Site

Make = "Callable[..., Fetcher]"
BODY = bytes(range(256)) * 400
DIGEST = hashlib.sha256(BODY).hexdigest()


class RangeServer:
    """Serves `body` with ranges; the first `breaks` answers stop half-way."""

    def __init__(self, body: bytes = BODY, *, breaks: int = 0, etag: str | None = '"v1"', ranges: bool = True) -> None:
        self.body, self.breaks, self.etag, self.ranges = body, breaks, etag, ranges
        self.sent = 0

    def __call__(self, handler: BaseHTTPRequestHandler, count: int) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        same = handler.headers.get("If-Range") in {None, self.etag}
        start = int(asked.group(1)) if asked and same and self.ranges else 0
        if start >= len(self.body):
            handler.send_response(416)
            handler.send_header("Content-Range", f"bytes */{len(self.body)}")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(self.body) - 1}/{len(self.body)}")
        if self.etag:
            handler.send_header("ETag", self.etag)
        rest = self.body[start:]
        handler.send_header("Content-Length", str(len(rest)))
        handler.end_headers()
        part = rest[: len(rest) // 2] if count <= self.breaks else rest
        self.sent += len(part)
        handler.wfile.write(part)
        handler.close_connection = True


def test_broken_download_goes_on_where_it_stopped(site: Site, fetcher: Make, tmp_path: Path) -> None:
    server = RangeServer(breaks=2)
    site.pages["/f"] = server
    target = fetcher().download(f"{site.url}/f", tmp_path / "data" / "f.bin", sha256=DIGEST.upper())
    assert target.read_bytes() == BODY
    assert server.sent == len(BODY)
    assert sorted(p.name for p in target.parent.iterdir()) == ["f.bin"]


def test_download_given_up_goes_on_next_time(site: Site, fetcher: Make, tmp_path: Path) -> None:
    server = RangeServer(breaks=1)
    site.pages["/f"] = server
    target = tmp_path / "f.bin"
    with pytest.raises(FetchError, match="failed 1 times"):
        fetcher(retries=0).download(f"{site.url}/f", target)
    assert not target.exists()
    fetcher().download(f"{site.url}/f", target)
    assert target.read_bytes() == BODY
    assert server.sent == len(BODY)


def test_file_that_changed_meanwhile_starts_anew(site: Site, fetcher: Make, tmp_path: Path) -> None:
    site.pages["/f"] = RangeServer(breaks=1)
    with pytest.raises(FetchError):
        fetcher(retries=0).download(f"{site.url}/f", tmp_path / "f.bin")
    site.pages["/f"] = RangeServer(BODY[::-1], etag='"v2"')
    assert fetcher().download(f"{site.url}/f", tmp_path / "f.bin").read_bytes() == BODY[::-1]


def test_without_validators_a_part_is_used_only_under_a_digest(site: Site, fetcher: Make, tmp_path: Path) -> None:
    for digest, expected in ((None, len(BODY) + len(BODY) // 2), (DIGEST, len(BODY))):
        server = RangeServer(breaks=1, etag=None)
        site.pages["/f"] = server
        site.seen.clear()
        target = tmp_path / f"{expected}.bin"
        assert fetcher().download(f"{site.url}/f", target, sha256=digest).read_bytes() == BODY
        assert server.sent == expected


def test_part_of_another_version_is_thrown_away_under_a_digest(site: Site, fetcher: Make, tmp_path: Path) -> None:
    (tmp_path / "f.bin.part").write_bytes(b"z" * 1000)
    site.pages["/f"] = RangeServer(etag=None)
    assert fetcher().download(f"{site.url}/f", tmp_path / "f.bin", sha256=DIGEST).read_bytes() == BODY


def test_part_that_is_complete_is_kept(site: Site, fetcher: Make, tmp_path: Path) -> None:
    (tmp_path / "f.bin.part").write_bytes(BODY)
    server = RangeServer(etag=None)
    site.pages["/f"] = server
    assert fetcher().download(f"{site.url}/f", tmp_path / "f.bin", sha256=DIGEST).read_bytes() == BODY
    assert server.sent == 0


def test_part_that_is_too_long_starts_anew(site: Site, fetcher: Make, tmp_path: Path) -> None:
    (tmp_path / "f.bin.part").write_bytes(BODY + b"more")
    site.pages["/f"] = RangeServer(etag=None)
    assert fetcher().download(f"{site.url}/f", tmp_path / "f.bin", sha256=DIGEST).read_bytes() == BODY


def test_wrong_range_from_the_server_starts_anew(site: Site, fetcher: Make, tmp_path: Path) -> None:
    def page(handler: BaseHTTPRequestHandler, count: int) -> None:
        handler.send_response(206 if count == 1 else 200)
        if count == 1:
            handler.send_header("Content-Range", "bytes 5-9/100")
        handler.send_header("Content-Length", str(len(BODY)))
        handler.end_headers()
        handler.wfile.write(BODY)

    (tmp_path / "f.bin.part").write_bytes(b"part")
    site.pages["/f"] = page
    assert fetcher().download(f"{site.url}/f", tmp_path / "f.bin", sha256=DIGEST).read_bytes() == BODY


def test_wrong_digest_is_told_and_leaves_nothing(site: Site, fetcher: Make, tmp_path: Path) -> None:
    site.page("/f", b"something else")
    with pytest.raises(FetchError, match="another SHA-256"):
        fetcher().download(f"{site.url}/f", tmp_path / "f.bin", sha256=DIGEST)
    assert not list(tmp_path.glob("f.bin*"))


def test_right_file_is_not_fetched_again(site: Site, fetcher: Make, tmp_path: Path) -> None:
    target = tmp_path / "f.bin"
    target.write_bytes(BODY)
    assert fetcher().download(f"{site.url}/f", target, sha256=DIGEST) == target
    assert fetcher(offline=True).download(f"{site.url}/f", target, sha256=DIGEST) == target
    assert not site.seen
    with pytest.raises(FetchError, match="network is off"):
        fetcher(offline=True).download(f"{site.url}/f", tmp_path / "other.bin")


def test_redirects_of_a_download_are_followed_and_limited(site: Site, fetcher: Make, tmp_path: Path) -> None:
    site.page("/old", b"", 302, Location="/f")
    site.pages["/f"] = RangeServer()
    site.page("/loop", b"", 302, Location="/loop")
    assert fetcher().download(f"{site.url}/old", tmp_path / "f.bin").read_bytes() == BODY
    with pytest.raises(FetchError, match="redirects"):
        fetcher().download(f"{site.url}/loop", tmp_path / "g.bin")
    with pytest.raises(FetchError, match="status 404"):
        fetcher().download(f"{site.url}/none", tmp_path / "g.bin")


def test_too_large_a_download_is_cut(site: Site, fetcher: Make, tmp_path: Path) -> None:
    site.pages["/f"] = RangeServer()
    with pytest.raises(FetchError, match="larger than 1000 bytes"):
        fetcher(max_download_bytes=1000).download(f"{site.url}/f", tmp_path / "f.bin")
    assert not (tmp_path / "f.bin").exists()


def test_place_that_cannot_be_written_is_one_line(site: Site, fetcher: Make, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    site.pages["/f"] = RangeServer()
    with pytest.raises(FetchError, match="cannot write"):
        fetcher().download(f"{site.url}/f", tmp_path / "file" / "f.bin")
