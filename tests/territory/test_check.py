from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from tenure.model import (
    Area,
    Claim,
    ClaimPlace,
    Event,
    FeatureClass,
    Place,
    Placement,
    PlacementStatus,
    PlaceRole,
    Qualifier,
    Quantity,
    QuantityKind,
    Relation,
    RelationKind,
    Report,
    Stance,
)
from tenure.territory import check_quantities, dates_to_sample
from tenure.territory.share import shares_of
from tenure.territory.verdict import Measured, judge

FIRST = date(2018, 1, 1)
WEST = '{"type":"Polygon","coordinates":[[[36,35],[36.2,35],[36.2,35.2],[36,35.2],[36,35]]]}'


def day(number):
    return FIRST + timedelta(days=number)


def amount(value, kind=QuantityKind.VILLAGES, qualifier=Qualifier.EXACT, high=None):
    return Quantity(kind, value, qualifier, high)


def claim(*quantities, event=Event.GAIN, actors=("b",), targets=(), start=1, end=3, stance=Stance.ASSERTED, name="c"):
    return Claim(
        claim_id=name, report_id=f"r-{name}", quote="said", start_char=0, end_char=4, event=event, stance=stance, actors=(),
        targets=(), actor_ids=actors, target_ids=targets, places=(), start=day(start), end=day(end), speaker=None,
        speaker_id=None, quantities=quantities, confidence=1.0, method="", known_from=datetime(2018, 2, 1, tzinfo=UTC),
    )  # fmt: skip


def placed(name="c", *, place_id="west", status=PlacementStatus.AREA, role=PlaceRole.IN_AREA):
    return Placement(
        report_id=f"r-{name}", start_char=0, end_char=0, name="the west", status=status, reason=None, place_id=place_id,
        lon=36.1, lat=35.1, geo_precision=2, where_prec=3, p=1.0, radius_km=15.0, claim_id=name, role=role,
    )  # fmt: skip


@pytest.fixture
def checked(maps):
    """Check claims on a map of 4 x 2 on which b takes the western four cells from a, one a day."""
    make_cells, make_posterior, make_samples = maps
    cells = make_cells(4, 2)
    rows = ["aaaabbbb", "baaabbbb", "bbaabbbb", "bbaabbbb"]
    area = Area("west", "West", 3, None, WEST)
    lost = Place("lost", "Lost", (), None, None, FeatureClass.SETTLEMENT, area_id="west")
    study = SimpleNamespace(areas=(area,), places=(*cells.places, lost), relations=())

    def check(*claims, placements=(), rows=rows, reports=(), sure=1.0, relations=(), samples=None):
        posterior = make_posterior(cells, rows, sure=sure)
        study.relations = relations
        drawn = samples or make_samples(posterior, posterior.dates, 40)
        return check_quantities(study, claims, placements, reports, posterior, drawn, cells)

    return check, cells


def test_a_gain_is_what_was_not_held_the_day_before_and_held_in_the_interval(checked):
    check, cells = checked
    (row,) = check(claim(amount(2)))
    assert (row.kind, row.basis, row.actors, row.where) == ("villages", "gained", ("b",), "study area")
    assert (row.measured, row.lo90, row.hi90, row.ratio, row.p_at_least) == (2, 2, 2, 1, 1)
    assert row.verdict == "supported"
    (row,) = check(claim(amount(cells.area_km2[:2].sum(), QuantityKind.KM2)))
    assert row.measured == pytest.approx(cells.area_km2[:2].sum())
    assert row.verdict == "supported"


def test_what_was_lost_again_within_the_interval_still_counts(checked):
    check, _ = checked
    (row,) = check(claim(amount(2)), rows=["aaaabbbb", "bbaabbbb", "aaaabbbb"])
    assert row.measured == 2


def test_a_figure_far_above_the_measured_is_disputed(checked):
    check, _ = checked
    (row,) = check(claim(amount(7)))
    assert (row.verdict, row.ratio, row.p_at_least) == ("disputed", 3.5, 0)
    assert "gazetteer: 8 settlements, 8 located" in row.reason


