"""Any bytes under any name become reports or lines of the quarantine: nothing ends a read, and nothing else changes."""

# ruff: noqa: E501 - one page, record or list of tricks a line
from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.claims import claim_from_json
from tenure.claims.llm import read_response
from tenure.config import parse_study, study_template
from tenure.errors import TenureError
from tenure.model import RawDocument, Report
from tenure.places import read_gazetteer_file
from tenure.reports import read_documents
from tenure.reports.dates import read_stamp

STORY = "The Velkari army captured the town of Karvat on Friday, residents said. Fighters of the league withdrew north."
DAY = "2021-05-07"
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Karvat Daily</title><item><title>Town taken</title>'
    f"<pubDate>Fri, 07 May 2021 10:00:00 GMT</pubDate><description>{STORY}</description></item></channel></rss>"
)
PAGE = (
    '<!doctype html><html lang="en"><head><title>Town taken</title><script type="application/ld+json">'
    '{"@type": "NewsArticle", "headline": "Town taken", "datePublished": "2021-05-07T10:00:00Z"}</script></head>'
    f"<body><article><h1>Town taken</h1><time>7 May 2021</time><p>{STORY}</p>"
    f"<p>{STORY} It rained.</p></article></body></html>"
)


def warc(body: bytes = PAGE.encode(), headers: str = "Content-Type: text/html\r\n") -> bytes:
    """Return an archive of one page."""
    answer = f"HTTP/1.1 200 OK\r\n{headers}\r\n".encode() + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://daily.example/a\r\nWARC-Date: 2021-05-08T00:00:00Z\r\n"
        "WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def wacz() -> bytes:
    """Return a bundle of one archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr("archive/a.warc.gz", gzip.compress(warc(), mtime=0))
    return out.getvalue()


def seeds() -> dict[str, bytes]:
    """Return a small good file of every format, by name."""
    line = json.dumps({"id": "a", "text": STORY, "published_at": DAY})
    return {
        "a.txt": f"Town taken\n\nKarvat Daily\n7 May 2021 10:00\n\n{STORY}\n".encode(),
        "a.md": f"---\ntitle: Town taken\ndate: {DAY}\ntags: [a, b]\n---\n{STORY}\n\n- one\n- two\n".encode(),
        "b.md": f'+++\ntitle = "Town taken"\ndate = {DAY}\n+++\n{STORY}\n'.encode(),
        "a.html": PAGE.encode(),
        "digits.html": PAGE.replace("rained", "rained &#" + "9" * 6000 + ";").encode(),
        "a.jsonl": f"{line}\n{line.replace('a', 'b', 1)}\n".encode(),
        "a.json": json.dumps({"data": [{"full_text": STORY, "created_at": "Fri May 07 10:00:00 +0000 2021"}]}).encode(),
        "a.csv": f'id,date,notes\n1,{DAY},"{STORY}"\n'.encode(),
        "a.xml": FEED.encode(),
        "a.warc": warc(),
        "a.warc.gz": gzip.compress(warc(), mtime=0) + gzip.compress(warc(PAGE.replace("army", "navy").encode()), mtime=0),
        "a.wacz": wacz(),
        "u.txt": f"7 травня 2021\n\n{STORY}".encode("utf-16"),
    }


def crafted() -> dict[str, bytes]:
    """Return files that each once ended a build or filled the memory, by name; every one is told in the quarantine."""
    fence = b"+++\ndate = 2021-05-07\n%s\n+++\nThe army took Karvat."
    return {
        "deep.md": fence % (b"a = " + b"[" * 3000 + b"]" * 3000),
        "dotted.md": fence % b".".join([b"k"] * 20_000) + b" = 1",
        "digits.md": fence % (b"id = " + b"7" * 6000),
        "deep.json": b'[{"id": "a", "text": "x", "date": "2021-05-07", "y": ' + b"[" * 400 + b"]" * 400 + b"}]",
        "deeper.jsonl": b"[" * 100_000,
        "objects.json": b'{"a":' * 50_000,
        "half.xml": FEED.replace("Town", "&#xD83D; &#1114112; &#99999999999999;").encode(),
        "bomb.txt.gz": gzip.compress(b"a" * 200_000_000, mtime=0),
        "lines.txt": b"x" * 2_000_000,
        "nothing.wacz": b"PK\x03\x04rest",
        "record.jsonl": b'{"text": "' + b"a" * 17_000_000 + b'"}',
    }


SEEDS, CRAFTED = seeds(), crafted()
NAMES = sorted({*SEEDS, "a", "a.rss", "a.tsv", "a.pdf", "a.txt.gz", "é.html"})
TRICKS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\\ud800", b"&#xD800;", b"&#1114112;", b"\x1f\x8b\x08",
    b"PK\x03\x04", b"[" * 200, b"{" * 200, b'{"a":' * 200, b"---\n", b"+++\n", b"a.b.c.d = 1\n", b"9" * 5000, b"<!--", b"<![CDATA[", b"]]>",
    b"\xe2\x80\xae", b"\r", b"\xe2\x80\xa8", b'"', b"'", b"<div>" * 300, b"9999-12-31", b"0000-00-00", b"1e999", b"NaN",
]  # fmt: skip
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Return a seed with parts cut out, doubled, overwritten, or replaced by what is known to trouble readers."""
    content = bytearray(draw(st.sampled_from(sorted(SEEDS.values()))))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(len(content), 1)))
        to = min(len(content), at + draw(st.sampled_from([0, 1, 4, 30, 400])))
        put = draw(st.one_of(st.sampled_from(TRICKS), st.binary(max_size=12), st.just(bytes(content[at:to]) * 3)))
        content[at:to] = put
    return bytes(content)


