"""Documents become reports or are quarantined with a reason; nothing is lost, nothing raises."""

# ruff: noqa: RUF001 - the texts are in their own scripts
from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.errors import InputError
from tenure.model import Quarantine, RawDocument, Report, Source, SourceKind
from tenure.reports import METHOD, Limits, method_identity, read_documents

if TYPE_CHECKING:
    from collections.abc import Callable

    ReadOne = Callable[..., Report]
    Refused = Callable[..., Quarantine]

MATTER = "---\nid: a\ndate: 2018-02-09\n---\n"
STORY = "Four towns were retaken by the opposition on Friday, the observatory said."


def read(*documents: RawDocument, **options: object) -> tuple[list[str], list[str]]:
    result = read_documents(documents, **options)  # type: ignore[arg-type] # options of several types
    return [r.report_id for r in result.reports], [q.reason for q in result.quarantined]


def test_no_documents_give_an_empty_result() -> None:
    assert read() == ([], [])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\x00\x00\x00", "empty"),
        (MATTER.encode(), "empty"),
        (MATTER.encode() + b"---...---", "empty"),
        (STORY.encode(), "no_date"),
        (b"---\ntitle: t\n---\n" + STORY.encode(), "no_date"),
        (b"---\ndate: 0000-02-09\n---\n" + STORY.encode(), "bad_date"),
        (b"---\ndate: tomorrow\n---\n" + STORY.encode(), "bad_date"),
        (b"---\ndate: 2018-02-30\n---\n" + STORY.encode(), "bad_date"),
        (b"---\ndate: 9/2/2018\n---\n" + STORY.encode(), "ambiguous_date"),
        (b"---\ndate: 2018-02-09\nupdated_at: never\n---\n" + STORY.encode(), "bad_date"),
        (b"---\ndate: 2018-02-09\nretrieved_at: 2018-01-01\n---\n" + STORY.encode(), "future_date"),
        (b"---\ndate: 2018-02-09\ntimezone: Mars/Olympus\n---\n" + STORY.encode(), "bad_timezone"),
        (b"---\ndate: 2018-02-09\ncountry: Syria\n---\n" + STORY.encode(), "bad_country"),
        (b"---\ndate: 2018-02-09\nid: " + b"x" * 300 + b"\n---\n" + STORY.encode(), "bad_id"),
        (b"---\ndate: 2018-02-09\ndate: 2018-02-10\n---\n" + STORY.encode(), "bad_front_matter"),
        (b"---\ndate: 2018-02-09\nno pair\n---\n" + STORY.encode(), "bad_front_matter"),
        (b"+++\ndate = \n+++\n" + STORY.encode(), "bad_front_matter"),
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)), "binary"),
        (b"%PDF-1.4 ...", "binary"),
        (bytes(range(256)) * 20, "binary"),
        (MATTER.encode() + b"x" * 1_000_001, "line_too_long"),
        (MATTER.encode() + b"word word word\n" * 70_000, "too_large"),
        (b"<html><head></head><body></body></html>", "no_text"),
        (b"<?xml version='1.0'?><note>no feed</note>", "bad_feed"),
        (b"\x1f\x8b\x08garbage", "bad_gzip"),
        (b"WARC/1.0\r\n garbage", "bad_warc"),
    ],
)
def test_bad_document_is_quarantined_with_its_reason(refused: Refused, content: bytes, reason: str) -> None:
    quarantine = refused(content)
    assert quarantine.reason == reason
    assert quarantine.origin == "report.txt"


@pytest.mark.slow
def test_fifty_megabytes_of_one_line_are_quarantined_at_once(refused: Refused) -> None:
    assert refused(b"x" * 50_000_000).reason == "too_large"


def test_bomb_is_not_unpacked(refused: Refused) -> None:
    bomb = gzip.compress(gzip.compress(b"\x00" * 10_000_000))
    assert refused(gzip.compress(b"a" * 5000), "a.txt.gz", limits=Limits(unpacked_bytes=1000)).reason == "too_large"
    assert read(RawDocument("b.gz", bomb))[0] == []


