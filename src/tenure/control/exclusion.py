"""What bears no weight, and why: every claim that fusion leaves out is listed."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Exclusion"]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One claim that bears no weight, with the code of the reason and a readable detail."""

    claim_id: str
    reason: str
    """``unknown_place``, ``unknown_actor``, ``bad_interval``, ``bad_probability``, ``before_study``, ``after_study``,
    ``not_yet_published``, ``no_date``, ``planned``, ``unplaced``, ``outside_area``, ``no_control_evidence``..."""
    detail: str
