"""The findings of the situation report: pockets, corridors, incidents, checks, sources and gaps, a few blocks each.

A report is read in minutes: each part says how many there are, shows the likeliest or best carried, and counts the rest.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tenure.publish.publication import check_order
from tenure.publish.report.document import Block, Heading, Paragraph, TableBlock
from tenure.publish.report.phrase import chance, doers, holder_name, last_day, named_places, span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from typing import Any

    from tenure.publish.publication import CheckRow, IncidentRow, PocketRow
    from tenure.publish.release import Release

__all__ = [
    "check_blocks",
    "checks_within",
    "corridor_blocks",
    "gap_blocks",
    "incident_blocks",
    "incidents_within",
    "likely_pockets",
    "pocket_blocks",
    "silence",
    "source_blocks",
    "tally",
]

LIKELY = 0.25
"""Findings less probable than this are counted, not shown, unless somebody claims them."""

_INCIDENTS, _DOERS, _LONGEST = 20, 12, 40  # rows of a table in the report; the rest is in the files
_VERDICTS = ("supported", "disputed", "cannot tell")


def _within(rows: Sequence[Any], since: date, until: date) -> list[Any]:
    return [r for r in rows if r.start <= until and (r.end is None or r.end > since)]


def _rest(count: int, what: str) -> list[Block]:
    return [Paragraph(f"{count:,} more {what} in the files.")] if count > 0 else []


def likely_pockets(released: Release, on: date) -> list[PocketRow]:
    """Return the pockets that are more likely than not on a day, the largest first."""
    found = [p for p in _within(released.publication.pockets, on, on) if p.p > 0.5]  # noqa: PLR2004 - an even chance
    return sorted(found, key=lambda p: (-p.area_km2, p.pocket_id))


def pocket_blocks(released: Release, since: date, until: date) -> list[Block]:
    """Return ground that was cut off: the same ground cut off several times is one row."""
    pockets = _within(released.publication.pockets, since, until)
    if not pockets:
        return [Heading("Pockets"), Paragraph("No ground was cut off.")]
    by: dict[tuple[str, tuple[str, ...]], list[PocketRow]] = {}
    for pocket in sorted(pockets, key=lambda p: (p.start, p.pocket_id)):
        by.setdefault((pocket.actor, tuple(sorted(pocket.places))), []).append(pocket)
    groups = sorted(by.values(), key=lambda g: (-max(p.p for p in g), g[0].start, g[0].pocket_id))
    shown = [g for g in groups if not max(p.p for p in g) < LIKELY][:_LONGEST]  # what was not measured is shown
    rows = []
    for group in shown:
        largest = max(group, key=lambda p: p.area_km2)
        times = "" if len(group) == 1 else f", {len(group)} times"
        cells = (holder_name(released, group[0].actor), group[0].start.isoformat(), f"{last_day(group[-1].end)}{times}")
        area = span(largest.area_km2, largest.lo90, largest.hi90)
        around = holder_name(released, largest.besieged_by) if largest.besieged_by else "several"
        people = (around, _people(largest), chance(max(p.p for p in group)))
        rows.append((*cells, area, *people, named_places(released, largest.places)))
    head = ("Held by", "Cut off from", "until", "km²", "By", "People", "Probability", "Places")
    table: list[Block] = [TableBlock(head, tuple(rows), frozenset({3, 5, 6}))] if rows else []
    left = sum(len(g) for g in groups) - sum(len(g) for g in shown)
    return [Heading("Pockets"), *table, *_rest(left, f"less probable than {LIKELY:.2f} are")]


def _people(pocket: PocketRow) -> str:
    """Return how many people live inside, as far as the gazetteer knows: never zero for what it does not know."""
    if not pocket.population:
        return "not known" if pocket.population is None or pocket.population_unknown else "none"
    return f"at least {pocket.population:,}" if pocket.population_unknown else f"{pocket.population:,}"


def corridor_blocks(released: Release, since: date, until: date) -> list[Block]:
    """Return the passages that were claimed or are likely."""
    found = _within(released.publication.corridors, since, until)
    if not found:
        return [Heading("Corridors"), Paragraph("No corridor was found or claimed.")]
    shown = [c for c in found if not c.p < LIKELY or c.claims][:_LONGEST]
    rows = tuple(
        (
            holder_name(released, c.actor),
            c.start.isoformat(),
            last_day(c.end),
            "" if c.width_km is None or c.width_km != c.width_km else f"{c.width_km:.1f}",
            chance(c.p),
            f"{len(c.claims)}",
            named_places(released, c.places),
            c.note,
        )
        for c in shown
    )
    head = ("Of", "From", "until", "Width, km", "Probability", "Claims", "Places", "Explanations")
    table: list[Block] = [TableBlock(head, rows, frozenset({3, 4, 5}))] if rows else []
    return [Heading("Corridors"), *table, *_rest(len(found) - len(shown), "that nobody claims and few samples show are")]


def incidents_within(released: Release, since: date, until: date) -> list[IncidentRow]:
    """Return the incidents that began between two days, both included."""
    return [i for i in released.publication.incidents if since <= i.start <= until]


def incident_blocks(released: Release, since: date, until: date) -> list[Block]:
    """Return what happened inside agreed zones: counted by actor and kind, then those that most stories tell."""
    zones = {z.zone_id: z.name for z in released.publication.zones}
    found = incidents_within(released, since, until)
    if not zones:
        return []
    if not found:
        return [Heading("Incidents in agreed zones"), Paragraph("None was reported between the two days.")]
    found.sort(key=lambda i: (i.exempt, -i.sources, i.start, i.incident_id))
    shown = sorted(found[:_INCIDENTS], key=lambda i: (i.start, i.incident_id))
    one = len({i.zone_id for i in found}) == 1
    rows = tuple(
        (
            i.start.isoformat(),
            *(() if one else (zones.get(i.zone_id, i.zone_id),)),
            i.event,
            doers(released, i.actors),
            doers(released, i.targets) if i.targets else "",
            (named_places(released, (i.place_id,)) if i.place_id else "") or i.where,
            "exempt" if i.exempt else i.tier,
            f"{i.sources}",
        )
        for i in shown
    )
    head = ("Day", *(() if one else ("Zone",)), "Event", "By", "Against", "At", "Tier", "Stories")
    where = f"All of them in: {zones.get(found[0].zone_id, found[0].zone_id)}. " if one else ""
    note = f"{where}The {len(rows)} told by most independent stories, of {len(found):,}; all are in the files."
    counts = _incident_counts(released, found)
    return [
        Heading("Incidents in agreed zones"),
        Paragraph(
            "Assessed: more than one side says so, or somebody of no side. Claimed: one side. Inferred: no claim says so, "
            "the model concludes it from others. Exempt: the agreement allows it. None is a verdict."
        ),
        counts,
        Paragraph(note),
        TableBlock(head, rows, frozenset({len(head) - 1})),
    ]


def _incident_counts(released: Release, found: Sequence[IncidentRow]) -> TableBlock:
    """Return how many incidents of each kind each actor is said to have made, and how well they are carried."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for i in found:
        by = doers(released, i.actors)
        counts.setdefault((by, i.event), Counter())["exempt" if i.exempt else i.tier] += 1
    ordered = sorted(counts.items(), key=lambda kv: (-kv[1].total(), kv[0]))
    others = sum((kinds for _, kinds in ordered[_DOERS:]), Counter[str]())
    columns = ("assessed", "claimed", "disputed", "inferred", "exempt")
    rows = [(by, event, *(f"{kinds[c]:,}" for c in columns)) for (by, event), kinds in ordered[:_DOERS]]
    if others:
        rows.append((f"{len(ordered) - _DOERS} others", "", *(f"{others[c]:,}" for c in columns)))
    return TableBlock(
        ("By", "Event", *(c.capitalize() for c in columns)), tuple(rows), frozenset(range(2, 2 + len(columns)))
    )


