"""The situation report: what changed between two days, by how much and how surely, who says so, and what nobody reports."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from tenure.errors import InputError
from tenure.model import CONTESTED, UNKNOWN
from tenure.publish.document import Block, Heading, Items, Paragraph, Picture, Rows, to_html, to_markdown
from tenure.publish.payload import check_order
from tenure.publish.picture import change_picture, control_picture, state_names, states_on
from tenure.publish.placenames import place_names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tenure.publish.publication import ChangeRow, IncidentRow, SeriesRow
    from tenure.publish.release import Release

__all__ = ["report_pictures", "situation_report"]

_LIMITS = (
    "Control is estimated: each place has a probability for every controller on every day, learned from dated claims with "
    "their speakers' sides. It can be wrong. Borders and names do not imply endorsement or acceptance."
)
_INCIDENTS = 20
_LONGEST = 40  # rows of a table in the report; the rest is in the files


def situation_report(
    released: Release, *, form: str = "html", since: date | None = None, until: date | None = None
) -> bytes:
    """Return the report between two days (both inclusive) as ``html`` or ``markdown``, UTF-8.

    Days default to the study's `report_since` and `report_until`, else to the first and the last published day; days
    outside the release are moved to its edge. The Markdown links to the files of `report_pictures`. Another form raises.
    """
    first, last = _days(released, since, until)
    blocks = _blocks(released, first, last)
    if form == "html":
        return to_html(blocks, title=_title(released)).encode()
    if form == "markdown":
        return to_markdown(blocks).encode()
    raise InputError("no such form of report", value=form, remedy="use html or markdown")


def report_pictures(released: Release, *, since: date | None = None, until: date | None = None) -> dict[str, bytes]:
    """Return the pictures that the Markdown report links to: file name and SVG bytes."""
    first, last = _days(released, since, until)
    return {p.name: p.svg.encode() for p in _pictures(released, first, last)}


def _days(released: Release, since: date | None, until: date | None) -> tuple[date, date]:
    config = released.publication.config
    first = since or config.report_since or released.first_day
    last = until or config.report_until or released.last_day
    first = min(max(first, released.first_day), released.last_day)
    last = min(max(last, released.first_day), released.last_day)
    if last < first:
        raise InputError("the report ends before it starts", value=f"{first} to {last}", remedy="give since before until")
    return first, last


def _title(released: Release) -> str:
    return released.publication.config.title or released.publication.config.name


def _pictures(released: Release, since: date, until: date) -> tuple[Picture, Picture, Picture]:
    return (
        Picture("map-start.svg", f"Most likely controller on {since.isoformat()}", control_picture(released, since)),
        Picture("map-end.svg", f"Most likely controller on {until.isoformat()}", control_picture(released, until)),
        Picture("map-change.svg", "Cells whose most likely controller changed", change_picture(released, since, until)),
    )


def _blocks(released: Release, since: date, until: date) -> list[Block]:
    start, end, change = _pictures(released, since, until)
    reports, claims = len(released.publication.reports), len(released.publication.claims)
    return [
        Heading(_title(released), 1),
        Paragraph(
            f"Situation between {since.isoformat()} and {until.isoformat()} (both days included). {reports:,} reports, "
            f"{claims:,} claims. Evidence published until {released.cutoff.isoformat()}. Intervals are 90%."
        ),
        Heading("Headline"),
        *_headline(released, since, until),
        Heading("The map"),
        start,
        end,
        change,
        *_held(released, since, until),
        *_pockets(released, since, until),
        *_corridors(released, since, until),
        *_incidents(released, since, until),
        *_checks(released),
        *_sources(released),
        *_gaps(released, since, until),
        *place_names(released),
        *_method(released),
    ]


def _span(value: float, low: float, high: float) -> str:
    if not math.isfinite(value):
        return "not measured"
    shown = f"{value:,.0f}"
    low = max(low, 0.0)
    return shown if low >= high else f"{shown} ({low:,.0f} to {high:,.0f})"


def _name(released: Release, state: str) -> str:
    names = dict(zip((*released.publication.posterior.states, UNKNOWN), state_names(released), strict=True))
    others = {a.actor_id: a.name for a in released.publication.actors}
    known = {**others, **names}
    # what acts together comes as ids joined by a plus
    return " + ".join(known.get(part, part) for part in state.split(" + "))


def _chance(p: float) -> str:
    return f"{p:.2f}" if math.isfinite(p) else "not measured"


def _doers(released: Release, actors: tuple[str, ...]) -> str:
    return ", ".join(_name(released, a) for a in actors if a) or "not stated"


def _headline(released: Release, since: date, until: date) -> list[Block]:
    changes = [c for c in released.publication.changes if c.since == since and c.until == until]
    if not changes:
        return _counted(released, since, until)
    changes.sort(key=lambda c: (-c.area_km2, c.from_actor, c.to_actor))
    rows = tuple(
        (
            _name(released, c.from_actor),
            _name(released, c.to_actor),
            _span(c.places, c.places_lo90, c.places_hi90),
            _span(c.area_km2, c.lo90, c.hi90),
        )
        for c in changes
    )
    return [Paragraph(_sentence(released, changes)), Rows(("From", "To", "Places", "km²"), rows, frozenset({2, 3}))]


def _sentence(released: Release, changes: Sequence[ChangeRow]) -> str:
    held = [c for c in changes if not {c.from_actor, c.to_actor} & {CONTESTED, UNKNOWN}] or list(changes)
    top = held[0]
    return (
        f"{_name(released, top.to_actor)} took {_span(top.places, top.places_lo90, top.places_hi90)} places and "
        f"{_span(top.area_km2, top.lo90, top.hi90)} km² from {_name(released, top.from_actor)}."
    )


def _counted(released: Release, since: date, until: date) -> list[Block]:
    """Return the change between most likely controllers, which has no interval."""
    before, after = states_on(released, since), states_on(released, until)
    area = {c.place_id: c.area_km2 for c in released.publication.cells}
    pairs: dict[tuple[int, int], tuple[int, float]] = {}
    for i, place_id in enumerate(released.publication.posterior.place_ids):
        key = (int(before[i]), int(after[i]))
        if key[0] != key[1]:
            count, km2 = pairs.get(key, (0, 0.0))
            pairs[key] = (count + 1, km2 + area.get(place_id, 0.0))
    if not pairs:
        return [Paragraph("No place changed hands.")]
    names = state_names(released)
    ordered = sorted(pairs.items(), key=lambda kv: (-kv[1][1], kv[0]))
    rows = tuple((names[a], names[b], f"{n:,}", f"{km2:,.0f}") for (a, b), (n, km2) in ordered)
    note = Paragraph("Change of the most likely controller; for these two days no interval was measured.")
    return [Rows(("From", "To", "Places", "km²"), rows, frozenset({2, 3})), note]


def _held(released: Release, since: date, until: date) -> list[Block]:
    rows = []
    for state in (*released.publication.posterior.states, UNKNOWN):
        course = sorted((r for r in released.publication.series if r.actor == state), key=lambda r: r.on)
        shown = [max((r for r in course if r.on <= day), key=lambda r: r.on, default=None) for day in (since, until)]
        if all(r is None for r in shown):
            continue
        cells = [f for r in shown for f in _figures(r)]
        rows.append((_name(released, state), *cells))
    if not rows:
        return []
    head = ("", f"km², {since.isoformat()}", "places", f"km², {until.isoformat()}", "places")
    return [Heading("Who holds what"), Rows(head, tuple(rows), frozenset({1, 2, 3, 4}))]


def _figures(row: SeriesRow | None) -> tuple[str, str]:
    if row is None:
        return "", ""
    return _span(row.area_km2, row.lo90, row.hi90), _span(row.places, row.places_lo90, row.places_hi90)


def _until(end: date | None) -> str:
    """Return the last day of a half-open interval: the report's days are inclusive."""
    return "open" if end is None else (end - timedelta(days=1)).isoformat()


