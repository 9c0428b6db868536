from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tenure.model import (
    Actor,
    ActorKind,
    Claim,
    ClaimPlace,
    Event,
    PlacementStatus,
    PlaceRole,
    Stance,
    UnresolvedReason,
)
from tenure.places import Gazetteer, Locator, build_gazetteer
from tenure.places.coverage import coverage
from tenure.places.weights import weights

from .conftest import AREAS, PLACES, report, span, village

if TYPE_CHECKING:
    from tenure.model import Placement

AREA = '{"type":"Polygon","coordinates":[[[36,35],[37.5,35],[37.5,36.5],[36,36.5],[36,35]]]}'


@pytest.fixture(scope="module")
def locator(gazetteer: Gazetteer) -> Locator:
    return Locator(gazetteer, countries=("SY",))


def one(locator: Locator, text: str, name: str) -> Placement:
    return locator.locate(report(text), [span(text, name)])[0]


def test_a_misspelt_village_resolves(locator: Locator) -> None:
    placed = one(locator, "Rebels left Abu Duhur on Friday.", "Abu Duhur")
    assert (placed.place_id, placed.status) == ("C2", PlacementStatus.RESOLVED)
    assert (placed.geo_precision, placed.where_prec) == (1, 1)
    assert 0.5 < placed.p <= 1.0


def test_a_governorate_named_as_such_is_an_area(locator: Locator) -> None:
    placed = one(locator, "Strikes hit Idlib province.", "Idlib")
    assert (placed.place_id, placed.status, placed.where_prec) == ("SY07", PlacementStatus.AREA, 4)
    assert placed.radius_km is not None
    assert placed.radius_km > 30


def test_a_settlement_known_only_to_its_subdistrict_is_no_exact_point(locator: Locator) -> None:
    placed = one(locator, "They took Um Elqura.", "Um Elqura")
    assert (placed.place_id, placed.geo_precision, placed.where_prec) == ("C5", 2, 3)
    assert placed.radius_km is not None
    assert placed.radius_km > 5


@pytest.mark.parametrize(
    ("cue", "expected"), [("in Hama province", "C4"), ("in Idlib province", "C3"), ("and Abul Thohur", "C3")]
)
def test_a_cue_decides_between_homonyms(locator: Locator, cue: str, expected: str) -> None:
    assert one(locator, f"Clashes broke out at Harmala {cue} today.", "Harmala").place_id == expected


def test_homonyms_without_a_cue_stay_unresolved_with_their_candidates(locator: Locator) -> None:
    placed = one(locator, "Clashes broke out at Harmala.", "Harmala")
    assert (placed.status, placed.reason) == (PlacementStatus.UNRESOLVED, UnresolvedReason.AMBIGUOUS)
    assert {c.place_id for c in placed.candidates} == {"C3", "C4"}
    assert placed.p == 0.0


def test_homonyms_in_one_unit_go_to_the_unit() -> None:
    places = [
        *PLACES,
        village("C8", "Twin", 36.1, 35.1),
        village("C9", "Twin", 37.3, 36.3),
        village("C10", "Twin", 36.2, 36.3),
    ]
    placed = one(Locator(build_gazetteer(places, AREAS, world=False)), "Shells fell on Twin.", "Twin")
    assert (placed.place_id, placed.status) == ("SY07", PlacementStatus.AREA)


@pytest.mark.parametrize("name", ["this pocket", "the town", "several villages"])
def test_a_phrase_without_a_name_is_too_vague(locator: Locator, name: str) -> None:
    assert one(locator, f"They hold {name} now.", name).reason is UnresolvedReason.TOO_VAGUE


def test_an_unknown_name_has_no_candidate(locator: Locator) -> None:
    assert one(locator, "They hold Zzyzxburg.", "Zzyzxburg").reason is UnresolvedReason.NO_CANDIDATE


def test_an_offset_moves_the_point_and_widens_it(locator: Locator) -> None:
    text = "A convoy stood 10 km east of Saraqib."
    placed = one(locator, text, "10 km east of Saraqib")
    assert placed.lon == pytest.approx(36.806 + 10 / (111.2 * 0.8104), abs=0.01)
    assert placed.lat == pytest.approx(35.864, abs=0.001)
    assert (placed.radius_km, placed.geo_precision) == (3.0, 2)


def test_a_distance_without_a_bearing_is_the_radius(locator: Locator) -> None:
    assert one(locator, "It is 12 km from Saraqib.", "12 km from Saraqib").radius_km == 12.0


@pytest.mark.parametrize(
    ("phrase", "least"),
    [("Saraqib countryside", 10.0), ("northern Saraqib", 5.0), ("Saraqib airbase", 4.0), ("southern Idlib", 20.0)],
)
def test_parts_and_neighbourhoods_are_never_exact(locator: Locator, phrase: str, least: float) -> None:
    placed = one(locator, f"Fire near {phrase} was heard.", phrase)
    assert placed.radius_km is not None
    assert placed.radius_km >= least
    assert placed.geo_precision is not None
    assert placed.geo_precision >= 2


