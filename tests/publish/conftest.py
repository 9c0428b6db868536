"""A synthetic study: a grid of places with Voronoi cells, three actors, a war of a hundred days, and hostile names."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
import shapely

from tenure.config import Attribution, Config
from tenure.model import (
    Actor,
    ActorKind,
    Claim,
    ClaimPlace,
    ControlSpell,
    ControlStatus,
    Event,
    EvidenceTier,
    FeatureClass,
    Measure,
    Place,
    Placement,
    PlacementStatus,
    PlaceRole,
    Posterior,
    Quantity,
    QuantityKind,
    Report,
    Source,
    SourceKind,
    Stance,
    Zone,
)
from tenure.publish import publication as pub

FIRST = date(2021, 3, 1)
DAYS = 100
NOW = date(2024, 1, 1)
ACTORS = ("government", "opposition", "league")
NASTY = "</script><img src=x onerror=\"document.title='owned'\">"
NAMES = ("Tell Harran", "Kafr Sabil", "Ma'arrat al-Zayt", "Abu Dahab", "Umm Rummana", "Khan Wadi", "al-Qasr", "Bayt Nahr")
ARABIC = ("تل حران", "كفر سبيل", "معرة الزيت", "أبو دهب", "أم رمانة", "خان وادي", "القصر", "بيت نهر")


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def _config() -> Config:
    return Config(
        name="synthetic",
        title="Synthetic valley, spring 2021",
        start=FIRST,
        end=day(DAYS),
        area="area.geojson",
        country="SY",
        embargo_days=30,
        languages=("en", "ar"),
        worldview="default",
        language_model="none",
        seed=1,
        samples=100,
        report_since=day(5),
        report_until=day(DAYS - 1),
        files=(),
    )


def _actors() -> tuple[Actor, ...]:
    return (
        Actor("government", "Government", ("the army",), ActorKind.STATE_FORCES, "#b5342c", "government"),
        Actor("opposition", "Opposition", ("rebels",), ActorKind.REBEL_GROUPS, "#2f7d4f", "opposition"),
        Actor("league", "League", (), ActorKind.REBEL_GROUPS, "#3d3d3d", "league"),
        Actor("russia", "Russia", (), ActorKind.EXTERNAL_FORCES, "#7a5195", "government", holds_ground=False),
    )


def _places(count: int) -> tuple[Place, ...]:
    rng = np.random.default_rng(7)
    side = int(np.ceil(np.sqrt(count)))
    out = []
    for i in range(count):
        lon = 36.4 + (i % side + rng.uniform(0.1, 0.9)) / side * 1.1
        lat = 35.1 + (i // side + rng.uniform(0.1, 0.9)) / side * 0.9
        name = NAMES[i % len(NAMES)] + ("" if i < len(NAMES) else f" {i}")
        out.append(
            Place(
                f"p{i:03d}",
                name,
                (ARABIC[i % len(ARABIC)],),
                float(lon),
                float(lat),
                FeatureClass.SETTLEMENT,
                admin1="Idlib",
                admin2="Ma'arra",
                admin3="Sinjar",
                country="SY",
                population=500 + 37 * i,
            )
        )
    out[5] = replace(out[5], name=f"Khan {NASTY}", alternate_names=(NASTY, "خان"))
    return tuple(out)


def _cells(places: tuple[Place, ...], area: shapely.Geometry) -> tuple[pub.CellRow, ...]:
    points = shapely.points([[p.lon, p.lat] for p in places])
    cells = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=area, ordered=True)
    clipped = shapely.intersection(shapely.get_parts(cells), area)
    return tuple(
        pub.CellRow(p.place_id, shapely.to_geojson(c), float(c.area * 111.2 * 90.9))
        for p, c in zip(places, clipped, strict=True)
    )


def _posterior(places: tuple[Place, ...], *, lag: int) -> Posterior:
    """The government sweeps from the south-east; the north-west stays the opposition's; a corner is unknown."""
    rows, days, offsets, informed = [], [], [0], []
    for i, place in enumerate(places):
        front = (place.lon - 36.4) / 1.1 + (36.0 - place.lat) / 0.9
        knots = [(0, (0.04, 0.92, 0.01, 0.03))]
        if front > 1.5:
            knots = [(0, (0.95, 0.02, 0.01, 0.02))]
        elif front > 0.8:
            when = int((1.5 - front) / 0.7 * 80) + lag
            knots += [
                (max(when - 4, 1), (0.2, 0.45, 0.0, 0.35)),
                (max(when, 2), (0.3, 0.2, 0.0, 0.5)),
                (max(when + 3, 3), (0.93, 0.03, 0.01, 0.03)),
            ]
        elif front < 0.3:
            knots = [(0, (0.02, 0.05, 0.9, 0.03)), (40 + lag, (0.02, 0.5, 0.4, 0.08))]
        days += [k for k, _ in knots]
        rows += [p for _, p in knots]
        informed += [i % 17 != 3] * len(knots)
        offsets.append(len(rows))
    return Posterior(
        tuple(p.place_id for p in places),
        (*ACTORS, "contested"),
        FIRST,
        DAYS,
        np.array(offsets, dtype=np.int64),
        np.array(days, dtype=np.int32),
        np.array(rows, dtype=np.float64),
        np.array(informed),
        "test",
    )


