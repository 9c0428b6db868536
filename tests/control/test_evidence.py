from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from tenure.control import collect_evidence
from tenure.model import (
    Actor,
    ActorKind,
    Area,
    Candidate,
    Claim,
    ClaimPlace,
    Event,
    Extent,
    FeatureClass,
    Place,
    Placement,
    PlacementStatus,
    PlaceRole,
    Quantity,
    QuantityKind,
    Relation,
    RelationKind,
    Report,
    Source,
    SourceKind,
    Stance,
    UnresolvedReason,
    Verb,
)

DAY = date(2031, 1, 10)
NOON = datetime(2031, 1, 11, 12, tzinfo=UTC)


def actor(name, side, *, holds=True):
    return Actor(name, name.title(), (), ActorKind.REBEL_GROUPS, "#111111", side, holds)


STUDY = SimpleNamespace(
    actors=(actor("army", "gov"), actor("rebels", "opp"), actor("league", "opp"), actor("brigade", "gov", holds=False)),
    relations=(Relation(RelationKind.PARENT, ("army", "brigade"), None, date(2031, 6, 1), "book"),),
    sources=(
        Source("observatory", ("Observatory",), (), None, SourceKind.OBSERVATORY),
        Source("state_tv", ("State TV",), (), "gov", SourceKind.STATE_MEDIA),
    ),
    places=(
        *(
            Place(
                f"v{n}", f"Village {n}", (), 36.0 + n / 100, 35.0, FeatureClass.SETTLEMENT, admin1="SY01", area_id="SY0101"
            )
            for n in range(10)
        ),
        Place("far", "Far", (), 39.0, 35.0, FeatureClass.SETTLEMENT),
    ),
    areas=(Area("SY01", "North", 1, None, "{}"),),
)
REPORT = Report("r1", "text", NOON, "time", publisher="The Wire", source_id=None, story_id="story1")


def claim(number=1, event=Event.GAIN, **more):
    values = {
        "claim_id": f"c{number}", "report_id": "r1", "quote": "q", "start_char": 0, "end_char": 1, "event": event,
        "stance": Stance.ASSERTED, "actors": ("the army",), "targets": (), "actor_ids": ("army",), "target_ids": (),
        "places": (ClaimPlace("Village 1", PlaceRole.AT),), "start": DAY, "end": DAY + timedelta(days=1), "speaker": None,
        "speaker_id": None, "quantities": (), "confidence": 0.9, "method": "m", "known_from": NOON,
    }  # fmt: skip
    return Claim(**(values | more))


def placed(number=1, place="v1", *, role=PlaceRole.AT, p=0.9, candidates=(), status=PlacementStatus.RESOLVED, radius=0.0):
    area = status is PlacementStatus.AREA
    return Placement(
        "r1", "name", 0, 4, status, UnresolvedReason.NO_CANDIDATE if status is PlacementStatus.UNRESOLVED else None,
        place, 36.05 if area else 36.0, 35.0, 1, 1, p, radius, candidates, f"c{number}", role,
    )  # fmt: skip


def collect(claims, placements, reports=(REPORT,), **options):
    """Collect evidence without what a gain says of who holds the place after it, which has a test of its own."""
    result = collect_evidence(claims, placements, reports, STUDY, **options)
    gains = {c.claim_id for c in claims if c.event is Event.GAIN and c.stance is Stance.ASSERTED}
    return replace(result, evidence=tuple(r for r in result.evidence if not (r.verb is Verb.HELD and r.claim_id in gains)))


def test_who_takes_a_place_is_said_to_hold_it_too():
    took, held = sorted(collect_evidence([claim()], [placed()], (REPORT,), STUDY).evidence, key=lambda r: -r.p_place)
    assert (took.verb, held.verb, held.actor, held.place_id) == (Verb.TOOK, Verb.HELD, "army", "v1")
    assert (held.p_place, held.story, held.t1) == (0.45, took.story, took.t1)
    for doubtful in ([claim(stance=Stance.DENIED)], [claim(stance=Stance.POSSIBLE)]):
        assert {r.verb for r in collect_evidence(doubtful, [placed()], (REPORT,), STUDY).evidence} == {Verb.TOOK}