def test_compressed_document_is_read_and_a_cut_off_one_as_far_as_it_goes() -> None:
    lines = "".join(
        json.dumps({"id": str(n), "text": STORY + str(n * 7919), "published_at": "2018-02-09"}) + "\n" for n in range(500)
    )
    whole = gzip.compress(lines.encode())
    assert read(RawDocument("a.jsonl.gz", whole)) == ([str(n) for n in range(500)], [])
    ids, reasons = read(RawDocument("a.jsonl.gz", whole[:-2000]))
    assert 10 < len(ids) < 500
    assert sorted(set(reasons)) == ["bad_gzip", "bad_json"]
    assert read(RawDocument("a.txt.gz", gzip.compress(MATTER.encode()) + gzip.compress(STORY.encode()))) == (["a"], [])


def test_markup_scripts_and_control_characters_are_no_text(read_one: ReadOne) -> None:
    hostile = (
        "Four <b>towns</b> were\x00 re\u202etaken.<script>alert(1)</script> "
        "<!-- hidden -->&lt;script&gt;x()&lt;/script&gt;Really &amp; truly, 3 < 4."
    )
    assert read_one(MATTER + hostile).text == "Four towns were retaken. Really & truly, 3 < 4."


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "koi8_u"]
)
def test_cyrillic_is_read_in_every_encoding(read_one: ReadOne, encoding: str) -> None:
    story = "Повстанцы в пятницу вернули деревню рядом с авиабазой, сообщил командир."
    assert read_one((MATTER + story).encode(encoding)).text == story


@pytest.mark.parametrize(
    ("encoding", "story"),
    [
        ("cp1256", "استعادت فصائل المعارضة قرية قرب المطار يوم الجمعة، بحسب المرصد السوري لحقوق الإنسان."),
        ("cp1254", "Muhalifler, İdlib'in güneyindeki hava üssü yakınındaki köyü cuma günü geri aldı."),
        ("cp1252", "Les rebelles ont repris un village près de la base aérienne, a dit l’observatoire."),
        ("latin-1", "Jürgen Müller sagte, die Rebellen hätten das Dorf zurückerobert."),
    ],
)
def test_older_code_pages_are_told_apart(read_one: ReadOne, encoding: str, story: str) -> None:
    assert read_one((MATTER + story).encode(encoding)).text == story


def test_utf8_with_a_broken_byte_is_still_utf8(read_one: ReadOne) -> None:
    content = (MATTER + "Повстанцы вернули деревню. " * 40).encode()
    assert "Повстанцы вернули" in read_one(content[:-3] + b"\xff.").text


def test_report_says_where_it_came_from_and_who_read_it(read_one: ReadOne) -> None:
    report = read_one(MATTER + STORY)
    assert (report.report_id, report.origin, report.method) == ("a", "report.txt", METHOD)
    assert report.published_at == datetime(2018, 2, 9, tzinfo=UTC)
    assert len(report.text_sha256) == 64
    assert method_identity(Limits(text_chars=5)) != METHOD


def test_id_is_stable_and_of_the_text_and_its_address(read_one: ReadOne) -> None:
    content = f"---\ndate: 2018-02-09\nurl: https://example.org/a\n---\n{STORY}"
    first = read_one(content, "a.txt")
    assert first.report_id == read_one(content, "b.txt").report_id
    assert first.report_id != read_one(content + " More.", "a.txt").report_id
    assert first.publisher == "example.org"


def test_second_report_of_an_id_is_quarantined_and_told_same_from_other() -> None:
    result = read_documents(
        [RawDocument(n, (MATTER + t).encode()) for n, t in (("a", STORY), ("b", STORY), ("c", STORY + " No."))]
    )
    assert [r.origin for r in result.reports] == ["a"]
    assert [(q.origin, q.reason) for q in result.quarantined] == [("b", "duplicate_id"), ("c", "duplicate_id")]
    assert "with the same text" in result.quarantined[0].detail
    assert "with another text" in result.quarantined[1].detail


