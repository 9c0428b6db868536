"""Claims as the JSON of `tenure extract`: the gold schema with inclusive dates, plus ids, spans, confidence and method."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tenure.errors import SchemaError
from tenure.model import Claim, ClaimPlace, Event, Extent, PlaceRole, Qualifier, Quantity, QuantityKind, Stance

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["claim_from_json", "claim_to_json"]

_DAY = timedelta(days=1)


def claim_to_json(claim: Claim) -> dict[str, Any]:
    """Return a claim as plain values; `start` and `end` are inclusive here, `high` is left out unless it is a range."""
    return {
        "claim_id": claim.claim_id,
        "report_id": claim.report_id,
        "quote": claim.quote,
        "start_char": claim.start_char,
        "end_char": claim.end_char,
        "event": claim.event.value,
        "stance": claim.stance.value,
        "actor": list(claim.actors),
        "target": list(claim.targets),
        "actor_ids": list(claim.actor_ids),
        "target_ids": list(claim.target_ids),
        "places": [_place(p) for p in claim.places],
        "start": claim.start.isoformat(),
        "end": (claim.end - _DAY).isoformat(),
        "speaker": claim.speaker,
        "speaker_id": claim.speaker_id,
        "quantities": [_quantity(q) for q in claim.quantities],
        "confidence": round(claim.confidence, 4),
        "method": claim.method,
        "known_from": claim.known_from.isoformat(),
        "language": claim.language,
    }


def _place(place: ClaimPlace) -> dict[str, Any]:
    out = {"name": place.name, "role": place.role.value, "start_char": place.start_char, "end_char": place.end_char}
    said = place.extent not in {None, Extent.PLAIN} or place.role is PlaceRole.IN_AREA
    return out | {"extent": place.extent.value} if place.extent and said else out


def _quantity(quantity: Quantity) -> dict[str, Any]:
    value = int(quantity.value) if quantity.value.is_integer() else quantity.value
    out: dict[str, Any] = {
        "kind": quantity.kind.value,
        "value": value,
        "qualifier": quantity.qualifier.value,
        "quote": quantity.quote,
    }
    if quantity.high is not None:
        out["high"] = int(quantity.high) if quantity.high.is_integer() else quantity.high
    return out


def claim_from_json(data: Mapping[str, Any], *, report_id: str | None = None, known_from: datetime | None = None) -> Claim:
    """Return the claim that `claim_to_json` wrote, or one in the bare gold schema.

    What is missing or wrong raises SchemaError.

    `report_id` and `known_from` serve where the data has none.
    """
    try:
        start, end = date.fromisoformat(str(data["start"])[:10]), date.fromisoformat(str(data["end"])[:10])
        places = tuple(
            ClaimPlace(
                str(p["name"]),
                PlaceRole(p.get("role", "at")),
                int(p.get("start_char", -1)),
                int(p.get("end_char", -1)),
                Extent(p["extent"]) if p.get("extent") is not None else None,
            )
            for p in data.get("places") or ()
        )
        quantities = tuple(
            Quantity(
                QuantityKind(q["kind"]),
                float(q["value"]),
                Qualifier(q.get("qualifier", "exact")),
                float(q["high"]) if q.get("high") is not None else None,
                str(q.get("quote", "")),
            )
            for q in data.get("quantities") or ()
        )
        stamp = data.get("known_from")
        known = (
            datetime.fromisoformat(stamp)
            if stamp
            else known_from or datetime(start.year, start.month, start.day, tzinfo=UTC)
        )
        return Claim(
            claim_id=str(data.get("claim_id", "")),
            report_id=str(data.get("report_id") or report_id or ""),
            quote=str(data["quote"]),
            start_char=int(data.get("start_char", -1)),
            end_char=int(data.get("end_char", -1)),
            event=Event(data["event"]),
            stance=Stance(data.get("stance", "asserted")),
            actors=tuple(map(str, data.get("actor") or ())),
            targets=tuple(map(str, data.get("target") or ())),
            actor_ids=tuple(map(str, data.get("actor_ids") or ())),
            target_ids=tuple(map(str, data.get("target_ids") or ())),
            places=places,
            start=start,
            end=max(start, end) + _DAY,
            speaker=data.get("speaker"),
            speaker_id=data.get("speaker_id"),
            quantities=quantities,
            confidence=float(data.get("confidence", 1.0)),
            method=str(data.get("method", "")),
            known_from=known,
            language=str(data.get("language", "en")),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as err:
        raise SchemaError(
            "claim is not in the schema of `tenure extract`",
            value=f"{type(err).__name__}: {err}",
            remedy="see docs/theory/claims.md",
        ) from err
