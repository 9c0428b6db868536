"""Hostile reports: each is one report or one line in the quarantine, and what it tries to hide is still there."""

from __future__ import annotations

import pytest

from tenure.model import RawDocument
from tenure.reports import read_documents
from tenure.reports.cleaning import blank_out, clean_text

FRONT = b"---\npublished_at: 2024-01-02\n---\n"
PAGE = b"<html><head><meta property='article:published_time' content='2024-01-02'></head><body><article><p>%s</p><p>The rebels held Dolmin all day.</p></article></body></html>"  # noqa: E501 - one page
TELLING = b"The army captured Karvat %s near Dolmin on Monday, residents said."


def read(name: str, content: bytes):
    return read_documents([RawDocument(name, content)], sources=(), default_country=None)


ESCAPED = [b"&lt;script&gt;", b"&lt;!--", b"&#0;", b"&#x110000;", b"&bogus;", b"&amp;amp;"]


@pytest.mark.parametrize(
    ("name", "inside"), [("a.html", e) for e in ESCAPED] + [("a.txt", e) for e in [*ESCAPED, b"<script>", b"<!--"]]
)
def test_what_opens_and_never_closes_hides_nothing(name, inside):
    telling = TELLING % inside
    (report,) = read(name, FRONT + telling if name == "a.txt" else PAGE % telling).reports
    assert report.text.startswith("The army captured Karvat")
    assert "on Monday, residents said." in report.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        FRONT,
        FRONT + b"a " * 5_000_000,
        FRONT + b"a" * 10_000_000,
        FRONT + b"The army\x00 captured\x00 Karvat\x00.",
        bytes(range(256)) * 100,
    ],
    ids=["empty", "front matter alone", "10 MB of words in a line", "10 MB word", "nulls", "bytes"],
)
def test_what_is_no_report_is_one_line_of_the_quarantine(content):
    result = read("a.txt", content)
    assert result.reports == ()
    (refused,) = result.quarantined
    assert len(refused.detail.splitlines()) == 1
    assert len(refused.detail) < 400


def test_direction_marks_cannot_turn_a_sentence_round():
    (report,) = read("a.txt", FRONT + "The army \u202ecaptured\u202c Karvat \u2066and\u2069 \u200fDolmin.".encode()).reports
    assert report.text == "The army captured Karvat and Dolmin."


def test_bad_lines_are_counted_and_the_good_ones_kept():
    good = b'{"id": "%d", "text": "The army captured Karvat.", "published_at": "2024-01-02"}\n'
    bad = b'{bad\n["list"]\n' + b"[" * 100_000 + b"\n" + b'{"id": "long", "text": "' + b"z" * 2_000_000 + b'"}\n'
    result = read("a.jsonl", good % 1 + bad + good % 2)
    assert [r.report_id for r in result.reports] == ["1", "2"]
    assert len(result.quarantined) == 4


def test_scripts_and_comments_that_close_are_gone_and_offsets_stay():
    text = "Four <b>towns</b><script>alert(1)</script> retaken <!-- not --> today"
    assert clean_text(text) == "Four towns retaken  today"
    assert len(blank_out(text)) == len(text)
