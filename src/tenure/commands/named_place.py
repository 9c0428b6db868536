"""Which place of a study is meant by what somebody typed, and which bases and facilities bear its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tenure.errors import UnknownPlaceError
from tenure.model import FeatureClass

if TYPE_CHECKING:
    from tenure.config import Study
    from tenure.model import Place

__all__ = ["find_place", "named_after"]

LEAST_NAME = 4
"""Letters of a name that can be the beginning of another: shorter ones begin too much."""

BESIDE_DEGREES = 0.15
"""How far, about 15 km, a base that bears a town's name may lie from it."""

SUGGESTIONS = 4
"""Names that a message offers instead of one that no place has."""


def find_place(study: Study, name: str) -> Place:
    """Return the place that a user means by an id or a name in any spelling; UnknownPlaceError when none is like it.

    The nearest spelling wins, then the larger place; a base or a facility is meant only by its own name. Words of a name
    mean its place where no other bears them; else the message offers those that do.
    """
    from tenure.places import build_gazetteer
    from tenure.places.gazetteer.match import match_exact, match_fuzzy

    by_id = {p.place_id: p for p in study.places}
    if name in by_id:
        return by_id[name]
    gazetteer = build_gazetteer(study.places, (), world=False)
    matches = match_exact(gazetteer, name)
    if not matches.rows.size:
        named = _with_words(study, name)
        if len(named) == 1:
            return named[0]
        matches = match_fuzzy(gazetteer, name) if not named else matches
    ranked = sorted(
        (-float(score), by_id[place_id].feature is not FeatureClass.SETTLEMENT, -(by_id[place_id].population or 0), place_id)
        for place_id, score in ((gazetteer.place_id(int(r)), s) for r, s in zip(matches.rows, matches.log_name, strict=True))
        if place_id in by_id
    )
    if not ranked:
        near = _like(study, name)
        told = f"did you mean {', '.join(near)}?" if near else "give its id from places.csv"
        raise UnknownPlaceError("no place of the study has this name", value=name, remedy=told)
    return by_id[ranked[0][-1]]


def _with_words(study: Study, name: str) -> list[Place]:
    """Return the places one of whose names holds what was typed as whole words."""
    wanted = _words(name)
    if len(wanted) < LEAST_NAME + 2:
        return []
    return [p for p in study.places if any(wanted in _words(n) for n in (p.name, *p.alternate_names))]


def _words(name: str) -> str:
    return " " + " ".join(re.findall(r"\w+", name.casefold())) + " "


def _like(study: Study, name: str) -> list[str]:
    """Return the names of places with an id each that hold a part of what was typed, then those spelt nearly so."""
    from difflib import get_close_matches

    spelt = {n.casefold(): p for p in reversed(study.places) for n in (*p.alternate_names, p.name)}
    wanted = name.casefold().strip()
    words = [w for w in re.findall(r"\w+", wanted) if len(w) >= LEAST_NAME]
    whole = [n for n in spelt if wanted and wanted in n]
    parts = [n for n in spelt if any(w in n for w in words)]
    nearly = [n for w in (wanted, *words) for n in get_close_matches(w, spelt, n=SUGGESTIONS, cutoff=0.6)]
    keys = [*sorted(whole, key=len), *sorted(parts, key=len), *nearly]
    found = {spelt[key].place_id: spelt[key].name for key in keys}
    return [f"{shown} ({place_id})" for place_id, shown in found.items()][:SUGGESTIONS]


def named_after(study: Study, target: Place) -> list[Place]:
    """Return the bases and facilities that bear a place's name and lie beside it: "X airbase" when "X" is asked for."""
    names = tuple(n.casefold() + " " for n in (target.name, *target.alternate_names) if len(n) >= LEAST_NAME)
    return [
        p
        for p in study.places
        if p.place_id != target.place_id
        and p.feature is not FeatureClass.SETTLEMENT
        and any(n.casefold().startswith(names) for n in (p.name, *p.alternate_names))
        and _close(p, target)
    ]


def _close(one: Place, two: Place) -> bool:
    if one.lon is None or one.lat is None or two.lon is None or two.lat is None:
        return one.area_id is not None and one.area_id == two.area_id
    return abs(one.lat - two.lat) < BESIDE_DEGREES and abs(one.lon - two.lon) < BESIDE_DEGREES
