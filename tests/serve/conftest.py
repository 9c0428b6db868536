"""A small released study: a row of villages that change hands, with claims, zones, and names that try to break out."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from datetime import UTC, date, datetime, timedelta

import httpx
import numpy as np
import pytest

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
    Place,
    Placement,
    PlacementStatus,
    PlaceRole,
    Posterior,
    Report,
    Stance,
    Zone,
)
from tenure.publish import publication as pub
from tenure.publish.release import release
from tenure.serve import FixedFeed, ServeSettings, create_app, make_edition

FIRST, DAYS, COUNT = date(2021, 3, 1), 90, 24
NASTY = "</script><script>alert('x')</script>\"'%_"
LOADED = datetime(2024, 1, 1, 12, tzinfo=UTC)


def day(n):
    return FIRST + timedelta(days=n)


def ring(west, south, size):
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def square(west, south, size):
    return json.dumps({"type": "Polygon", "coordinates": [ring(west, south, size)]})


def places():
    out = []
    for i in range(COUNT):
        name = NASTY if i == 5 else f"Ma'arra {i}" if i % 2 else f"Tell Harran {i}"
        lon, lat = 36 + (i % 6) * 0.2 + 0.1, 35 + (i // 6) * 0.2 + 0.1
        features = {"admin1": "Idlib", "country": "SY", "population": None if i % 4 == 3 else 100 * i}
        out.append(Place(f"p{i:02d}", name, (f"تل {i}",), lon, lat, FeatureClass.SETTLEMENT, **features))
    return tuple(out)


def spells(rows):
    """Every place is the opposition's until day 2 i, then contested for five days, then the government's."""
    out = []
    for i, place in enumerate(rows):
        edges = [0, 2 * i + 1, 2 * i + 6, DAYS]
        states = ("reb", "contested", "gov")
        for j, state in enumerate(states):
            status = ControlStatus.CONTESTED if state == "contested" else ControlStatus.CONTROLLED
            begun, ended = day(edges[j]), day(edges[j + 1])
            known = datetime.combine(begun, datetime.min.time(), UTC) + timedelta(hours=6)
            last = None if i % 5 == 0 else begun
            out.append(
                ControlSpell(place.place_id, begun, ended, status, state, 0.9 - 0.1 * j, 1.0, begun, day(edges[j] + 1),
                             list(EvidenceTier)[j], j + 1, last, known, "test")
            )  # fmt: skip
    return tuple(out)


def posterior(rows):
    offsets, days, p = [0], [], []
    for i in range(len(rows)):
        days += [0, 2 * i + 1, 2 * i + 6]
        p += [(0.05, 0.9, 0.05), (0.1, 0.1, 0.8), (0.95, 0.02, 0.03)]
        offsets.append(len(days))
    ids = tuple(place.place_id for place in rows)
    informed = np.ones(len(days), dtype=bool)
    informed[:3] = False
    states, numbers = ("gov", "reb", "contested"), (np.array(offsets), np.array(days, dtype=np.int32), np.array(p))
    return Posterior(ids, states, FIRST, DAYS, *numbers, informed, "test")


def claims(rows):
    out, placements, reports, weights = [], [], [], []
    for i, place in enumerate(rows):
        at = datetime.combine(day(2 * i + 2), datetime.min.time(), UTC) + timedelta(hours=9)
        url = "javascript:alert(1)" if i == 3 else f"https://news.example/{i}"
        reports.append(Report(f"r{i}", "text", at, "time", publisher="Valley Wire", url=url, story_id=f"s{i}"))
        start = day(2 * i + 1)
        spot = ClaimPlace(place.name, PlaceRole.AT)
        event, stance = (Event.GAIN, Event.CLASH)[i % 2], (Stance.ASSERTED, Stance.DENIED)[i % 3 == 2]
        quote = f"Government forces took {place.name}."
        out.append(
            Claim(f"c{i:02d}", f"r{i}", quote, 0, len(quote), event, stance, ("the army",), ("rebels",), ("gov",), ("reb",),
                  (spot,), start, start + timedelta(days=1), "a commander", "reb" if i % 2 else None, (), 0.9, "test", at)
        )  # fmt: skip
        status = PlacementStatus.AREA if i % 6 == 4 else PlacementStatus.RESOLVED
        placements.append(
            Placement(f"r{i}", place.name, 0, 4, status, None, place.place_id, place.lon, place.lat, 1, 1, 0.9, 1.0,
                      (), f"c{i:02d}", PlaceRole.AT, "test", at)
        )  # fmt: skip
        weights.append(pub.WeightRow(place.place_id, f"c{i:02d}", 2.5 - i / 10, "gov"))
    return tuple(out), tuple(placements), tuple(reports), tuple(weights)


def publication():
    rows = places()
    said, placements, reports, weights = claims(rows)
    line = json.dumps({"type": "LineString", "coordinates": [[36, 35], [37, 35.5]]})
    config = Config("valley", "Valley study", FIRST, day(DAYS), "", "SY", 14, ("en",), "iso", "none", 1, 100, None, None, ())
    zone = Zone("z1", "Zone", day(10), None, ("gov", "reb"), (), (Event.STRIKE,), (), square(36, 35, 0.5), True, "treaty")
    return pub.Publication(
        config=config,
        actors=(
            Actor("gov", "Government", (), ActorKind.STATE_FORCES, "#b5342c", "gov"),
            Actor("reb", "Opposition", (), ActorKind.REBEL_GROUPS, "#2f7d4f", "reb"),
        ),
        places=rows,
        study_area=square(36, 35, 1.2),
        posterior=posterior(rows),
        cells=tuple(pub.CellRow(p.place_id, square(p.lon - 0.1, p.lat - 0.1, 0.2), 400.0) for p in rows),
        spells=spells(rows),
        claims=said,
        placements=placements,
        reports=reports,
        weights=weights,
        zones=(zone,),
        fronts=(pub.FrontRow("f1", "gov", "reb", day(0), None, line, 84.2, 80.0, 90.0),),
        pockets=(pub.PocketRow("k1", "reb", day(40), day(50), square(36.4, 35.2, 0.2), 300.0, 200.0, 390.0, ("p02",), 0.8),),
        incidents=(pub.IncidentRow("i1", "z1", day(12), day(13), "strike", ("gov",), "p03", ("c03",), 1, "claimed"),),
        attributions=(Attribution("places.csv", "CC0-1.0", "Made up."),),
    )


@pytest.fixture(scope="session")
def whole_study():
    return publication()


@pytest.fixture(scope="session")
def released(whole_study):
    return release(whole_study, now=date(2024, 1, 1))


@pytest.fixture(scope="session")
def edition(released):
    pages = {"index.html": b"<!doctype html><script>start()</script>", "parts/a.json": b"{}"}
    return make_edition(released, build="run-1", loaded_at=LOADED, pages=pages)


@contextlib.contextmanager
def _running(app):
    """A real server on a free port of this machine."""
    import uvicorn

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off", ws="none", server_header=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def server(edition):
    with _running(create_app(FixedFeed(edition), ServeSettings())) as address:
        yield address


@pytest.fixture(scope="session")
def client(server):
    with httpx.Client(base_url=server, trust_env=False) as made:
        yield made


@pytest.fixture(scope="session")
def running():
    return _running