def test_a_capture_is_evidence_that_the_actor_took_the_place():
    (row,) = collect([claim()], [placed()]).evidence
    assert (row.verb, row.actor, row.place_id, row.p_place) == (Verb.TOOK, "army", "v1", 0.9)
    assert (row.source, row.side, row.kind, row.story) == ("The Wire", None, SourceKind.UNKNOWN, "story1")
    assert (row.t0, row.t1, row.pub, row.confidence) == (DAY, DAY + timedelta(days=1), NOON, 0.9)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Event.LOSS, [(Verb.LOST, "army", 0.9)]),
        (Event.HOLD, [(Verb.HELD, "army", 0.9)]),
        (Event.CLASH, [(Verb.CLASH, "army", 0.9)]),
        (Event.ADVANCE, [(Verb.CLASH, "army", 0.45)]),
        (Event.SIEGE, [(Verb.CLASH, "army", 0.45), (Verb.HELD, "rebels", 0.9)]),
    ],
)
def test_events_say_what_they_say_of_control(event, expected):
    rows = collect([claim(event=event, target_ids=("rebels",))], [placed()]).evidence
    assert sorted((r.verb, r.actor, r.p_place) for r in rows) == expected


@pytest.mark.parametrize("event", [Event.STRIKE, Event.PASSAGE, Event.AGREEMENT, Event.OTHER])
def test_other_events_are_listed_as_no_evidence_of_control(event):
    result = collect([claim(event=event)], [placed()])
    assert result.evidence == ()
    assert [e.reason for e in result.excluded] == ["no_control_evidence"]


def test_plans_are_excluded_and_denials_kept():
    planned, denied = claim(1, stance=Stance.PLANNED), claim(2, stance=Stance.DENIED)
    result = collect([planned, denied], [placed(1), placed(2)])
    assert [e.reason for e in result.excluded] == ["planned"]
    assert [r.stance for r in result.evidence] == [Stance.DENIED]


def test_the_speaker_is_the_witness_and_lends_its_side():
    rows = collect([claim(1, speaker_id="state_tv"), claim(2, speaker_id="rebels")], [placed(1), placed(2, "v2")]).evidence
    assert [(r.source, r.side, r.kind) for r in rows] == [
        ("state_tv", "gov", SourceKind.STATE_MEDIA),
        ("rebels", "opp", SourceKind.ARMED_GROUP),
    ]


def test_without_a_known_speaker_the_outlet_is_the_witness():
    report = Report("r1", "text", NOON, "time", publisher="Observatory", source_id="observatory")
    (row,) = collect([claim(speaker_id="somebody")], [placed()], [report]).evidence
    assert (row.source, row.story) == ("observatory", "r1")


def test_an_actor_without_ground_stands_for_its_parent_while_the_tie_lasts():
    (row,) = collect([claim(actor_ids=("brigade",))], [placed()]).evidence
    assert row.actor == "army"
    late = claim(actor_ids=("brigade",), start=date(2031, 7, 1), end=date(2031, 7, 2))
    assert [e.reason for e in collect([late], [placed()]).excluded] == ["unknown_actor"]


def test_joint_actors_share_the_claim():
    rows = collect([claim(actor_ids=("rebels", "league"))], [placed(p=1.0)]).evidence
    assert [(r.actor, r.p_place) for r in rows] == [("league", 0.5), ("rebels", 0.5)]


def test_an_uncertain_name_spreads_over_its_candidates():
    spread = placed(candidates=(Candidate("v1", 0.6), Candidate("v2", 0.39), Candidate("v3", 0.01)))
    assert [(r.place_id, r.p_place) for r in collect([claim()], [spread]).evidence] == [("v1", 0.6), ("v2", 0.39)]


