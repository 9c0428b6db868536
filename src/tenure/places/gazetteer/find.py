"""A name looked up by itself: the places that it may mean, best first, whole country or within one unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import MADE_UNIT
from tenure.places.gazetteer.match import match_exact, match_fuzzy
from tenure.places.gazetteer.names import normalise, skeletons_of, sound_of

if TYPE_CHECKING:
    from tenure.places.gazetteer.compiled import Gazetteer

__all__ = ["Found", "find_places"]

_SEAT = 0.4
_PEOPLE = 0.25
"""What the rank of a seat (0 to 1) and the people of a place add: they only part names that fit alike."""


def _skeleton(name: str) -> str:
    return skeletons_of([sound_of(normalise(name))])[0][0]


@dataclass(frozen=True, slots=True)
class Found:
    """A place that a name may mean; `log_score` is at most 0, `matches` whether the spellings are one name."""

    place_id: str
    name: str
    log_score: float
    matches: bool


MATCHES_FROM = -3.75
"""Log score from which two spellings are one name: false matches within one governorate stay under 3%."""


def find_places(gazetteer: Gazetteer, name: str, *, within: str | None = None, limit: int = 5) -> tuple[Found, ...]:
    """Return the places that a name may mean, best first; `within` is the name of an admin unit that must hold them.

    Units that only columns of other places name are left out: nobody gave them.

    >>> from tenure.model import FeatureClass, MADE_UNIT, Place
    >>> from tenure.places import build_gazetteer
    >>> places = [Place("1", "Saraqeb", (), 36.8, 35.86, FeatureClass.SETTLEMENT, admin1="Idleb", country="SY")]
    >>> gazetteer = build_gazetteer(places, [], world=False)
    >>> [found.place_id for found in find_places(gazetteer, "Saraqib", within="Idlib")]
    ['1']
    """
    exact, similar = match_exact(gazetteer, name), match_fuzzy(gazetteer, name)
    new = ~np.isin(similar.rows, exact.rows)
    rows = np.concatenate([exact.rows, similar.rows[new]])
    log_name = np.concatenate([exact.log_name, similar.log_name[new]])
    a = gazetteer.arrays
    given = np.array([not gazetteer.place_id(row).startswith(MADE_UNIT) for row in rows.tolist()], dtype=bool)
    rows, log_name = rows[given], log_name[given]
    if within is not None:
        wanted = _skeleton(within)
        admins = np.stack([a[column][rows] for column in ("admin1", "admin2", "admin3")], axis=1)
        units = {int(unit) for unit in np.unique(admins) if unit >= 0 and _skeleton(gazetteer.name(int(unit))) == wanted}
        inside = np.isin(admins, sorted(units)).any(axis=1)
        rows, log_name = rows[inside], log_name[inside]
    prominence = _SEAT * a["seat"][rows] / 3.0 + _PEOPLE * np.log10(a["population"][rows] + 1.0) / 7.0
    order = np.lexsort((rows, -(log_name + prominence)))[:limit]
    return tuple(
        Found(gazetteer.place_id(row), gazetteer.name(row), round(score, 3), score >= MATCHES_FROM)
        for row, score in zip(rows[order].tolist(), log_name[order].tolist(), strict=True)
    )
