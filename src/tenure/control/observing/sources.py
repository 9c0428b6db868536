"""Who makes a claim: its speaker where the study lists it, else the outlet of its report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.model import SourceKind

if TYPE_CHECKING:
    from tenure.config import Study
    from tenure.model import Claim, Report

__all__ = ["ClaimSource", "ClaimSources"]


@dataclass(frozen=True, slots=True)
class ClaimSource:
    """The source that evidence and what is learned of it are kept under, its side and kind."""

    source: str
    side: str | None
    kind: SourceKind


class ClaimSources:
    """The study's sources and actors, asked for whoever makes a claim."""

    def __init__(self, study: Study) -> None:
        """Index the sources and actors of a study."""
        self._sources = {s.source_id: s for s in study.sources}
        self._actors = {a.actor_id: a for a in study.actors}

    def of(self, claim: Claim, report: Report | None) -> ClaimSource:
        """Return the listed speaker, else the listed outlet, else the publisher, else the report itself, of no side."""
        for name in (claim.speaker_id, report.source_id if report else None):
            if name is None:
                continue
            if name in self._sources:
                source = self._sources[name]
                return ClaimSource(name, source.side, source.kind)
            if name in self._actors:
                return ClaimSource(name, self._actors[name].side, SourceKind.ARMED_GROUP)
        outlet = (report.publisher if report else None) or claim.report_id
        return ClaimSource(outlet, None, SourceKind.UNKNOWN)