def test_a_count_over_an_area_is_soft_evidence_over_its_places():
    counted = claim(quantities=(Quantity(QuantityKind.VILLAGES, 8),))
    area = placed(place="SY01", role=PlaceRole.IN_AREA, p=1.0, status=PlacementStatus.AREA, radius=30.0)
    rows = collect([counted], [area, placed()]).evidence
    soft = [r for r in rows if r.place_id != "v1"]
    assert len(soft) == 9
    assert {round(r.p_place, 3) for r in soft} == {round(7 / 9, 3)}
    off = collect([counted], [area], use_areas=False)
    assert [e.reason for e in off.excluded] == ["area_too_vague"]
    assert [e.reason for e in collect([claim()], [area]).excluded] == ["area_without_count"]


def in_area(extent, role=PlaceRole.IN_AREA, **more):
    area = ClaimPlace("SY01", role, 5, 9, extent)
    where = replace(
        placed(place="SY01", role=role, p=1.0, status=PlacementStatus.AREA, radius=30.0),
        name="SY01",
        start_char=5,
        end_char=9,
    )
    return collect([claim(places=(area,), **more)], [where])


@pytest.mark.parametrize(("extent", "p"), [(Extent.WHOLE, 0.75), (Extent.PLAIN, 0.3), (Extent.MOST, 0.5)])
def test_who_takes_an_area_takes_its_places_as_far_as_the_words_go(extent, p):
    rows = in_area(extent).evidence
    assert {r.place_id for r in rows} == {f"v{n}" for n in range(10)}
    assert {r.p_place for r in rows if r.verb is Verb.TOOK} == {p}
    assert len({r.story for r in rows}) == 1
    assert {r.verb for r in in_area(extent, event=Event.HOLD).evidence} == {Verb.HELD}


def test_what_lies_in_an_area_says_nothing_of_the_rest_of_it():
    assert [e.reason for e in in_area(Extent.PART).excluded] == ["area_without_count"]
    assert [e.reason for e in in_area(None).excluded] == ["area_without_count"]
    assert [e.reason for e in in_area(Extent.WHOLE, role=PlaceRole.TO).excluded] == ["area_without_count"]


@pytest.mark.parametrize(
    ("role", "taken"), [(PlaceRole.AT, {"far", *(f"v{n}" for n in range(10))}), (PlaceRole.IN_AREA, {"far"})]
)
def test_an_area_beside_places_is_one_of_them_or_where_they_are(role, taken):
    area = ClaimPlace("SY01", role, 5, 9, Extent.PLAIN)
    where = replace(
        placed(place="SY01", role=role, p=1.0, status=PlacementStatus.AREA, radius=30.0),
        name="SY01",
        start_char=5,
        end_char=9,
    )
    rows = collect([claim(places=(area, ClaimPlace("Far", PlaceRole.AT)))], [where, placed(place="far")]).evidence
    assert {r.place_id for r in rows} == taken


def test_a_count_or_an_area_in_km2_is_no_word_for_the_whole():
    km2 = (Quantity(QuantityKind.KM2, 300.0),)
    assert [e.reason for e in in_area(Extent.WHOLE, quantities=km2).excluded] == ["area_without_count"]
    few = (Quantity(QuantityKind.VILLAGES, 2.0),)
    assert [e.reason for e in in_area(Extent.WHOLE, quantities=few).excluded] == ["area_too_vague"]


def test_a_count_of_less_than_half_of_an_areas_places_tells_too_little_of_any_one():
    thin = claim(quantities=(Quantity(QuantityKind.VILLAGES, 4),))
    area = placed(place="SY01", role=PlaceRole.IN_AREA, p=1.0, status=PlacementStatus.AREA, radius=30.0)
    assert [r.place_id for r in collect([thin], [area, placed()]).evidence] == ["v1"]
    assert [e.reason for e in collect([thin], [area]).excluded] == ["area_too_vague"]


def test_an_area_without_a_code_reaches_as_far_as_its_radius():
    counted = claim(quantities=(Quantity(QuantityKind.VILLAGES, 6),))
    area = placed(place="unknown", role=PlaceRole.IN_AREA, p=1.0, status=PlacementStatus.AREA, radius=30.0)
    rows = collect([counted], [area]).evidence
    assert {r.place_id for r in rows} == {f"v{n}" for n in range(10)}