def _place_names(released: Release, ids: tuple[str, ...]) -> str:
    names = {p.place_id: p.name for p in released.publication.places}
    shown = [names[i] for i in ids if i in names]
    return ", ".join(shown[:6]) + (f" and {len(shown) - 6} more" if len(shown) > 6 else "")  # noqa: PLR2004 - what a cell holds


def _pockets(released: Release, since: date, until: date) -> list[Block]:
    pockets = [p for p in released.publication.pockets if p.start <= until and (p.end is None or p.end > since)]
    pockets.sort(key=lambda p: (-p.p, p.start, p.pocket_id))
    if not pockets:
        return [Heading("Pockets"), Paragraph("No ground was cut off.")]
    rows = tuple(
        (
            _name(released, p.actor),
            p.start.isoformat(),
            _until(p.end),
            _span(p.area_km2, p.lo90, p.hi90),
            _chance(p.p),
            _place_names(released, p.places),
        )
        for p in pockets[:_LONGEST]
    )
    head = ("Held by", "Cut off from", "until", "km²", "Probability", "Places")
    return [Heading("Pockets"), Rows(head, rows, frozenset({3, 4})), *_more(len(pockets))]


def _corridors(released: Release, since: date, until: date) -> list[Block]:
    found = [c for c in released.publication.corridors if c.start <= until and (c.end is None or c.end > since)]
    if not found:
        return [Heading("Corridors"), Paragraph("No corridor was found or claimed.")]
    rows = tuple(
        (
            _name(released, c.actor),
            c.start.isoformat(),
            _until(c.end),
            "" if c.width_km is None or not math.isfinite(c.width_km) else f"{c.width_km:.1f}",
            _chance(c.p),
            _place_names(released, c.places),
            c.note,
        )
        for c in found[:_LONGEST]
    )
    head = ("Of", "From", "until", "Width, km", "Probability", "Places", "Note")
    return [Heading("Corridors"), Rows(head, rows, frozenset({3, 4})), *_more(len(found))]


