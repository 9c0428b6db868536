"""The weeks of a study as published rows: what each actor gained and lost, and the incidents of the agreed zones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tenure.model import Measure
    from tenure.publish import ComplianceRow, WeekRow
    from tenure.territory import IncidentCount

__all__ = ["compliance_of", "weeks_of"]


def weeks_of(measures: Sequence[Measure]) -> tuple[WeekRow, ...]:
    """Return the weekly measures as published rows: one a week and actor."""
    from tenure.publish import WeekRow

    by: dict[tuple[date, date, str], dict[str, Measure]] = {}
    for m in measures:
        by.setdefault((m.since, m.until, m.actor), {})[m.name] = m
    out = []
    for (since, until, actor), named in sorted(by.items()):
        ground = {
            f"{kind}_{end}": getattr(named[f"{kind}_km2"], field)
            for kind in ("gain", "loss", "net")
            for end, field in (("km2", "value"), ("lo90", "lo90"), ("hi90", "hi90"))
        }
        places = {f"{kind}_places": named[f"{kind}_places"].value for kind in ("gain", "loss")}
        out.append(WeekRow(since=since, until=until - timedelta(days=1), actor=actor, **ground, **places))
    return tuple(out)


def compliance_of(counts: Sequence[IncidentCount]) -> tuple[ComplianceRow, ...]:
    """Return the counted incidents as published rows."""
    from tenure.publish import ComplianceRow

    return tuple(
        ComplianceRow(c.zone_id, c.start, c.end, c.actor, c.event, c.tier.value, c.count, c.expected, c.previous)
        for c in counts
    )
