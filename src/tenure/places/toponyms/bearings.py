"""Where one name says that another lies: "X, 10 km east of Y", "X in the southern countryside of Y", "north of Y, X".

Rules of this file:
- a side is read from the words between two names, or from the second name's own phrase; nothing else may stand there
- it chooses among homonyms on both ends: the pair of places that lies as stated is likelier
- within a unit the side is that of its middle; near the middle, and near a town's own centre, a side says little
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from tenure.places.toponyms.phrases import bearing_of, distance_of, joins, phrase_data
from tenure.places.toponyms.setting import EARTH_KM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.places.toponyms.phrases import Phrase
    from tenure.places.toponyms.setting import Setting

__all__ = ["Side", "side_scores", "stated_side"]

_LONGEST = 90
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+|[^\w\s]")
_CENTRE_KM = 2.0
_CENTRE_SHARE = 0.3
"""Share of a unit's radius round its middle within which its sides are not told apart."""
_MOST_OFF = 1.5
"""Log of the factor by which a distance is off, beyond which it is just wrong."""
_SHARPNESS = 3.0
"""Of a stated distance: half of what is stated lies within a quarter of it."""


@dataclass(frozen=True, slots=True)
class Side:
    """That the first of two names lies at a bearing (degrees clockwise from north) or distance of the second, or both."""

    bearing: float | None = None
    km: float | None = None


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    data = phrase_data()
    bearings = "|".join(w.replace(" ", "[ -]?") for w in sorted(data["bearing"], key=len, reverse=True))
    distance = re.compile(r"(\d+(?:[.,]\d+)?)\s*-?\s*(" + "|".join(data["side"]["units"]) + r")\b", re.IGNORECASE)
    bearing = re.compile(rf"\b({bearings})\b", re.IGNORECASE)
    around = (word for words in ("around", "inside", "near") for word in data["part"][words])
    return (
        distance,
        bearing,
        frozenset([*data["side"]["fillers"], *data["joint"]["signs"], *data["joint"]["fillers"], *around]),
    )


def stated_side(gap: str, following: Phrase) -> Side | None:
    """Return the side of the second name on which the first lies by the text between them; None when it says none.

    >>> from tenure.places.toponyms.phrases import Phrase
    >>> stated_side(", a village 10 km east of ", Phrase("Saraqib"))
    Side(bearing=90.0, km=10.0)
    >>> stated_side(" and ", Phrase("Saraqib")) is None
    True
    """
    if joins(gap) and following.bearing is not None:
        return Side(following.bearing, following.offset_km)
    if len(gap) > _LONGEST or not gap.strip():
        return None
    distance, bearing, fillers = _words()
    rest, km, angle = gap.lower(), None, None
    if found := distance.search(rest):
        km = distance_of(found[1], found[2])
        rest = rest[: found.start()] + " " + rest[found.end() :]
    if sides := list(bearing.finditer(rest)):
        if len(sides) > 1:
            return None
        angle = bearing_of(sides[0][1])
        rest = rest[: sides[0].start()] + " " + rest[sides[0].end() :]
    tokens = _TOKEN.findall(rest)
    said = km is not None or (angle is not None and tokens != [","])
    return Side(angle, km) if said and all(token in fillers for token in tokens) else None


def side_scores(setting: Setting, rows: NDArray[np.int64], of: NDArray[np.int64], side: Side) -> NDArray[np.float64]:
    """Return how well places lie on the stated side of others, (rows, of): 2 at most, -6.5 at least, 0 for no matter."""
    a = setting.gazetteer.arrays
    lon, lat = a["lon"][rows][:, None], a["lat"][rows][:, None]
    other_lon, other_lat = a["lon"][of][None, :], a["lat"][of][None, :]
    east = ((lon - other_lon + 180.0) % 360.0 - 180.0) * np.cos(np.radians((lat + other_lat) / 2))
    north = lat - other_lat
    km = np.radians(np.hypot(east, north)) * EARTH_KM
    out = np.zeros(km.shape)
    if side.bearing is not None:
        turn = np.arctan2(east, north) - np.radians(side.bearing)
        centre = np.maximum(_CENTRE_KM, _CENTRE_SHARE * a["radius_km"][of])[None, :]
        out += 2.0 * np.cos(turn) * np.minimum(1.0, km / centre)
    if side.km is not None:
        off = np.abs(np.log(np.maximum(km, 0.3) / max(side.km, 0.3)))
        out -= _SHARPNESS * np.minimum(off, _MOST_OFF)
    return np.asarray(np.nan_to_num(out))
