"""A draft with all that its sentence and context say of it: the stage before a claim."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.claims.dates import Interval
    from tenure.claims.drafts import Draft
    from tenure.model import Quantity, Stance

__all__ = ["Told"]


@dataclass(slots=True, eq=False)
class Told:
    """One claim in the making, with its date, stance, speaker, quantities and the characters of its quote."""

    draft: Draft
    sentence: int
    when: Interval
    stance: Stance
    speaker: str | None
    speaker_span: tuple[int, int]
    quantities: list[Quantity]
    quote: tuple[int, int]
    dated: bool = False
    dropped: bool = False
    notes: dict[str, float] = field(default_factory=dict)
