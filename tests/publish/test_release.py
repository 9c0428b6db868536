from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import InputError
from tenure.model import FeatureClass, Place
from tenure.publish.release import cutoff_date, is_protected, release

FIRST = date(2021, 3, 1)


def _place(name, feature=FeatureClass.SETTLEMENT, alternates=()):
    return Place("x", name, alternates, 36.5, 35.5, feature)


def test_cutoff_is_now_minus_the_embargo():
    assert cutoff_date(datetime(2024, 3, 31, 23, tzinfo=UTC), 30) == date(2024, 3, 1)
    with pytest.raises(InputError, match="embargo_days is negative"):
        cutoff_date(date(2024, 1, 1), -1)


def test_nothing_later_than_the_cutoff_leaves(publication):
    plain = replace(publication, weights=())
    out = release(plain, now=FIRST + timedelta(days=70))  # cut-off: day 40
    cutoff = FIRST + timedelta(days=40)
    p = out.publication
    assert out.cutoff == out.last_day == cutoff
    assert p.posterior.days == 41
    assert p.filtered.days == 41
    assert max(c.known_from.date() for c in p.claims) <= cutoff
    assert max(r.published_at.date() for r in p.reports) <= cutoff
    assert max(s.on for s in p.series) <= cutoff
    assert all(s.start <= cutoff and s.end <= cutoff + timedelta(days=1) for s in p.spells)
    assert all(f.start <= cutoff and (f.end is None or f.end <= cutoff + timedelta(days=1)) for f in p.fronts)
    assert p.changes == ()
    assert [i.incident_id for i in p.incidents] == ["i1", "i2"]
    assert dict(out.withheld)["claims under embargo"] == len(publication.claims) - len(p.claims) > 0
    assert (p.posterior.day <= 40).all()
    assert np.diff(p.posterior.offsets).min() >= 1


def test_a_posterior_that_rests_on_embargoed_claims_is_refused(publication):
    with pytest.raises(InputError, match=r"under embargo.*fuse with evidence known by 2021-04-10"):
        release(publication, now=FIRST + timedelta(days=70))


def test_a_study_under_full_embargo_is_refused(publication):
    with pytest.raises(InputError, match="nothing may be published yet"):
        release(publication, now=FIRST)


@pytest.mark.parametrize(
    ("name", "protected"),
    [
        ("Central Hospital", True),
        ("Atma camp", True),
        ("مستشفى المعرة", True),
        ("Sham School", True),
        ("Preschool Hill", False),
        ("Abu Dahab", False),
        ("Campfire", False),
        ("Military hospital", False),
    ],
)
def test_protected_sites_are_known_by_their_names(name, protected):
    assert is_protected(_place(name)) is protected
    assert is_protected(_place("Somewhere", alternates=(name,))) is protected


def test_a_base_is_not_a_protected_site():
    assert not is_protected(_place("Camp Alpha", FeatureClass.BASE))


def test_a_protected_site_leaves_no_trace(publication):
    gone = publication.places[7]
    places = tuple(replace(p, name="Field hospital No. 3") if p.place_id == gone.place_id else p for p in publication.places)
    out = release(replace(publication, places=places), now=date(2024, 1, 1)).publication
    claims = {p.claim_id for p in publication.placements if p.place_id == gone.place_id}
    assert claims
    assert gone.place_id not in {p.place_id for p in out.places}
    assert gone.place_id not in out.posterior.place_ids
    assert gone.place_id not in out.filtered.place_ids
    assert gone.place_id not in {s.place_id for s in out.spells} | {c.place_id for c in out.cells} | {
        w.place_id for w in out.weights
    }
    assert all(p.place_id != gone.place_id for p in out.placements)
    assert all(p.lon is None for p in out.placements if p.claim_id in claims)
    assert all(c.quote == "" and c.places == () for c in out.claims if c.claim_id in claims)
    assert "hospital" not in repr(out.places).lower()


def test_the_cell_of_a_withheld_place_is_closed_by_a_neighbour(publication):
    places = tuple(replace(p, name="School") if p.place_id == "p020" else p for p in publication.places)
    out = release(replace(publication, places=places), now=date(2024, 1, 1)).publication
    whole = shapely.union_all([shapely.from_geojson(c.geometry) for c in out.cells])
    before = shapely.union_all([shapely.from_geojson(c.geometry) for c in publication.cells])
    assert whole.symmetric_difference(before).area < 1e-9
    assert sum(c.area_km2 for c in out.cells) == pytest.approx(sum(c.area_km2 for c in publication.cells))


def test_report_texts_and_bylines_never_leave(released):
    for report in released.publication.reports:
        assert (report.text, report.byline, report.subtitle) == ("", None, None)
    assert "Jane Example" not in repr(released.publication)
    assert "Long text that never leaves" not in repr(released.publication)


def test_quotes_are_short_and_nameless(publication):
    long = replace(publication.claims[0], quote="General Adam Muster said that " + "word " * 200)
    claim = release(replace(publication, claims=(long,), weights=()), now=date(2024, 1, 1)).publication.claims[0]
    assert len(claim.quote) <= 280
    assert claim.quote.endswith("…")
    assert "Muster" not in claim.quote


def test_a_surname_alone_goes_where_the_report_gives_the_whole_name(publication):
    report = replace(publication.reports[0], text="General Adam Muster spoke at length.")
    claim = replace(
        publication.claims[0], quote="Muster said the village fell.", speaker="Muster", report_id=report.report_id
    )
    changed = replace(publication, reports=(report,), claims=(claim,), weights=())
    out = release(changed, now=date(2024, 1, 1)).publication.claims[0]
    assert out.quote == "[name withheld] said the village fell."
    assert out.speaker == "a named person"


def test_coordinates_are_rounded_by_kind_and_never_jittered(publication):
    base = replace(publication.places[3], feature=FeatureClass.BASE)
    places = (*publication.places[:3], base, *publication.places[4:])
    twice = [release(replace(publication, places=places), now=date(2024, 1, 1)).publication for _ in range(2)]
    assert twice[0].places == twice[1].places
    for before, after in zip(places, twice[0].places, strict=True):
        decimals = 2 if after.feature is FeatureClass.BASE else 3
        assert after.lon == round(before.lon, decimals)
        assert after.lat == round(before.lat, decimals)
    at = {p.place_id: (p.lon, p.lat) for p in twice[0].places}
    assert all((p.lon, p.lat) == at[p.place_id] for p in twice[0].placements if p.place_id in at)


def test_a_study_that_is_over_does_not_change_with_the_clock(publication):
    first, second = (release(publication, now=day) for day in (date(2024, 1, 1), date(2025, 6, 1)))
    assert first.cutoff == second.cutoff == date(2021, 6, 8)
    assert first.disclosures == second.disclosures


def test_release_tells_what_it_did(released):
    text = " ".join(released.disclosures)
    assert "Embargo of 30 days" in text
    assert "Absence of reports is not absence of conflict" in text


@given(days=st.integers(min_value=0, max_value=4000))
def test_a_longer_embargo_never_publishes_more(days):
    assert cutoff_date(date(2024, 1, 1), days + 1) < cutoff_date(date(2024, 1, 1), days)
