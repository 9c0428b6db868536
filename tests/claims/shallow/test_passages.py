"""Passages of our own in four languages: what moves control is read, and nothing else is."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tenure.claims import Extractor
from tenure.model import Report

PASSAGES = tomllib.loads((Path(__file__).parent / "passages.toml").read_text(encoding="utf-8"))["passage"]


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda p: f"{p['lang']}-{p['text'][:24]}")
def test_passage_gives_its_control_claims(passage):
    report = Report("r", passage["text"], datetime(2022, 9, 14, tzinfo=UTC), "day", language=passage["lang"])
    (out,) = Extractor().extract([report])
    found = {
        (c.event.value, c.stance.value, *sorted(p.name for p in c.places)): c
        for c in out.claims
        if c.event.value in {"gain", "loss", "hold"}
    }
    wanted = [[part.strip() for part in claim.split("|")] for claim in passage["claims"]]
    assert set(found) == {(w[0], w[1], *sorted(p.strip() for p in w[3].split(","))) for w in wanted}
    for event, stance, actor, places, speaker in wanted:
        claim = found[event, stance, *sorted(p.strip() for p in places.split(","))]
        assert report.text[claim.start_char : claim.end_char] == claim.quote
        assert all(report.text[p.start_char : p.end_char] == p.name for p in claim.places)
        assert (bool(claim.actors), actor in " ".join(claim.actors)) == (bool(actor), True)
        assert (bool(claim.speaker), speaker in (claim.speaker or "")) == (bool(speaker), True)
