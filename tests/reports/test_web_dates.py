"""The day of a web page is that of its article, whatever else on the page has a date."""

# ruff: noqa: E501 - one page, record or list of tricks a line
from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tenure.model import RawDocument
from tenure.reports import read_documents

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenure.model import Report

    ReadOne = Callable[..., Report]

PARAGRAPH = (
    "The garrison left the town of Dolmin on Tuesday after talks that had gone on for a week, the mayor told reporters."
)
MORE = "Shops opened again in the afternoon and buses ran to the coast for the first time since the winter, residents said."
DAY = date(2019, 6, 12)


def page(head: str = "", above: str = "", below: str = "", inside: str = "") -> str:
    return (
        f'<!doctype html><html lang="en"><head><title>Garrison leaves Dolmin</title>{head}</head><body>{above}<article>'
        f"<h1>Garrison leaves Dolmin</h1>{inside}<p>{PARAGRAPH}</p><p>{MORE}</p></article>{below}</body></html>"
    )


def ld(*objects: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in objects)


ARTICLE = {"@type": "NewsArticle", "headline": "Garrison leaves Dolmin", "datePublished": "2019-06-12T08:00:00Z"}
OTHER = {"@type": "NewsArticle", "headline": "Harvest begins in the south", "datePublished": "2019-05-01"}


@pytest.mark.parametrize(
    "html",
    [
        page(ld(OTHER, ARTICLE)),
        page(ld({"@graph": [{"@type": "ItemList", "itemListElement": [OTHER]}, ARTICLE]})),
        page(ld({"@type": "VideoObject", "uploadDate": "2018-01-01", "datePublished": "2018-01-01"}, ARTICLE)),
        page(ld(ARTICLE | {"video": {"@type": "VideoObject", "datePublished": "2018-01-01"}})),
        page(ld(ARTICLE | {"@type": ["Article", "LiveBlogPosting"], "liveBlogUpdate": [{"datePublished": "2019-06-14"}]})),
        page(ld(ARTICLE | {"datePublished": ["2019-06-12T08:00:00Z"]})),
        page(ld(ARTICLE | {"datePublished": 1560326400})),
        page("<script type='application/ld+json'>{ 'datePublished': '2019-06-12' }</script>"),
        page(ld({"@type": "WebSite", "dateCreated": "2001-01-01"}) + '<meta property="article:published_time" content="2019-06-12">'),
        page('<meta property="article:published_time" content=""><meta name="pubdate" content="12-06-2019"><html lang="tr">').replace(
            'lang="en"', 'lang="tr"'
        ),
        page(above='<div class="top-bar"><span class="clock">Monday, 3 August 2020</span></div>', inside="<time>12 June 2019</time>"),
        page(above="<header><span>3 August 2020</span></header>", inside="<span>12 June 2019, 08:00</span>"),
        page(inside="<time>12 June 2019</time>", below='<aside class="related"><li><a>More</a><time>1 May 2019</time></li></aside>'),
        page(above='<div class="related-posts"><time datetime="2019-05-01">1 May</time></div><div>12 June 2019</div>'),
        page(inside='<div class="live-update"><time datetime="2019-06-14T10:00Z">10:00</time></div>', above="<p>12 June 2019</p>"),
        page(inside="<p>Updated 14 June 2019</p><p>Published 12 June 2019</p>"),
        page(inside="<p>By Ann Oram on 12 June 2019 in Coast</p>", below="<footer>© 2021 Daily</footer>"),
        page().replace("<p>The garrison", "<p>DOLMIN, June 12, 2019 (Wire) - The garrison"),
        page('<div itemscope itemtype="https://schema.org/NewsArticle"><meta itemprop="datePublished" content="2019-06-12"></div>'),
        page(inside="<header class='entry-meta'><time>12 June 2019</time></header>"),
        page(inside="<footer>Posted on 12 June 2019</footer>"),
        page(inside="<div class='date'><b>12</b><i>Jun</i><u>2019</u></div>"),
        page("<script>window.page = {'publishedAt': '2019-06-12T08:00:00Z', 'id': 4};</script>"),
        page(above="<h1>Daily of the Coast</h1><p>3 August 2020</p>").replace("<h1>Garrison", "<h2>Garrison").replace("Dolmin</h1>", "Dolmin</h2><p>12 June 2019</p>"),
    ],
    ids=range(24),
)  # fmt: skip
def test_day_is_that_of_the_article(read_one: ReadOne, html: str) -> None:
    assert read_one(html, "a.html").published_at.date() == DAY


@pytest.mark.parametrize(
    "address",
    [
        "https://daily.example/2019/06/12/garrison",
        "https://web.archive.org/web/20190701101010/https://daily.example/2019/06/12/garrison",
        "https://daily.example/news/20190612/garrison.html",
        "https://daily.example/2019/jun/12/garrison",
    ],
)
def test_day_of_the_address_wins_over_a_later_or_a_weak_one(address: str) -> None:
    for head in (
        "",
        '<meta name="date" content="2020-01-01">',
        '<meta property="article:published_time" content="2020-01-01">',
    ):
        (report,) = read_documents([RawDocument("a.html", page(head).encode(), url=address)]).reports
        assert report.published_at.date() == DAY
        assert report.url is not None
        assert report.url.startswith("https://daily.example/")


def test_an_archives_toolbar_dates_nothing() -> None:
    html = page(
        '<link rel="canonical" href="https://arquivo.pt/wayback/20190801000000/http://daily.example/2019/06/12/garrison">'
    )
    html = html.replace("<article>", '<div id="wm-ipp-base"><span>1 August 2019</span></div><article>')
    (report,) = read_documents([RawDocument("a.html", html.encode())]).reports
    assert report.published_at.date() == DAY
    assert report.publisher == "daily.example"
    assert str(report.retrieved_at)[:10] == "2019-08-01"


def test_a_page_of_a_hundred_thousand_tags_is_refused(refused: Callable[..., object]) -> None:
    assert refused(page(below="<i>x</i>" * 60_000), "a.html").reason == "too_large"  # type: ignore[attr-defined]


def test_pictures_written_into_a_page_do_not_count(read_one: ReadOne) -> None:
    picture = '<img src="data:image/png;base64,' + "A" * 25_000_000 + '">'
    assert read_one(page(inside="<time>12 June 2019</time>" + picture), "a.html").published_at.date() == DAY
