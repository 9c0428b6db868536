"""`tenure watch`: incidents in the agreed zones."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tenure.model import from_table
from tenure.pipeline.built import known_of, open_built
from tenure.pipeline.headline import Wording, incident_rows
from tenure.pipeline.known import fuse_known, release_texts
from tenure.pipeline.stored import read_finding
from tenure.store import ReadStore

if TYPE_CHECKING:
    from pathlib import Path


__all__ = ["watch_zones"]


ONE_DAY = timedelta(days=1)


def watch_zones(folder: Path, *, now: datetime) -> list[dict[str, Any]]:
    """Return the zone incidents of the last build.

    Where the embargo cuts into the study they are found again from what was published by the cut-off.
    """
    from tenure.territory import Incident, zone_incidents

    built = open_built(folder)
    known = known_of(built, now)
    fused, cells = fuse_known(known, built.evidence)
    if known.is_cut:
        records = (known.claims, known.placements, known.reports)
        incidents = zone_incidents(known.study, *records, fused.posterior, cells).incidents
    else:
        with ReadStore.open(folder) as store:
            incidents = tuple(from_table(Incident, read_finding(store, "incidents")))
    released = release_texts(known, fused.posterior, cells, persons=built.persons, now=now)
    begun = (replace(i, end=min(i.end, known.cutoff + ONE_DAY)) for i in incidents if i.start <= known.cutoff)
    return incident_rows(begun, Wording.of(known, released))