def test_source_is_known_by_id_name_and_address(read_one: ReadOne) -> None:
    sources = [
        Source("sohr", ("Syrian Observatory", "SOHR"), ("syriahr.com",), None, SourceKind.OBSERVATORY),
        Source("other", ("SOHR",), (), None, SourceKind.MEDIA),
    ]

    def source_of(matter: str) -> tuple[str | None, str | None]:
        report = read_one(f"---\ndate: 2018-02-09\n{matter}\n---\n{STORY}", sources=sources)
        return report.source_id, report.publisher

    assert source_of("source: sohr") == ("sohr", "Syrian Observatory")
    assert source_of("source: syrian observatory") == ("sohr", "Syrian Observatory")
    assert source_of("publisher: sohr") == ("sohr", "sohr")
    assert source_of("url: https://www.syriahr.com/en/1") == ("sohr", "Syrian Observatory")
    assert source_of("url: https://en.syriahr.com:443/1") == ("sohr", "Syrian Observatory")
    assert source_of("publisher: Example Daily") == (None, "Example Daily")


def test_unknown_source_is_a_mistake_in_front_matter_and_an_outlet_in_json(refused: Refused, read_one: ReadOne) -> None:
    sources = [Source("sohr", ("SOHR",), (), None, SourceKind.OBSERVATORY)]
    quarantine = refused(f"---\ndate: 2018-02-09\nsource: sohrr\n---\n{STORY}", sources=sources)
    assert quarantine.reason == "unknown_source"
    assert "did you mean sohr?" in quarantine.detail
    line = json.dumps({"text": STORY, "published_at": "2018-02-09", "source": "Example Daily"})
    report = read_one(line, "a.jsonl", sources=sources)
    assert (report.source_id, report.publisher) == (None, "Example Daily")
    assert read_one(f"---\ndate: 2018-02-09\nsource: anyone\n---\n{STORY}").source_id == "anyone"


def test_defaults_fill_what_a_report_leaves_out(read_one: ReadOne, refused: Refused) -> None:
    options = {"default_country": "sy", "default_language": "ar", "default_timezone": "Asia/Damascus"}
    report = read_one("---\ndate: 2018-02-09 01:00\n---\nAbu Dali.", **options)
    assert (report.country, report.language) == ("SY", "ar")
    assert report.published_at == datetime(2018, 2, 8, 23, tzinfo=UTC)
    stated = read_one("---\ndate: 2018-02-09 01:00\ntimezone: UTC\ncountry: no\nlanguage: en-GB\n---\nAbu Dali.", **options)
    assert (stated.country, stated.language, stated.published_at.hour) == ("NO", "en", 1)
    with pytest.raises(InputError, match="no such time zone"):
        refused(STORY, default_timezone="Nowhere/Atall")


def test_language_is_identified_and_too_short_a_text_has_none(read_one: ReadOne) -> None:
    assert read_one(MATTER + STORY).language == "en"
    assert read_one(MATTER + "سيطر الجيش على مطار أبو الظهور العسكري في ريف إدلب").language == "ar"
    assert read_one(MATTER + "Abu al-Duhur").language == "und"
    assert read_one(MATTER + "12 15 19 200 3000 1 2 3 4 5 6 7 8").language == "und"


def test_retrieval_after_publication_is_kept(read_one: ReadOne) -> None:
    document = RawDocument("a.txt", (MATTER + STORY).encode(), retrieved_at=datetime(2018, 2, 9, 1, tzinfo=UTC))
    (report,) = read_documents([document]).reports
    assert report.retrieved_at == document.retrieved_at
    assert read_one(MATTER.replace("id: a", "retrieved_at: 2018-02-11") + STORY).retrieved_at == datetime(
        2018, 2, 11, tzinfo=UTC
    )


# --- JSON Lines


def test_broken_line_is_quarantined_and_the_others_go_on() -> None:
    good = json.dumps({"id": "1", "text": STORY, "published_at": "2018-02-09T16:16:00Z"})
    lines = [good, '{"id": "2", "text": "cut o', "", "[1]", '{"id": "4"}', '{"text": 5}', good.replace('"1"', "7"), "7"]
    result = read_documents([RawDocument("a.jsonl", "\n".join(lines).encode())])
    assert [(r.report_id, r.origin) for r in result.reports] == [("1", "a.jsonl#1"), ("7", "a.jsonl#7")]
    assert [(q.origin, q.reason) for q in result.quarantined] == [
        ("a.jsonl#2", "bad_json"),
        ("a.jsonl#4", "bad_json"),
        ("a.jsonl#5", "empty"),
        ("a.jsonl#6", "empty"),
        ("a.jsonl#8", "bad_json"),
    ]