def _spells(posterior: Posterior) -> tuple[ControlSpell, ...]:
    out = []
    for i, place_id in enumerate(posterior.place_ids):
        knots = list(range(posterior.offsets[i], posterior.offsets[i + 1]))
        for j, k in enumerate(knots):
            start = day(int(posterior.day[k]))
            end = day(int(posterior.day[knots[j + 1]])) if j + 1 < len(knots) else day(DAYS)
            best = int(posterior.p[k].argmax())
            state = posterior.states[best] if posterior.informed[k] else "unknown"
            status = {"contested": ControlStatus.CONTESTED, "unknown": ControlStatus.UNKNOWN}.get(
                state, ControlStatus.CONTROLLED
            )
            out.append(
                ControlSpell(
                    place_id,
                    start,
                    end,
                    status,
                    state,
                    float(posterior.p[k, best]),
                    1.0 if j == 0 else 0.8,
                    start,
                    start + timedelta(days=2),
                    list(EvidenceTier)[j % 3],
                    1 + j,
                    start,
                    datetime(2021, 3, 1, tzinfo=UTC),
                    "test",
                )
            )
    return tuple(out)


def _reports(count: int) -> tuple[Report, ...]:
    out = []
    for i in range(count):
        at = datetime(2021, 3, 2, 12, tzinfo=UTC) + timedelta(days=i % 95)
        url = "javascript:alert(1)" if i == 3 else f"https://news.example/{i}"
        out.append(
            Report(
                f"r{i:03d}",
                f"Report {i}. Long text that never leaves the study.",
                at,
                "day",
                title=f"Army enters village {i}",
                byline="Jane Example",
                publisher=("Valley Wire", "State Agency", NASTY)[i % 3],
                country="SY",
                language="en",
                url=url,
                story_id=f"s{i:03d}",
            )
        )
    return tuple(out)


def _claims(places: tuple[Place, ...], reports: tuple[Report, ...]) -> tuple[tuple[Claim, ...], tuple[Placement, ...]]:
    claims, placements = [], []
    events = (Event.GAIN, Event.CLASH, Event.STRIKE, Event.HOLD, Event.LOSS, Event.ADVANCE)
    for i, report in enumerate(reports):
        place = places[(i * 7) % len(places)]
        start = report.published_at.date() - timedelta(days=1)
        quote = f"Government forces took {place.name} after clashes, said Colonel Omar Beispiel (+963 944 123 456)."
        claim = Claim(
            f"c{i:03d}",
            report.report_id,
            quote,
            0,
            len(quote),
            events[i % 6],
            (Stance.ASSERTED, Stance.ASSERTED, Stance.DENIED, Stance.POSSIBLE)[i % 4],
            ("the army",),
            ("rebels",),
            ("government",),
            ("opposition",),
            (ClaimPlace(place.name, PlaceRole.AT, 23, 23 + len(place.name)),),
            start,
            start + timedelta(days=1 + i % 3),
            "Colonel Omar Beispiel, a rebel commander",
            "opposition" if i % 2 else None,
            (Quantity(QuantityKind.KILLED, 4.0),) if i % 5 == 0 else (),
            0.9,
            "test",
            report.published_at,
        )
        claims.append(claim)
        area = i % 11 == 10
        placements.append(
            Placement(
                report.report_id,
                place.name,
                23,
                30,
                PlacementStatus.AREA if area else PlacementStatus.RESOLVED,
                None,
                place.place_id,
                place.lon,
                place.lat,
                2 if area else 1,
                3 if area else 1,
                0.9,
                15.0 if area else 1.0,
                (),
                claim.claim_id,
                PlaceRole.AT,
                "test",
                report.published_at,
            )
        )
    return tuple(claims), tuple(placements)


def _square(lon: float, lat: float, size: float) -> str:
    return shapely.to_geojson(shapely.box(lon, lat, lon + size, lat + size))


def _series(posterior: Posterior, cells: tuple[pub.CellRow, ...]) -> tuple[pub.SeriesRow, ...]:
    area = np.array([c.area_km2 for c in cells])
    out = []
    for n in range(0, DAYS, 3):
        p = posterior.on(day(n))
        for s, actor in enumerate(posterior.states):
            km2, places = float(area @ p[:, s]), float(p[:, s].sum())
            out.append(pub.SeriesRow(actor, day(n), km2, km2 * 0.95, km2 * 1.06, places, places - 2, places + 2))
    return tuple(out)