def test_a_road_lies_between_its_ends(locator: Locator) -> None:
    placed = one(locator, "They cut the road Saraqib-Abul Thohur.", "the road Saraqib-Abul Thohur")
    assert placed.lon == pytest.approx((36.806 + 37.056) / 2, abs=0.001)
    assert (placed.geo_precision, placed.where_prec) == (2, 5)


def test_an_obscure_place_abroad_is_outside_a_bounded_study() -> None:
    hamlet = replace(village("g1", "Pontivy", 2.0, 48.0, population=900, gazetteer="geonames-dump"), country="FR")
    gazetteer = build_gazetteer([*PLACES, hamlet], AREAS, world=False)
    bounded = Locator(gazetteer, countries=("SY",), area=AREA)
    assert one(bounded, "He moved to Pontivy.", "Pontivy").reason is UnresolvedReason.OUTSIDE_AREA
    assert one(Locator(gazetteer), "He moved to Pontivy.", "Pontivy").status is PlacementStatus.RESOLVED


def test_a_city_abroad_is_what_it_is(world_gazetteer: Gazetteer) -> None:
    bounded = Locator(world_gazetteer, countries=("SY",), area=AREA)
    assert one(bounded, "He moved to London.", "London").status is PlacementStatus.RESOLVED


def test_the_comma_says_which_london(world_gazetteer: Gazetteer) -> None:
    text = "A fire broke out in London, Ontario, on Monday."
    placed = one(Locator(world_gazetteer), text, "London")
    assert placed.lon == pytest.approx(-81.2, abs=0.3)


def test_a_country_is_an_area(world_gazetteer: Gazetteer) -> None:
    placed = one(Locator(world_gazetteer), "Ukrainian troops withdrew.", "Ukrainian")
    assert (placed.status, placed.where_prec, placed.geo_precision) == (PlacementStatus.AREA, 6, 3)


def test_the_reports_country_lends_its_towns(world_gazetteer: Gazetteer) -> None:
    text = "Shelling hit Kharkov."
    placed = Locator(world_gazetteer).locate(report(text, country="UA"), [span(text, "Kharkov")])[0]
    assert placed.lat == pytest.approx(49.98, abs=0.1)


def test_an_outlets_other_reports_decide_between_homonyms(gazetteer: Gazetteer) -> None:
    near = [
        report(f"Fire at Saraqib and Abul Thohur, day {i}.", report_id=f"n{i}", publisher="Idlib Daily") for i in range(4)
    ]
    text = "Fire at Harmala."
    last = report(text, report_id="x", publisher="Idlib Daily")
    learned = Locator(gazetteer).learn_sources([*near, last])
    assert learned.locate(last, [span(text, "Harmala")])[0].place_id == "C3"
    *_, placements = Locator(gazetteer).locate_all([*near, last])
    assert "C3" in {p.place_id for p in placements}


def test_order_of_the_spans_is_irrelevant(locator: Locator) -> None:
    text = "From Saraqib to Harmala and Abul Thohur."
    spans = [span(text, name) for name in ("Saraqib", "Harmala", "Abul Thohur")]
    assert locator.locate(report(text), spans) == locator.locate(report(text), spans[::-1])


def test_one_bad_name_does_not_wipe_the_document(locator: Locator) -> None:
    text = "From Zzyzxburg to Saraqib."
    bad, good = locator.locate(report(text), [span(text, "Zzyzxburg"), span(text, "Saraqib")])
    assert (bad.place_id, good.place_id) == (None, "C1")


def test_the_method_depends_on_the_configuration(gazetteer: Gazetteer) -> None:
    one_, other = Locator(gazetteer), Locator(gazetteer, countries=("SY",))
    assert one_.method == Locator(gazetteer).method
    assert one_.method != other.method


def entity(text: str, name: str, label: str) -> SimpleNamespace:
    start, end = span(text, name)
    return SimpleNamespace(start_char=start, end_char=end, label_=label)


RAW = (
    "Government forces said on Friday that they had entered Saraqib in Idlib province, while Colonel Harmala "
    "of Jaysh Saraqib spoke in Aleppo."
)


def test_raw_text_gives_places_and_leaves_out_actors(gazetteer: Gazetteer) -> None:
    actor = Actor("js", "Jaysh Saraqib", (), ActorKind.REBEL_GROUPS, "#000000", "rebels")
    ents = [entity(RAW, "Saraqib", "GPE"), entity(RAW, "Idlib province", "GPE"), entity(RAW, "Jaysh Saraqib", "ORG")]
    parsed = SimpleNamespace(ents=ents)
    for parser in (None, lambda: lambda _: parsed):
        found = Locator(gazetteer, actors=(actor,), countries=("SY",), parser=parser).locate(report(RAW))
        names = [p.name for p in found]
        assert "Saraqib" in names
        assert "Jaysh Saraqib" not in names
        assert not any("Government" in name for name in names)
        assert all(RAW[p.start_char : p.end_char] == p.name for p in found)


def test_empty_text_has_no_places(locator: Locator) -> None:
    assert locator.locate(report("")) == ()
    assert locator.locate(report("x"), []) == ()