def test_json_text_keeps_its_offsets(read_one: ReadOne) -> None:
    text = "  Four <b>towns</b>\r\nwere\x00 re\u202etaken \u2028 by them."
    report = read_one(json.dumps({"text": text, "published_at": "2018-02-09"}), "a.jsonl")
    assert len(report.text) == len(text)
    assert report.text.index("by them") == text.index("by them")
    assert "<b>" not in report.text


def test_json_title_stands_once_above_the_text(read_one: ReadOne) -> None:
    line = {
        "title": "Towns retaken",
        "text": STORY,
        "published_at": "2018-02-09",
        "tags": ["a", "b"],
        "language": None,
        "byline": "J. Roe",
    }
    report = read_one(json.dumps(line), "a.jsonl")
    assert report.text == f"Towns retaken\n\n{STORY}"
    assert (report.title, report.tags, report.byline) == ("Towns retaken", ("a", "b"), "J. Roe")
    again = read_one(json.dumps(line | {"text": report.text}), "a.jsonl")
    assert again.text == report.text


def test_json_array_is_read_as_its_items_and_damage_is_told(refused: Refused) -> None:
    items = [{"id": n, "text": STORY + n, "published_at": "2018-02-09"} for n in "ab"]
    assert read(RawDocument("a.json", json.dumps(items, indent=1).encode())) == (["a", "b"], [])
    assert refused("[1, 2", "a.json").reason == "bad_json"


def test_json_objects_of_other_shapes_are_read_as_far_as_they_go(read_one: ReadOne, refused: Refused) -> None:
    line = {
        "text": STORY,
        "published_at": "2018-02-09",
        "publisher": {"@type": "Organization", "name": "Daily"},
        "tags": None,
        "x": {},
    }
    assert read_one(json.dumps(line), "a.jsonl").publisher == "Daily"
    assert read_one(json.dumps(line | {"published_at": 1518192960}), "a.jsonl").published_at.hour == 16
    assert refused(json.dumps(line | {"published_at": 151819296}), "a.jsonl").reason == "bad_date"
    assert refused(json.dumps(line | {"published_at": "9 Feb 2018" * 1000}), "a.jsonl").reason == "bad_date"
    assert refused(json.dumps(line | {"text": STORY * 20_000}), "a.jsonl").reason == "too_large"