def told_of(cells):
    return [claim(event=Event.CLASH, name=f"of-{place_id}", start=1, end=2) for place_id in cells.place_ids]


def tellings(cells):
    return [
        replace(placed(f"of-{place_id}", place_id=place_id), status=PlacementStatus.RESOLVED, role=PlaceRole.AT)
        for place_id in cells.place_ids
    ]


def test_places_of_which_nobody_tells_can_hold_what_a_figure_counts(checked):
    check, cells = checked
    three = claim(amount(3))
    (silent,) = check(three)
    assert silent.verdict == "cannot tell"
    assert silent.reason.startswith("no report of those days tells of 1 places there that may belong to it")
    (heard,) = check(three, *told_of(cells), placements=tellings(cells))
    assert (heard.verdict, heard.measured) == ("disputed", 2)


def test_more_villages_than_the_gazetteer_knows_cannot_be_told(checked):
    check, _ = checked
    (row,) = check(claim(amount(80)))
    assert row.verdict == "cannot tell"
    assert row.reason.startswith("the gazetteer knows fewer settlements there")


def test_joint_actors_are_added_up(checked):
    check, _ = checked
    rows = ["aaaaaaaa", "bcaaaaaa", "bcaaaaaa"]
    (row,) = check(claim(amount(2), actors=("b", "c")), rows=rows)
    assert (row.actors, row.measured, row.verdict) == (("b", "c"), 2, "supported")
    (row,) = check(claim(amount(1), actors=("b",)), rows=rows)
    assert row.measured == 1


def test_a_group_counts_for_whom_it_fights(checked):
    check, _ = checked
    part = Relation(RelationKind.PARENT, ("b", "division"), None, None, "")
    (row,) = check(claim(amount(2), actors=("division",)), relations=(part,))
    assert row.actors == ("b",)
    (row,) = check(claim(amount(2), actors=("stranger",)))
    assert (row.verdict, row.reason) == ("cannot tell", "no actor of the claim holds ground in the control model")
    assert np.isnan([row.measured, row.p_at_least, row.ratio, row.lo90]).all()


def test_loss_hold_and_siege_measure_what_they_speak_of(checked):
    check, cells = checked
    (lost,) = check(claim(amount(2), event=Event.LOSS, actors=("a",)))
    assert (lost.basis, lost.measured) == ("lost", 2)
    two = cells.area_km2[2:4].sum()
    (held,) = check(claim(amount(two, QuantityKind.KM2), event=Event.HOLD, actors=("a",)))
    assert (held.basis, held.verdict) == ("held", "supported")
    assert held.measured == pytest.approx(two)
    (over,) = check(claim(amount(3 * two, QuantityKind.KM2), event=Event.HOLD, actors=("a",)))
    assert over.verdict == "disputed"
    siege = claim(amount(two / 2, QuantityKind.KM2, Qualifier.OVER), event=Event.SIEGE, actors=("b",), targets=("a",))
    (pocket,) = check(siege)
    assert (pocket.basis, pocket.actors, pocket.verdict) == ("pocket", ("a",), "supported")


def test_the_claims_own_area_is_what_is_measured(checked):
    check, cells = checked
    (row,) = check(claim(amount(2)), placements=(placed(),), rows=["aaaabbbb", "bbbbbbbb", "bbbbbbbb"])
    assert (row.where, row.measured, row.settlements, row.located) == ("the west", 2, 4, 4)
    assert row.cell_km2 == pytest.approx(cells.area_km2.mean(), rel=0.01)
    (row,) = check(claim(amount(4)), placements=(placed(role=PlaceRole.FROM),), rows=["aaaabbbb", "bbbbbbbb", "bbbbbbbb"])
    assert (row.where, row.measured) == ("study area", 4)


def test_a_larger_area_than_the_claims_own_supports_nothing(checked):
    check, _ = checked
    point = placed(place_id="00.00", status=PlacementStatus.RESOLVED, role=PlaceRole.AT)
    (row,) = check(claim(amount(2)), placements=(point,))
    assert (row.verdict, row.measured) == ("cannot tell", 2)
    assert row.reason.startswith("the claim's own area is not known")
    (row,) = check(claim(amount(7)), placements=(point,))
    assert row.verdict == "disputed"


