"""Change week by week, as measures: what the report's weekly tables and charts are made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from tenure.territory.change import net_between
from tenure.territory.scope import nearest

if TYPE_CHECKING:
    from tenure.grid import Cells
    from tenure.model import ControlSamples, Measure
    from tenure.territory.grouping import Grouping

__all__ = ["weekly_change"]

_WEEK = timedelta(days=7)


def weekly_change(
    samples: ControlSamples,
    cells: Cells,
    since: date,
    until: date,
    *,
    grouping: Grouping | None = None,
) -> tuple[Measure, ...]:
    """Return ``gain``, ``loss`` and ``net`` (km2 and places) of every actor by week from `since` to `until`, both included.

    A week runs from a date to the same day of the next week; the last one may be shorter. Where a date was not sampled the
    nearest sampled one is taken, and the measure's span says which. Without a grouping `group` is the week's first day.
    """
    marks = [since + k * _WEEK for k in range((until - since).days // 7 + 1)]
    if marks[-1] != until:
        marks.append(until)
    taken = sorted({nearest(samples.dates, m) for m in marks})
    out: list[Measure] = []
    for start, end in pairwise(taken):
        kept = net_between(samples, cells, start, end, grouping=grouping)
        out += kept if grouping is not None else [replace(m, group=start.isoformat()) for m in kept]
    return tuple(out)
