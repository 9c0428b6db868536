"""Bare pages of many shapes become reports; what is read of each is in pages/golden.json.

After a wanted change `python tests/reports/test_pages.py` writes the golden file anew; read the difference.
The pages are invented; their shapes are those of agencies, dailies, broadcasters, the UN and monitors in eight languages.
"""

# ruff: noqa: RUF001 - the texts are in their own scripts
from __future__ import annotations

import json
from pathlib import Path

import pytest

from tenure.model import RawDocument, Report, Source, SourceKind
from tenure.reports import read_documents

PAGES = Path(__file__).parent / "pages"
GOLDEN = PAGES / "golden.json"
NAMES = sorted(p.name for p in PAGES.glob("*.txt"))


def _shown(report: Report) -> dict[str, object]:
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "byline": report.byline,
        "publisher": report.publisher,
        "published_at": report.published_at.isoformat(),
        "precision": report.published_precision,
        "updated_at": report.updated_at.isoformat() if report.updated_at else None,
        "dateline": report.dateline,
        "tags": list(report.tags),
        "language": report.language,
        "paragraphs": report.text.split("\n\n"),
    }


def _read(name: str) -> dict[str, object]:
    result = read_documents([RawDocument(name, (PAGES / name).read_bytes())])
    assert not result.quarantined
    return _shown(result.reports[0])


@pytest.mark.parametrize("name", NAMES)
def test_page_is_read_as_before(name: str) -> None:
    assert _read(name) == json.loads(GOLDEN.read_text(encoding="utf-8"))[name]


def test_headline_subtitle_and_story_are_the_text() -> None:
    (report,) = read_documents([RawDocument("a.txt", (PAGES / "turkish-daily.txt").read_bytes())]).reports
    assert report.text.startswith(
        "Army opens road east of the lake\n\n"
        "Government forces let a convoy pass, opposition commander says\n\nThe army opened"
    )
    assert report.text.endswith("Over 10 villages were left.")
    assert (report.byline, report.publisher, report.tags) == ("Deniz Öz", "Örnek Gazete", ("Lake", "Road"))
    assert (report.published_at.hour, report.updated_at and report.updated_at.minute) == (16, 26)


@pytest.mark.parametrize(
    "line", ["File photo", "Share", "6 yıl önce", "3 years ago", "il y a 6 ans", "قبل 6 سنوات", "vor 6 Jahren", "|"]
)
def test_furniture_of_a_page_is_no_text(line: str) -> None:
    page = f"Army opens the road\n9 Feb 2018\n\nThe army opened the road.\n\n{line}\n"
    (report,) = read_documents([RawDocument("a.txt", page.encode())]).reports
    assert report.text == "Army opens the road\n\nThe army opened the road."


def test_known_outlet_above_the_headline_is_the_publisher() -> None:
    source = Source("monitor", ("Syrian Observatory For Human Rights",), (), None, SourceKind.OBSERVATORY)
    document = RawDocument("a.txt", (PAGES / "outlet-first.txt").read_bytes())
    (report,) = read_documents([document], sources=[source]).reports
    assert report.title is not None
    assert report.title.startswith("More casualties")
    assert report.source_id == "monitor"


def test_sibling_stamp_settles_day_and_month() -> None:
    page = "Army opens the road\nPublished: 9/2/2018\nUpdated: 10 February 2018\n\nThe army opened the road."
    (report,) = read_documents([RawDocument("a.txt", page.encode())]).reports
    assert report.published_at.date().isoformat() == "2018-02-09"


def test_language_settles_day_and_month() -> None:
    page = "Ordu göl kıyısındaki yolu yeniden açtı\n9/2/2018\n\nOrdu cuma günü gölün doğusundaki yolu açtı, komutan söyledi."
    (report,) = read_documents([RawDocument("a.txt", page.encode())]).reports
    assert report.published_at.date().isoformat() == "2018-02-09"


def test_day_named_in_the_story_settles_day_and_month() -> None:
    page = "Army opens the road again\n11/1/2018\n\nThe army opened the road on {}, and it was closed on {}."

    def read(*days: str) -> list[str]:
        result = read_documents([RawDocument("a.txt", page.format(*days).encode())])
        return [r.published_at.date().isoformat() for r in result.reports] + [q.reason for q in result.quarantined]

    assert read("Thursday, 11 January", "Christmas") == ["2018-01-11"]
    assert read("October 30th", "Friday") == ["2018-11-01"]
    assert read("Thursday", "Friday") == ["ambiguous_date"]
    assert read("10 January", "October 31") == ["ambiguous_date"]


def test_wrapped_lines_are_one_paragraph_and_lists_are_not() -> None:
    page = (
        "Army opens the road\n9 Feb 2018\n\nThe army opened the road that leads from the town to the\nlake on Friday.\n\n"
        "- The first item of a list that is longer than a heading is\n- the second item\n"
    )
    (report,) = read_documents([RawDocument("a.txt", page.encode())]).reports
    assert "from the town to the lake on Friday." in report.text
    assert "\n\n- the second item" in report.text


def main() -> None:
    """Write the golden file anew."""
    text = json.dumps({name: _read(name) for name in NAMES}, ensure_ascii=False, indent=1, sort_keys=True)
    GOLDEN.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
