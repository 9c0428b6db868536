"""What of a study may be told now: the records published by the cut-off, and the release that every answer is read from.

Where the embargo cuts into a study, nothing is taken from what was computed with later knowledge: control is fused and
findings are made again from what was published by the cut-off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tenure.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    import pyarrow as pa

    from tenure.config import Study
    from tenure.control import Fused
    from tenure.grid import Cells
    from tenure.model import Claim, Placement, Posterior, Report
    from tenure.publish import Release

__all__ = ["Known", "fuse_known", "known_at", "release_texts"]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The records of a study that may be told now; `study` ends at the cut-off where the embargo cuts into it."""

    study: Study
    claims: tuple[Claim, ...]
    placements: tuple[Placement, ...]
    reports: tuple[Report, ...]
    cutoff: date
    is_cut: bool
    """Whether something was left out: what the build computed then knows too much."""

    def days(self, since: date | None, until: date | None) -> tuple[date, date]:
        """Return two days (both inclusive) of the study, those of its report where none is given.

        Raises InputError for a day outside the study or inside its embargo, or when the second lies before the first.
        """
        config = self.study.config
        last = min(config.end - timedelta(days=1), self.cutoff)
        found = since or config.report_since or config.start, until or min(config.report_until or last, last)
        for name, value in zip(("since", "until"), found, strict=True):
            if not config.start <= value <= last:
                raise InputError(f"{name} is not published", value=value, remedy=f"use {config.start} to {last}")
        if found[1] < found[0]:
            raise InputError("until lies before since", value=f"{found[0]} to {found[1]}", remedy="swap them")
        return found


def known_at(
    study: Study, claims: Sequence[Claim], placements: Sequence[Placement], reports: Sequence[Report], now: datetime
) -> Known:
    """Return what of a study's records was published by the cut-off of `now`, all of them when that is nothing less.

    A report that was updated counts by its update: nobody can tell what stood in it before. InputError where the embargo
    holds back every day of the study.
    """
    from tenure.publish.release import cutoff_date

    config = study.config
    cutoff = cutoff_date(now.date(), config.embargo_days)
    newest = max((r.readable_from.date() for r in reports), default=cutoff)
    if newest <= cutoff and config.end <= cutoff + timedelta(days=1):
        return Known(study, tuple(claims), tuple(placements), tuple(reports), cutoff, is_cut=False)
    end = min(config.end, cutoff + timedelta(days=1))
    if end <= config.start:
        raise InputError(
            "every day of the study is under embargo",
            value=f"{config.start} is after {cutoff}",
            remedy=f"wait, or lower embargo_days ({config.embargo_days}) in study.toml",
        )
    until = min(config.report_until or cutoff, end - timedelta(days=1))
    published = {r.report_id for r in reports if r.readable_from.date() <= cutoff}
    return Known(
        replace(study, config=replace(config, end=end, report_until=until)),
        tuple(c for c in claims if c.report_id in published),
        tuple(p for p in placements if p.report_id in published),
        tuple(r for r in reports if r.report_id in published),
        cutoff,
        is_cut=True,
    )


def fuse_known(known: Known, evidence: pa.Table) -> tuple[Fused, Cells]:
    """Return control fused from what is known, and its ground; `evidence` is the build's, for where nothing is left out."""
    from tenure.model import Evidence, to_table
    from tenure.pipeline.enclosed import gather_evidence
    from tenure.pipeline.ground import fuse_study, study_cells

    cells = study_cells(known.study)
    if known.is_cut:
        collected = gather_evidence(known.study, known.claims, known.placements, known.reports, cells)
        evidence = to_table(Evidence, collected.evidence)
    return fuse_study(known.study, evidence, cells), cells


def release_texts(
    known: Known, posterior: Posterior, cells: Cells, *, persons: Iterable[str] = (), now: datetime
) -> Release:
    """Return the release of what is known without findings: claims, reports and places as every other output shows them."""
    from tenure.publish import Publication
    from tenure.publish.release import release

    study = known.study
    publication = Publication(
        config=study.config,
        actors=study.actors,
        places=cells.places,
        study_area=study.area,
        posterior=posterior,
        claims=known.claims,
        placements=known.placements,
        reports=known.reports,
        sources=study.sources,
        zones=study.zones,
        areas=study.areas,
        persons=tuple(persons),
    )
    return release(publication, now=now)
