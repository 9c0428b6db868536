"""The tables that a build prints and the commands show: measures and findings as rows for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tenure.pipeline.publication import explanation
from tenure.publish.release import is_protected, nameless

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from tenure.model import Measure
    from tenure.pipeline.assessment import Assessment
    from tenure.pipeline.known import Known
    from tenure.publish import Release
    from tenure.territory import Check, Corridor, Incident, Pocket

__all__ = [
    "Wording",
    "check_rows",
    "corridor_rows",
    "headline_rows",
    "headline_tables",
    "incident_rows",
    "measure_rows",
    "pocket_rows",
    "span",
]

SHOWN = 6
"""Rows of a finding table that the terminal shows; the files hold all."""

LIKELY = 0.1
"""A corridor less probable than this is shown only where somebody claims it."""

CUMULATIVE_DAYS = 7
"""A count over a week or more is a total that people quote; counts of single days are left to `tenure check`."""


def span(value: float, lo: float, hi: float, *, digits: int = 0) -> str:
    """Return a value with its interval, ``1,204 [980 to 1,410]``; a dash where the interval is unknown."""
    if value != value:  # noqa: PLR0124 - the cheapest test for NaN
        return "-"
    if lo != lo:  # noqa: PLR0124 - as above
        return f"{value:,.{digits}f}"
    return f"{value:,.{digits}f} [{lo:,.{digits}f} to {hi:,.{digits}f}]"


def headline_rows(measures: Iterable[Measure]) -> list[dict[str, Any]]:
    """Return one row an actor: what it gained, lost and netted in places and km2, with 90% intervals."""
    by: dict[str, dict[str, Measure]] = {}
    for m in measures:
        if not m.group:
            by.setdefault(m.actor, {})[m.name] = m
    rows = []
    for actor, named in by.items():
        row: dict[str, Any] = {"actor": actor}
        for what, unit, digits in (
            ("gain", "places", 0),
            ("loss", "places", 0),
            ("gain", "km2", 0),
            ("loss", "km2", 0),
            ("net", "km2", 0),
        ):
            found = named.get(f"{what}_{unit}")
            row[f"{what}_{unit}"] = span(found.value, found.lo90, found.hi90, digits=digits) if found else None
        rows.append(row)
    return rows


def measure_rows(measures: Iterable[Measure]) -> list[dict[str, Any]]:
    """Return measures as plain rows; `until` becomes the last day (inclusive)."""
    return [
        {
            "name": m.name,
            "actor": m.actor,
            "group": m.group,
            "since": m.since.isoformat(),
            "until": (m.until - timedelta(days=1)).isoformat(),
            "value": round(m.value, 3),
            "unit": m.unit,
            "lo50": _finite(m.lo50),
            "hi50": _finite(m.hi50),
            "lo90": _finite(m.lo90),
            "hi90": _finite(m.hi90),
            "method": m.method,
        }
        for m in measures
    ]


def _finite(value: float) -> float | None:
    return round(value, 3) if value == value else None  # noqa: PLR0124 - NaN


def _last(end: date) -> str:
    return (end - timedelta(days=1)).isoformat()


def check_rows(checks: Iterable[Check]) -> list[dict[str, Any]]:
    """Return the reported quantities beside the measured ones."""
    return [
        {
            "reported": f"{c.qualifier} {c.reported:,.0f} {c.kind}",
            "by": " and ".join(c.actors),
            "basis": c.basis,
            "where": c.where,
            "from": c.start.isoformat(),
            "to": _last(c.end),
            "measured": span(c.measured, c.lo90, c.hi90),
            "ratio": _finite(c.ratio),
            "p_at_least": _finite(c.p_at_least),
            "verdict": c.verdict,
            "reason": c.reason,
            "quote": c.quote,
            "claim_id": c.claim_id,
        }
        for c in checks
    ]


def _named(ids: Sequence[str], names: dict[str, str], most: int = 4) -> str:
    known = [names[i] for i in ids if i in names]
    return ", ".join(known[:most]) + (f" and {len(known) - most} more" if len(known) > most else "")


def pocket_rows(pockets: Iterable[Pocket], names: dict[str, str]) -> list[dict[str, Any]]:
    """Return the pockets, largest first."""
    return [
        {
            "actor": p.actor,
            "besieged_by": p.besieged_by,
            "from": p.start.isoformat(),
            "to": _last(p.end),
            "last_connected": p.last_connected.isoformat() if p.last_connected else None,
            "places": len(p.places),
            "area_km2": round(p.area_km2, 1),
            "population": p.population,
            "p": _finite(p.p),
            "among_them": _named(p.places, names),
            "pocket_id": p.pocket_id,
        }
        for p in sorted(pockets, key=lambda p: (-p.area_km2, p.pocket_id))
    ]


def corridor_rows(corridors: Iterable[Corridor], names: dict[str, str]) -> list[dict[str, Any]]:
    """Return the corridors: where from and to, through what, who speaks of it, and what else it may have been."""
    return [
        {
            "actor": c.actor,
            "day": c.day.isoformat(),
            "kind": c.kind,
            "from": _named(c.origin, names, 2),
            "to": _named(c.destination, names, 2),
            "through": _named(c.path, names, 3),
            "km": round(c.path_km, 1),
            "p": _finite(c.p),
            "claims": len(c.claims),
            "denials": len(c.denials),
            "explanations": "; ".join(explanation(a) for a in c.alternatives),
            "corridor_id": c.corridor_id,
        }
        for c in corridors
    ]


@dataclass(frozen=True, slots=True)
class Wording:
    """How the findings of a study may name what the release rule lets them name."""

    places: dict[str, str]
    """Name of every place and area by id; withheld ones are missing."""
    said: dict[str, str]
    """Speakers and parties as reports have them -> as the release has them."""
    withheld: frozenset[str]
    """Ids of places that are not shown."""

    @classmethod
    def of(cls, known: Known, released: Release) -> Wording:
        """Return the wording of a release; `known` are the records that it was made of."""
        publication = released.publication
        names = {a.area_id: a.name for a in known.study.areas} | {p.place_id: p.name for p in known.study.places}
        seen = {p.place_id: p.name for p in publication.placements if p.place_id is not None}
        shown = {p.place_id for p in publication.places}
        withheld = {p.place_id for p in known.study.places if p.place_id not in shown and is_protected(p)}
        said: dict[str, str] = {}
        redacted = {c.claim_id: c for c in publication.claims}
        for raw in known.claims:
            out = redacted.get(raw.claim_id)
            if out is None:
                continue
            pairs = (*zip(raw.actors, out.actors, strict=True), *zip(raw.targets, out.targets, strict=True))
            said |= {
                one: other for one, other in (*pairs, (raw.speaker, out.speaker)) if one is not None and other is not None
            }
        return cls({k: v for k, v in (seen | names).items() if k not in withheld}, said, frozenset(withheld))

    def place(self, place_id: str) -> str:
        """Return the name of a place; its id where no list names it, nothing where it is withheld."""
        return "" if place_id in self.withheld else self.places.get(place_id, place_id)

    def parties(self, joined: str) -> str:
        """Return parties joined by a plus as they may be named."""
        return " + ".join(self.said.get(one, one) for one in joined.split(" + "))


def incident_rows(incidents: Iterable[Incident], wording: Wording) -> list[dict[str, Any]]:
    """Return zone incidents; `standing` says whether the agreement allows it, and who carries it.

    `passed` is the day on which control of the place passed to the actor, as fused; `also_in` names other zones that have
    the same happening.
    """
    return [
        {
            "zone": i.zone_id,
            "from": i.start.isoformat(),
            "to": _last(i.end),
            "event": i.event,
            "actor": wording.parties(i.actor),
            "target": wording.parties(i.target),
            "place": wording.place(i.place_id),
            "p_inside": _finite(i.p_inside),
            "tier": i.tier.value,
            "standing": standing(i),
            "speakers": ", ".join(wording.said.get(s, s) for s in i.speakers),
            "stories": i.stories,
            "passed": i.passed.isoformat() if i.passed else None,
            "also_in": ", ".join(i.also_in),
            "claims": ", ".join(i.claims),
            "incident_id": nameless(i.incident_id, wording.withheld),
        }
        for i in incidents
    ]


def standing(incident: Incident) -> str:
    """Return in words whether the agreement allows an incident, and who carries it: one side, others, or the model."""
    if incident.exempt:
        return "exempt"
    if incident.basis == "neighbours":
        return "inferred by the model from neighbouring places"
    if incident.basis == "other_claims":
        return f"inferred by the model from {len(incident.claims)} claims of other days or larger areas"
    return "alleged by one side" if incident.one_sided else "reported independently"


def headline_tables(assessment: Assessment, wording: Wording) -> dict[str, list[dict[str, Any]]]:
    """Return the tables that a build prints: one screen of what may be told; the commands and the files hold the rest.

    A finding that could not be made has no table: nothing was found is something else.
    """
    names = wording.places
    checks = _telling_checks(assessment.checks)
    pockets = sorted(assessment.pockets, key=lambda p: (-_weight(p.p) * p.area_km2, p.pocket_id))
    corridors = _telling_corridors(assessment.corridors)
    tables = {
        "change": (
            f"who gained and lost, {assessment.since} to {assessment.until} (90% intervals)",
            [row for row in headline_rows(assessment.change.measures) if _says_something(row)],
        ),
        "checks": (
            f"reported totals beside the measured ones ({len(checks)} of {len(assessment.checks)}: tenure check)",
            _columns(
                check_rows(checks), "reported", "by", "basis", "where", "from", "to", "measured", "p_at_least", "verdict"
            ),
        ),
        "pockets": (
            f"pockets ({min(SHOWN, len(pockets))} of {len(pockets)}, by extent and probability)",
            _columns(
                pocket_rows(pockets[:SHOWN], names),
                *("actor", "besieged_by", "from", "to", "places", "area_km2", "p", "among_them"),
            ),
        ),
        "corridors": (
            f"corridors ({len(corridors)} of {len(assessment.corridors)}, claimed or likely)",
            _columns(
                corridor_rows(corridors, names), "actor", "day", "from", "to", "through", "km", "p", "claims", "denials"
            ),
        ),
        "incidents": (
            f"incidents in agreed zones ({len(assessment.incidents)}: tenure watch)",
            _incident_counts(assessment.incidents),
        ),
    }
    failed = {f.what for f in assessment.failures}
    return {title: rows for finding, (title, rows) in tables.items() if finding not in failed}


def _weight(p: float) -> float:
    return p if p == p else 0.0  # noqa: PLR0124 - NaN


def _says_something(row: dict[str, Any]) -> bool:
    return any(value and value != "0 [0 to 0]" for key, value in row.items() if key != "actor")


def _columns(rows: Iterable[dict[str, Any]], *keys: str) -> list[dict[str, Any]]:
    return [{key: row[key] for key in keys} for row in rows]


def _telling_corridors(corridors: Iterable[Corridor]) -> list[Corridor]:
    """Return the corridors that the terminal shows, by day: first those that somebody claims, then the likeliest."""
    found = [c for c in corridors if c.claims or _weight(c.p) >= LIKELY]
    ranked = sorted(found, key=lambda c: (-len(c.claims), -_weight(c.p), c.day, c.corridor_id))
    return sorted(ranked[:SHOWN], key=lambda c: (c.day, c.corridor_id))


def _telling_checks(checks: Iterable[Check]) -> list[Check]:
    """Return the checks that the terminal shows: totals that people quote, first those that could be told."""
    totals = [c for c in checks if c.kind == "km2" or (c.end - c.start).days >= CUMULATIVE_DAYS]
    first = sorted(totals, key=lambda c: (c.verdict == "cannot tell", -c.reported, c.start, c.claim_id))[: 2 * SHOWN]
    return sorted(first, key=lambda c: (c.start, c.end, c.claim_id))


def _incident_counts(incidents: Iterable[Incident]) -> list[dict[str, Any]]:
    """Return one row a zone and kind of event: how many, over which days, and how well they are carried."""
    by: dict[tuple[str, str], list[Incident]] = {}
    for incident in incidents:
        by.setdefault((incident.zone_id, incident.event), []).append(incident)
    return [
        {
            "zone": zone,
            "event": event,
            "incidents": len(found),
            "first": min(i.start for i in found).isoformat(),
            "last": _last(max(i.end for i in found)),
            "reported_independently": sum(not i.one_sided and not i.exempt for i in found if i.basis == "claims"),
            "alleged_by_one_side": sum(i.one_sided and not i.exempt for i in found if i.basis == "claims"),
            "inferred": sum(not i.exempt for i in found if i.basis != "claims"),
            "exempt": sum(i.exempt for i in found),
        }
        for (zone, event), found in sorted(by.items())
    ]
