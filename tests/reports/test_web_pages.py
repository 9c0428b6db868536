"""HTML pages: the story without what surrounds it, times from where pages state them, nothing made up."""

# ruff: noqa: RUF001 - the texts are in their own scripts
from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tenure.model import RawDocument
from tenure.reports import read_documents

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenure.model import Quarantine, Report

    ReadOne = Callable[..., Report]
    Refused = Callable[..., Quarantine]

FIRST = "The army took the town on Friday, the observatory said in a statement that was sent to the press in the evening."
SECOND = "A second paragraph follows with more words than the first one had, so that nothing is missing from the story."


def page(head: str = "", above: str = "", below: str = "", lang: str = "en") -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><title>Town retaken</title>{head}</head>'
        f'<body><nav><a href="/">Home</a></nav><article><h1>Town retaken</h1>{above}<p>{FIRST}</p><p>{SECOND}</p>'
        f"{below}</article><footer>© 2011 Daily</footer></body></html>"
    )


@pytest.mark.parametrize(
    "html",
    [
        page('<meta property="article:published_time" content="2018-02-09T19:16:00+03:00">'),
        page('<meta name="pubdate" content="Fri, 09 Feb 2018 16:16:00 GMT">'),
        page('<meta itemprop="datePublished" content="2018-02-09 16:16">'),
        page('<meta name="DC.date.issued" content="2018-02-09T16:16:00Z">'),
        page(
            '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2018-02-09T16:16:00Z"}</script>'
        ),
        page(above='<time datetime="2018-02-09T16:16:00Z">Friday</time>'),
        page(above="<p>Published: 16:16 - 9/02/2018 Friday</p>"),
        page(above="<span>By Jane Roe</span><span>9 February 2018 16:16</span>"),
        page('<meta name="date" content="9/2/2018"><meta name="pubdate" content="2018-02-09T16:16:00Z">'),
    ],
)
def test_time_is_read_where_pages_state_it(read_one: ReadOne, html: str) -> None:
    report = read_one(html, "a.html")
    assert (report.published_at, report.published_precision) == (datetime(2018, 2, 9, 16, 16, tzinfo=UTC), "time")


def test_address_dates_a_page_that_does_not(refused: Refused) -> None:
    document = RawDocument("a.html", page().encode(), url="https://daily.example/2018/02/09/town")
    (report,) = read_documents([document]).reports
    assert (report.published_at, report.published_precision) == (datetime(2018, 2, 9, tzinfo=UTC), "day")
    assert refused(page(), "a.html").reason == "no_date"  # the copyright year is no date


def test_story_is_freed_of_what_surrounds_it(read_one: ReadOne) -> None:
    head = (
        '<meta property="og:site_name" content="Example Daily"><meta name="author" content="Jane Roe">'
        '<meta name="keywords" content="Syria, Idlib">'
        '<meta name="description" content="Opposition denies that it lost the town">'
        '<meta property="article:published_time" content="2018-02-09">'
        '<meta property="article:modified_time" content="2018-02-10T08:00:00Z">'
        '<link rel="canonical" href="https://daily.example/town">'
    )
    report = read_one(page(head, below="<script>alert(1)</script><!-- hidden -->"), "a.html")
    assert report.text == f"Town retaken\n\nOpposition denies that it lost the town\n\n{FIRST}\n\n{SECOND}"
    assert (report.title, report.subtitle) == ("Town retaken", "Opposition denies that it lost the town")
    assert (report.byline, report.publisher, report.tags) == ("Jane Roe", "Example Daily", ("Syria", "Idlib"))
    assert (report.url, report.language, report.published_precision) == ("https://daily.example/town", "en", "day")
    assert report.updated_at == datetime(2018, 2, 10, 8, tzinfo=UTC)


@pytest.mark.parametrize("description", [FIRST, FIRST[:60] + "...", "Town retaken", ""])
def test_description_that_repeats_the_page_is_no_subtitle(read_one: ReadOne, description: str) -> None:
    head = f'<meta name="description" content="{description}"><meta name="date" content="2018-02-09">'
    assert read_one(page(head), "a.html").text == f"Town retaken\n\n{FIRST}\n\n{SECOND}"


def test_language_of_the_page_settles_day_and_month(read_one: ReadOne, refused: Refused) -> None:
    assert read_one(page('<meta name="date" content="9/2/2018">', lang="tr"), "a.html").published_at.month == 2
    ambiguous = page('<meta name="date" content="9/2/2018">')
    assert refused(ambiguous, "a.html").reason == "ambiguous_date"
    (report,) = read_documents([RawDocument("a", ambiguous.encode(), url="https://daily.example/2018-09-02-town")]).reports
    assert report.published_at.month == 9


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("windows-1251", '<meta charset="windows-1251">'),
        ("windows-1251", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'),
        ("windows-1251", ""),
        ("utf-8", '<meta charset="no-such-charset">'),
        ("utf-16", ""),
    ],
)
def test_page_is_decoded_as_it_says_or_as_it_looks(read_one: ReadOne, encoding: str, head: str) -> None:
    story = "Повстанцы в пятницу вернули деревню рядом с авиабазой, сообщил командир. Армия это не комментировала до вечера."
    html = (
        page(head + '<meta name="date" content="2018-02-09">', lang="ru").replace(FIRST, story).replace(SECOND, story[::-1])
    )
    assert story in read_one(html.encode(encoding), "a.html").text


def test_content_decides_over_the_suffix(read_one: ReadOne) -> None:
    assert read_one(page('<meta name="date" content="2018-02-09">'), "a.txt").title == "Town retaken"
    assert read_one("---\ndate: 2018-02-09\n---\n" + FIRST, "a.xml").text == FIRST
    assert read_one('{"text": "Four towns.", "published_at": "2018-02-09"}', "noname").text == "Four towns."


def test_deeply_nested_page_is_no_trap() -> None:
    html = "<html><body>" + "<div>" * 20_000 + "<p>" + FIRST + "</p></body></html>"
    result = read_documents([RawDocument("a.html", html.encode())])
    assert len(result.reports) + len(result.quarantined) == 1
