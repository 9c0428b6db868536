"""A simulated front that moves through a gazetteer's villages, with reports of fighting, some of them at homonyms.

The truth is known, so that what the front says of homonyms can be measured: most events happen along a line that moves from
day to day, the others anywhere. No report has another cue than the name.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import Claim, ClaimPlace, Event, PlaceRole, Report, Stance
from tenure.places.gazetteer.names import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.model import Place

__all__ = ["simulate"]

DAYS = 60
A_DAY = 6
AT_FRONT = 0.75
LENGTH_KM = 60.0
DEPTH_KM = 6.0
APART_KM = 40.0
KM_PER_DEGREE = 111.2
START, END = (36.2, 36.6), (40.2, 35.2)
FIRST = date(2018, 2, 9)


def _km(places: Sequence[Place]) -> np.ndarray:
    scale = np.cos(np.radians(35.5))
    return np.array([[(p.lon or 0.0) * scale, p.lat or 0.0] for p in places]) * KM_PER_DEGREE


def _report(number: int, day: date, name: str) -> tuple[Report, Claim]:
    text = f"Fighters clashed in {name} on that day."
    at = text.index(name)
    when = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    report = Report(f"r{number}", text, when, "day", story_id=f"s{number}")
    place = ClaimPlace(name, PlaceRole.AT, at, at + len(name))
    claim = Claim(
        claim_id=f"c{number}",
        report_id=report.report_id,
        quote=text,
        start_char=0,
        end_char=len(text),
        event=Event.CLASH,
        stance=Stance.ASSERTED,
        actors=(),
        targets=(),
        actor_ids=(),
        target_ids=(),
        places=(place,),
        start=day,
        end=day + timedelta(days=1),
        speaker=None,
        speaker_id=None,
        quantities=(),
        confidence=1.0,
        method="simulated",
        known_from=when,
    )
    return report, claim


def _bearers(places: Sequence[Place]) -> tuple[np.ndarray, np.ndarray]:
    """Return which places share their name with one far away, and which share it with none, (places,) bool each."""
    of_name: dict[str, list[int]] = defaultdict(list)
    for i, place in enumerate(places):
        for normal in {normalise(name) for name in (place.name, *place.alternate_names)}:
            of_name[normal].append(i)
    at = _km(places)
    shared, alone = np.zeros(len(places), bool), np.zeros(len(places), bool)
    for i, place in enumerate(places):
        others = [j for j in of_name[normalise(place.name)] if j != i]
        alone[i] = not others
        shared[i] = bool(others) and float(np.hypot(*(at[others] - at[i]).T).min()) > APART_KM
    return shared, alone


def simulate(places: Sequence[Place], seed: int = 0) -> list[tuple[Report, Claim, str, bool]]:
    """Return reports of one claim each, in order of time, with the place that is meant and whether it has homonyms."""
    rng = np.random.default_rng(seed)
    places = [place for place in places if place.lon is not None]
    at, (shared, alone) = _km(places), _bearers(places)
    scale = np.cos(np.radians(35.5))
    ends = np.array([[lon * scale, lat] for lon, lat in (START, END)]) * KM_PER_DEGREE
    along = (ends[1] - ends[0]) / np.hypot(*(ends[1] - ends[0]))
    across = np.array([-along[1], along[0]])
    out = []
    for day in range(DAYS):
        middle = ends[0] + (ends[1] - ends[0]) * day / DAYS
        front = (np.abs((at - middle) @ along) < DEPTH_KM) & (np.abs((at - middle) @ across) < LENGTH_KM / 2)
        for number in range(A_DAY):
            of_kind = shared if number % 2 else alone
            chosen = np.flatnonzero(of_kind & front) if rng.random() < AT_FRONT else np.flatnonzero(of_kind)
            if chosen.size:
                place = places[int(rng.choice(chosen))]
                report, claim = _report(len(out), FIRST + timedelta(days=day), place.name)
                out.append((report, claim, place.place_id, bool(number % 2)))
    return out
