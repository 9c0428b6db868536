"""Added gazetteers and decisions are files of a study: part of its digest, and told in one line when they are wrong."""

from __future__ import annotations

import json

import pytest

from tenure.config import parse_decisions, parse_study, study_template
from tenure.errors import StudyError

FILES = study_template("demo")
LINE = {"claim": "c1", "action": "correct", "by": "A. Reader", "at": "2018-03-01T09:00:00+03:00", "why": "x"}


def line(**keys):
    row = {**LINE, "set": {"event": "loss"}, **keys}
    return json.dumps({k: v for k, v in row.items() if v is not None}).encode()


def parse(content):
    return parse_decisions(content, actors=["gov", "opp"], sources=["monitor"])


def test_a_gazetteer_that_is_added_changes_the_digest_and_is_credited():
    csv = b"place_id,name\n1,Duma\n"
    note = b'licence = "ODbL-1.0"\ncredit = "somebody"\n'
    plain = parse_study(FILES)
    study = parse_study({**FILES, "gazetteers/osm.csv": csv, "gazetteers/osm.toml": note})
    assert plain.gazetteers == ()
    assert study.digest != plain.digest
    assert [(g.name, g.licence, g.content) for g in study.gazetteers] == [("osm", "ODbL-1.0", csv)]
    assert ("gazetteers/osm.csv: names and coordinates", "ODbL-1.0", "somebody") in {
        (a.what, a.licence, a.credit) for a in study.attributions
    }


def test_a_note_without_its_gazetteer_is_told():
    with pytest.raises(StudyError, match=r"gazetteers/osm\.toml has no gazetteer beside it"):
        parse_study({**FILES, "gazetteers/osm.toml": b""})


def test_decisions_are_part_of_the_study_and_an_empty_file_is_none():
    plain = parse_study(FILES)
    decided = parse_study({**FILES, "decisions.jsonl": line()})
    assert decided.digest != plain.digest
    assert decided.decisions[0].at.isoformat() == "2018-03-01T06:00:00+00:00"
    assert parse_study({**FILES, "decisions.jsonl": b""}).digest == plain.digest


def test_lines_are_numbered_as_an_editor_shows_them():
    assert [d.number for d in parse(b"\n" + line() + b"\n\n" + line() + b"\n")] == [2, 4]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "line 1 is no JSON"),
        (b"[" * 100_000, "line 1 is no JSON"),
        (b"[]", "line 1"),
        (line() + b"\n" + line(by=None), "line 2 lacks the key: by"),
        (line(action="delete"), "unknown action: delete"),
        (line(actoin="x"), "unknown key: actoin"),
        (line(set=None), "correct needs the key: set"),
        (line(action="reject"), "reject has no use for the key: set"),
        (line(set={"evnt": "loss"}), "unknown field: evnt; did you mean event"),
        (line(set={"event": "lost"}), "unknown event: lost"),
        (line(set={"event": ["loss", "gain"]}), "event holds one value"),
        (line(set={"start": ""}), "start is empty"),
        (line(set={"start": "9 February"}), "start is no date"),
        (line(set={"actor_ids": ["gvo"]}), "unknown actor_ids: gvo; did you mean gov"),
        (line(set={"place_id": "p1"}), "unknown field: place_id"),
        (line(place="Duma"), "unknown field: event"),
        (line(at="yesterday"), "bad at: yesterday"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_bad_line_is_told_with_its_number(content, told):
    with pytest.raises(StudyError) as caught:
        parse(content)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
