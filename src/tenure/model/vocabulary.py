"""Closed vocabularies of the field, with their ACLED and PLOVER mapping kept as data in ``tenure/data/codes.toml``."""

from __future__ import annotations

import tomllib
from enum import IntEnum, StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = [
    "CONTESTED",
    "CONTROL_EVENTS",
    "MADE_UNIT",
    "UNKNOWN",
    "ActorKind",
    "ControlStatus",
    "Event",
    "EvidenceTier",
    "Extent",
    "FeatureClass",
    "PlaceRole",
    "PlacementStatus",
    "Qualifier",
    "QuantityKind",
    "RelationKind",
    "ReviewAction",
    "SourceKind",
    "Stance",
    "UnresolvedReason",
    "Verb",
    "event_codes",
    "unit_id",
]

CONTESTED = "contested"
"""The state of a place where no actor can maintain physical influence; stands beside the actor ids."""

UNKNOWN = "unknown"
"""The controller that is drawn and written where nothing is known: a state, never zero or None."""


class Event(StrEnum):
    """What a claim says happened (gold schema)."""

    GAIN = "gain"
    LOSS = "loss"
    HOLD = "hold"
    CLASH = "clash"
    SIEGE = "siege"
    ADVANCE = "advance"
    STRIKE = "strike"
    PASSAGE = "passage"
    AGREEMENT = "agreement"
    OTHER = "other"


CONTROL_EVENTS = frozenset({Event.GAIN, Event.LOSS, Event.HOLD, Event.CLASH, Event.SIEGE, Event.ADVANCE})
"""Events that tell who holds a place."""


class Stance(StrEnum):
    """How the speaker stands to the claim."""

    ASSERTED = "asserted"
    DENIED = "denied"
    POSSIBLE = "possible"
    PLANNED = "planned"


class PlaceRole(StrEnum):
    """How a place takes part in a claim."""

    AT = "at"
    NEAR = "near"
    FROM = "from"
    TO = "to"
    IN_AREA = "in_area"


class Extent(StrEnum):
    """How much of an area a claim speaks of; `plain` is the area itself without a word about it, `part` places inside it."""

    WHOLE = "whole"
    MOST = "most"
    PART = "part"
    PLAIN = "plain"


class QuantityKind(StrEnum):
    """What a quantity counts; `km2` and `km` are units, `strikes` single attacks."""

    VILLAGES = "villages"
    KM2 = "km2"
    FIGHTERS = "fighters"
    VEHICLES = "vehicles"
    KILLED = "killed"
    WOUNDED = "wounded"
    DISPLACED = "displaced"
    STRIKES = "strikes"
    KM = "km"
    OTHER = "other"


class Qualifier(StrEnum):
    """How exactly a quantity is meant."""

    EXACT = "exact"
    ABOUT = "about"
    OVER = "over"
    UNDER = "under"
    RANGE = "range"


class ActorKind(IntEnum):
    """ACLED inter codes."""

    STATE_FORCES = 1
    REBEL_GROUPS = 2
    POLITICAL_MILITIAS = 3
    IDENTITY_MILITIAS = 4
    RIOTERS = 5
    PROTESTERS = 6
    CIVILIANS = 7
    EXTERNAL_FORCES = 8


class RelationKind(StrEnum):
    """What binds actors for a time."""

    PARENT = "parent"
    ALLIANCE = "alliance"
    UNDERSTANDING = "understanding"
    OPERATIONS_ROOM = "operations_room"


class SourceKind(StrEnum):
    """What kind of witness a source is."""

    OBSERVATORY = "observatory"
    STATE_MEDIA = "state_media"
    ARMED_GROUP = "armed_group"
    OFFICIAL = "official"
    WIRE = "wire"
    MEDIA = "media"
    ACTIVIST = "activist"
    UN = "un"
    NGO = "ngo"
    ANALYST = "analyst"
    CURATED = "curated"
    UNKNOWN = "unknown"


class FeatureClass(StrEnum):
    """What a gazetteer entry is; governorate is the first and district the second administrative level."""

    SETTLEMENT = "settlement"
    SUBDISTRICT = "subdistrict"
    DISTRICT = "district"
    GOVERNORATE = "governorate"
    COUNTRY = "country"
    REGION = "region"
    RIVER = "river"
    FACILITY = "facility"
    MOUNTAIN = "mountain"
    BASE = "base"


class PlacementStatus(StrEnum):
    """What became of a toponym: a point, an area (never shown as a point), or nothing, with a reason."""

    RESOLVED = "resolved"
    AREA = "area"
    UNRESOLVED = "unresolved"


class UnresolvedReason(StrEnum):
    """Why a toponym has no place."""

    NO_CANDIDATE = "no_candidate"
    AMBIGUOUS = "ambiguous"
    OUTSIDE_AREA = "outside_area"
    TOO_VAGUE = "too_vague"
    REJECTED = "rejected_by_review"


class ReviewAction(StrEnum):
    """What a reviewer decides about a claim or a placement; `withdraw` takes all earlier decisions about it back."""

    ACCEPT = "accept"
    REJECT = "reject"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


class Verb(StrEnum):
    """What an evidence row says of a place (control benchmark): a jump (took, lost) or a state (held, clash)."""

    TOOK = "took"
    HELD = "held"
    LOST = "lost"
    CLASH = "clash"


class ControlStatus(StrEnum):
    """Status of a control spell.

    Control says controlled, contested or unknown; a published spell is besieged where its ground is a besieged pocket.
    MIXED_AGREED and PRESENCE are reserved: no evidence that a study reads tells them, so nothing produces them.
    """

    CONTROLLED = "controlled"
    CONTESTED = "contested"
    BESIEGED = "besieged"
    MIXED_AGREED = "mixed_agreed"
    PRESENCE = "presence"
    UNKNOWN = "unknown"


class EvidenceTier(StrEnum):
    """How well a statement is carried: by independent or against-interest sources, by one side only, or against a denial.

    Inferred is what no claim says: it follows in the model from what is said of other days, larger areas or neighbours.
    """

    ASSESSED = "assessed"
    CLAIMED = "claimed"
    DISPUTED = "disputed"
    INFERRED = "inferred"


@cache
def _codes() -> dict[str, Any]:
    return tomllib.loads(files("tenure").joinpath("data/codes.toml").read_text(encoding="utf-8"))


def event_codes(event: Event) -> dict[str, Any]:
    """Return the ACLED event and sub-event type and the PLOVER type that an event is mapped to.

    Keys: ``acled_event``, ``acled_sub_event``, ``plover``, ``disorder_type``; see data/codes.toml for the sources.

    >>> event_codes(Event.CLASH)["acled_sub_event"]
    'Armed clash'
    """
    return dict(_codes()["event"][event.value])


MADE_UNIT = "unit:"
"""What the ids of units begin with that only the columns of places name."""


def unit_id(admins: tuple[str | None, ...]) -> str:
    """Return the id of a unit without an outline from the names of the units it lies in and its own, coarse to fine.

    >>> unit_id(("North", "Jalta"))
    'unit:2:North/Jalta'
    """
    return f"{MADE_UNIT}{len(admins)}:{'/'.join(filter(None, admins))}"
