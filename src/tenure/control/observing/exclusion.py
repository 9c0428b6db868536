"""What bears no weight, and why: every claim that fusion leaves out is listed."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Exclusion"]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One claim that bears no weight, with the code of the reason and a readable detail."""

    claim_id: str
    """The claim; for a statement of an initial map, ``initial`` and its place."""
    reason: str
    """``unknown_place``, ``unknown_actor``, ``bad_interval``, ``bad_probability``, ``before_study``, ``after_study``,
    ``not_yet_published``, ``no_date``, ``no_source``, ``stated_twice``
    (initial map), ``planned``, ``unplaced``, ``outside_area``, ``no_control_evidence``..."""
    detail: str
