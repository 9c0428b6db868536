"""One place in two gazetteers: the study's row stays and takes over the names of the other."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import FeatureClass
from tenure.places.gazetteer.compiled import FEATURES
from tenure.places.gazetteer.names import normalise_all, skeletons_of, sounds_all

if TYPE_CHECKING:
    from tenure.places.gazetteer.columns import Columns

__all__ = ["merge_world"]

_SAME_KM = 8.0
"""Two settlements of one sound within this distance are one: gazetteers differ by less, homonyms lie further apart."""
_LIKE_KM = 3.0
"""The same for two settlements whose consonants alone agree ("Saraqab", "Saraqib")."""
_UNIT_KM = 80.0
_SETTLEMENT = FEATURES.index(FeatureClass.SETTLEMENT)
_UNITS = {FEATURES.index(f) for f in (FeatureClass.GOVERNORATE, FeatureClass.DISTRICT, FeatureClass.SUBDISTRICT)}


def _pairs(columns: Columns, first_world: int) -> dict[int, int]:
    """Return the study's row of every row of the world that is the same place: one id, or one name close by."""
    box = (np.nanmin(columns.lon[:first_world]) - 1, np.nanmax(columns.lon[:first_world]) + 1)
    high = (np.nanmin(columns.lat[:first_world]) - 1, np.nanmax(columns.lat[:first_world]) + 1)
    lon, lat = np.asarray(columns.lon), np.asarray(columns.lat)
    near = (lon >= box[0]) & (lon <= box[1]) & (lat >= high[0]) & (lat <= high[1])
    rows = np.asarray(columns.name_row)
    wanted = np.flatnonzero(near[rows])
    sounds = sounds_all(normalise_all([columns.name_text[i] for i in wanted.tolist()]))
    skeletons = skeletons_of(sounds)[0]
    own: dict[str, set[tuple[int, str, bool]]] = defaultdict(set)
    for i, sound, skeleton in zip(wanted.tolist(), sounds, skeletons, strict=True):
        if rows[i] < first_world and skeleton:
            own[skeleton].add((int(rows[i]), sound, columns.name_kind[i] == 0))
    ids = {place_id: row for row, place_id in enumerate(columns.ids[:first_world])}
    best = {row: (-1.0, ids[i]) for row, i in enumerate(columns.ids) if row >= first_world and i in ids}
    for i, sound, skeleton in zip(wanted.tolist(), sounds, skeletons, strict=True):
        row = int(rows[i])
        if row < first_world:
            continue
        for other, other_sound, is_main in sorted(own.get(skeleton, ())):
            km = float(np.hypot((lon[row] - lon[other]) * np.cos(np.radians(lat[row])), lat[row] - lat[other]) * 111.2)
            a, b = columns.feature[row], columns.feature[other]
            within = _SAME_KM if sound == other_sound else _LIKE_KM
            vague = max(columns.radius_km[row], columns.radius_km[other])
            if vague > _SAME_KM:  # at the middle of its unit, where a city may lie: only what both are called counts
                within = vague if sound == other_sound and is_main and columns.name_kind[i] == 0 else -1.0
            same = (a == b == _SETTLEMENT and km <= within) or (a == b and a in _UNITS and km <= _UNIT_KM)
            if same and km < best.get(row, (float("inf"), 0))[0]:
                best[row] = (km, other)
    return {row: other for row, (_, other) in best.items()}


def merge_world(columns: Columns, first_world: int, *, lend_points: bool = False) -> int:
    """Give the study's places the names of their twins in the world's rows (from `first_world`) and return how many had one.

    A twin keeps its row but has no name any more; units that named it as their container name the study's unit instead.
    `lend_points` gives its coordinates, too, to a place that only stands at the middle of its unit.
    """
    if not first_world or np.isnan(columns.lon[:first_world]).all():
        return 0
    pairs = _pairs(columns, first_world)
    if not pairs:
        return 0
    moved = np.arange(len(columns.ids))
    for row, other in pairs.items():
        moved[row] = other
        if row in columns.capitals:
            columns.capitals.add(other)
        columns.population[other] = columns.population[other] or columns.population[row]
        if lend_points and columns.radius_km[other] > _SAME_KM >= columns.radius_km[row]:
            columns.lon[other], columns.lat[other] = columns.lon[row], columns.lat[row]
            columns.radius_km[other] = columns.radius_km[row]
    name_row = np.asarray(columns.name_row)
    taken = moved[name_row] != name_row
    columns.name_kind = np.where(taken, np.maximum(np.asarray(columns.name_kind), 1), columns.name_kind).tolist()
    columns.name_row = moved[name_row].tolist()
    for column in columns.admin:
        admins = np.asarray(column)
        column[:] = np.where(admins >= 0, moved[np.maximum(admins, 0)], -1).tolist()
    return len(pairs)