# --- feeds and archives

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Example Wire</title>
<item><title>Towns &amp; villages</title><link>https://w.example/1</link><pubDate>Fri, 09 Feb 2018 16:16:00 GMT</pubDate>
<category>Syria</category>
<description>&lt;p&gt;Clashes erupted.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;&lt;p&gt;More.&lt;/p&gt;</description></item>
<item><title>No date</title><description>Something happened.</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Example Wire</title><entry><title>Town</title>
<author><name>J. Roe</name></author>
<published>2018-02-09T16:16:00+03:00</published><updated>2018-02-10T16:16:00Z</updated><link href="https://w.example/2"/>
<summary>Short.</summary><content type="html">&lt;p&gt;The longer story.&lt;/p&gt;</content></entry></feed>"""


def test_feed_entries_are_reports() -> None:
    result = read_documents([RawDocument("f.xml", FEED.encode())])
    (report,) = result.reports
    assert report.text == "Towns & villages\n\nClashes erupted.\n\nMore."
    assert (report.publisher, report.url, report.tags) == ("Example Wire", "https://w.example/1", ("Syria",))
    assert (report.published_at.hour, report.updated_at) == (16, None)
    assert [(q.origin, q.reason) for q in result.quarantined] == [("f.xml#2", "no_date")]


def test_atom_entry_has_its_content_and_both_times(read_one: ReadOne) -> None:
    report = read_one(ATOM, "feed")
    assert report.text == "Town\n\nThe longer story."
    assert (report.byline, report.published_at.hour, report.updated_at and report.updated_at.day) == ("J. Roe", 13, 10)


def test_cut_off_feed_gives_what_can_be_read_and_says_so() -> None:
    ids, reasons = read(RawDocument("f.xml", FEED[: FEED.index("<item><title>No date")].encode()))
    assert (len(ids), reasons) == (1, ["bad_feed"])


PAGE = (
    '<!doctype html><html lang="en"><head><title>Town retaken</title><meta property="article:published_time" '
    'content="2018-02-09T16:16:00+03:00"></head><body><article><h1>Town retaken</h1><p>The army took it on Friday, the '
    "observatory said in a statement to the press.</p><p>A second paragraph follows with more words than the first one had, "
    "so that nothing is missing from the story.</p></article></body></html>"
)


def archive(*pages: tuple[str, str, bytes], compressed: bool = True) -> bytes:
    """Return a WARC of responses: (status line, content type, body)."""
    out = b""
    for number, (status, kind, body) in enumerate(pages):
        payload = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Date: 2018-02-10T00:00:01Z\r\n"
            f"WARC-Target-URI: https://news.example.org/{number}\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(payload)}\r\n\r\n"
        )
        record = head.encode() + payload + b"\r\n\r\n"
        out += gzip.compress(record) if compressed else record
    return out


@pytest.mark.parametrize("compressed", [True, False])
def test_archive_gives_its_pages_with_address_and_time(compressed: bool) -> None:  # noqa: FBT001 - a parameter of the table
    content = archive(
        ("200 OK", "text/html", PAGE.encode()),
        ("404 Not Found", "text/html", b"gone"),
        ("200 OK", "image/png", b"png"),
        ("200 OK", "text/plain", (MATTER + STORY).encode()),
        ("200 OK", "text/html", b"x" * 30_000),
        compressed=compressed,
    )
    result = read_documents([RawDocument("w.warc", content)], limits=Limits(page_bytes=20_000))
    first, second = result.reports
    assert (first.url, first.retrieved_at) == ("https://news.example.org/0", datetime(2018, 2, 10, 0, 0, 1, tzinfo=UTC))
    assert (second.report_id, second.origin) == ("a", "w.warc#4")
    assert [q.reason for q in result.quarantined] == ["http_status", "too_large", "not_text"]


def test_cut_off_archive_gives_the_pages_before_the_cut() -> None:
    content = archive(("200 OK", "text/html", PAGE.encode()), ("200 OK", "text/html", PAGE.encode()))
    ids, reasons = read(RawDocument("w.warc.gz", content[:-200]))
    assert len(ids) >= 1
    assert "bad_gzip" in reasons


def test_feed_larger_than_any_feed_is_not_parsed(refused: Refused) -> None:
    assert refused(FEED, "f.xml", limits=Limits(page_bytes=100)).reason == "too_large"


def test_archive_that_unpacks_to_too_much_is_stopped() -> None:
    content = archive(("200 OK", "text/html", PAGE.encode()), ("200 OK", "text/html", PAGE.encode()), compressed=False)
    ids, reasons = read(RawDocument("w.warc", content), limits=Limits(unpacked_bytes=len(PAGE) + 10))
    assert (len(ids), reasons) == (1, ["too_large"])


# --- anything at all


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([".txt", ".md", ".html", ".jsonl", ".warc", ".xml", ".gz", ""]))
def test_any_bytes_are_a_report_or_are_quarantined(content: bytes, suffix: str) -> None:
    result = read_documents([RawDocument("a" + suffix, content)])
    assert result.reports or result.quarantined or not content.strip()


STARTS = [
    b"WARC/1.0\r\n",
    b"\x1f\x8b\x08",
    b"<html>",
    b"<?xml version='1.0'?><rss>",
    b"---\n",
    b"+++\n",
    b'{"text": ',
    b"[",
    b"\xff\xfe",
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(STARTS), st.text(max_size=300))
def test_any_document_that_starts_well_is_read_or_quarantined(start: bytes, rest: str) -> None:
    result = read_documents([RawDocument("a", start + rest.encode("utf-8", errors="replace"))])
    assert result.reports or result.quarantined


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 900), st.binary(min_size=1, max_size=6))
def test_damaged_archive_or_page_never_raises(at: int, damage: bytes) -> None:
    content = archive(("200 OK", "text/html", PAGE.encode()), compressed=False)
    for whole, name in (
        (content, "w.warc"),
        (gzip.compress(content), "w.warc.gz"),
        (PAGE.encode(), "p.html"),
        (FEED.encode(), "f.xml"),
    ):
        read_documents([RawDocument(name, whole[:at] + damage + whole[at + len(damage) :])])
