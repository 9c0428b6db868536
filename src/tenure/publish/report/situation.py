"""The situation report: what changed between two days, by how much and how surely, who says so, and what nobody reports."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from tenure.errors import InputError
from tenure.model import CONTESTED, UNKNOWN
from tenure.publish.making import Make, plainly
from tenure.publish.report.document import (
    Block,
    Heading,
    Items,
    Paragraph,
    Picture,
    TableBlock,
    picture,
    to_html,
    to_markdown,
)
from tenure.publish.report.finding import (
    check_blocks,
    checks_within,
    corridor_blocks,
    gap_blocks,
    incident_blocks,
    incidents_within,
    likely_pockets,
    pocket_blocks,
    silence,
    source_blocks,
    tally,
)
from tenure.publish.report.phrase import holder_name, named_places, span
from tenure.publish.report.picture import change_picture, control_picture, state_names, states_on
from tenure.publish.report.placenames import place_names
from tenure.publish.report.week import compliance_blocks, week_blocks, week_pictures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tenure.publish.publication import ChangeRow, PocketRow, SeriesRow
    from tenure.publish.release import Release

__all__ = ["report_pictures", "situation_report"]

_LIMITS = (
    "Control is estimated: each place has a probability for every controller on every day, learned from dated claims with "
    "their speakers' sides. It can be wrong. Borders and names do not imply endorsement or acceptance."
)
_UNSURE = 6  # passages that are shown when no interval lies above 0


def situation_report(
    released: Release, *, form: str = "html", since: date | None = None, until: date | None = None, make: Make = plainly
) -> bytes:
    """Return the report between two days (both inclusive) as ``html`` or ``markdown``, UTF-8.

    Days default to the study's `report_since` and `report_until`, else to the first and the last published day; days
    outside the release are moved to its edge. The Markdown links to the files of `report_pictures`. A picture
    that `make` gives up is left out. Another form raises.
    """
    first, last = _days(released, since, until)
    blocks = _blocks(released, first, last, make)
    if form == "html":
        return to_html(blocks, title=_title(released)).encode()
    if form == "markdown":
        return to_markdown(blocks).encode()
    raise InputError("no such form of report", value=form, remedy="use html or markdown")


def report_pictures(
    released: Release, *, since: date | None = None, until: date | None = None, make: Make = plainly
) -> dict[str, bytes]:
    """Return the pictures that the Markdown report links to: file name and SVG bytes, without those that `make` gives up."""
    first, last = _days(released, since, until)
    pictures = (*_pictures(released, first, last, make), *week_pictures(released, first, last, make))
    return {p.name: p.svg.encode() for p in pictures}


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


def _pictures(released: Release, since: date, until: date, make: Make) -> tuple[Picture, ...]:
    """Return the maps of both days and of the change between them, those that could be drawn."""
    first, last = f"Most likely controller on {since.isoformat()}", f"Most likely controller on {until.isoformat()}"
    changed = "Cells whose most likely controller changed"
    drawn = (
        picture("map-start.svg", first, lambda: control_picture(released, since), make),
        picture("map-end.svg", last, lambda: control_picture(released, until), make),
        picture("map-change.svg", changed, lambda: change_picture(released, since, until), make),
    )
    return tuple(p for p in drawn if p is not None)


def _blocks(released: Release, since: date, until: date, make: Make) -> list[Block]:
    maps = _pictures(released, since, until, make)
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
        *maps,
        *_held(released, since, until),
        *week_blocks(released, since, until, make),
        *_unless_lacking(released, "pockets", pocket_blocks(released, since, until)),
        *_unless_lacking(released, "corridors", corridor_blocks(released, since, until)),
        *_unless_lacking(released, "incidents", incident_blocks(released, since, until)),
        *compliance_blocks(released, since, until),
        *_unless_lacking(released, "checks", check_blocks(released, since, until)),
        *source_blocks(released),
        *gap_blocks(released, since, until),
        *place_names(released),
        *_method(released),
    ]


def _unless_lacking(released: Release, finding: str, blocks: list[Block]) -> list[Block]:
    """Return the blocks of a finding; where the build could not make it, that alone: "none" would not be true."""
    if finding not in released.publication.lacking:
        return blocks
    return [Heading(finding.capitalize()), Paragraph("Could not be worked out in this build.")]


def _headline(released: Release, since: date, until: date) -> list[Block]:
    changes = [c for c in released.publication.changes if c.since == since and c.until == until]
    if not changes:
        return [*_counted(released, since, until), *_points(released, since, until)]
    changes.sort(key=lambda c: (-c.area_km2, c.from_actor, c.to_actor))
    sure = [c for c in changes if c.lo90 > 0 or c.places_lo90 > 0] or changes[:_UNSURE]
    rows = tuple(
        (
            holder_name(released, c.from_actor),
            holder_name(released, c.to_actor),
            span(c.places, c.places_lo90, c.places_hi90),
            span(c.area_km2, c.lo90, c.hi90),
        )
        for c in sure
    )
    left = len(changes) - len(sure)
    note = [Paragraph(f"{left} more passages have intervals that begin at 0.")] if left else []
    return [
        Paragraph(_sentence(released, changes)),
        *_points(released, since, until),
        *_balance(released, since, until),
        Heading("Who took what from whom", 3),
        TableBlock(("From", "To", "Places", "km²"), rows, frozenset({2, 3})),
        *note,
    ]


def _sentence(released: Release, changes: Sequence[ChangeRow]) -> str:
    held = [c for c in changes if not {c.from_actor, c.to_actor} & {CONTESTED, UNKNOWN}] or list(changes)
    top = held[0]
    return (
        f"{holder_name(released, top.to_actor)} took {span(top.places, top.places_lo90, top.places_hi90)} places and "
        f"{span(top.area_km2, top.lo90, top.hi90)} km² from {holder_name(released, top.from_actor)}."
    )


def _points(released: Release, since: date, until: date) -> list[Block]:
    """Return what a reader must know beside the ground: what is cut off, what happened, what holds, what nobody says."""
    points = []
    pockets = likely_pockets(released, until)
    if pockets:
        told = "; ".join(_pocket(released, p) for p in pockets[:3])
        points.append(f"More likely than not cut off on {until.isoformat()}: {told}.")
    incidents = incidents_within(released, since, until)
    if incidents:
        sides = sum(i.tier == "assessed" and not i.exempt for i in incidents)
        points.append(f"{len(incidents):,} incidents in agreed zones, {sides:,} of them told by more than one side.")
    checks = checks_within(released, since, until)
    if checks:
        points.append(f"{len(checks):,} reported figures were measured: {tally(checks)}.")
    quiet = silence(released, since, until)
    return [Items(tuple(p for p in (*points, quiet) if p))] if points or quiet else []


def _pocket(released: Release, pocket: PocketRow) -> str:
    area = span(pocket.area_km2, pocket.area_km2, pocket.area_km2)
    return f"{holder_name(released, pocket.actor)}, {area} km² round {named_places(released, pocket.places[:1])}"


def _balance(released: Release, since: date, until: date) -> list[Block]:
    """Return what each side gained, lost and netted between the two days, where that was measured."""
    found = {
        (m.actor, m.name): m
        for m in released.publication.measures
        if not m.group and m.since == since and m.until == until + timedelta(days=1)
    }
    rows = []
    for state in released.publication.posterior.states:
        cells = []
        for name, least in (("gain_places", 0.0), ("gain_km2", 0.0), ("loss_km2", 0.0), ("net_km2", -math.inf)):
            m = found.get((state, name))
            cells.append("" if m is None else span(m.value, m.lo90, m.hi90, least=least))
        if any(cells):
            rows.append((holder_name(released, state), *cells))
    if not rows:
        return []
    head = ("", "Places gained", "km² gained", "km² lost", "Net, km²")
    return [Heading("Gained and lost", 3), TableBlock(head, tuple(rows), frozenset({1, 2, 3, 4}))]


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
    return [TableBlock(("From", "To", "Places", "km²"), rows, frozenset({2, 3})), note]


def _held(released: Release, since: date, until: date) -> list[Block]:
    rows = []
    for state in (*released.publication.posterior.states, UNKNOWN):
        course = sorted((r for r in released.publication.series if r.actor == state), key=lambda r: r.on)
        shown = [max((r for r in course if r.on <= day), key=lambda r: r.on, default=None) for day in (since, until)]
        if all(r is None for r in shown):
            continue
        cells = [f for r in shown for f in _figures(r)]
        rows.append((holder_name(released, state), *cells))
    if not rows:
        return []
    head = ("", f"km², {since.isoformat()}", "places", f"km², {until.isoformat()}", "places")
    return [Heading("Who holds what"), TableBlock(head, tuple(rows), frozenset({1, 2, 3, 4}))]


def _figures(row: SeriesRow | None) -> tuple[str, str]:
    if row is None:
        return "", ""
    return span(row.area_km2, row.lo90, row.hi90), span(row.places, row.places_lo90, row.places_hi90)


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