def _incidents(released: Release, since: date, until: date) -> list[Block]:
    zones = {z.zone_id: z.name for z in released.publication.zones}
    found = [i for i in released.publication.incidents if since <= i.start <= until]
    if not zones:
        return []
    if not found:
        return [Heading("Incidents in agreed zones"), Paragraph("None was reported between the two days.")]
    found.sort(key=lambda i: (i.exempt, -i.sources, i.start, i.incident_id))
    rows = tuple(
        (
            i.start.isoformat(),
            zones.get(i.zone_id, i.zone_id),
            i.event,
            _doers(released, i.actors),
            _place_names(released, (i.place_id,)) if i.place_id else "",
            "exempt" if i.exempt else i.tier,
            f"{i.sources}",
        )
        for i in sorted(found[:_INCIDENTS], key=lambda i: (i.start, i.incident_id))
    )
    head = ("Day", "Zone", "Event", "By", "At", "Tier", "Stories")
    note = Paragraph(f"The {len(rows)} told by most independent stories, of {len(found):,}; all are in the files.")
    return [Heading("Incidents in agreed zones"), _incident_counts(released, found), note, Rows(head, rows, frozenset({6}))]


def _incident_counts(released: Release, found: Sequence[IncidentRow]) -> Rows:
    """Return how many incidents of each kind each actor is said to have made, and how well they are carried."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for i in found:
        by = _doers(released, i.actors)
        counts.setdefault((by, i.event), Counter())["exempt" if i.exempt else i.tier] += 1
    ordered = sorted(counts.items(), key=lambda kv: (-kv[1].total(), kv[0]))
    columns = ("assessed", "claimed", "disputed", "exempt")
    rows = tuple((by, event, *(f"{kinds[c]:,}" for c in columns)) for (by, event), kinds in ordered)
    return Rows(("By", "Event", "Assessed", "Claimed", "Disputed", "Exempt"), rows, frozenset({2, 3, 4, 5}))


def _more(count: int) -> list[Block]:
    return [Paragraph(f"{count - _LONGEST} more are in the files.")] if count > _LONGEST else []


def _checks(released: Release) -> list[Block]:
    if not released.publication.checks:
        return []
    speakers = {c.claim_id: c.speaker or "the outlet" for c in released.publication.claims}
    found = sorted(released.publication.checks, key=check_order)
    rows = []
    for c in found[:_LONGEST]:
        high = "" if c.reported_high is None else f" to {c.reported_high:,.0f}"
        qualifier = "" if c.qualifier in {"exact", "range"} else f"{c.qualifier} "
        unit = "place" if c.unit == "places" and c.reported == 1 and not high else c.unit
        said = f"{qualifier}{c.reported:,.0f}{high} {unit}"
        span = f"{c.since.isoformat()} to {c.until.isoformat()}"
        rows.append((c.subject, span, speakers.get(c.claim_id, ""), said, _span(c.measured, c.lo90, c.hi90), c.verdict))
    head = ("What", "Between", "Who says so", "Reported", "Measured", "Verdict")
    return [
        Heading("Reported and measured"),
        Rows(head, tuple(rows), frozenset({4})),
        *_more(len(released.publication.checks)),
    ]


def _sources(released: Release) -> list[Block]:
    found = sorted(released.publication.reliabilities, key=lambda r: (-r.claims, r.source_id))
    if not found:
        return []
    rows = tuple(
        (
            r.name,
            r.side or "none",
            r.kind.replace("_", " "),
            f"{r.claims:,}",
            f"{r.p_correct:.2f} ({r.lo90:.2f} to {r.hi90:.2f})",
        )
        for r in found[:_LONGEST]
    )
    head = ("Source", "Side", "Kind", "Evidence", "Learned reliability")
    note = Paragraph(
        "Reliability is the learned probability that what a source asserts held; few claims leave it near its prior."
    )
    return [Heading("Sources"), Rows(head, rows, frozenset({3, 4})), note, *_more(len(found))]


def _gaps(released: Release, since: date, until: date) -> list[Block]:
    found = [g for g in released.publication.gaps if g.start <= until and (g.end is None or g.end > since)]
    note = Paragraph("Absence of reports is not absence of conflict.")
    if not found:
        return [Heading("Gaps in the evidence"), Paragraph("No gap was found."), note]
    rows = tuple(
        (g.name, g.start.isoformat(), _until(g.end), f"{g.places:,}", f"{g.area_km2:,.0f}", g.reason)
        for g in found[:_LONGEST]
    )
    head = ("Ground", "From", "until", "Places", "km²", "Why")
    return [Heading("Gaps in the evidence"), Rows(head, rows, frozenset({3, 4})), note, *_more(len(found))]


def _method(released: Release) -> list[Block]:
    publication = released.publication
    thanks = tuple(f"{a.what}: {a.credit} ({a.licence})" for a in publication.attributions)
    thanks_blocks: list[Block] = [Heading("Data and credits", 3), Items(thanks)] if thanks else []
    return [
        Heading("Method and limits"),
        Paragraph(_LIMITS),
        Items(released.disclosures),
        Paragraph(f"Tenure {publication.version}. Method: {publication.method}."),
        *thanks_blocks,
    ]
