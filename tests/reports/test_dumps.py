"""Files that other programs write: dumps of messages and events, tables, archives, hard-wrapped texts."""

# ruff: noqa: E501 - one page, record or list of tricks a line
from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import TYPE_CHECKING

import brotli
import pytest

from tenure.model import RawDocument
from tenure.reports import read_documents, read_each

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenure.model import Quarantine, Report

    ReadOne = Callable[..., Report]
    Refused = Callable[..., Quarantine]

TEXT = "On 12 June 2019 the garrison left the town of Dolmin."


@pytest.mark.parametrize(
    "dump",
    [
        {"data": [{"event_id_cnty": "X1", "event_date": "2019-06-12", "source": "Coast Radio", "notes": TEXT, "country": "Velkar"}]},
        {"data": [{"id": "1", "fields": {"body": TEXT, "date": {"original": "2019-06-12T00:00:00Z", "created": "2020-01-01T00:00:00Z"},
                                         "source": [{"name": "Coast Radio"}]}}]},
        {"name": "Coast Radio", "messages": [{"id": 4, "date": "2019-06-12T09:00:00", "date_unixtime": "1560330000", "text": ["On 12 June ",
                                              {"type": "bold", "text": "2019"}, " the garrison left the town of Dolmin."]}]},
        [{"full_text": TEXT, "created_at": "Wed Jun 12 09:00:00 +0000 2019", "user": {"name": "Coast Radio"}, "lang": "en"}],
        {"title": "Coast Radio", "items": [{"content_text": TEXT, "date_published": "2019-06-12T09:00:00Z"}]},
        [{"content": {"rendered": TEXT}, "date": "2019-06-12T09:00:00", "source": "Coast Radio"}],
        {"hits": {"hits": [{"_source": {"body": TEXT, "timestamp": 1560330000, "source": "Coast Radio"}}]}},
    ],
    ids=["acled", "reliefweb", "telegram", "tweets", "json feed", "wordpress", "search engine"],
)  # fmt: skip
@pytest.mark.parametrize("indent", [None, 1])
def test_dumps_of_other_programs_are_read(read_one: ReadOne, dump: object, indent: int | None) -> None:
    report = read_one(json.dumps(dump, indent=indent), "dump.json")
    assert (report.text, str(report.published_at.date()), report.publisher) == (TEXT, "2019-06-12", "Coast Radio")


def test_a_table_of_events_is_read_by_its_columns() -> None:
    table = f'event_id_cnty;event_date;source;notes\nX1;12 June 2019;Coast Radio;"{TEXT}"\nX2;;Coast Radio;Nothing.\n'
    result = read_documents([RawDocument("a.csv", table.encode())])
    assert [(r.report_id, r.publisher) for r in result.reports] == [("X1", "Coast Radio")]
    assert [(q.origin, q.reason) for q in result.quarantined] == [("a.csv#3", "no_date")]


def test_what_lacks_a_text_is_told_which_key_to_give(refused: Refused) -> None:
    assert "'remarks'" in refused(json.dumps({"day": "2019-06-12", "remarks": TEXT}), "a.json").detail
    assert "name the column" in refused("id,day,remarks\n1,2019-06-12,x\n", "a.csv").detail


def test_a_cut_off_array_gives_what_is_whole() -> None:
    rows = json.dumps([{"id": str(n), "text": TEXT, "date": "2019-06-12"} for n in range(3)])[:-40]
    result = read_documents([RawDocument("a.json", rows.encode())])
    assert [r.report_id for r in result.reports] == ["0", "1"]
    assert {q.reason for q in result.quarantined} == {"bad_json"}


def test_ten_thousand_refusals_end_a_file_with_one_line() -> None:
    result = read_documents([RawDocument("a.jsonl", b"{}\n" * 12_000)])
    assert len(result.quarantined) == 10_001
    assert result.quarantined[-1].reason == "too_many"


PAGE = f"<html><head><title>Garrison leaves</title></head><body><article><h1>Garrison leaves</h1><time>12 June 2019</time><p>{TEXT} %s</p><p>Shops opened again in the afternoon, residents said, and buses ran to the coast.</p></article></body></html>"


def record(body: bytes, headers: str = "") -> bytes:
    answer = f"HTTP/1.1 200 OK\r\n{headers}\r\n".encode() + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://coast.example/a\r\nWARC-Date: 2019-07-01T00:00:00Z\r\n"
        "WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n"
    )
    return f"{head}Content-Length: {len(answer)}\r\n\r\n".encode() + answer + b"\r\n\r\n"


