"""Front matter says what its author wrote; Markdown becomes plain paragraphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tenure.errors import ReportError
from tenure.reports.frontmatter import split_front_matter

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenure.model import Report

    ReadOne = Callable[..., Report]

STORY = "Four towns were retaken by the opposition on Friday, the observatory said."

FULL = """---
# who and when
id: idlib-001
title: "Assad: the \\"corridor\\""
subtitle: 'It''s open'
byline: Jane Roe   # our own
date: 2018-02-09T16:16:00+03:00
updated_at: 2018-02-10
publisher: Example Daily
country: NO
language: en
dateline: BEIRUT
url: https://example.org/a#b
tags: [Syria, "Idlib, south", 'Daesh']
paraphrase_of: >
  An article
  of the wire
licence: CC BY 4.0
unknown: kept out
---
"""


def test_every_key_reaches_its_field(read_one: ReadOne) -> None:
    report = read_one(FULL + STORY)
    assert (report.report_id, report.byline, report.publisher, report.country) == (
        "idlib-001",
        "Jane Roe",
        "Example Daily",
        "NO",
    )
    assert (report.title, report.subtitle) == ('Assad: the "corridor"', "It's open")
    assert (report.published_at.hour, report.updated_at and report.updated_at.day) == (13, 10)
    assert (report.language, report.dateline, report.url) == ("en", "BEIRUT", "https://example.org/a#b")
    assert report.tags == ("Syria", "Idlib, south", "Daesh")
    assert report.provenance == "paraphrase of An article of the wire; licence: CC BY 4.0"
    assert report.text == f"{report.title}\n\n{report.subtitle}\n\n{STORY}"


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("tags:\n  - a\n  - 'b'\n", {"tags": ("a", "b")}),
        ("tags:\n- a\n- b\n", {"tags": ("a", "b")}),
        ("tags: [a,\n  b]\n", {"tags": ("a", "b")}),
        ("tags: []\n", {"tags": ()}),
        ("title: a long\n  title\n", {"title": "a long title"}),
        ("note: |\n  one\n  two\n", {"note": "one\ntwo"}),
        ("Published-At: 2018-02-09\n", {"published_at": "2018-02-09"}),
        ("title: Assad: regime opens\n", {"title": "Assad: regime opens"}),
        ("title:\ncountry: NO\n", {"title": "", "country": "NO"}),
        ("title: Question #1\n", {"title": "Question #1"}),
        (
            'title = "TOML"\ndate = 2018-02-09\ntags = ["a", 1]\n',
            {"title": "TOML", "date": "2018-02-09", "tags": ("a", "1")},
        ),
        ("# a comment\nid = 5\n", {"id": "5"}),
    ],
)
def test_block_is_read_as_texts(block: str, expected: dict[str, object]) -> None:
    assert split_front_matter(f"---\n{block}---\nText.") == (expected, "Text.")


@pytest.mark.parametrize(
    "text",
    ["Text.", "---\nA paragraph under a rule.\n---\nText.", "---\nid: a\nText without an end.", "----\nid: a\n----\n"],
)
def test_what_is_no_front_matter_is_text(text: str) -> None:
    assert split_front_matter(text) == ({}, text)


def test_empty_front_matter_is_nothing() -> None:
    assert split_front_matter("---\n---\nText.") == ({}, "Text.")


@pytest.mark.parametrize("block", ["id: a\nid: b\n", "id: a\nrubbish\n"])
def test_faulty_block_is_told(block: str) -> None:
    with pytest.raises(ReportError) as caught:
        split_front_matter(f"---\n{block}---\nText.")
    assert caught.value.reason == "bad_front_matter"


def test_windows_line_ends_and_a_mark_are_no_hindrance(read_one: ReadOne) -> None:
    assert read_one("\ufeff---\r\nid: a\r\ndate: 2018-02-09\r\n---\r\n\r\nOne.\r\n\r\nTwo.\r\n").text == "One.\n\nTwo."


def test_front_matter_without_a_date_takes_it_from_the_page(read_one: ReadOne) -> None:
    report = read_one(
        f"---\nid: a\npublisher: Daily\n---\nTowns retaken on Friday\nBy Jane Roe\n9 Feb 2018 16:16\n\n{STORY}"
    )
    assert (report.report_id, report.publisher, report.byline, report.published_at.hour) == ("a", "Daily", "Jane Roe", 16)
    zoned = read_one(f"---\nid: a\ntimezone: +03:00\n---\nTowns retaken on Friday\n9 Feb 2018 16:16\n\n{STORY}")
    assert zoned.published_at.hour == 13


def test_with_a_known_date_every_line_of_the_text_stays(read_one: ReadOne) -> None:
    body = "Chronology\n\n8 February 2018\n\nThe army came.\n\n9 February 2018\n\nIt left.\n\nJane Roe"
    report = read_one(f"---\ndate: 2018-02-10\ntitle: The base\n---\n{body}")
    assert report.text == f"The base\n\n{body}"
    assert report.byline is None


def test_title_is_the_lone_first_line_or_heading(read_one: ReadOne) -> None:
    assert read_one(f"---\ndate: 2018-02-09\n---\nTowns retaken\n\n{STORY}").title == "Towns retaken"
    assert read_one(f"---\ndate: 2018-02-09\n---\n# Towns retaken #\n{STORY}", "a.md").title == "Towns retaken"
    assert read_one(f"---\ndate: 2018-02-09\n---\n{STORY}\n\n{STORY}").title is None
    same = read_one(f"---\ndate: 2018-02-09\ntitle: Towns retaken\n---\n# Towns retaken\n\n{STORY}", "a.md")
    assert same.text == f"Towns retaken\n\n{STORY}"


def test_markdown_marks_are_no_text(read_one: ReadOne) -> None:
    body = (
        "# Towns **retaken**\n\n"
        "The [observatory](https://example.org/x_(y)) said on *Friday*\nthat `four` towns were_retaken.\n\n"
        "> Quoted words.\n\n---\n\n- first town\n- second town\n\n![picture](a.png)\n\n2. numbered\n"
    )
    report = read_one(f"---\ndate: 2018-02-09\n---\n{body}", "a.md")
    assert report.text.split("\n\n") == [
        "Towns retaken",
        "The observatory said on Friday that four towns were_retaken.",
        "Quoted words.",
        "first town",
        "second town",
        "numbered",
    ]