def test_denied_planned_copied_and_other_quantities_are_left_out(checked):
    check, _ = checked
    copied = Report("r-copy", "", datetime(2018, 1, 2, tzinfo=UTC), "day", copy_of="r-c")
    claims = (
        claim(amount(2), stance=Stance.DENIED, name="d"),
        claim(amount(2), stance=Stance.PLANNED, name="p"),
        claim(amount(2), name="copy"),
        claim(amount(2, QuantityKind.FIGHTERS), name="f"),
        claim(amount(2), event=Event.CLASH, name="x"),
        claim(amount(2), event=Event.OTHER, name="o"),
    )
    assert check(*claims, reports=(copied,)) == ()


def test_days_outside_the_study_cannot_be_told(checked):
    check, _ = checked
    (row,) = check(claim(amount(2), start=-900, end=-800))
    assert (row.verdict, row.reason) == ("cannot tell", "the claim's interval lies outside the study")
    (row,) = check(claim(amount(7), start=-30, end=3))
    assert row.verdict == "cannot tell"
    assert "part of the claim's interval lies outside the study" in row.reason
    (row,) = check(claim(amount(2), start=-30, end=3))
    assert row.verdict == "supported"
    assert "only the days inside the study were measured" in row.reason


def test_the_nearest_sampled_day_stands_for_one_that_was_not(checked, maps):
    check, cells = checked
    posterior = maps[1](cells, ["aaaabbbb", "baaabbbb", "bbaabbbb", "bbaabbbb"])
    (row,) = check(claim(amount(2)), samples=maps[2](posterior, (day(0), day(3)), 5))
    assert "measured from 2018-01-01 to 2018-01-04" in row.reason
    assert row.verdict == "supported"


def test_ground_without_evidence_makes_a_shortfall_show_nothing(checked):
    check, _ = checked
    (row,) = check(claim(amount(7)), rows=["????bbbb", "????bbbb", "????bbbb"])
    assert row.verdict == "cannot tell"
    assert "too much of the area has no evidence; gazetteer" in row.reason
    assert "50% without evidence" in row.reason


def test_dates_to_sample_are_the_ends_of_what_is_checked():
    claims = (claim(amount(2)), claim(amount(2), start=-30, end=30), claim(start=2, end=3))
    assert dates_to_sample(claims, FIRST, day(9)) == (day(0), day(2), day(9))


def measured(draws, **more):
    fields = {"settlements": 100, "located": 100, "cell_km2": 5.0, "unknown_share": 0.0, "larger": False, "clipped": False}
    return Measured(draws=np.array(draws, float), disjoint=False, **{**fields, **more})


@pytest.mark.parametrize(
    ("quantity", "basis", "draws", "verdict"),
    [
        (amount(100), "gained", [95] * 10, "supported"),
        (amount(100), "gained", [300] * 10, "supported"),
        (amount(100), "gained", [50] * 10, "disputed"),
        (amount(100), "gained", [50] * 5 + [120] * 5, "cannot tell"),
        (amount(100, qualifier=Qualifier.OVER), "gained", [95] * 10, "disputed"),
        (amount(100, qualifier=Qualifier.ABOUT), "gained", [85] * 10, "supported"),
        (amount(100, qualifier=Qualifier.UNDER), "gained", [85] * 10, "supported"),
        (amount(100, qualifier=Qualifier.UNDER), "gained", [185] * 10, "disputed"),
        (amount(100), "held", [10] * 5 + [300] * 5, "cannot tell"),
        (amount(100, qualifier=Qualifier.RANGE, high=200), "held", [205] * 10, "supported"),
        (amount(100, qualifier=Qualifier.RANGE, high=200), "held", [305] * 10, "disputed"),
    ],
)
def test_the_verdict_follows_the_qualifier(quantity, basis, draws, verdict):
    assert judge(quantity, basis, measured(draws))[0] == verdict