def checks_within(released: Release, since: date, until: date) -> list[CheckRow]:
    """Return the checked figures about days that the period holds a part of, in the order in which a reader wants them."""
    found = [c for c in released.publication.checks if c.since <= until and c.until >= since]
    return sorted(found, key=check_order)


def tally(checks: Sequence[CheckRow]) -> str:
    """Return in words how many checked figures are supported, disputed and untold."""
    counts = Counter(c.verdict for c in checks)
    return ", ".join(f"{counts[v]:,} {v}" for v in _VERDICTS)


def check_blocks(released: Release, since: date, until: date) -> list[Block]:
    """Return the reported quantities about the period beside the measured ones."""
    found = checks_within(released, since, until)
    if not found:
        return []
    outlets = {r.report_id: r.publisher for r in released.publication.reports}
    speakers = {c.claim_id: c.speaker or outlets.get(c.report_id) or "" for c in released.publication.claims}
    rows = []
    for c in found[:_LONGEST]:
        high = "" if c.reported_high is None else f" to {c.reported_high:,.0f}"
        qualifier = "" if c.qualifier in {"exact", "range"} else f"{c.qualifier} "
        unit = "km²" if c.unit == "km2" else "place" if c.reported == 1 and not high else c.unit
        said = f"{qualifier}{c.reported:,.0f}{high} {unit}"
        days = c.since.isoformat() if c.since == c.until else f"{c.since.isoformat()} to {c.until.isoformat()}"
        rows.append((c.subject, days, speakers.get(c.claim_id, ""), said, span(c.measured, c.lo90, c.hi90), c.verdict))
    head = ("What", "Between", "Who says so", "Reported", "Measured", "Verdict")
    say = f"{len(found):,} figures about these days: {tally(found)}. A wide interval cannot tell; it does not refute."
    return [
        Heading("Reported and measured"),
        Paragraph(say),
        TableBlock(head, tuple(rows), frozenset({4})),
        *_rest(len(found) - len(rows), "are"),
    ]


