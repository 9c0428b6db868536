"""The vocabulary that the stages share: closed lists, frozen records, their Arrow schemas, and the posterior."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.model.records import (
    Actor,
    Area,
    Candidate,
    Claim,
    ClaimPlace,
    ControlSpell,
    Evidence,
    Measure,
    Place,
    Placement,
    Quantity,
    Quarantine,
    RawDocument,
    Relation,
    Report,
    Source,
    Statement,
    Zone,
)
from tenure.model.review import Change, ClaimTrace, Decision
from tenure.model.vocabulary import (
    CONTESTED,
    CONTROL_EVENTS,
    MADE_UNIT,
    UNKNOWN,
    ActorKind,
    ControlStatus,
    Event,
    EvidenceTier,
    Extent,
    FeatureClass,
    PlacementStatus,
    PlaceRole,
    Qualifier,
    QuantityKind,
    RelationKind,
    ReviewAction,
    SourceKind,
    Stance,
    UnresolvedReason,
    Verb,
    event_codes,
    unit_id,
)

if TYPE_CHECKING:
    from tenure.model.arrow import arrow_schema, from_table, to_table
    from tenure.model.posterior import ControlSamples, Posterior

__all__ = [
    "CONTESTED",
    "CONTROL_EVENTS",
    "MADE_UNIT",
    "UNKNOWN",
    "Actor",
    "ActorKind",
    "Area",
    "Candidate",
    "Change",
    "Claim",
    "ClaimPlace",
    "ClaimTrace",
    "ControlSamples",
    "ControlSpell",
    "ControlStatus",
    "Decision",
    "Event",
    "Evidence",
    "EvidenceTier",
    "Extent",
    "FeatureClass",
    "Measure",
    "Place",
    "PlaceRole",
    "Placement",
    "PlacementStatus",
    "Posterior",
    "Qualifier",
    "Quantity",
    "QuantityKind",
    "Quarantine",
    "RawDocument",
    "Relation",
    "RelationKind",
    "Report",
    "ReviewAction",
    "Source",
    "SourceKind",
    "Stance",
    "Statement",
    "UnresolvedReason",
    "Verb",
    "Zone",
    "arrow_schema",
    "event_codes",
    "from_table",
    "to_table",
    "unit_id",
]

_LAZY = {
    "Posterior": "tenure.model.posterior",
    "ControlSamples": "tenure.model.posterior",
    "arrow_schema": "tenure.model.arrow",
    "from_table": "tenure.model.arrow",
    "to_table": "tenure.model.arrow",
}


def __getattr__(name: str) -> object:
    """Load the parts that need NumPy or Arrow where they are first used."""
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'tenure.model' has no attribute {name!r}")
