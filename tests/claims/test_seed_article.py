"""The article that the shipped study is about, where it is at hand.

What must come out of it, with interval, stance and quote.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tenure.model import Event, QuantityKind, Report, Stance


def make_report(text: str, published: str = "2020-06-19", report_id: str = "r1", language: str = "en") -> Report:
    return Report(report_id, text, datetime.fromisoformat(published).replace(tzinfo=UTC), "day", language=language)


SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
ARTICLES = sorted(SEEDS.glob("000_*.txt"))
pytestmark = pytest.mark.skipif(not ARTICLES, reason="the seed article (../shared/seeds) is not here")
FRIDAY = date(2018, 2, 9)


@pytest.fixture(scope="module")
def article():
    return ARTICLES[0].read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def claims(extractor, article):
    return next(iter(extractor.extract([make_report(article, "2018-02-09")]))).claims


def one(claims, event, **wanted):
    for claim in claims:
        if claim.event is not event:
            continue
        if "speaker" in wanted and (claim.speaker is None or wanted["speaker"] not in claim.speaker):
            continue
        if "kind" in wanted and not any((q.kind, q.value) == (wanted["kind"], wanted["value"]) for q in claim.quantities):
            continue
        if "actor" in wanted and not any(wanted["actor"].lower() in a.lower() for a in claim.actors):
            continue
        if "place" in wanted and not any(wanted["place"] in p.name for p in claim.places):
            continue
        return claim
    raise AssertionError((event, wanted, [(c.event.value, c.actors, [p.name for p in c.places], c.speaker) for c in claims]))


def test_corridor_by_the_observatory(claims):
    claim = one(claims, Event.PASSAGE, speaker="Observatory", actor="government forces", place="Idlib")
    assert (claim.start, claim.stance) == (FRIDAY, Stance.ASSERTED)


def test_clashes_by_the_commander(claims):
    claim = one(claims, Event.CLASH, speaker="Hasan Haj Ali", kind=QuantityKind.FIGHTERS, value=200, place="Idlib")
    assert (claim.start, (claim.end - claim.start).days) == (FRIDAY, 1)


def test_six_armoured_vehicles(claims):
    assert any((q.kind, q.value) == (QuantityKind.VEHICLES, 6) for c in claims for q in c.quantities)


def test_passage_at_hunayfis_in_october(claims):
    claim = one(claims, Event.PASSAGE, place="Hunayfis")
    assert (claim.start, claim.end) == (date(2017, 10, 1), date(2017, 11, 1))
    assert any("Hama" in p.name for p in claim.places)


def test_gain_of_3035_square_kilometres(claims):
    claim = one(claims, Event.GAIN, speaker="map measurements", kind=QuantityKind.KM2, value=3035)
    assert (claim.start, claim.end) == (date(2017, 11, 9), date(2018, 2, 10))
    assert {a.split()[-1] for a in claim.actors} == {"forces", "Daesh"}


def test_over_100_villages(claims):
    claim = one(claims, Event.GAIN, kind=QuantityKind.VILLAGES, value=100)
    assert claim.quantities[0].qualifier.value == "over"


def test_four_towns_retaken(claims):
    claim = one(claims, Event.GAIN, kind=QuantityKind.VILLAGES, value=4, actor="opposition")
    assert (claim.start, claim.end) == (date(2018, 2, 2), date(2018, 2, 10))


def test_agreement_of_4_may(claims):
    claim = one(claims, Event.AGREEMENT, place="Syria")
    assert claim.start == date(2017, 5, 4)
    assert claim.stance is Stance.ASSERTED
    assert {"Russia", "Turkey", "Iran"} <= set(claim.actors)


def test_air_support_by_russia(claims):
    assert one(claims, Event.STRIKE, actor="Russia").stance is Stance.ASSERTED


def test_every_quote_is_verbatim(claims, article):
    assert all(article[c.start_char : c.end_char] == c.quote for c in claims)
