"""A request's parameters, read once into a frozen record; anything that is not offered or readable is a named error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.config.complaints import nearest
from tenure.errors import InputError
from tenure.serve.cql2 import parse_cql2
from tenure.serve.extent import CRS84, parse_box, parse_crs, parse_span
from tenure.serve.instant import parse_day
from tenure.serve.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from tenure.serve.collection import Collection

__all__ = ["DEFAULT_LIMIT", "ITEM_PARAMETERS", "MAX_LIMIT", "ItemQuery", "parse_items", "parse_known_on", "single_values"]

DEFAULT_LIMIT, MAX_LIMIT = 100, 10_000
MAX_OFFSET = 100_000_000
ITEM_PARAMETERS = (
    "f",
    "limit",
    "offset",
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "filter",
    "filter-lang",
    "filter-crs",
    "known-on",
)


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """Which features, from which on, how many, and in which coordinate reference system."""

    selection: Selection
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    crs: str = CRS84


def single_values(pairs: Sequence[tuple[str, str]], known: Sequence[str]) -> dict[str, str]:
    """Return the parameters by name; one that is unknown or given twice raises InputError."""
    out: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            raise InputError("unknown parameter", value=name, remedy=nearest(name, known))
        if name in out:
            raise InputError("parameter is given twice", value=name, remedy="give it once")
        out[name] = value
    return out


def _count(values: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    """Return a whole number; above `high` it is cut to it, as the standard asks of `limit`."""
    text = values.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18) or int(text) < low:  # noqa: PLR2004 - digits of int64
        raise InputError(f"{name} is no number from {low} up", value=text, remedy=f"use {low} to {high}")
    return min(int(text), high)


def parse_known_on(text: str | None) -> date | None:
    """Return the day of a `known-on` parameter, None when it is not given."""
    return None if text is None else parse_day(text)


def parse_items(pairs: Sequence[tuple[str, str]], collection: Collection) -> ItemQuery:
    """Return the query of an `items` request; InputError for what cannot be read, is unknown or is given twice."""
    names = [column.name for column in collection.columns if column.name not in ITEM_PARAMETERS]
    values = single_values(pairs, [*ITEM_PARAMETERS, *names])
    if values.get("filter-lang", "cql2-text") != "cql2-text":
        raise InputError("filter-lang is not offered", value=values["filter-lang"], remedy="use cql2-text")
    box_crs = parse_crs(values.get("bbox-crs", CRS84), parameter="bbox-crs")
    selection = Selection(
        box=parse_box(values["bbox"], box_crs) if "bbox" in values else None,
        span=parse_span(values["datetime"]) if "datetime" in values else None,
        known_on=parse_known_on(values.get("known-on")),
        filter=parse_cql2(values["filter"]) if "filter" in values else None,
        filter_crs=parse_crs(values.get("filter-crs", CRS84), parameter="filter-crs"),
        equals=tuple((name, values[name]) for name in names if name in values),
    )
    return ItemQuery(
        selection=selection,
        limit=_count(values, "limit", default=DEFAULT_LIMIT, low=1, high=MAX_LIMIT),
        offset=_count(values, "offset", default=0, low=0, high=MAX_OFFSET),
        crs=parse_crs(values.get("crs", CRS84)),
    )
