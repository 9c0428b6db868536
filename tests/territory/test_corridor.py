import dataclasses
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from tenure.model import Claim, ControlSamples, Event, Placement, PlacementStatus, PlaceRole, Relation, RelationKind, Stance
from tenure.territory import CorridorRules, Witness, find_corridors

FIRST = date(2018, 1, 1)
BASE = "b" * 9
POCKET = BASE + "bbaabbbbb" + "bbaabbbbb" + BASE
AWAY = BASE + "bbaabbbab" + "bbaabbbbb" + BASE
JOINED = BASE + "bbaaaaaab" + "bbaabbbbb" + BASE


def study(maps, rows, columns=9, **options):
    make_cells, make_posterior, make_samples = maps
    cells = make_cells(columns, len(rows[0]) // columns)
    posterior = make_posterior(cells, rows, **options)
    return posterior, make_samples(posterior, posterior.dates, 40), cells


def day(number):
    return FIRST + timedelta(days=number)


def claim(name, event=Event.PASSAGE, *, actors=("b",), targets=("a",), on=1, days=1, stance=Stance.ASSERTED):
    start = day(on)
    return Claim(
        claim_id=name, report_id=f"r-{name}", quote="", start_char=0, end_char=0, event=event, stance=stance, actors=(),
        targets=(), actor_ids=actors, target_ids=targets, places=(), start=start, end=start + timedelta(days=days),
        speaker=None, speaker_id=None, quantities=(), confidence=1.0, method="", known_from=datetime(2018, 2, 1, tzinfo=UTC),
    )  # fmt: skip


def at(name, cell, cells, *, radius_km=1.0):
    place = cells.places[cell]
    return Placement(
        report_id=f"r-{name}", start_char=0, end_char=0, name="", status=PlacementStatus.RESOLVED, reason=None,
        place_id=place.place_id, lon=place.lon, lat=place.lat, geo_precision=1, where_prec=1, p=1.0, radius_km=radius_km,
        claim_id=name, role=PlaceRole.AT,
    )  # fmt: skip


def test_a_besieged_force_that_shows_up_elsewhere_has_a_way(maps):
    posterior, samples, cells = study(maps, [POCKET, POCKET, AWAY])
    (found,) = find_corridors(posterior, samples, cells)
    assert (found.kind, found.actor, found.day) == ("appeared", "a", day(2))
    assert (found.from_pocket, found.besieged_by) == (True, "b")
    assert found.origin == ("01.02", "01.03", "02.02", "02.03")
    assert (found.path, found.destination) == (("01.04", "01.05", "01.06"), ("01.07",))
    assert found.path_holders == ("b", "b", "b")
    assert found.p == pytest.approx(0.05**3)
    assert found.path_km == pytest.approx(36.4, abs=0.3)
    assert [a.kind for a in found.alternatives] == ["let_through", "infiltration", "record_error"]
    assert found.alternatives[-1].p == 0


def test_a_claim_of_passage_bends_the_way_and_is_listed_with_its_denial(maps):
    posterior, samples, cells = study(maps, [POCKET, POCKET, AWAY])
    claims = (
        claim("let"),
        claim("no", stance=Stance.DENIED),
        claim("vague"),
        claim("late", on=40),
        claim("other", actors=("c",), targets=("b",)),
        claim("plan", stance=Stance.PLANNED),
        claim("far"),
    )
    placements = (
        at("let", 23, cells),
        at("no", 23, cells),
        at("late", 23, cells),
        at("other", 23, cells),
        at("far", 0, cells),
    )
    rules = CorridorRules(reach_km=12.0)
    (found,) = find_corridors(posterior, samples, cells, claims=claims, placements=placements, rules=rules)
    assert found.claims == ("let", "vague")
    assert found.denials == ("no",)
    assert "02.05" in found.path
    assert found.alternatives[0].claims == ("let", "vague")


def test_grounds_that_meet_are_joined_by_what_lies_between(maps):
    posterior, samples, cells = study(maps, [AWAY, AWAY, JOINED])
    found = find_corridors(posterior, samples, cells, rules=CorridorRules(min_places=1))
    (joined,) = [c for c in found if c.kind == "joined"]
    assert (joined.day, joined.origin, joined.path) == (day(2), ("01.07",), ("01.06", "01.05", "01.04"))
    assert joined.pinch_points == joined.path
    assert joined.min_cut_km == pytest.approx(11.1, abs=0.1)
    assert joined.alternatives[0].kind == "own_corridor"
    assert joined.p == pytest.approx(1.0)


def test_dust_that_joins_is_not_told(maps):
    posterior, samples, cells = study(maps, [AWAY, AWAY, JOINED])
    assert find_corridors(posterior, samples, cells) == ()


def test_claims_have_a_force_where_control_sees_none(maps):
    posterior, samples, cells = study(maps, [POCKET] * 4)
    claims = (
        claim("fight", Event.CLASH, actors=("c",), targets=("a",), on=2),
        claim("again", Event.CLASH, actors=("a",), targets=(), on=3),
        claim("long", Event.CLASH, actors=("a",), targets=(), on=0, days=30),
        claim("maybe", Event.GAIN, actors=("a",), targets=(), on=1, stance=Stance.POSSIBLE),
    )
    placements = tuple(at(c.claim_id, 16, cells) for c in claims)
    (found,) = find_corridors(posterior, samples, cells, claims=claims, placements=placements)
    assert (found.kind, found.day, found.destination, found.sightings) == ("sighted", day(2), ("01.07",), ("fight",))
    assert found.from_pocket
    assert found.alternatives[-1].p == 1.0


def test_a_vague_place_or_one_beside_the_own_ground_is_no_sighting(maps):
    posterior, samples, cells = study(maps, [POCKET] * 3)
    claims = (claim("vague", Event.CLASH, actors=("a",)), claim("near", Event.CLASH, actors=("a",)))
    placements = (at("vague", 16, cells, radius_km=40.0), at("near", 13, cells))
    assert find_corridors(posterior, samples, cells, claims=claims, placements=placements) == ()


def test_a_place_without_ground_is_sighted_at_the_nearest_cell(maps):
    posterior, samples, cells = study(maps, [POCKET] * 3)
    claims = (claim("x", Event.GAIN, actors=("a",), targets=()),)
    elsewhere = dataclasses.replace(at("x", 16, cells), place_id="not a cell")
    (found,) = find_corridors(posterior, samples, cells, claims=claims, placements=(elsewhere,))
    assert found.destination == ("01.07",)


def test_a_group_is_sighted_as_whom_it_fights_for(maps):
    posterior, samples, cells = study(maps, [POCKET] * 3)
    claims = (claim("x", Event.GAIN, actors=("division",), targets=()),)
    part = Relation(RelationKind.PARENT, ("a", "division"), None, None, "")
    found = find_corridors(posterior, samples, cells, claims=claims, placements=(at("x", 16, cells),), relations=(part,))
    assert [c.actor for c in found] == ["a"]


def test_a_force_with_a_way_out_is_no_news_unless_asked_for(maps):
    rows = ["aabbbbbbb" * 3, "aabbbbabb" * 3]
    posterior, samples, cells = study(maps, rows)
    assert find_corridors(posterior, samples, cells) == ()
    (found,) = find_corridors(posterior, samples, cells, rules=CorridorRules(besieged_only=False))
    assert not found.from_pocket
    assert found.besieged_by == ""


def test_ground_that_flickers_or_was_unknown_does_not_appear(maps):
    gone = POCKET
    posterior, samples, cells = study(maps, [AWAY, gone, AWAY])
    assert [c for c in find_corridors(posterior, samples, cells) if c.kind == "appeared"] == []
    hidden = AWAY[:16] + "?" + AWAY[17:]
    posterior, samples, cells = study(maps, [hidden, AWAY])
    assert find_corridors(posterior, samples, cells) == ()


def test_a_pocket_that_falls_on_the_day_of_the_escape_is_still_the_origin(maps):
    fallen = BASE + "bbbbbbbab" + BASE + BASE
    posterior, samples, cells = study(maps, [POCKET, fallen])
    (found,) = find_corridors(posterior, samples, cells)
    assert found.from_pocket
    assert len(found.origin) == 4


def test_record_error_is_what_the_draws_say(maps):
    posterior, _, cells = study(maps, [POCKET, AWAY], sure=0.9)
    draws = np.zeros((10, 1, 36), np.int8)
    draws[:, 0, :] = 1
    draws[:4, 0, 16] = 0
    samples = ControlSamples(posterior.place_ids, posterior.states, (day(1),), draws, "")
    (found,) = find_corridors(posterior, samples, cells)
    assert found.alternatives[-1].p == pytest.approx(0.6)
    (found,) = find_corridors(posterior, None, cells)
    assert found.alternatives[-1].p == pytest.approx(0.1)


def test_no_place_has_no_corridor(maps):
    from tenure.grid import build_cells

    cells = build_cells([], (), '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}')
    posterior = maps[1](cells, [""])
    assert find_corridors(posterior, None, cells) == ()


def placed_to(name, cell, cells):
    return dataclasses.replace(at(name, cell, cells, radius_km=5.0), role=PlaceRole.TO)


def test_claims_of_passage_alone_are_a_corridor_to_where_the_force_is_reported_next(maps):
    posterior, samples, cells = study(maps, [POCKET] * 9)
    claims = (
        claim("let", on=3),
        claim("no", on=3, stance=Stance.DENIED),
        claim("siege", Event.SIEGE, actors=("b",), targets=("a",), on=5),
        claim("later", Event.SIEGE, actors=("b",), targets=("a",), on=8),
    )
    placements = (at("siege", 16, cells), at("later", 34, cells))
    (found,) = find_corridors(posterior, samples, cells, claims=claims, placements=placements)
    assert (found.kind, found.day, found.destination, found.sightings) == ("claimed", day(3), ("01.07",), ("siege",))
    assert (found.claims, found.denials, found.from_pocket) == (("let",), ("no",), True)


def test_a_passage_without_a_later_report_leads_to_the_place_that_is_named(maps):
    posterior, samples, cells = study(maps, [POCKET] * 4)
    claims = (claim("let", on=2), claim("month", on=0, days=30))
    placements = (placed_to("let", 16, cells), at("month", 13, cells))
    (found,) = find_corridors(posterior, samples, cells, claims=claims, placements=placements)
    assert (found.kind, found.destination, found.day) == ("claimed", ("01.07",), day(2))
    assert set(found.claims) == {"let", "month"}


def test_a_passage_with_an_unknown_end_or_only_denials_is_no_corridor(maps):
    posterior, samples, cells = study(maps, [POCKET] * 4)
    assert find_corridors(posterior, samples, cells, claims=(claim("let"),)) == ()
    denied = claim("no", stance=Stance.DENIED)
    assert find_corridors(posterior, samples, cells, claims=(denied,), placements=(placed_to("no", 16, cells),)) == ()
    nobody = claim("let", targets=("c",))
    assert find_corridors(posterior, samples, cells, claims=(nobody,), placements=(placed_to("let", 16, cells),)) == ()


def test_a_force_that_holds_nothing_comes_from_where_it_was_reported_and_its_siege_from_claims(maps):
    posterior, samples, cells = study(maps, [BASE * 4] * 9)
    claims = (
        claim("held", Event.HOLD, actors=("a",), targets=(), on=1),
        claim("siege", Event.SIEGE, actors=("b",), targets=("a",), on=2),
        claim("fight", Event.CLASH, actors=("a",), targets=(), on=6),
    )
    placements = (at("held", 11, cells), at("siege", 11, cells), at("fight", 16, cells))
    (found,) = find_corridors(posterior, samples, cells, claims=claims, placements=placements)
    assert (found.kind, found.origin, found.destination) == ("sighted", ("01.02",), ("01.07",))
    assert (found.from_pocket, found.besieged_by) == (True, "b")


def test_a_siege_that_claims_speak_of_is_not_that_of_ground_with_a_way_out(maps):
    posterior, samples, cells = study(maps, ["aabbbbbbb" * 4] * 6)
    claims = (
        claim("siege", Event.SIEGE, actors=("b",), targets=("a",), on=2),
        claim("fight", Event.CLASH, actors=("a",), targets=(), on=4),
    )
    assert find_corridors(posterior, samples, cells, claims=claims, placements=(at("fight", 16, cells),)) == ()


def test_a_passage_starts_from_the_ground_nearest_to_where_it_is_said_to_have_been(maps):
    both = BASE + "babbbbbab" + BASE + BASE
    posterior, samples, cells = study(maps, [both] * 4)
    claims = (claim("let", on=2), claim("self", on=2, actors=("a",), targets=("a",)))
    placements = (at("let", 15, cells), placed_to("let", 13, cells))
    (found,) = find_corridors(posterior, samples, cells, claims=claims, placements=placements)
    assert (found.origin, found.destination, found.claims) == (("01.07",), ("01.04",), ("let",))


def told_by(claims, placements, maps, witnesses=None):
    posterior, samples, cells = study(maps, [POCKET] * 9)
    where = [at(name, 34, cells) if name == "later" else placed_to(name, 16, cells) for name in placements]
    return find_corridors(posterior, samples, cells, claims=claims, placements=where, witnesses=witnesses)


def test_the_more_independent_witnesses_tell_of_a_passage_the_likelier_it_was(maps):
    sources = {"one": Witness("gazette", "s1", 0.9), "two": Witness("radio", "s2", 0.9), "no": Witness("army", "s3", 0.9)}
    (alone,) = told_by((claim("one", on=3),), ("one",), maps, sources)
    (both,) = told_by((claim("one", on=3), claim("two", on=3)), ("one",), maps, sources)
    (denied,) = told_by(
        (claim("one", on=3), claim("two", on=3), claim("no", on=3, stance=Stance.DENIED)), ("one",), maps, sources
    )
    # odds of .25 times 9 for each, as far as no way lay open
    assert alone.p == pytest.approx(2.25 / 3.25, abs=0.01)
    assert both.p == pytest.approx(20.25 / 21.25, abs=0.01)
    assert denied.p == pytest.approx(alone.p, abs=0.01)
    assert [a.p for a in both.alternatives if a.kind == "record_error"] == [pytest.approx(1 - both.p)]


def test_copies_and_what_one_source_repeats_are_one_witness_of_a_passage(maps):
    claims = (claim("one", on=3), claim("two", on=3))
    (alone,) = told_by(claims[:1], ("one",), maps, {"one": Witness("gazette", "s1", 0.9)})
    for second in (Witness("radio", "s1", 0.9), Witness("gazette", "s2", 0.9)):
        (found,) = told_by(claims, ("one",), maps, {"one": Witness("gazette", "s1", 0.9), "two": second})
        assert found.p == pytest.approx(alone.p)


def test_a_claim_read_unsurely_or_of_what_is_possible_weighs_less_and_never_against(maps):
    sure = claim("one", on=3)
    possible = dataclasses.replace(sure, stance=Stance.POSSIBLE)
    unsure = dataclasses.replace(sure, confidence=0.0)
    found = [told_by((c,), ("one",), maps)[0].p for c in (sure, possible, unsure)]
    assert found == sorted(found, reverse=True)
    assert found[2] == pytest.approx(0.2, abs=0.02)
    assert not np.isnan(found).any()


def test_what_is_told_of_a_month_goes_with_the_passage_that_dated_claims_place_in_it(maps):
    posterior, samples, cells = study(maps, [POCKET, POCKET, AWAY, AWAY, POCKET, POCKET, POCKET, POCKET, POCKET])
    claims = (
        claim("dated", on=2),
        claim("month", on=0, days=30),
        claim("later", Event.CLASH, actors=("b",), targets=("a",), on=8),
    )
    placements = (placed_to("dated", 16, cells), at("month", 33, cells), at("later", 34, cells))
    rules = CorridorRules(memory_days=3)
    found = find_corridors(posterior, samples, cells, claims=claims, placements=placements, rules=rules)
    by_day = {c.day: set(c.claims) for c in found}
    assert by_day[day(2)] == {"dated", "month"}
    assert all("month" not in told for on, told in by_day.items() if on != day(2))