@pytest.mark.parametrize(
    ("event", "role", "expected"),
    [
        (Event.GAIN, PlaceRole.NEAR, 0.09),
        (Event.CLASH, PlaceRole.NEAR, 0.36),
        (Event.LOSS, PlaceRole.FROM, 0.9),
        (Event.CLASH, PlaceRole.TO, 0.9),
        (Event.CLASH, PlaceRole.FROM, None),
    ],
)
def test_the_role_of_a_place_weighs(event, role, expected):
    result = collect([claim(event=event)], [placed(role=role)])
    if expected is None:
        assert [e.reason for e in result.excluded] == ["place_role"]
    else:
        assert result.evidence[0].p_place == pytest.approx(expected)


def test_what_cannot_be_placed_or_dated_is_listed():
    nowhere = placed(place=None, status=PlacementStatus.UNRESOLVED, p=0.0)
    backwards = claim(2, start=DAY, end=DAY)
    result = collect([claim(1), backwards], [nowhere, placed(2)])
    assert [(e.claim_id, e.reason) for e in result.excluded] == [("c1", "unplaced"), ("c2", "bad_interval")]


def test_what_one_source_repeats_within_days_is_one_story():
    reports = [Report(f"r{n}", "t", NOON, "time", source_id="observatory", story_id=f"s{n}") for n in range(3)]
    claims = [
        claim(n, report_id=f"r{n}", start=DAY + timedelta(days=d), end=DAY + timedelta(days=d + 1))
        for n, d in ((0, 0), (1, 2), (2, 20))
    ]
    rows = collect(claims, [placed(n) for n in range(3)], reports).evidence
    assert sorted(r.story for r in rows) == ["s0", "s0", "s2"]


def test_the_order_of_claims_is_irrelevant():
    claims, places = [claim(n) for n in range(4)], [placed(n, f"v{n}") for n in range(4)]
    assert collect(claims, places) == collect(claims[::-1], places[::-1])


@pytest.mark.parametrize("event", [Event.GAIN, Event.LOSS])
def test_a_denial_without_a_named_taker_says_that_the_speakers_side_holds(event):
    denied = claim(event=event, actor_ids=(), actors=(), stance=Stance.DENIED, speaker="State TV", speaker_id="state_tv")
    (row,) = collect([denied], [placed()]).evidence
    assert (row.verb, row.actor, row.stance, row.source) == (Verb.HELD, "army", Stance.ASSERTED, "state_tv")


def test_a_denial_by_a_non_partisan_without_a_named_taker_is_left_out():
    denied = claim(actor_ids=(), actors=(), stance=Stance.DENIED, speaker="Observatory", speaker_id="observatory")
    assert [e.reason for e in collect([denied], [placed()]).excluded] == ["unknown_actor"]


def told(number, event, place, day, actor="army"):
    on = DAY + timedelta(days=day)
    return claim(number, event, actor_ids=(actor,), start=on, end=on + timedelta(days=1)), placed(number, place)


def in_area_on(number, day, event=Event.GAIN, actor="army"):
    on = DAY + timedelta(days=day)
    area = ClaimPlace("SY01", PlaceRole.IN_AREA, 5, 9, Extent.WHOLE)
    where = replace(
        placed(number, place="SY01", role=PlaceRole.IN_AREA, p=1.0, status=PlacementStatus.AREA, radius=30.0),
        name="SY01", start_char=5, end_char=9,
    )  # fmt: skip
    return claim(number, event, actor_ids=(actor,), start=on, end=on + timedelta(days=1), places=(area,)), where


def said_of(pairs, place):
    rows = collect_evidence([c for c, _ in pairs], [p for _, p in pairs], (REPORT,), STUDY).evidence
    return sorted((r.verb.value, r.claim_id) for r in rows if r.place_id == place)


