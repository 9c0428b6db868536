"""A real server on 127.0.0.1 that misbehaves as told, and a clock that only sleep moves."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tenure.fetch import Fetcher, FetchSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass
class FakeTime:
    now: datetime = datetime(2018, 2, 10, 12, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class Site:
    """The server's behaviour: a function a path; `seen` counts requests, `headers` keeps the last ones."""

    url: str = ""
    pages: dict[str, Callable[[BaseHTTPRequestHandler, int], None]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    headers: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def page(self, path: str, body: bytes, status: int = 200, **headers: str) -> None:
        self.pages[path] = lambda handler, _: self.answer(handler, status, body, **headers)

    @staticmethod
    def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


@pytest.fixture
def site() -> Iterator[Site]:
    told = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path
            told.headers.setdefault(path, []).append({k.lower(): v for k, v in self.headers.items()})
            told.seen[path] += 1
            page = told.pages.get(path)
            if page is None:
                told.answer(self, 404)
            else:
                page(self, told.seen[path])

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def fetcher(tmp_path: Path, time: FakeTime) -> Iterator[Callable[..., Fetcher]]:
    opened: list[Fetcher] = []

    def make(*, offline: bool = False, **settings: object) -> Fetcher:
        made = Fetcher(
            tmp_path / "cache",
            settings=FetchSettings(**{"timeout_seconds": 5.0, **settings}),  # type: ignore[arg-type] # settings of several types
            offline=offline,
            clock=time.clock,
            sleep=time.sleep,
        )
        opened.append(made)
        return made

    yield make
    for one in opened:
        one.close()