def fault_of(read: Callable[[], object]) -> TenureError | None:
    """Return the named error that a reader raises, None where it reads; any other error is raised."""
    try:
        read()
    except TenureError as error:
        return error
    return None


def check_read(name: str, content: bytes) -> None:
    result = read_documents([RawDocument(name, content)])
    assert result.reports or result.quarantined
    for report in result.reports:
        report.text.encode()
        json.dumps([report.title, report.publisher, report.url, report.byline]).encode()
        assert report.published_at.tzinfo is not None
    for line in result.quarantined:
        assert name in line.origin
        assert len(line.detail.splitlines()) == 1
        assert line.reason != "unreadable", line.detail


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(st.sampled_from(NAMES), mutated())
def test_whatever_a_file_holds_it_is_reports_or_lines(name: str, content: bytes) -> None:
    check_read(name, content)


@pytest.mark.slow
@settings(max_examples=5000, deadline=None, suppress_health_check=QUIET)
@given(st.sampled_from(NAMES), st.one_of(mutated(), mutated(), st.binary(max_size=2000)))
def test_five_thousand_files_are_reports_or_lines(name: str, content: bytes) -> None:
    check_read(name, content)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.from_regex(r"[0-9]{1,4}[-/. ][A-Za-z0-9]{1,9}[-/. ][0-9]{1,5}( [0-9:]{1,8})?", fullmatch=True),
    )
)
def test_a_value_is_a_date_or_says_what_is_wrong(text: str) -> None:
    error = fault_of(lambda: read_stamp(text))
    if error is None:
        assert 1899 <= read_stamp(text).at.year <= 2201
    else:
        assert "\n" not in str(error)
        assert error.remedy


@pytest.mark.parametrize("name", sorted(CRAFTED))
def test_a_crafted_file_is_told_by_its_name(name: str) -> None:
    result = read_documents([RawDocument(name, CRAFTED[name])])
    assert any(name in line.origin for line in result.quarantined)
    assert all(len(line.detail) < 600 for line in result.quarantined)


@pytest.mark.parametrize("name", sorted(CRAFTED))
def test_the_other_files_are_read_as_if_it_were_not_there(name: str) -> None:
    others = [RawDocument(n, c) for n, c in sorted(SEEDS.items()) if n.startswith("a.")]
    alone = read_documents(others)
    among = read_documents([*others[:2], RawDocument(name, CRAFTED[name]), *others[2:]])
    assert [r for r in among.reports if not r.origin.startswith(name)] == list(alone.reports)
    assert [q for q in among.quarantined if not q.origin.startswith(name)] == list(alone.quarantined)


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_the_seeds_themselves_are_read(name: str) -> None:
    result = read_documents([RawDocument(name, SEEDS[name])])
    assert result.reports
    assert not result.quarantined
    assert all(str(r.published_at.date()) == DAY for r in result.reports)