def source_blocks(released: Release) -> list[Block]:
    """Return the sources with their learned reliability, those with most evidence first."""
    found = sorted(released.publication.reliabilities, key=lambda r: (-r.claims, r.source_id))
    if not found:
        return []
    rows = tuple(
        (
            holder_name(released, r.name),
            "none" if r.side is None else holder_name(released, r.side),
            r.kind.replace("_", " "),
            f"{r.claims:,}",
            f"{r.p_correct:.2f} ({r.lo90:.2f} to {r.hi90:.2f})",
        )
        for r in found[:_LONGEST]
    )
    head = ("Source", "Side", "Kind", "Evidence", "Learned reliability")
    note = "Reliability is the learned probability that what a source asserts held; few claims leave it near its prior."
    return [
        Heading("Sources"),
        TableBlock(head, rows, frozenset({3, 4})),
        Paragraph(note),
        *_rest(len(found) - len(rows), "are"),
    ]


def gap_blocks(released: Release, since: date, until: date) -> list[Block]:
    """Return the ground about which nobody reports, the widest first, and its share of all."""
    found = _within(released.publication.gaps, since, until)
    note = Paragraph("Absence of reports is not absence of conflict.")
    if not found:
        return [Heading("Gaps in the evidence"), Paragraph("No gap was found."), note]
    found.sort(key=lambda g: (-g.area_km2, g.name, g.start))
    rows = tuple(
        (g.name, g.start.isoformat(), last_day(g.end), f"{g.places:,}", f"{g.area_km2:,.0f}", g.reason)
        for g in found[:_LONGEST]
    )
    head = ("Ground", "From", "until", "Places", "km²", "Why")
    return [
        Heading("Gaps in the evidence"),
        Paragraph(f"{silence(released, since, until)} What is said of it rests on its neighbours and on the start."),
        TableBlock(head, rows, frozenset({3, 4})),
        note,
        *_rest(len(found) - len(rows), "are"),
    ]


def silence(released: Release, since: date, until: date) -> str:
    """Return in words how much of the ground no evidence bears on; empty when there is none."""
    found = _within(released.publication.gaps, since, until)
    cells = released.publication.cells
    places, area = sum(g.places for g in found), sum(g.area_km2 for g in found)
    of = f" of {sum(c.area_km2 for c in cells):,.0f}" if cells else ""
    if not found:
        return ""
    return f"No evidence bears on {places:,} of {len(released.publication.places):,} places and {area:,.0f}{of} km²."
