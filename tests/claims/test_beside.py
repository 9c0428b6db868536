"""A name that says where something else lies is near the claim's ground, not the ground."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tenure.model import Report

LINES = {
    "The army captured three villages east of the Harran air base.": [("Harran air base", "near")],
    "The militia captured Jebel Sarif, south of Harran, on Monday.": [("Jebel Sarif", "at"), ("Harran", "near")],
    "The army captured Jalta, 5 km north of Harran.": [("Jalta", "at"), ("Harran", "near")],
    "Government troops seized territory to the west of Makall.": [("Makall", "near")],
    "Rebels attacked positions of the army south of the Harran air base overnight.": [("Harran air base", "near")],
    "Rebels captured 12 villages on the road to Harran.": [("Harran", "near")],
    "Fighters captured the city of Harran on Friday.": [("Harran", "at")],
}


@pytest.fixture(scope="module")
def found(extractor):
    stamp = datetime(2020, 6, 19, tzinfo=UTC)
    reports = [Report(str(k), text, stamp, "day", language="en") for k, text in enumerate(LINES)]
    return [e.claims for e in extractor.extract(reports)]


@pytest.mark.parametrize("number", range(len(LINES)), ids=list(LINES))
def test_what_lies_beside_a_name_is_near_it(number, found):
    (claim,) = found[number]
    named = {(place.name, place.role.value) for place in claim.places}
    assert {(name.removeprefix("city of "), role) for name, role in named} == set(list(LINES.values())[number])