LEAF = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.sampled_from(["9999-12-31", "\ud800"])
)
BRANCH = st.one_of(st.lists(LEAF, max_size=3), st.dictionaries(st.text(max_size=6), LEAF, max_size=3))
VALUES = st.one_of(LEAF, BRANCH, st.lists(BRANCH, max_size=3))
CLAIM = {
    "quote": "captured the town of Karvat", "event": "gain", "actor": ["army"], "target": [], "places": [{"name": "Karvat"}],
    "start": DAY, "end": DAY, "speaker": None, "stance": "asserted", "quantities": [],
}  # fmt: skip


def report() -> Report:
    (only,) = read_documents([RawDocument("a.md", SEEDS["a.md"])]).reports
    return only


def check_answer(change: dict[str, object]) -> None:
    body = json.dumps({"choices": [{"message": {"content": json.dumps({"claims": [CLAIM | change]})}}]}).encode()
    reading = read_response(body, report(), method="m")
    assert len(reading.claims) + sum(count for _, count in reading.refused) == 1
    for claim in reading.claims:
        repr(claim).encode()


@settings(max_examples=100, deadline=None, suppress_health_check=QUIET)
@given(st.dictionaries(st.sampled_from(sorted(CLAIM)), VALUES, max_size=3))
def test_an_answer_of_a_language_model_is_a_claim_or_a_refusal(change: dict[str, object]) -> None:
    check_answer(change)


@pytest.mark.slow
@settings(max_examples=5000, deadline=None, suppress_health_check=QUIET)
@given(st.dictionaries(st.sampled_from(sorted(CLAIM)), VALUES, max_size=3))
def test_five_thousand_answers_are_claims_or_refusals(change: dict[str, object]) -> None:
    check_answer(change)
    str(fault_of(lambda: claim_from_json(CLAIM | change, report_id="r"))).encode()


GAZETTEERS = {
    "a.csv": b'id,name,lat,lon,feature\n1,Karvat / Bab Karvat,36.1,37.2,PPL\n2,Dolmin,"36\xc2\xb010\'N",37.3,\n',
    "a.geojson": json.dumps(
        {"elements": [{"type": "node", "id": 1, "lon": 37.2, "lat": 36.1, "tags": {"name": "Karvat", "place": "town"}}]}
    ).encode(),
    "a.jsonl": b'{"id": 1, "name": "Karvat", "lat": 36.1, "lon": 37.2}\n',
    "a.txt": "\t".join(["1", "Karvat", "Karvat", "Qarvat", "36.1", "37.2", "P", "PPL", *[""] * 11]).encode(),
}


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(st.sampled_from(sorted(GAZETTEERS)), st.lists(st.tuples(st.integers(0, 200), st.sampled_from(TRICKS)), max_size=3))
def test_a_gazetteer_is_places_or_one_error(name: str, puts: list[tuple[int, bytes]]) -> None:
    content = bytearray(GAZETTEERS[name])
    for at, put in puts:
        content[at : at + len(put) % 7] = put
    assert "\n" not in str(fault_of(lambda: read_gazetteer_file(name, bytes(content))))


@settings(max_examples=100, deadline=None, suppress_health_check=QUIET)
@given(
    st.sampled_from(["study.toml", "actors.toml", "sources.toml", "places.csv", "initial.csv"]),
    st.lists(st.tuples(st.integers(0, 900), st.sampled_from(TRICKS)), min_size=1, max_size=3),
)
def test_a_study_is_parsed_or_one_error(name: str, puts: list[tuple[int, bytes]]) -> None:
    files = dict(study_template("demo"))
    content = bytearray(files[name])
    for at, put in puts:
        content[at : at + len(put) % 7] = put
    assert "\n" not in str(fault_of(lambda: parse_study(files | {name: bytes(content)})))


def test_the_seeds_tell_a_story() -> None:
    assert STORY in report().text
