from __future__ import annotations

from datetime import UTC, datetime

from tenure.model import FeatureClass, Place, PlacementStatus, Report
from tenure.places import Gazetteer, Locator, build_gazetteer

PLACES = [
    Place("C1", "Saraqab", ("Saraqib",), 36.806, 35.864, FeatureClass.SETTLEMENT, country="SY", admin1="Idlib"),
    Place("C2", "Abul Thohur", ("Abu al-Duhur",), 37.056, 35.733, FeatureClass.SETTLEMENT, country="SY", admin1="Idlib"),
]


def test_a_named_village_resolves_from_gold_spans_through_a_mapped_index() -> None:
    built = build_gazetteer(PLACES, [], world=False)
    gazetteer = Gazetteer.from_buffer(built.to_bytes())
    assert gazetteer.to_bytes() == built.to_bytes()
    text = "Rebels left Saraqeb for this pocket."
    report = Report("r", text, datetime(2018, 2, 9, tzinfo=UTC), "day")
    found, vague = Locator(gazetteer, countries=("SY",)).locate(report, [(12, 19), (24, 35)])
    assert found.place_id == "C1"
    assert vague.status is PlacementStatus.UNRESOLVED
