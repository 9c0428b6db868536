"""Reports as JSON Lines through the command line: answers for every line, offsets into the given text."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tenure.cli import app
from tenure.errors import InputError

TEXT = (
    'On 3 March 2031, the Velkari army captured the town of Ostrava Dol from rebels. "We hold it," Colonel Ivo Maran said.'
)


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)


def write_lines(path, rows):
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    rows = [
        {"id": "a", "text": TEXT, "published_at": "2031-03-04", "publisher": "Wire", "country": "XX"},
        {"id": "b", "text": TEXT},
        "{broken",
        {"id": "c", "text": "   ", "published_at": "2031-03-04"},
        {"id": "d", "text": TEXT, "published_at": "0000-02-30"},
        [1, 2],
    ]
    file = write_lines(tmp_path_factory.mktemp("lines") / "in.jsonl", rows)
    return [json.loads(line) for line in run("extract", file).stdout.splitlines()]


def test_every_line_is_answered_and_a_bad_one_with_its_reason(answered):
    assert [row.get("quarantined", {}).get("reason") for row in answered] == [
        None, "no_date", "bad_json", "empty", "bad_date", "bad_json",
    ]  # fmt: skip


def test_a_claim_has_the_promised_fields_and_a_verbatim_quote(answered):
    gain = next(c for c in answered[0]["claims"] if c["event"] == "gain")
    promised = {
        "quote", "event", "actor", "target", "places", "start", "end", "speaker", "stance", "quantities",
        "actor_ids", "target_ids", "start_char", "end_char", "confidence", "method",
    }  # fmt: skip
    assert promised <= gain.keys()
    assert TEXT[gain["start_char"] : gain["end_char"]] == gain["quote"]
    assert (gain["start"], gain["end"]) == ("2031-03-03", "2031-03-03")
    assert any("Ostrava Dol" in p["name"] for p in gain["places"])


def test_located_mentions_have_the_promised_fields(tmp_path):
    gazetteer = tmp_path / "places.csv"
    gazetteer.write_text(
        "place_id,name,alternate_names,lon,lat,feature,admin1\nx1,Ostrava Dol,,36.5,35.2,settlement,\n", "utf-8"
    )
    start = TEXT.index("Ostrava")
    file = write_lines(
        tmp_path / "in.jsonl",
        [{"id": "a", "text": TEXT, "published_at": "2031-03-04", "spans": [[start, start + 11]]}, {"id": "b", "text": "x"}],
    )
    rows = [json.loads(line) for line in run("locate", file, "--gazetteer", gazetteer).stdout.splitlines()]
    (mention,) = rows[0]["mentions"]
    assert {"start", "end", "name", "status", "place_id", "lon", "lat", "geo_precision", "p", "radius_km"} <= mention.keys()
    assert (mention["place_id"], mention["start"], mention["end"]) == ("x1", start, start + 11)
    assert rows[1] == {"id": "b", "mentions": []}  # where a place is does not hang on a date


def test_a_missing_and_an_empty_file_are_named_errors(tmp_path):
    from tenure.commands import extract_lines

    with pytest.raises(InputError, match="no such file"):
        list(extract_lines(tmp_path / "absent.jsonl"))
    (tmp_path / "empty.jsonl").write_bytes(b"\n \n")
    with pytest.raises(InputError, match="file is empty"):
        list(extract_lines(tmp_path / "empty.jsonl"))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"text": "x", "published_at": "yesterday"}, "bad_date"),
        ({"text": "x", "published_at": "9999-12-31"}, "bad_date"),
        ({"text": "x", "published_at": "0001-01-01T00:00:00+14:00"}, "bad_date"),
        ({"text": "x" * 1_000_001, "published_at": "2031-03-04"}, "too_large"),
        ({"text": "x", "published_at": "3/4/2031"}, "ambiguous_date"),
        ('"text"', "bad_json"),
    ],
)
def test_what_is_no_report_is_refused_by_reason(row, reason, tmp_path):
    (answer,) = run("extract", write_lines(tmp_path / "in.jsonl", [row])).stdout.splitlines()
    assert json.loads(answer)["quarantined"]["reason"] == reason


@pytest.mark.parametrize(
    "row",
    [
        {"text": TEXT, "published_at": "4 March 2031"},
        {"text": TEXT, "published_at": "Mar 4, 2031 8:46 AM ET"},
        {"full_text": TEXT, "created_at": "Tue Mar 04 10:00:00 +0000 2031"},
        {"text": f"Army takes town\n\n4 March 2031\n\n{TEXT}"},
        {"text": TEXT, "url": "https://wire.example/2031/03/04/army"},
    ],
)
def test_extract_reads_what_a_study_reads(row, tmp_path):
    (answer,) = run("extract", write_lines(tmp_path / "in.jsonl", [row])).stdout.splitlines()
    assert [c["event"] for c in json.loads(answer)["claims"]].count("gain") >= 1


def test_extract_reads_other_formats_and_answers_with_their_text(tmp_path):
    (tmp_path / "a.md").write_text(f"---\nid: one\ndate: 2031-03-04\n---\n{TEXT}\n", encoding="utf-8")
    (line,) = run("extract", tmp_path / "a.md").stdout.splitlines()
    answer = json.loads(line)
    gain = next(c for c in answer["claims"] if c["event"] == "gain")
    assert answer["id"] == "one"
    assert answer["text"][gain["start_char"] : gain["end_char"]] == gain["quote"]


def test_the_day_of_publication_is_that_of_the_stated_zone(tmp_path):
    row = {"id": 7, "text": "The army captured Karvat on Sunday.", "published_at": "2018-01-22T01:00:00+03:00"}
    (answer,) = run("extract", write_lines(tmp_path / "in.jsonl", [row])).stdout.splitlines()
    assert [c["start"] for c in json.loads(answer)["claims"]] == ["2018-01-21"]


def test_a_byte_order_mark_costs_no_report(tmp_path):
    row = json.dumps({"id": "a", "text": TEXT, "published_at": "2031-03-04"})
    (tmp_path / "in.jsonl").write_text(row, encoding="utf-8-sig")
    (answer,) = [json.loads(line) for line in run("extract", tmp_path / "in.jsonl").stdout.splitlines()]
    assert answer["claims"]


def test_a_date_at_the_calendars_end_stops_no_other_report(tmp_path):
    text = "Velkari forces captured Ostrava Dol tomorrow."
    rows = [{"id": i, "text": text, "published_at": d} for i, d in enumerate(("9999-12-31", "0001-01-01", "2031-03-04"))]
    lines = run("extract", write_lines(tmp_path / "in.jsonl", rows)).stdout.splitlines()
    assert [json.loads(line).get("quarantined", {}).get("reason") for line in lines] == ["bad_date", "bad_date", None]


def test_explained_claims_name_the_entry_that_read_them(tmp_path):
    from tenure.commands import extract_lines

    file = tmp_path / "in.jsonl"
    file.write_text(
        '{"id": "a", "published_at": "2021-03-04", "text": "The army seized the town of Karvat from rebels."}\n',
        encoding="utf-8",
    )
    (plain,) = (json.loads(line)["claims"] for line in extract_lines(file))
    (told,) = (json.loads(line)["claims"] for line in extract_lines(file, explain=True))
    assert told[0].pop("explain") == {"entry": "seize", "evokes": "gain", "frame": "take", "word": "seized", "sentence": 0}
    assert told == plain
