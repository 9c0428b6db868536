"""The weeks of the situation report: what each actor gained and lost, and how many incidents the agreed zones saw."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from tenure.model import CONTESTED, UNKNOWN, Measure
from tenure.publish.making import Make, plainly
from tenure.publish.report.chart import bar_chart, line_chart
from tenure.publish.report.document import Block, Heading, Paragraph, Picture, TableBlock, picture
from tenure.publish.report.phrase import holder_name, last_day, span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tenure.publish.publication import ComplianceRow, WeekRow
    from tenure.publish.release import Release

__all__ = ["compliance_blocks", "week_blocks", "week_pictures"]

_LONGEST = 80  # rows of a table in the report; the rest is in the files
_TIERS = ("assessed", "claimed", "disputed", "inferred")
_ANY = 0.5  # square kilometres or places: less is none


def _weeks(released: Release, since: date, until: date) -> list[WeekRow]:
    found = [w for w in released.publication.weekly if w.since < until and w.until > since]
    return sorted(found, key=lambda w: (w.since, w.actor))


def _colours(released: Release) -> dict[str, str]:
    return {a.name: a.colour for a in released.publication.actors}


def week_pictures(released: Release, since: date, until: date, make: Make = plainly) -> tuple[Picture, ...]:
    """Return charts with 90% bands: the ground that each actor held from day to day, and what it netted week by week."""
    colours = _colours(released)
    held = [
        Measure(
            "area_km2", holder_name(released, r.actor), r.on, r.on + timedelta(days=1), "", r.area_km2, "km2", r.lo90,
            r.hi90, r.lo90, r.hi90, "",
        )
        for r in released.publication.series
        if since <= r.on <= until and r.actor != UNKNOWN
    ]  # fmt: skip
    net = [
        Measure(
            "net_km2", holder_name(released, w.actor), w.since, w.until, "", w.net_km2, "km2", w.net_lo90, w.net_hi90,
            w.net_lo90, w.net_hi90, "",
        )
        for w in _weeks(released, since, until)
        if w.actor not in {CONTESTED, UNKNOWN}
    ]  # fmt: skip
    charts: list[Picture | None] = []
    if held:
        title = "Ground held, km², with its 90% interval"
        draw = partial(line_chart, held, title=title, colours=colours)
        charts.append(picture("weeks-held.svg", "Ground held by day", draw, make))
    if net:
        title = "Net change by week, km², with its 90% interval"
        draw = partial(bar_chart, net, title=title, colours=colours)
        charts.append(picture("weeks-net.svg", "Net change of ground by week", draw, make))
    return tuple(c for c in charts if c is not None)


def week_blocks(released: Release, since: date, until: date, make: Make = plainly) -> list[Block]:
    """Return gains and losses week by week: charts, and a table of the weeks in which an actor gained or lost anything."""
    weeks = _weeks(released, since, until)
    if not weeks:
        return []
    told = [w for w in weeks if w.actor not in {CONTESTED, UNKNOWN} and max(w.gain_km2, w.loss_km2, w.gain_places) >= _ANY]
    rows = tuple(
        (
            w.since.isoformat(),
            w.until.isoformat(),
            holder_name(released, w.actor),
            span(w.gain_km2, w.gain_lo90, w.gain_hi90),
            span(w.loss_km2, w.loss_lo90, w.loss_hi90),
            f"{w.net_km2:+,.0f} ({w.net_lo90:+,.0f} to {w.net_hi90:+,.0f})",
            f"{w.gain_places:,.0f}",
            f"{w.loss_places:,.0f}",
        )
        for w in told[:_LONGEST]
    )
    head = ("From", "to", "", "Gained, km²", "Lost, km²", "Net, km²", "Places gained", "lost")
    left = [Paragraph(f"{len(told) - len(rows):,} more rows are in the files.")] if len(told) > len(rows) else []
    table: list[Block] = [TableBlock(head, rows, frozenset({3, 4, 5, 6, 7}))] if rows else [Paragraph("No ground passed.")]
    return [Heading("Week by week"), *week_pictures(released, since, until, make), *table, *left]


def compliance_blocks(released: Release, since: date, until: date) -> list[Block]:
    """Return the incidents in each agreed zone by week and tier, beside those of the week before and the week's reports."""
    found = [c for c in released.publication.compliance if c.start <= until and c.end > since]
    if not found:
        return []
    zones = {z.zone_id: z.name for z in released.publication.zones}
    by: dict[tuple[date, str], list[ComplianceRow]] = {}
    for row in found:
        by.setdefault((row.start, row.zone_id), []).append(row)
    one = len({zone for _, zone in by}) == 1
    rows = tuple(
        (
            start.isoformat(),
            last_day(group[0].end),
            *(() if one else (zones.get(zone, zone),)),
            *_counted(group),
            f"{_reports(released, start, group[0].end):,}",
        )
        for (start, zone), group in sorted(by.items())
    )
    head = ("From", "to", *(() if one else ("Zone",)), *(t.capitalize() for t in _TIERS), "All", "Week before", "Reports")
    note = (
        "Incidents that the agreement does not exempt. Few reports are not compliance: read the counts beside the reports."
    )
    return [
        Heading("Incidents by week", 3),
        TableBlock(head, rows[:_LONGEST], frozenset(range(3 - one, len(head)))),
        Paragraph(note),
    ]


def _counted(group: Sequence[ComplianceRow]) -> list[str]:
    kinds: Counter[str] = Counter()
    for row in group:
        kinds[row.tier] += row.count
    return [*(f"{kinds[t]:,}" for t in _TIERS), f"{kinds.total():,}", f"{sum(r.previous for r in group):,}"]


def _reports(released: Release, start: date, end: date) -> int:
    return sum(start <= r.published_at.date() < end for r in released.publication.reports)
