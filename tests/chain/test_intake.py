"""`tenure read`: what is added, what is a copy, what is quarantined; addresses keep where and when they came from."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tenure.commands import read_sources
from tenure.errors import InputError
from tenure.pipeline import init_study
from tenure.pipeline.study import load_study, study_file
from tenure.reports import read_documents as parse
from tenure.store import read_documents

NOW = datetime(2031, 6, 1, tzinfo=UTC)
BODY = (
    "The army of the Marun valley captured the village of Teshka on Tuesday after two days of fighting, residents said. "
    "A spokesman for the northern council denied that its fighters had left and said that they still held the mill."
)
REPORT = "---\ntitle: {title}\npublished_at: 2031-03-0{day}\npublisher: {outlet}\n---\n\n{body}\n"


@pytest.fixture
def study(tmp_path):
    init_study(tmp_path / "study")
    return tmp_path / "study"


def outcomes(rows):
    return [r["outcome"] for r in rows]


def test_new_known_copy_and_quarantined_are_told_apart(study, tmp_path):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.md").write_text(REPORT.format(title="Village falls", day=5, outlet="Wire", body=BODY), encoding="utf-8")
    (inbox / "b.md").write_text(REPORT.format(title="Army takes Teshka", day=6, outlet="Daily", body=BODY), encoding="utf-8")
    (inbox / "c.md").write_text("no date anywhere", encoding="utf-8")
    rows = read_sources(study, [str(inbox)], now=NOW)
    assert outcomes(rows) == ["new", "copy", "quarantined"]
    assert "no_date" in rows[2]["detail"]
    assert outcomes(read_sources(study, [str(inbox)], now=NOW)) == ["known"] * 3
    result = parse(read_documents(study, study_file(load_study(study), "reports")))
    assert len(result.quarantined) == 1


def test_a_path_that_is_not_there_is_named(study):
    with pytest.raises(InputError, match=r"no such file.*absent\.md"):
        read_sources(study, ["absent.md"], now=NOW)


@pytest.fixture
def server():
    page = (
        "<html><head><title>Village falls</title><meta property='article:published_time' content='2021-03-05T08:00:00Z'>"
        f"</head><body><article><h1>Village falls</h1><p>{BODY}</p><p>{BODY[::-1]}</p></article></body></html>"
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found = self.path == "/story.html"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode() if found else b"")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


def test_an_address_is_kept_with_where_and_when_and_replayed_offline(study, server):
    (row,) = read_sources(study, [f"{server}/story.html"], now=NOW)
    assert row["outcome"] == "new", row
    reports = parse(read_documents(study, study_file(load_study(study), "reports"))).reports
    (report,) = [r for r in reports if r.url and r.url.startswith(server)]
    assert report.url == f"{server}/story.html"
    assert report.retrieved_at is not None
    assert outcomes(read_sources(study, [f"{server}/story.html"], now=NOW, offline=True)) == ["known"]


def test_an_address_that_fails_is_told_and_the_rest_goes_on(study, server, tmp_path):
    (tmp_path / "a.md").write_text(REPORT.format(title="Village falls", day=5, outlet="Wire", body=BODY), encoding="utf-8")
    assert outcomes(read_sources(study, [f"{server}/gone.html", str(tmp_path / "a.md")], now=NOW)) == ["failed", "new"]
