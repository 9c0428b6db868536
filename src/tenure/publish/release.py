"""The release rule: the one function that every output passes, whatever it is: map, service, files, reports.

In order: (1) nothing later than the cut-off day, neither what happened nor what was published or edited; (2) protected sites
withheld, their cells merged into a neighbour's so that no hole shows where they are; (3) controllers only, coordinates
rounded by the kind of place, never jittered; (4) personal names, phones and handles out, quotes short, reports without
their text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from tenure.errors import InputError
from tenure.publish.redaction import release_rules
from tenure.publish.wording import redact_records, study_redactor

if TYPE_CHECKING:
    from tenure.model import ControlSpell, Place, Placement, Posterior
    from tenure.publish.publication import CellRow, Publication

__all__ = ["Release", "cutoff_date", "is_protected", "nameless", "release"]

_Row = TypeVar("_Row", bound=Any)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Release:
    """What may be published, and what was withheld to make it so; only `release` makes one."""

    publication: Publication
    cutoff: date
    """Last day, inclusive, of what is published: now minus the embargo, or the last evidence where that is older.

    A study that ended before the embargo gives the same bytes on every later day.
    """
    first_day: date
    last_day: date
    """Last day, inclusive, that the published posterior covers."""
    withheld: tuple[tuple[str, int], ...]
    """What was taken out and how often, sorted by name."""
    disclosures: tuple[str, ...]
    """The rule in sentences, for the record of every output."""


def cutoff_date(now: date, embargo_days: int) -> date:
    """Return the last day that may be published; a negative embargo raises InputError.

    >>> cutoff_date(date(2024, 3, 31), 30)
    datetime.date(2024, 3, 1)
    """
    if embargo_days < 0:
        raise InputError("embargo_days is negative", value=embargo_days, remedy="use 0 or more days")
    day = now.date() if isinstance(now, datetime) else now
    return day - timedelta(days=embargo_days)


@cache
def _word_pattern(key: str) -> re.Pattern[str]:
    words: list[str] = release_rules()["protected"][key]
    return re.compile(
        r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + r")(?!\w)", re.IGNORECASE
    )


def is_protected(place: Place) -> bool:
    """Return whether a place is a hospital, school, shelter, camp or aid site by its kind and any of its names."""
    rules = release_rules()["protected"]
    if place.feature.value not in rules["features"]:
        return False
    names = " | ".join((place.name, *place.alternate_names))
    return bool(_word_pattern("words").search(names)) and not _word_pattern("military").search(names)


def release(publication: Publication, *, now: date) -> Release:
    """Return what of a publication may leave the machine; the same `now` gives the same release.

    `now` is a date or an aware datetime, passed in by the caller. Raises InputError when the study starts after the cut-off,
    or when the posterior rests on claims published after it: fuse again with evidence known by `cutoff_date(...)`.
    """
    cutoff = cutoff_date(now, publication.config.embargo_days)
    if cutoff < publication.posterior.first_day:
        raise InputError(
            "nothing may be published yet: the embargo ends after the study's first day",
            value=cutoff,
            remedy="wait, or lower embargo_days in study.toml",
        )
    counts: Counter[str] = Counter()
    out = _embargo(publication, cutoff, counts)
    out = _withhold_sites(out, counts)
    out = _redact(out, counts)
    last = min(cutoff, out.posterior.first_day + timedelta(days=out.posterior.days - 1))
    shown = min(
        cutoff, max([last, *(r.readable_from.date() for r in out.reports), *(c.known_from.date() for c in out.claims)])
    )
    return Release(
        publication=out,
        cutoff=shown,
        first_day=out.posterior.first_day,
        last_day=last,
        withheld=tuple(sorted(counts.items())),
        disclosures=_disclosures(out, shown, counts),
    )


def _disclosures(publication: Publication, cutoff: date, counts: Counter[str]) -> tuple[str, ...]:
    days, limit = publication.config.embargo_days, release_rules()["quote_characters"]
    return (
        f"Embargo of {days} days: nothing that happened or was published after {cutoff.isoformat()} is shown.",
        "Controllers of populated places only: no positions of units, nothing finer than a populated place.",
        "Coordinates are rounded by the kind of place (settlements 0.001 degrees, bases 0.01); never jittered.",
        f"Protected sites (hospitals, schools, shelters, camps, aid) are withheld: {counts['protected sites']}.",
        f"Personal names, phone numbers and handles are withheld; quotes are cut at {limit} characters.",
        "Grey is unknown. Absence of reports is not absence of conflict.",
        *((f"Could not be worked out, and is missing: {', '.join(publication.lacking)}.",) if publication.lacking else ()),
    )


# ---- 1. embargo ------------------------------------------------------------------------------------------------------


def _embargo(publication: Publication, cutoff: date, counts: Counter[str]) -> Publication:
    def known(rows: tuple[_Row, ...], what: str) -> tuple[_Row, ...]:
        kept = tuple(r for r in rows if r.known_from is None or r.known_from.date() <= cutoff)
        counts[f"{what} under embargo"] += len(rows) - len(kept)
        return kept

    def begun(rows: tuple[_Row, ...]) -> tuple[_Row, ...]:
        kept = (r for r in rows if r.start <= cutoff)
        return tuple(replace(r, end=None) if r.end is not None and r.end > cutoff + _ONE_DAY else r for r in kept)

    edited = {r.report_id for r in publication.reports if r.readable_from.date() > cutoff}
    claims = tuple(c for c in known(publication.claims, "claims") if c.report_id not in edited)
    ids = {c.claim_id for c in claims}
    late = {c.claim_id for c in publication.claims} - ids
    _refuse_late(publication, late, cutoff)
    reports = tuple(r for r in publication.reports if r.report_id not in edited)
    counts["reports under embargo"] += len(publication.reports) - len(reports)
    incidents = (
        replace(
            i,
            claims=tuple(c for c in i.claims if c not in late),
            end=min(i.end, cutoff + _ONE_DAY),
            passed=i.passed if i.passed is None or i.passed <= cutoff else None,
        )
        for i in publication.incidents
        if i.start <= cutoff and not (i.claims and set(i.claims) <= late)
    )
    return replace(
        publication,
        posterior=_cut_posterior(publication.posterior, cutoff, None),
        filtered=None if publication.filtered is None else _cut_posterior(publication.filtered, cutoff, None),
        claims=claims,
        reports=reports,
        placements=tuple(p for p in known(publication.placements, "placements") if p.report_id not in edited),
        spells=tuple(_cut_spell(s, cutoff) for s in publication.spells if s.start <= cutoff),
        measures=tuple(m for m in known(publication.measures, "measures") if m.until <= cutoff + _ONE_DAY),
        series=tuple(s for s in publication.series if s.on <= cutoff),
        changes=tuple(c for c in publication.changes if c.until <= cutoff),
        weekly=tuple(w for w in publication.weekly if w.until <= cutoff),
        compliance=tuple(c for c in publication.compliance if c.end <= cutoff + _ONE_DAY),
        checks=tuple(c for c in publication.checks if c.claim_id not in late and c.until <= cutoff),
        fronts=begun(publication.fronts),
        pockets=begun(publication.pockets),
        corridors=tuple(
            replace(c, claims=tuple(i for i in c.claims if i not in late)) for c in begun(publication.corridors)
        ),
        gaps=begun(publication.gaps),
        incidents=tuple(incidents),
    )


def _refuse_late(publication: Publication, late: set[str], cutoff: date) -> None:
    weighed = sorted({w.claim_id for w in publication.weights} & late)
    newer = [s.place_id for s in publication.spells if s.known_from is not None and s.known_from.date() > cutoff]
    if weighed or newer:
        raise InputError(
            "the posterior rests on evidence that is under embargo",
            value=(weighed or newer)[0],
            remedy=f"fuse with evidence known by {cutoff.isoformat()}",
        )


def _cut_spell(spell: ControlSpell, cutoff: date) -> ControlSpell:
    return replace(spell, end=min(spell.end, cutoff + _ONE_DAY))


def _cut_posterior(posterior: Posterior, cutoff: date, keep: frozenset[str] | None) -> Posterior:
    """Return the posterior up to a day and, with `keep`, of these places only."""
    import numpy as np

    days = min(posterior.days, (cutoff - posterior.first_day).days + 1)
    wanted = np.array([keep is None or i in keep for i in posterior.place_ids], dtype=bool)
    owner = np.repeat(np.arange(len(posterior.place_ids)), np.diff(posterior.offsets))
    mask = (posterior.day < days) & wanted[owner]
    sizes = np.bincount(owner[mask], minlength=len(posterior.place_ids))[wanted]
    return replace(
        posterior,
        place_ids=tuple(i for i, w in zip(posterior.place_ids, wanted, strict=True) if w),
        days=days,
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        day=posterior.day[mask],
        p=posterior.p[mask],
        informed=posterior.informed[mask],
    )


# ---- 2. protected sites ----------------------------------------------------------------------------------------------


def _withhold_sites(publication: Publication, counts: Counter[str]) -> Publication:
    gone = frozenset(p.place_id for p in publication.places if is_protected(p))
    counts["protected sites"] += len(gone)
    if not gone:
        return publication
    keep = frozenset(publication.posterior.place_ids) - gone
    cut = publication.posterior.first_day + timedelta(days=publication.posterior.days)
    there = {pl.claim_id for pl in publication.placements if pl.place_id in gone and pl.claim_id}

    def elsewhere(rows: tuple[_Row, ...]) -> tuple[_Row, ...]:
        return tuple(r for r in rows if r.place_id not in gone)

    def without(rows: tuple[_Row, ...]) -> tuple[_Row, ...]:
        return tuple(replace(r, places=tuple(p for p in r.places if p not in gone)) for r in rows)

    return replace(
        publication,
        places=elsewhere(publication.places),
        posterior=_cut_posterior(publication.posterior, cut, keep),
        filtered=None if publication.filtered is None else _cut_posterior(publication.filtered, cut, keep),
        cells=_merge_cells(publication.cells, gone),
        spells=elsewhere(publication.spells),
        weights=elsewhere(publication.weights),
        placements=tuple(_unplace(p, gone) for p in publication.placements),
        claims=tuple(replace(c, quote="", places=()) if c.claim_id in there else c for c in publication.claims),
        incidents=tuple(
            replace(i, place_id=None, where="", incident_id=nameless(i.incident_id, gone)) if i.place_id in gone else i
            for i in publication.incidents
        ),
        pockets=tuple(replace(p, pocket_id=nameless(p.pocket_id, gone)) for p in without(publication.pockets)),
        corridors=tuple(replace(c, corridor_id=nameless(c.corridor_id, gone)) for c in without(publication.corridors)),
    )


def nameless(identifier: str, gone: frozenset[str]) -> str:
    """Return the id of a finding without the id of a withheld place that it ends in."""
    for place_id in sorted(gone):
        if identifier.endswith(f":{place_id}"):
            return identifier.removesuffix(place_id) + "withheld"
    return identifier


def _unplace(placement: Placement, gone: frozenset[str]) -> Placement:
    candidates = tuple(c for c in placement.candidates if c.place_id not in gone)
    if placement.place_id not in gone:
        return replace(placement, candidates=candidates)
    return replace(placement, name="", place_id=None, lon=None, lat=None, p=0.0, radius_km=None, candidates=candidates)


def _merge_cells(cells: tuple[CellRow, ...], gone: frozenset[str]) -> tuple[CellRow, ...]:
    """Return the cells with those of withheld places joined to the neighbour that shares the longest border."""
    if not any(c.place_id in gone for c in cells):
        return cells
    import shapely

    ids = [c.place_id for c in cells]
    drawn = shapely.from_geojson([c.geometry for c in cells])
    tree = shapely.STRtree(drawn)
    shapes = dict(zip(ids, drawn, strict=True))
    areas = {c.place_id: c.area_km2 for c in cells}
    grown: set[str] = set()
    for place_id in sorted(gone & set(shapes)):
        hole, area = shapes.pop(place_id), areas.pop(place_id)
        near = ({ids[i] for i in tree.query(hole, predicate="intersects").tolist()} | grown) & set(shapes)
        shared = {i: hole.boundary.intersection(shapes[i]).length for i in near}
        if shared:
            into = max(sorted(shared), key=lambda i: shared[i])
            shapes[into], areas[into] = shapes[into].union(hole), areas[into] + area
            grown.add(into)
    return tuple(
        replace(c, geometry=shapely.to_geojson(shapes[c.place_id]), area_km2=areas[c.place_id]) if c.place_id in grown else c
        for c in cells
        if c.place_id in shapes
    )


# ---- 3 and 4. coarsening and redaction -------------------------------------------------------------------------------


def _redact(publication: Publication, counts: Counter[str]) -> Publication:
    redactor = study_redactor(publication)
    places = tuple(_coarsen(p) for p in publication.places)
    at = {p.place_id: p for p in places}
    out = redact_records(publication, redactor)
    placeholder = release_rules()["withheld_name"]
    counts["personal names in quotes"] += sum(c.quote.count(placeholder) for c in out.claims)
    return replace(out, places=places, placements=tuple(_place_as_released(p, at) for p in out.placements), persons=())


def _coarsen(place: Place) -> Place:
    decimals = release_rules()["decimals"][place.feature.value]
    if place.lon is None or place.lat is None:
        return place
    return replace(place, lon=round(place.lon, decimals), lat=round(place.lat, decimals))


def _place_as_released(placement: Placement, at: dict[str, Place]) -> Placement:
    place = at.get(placement.place_id or "")
    if place is not None and place.lon is not None:
        return replace(placement, lon=place.lon, lat=place.lat)
    if placement.lon is None or placement.lat is None:
        return placement
    return replace(placement, lon=round(placement.lon, 2), lat=round(placement.lat, 2))