@pytest.mark.parametrize(
    "archive",
    [
        record(PAGE.encode()),
        b"\r\n\r\n" + record(PAGE.encode(), "Content-Type: text/html\r\n"),
        record(brotli.compress(PAGE.encode()), "Content-Type: text/html\r\nContent-Encoding: br\r\n"),
        record(PAGE.encode(), "Content-Type: text/html\r\n") + b"\x00" * 300,
    ],
    ids=["no type", "blank lines first", "brotli", "zeros behind"],
)
def test_archives_as_crawlers_leave_them_are_read(read_one: ReadOne, archive: bytes) -> None:
    assert TEXT in read_one(archive, "a.warc").text


def test_members_behind_a_damaged_one_are_read() -> None:
    members = [gzip.compress(record((PAGE % n).encode(), "Content-Type: text/html\r\n"), mtime=0) for n in "abc"]
    broken = members[1][:-8] + b"\xff" * 8
    result = read_documents([RawDocument("a.warc.gz", members[0] + broken + members[2])])
    assert [r.text.split("Dolmin. ")[1][0] for r in result.reports] == ["a", "c"]
    assert [q.reason for q in result.quarantined] == ["bad_gzip"]


def test_a_bundle_of_archives_is_read_and_a_damaged_one_says_what_to_unpack(read_one: ReadOne, refused: Refused) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("archive/a.warc.gz", gzip.compress(record(PAGE.encode(), "Content-Type: text/html\r\n"), mtime=0))
    assert TEXT in read_one(out.getvalue(), "a.wacz").text
    assert "archive/" in refused(out.getvalue()[:60], "a.wacz").detail


def test_many_small_members_unpack_in_linear_time_and_bombs_are_refused(refused: Refused) -> None:
    lines = [json.dumps({"id": str(n), "text": TEXT, "date": "2019-06-12"}).encode() + b"\n" for n in range(2000)]
    result = read_documents([RawDocument("a.jsonl.gz", b"".join(gzip.compress(line, mtime=0) for line in lines))])
    assert len(result.reports) == 2000
    assert refused(gzip.compress(b"a" * 140_000_000, mtime=0), "a.txt.gz").reason == "too_large"


def test_hard_wrapped_lines_of_a_file_run_on_and_those_of_a_record_stay(read_one: ReadOne) -> None:
    wrapped = "They left the towns of Low\nMoor and Tarn\nEdge on Monday."
    assert read_one(f"---\ndate: 2019-06-12\n---\n{wrapped}", "a.txt").text == wrapped.replace("\n", " ")
    assert read_one(json.dumps({"text": wrapped, "date": "2019-06-12"}), "a.jsonl").text == wrapped


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_a_list_stands_behind_its_colon_and_lines_without_one_stay(read_one: ReadOne, name: str) -> None:
    body = "They left these towns:\n\n- Low Moor\n- Tarn Edge\n\nThen it rained."
    text = read_one(f"---\ndate: 2019-06-12\n---\n{body}", name).text
    assert text == "They left these towns: Low Moor, Tarn Edge\n\nThen it rained."


def test_extracted_offsets_are_those_of_the_record_as_it_was_given() -> None:
    text = "The army took <b>Low\u00a0Moor</b> and \u200fTarn\u00adEdge.\r\nThen\x00 it rained."
    row = json.dumps({"text": text, "date": "2019-06-12", "title": "Two towns"}).encode()
    (item,) = read_each(RawDocument("a.jsonl", row))
    assert item.report is not None
    kept = item.report.text
    assert len(kept) == len(text)
    assert all(b in {a, " "} for a, b in zip(text, kept, strict=True))
    assert "Low\u00a0Moor" in kept


def test_archived_addresses_are_those_of_their_pages(read_one: ReadOne) -> None:
    line = {
        "text": f"Date: 04/05/2019\n\n{TEXT}",
        "url": "https://web.archive.org/web/20190501101010id_/http://coast.example/a",
    }
    report = read_one(json.dumps(line), "a.jsonl")
    assert (report.url, report.publisher) == ("http://coast.example/a", "coast.example")
    assert str(report.published_at.date()) == "2019-04-05"  # on 4 May it was already archived


def test_where_no_date_is_needed_none_is_asked_for() -> None:
    rows = b'{"id": 1, "text": "A town fell."}\n{"id": 2, "text": "A town fell.", "date": "soon"}\n{"id": 3}\n'
    read = list(read_each(RawDocument("a.jsonl", rows), dated=False))
    assert [(item.key, item.report is not None) for item in read] == [(1, True), (2, True), (3, False)]


def test_a_refusal_speaks_of_what_was_given(refused: Refused) -> None:
    page = PAGE.replace("<time>12 June 2019</time>", "").replace(TEXT, "The garrison left the town of Dolmin.")
    for content, name in ((page, "a.html"), (json.dumps({"text": "A town fell."}), "a.jsonl")):
        assert "front matter" not in refused(content, name).detail