def _findings() -> dict[str, tuple[object, ...]]:
    line = json.dumps({"type": "LineString", "coordinates": [[36.5, 35.2], [36.9, 35.5], [37.4, 35.95]]})
    band = shapely.to_geojson(shapely.LineString([[36.5, 35.2], [36.9, 35.5], [37.4, 35.95]]).buffer(0.03))
    return {
        "fronts": (
            pub.FrontRow("f1", "government", "opposition", day(0), day(50), line, 84.2, 80.0, 90.0, band),
            pub.FrontRow("f2", "government", "opposition", day(50), None, line, 71.0, 66.0, 78.0, None),
        ),
        "pockets": (
            pub.PocketRow("k1", "opposition", day(40), None, _square(36.9, 35.3, 0.2), 250.0, 210.0, 290.0, ("p021",), 0.8),
        ),
        "corridors": (
            pub.CorridorRow("d1", "league", day(20), day(60), line, 13.0, 0.6, ("p010",), ("c001",), "said to be opened"),
        ),
        "incidents": (
            pub.IncidentRow("i1", "z1", day(10), day(11), "strike", ("government",), "p010", ("c002",), 1, "claimed"),
            pub.IncidentRow(
                "i2", "z1", day(30), day(33), "clash", ("government",), "p012", ("c004",), 2, "assessed", exempt=True
            ),
        ),
        "checks": (
            pub.CheckRow(
                "c001",
                "area gained by Government",
                day(5),
                day(95),
                3035.0,
                "exact",
                None,
                "km2",
                2900.0,
                2500.0,
                3300.0,
                "supported",
            ),
            pub.CheckRow(
                "c004",
                "places gained by Opposition",
                day(60),
                day(67),
                40.0,
                "over",
                None,
                "places",
                4.0,
                2.0,
                6.0,
                "disputed",
            ),
        ),
        "gaps": (pub.GapRow("North-western corner", day(0), day(60), 5, 410.0),),
        "reliabilities": (
            pub.ReliabilityRow("wire", "Valley Wire", None, "wire", 40, 0.91, 0.84, 0.95),
            pub.ReliabilityRow("state", "State Agency", "government", "state_media", 22, 0.74, 0.6, 0.85),
        ),
        "changes": (
            pub.ChangeRow(day(5), day(99), "opposition", "government", 17.0, 15.0, 19.0, 1260.0, 1100.0, 1400.0),
            pub.ChangeRow(day(5), day(99), "league", "opposition", 3.0, 1.0, 5.0, 250.0, 90.0, 380.0),
        ),
        "weekly": tuple(
            pub.WeekRow(
                day(k),
                day(k + 7),
                actor,
                90.0 + k,
                60.0,
                130.0,
                30.0,
                10.0,
                50.0,
                60.0 + k,
                20.0,
                110.0,
                4.0,
                1.0,
            )
            for k in range(0, 92, 7)
            for actor in ("government", "opposition")
        ),
        "compliance": (
            pub.ComplianceRow("zone-1", day(0), day(7), "government", "strike", "assessed", 3, 2.6, 0),
            pub.ComplianceRow("zone-1", day(7), day(14), "government", "gain", "inferred", 1, 1.0, 3),
        ),
    }


def make_publication(count: int = 64) -> pub.Publication:
    places = _places(count)
    area = shapely.box(36.3, 35.0, 37.6, 36.1)
    cells = _cells(places, area)
    posterior = _posterior(places, lag=0)
    reports = _reports(120)
    claims, placements = _claims(places, reports)
    weights = tuple(
        pub.WeightRow(p.place_id, c.claim_id, (1.8, -0.7, 2.4)[i % 3], "government")
        for i, (c, p) in enumerate(zip(claims, placements, strict=True))
    )
    zone = Zone(
        "z1",
        "Quiet zone",
        day(0),
        None,
        ("government", "opposition"),
        ("russia",),
        (Event.STRIKE,),
        ("league",),
        _square(36.5, 35.4, 0.5),
        True,
        "agreement of 1 March 2021",
    )
    measures = tuple(
        Measure("area_km2", r.actor, r.on, r.on, "", r.area_km2, "km2", r.lo90, r.hi90, r.lo90, r.hi90, "test")
        for r in _series(posterior, cells)[:12]
    )
    return pub.Publication(
        config=_config(),
        actors=_actors(),
        places=places,
        study_area=shapely.to_geojson(area),
        posterior=posterior,
        filtered=_posterior(places, lag=3),
        cells=cells,
        spells=_spells(posterior),
        measures=measures,
        claims=claims,
        placements=placements,
        reports=reports,
        sources=(Source("wire", ("Valley Wire",), (), None, SourceKind.WIRE),),
        zones=(zone,),
        weights=weights,
        series=_series(posterior, cells),
        attributions=(Attribution("places.csv", "ODbL", "OpenStreetMap contributors"),),
        persons=("Jane Example",),
        method="test-1",
        version="0.1.0",
        **_findings(),
    )


@pytest.fixture(scope="session")
def publication() -> pub.Publication:
    return make_publication()


@pytest.fixture(scope="session")
def released(publication):
    from tenure.publish.release import release

    return release(publication, now=NOW)
