from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from tenure.errors import InputError
from tenure.grid import Projection, project_geojson
from tenure.model import (
    Actor,
    ActorKind,
    Area,
    Candidate,
    Claim,
    Event,
    EvidenceTier,
    Placement,
    PlacementStatus,
    PlaceRole,
    Report,
    Source,
    SourceKind,
    Stance,
    Zone,
)
from tenure.territory import incident_counts, zone_incidents
from tenure.territory.containment import Outlines, p_inside

FIRST = date(2018, 1, 1)
RESOLVED = PlacementStatus.RESOLVED


def day(number):
    return FIRST + timedelta(days=number)


def ring(west, south, east, north):
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return f'{{"type":"Polygon","coordinates":[{corners}]}}'


WEST = ring(36.0, 35.0, 36.2, 35.2)


def zone(**more):
    fields = {
        "zone_id": "z", "name": "Zone", "valid_from": day(0), "valid_to": None, "parties": ("a", "b"), "guarantors": ("g",),
        "prohibited": (Event.GAIN, Event.STRIKE, Event.CLASH), "exemptions": ("c",), "geometry": WEST, "approximate": False,
        "source": "agreement",
    }  # fmt: skip
    return Zone(**{**fields, **more})


def claim(name, event=Event.STRIKE, *, actors=("b",), targets=(), start=1, days=1, stance=Stance.ASSERTED, speaker=None):
    return Claim(
        claim_id=name, report_id=f"r-{name}", quote="", start_char=0, end_char=0, event=event, stance=stance, actors=(),
        targets=(), actor_ids=actors, target_ids=targets, places=(), start=day(start), end=day(start + days),
        speaker=speaker, speaker_id=speaker, quantities=(), confidence=1.0, method="",
        known_from=datetime(2018, 2, 1, tzinfo=UTC),
    )  # fmt: skip


def at(
    name, *, place_id="00.00", lon=36.05, lat=35.05, radius_km=0.0, p=1.0, candidates=(), status=PlacementStatus.RESOLVED
):
    return Placement(
        report_id=f"r-{name}", start_char=0, end_char=0, name="", status=status, reason=None, place_id=place_id, lon=lon,
        lat=lat, geo_precision=1, where_prec=1, p=p, radius_km=radius_km, candidates=candidates, claim_id=name,
        role=PlaceRole.AT,
    )  # fmt: skip


def report(name, story=""):
    return Report(f"r-{name}", "", datetime(2018, 1, 3, tzinfo=UTC), "day", story_id=story)


@pytest.fixture
def watched(maps):
    """Watch a zone over the western half of a map of 4 x 2; sources: neutral, and one of each side."""
    make_cells, make_posterior, _ = maps
    cells = make_cells(4, 2)
    actors = tuple(Actor(n, n, (), ActorKind.STATE_FORCES, "#000000", side=f"side-{n}") for n in "abc")
    sources = tuple(
        Source(n, (), (), side, SourceKind.MEDIA) for n, side in (("un", None), ("a-tv", "side-a"), ("b-tv", "side-b"))
    )

    def watch(*claims, placements=(), reports=(), rows=("a" * 8, "a" * 8), zones=None, areas=(), because=None):
        zones = (zone(),) if zones is None else zones
        study = SimpleNamespace(zones=zones, actors=actors, sources=sources, areas=areas, places=cells.places, relations=())
        posterior = make_posterior(cells, list(rows))
        return zone_incidents(study, claims, placements, reports, posterior, cells, because=because)

    return watch


def test_a_prohibited_event_inside_is_an_incident_with_its_witness(watched):
    (found,) = watched(claim("x", speaker="un"), placements=(at("x"),), reports=(report("x"),)).incidents
    assert (found.kind, found.event, found.actor, found.place_id, found.p_inside) == ("claim", "strike", "b", "00.00", 1.0)
    assert (found.tier, found.one_sided, found.speakers, found.stories) == (EvidenceTier.ASSESSED, False, ("un",), 1)
    assert found.party
    assert not found.exempt


def test_what_only_the_other_side_says_is_claimed_and_says_so(watched):
    (found,) = watched(claim("x", speaker="a-tv"), placements=(at("x"),)).incidents
    assert (found.tier, found.one_sided) == (EvidenceTier.CLAIMED, True)


