"""Bytes of foreign gazetteers to places: country dumps, p-code lists, GeoJSON, plain CSV, JSON Lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tenure.errors import InputError
from tenure.model import FeatureClass, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_jsonl"]

_CLASSES = {"city": FeatureClass.SETTLEMENT, "town": FeatureClass.SETTLEMENT}


def _lines(content: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(content.decode("utf-8-sig").splitlines(), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as err:
                raise InputError(
                    "not JSON in the gazetteer", value=f"line {number}", remedy="one JSON object a line"
                ) from err


def read_jsonl(content: bytes, *, gazetteer: str = "file", country: str | None = None) -> tuple[Place, ...]:
    """Return the places of JSON Lines with id, names (or name), lat, lon, and, when known, adm1 to adm3 and population."""
    places = []
    for _, row in _lines(content):
        names = row["names"]
        places.append(
            Place(
                str(row["id"]),
                names[0],
                tuple(names[1:]),
                row.get("lon"),
                row.get("lat"),
                FeatureClass.SETTLEMENT,
                admin1=row.get("adm1"),
                admin2=row.get("adm2"),
                admin3=row.get("adm3"),
                country=country,
                population=row.get("population"),
                gazetteer=gazetteer,
            )
        )
    return tuple(places)