def test_an_area_s_capture_only_takes_what_the_taker_had_not():
    before = [told(1, Event.GAIN, "v1", -9), in_area_on(2, 0)]
    assert said_of(before, "v1") == [("held", "c1"), ("held", "c2"), ("took", "c1")]
    assert said_of(before, "v2") == [("held", "c2"), ("took", "c2")]
    # the place changed hands in between: it could be taken again
    between = [told(1, Event.GAIN, "v1", -9), told(3, Event.GAIN, "v1", -4, "rebels"), in_area_on(2, 0)]
    assert ("took", "c2") in said_of(between, "v1")


def test_an_area_s_capture_before_the_place_s_own_was_early():
    early = [in_area_on(2, 0), told(1, Event.GAIN, "v1", 8)]
    assert said_of(early, "v1") == [("held", "c1"), ("took", "c1")]


def test_an_area_s_loss_says_nothing_of_what_another_had_taken():
    rows = [told(1, Event.GAIN, "v1", -9, "rebels"), in_area_on(2, 0, Event.LOSS)]
    assert said_of(rows, "v1") == [("held", "c1"), ("took", "c1")]
    assert said_of(rows, "v2") == [("lost", "c2")]


def test_places_lie_in_an_area_by_its_outline():
    box = '{"type": "Polygon", "coordinates": [[[35.9, 34.9], [36.055, 34.9], [36.055, 35.1], [35.9, 35.1], [35.9, 34.9]]]}'
    bare = tuple(replace(p, admin1=None, area_id=None) for p in STUDY.places)
    study = SimpleNamespace(**vars(STUDY) | {"areas": (replace(STUDY.areas[0], geometry=box),), "places": bare})
    one, where = in_area_on(2, 0)
    rows = collect_evidence([one], [where], (REPORT,), study).evidence
    assert {r.place_id for r in rows} == {f"v{n}" for n in range(6)}


def test_a_unit_that_only_holds_the_candidates_of_a_name_is_no_area_that_anybody_spoke_of():
    rivals = (Candidate("v1", 0.45), Candidate("v4", 0.35))
    unsure = placed(place="SY01", status=PlacementStatus.AREA, p=0.8, candidates=rivals)
    place = ClaimPlace("Village 1", PlaceRole.AT, extent=Extent.PLAIN)
    found = collect([claim(places=(place,))], [replace(unsure, name="Village 1")])
    took = {r.place_id: r.p_place for r in found.evidence if r.verb is Verb.TOOK}
    assert took == {"v1": 0.45, "v4": 0.35}


def test_of_a_town_and_a_province_of_one_name_the_bare_name_is_the_town():
    both = (Candidate("SY01", 0.6), Candidate("v3", 0.3))
    area = replace(placed(place="SY01", status=PlacementStatus.AREA, p=0.6, candidates=both), name="Village 3")
    bare = collect([claim(places=(ClaimPlace("Village 3", PlaceRole.AT, extent=Extent.PLAIN),))], [area])
    assert {r.place_id: round(r.p_place, 6) for r in bare.evidence if r.verb is Verb.TOOK} == {"v3": 0.9}
    province = replace(area, name="Village 3 province")
    whole = collect([claim(places=(ClaimPlace("Village 3 province", PlaceRole.AT, 0, 18, Extent.PLAIN),))], [province])
    assert len({r.place_id for r in whole.evidence}) == 10


def test_an_area_with_nearly_all_places_bears_softly_on_each_and_on_none_outside():
    found = in_area(Extent.PLAIN)
    assert {r.p_place for r in found.evidence if r.verb is Verb.TOOK} == {0.3}
    assert found.excluded == ()
    assert "far" not in {r.place_id for r in found.evidence}


def test_of_two_places_of_one_name_in_a_list_neither_is_taken_for_sure():
    pair = placed(candidates=(Candidate("v1", 0.5), Candidate("far", 0.5)))
    found = collect([claim()], [pair, placed(place="v3", p=1.0)])
    assert {r.place_id: r.p_place for r in found.evidence} == {"v1": 0.5, "far": 0.5, "v3": 1.0}
    assert found.excluded == ()
