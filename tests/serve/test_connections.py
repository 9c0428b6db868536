"""Sockets that say nothing lock nobody out, and many readers at once are all answered."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn

from tenure.serve import FixedFeed, ServeSettings, create_app
from tenure.serve.connections import ReaderConnection
from tenure.serve.server import listen


@contextmanager
def serving(edition):
    """The application behind the connections and the backlog of `tenure serve`."""
    with listen(ServeSettings(port=0)) as bound:
        app = create_app(FixedFeed(edition), ServeSettings())
        config = uvicorn.Config(app, http=ReaderConnection, lifespan="off", ws="none", log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


def silent(address, said=b""):
    place = urlsplit(address)
    made = socket.create_connection((place.hostname, place.port), timeout=10)
    made.sendall(said)
    return made


def ask(address):
    return httpx.get(f"{address}/collections", trust_env=False, timeout=20).status_code


def is_closed(one):
    one.settimeout(10)
    try:
        return one.recv(1) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: local"])
def test_silent_sockets_make_room_for_a_reader(edition, monkeypatch, said):
    monkeypatch.setattr("tenure.serve.connections.MOST", 8)
    with serving(edition) as address, ExitStack() as stack:
        opened = [stack.enter_context(silent(address, said)) for _ in range(20)]
        assert [ask(address) for _ in range(5)] == [200] * 5
        assert is_closed(opened[0]), "the one that was silent longest goes first"


def test_a_connection_that_asks_nothing_ends_with_its_time(edition, monkeypatch):
    monkeypatch.setattr("tenure.serve.connections.SILENT_S", 0.2)
    with serving(edition) as address, silent(address) as nothing, silent(address, b"GET / HT") as half:
        assert is_closed(nothing)
        assert is_closed(half)
        assert ask(address) == 200


def test_a_connection_that_goes_on_asking_stays(edition, monkeypatch):
    monkeypatch.setattr("tenure.serve.connections.SILENT_S", 0.5)
    with serving(edition) as address, httpx.Client(base_url=address, trust_env=False) as client:
        for _ in range(6):
            answer = client.get("/collections")
            assert answer.status_code == 200
            time.sleep(0.2)
        stream = answer.extensions["network_stream"].get_extra_info("client_addr")
        assert client.get("/").extensions["network_stream"].get_extra_info("client_addr") == stream


@pytest.mark.slow
def test_a_reader_is_served_beside_three_hundred_silent_sockets(edition):
    with serving(edition) as address, ExitStack() as stack:
        for n in range(300):
            stack.enter_context(silent(address, b"" if n % 2 else b"GET /map/ HTTP/1.1\r\n"))
        with httpx.Client(base_url=address, trust_env=False, timeout=30) as reader:
            for _ in range(100):
                assert reader.get("/collections/control/items?limit=5").status_code == 200


@pytest.mark.slow
def test_sixty_four_connections_are_served_for_half_a_minute(edition):
    end, codes, lost = time.monotonic() + 30, set(), []
    paths = (
        "/",
        "/collections",
        "/collections/control/items?limit=20",
        "/map/",
        "/collections/events/items?f=html",
        "/nope",
    )

    def read(address, number):
        count = 0
        with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
            while time.monotonic() < end:
                try:
                    answer = client.get(paths[(number + count) % len(paths)])
                except httpx.HTTPError as error:
                    lost.append(repr(error))
                    return
                codes.add((answer.status_code, answer.headers["x-content-type-options"]))
                count += 1

    with serving(edition) as address:
        threads = [threading.Thread(target=read, args=(address, n)) for n in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(90)
        assert not any(thread.is_alive() for thread in threads)
        assert json.loads(httpx.get(f"{address}/?f=json", trust_env=False, timeout=20).content)["links"]
    assert lost == []
    assert codes == {(200, "nosniff"), (404, "nosniff")}
