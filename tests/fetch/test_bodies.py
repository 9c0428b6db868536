"""No answer is larger or longer than allowed, however it is packed or dripped; the same for a language model's endpoint."""

from __future__ import annotations

import gzip
import time as real_time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tenure.errors import FetchError
from tenure.fetch import open_endpoint

BOMB = gzip.compress(bytes(64 * 1024 * 1024))


@pytest.fixture
def endpoint():
    """A server whose answer to any POST is what the test says."""
    told = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            told["asked"] = {k.lower(): v for k, v in self.headers.items()}
            try:
                told["answer"](self)
            except OSError:
                told["left"] = True

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    told["url"] = f"http://127.0.0.1:{server.server_port}/v1"
    yield told
    server.shutdown()
    server.server_close()


def whole(body, **headers):
    def answer(handler):
        handler.send_response(200)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def refusal(told, **options):
    with pytest.raises(FetchError) as caught:
        open_endpoint(told["url"], **options)(b"{}")
    return str(caught.value)


def test_a_packed_answer_is_unpacked(endpoint):
    endpoint["answer"] = whole(gzip.compress(b'{"a": 1}'), Content_Encoding="gzip")
    assert open_endpoint(endpoint["url"])(b"{}") == b'{"a": 1}'
    endpoint["answer"] = whole(zlib.compress(b'{"a": 2}'), Content_Encoding="deflate")
    assert open_endpoint(endpoint["url"])(b"{}") == b'{"a": 2}'
    assert endpoint["asked"]["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("body", "packing", "words"),
    [
        (BOMB, "gzip", "larger than 4194304 bytes"),
        (bytes(5 * 1024 * 1024), "identity", "larger than 4194304 bytes"),
        (b"not packed at all", "gzip", "cannot be read"),
        (gzip.compress(b"abc", mtime=0)[:-6], "gzip", "its end is missing"),
        (b"\x1b\x03", "br", "packed with br, which was not asked for"),
    ],
)
def test_an_answer_that_is_too_large_or_badly_packed_is_one_line(endpoint, body, packing, words):
    endpoint["answer"] = whole(body, Content_Encoding=packing)
    message = refusal(endpoint)
    assert words in message
    assert "\n" not in message


def dripping(head):
    """An answer that never ends: a byte every few hundredths of a second, in its headers or in its body."""

    def answer(handler):
        handler.wfile.write(head)
        for _ in range(500):
            handler.wfile.write(b"x")
            real_time.sleep(0.02)

    return answer


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_an_answer_that_drips_ends_with_the_time_that_it_may_take(endpoint, head):
    endpoint["answer"] = dripping(head)
    assert "took longer than 0.3 s" in refusal(endpoint, timeout_s=0.3)


def test_a_page_that_drips_its_headers_ends_too(site, fetcher):
    site.pages["/slow"] = lambda handler, _: dripping(b"HTTP/1.1 200 OK\r\nX-Slow: ")(handler)
    with pytest.raises(FetchError, match=r"took longer than 0.3 s"):
        fetcher(total_seconds=0.3, obey_robots=False).fetch(f"{site.url}/slow")


def test_a_page_packed_as_a_bomb_is_refused(site, fetcher):
    site.page("/bomb", BOMB, Content_Encoding="gzip")
    with pytest.raises(FetchError, match="larger than 100000 bytes"):
        fetcher(max_bytes=100_000, obey_robots=False).fetch(f"{site.url}/bomb")


@pytest.mark.parametrize(
    "address", ["http://" + "a" * 70 + ".example/v1", "http://[::1", "http://a..b/v1", "http://\u0000/v1"]
)
def test_an_endpoint_s_address_that_is_none_is_one_line(address):
    with pytest.raises(FetchError) as caught:
        open_endpoint(address)(b"{}")
    assert "\n" not in str(caught.value)