def test_what_a_side_admits_against_its_interest_is_assessed(watched):
    (found,) = watched(claim("x", speaker="b-tv"), placements=(at("x"),)).incidents
    assert (found.tier, found.one_sided) == (EvidenceTier.ASSESSED, False)


def test_what_is_denied_is_disputed(watched):
    claims = (claim("x", speaker="a-tv"), claim("y", speaker="b-tv", stance=Stance.DENIED))
    (found,) = watched(*claims, placements=(at("x"), at("y"))).incidents
    assert (found.tier, found.denied_by, found.speakers) == (EvidenceTier.DISPUTED, ("b-tv",), ("a-tv",))
    assert found.one_sided


def test_copies_and_retellings_are_one_incident_and_a_later_day_is_another(watched):
    claims = (claim("x", speaker="un"), claim("y", speaker="un"), claim("z", speaker="un", start=5))
    reports = (report("x", "story"), report("y", "story"), report("z", "other"))
    first, second = watched(*claims, placements=tuple(at(c.claim_id) for c in claims), reports=reports).incidents
    assert (first.claims, first.stories) == (("x", "y"), 1)
    assert second.start == day(5)


def test_plans_other_events_other_days_and_other_places_are_none(watched):
    claims = (
        claim("plan", stance=Stance.PLANNED),
        claim("hold", Event.HOLD),
        claim("before", start=-9),
        claim("outside"),
        claim("nowhere"),
        claim("later", start=9),
    )
    placements = (
        *(at(n) for n in ("plan", "hold", "before", "later")),
        at("outside", place_id="00.03", lon=36.35),
        at("nowhere", status=PlacementStatus.UNRESOLVED),
    )
    assert watched(*claims, placements=placements, zones=(zone(valid_to=day(4)),)).incidents == ()


def test_an_event_that_the_agreement_allows_is_exempt_and_not_counted(watched):
    found = watched(claim("x", targets=("c",), speaker="un"), placements=(at("x"),))
    assert [i.exempt for i in found.incidents] == [True]
    assert found.counts == ()


def test_a_change_of_control_inside_is_an_incident_carried_by_the_claims_that_fit(watched):
    rows = ("aaaaaaaa", "baabaaaa", "baabaaac")
    found = watched(claim("x", Event.GAIN, speaker="un", start=2), placements=(at("x"),), rows=rows).incidents
    assert [(i.kind, i.place_id, i.actor, i.passed, i.claims) for i in found] == [("claim", "00.00", "b", day(1), ("x",))]
    assert watched(rows=rows, zones=(zone(valid_from=day(-9), valid_to=day(-5)),)).incidents == ()


def test_a_loss_that_its_own_side_tells_carries_the_change_of_control(watched):
    rows = ("aaaaaaaa", "baabaaaa")
    told = claim("x", Event.LOSS, actors=("a",), speaker="a-tv")
    (found,) = watched(told, placements=(at("x"),), rows=rows).incidents
    assert (found.kind, found.basis, found.claims) == ("control_change", "claims", ("x",))
    assert (found.actor, found.target, found.speakers) == ("b", "a", ("a-tv",))
    assert found.tier is EvidenceTier.CLAIMED


def test_a_change_that_no_claim_tells_is_inferred_and_says_from_what(watched):
    rows = ("aaaaaaaa", "baabaaaa", "baabaaac")
    (bare,) = watched(rows=rows).incidents
    assert (bare.tier, bare.basis, bare.claims, bare.stories) == (EvidenceTier.INFERRED, "neighbours", (), 0)
    later = claim("later", Event.HOLD, speaker="un", start=20)
    (found,) = watched(later, placements=(at("later"),), rows=rows, because=lambda _: ("later",)).incidents
    assert (found.tier, found.basis, found.claims) == (EvidenceTier.INFERRED, "other_claims", ("later",))
    assert found.speakers == ("un",)


def test_who_is_not_known_to_be_independent_assesses_nothing(watched):
    quoted = claim("x", speaker="a commander")
    quoted = replace(quoted, speaker_id=None)
    outlet = (replace(report("x"), source_id="un"),)
    (found,) = watched(quoted, placements=(at("x"),), reports=outlet).incidents
    assert (found.tier, found.one_sided) == (EvidenceTier.CLAIMED, True)
    (unsigned,) = watched(replace(quoted, speaker=None), placements=(at("x"),), reports=outlet).incidents
    assert (unsigned.tier, unsigned.one_sided) == (EvidenceTier.ASSESSED, False)
    (stranger,) = watched(replace(quoted, speaker=None), placements=(at("x"),), reports=(report("x"),)).incidents
    assert stranger.tier is EvidenceTier.CLAIMED


