"""Pages are fetched politely, kept, confirmed, and replayed; every failure is one line."""

from __future__ import annotations

import gzip
import time as real_time
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from tenure.errors import FetchError

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    from tenure.fetch import Fetcher

    from .conftest import FakeTime, Site


Make = "Callable[..., Fetcher]"


def failing(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(url)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_page_becomes_a_document_with_its_address_and_time(site: Site, fetcher: Make, time: FakeTime) -> None:
    site.page("/a", b"Four towns were retaken.")
    document = fetcher().fetch(f"{site.url}/a#part")
    assert document.content == b"Four towns were retaken."
    assert (document.name, document.url) == (f"{site.url}/a", f"{site.url}/a")
    assert document.retrieved_at == time.now
    assert site.headers["/a"][0]["user-agent"].startswith("tenure/")


def test_unchanged_page_is_confirmed_and_keeps_its_first_time(site: Site, fetcher: Make, time: FakeTime) -> None:
    def page(handler: BaseHTTPRequestHandler, count: int) -> None:
        if count == 1:
            site.answer(handler, 200, b"body", ETag='"v1"', Last_Modified="Fri, 09 Feb 2018 10:00:00 GMT")
        else:
            site.answer(handler, 304)

    site.pages["/a"] = page
    first = fetcher().fetch(f"{site.url}/a")
    time.now += timedelta(days=1)
    second = fetcher().fetch(f"{site.url}/a")
    assert second == first
    assert site.headers["/a"][1]["if-none-match"] == '"v1"'
    assert site.headers["/a"][1]["if-modified-since"] == "Fri, 09 Feb 2018 10:00:00 GMT"


def test_same_body_without_validators_keeps_its_first_time(site: Site, fetcher: Make, time: FakeTime) -> None:
    site.page("/a", b"body")
    first = fetcher().fetch(f"{site.url}/a")
    time.now += timedelta(days=1)
    assert fetcher().fetch(f"{site.url}/a") == first


def test_changed_page_is_a_new_version_and_the_old_one_is_kept(site: Site, fetcher: Make, time: FakeTime) -> None:
    site.pages["/a"] = lambda handler, count: site.answer(handler, 200, f"version {count}".encode())
    one = fetcher()
    one.fetch(f"{site.url}/a")
    time.now += timedelta(days=1)
    latest = one.fetch(f"{site.url}/a")
    assert latest.content == b"version 2"
    assert [d.content for d in one.history(f"{site.url}/a")] == [b"version 1", b"version 2"]


def test_offline_replays_the_cache_and_asks_nobody(site: Site, fetcher: Make) -> None:
    site.page("/a", b"body")
    kept = fetcher().fetch(f"{site.url}/a")
    before = sum(site.seen.values())
    assert fetcher(offline=True).fetch(f"{site.url}/a") == kept
    assert sum(site.seen.values()) == before
    assert "not in the cache" in failing(fetcher(offline=True), f"{site.url}/other")


def test_damaged_cache_is_fetched_again(site: Site, fetcher: Make, tmp_path: Path) -> None:
    site.page("/a", b"body", ETag='"v1"')
    fetcher().fetch(f"{site.url}/a")
    for file in (tmp_path / "cache" / "bodies").rglob("*"):
        if file.is_file():
            file.write_bytes(b"bo")
    assert fetcher().fetch(f"{site.url}/a").content == b"body"
    assert "if-none-match" not in site.headers["/a"][1]
    for file in (tmp_path / "cache" / "pages").rglob("*.json"):
        file.write_text("{", encoding="utf-8")
    assert fetcher().fetch(f"{site.url}/a").content == b"body"


def test_one_host_is_asked_once_in_the_delay(site: Site, fetcher: Make, time: FakeTime) -> None:
    site.page("/a", b"a")
    site.page("/b", b"b")
    one = fetcher(delay_seconds=2.0)
    one.fetch(f"{site.url}/a")
    one.fetch(f"{site.url}/b")
    assert time.slept == pytest.approx([2.0, 2.0])  # robots.txt, a, b


def test_crawl_delay_of_robots_is_obeyed(site: Site, fetcher: Make, time: FakeTime) -> None:
    site.page("/robots.txt", b"User-agent: *\nCrawl-delay: 10\n")
    site.page("/a", b"a")
    fetcher(delay_seconds=1.0).fetch(f"{site.url}/a")
    assert time.slept == pytest.approx([10.0])


def test_robots_txt_forbids(site: Site, fetcher: Make) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /private\n")
    site.page("/private/a", b"a")
    site.page("/hop", b"", 302, Location="/private/a")
    assert "robots.txt forbids" in failing(fetcher(), f"{site.url}/private/a")
    assert "robots.txt forbids" in failing(fetcher(), f"{site.url}/hop")
    assert site.seen["/private/a"] == 0
    assert fetcher(obey_robots=False).fetch(f"{site.url}/private/a").content == b"a"


def test_failing_robots_txt_forbids_all(site: Site, fetcher: Make) -> None:
    site.page("/robots.txt", b"", 500)
    site.page("/a", b"a")
    assert "robots.txt cannot be read" in failing(fetcher(), f"{site.url}/a")
    assert site.seen["/a"] == 0


def test_refused_robots_txt_of_status_505_forbids_all(site: Site, fetcher: Make) -> None:
    site.page("/robots.txt", b"", 505)
    site.page("/a", b"a")
    assert "robots.txt forbids" in failing(fetcher(), f"{site.url}/a")


def test_too_many_requests_waits_as_long_as_asked(site: Site, fetcher: Make, time: FakeTime) -> None:
    site.pages["/a"] = lambda handler, count: (
        site.answer(handler, 429, Retry_After="7") if count == 1 else site.answer(handler, 200, b"a")
    )
    assert fetcher(delay_seconds=0.0).fetch(f"{site.url}/a").content == b"a"
    assert 7.0 in time.slept


def test_retry_after_may_be_a_date(site: Site, fetcher: Make, time: FakeTime) -> None:
    until = format_datetime(time.now + timedelta(seconds=30), usegmt=True)
    site.pages["/a"] = lambda handler, count: (
        site.answer(handler, 503, Retry_After=until) if count == 1 else site.answer(handler, 200, b"a")
    )
    assert fetcher(delay_seconds=0.0).fetch(f"{site.url}/a").content == b"a"
    assert time.slept == pytest.approx([30.0])


def test_too_long_a_wait_is_given_up(site: Site, fetcher: Make, time: FakeTime) -> None:
    site.page("/a", b"", 429, Retry_After="86400")
    assert "asks to wait 86400 s" in failing(fetcher(), f"{site.url}/a")
    assert 86400.0 not in time.slept


def test_failing_server_is_asked_again_with_growing_pauses(site: Site, fetcher: Make, time: FakeTime) -> None:
    site.page("/a", b"", 500)
    message = failing(fetcher(delay_seconds=0.0, retries=3, backoff_seconds=1.0), f"{site.url}/a")
    assert "failed 4 times (status 500)" in message
    assert time.slept == pytest.approx([1.0, 2.0, 4.0])
    assert site.seen["/a"] == 4


def test_cut_off_answer_is_asked_again(site: Site, fetcher: Make) -> None:
    def page(handler: BaseHTTPRequestHandler, count: int) -> None:
        site.answer(handler, 200, b"half" if count == 1 else b"halfhalf", Content_Length="8")
        handler.close_connection = True

    site.pages["/a"] = page
    assert fetcher().fetch(f"{site.url}/a").content == b"halfhalf"


def test_silent_server_times_out(site: Site, fetcher: Make) -> None:
    site.pages["/a"] = lambda handler, _: (real_time.sleep(0.3), site.answer(handler, 200, b"late"))[1]
    message = failing(fetcher(timeout_seconds=0.05, retries=1), f"{site.url}/a")
    assert "ReadTimeout" in message


def test_no_server_is_one_line(fetcher: Make) -> None:
    assert "failed 2 times" in failing(fetcher(retries=1, obey_robots=False), "http://127.0.0.1:9/a")


def test_huge_answer_is_cut(site: Site, fetcher: Make) -> None:
    site.page("/a", b"x" * 5000)
    site.page("/zip", gzip.compress(b"x" * 5_000_000), Content_Encoding="gzip")
    assert "larger than 1000 bytes" in failing(fetcher(max_bytes=1000), f"{site.url}/a")
    assert "larger than 100000 bytes" in failing(fetcher(max_bytes=100_000), f"{site.url}/zip")


def test_dripping_server_is_given_up(site: Site, fetcher: Make, time: FakeTime) -> None:
    site.page("/robots.txt", b"")

    def page(handler: BaseHTTPRequestHandler, _: int) -> None:
        time.now += timedelta(seconds=1000)
        site.answer(handler, 200, b"drop")

    site.pages["/a"] = page
    assert "took longer than 300 s" in failing(fetcher(), f"{site.url}/a")


def test_damaged_compression_is_one_line(site: Site, fetcher: Make) -> None:
    site.page("/a", b"not gzip", Content_Encoding="gzip")
    assert "cannot be read" in failing(fetcher(), f"{site.url}/a")


def test_redirects_are_followed_and_limited(site: Site, fetcher: Make) -> None:
    site.page("/old", b"", 301, Location="/new")
    site.page("/new", b"moved")
    site.page("/loop", b"", 302, Location="/loop")
    site.page("/nowhere", b"", 302)
    site.page("/out", b"", 302, Location="file:///etc/passwd")
    document = fetcher().fetch(f"{site.url}/old")
    assert (document.content, document.url, document.name) == (b"moved", f"{site.url}/new", f"{site.url}/old")
    assert "more than 5 redirects" in failing(fetcher(), f"{site.url}/loop")
    assert "without a target" in failing(fetcher(), f"{site.url}/nowhere")
    assert "not an http(s) address" in failing(fetcher(), f"{site.url}/out")


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418, 451])
def test_refusal_is_one_line_and_not_repeated(site: Site, fetcher: Make, status: int) -> None:
    site.page("/a", b"", status)
    assert f"status {status}" in failing(fetcher(), f"{site.url}/a")
    assert site.seen["/a"] == 1


def test_unasked_304_is_one_line(site: Site, fetcher: Make) -> None:
    site.page("/a", b"", 304)
    assert "304 to a first request" in failing(fetcher(), f"{site.url}/a")


@pytest.mark.parametrize("url", ["", "a.txt", "ftp://example.org/a", "http://", "http://[::1", "file:///etc/passwd"])
def test_what_is_no_address_is_told(fetcher: Make, url: str) -> None:
    assert "not an http(s) address" in failing(fetcher(), url)


def test_unwritable_cache_is_one_line(site: Site, fetcher: Make, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file, not a folder", encoding="utf-8")
    site.page("/a", b"a")
    assert "cannot write to the cache" in failing(fetcher(), f"{site.url}/a")
