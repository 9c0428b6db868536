"""A town and the subdistrict that is named after it: what happens at the town is placed at the town."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tenure.model import (
    Area,
    Claim,
    ClaimPlace,
    Event,
    FeatureClass,
    Place,
    PlacementStatus,
    PlaceRole,
    Report,
    Stance,
)  # fmt: skip
from tenure.places import Locator, build_gazetteer

BOX = '{"type":"Polygon","coordinates":[[[36.5,35.2],[37.5,35.2],[37.5,36.0],[36.5,36.0],[36.5,35.2]]]}'
PLACES = (
    Place("t1", "Marj Talil", ("Merj Tleil",), 36.9, 35.6, FeatureClass.SETTLEMENT, admin3="Marj Talil", country="SY"),
    Place("t2", "Kafr Noun", (), 36.8, 35.5, FeatureClass.SETTLEMENT, admin3="Marj Talil", country="SY"),
)
AREAS = (Area("a3", "Marj Talil", 3, None, BOX, country="SY"),)


def place_one(text, name, role):
    published = datetime(2018, 1, 20, tzinfo=UTC)
    report = Report("r", text, published, "day", country="SY", language="en")
    start = text.index(name)
    day, after = date(2018, 1, 20), date(2018, 1, 21)
    claim = Claim(
        "c", "r", text, 0, len(text), Event.GAIN, Stance.ASSERTED, ("army",), (), (), (),
        (ClaimPlace(name, role, start, start + len(name)),), day, after, None, None, (), 0.9, "m", published,
    )  # fmt: skip
    locator = Locator(build_gazetteer(PLACES, AREAS, world=False), area=BOX, countries=("SY",))
    (placement,) = locator.place_claims(report, (claim,))
    return placement


@pytest.mark.parametrize(
    "text",
    [
        "The army captured Marj Talil on Saturday.",
        "The army captured the town of Marj Talil.",
        "Rebels denied the loss of Marj Talil.",
    ],
)
def test_a_claim_at_the_name_is_placed_at_the_town(text):
    placement = place_one(text, "Marj Talil", PlaceRole.AT)
    assert (placement.status, placement.place_id) == (PlacementStatus.RESOLVED, "t1")


def test_a_claim_in_the_unit_is_placed_in_the_area():
    placement = place_one(
        "The army took 12 villages in Marj Talil subdistrict.", "Marj Talil subdistrict", PlaceRole.IN_AREA
    )
    assert (placement.status, placement.place_id) == (PlacementStatus.AREA, "a3")
