"""`tenure check`: each reported quantity beside the measured one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tenure.model import from_table
from tenure.pipeline.assessment import headline_dates, sample_known
from tenure.pipeline.built import known_of, open_built
from tenure.pipeline.headline import check_rows
from tenure.pipeline.known import fuse_known, release_texts
from tenure.pipeline.stored import read_finding
from tenure.store import ReadStore

if TYPE_CHECKING:
    from pathlib import Path


__all__ = ["check_study"]


ONE_DAY = timedelta(days=1)


def check_study(folder: Path, *, now: datetime) -> list[dict[str, Any]]:
    """Return each reported quantity beside the measured one, as the last build found them.

    Where the embargo cuts into the study they are found again from what was published by the cut-off.
    """
    from tenure.territory import Check, check_quantities, dates_to_sample

    built = open_built(folder)
    known = known_of(built, now)
    fused, cells = fuse_known(known, built.evidence)
    if known.is_cut:
        study, records = known.study, (known.claims, known.placements, known.reports)
        wanted = dates_to_sample(known.claims, study.config.start, study.config.end - timedelta(days=1))
        samples = sample_known(known, fused, cells, [*headline_dates(study), *wanted])
        checks = check_quantities(study, *records, fused.posterior, samples, cells)
    else:
        with ReadStore.open(folder) as store:
            checks = tuple(from_table(Check, read_finding(store, "checks")))
    released = release_texts(known, fused.posterior, cells, persons=built.persons, now=now)
    quotes = {c.claim_id: c.quote for c in released.publication.claims}
    return check_rows(
        replace(c, quote=quotes[c.claim_id]) for c in checks if c.claim_id in quotes and c.end <= known.cutoff + ONE_DAY
    )
