"""Claims as the JSON of `tenure extract`: the gold schema with inclusive dates, plus ids, spans, confidence and method."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tenure.errors import SchemaError
from tenure.model import Claim, ClaimPlace, Event, Extent, PlaceRole, Qualifier, Quantity, QuantityKind, Stance

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["claim_from_json", "claim_to_json"]

_DAY = timedelta(days=1)
_YEARS = range(1800, 2201)
_MOST_ITEMS = 200
"""Names, places or quantities of one claim: more is no claim."""
_LAST_OFFSET = 1 << 31
_LONGEST_NAME = 1000
_LONGEST_NUMBER = 400


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
        start, end = _day(data["start"]), _day(data["end"])
        stamp = data.get("known_from")
        known = (
            datetime.fromisoformat(stamp)
            if stamp
            else known_from or datetime(start.year, start.month, start.day, tzinfo=UTC)
        )
        return Claim(
            claim_id=_said(data.get("claim_id") or ""),
            report_id=_said(data.get("report_id") or report_id or ""),
            quote=_said(data["quote"]),
            start_char=_offset(data.get("start_char")),
            end_char=_offset(data.get("end_char")),
            event=Event(data["event"]),
            stance=Stance(data.get("stance", "asserted")),
            actors=_names(data.get("actor")),
            targets=_names(data.get("target")),
            actor_ids=_names(data.get("actor_ids")),
            target_ids=_names(data.get("target_ids")),
            places=tuple(_read_place(p) for p in _list(data.get("places"))),
            start=start,
            end=max(start, end) + _DAY,
            speaker=_name(data["speaker"]) if data.get("speaker") is not None else None,
            speaker_id=_said(data["speaker_id"]) if data.get("speaker_id") is not None else None,
            quantities=tuple(_read_quantity(q) for q in _list(data.get("quantities"))),
            confidence=_number(data.get("confidence", 1.0)),
            method=_said(data.get("method", "")),
            known_from=known,
            language=_said(data.get("language", "en")),
        )
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as err:
        raise SchemaError(
            "claim is not in the schema of `tenure extract`",
            value=f"{type(err).__name__}: {str(err)[:80]}".encode("utf-8", "replace").decode(),
            remedy="see docs/theory/claims.md",
        ) from err


def _day(value: object) -> date:
    """Return a day of the years in which there can be reports: days are counted from all of them."""
    day = date.fromisoformat(_said(value)[:10])
    if day.year not in _YEARS:
        raise ValueError(f"a year outside {_YEARS[0]} to {_YEARS[-1]}: {day}")
    return day


def _said(value: object) -> str:
    """Return a text; what is none, or holds half a character, raises."""
    if not isinstance(value, str):
        raise TypeError(f"no text but {type(value).__name__}")
    value.encode()
    return value


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list | tuple) or len(value) > _MOST_ITEMS:
        raise TypeError(f"no list of at most {_MOST_ITEMS}")
    return list(value)


def _names(value: object) -> tuple[str, ...]:
    return tuple(_name(name) for name in _list(value))


def _name(value: object) -> str:
    if len(name := _said(value)) > _LONGEST_NAME:
        raise ValueError("a name of a page's length")
    return name


def _offset(value: object) -> int:
    """Return a place in a text, -1 where it is not known."""
    if value is None:
        return -1
    if not isinstance(value, int) or abs(value) > _LAST_OFFSET:
        raise TypeError("an offset is no number of characters")
    return int(value)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)) > _LONGEST_NUMBER:
        raise TypeError("no number")
    if not math.isfinite(number := float(value)):
        raise ValueError("no finite number")
    return number


def _read_place(place: Mapping[str, Any]) -> ClaimPlace:
    extent = place.get("extent")
    return ClaimPlace(
        _name(place["name"]),
        PlaceRole(place.get("role", "at")),
        _offset(place.get("start_char")),
        _offset(place.get("end_char")),
        Extent(extent) if extent is not None else None,
    )


def _read_quantity(quantity: Mapping[str, Any]) -> Quantity:
    high = quantity.get("high")
    return Quantity(
        QuantityKind(quantity["kind"]),
        _number(quantity["value"]),
        Qualifier(quantity.get("qualifier", "exact")),
        _number(high) if high is not None else None,
        _said(quantity.get("quote", "")),
    )