def test_what_is_smaller_than_a_cell_or_has_no_cell_cannot_be_told():
    tiny = amount(3, QuantityKind.KM2)
    assert "smaller than one settlement's ground" in judge(tiny, "gained", measured([0] * 9))[1]
    assert "no settlement with coordinates" in judge(tiny, "gained", measured([0] * 9, located=0))[1]


def test_a_gazetteer_of_towns_alone_disputes_no_count_of_villages():
    verdict, reason = judge(amount(41), "gained", measured([8] * 9, cell_km2=290.0))
    assert (verdict, reason.split(";")[0]) == ("cannot tell", "the gazetteer is a selection of the settlements there")
    assert judge(amount(41), "gained", measured([8] * 9, cell_km2=20.0))[0] == "disputed"


def test_samples_of_nothing_give_no_row(checked):
    check, _ = checked
    assert check() == ()


def said(quote, *names, event=Event.HOLD, **more):
    places = tuple(ClaimPlace(n, PlaceRole.IN_AREA) for n in names)
    return replace(claim(event=event, **more), quote=quote, places=places)


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("The Front controls more than 60 percent of Kirin", [(60.0, Qualifier.OVER)]),
        ("The army holds nearly 80% of the eastern Kirin province", [(80.0, Qualifier.ABOUT)]),
        ("It took half of Kirin district in a week", [(50.0, Qualifier.ABOUT)]),
        ("The Band has lost two-thirds of the territory of Kirin", [(66.7, Qualifier.ABOUT)]),
        ("They hold a third of the province", [(33.3, Qualifier.ABOUT)]),
        ("Less than 12.5 per cent of Kirin is theirs", [(12.5, Qualifier.UNDER)]),
        ("It lost 60 percent of its fighters in Kirin", []),
        ("Half of the houses of Kirin were hit", []),
        ("In half an hour it took Kirin", []),
    ],
)
def test_shares_of_an_area_are_read_and_shares_of_other_things_are_not(quote, expected):
    assert [(q.value, q.qualifier) for q in shares_of(said(quote, "Kirin"))] == expected
    assert shares_of(said(quote)) == ()
    assert shares_of(said(quote, "Kirin", event=Event.STRIKE)) == ()


def test_a_share_is_measured_of_the_ground_of_its_area(checked):
    check, cells = checked
    held = said("b holds half of the west", "the west", start=2)
    (row,) = check(held, placements=(placed(),))
    assert (row.kind, row.basis, row.where, row.reported) == ("percent", "held", "the west", 50.0)
    assert row.measured == pytest.approx(100.0)
    assert (row.verdict, row.reason.split(";")[0]) == (
        "cannot tell",
        "100 percent of what is measured rests on no report of the days before",
    )
    (row,) = check(held, *told_of(cells), placements=(placed(), *tellings(cells)))
    assert row.verdict == "disputed"
    (right,) = check(said("b holds over 90% of the west", "the west", start=2), placements=(placed(),))
    assert right.verdict == "supported"
    city = placed(place_id="00.00", status=PlacementStatus.RESOLVED)
    (row,) = check(held, placements=(city,))
    assert (row.verdict, row.reason.split(";")[0]) == (
        "cannot tell",
        "the area of which it is a share is not known, or is a single place",
    )


def test_an_area_without_an_outline_is_the_unit_of_that_name_or_the_disc_around_its_point(checked):
    check, cells = checked
    unit = replace(placed(place_id="unit:7"), lon=None, lat=None, radius_km=None)
    object.__setattr__(cells.places[0], "admin2", "The West")
    try:
        (row,) = check(claim(amount(1)), placements=(unit,))
    finally:
        object.__setattr__(cells.places[0], "admin2", None)
    assert (row.where, row.settlements) == ("the west", 1)
    (row,) = check(claim(amount(1)), placements=(replace(placed(place_id="unit:7"), radius_km=9.0),))
    assert row.where == "the west"
    assert 0 < row.cell_km2 < float(cells.area_km2.max())
    (row,) = check(claim(amount(1)), placements=(replace(placed(place_id="unit:7"), radius_km=300.0),))
    assert (row.where, row.verdict) == ("study area", "cannot tell")
