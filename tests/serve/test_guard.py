"""What stands before the routes: hosts, sizes, tokens, rates; and the headers, caching and compression of every answer."""

from __future__ import annotations

import base64
import gzip
import http.client
import json
import logging
from urllib.parse import urlsplit

import httpx
import pytest

from tenure.errors import InputError
from tenure.serve import FixedFeed, ServeSettings, create_app
from tenure.serve.answer import AnswerCache, Finished
from tenure.serve.guard import RateLimit

TOKEN = "correct horse"  # noqa: S105 - of a test
ANYWHERE = "0.0.0.0"  # noqa: S104 - never bound here


def raw(address, method, target, headers=(), body=None):
    """A request as it is written, without a client's tidying up."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.putrequest(method, target, skip_host=any(k.lower() == "host" for k, _ in headers), skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.headers.items()}, content


@pytest.fixture(scope="module")
def guarded(edition, running):
    with running(create_app(FixedFeed(edition), ServeSettings(token=TOKEN))) as address:
        yield address


def test_no_route_takes_another_method(client):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/", "/collections/control/items", "/collections/control/items/p00.2021-03-01", "/why", "/map/"):
            answer = client.request(method, path)
            assert answer.status_code == 405, (method, path)
            assert "GET" in answer.headers["allow"]


def test_head_has_the_headers_of_get_and_no_body(client):
    answer = client.head("/collections/control/items")
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["etag"] == client.get("/collections/control/items").headers["etag"]


@pytest.mark.parametrize(
    "path", ["/", "/collections/control/items", "/map/", "/nope", "/collections/control/items?limit=x", "/style.css"]
)
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_request_body_is_refused(server):
    assert raw(server, "GET", "/", [("Content-Length", "5")], b"hello")[0] == 413
    assert raw(server, "POST", "/", [("Content-Length", "5")], b"hello")[0] == 413


def test_long_addresses_are_refused(server):
    assert raw(server, "GET", "/collections/control/items?filter=" + "x" * 9000)[0] == 414
    assert raw(server, "GET", "/" + "x" * 3000)[0] == 414


def test_names_of_other_machines_are_refused(server):
    status, _, content = raw(server, "GET", "/", [("Host", "evil.example")])
    assert status == 421
    assert json.loads(content)["code"] == "MisdirectedRequest"
    for name in (
        "127.0.0.1:8931@evil.example",
        "localhost@evil",
        "localhost:1:2",
        "[::1]evil",
        "[::1",
        "localhost:x",
        "local host",
    ):
        assert raw(server, "GET", "/", [("Host", name)])[0] == 421, name
    for name in ("localhost", "127.0.0.1:99", "[::1]:8000", "LOCALHOST"):
        assert raw(server, "GET", "/", [("Host", name)])[0] == 200


HOSTILE = ["/../../etc/passwd", "/map/../../etc/passwd", "/map/%2e%2e/%2e%2e/etc/passwd", "/map/%00", "/collections/%00"]
HOSTILE += ["//", "/%", "/collections//items", "/why?place=%00&on=2021-03-20", "/collections/control/items/%ff%fe"]
HOSTILE += [
    "/collections/control/items?" + q for q in ("%ff=%fe", "filter=%00", "&&&=", "f", "name=%ed%a0%80", "limit=%0a1")
]


@pytest.mark.parametrize("target", HOSTILE)
def test_hostile_addresses_are_the_clients_error(server, target):
    status, _, content = raw(server, "GET", target)
    assert status in (200, 400, 404), content
    assert b"Traceback" not in content
    assert b"root:" not in content


def test_token_is_asked_for_and_taken_both_ways(guarded):
    address = f"{guarded}/collections"
    basic = base64.b64encode(b"anyone:correct horse").decode()
    with httpx.Client(trust_env=False) as client:
        refused = client.get(address)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic")
        for value in ("Bearer wrong horse", "Basic !!!", "Basic " + base64.b64encode(b"x:y").decode(), "Digest x", "Bearer"):
            assert client.get(address, headers={"authorization": value}).status_code == 401
        for value in ("Bearer correct horse", "bearer correct horse", f"Basic {basic}"):
            assert client.get(address, headers={"authorization": value}).status_code == 200


def test_client_that_asks_too_often_is_told_to_wait(edition, running):
    with running(create_app(FixedFeed(edition), ServeSettings(rate_per_second=1), clock=lambda: 5.0)) as address:
        codes = [httpx.get(address, trust_env=False).status_code for _ in range(12)]
    assert codes == [200] * 10 + [429] * 2


def test_bucket_fills_again_with_time():
    now = [0.0]
    limit = RateLimit(2.0, lambda: now[0])
    assert sum(limit.allows("a") for _ in range(30)) == 20
    assert limit.allows("b"), "clients are counted apart"
    now[0] = 1.0
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]


def test_forgotten_clients_do_not_fill_the_memory():
    limit = RateLimit(1.0, lambda: 0.0)
    for i in range(10_050):
        limit.allows(str(i))
    assert len(limit._buckets) == 10_000


def test_unchanged_answer_is_not_sent_again(client):
    for path in (
        "/collections/control/items?limit=3",
        "/collections",
        "/map/",
        "/style.css",
        "/collections/control/items?f=html",
    ):
        first = client.get(path)
        again = client.get(path, headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304, path
        assert again.content == b""
        assert again.headers["etag"].strip('"').removesuffix("-gz") == first.headers["etag"].strip('"').removesuffix("-gz")
        assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    assert "max-age" in first.headers["cache-control"]


def test_bad_request_is_never_unchanged(client):
    answer = client.get("/collections/control/items?limit=x", headers={"if-none-match": "*"})
    assert answer.status_code == 400
    assert answer.headers["cache-control"] == "no-store"


def test_answers_differ_in_etag_by_format_query_and_edition(client):
    items = "/collections/control/items"
    paths = ("/collections?f=json", "/collections?f=html", f"{items}?limit=1", f"{items}?limit=2")
    tags = {client.get(path).headers["etag"] for path in paths}
    assert len(tags) == 4


@pytest.mark.parametrize("path", ["/collections/control/items?limit=72", "/collections"])
def test_compressed_answer_is_the_same_answer(server, path):
    plain = raw(server, "GET", path)
    for _ in range(2):
        status, headers, content = raw(server, "GET", path, [("Accept-Encoding", "br, gzip")])
        assert status == 200
        assert headers["content-encoding"] == "gzip"
        assert gzip.decompress(content) == plain[2]
        assert len(content) < len(plain[2]) / 3
    assert "content-encoding" not in plain[1]
    assert "Accept-Encoding" in plain[1]["vary"]


def test_long_answer_is_streamed_whole(edition, running, monkeypatch):
    monkeypatch.setattr("tenure.serve.items._PART", 10)
    with running(create_app(FixedFeed(edition), ServeSettings())) as address:
        target = "/collections/control/items?limit=72"
        _, headers, content = raw(address, "GET", target)
        squeezed = raw(address, "GET", target, [("Accept-Encoding", "gzip")])
    assert headers["transfer-encoding"] == "chunked"
    document = json.loads(content)
    assert len(document["features"]) == document["numberReturned"] == 72
    assert gzip.decompress(squeezed[2]) == content


def test_memory_of_answers_is_bounded():
    cache = AnswerCache(1000)
    for i in range(50):
        cache.put(f"e{i}", Finished(200, b"x" * 100, {}), compressed=False)
    cache.put("big", Finished(200, b"x" * 900, {}), compressed=False)
    assert cache.get("big", compressed=False) is None
    assert cache.get("e0", compressed=False) is None
    assert cache.get("e49", compressed=False) is not None
    assert cache._held <= 1000


def test_failure_of_the_service_says_nothing_of_its_inside(edition, running, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("secret path")

    monkeypatch.setitem(__import__("tenure.serve.app", fromlist=["HANDLERS"]).HANDLERS, "/conformance", broken)
    with caplog.at_level(logging.CRITICAL), running(create_app(FixedFeed(edition), ServeSettings())) as address:
        status, _, content = raw(address, "GET", "/conformance")
    assert status == 500
    assert b"secret" not in content
    assert json.loads(content)["code"] == "InternalError"


@pytest.mark.parametrize(
    "options",
    [
        {"port": 70000},
        {"port": -1},
        {"rate_per_second": 0},
        {"token": "short"},
        {"token": "ключ-ключ"},
        {"base_url": "ftp://x"},
    ],
)
def test_bad_settings_are_named(options):
    with pytest.raises(InputError):
        ServeSettings(**options)


def test_limit_is_on_by_default_beyond_this_machine():
    assert ServeSettings().rate is None
    assert ServeSettings(host=ANYWHERE).rate == 20
    assert not ServeSettings(host=ANYWHERE).is_loopback


def test_links_use_the_address_that_clients_see(edition, running):
    with running(create_app(FixedFeed(edition), ServeSettings(base_url="https://maps.example/tenure/"))) as address:
        document = json.loads(raw(address, "GET", "/")[2])
        proxied = raw(address, "GET", "/", [("Host", "maps.example")])[0]
    assert document["links"][0]["href"].startswith("https://maps.example/tenure/")
    assert proxied == 200, "the proxy passes on the name that clients use"


def test_a_host_header_that_names_no_host_is_refused_wherever_the_service_listens(edition, running):
    with running(create_app(FixedFeed(edition), ServeSettings(host=ANYWHERE))) as address:
        assert raw(address, "GET", "/", [("Host", "maps.example:80")])[0] == 200
        for name in ("maps.example@evil", 'maps.example"><b>', "maps.example/x"):
            assert raw(address, "GET", "/", [("Host", name)])[0] == 421, name


def test_a_service_that_is_busy_says_so_like_any_other_refusal(edition, running, monkeypatch):
    monkeypatch.setattr("tenure.serve.guard.MAX_BUSY", 0)
    with running(create_app(FixedFeed(edition), ServeSettings())) as address:
        status, headers, content = raw(address, "GET", "/")
    assert status == 503
    assert json.loads(content)["code"] == "ServiceBusy"
    assert headers["retry-after"] == "1"
    assert headers["x-content-type-options"] == "nosniff"