def test_a_part_of_a_zone_has_the_terms_of_the_whole_and_says_what_it_shares(watched):
    part = zone(zone_id="part", parent="z", parties=(), guarantors=(), prohibited=(), exemptions=(), geometry=WEST)
    found = watched(claim("x", speaker="un", targets=("c",)), placements=(at("x"),), zones=(zone(), part)).incidents
    assert [(i.zone_id, i.exempt, i.party, i.also_in) for i in found] == [
        ("part", True, True, ("z",)),
        ("z", True, True, ("part",)),
    ]
    stricter = replace(part, exemptions=("a",))
    found = watched(claim("x", speaker="un", targets=("c",)), placements=(at("x"),), zones=(zone(), stricter)).incidents
    assert [(i.zone_id, i.exempt) for i in found] == [("part", False), ("z", True)]
    circle = (zone(zone_id="one", parent="two", parties=()), zone(zone_id="two", parent="one", parties=()))
    assert len(watched(claim("x", speaker="un"), placements=(at("x"),), zones=circle).incidents) == len(circle)


def test_a_clash_names_both_sides_as_actors_and_one_with_an_exempt_group_is_exempt(watched):
    for actors, exempt in ((("b", "c"), True), (("a", "b"), False), (("a", "b", "c"), False)):
        told = claim("x", Event.CLASH, actors=actors, speaker="un")
        assert [i.exempt for i in watched(told, placements=(at("x"),)).incidents] == [exempt]


def test_of_an_interval_only_the_days_of_the_agreement_count(watched):
    late = zone(valid_from=day(9))
    (found,) = watched(claim("x", speaker="un", days=10), placements=(at("x"),), zones=(zone(valid_from=day(6)),)).incidents
    assert (found.p_inside, found.start) == (0.5, day(6))
    assert watched(claim("x", speaker="un", days=10), placements=(at("x"),), zones=(late,)).incidents == ()


def test_counts_compare_with_the_period_before(watched):
    claims = tuple(claim(f"c{n}", speaker="un", start=n) for n in (1, 3, 8))
    found = watched(*claims, placements=tuple(at(c.claim_id, radius_km=1.0) for c in claims)).incidents
    counts = incident_counts(found, FIRST, day(21))
    assert [(c.start, c.end, c.count, c.previous) for c in counts] == [
        (day(0), day(7), 2, 0),
        (day(7), day(14), 1, 2),
        (day(14), day(21), 0, 1),
    ]
    assert 1.9 < counts[0].expected <= 2.0


def test_the_share_inside_follows_the_uncertainty():
    projection = Projection(36.2, 35.1)
    half = project_geojson(WEST, projection)
    study = SimpleNamespace(areas=(Area("r", "R", 3, None, ring(36.1, 35.0, 36.3, 35.2)),), places=())
    outlines = Outlines.of(study, projection)
    assert p_inside(at("x"), half, outlines) == 1.0
    assert p_inside(at("x", lon=36.2, lat=35.1, radius_km=2.0), half, outlines) == pytest.approx(0.5, abs=0.02)
    assert p_inside(at("x", lon=36.2 - 0.05, lat=35.1, radius_km=4.55), half, outlines) == pytest.approx(0.963, abs=0.02)
    area = at("x", place_id="r", status=PlacementStatus.AREA)
    assert p_inside(area, half, outlines) == pytest.approx(0.5, abs=0.01)
    assert p_inside(at("x", lon=None), half, outlines) == 0.0


def test_other_candidates_count_with_their_probability(maps):
    cells = maps[0](4, 2)
    outlines = Outlines.of(SimpleNamespace(areas=(), places=cells.places), cells.projection)
    west = project_geojson(WEST, cells.projection)
    candidates = (Candidate("00.03", 0.6), Candidate("00.00", 0.3))
    placement = at("x", place_id="00.03", lon=36.35, p=0.6, candidates=candidates)
    assert p_inside(placement, west, outlines) == pytest.approx(0.3)


def test_a_zone_that_is_no_polygon_is_refused(watched):
    with pytest.raises(InputError, match="zone z holds no polygon"):
        watched(zones=(zone(geometry='{"type":"Point","coordinates":[0,0]}'),))
