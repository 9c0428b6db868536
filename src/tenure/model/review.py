"""What a reviewer decides: the records behind decisions.jsonl."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from tenure.model.vocabulary import ReviewAction

__all__ = ["Change", "ClaimTrace", "Decision"]


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a claim or placement and its corrected values as text; none clears the field."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimTrace:
    """What a claim was as extracted when it was decided about: it is found by this when a later reading renames it."""

    report_id: str
    quote: str
    event: str
    stance: str
    actor_ids: tuple[str, ...]
    target_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer decided about a claim, or about one of its placements; decisions are appended, never changed."""

    number: int
    """Line in decisions.jsonl, from 1: the order in which decisions hold."""
    action: ReviewAction
    claim_id: str
    place: str | None
    """Name of the placement as the claim has it; None when the decision is about the claim itself."""
    changes: tuple[Change, ...]
    by: str
    at: datetime
    why: str
    trace: ClaimTrace | None = None
    """None in a line that was written without it: then only the id counts."""
