"""From conflicting claims to P(controller | place, day)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.control.fusion import Fused, fuse
    from tenure.control.increment import add_evidence
    from tenure.control.learning.reliability import SourceReliability
    from tenure.control.observing.benchmark import evidence_from_bench
    from tenure.control.observing.evidence import EvidenceResult, collect_evidence
    from tenure.control.observing.exclusion import Exclusion
    from tenure.control.observing.sources import ClaimSources
    from tenure.control.samples import draw_samples, summarise_areas
    from tenure.control.settings import ControlSettings
    from tenure.control.table import panel, panel_chunks
    from tenure.control.why import (
        ClaimWeight,
        SourceFlip,
        leave_out_sources,
        sensitivity,
        weigh_claims,
        weigh_claims_on_days,
    )

_LAZY = {
    "ClaimSources": "observing.sources",
    "ClaimWeight": "why",
    "SourceReliability": "learning.reliability",
    "SourceFlip": "why",
    "leave_out_sources": "why",
    "sensitivity": "why",
    "weigh_claims": "why",
    "weigh_claims_on_days": "why",
    "draw_samples": "samples",
    "summarise_areas": "samples",
    "panel": "table",
    "panel_chunks": "table",
    "ControlSettings": "settings",
    "EvidenceResult": "observing.evidence",
    "Exclusion": "observing.exclusion",
    "Fused": "fusion",
    "add_evidence": "increment",
    "collect_evidence": "observing.evidence",
    "evidence_from_bench": "observing.benchmark",
    "fuse": "fusion",
}

_OLD = {"Flip": "SourceFlip"}
"""A name that was this record's before; imports of it go on to work."""

__all__ = [
    "ClaimSources",
    "ClaimWeight",
    "ControlSettings",
    "EvidenceResult",
    "Exclusion",
    "Fused",
    "SourceFlip",
    "SourceReliability",
    "add_evidence",
    "collect_evidence",
    "draw_samples",
    "evidence_from_bench",
    "fuse",
    "leave_out_sources",
    "panel",
    "panel_chunks",
    "sensitivity",
    "summarise_areas",
    "weigh_claims",
    "weigh_claims_on_days",
]


def __getattr__(name: str) -> object:
    """Load the parts that need NumPy and Numba where they are first used."""
    name = _OLD.get(name, name)
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(f"tenure.control.{_LAZY[name]}"), name)
    raise AttributeError(f"module 'tenure.control' has no attribute {name!r}")