def claim(claim_id: str, event: Event, *names: str, text: str) -> Claim:
    places = tuple(ClaimPlace(n, PlaceRole.AT, *(span(text, n) if n in text else (-1, -1))) for n in names)
    when = datetime(2018, 2, 9, tzinfo=UTC)
    days = (date(2018, 2, 8), date(2018, 2, 9))
    return Claim(
        claim_id,
        "r",
        text,
        0,
        len(text),
        event,
        Stance.ASSERTED,
        (),
        (),
        (),
        (),
        places,
        *days,
        None,
        None,
        (),
        1.0,
        "m",
        when,
    )


def test_places_of_claims_are_placed_with_claim_and_role(locator: Locator) -> None:
    text = "Rebels took Harmala near Abul Thohur; the pocket shrank; Qarqar fell."
    claims = [
        claim("1", Event.GAIN, "Harmala", "Abul Thohur", text=text),
        claim("2", Event.LOSS, "this pocket", "Qarqar", text=text),
    ]
    placements = locator.place_claims(report(text), claims)
    assert [(p.claim_id, p.place_id, p.role) for p in placements] == [
        ("1", "C3", PlaceRole.AT),
        ("1", "C2", PlaceRole.AT),
        ("2", None, PlaceRole.AT),
        ("2", None, PlaceRole.AT),
    ]
    assert locator.place_claims(report(text), []) == ()


def test_coverage_ranks_unresolved_names_by_the_claims_that_hang_on_them(locator: Locator, gazetteer: Gazetteer) -> None:
    text = "Saraqub; Zzyzxburg; Saraqib."
    claims = [claim("1", Event.GAIN, "Zzyzxburg", text=text), claim("2", Event.STRIKE, "Harmala", text=text)]
    placements = [*locator.place_claims(report(text), claims), *locator.locate(report(text), [span(text, "Saraqib")])]
    found = coverage(placements, claims, gazetteer)
    assert [(row.name, row.control_claims) for row in found.rows] == [("Zzyzxburg", 1)]
    assert found.share == pytest.approx(2 / 3)
    lone = coverage(locator.locate(report("At Harmala."), [(3, 10)]), [], gazetteer)
    assert (lone.rows[0].reason, lone.rows[0].suggestions[0].name) == (UnresolvedReason.AMBIGUOUS, "Harmala")


def test_a_claim_about_a_place_beyond_the_study_area_is_outside_it_and_says_where(world_gazetteer: Gazetteer) -> None:
    bounded = Locator(world_gazetteer, countries=("SY",), area=AREA)
    text = "He spoke of London, of Saraqib and of France."
    london, saraqib, france = bounded.place_claims(
        report(text), [claim("1", Event.HOLD, "London", "Saraqib", "France", text=text)]
    )
    assert (london.status, london.reason, london.place_id) == (
        PlacementStatus.UNRESOLVED,
        UnresolvedReason.OUTSIDE_AREA,
        None,
    )
    assert london.candidates[0].place_id == "geonames:2643743"
    assert saraqib.status is PlacementStatus.RESOLVED
    assert france.reason is UnresolvedReason.OUTSIDE_AREA


def test_a_village_inside_the_study_area_is_not_outside_it_whatever_its_country() -> None:
    village_of_ua = village("g1", "Novoazovsk", 38.08, 47.11, population=12_000, gazetteer="geonames-dump")
    gazetteer = build_gazetteer([*PLACES, replace(village_of_ua, country="UA")], AREAS, world=False)
    donbas = '{"type":"Polygon","coordinates":[[[37,47],[39,47],[39,49],[37,49],[37,47]]]}'
    text = "Rebels left Novoazovsk."
    for countries in ((), ("ZZ",), ("UA",)):
        bounded = Locator(gazetteer, countries=countries, area=donbas)
        (placed,) = bounded.place_claims(report(text), [claim("1", Event.LOSS, "Novoazovsk", text=text)])
        assert placed.place_id == "g1"


def test_an_area_that_reaches_into_the_study_area_stays(world_gazetteer: Gazetteer) -> None:
    bounded = Locator(world_gazetteer, countries=("SY",), area=AREA)
    text = "The army advanced in Syria."
    (syria,) = bounded.place_claims(report(text), [claim("1", Event.ADVANCE, "Syria", text=text)])
    assert syria.status is PlacementStatus.AREA


def test_every_weight_that_is_read_exists() -> None:
    assert {"alone", "together", "spelling", "calibration", "threshold", "radius"} <= set(weights())


def test_probabilities_and_radii_are_in_range(locator: Locator) -> None:
    text = "Saraqib, Harmala, Khan Sheikhun, Kafr Nabl, Abul Thohur, Hama, Idlib, 10 km north of Saraqib."
    names = ["Saraqib", "Harmala", "Khan Sheikhun", "Kafr Nabl", "Abul Thohur", "Hama", "Idlib"]
    for placed in locator.locate(report(text), [span(text, name) for name in names]):
        assert 0.0 <= placed.p <= 1.0
        assert sum(c.p for c in placed.candidates) <= 1.001
        assert (placed.radius_km is None) == (placed.status is PlacementStatus.UNRESOLVED)
    assert replace(report(text), text="").text == ""
