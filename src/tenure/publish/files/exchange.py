"""Files in the shapes that the field's tools read: ACLED-like events and VIINA-like control."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from tenure.model import ActorKind, Event, event_codes
from tenure.publish.tables import cell_text, table

if TYPE_CHECKING:
    from tenure.model import Actor, Claim, Place
    from tenure.publish.release import Release

__all__ = ["ACLED_COLUMNS", "VIINA_COLUMNS", "to_acled", "to_viina"]

ACLED_COLUMNS = (
    "event_id_cnty",
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "civilian_targeting",
    "iso",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "tags",
    "timestamp",
)
VIINA_COLUMNS = ("geonameid", "date", "status")
_STATE = frozenset({ActorKind.STATE_FORCES, ActorKind.EXTERNAL_FORCES})
_AIR_WORDS = ("air strike", "airstrike", "air raid", "warplane", "jet", "drone", "helicopter", "barrel bomb")


def _write(columns: tuple[str, ...], rows: list[list[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([[cell_text(v) for v in row] for row in rows])
    return out.getvalue().encode()


def to_acled(released: Release) -> bytes:
    """Return the claimed events with ACLED's columns and codes; denied, possible and planned ones are marked in `tags`.

    One row for each claim and placed location, as in the table ``events``; `event_date` is the interval's first day.
    Columns that the study cannot know (`iso`, `region`) stay empty. Fatalities are those that the claim states, else 0.
    """
    actors = {a.actor_id: a for a in released.publication.actors}
    claims = {c.claim_id: c for c in released.publication.claims}
    places = {p.place_id: p for p in released.publication.places}
    rows = []
    for row in table(released, "events").rows:
        claim, place = claims[row["claim_id"]], places.get(row["place_id"] or "")
        first, second = _party(actors, claim.actor_ids, claim.actors), _party(actors, claim.target_ids, claim.targets)
        event_type, sub_type, disorder = _codes(claim, first[2])
        inters = _interaction(first[2], second[2])
        civilians = "Civilian targeting" if ActorKind.CIVILIANS in {first[2], second[2]} else ""
        rows.append(
            [
                row["event_id"],
                claim.start,
                claim.start.year,
                row["time_precision"],
                disorder,
                event_type,
                sub_type,
                *first,
                *second,
                inters,
                civilians,
                "",
                "",
                *_where(place, row["name"]),
                row["lat"],
                row["lon"],
                row["geo_precision"],
                row["publisher"],
                "",
                claim.quote,
                _killed(claim),
                f"stance={claim.stance.value}",
                int(claim.known_from.timestamp()),
            ]
        )
    return _write(ACLED_COLUMNS, rows)


def _interaction(first: int | None, second: int | None) -> str:
    """Return ACLED's interaction code: both inter codes, the lower first; 0 behind an actor that acts alone."""
    codes = sorted(code for code in (first, second) if code)
    return "".join(str(code) for code in (codes if len(codes) > 1 else [*codes, 0])).lstrip("0")


def _where(place: Place | None, name: str | None) -> tuple[str | None, ...]:
    """Return country, the three admin levels and the location."""
    if place is None:
        return None, None, None, None, name
    return place.country, place.admin1, place.admin2, place.admin3, place.name


def _party(actors: dict[str, Actor], ids: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, str, int | None]:
    """Return name, associated names and inter code of one side of an event."""
    known = [actors[i] for i in ids if i in actors]
    if known:
        return known[0].name, "; ".join(a.name for a in known[1:]), int(known[0].kind)
    return "; ".join(names[:1]), "; ".join(names[1:]), None


def _codes(claim: Claim, inter: int | None) -> tuple[str, str, str]:
    codes = event_codes(claim.event)
    sub = codes["acled_sub_event"]
    if inter in _STATE:
        sub = codes.get("acled_sub_event_state", sub)
    if claim.event is Event.STRIKE and any(w in claim.quote.lower() for w in _AIR_WORDS):
        sub = codes.get("acled_sub_event_air", sub)
    return codes["acled_event"], sub, codes["disorder_type"]


def _killed(claim: Claim) -> int:
    return int(sum(q.value for q in claim.quantities if q.kind.value == "killed"))


def to_viina(released: Release) -> bytes:
    """Return control place by place and day with VIINA's columns: `status` is an actor id, CONTESTED or UNKNOWN.

    Days are written as YYYYMMDD; the study's place_id stands for `geonameid` where the gazetteer is not GeoNames.
    """
    import numpy as np

    posterior = released.publication.posterior
    labels = np.array([*(s.upper() if s == "contested" else s for s in posterior.states), "UNKNOWN"])
    days = [d.strftime("%Y%m%d") for d in posterior.dates]
    rows: list[list[Any]] = []
    for i, place_id in enumerate(posterior.place_ids):
        part = slice(posterior.offsets[i], posterior.offsets[i + 1])
        best = np.where(posterior.informed[part], posterior.p[part].argmax(axis=1), len(posterior.states))
        knots = np.searchsorted(posterior.day[part], np.arange(posterior.days), side="right") - 1
        status = labels[best[knots]]
        rows.extend([place_id, d, str(s)] for d, s in zip(days, status, strict=True))
    return _write(VIINA_COLUMNS, rows)
