"""Days as a user types them: read, and held against the study and its embargo."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from tenure.errors import InputError

if TYPE_CHECKING:
    from tenure.config import Study

__all__ = ["as_of", "check_published", "day"]


def as_of(study: Study, as_known_on: str | None, now: datetime) -> datetime:
    """Return the moment at which the embargo's cut-off was a day: what was published later is not known then."""
    when = day(as_known_on, name="--as-known-on")
    if when is None:
        return now
    if when > now.date() - timedelta(days=study.config.embargo_days) or when < study.config.start:
        remedy = f"use a day from {study.config.start} up to the embargo of {study.config.embargo_days} days"
        raise InputError("--as-known-on is not a day that may be told", value=when, remedy=remedy)
    return datetime.combine(when + timedelta(days=study.config.embargo_days), time(tzinfo=UTC))


def check_published(study: Study, name: str, value: date, now: datetime) -> None:
    """Raise InputError, in the option's own name, for a day outside the study or inside its embargo."""
    if not study.config.start <= value < study.config.end:
        span = f"{study.config.start} to {study.config.end - timedelta(days=1)}"
        raise InputError(f"{name} lies outside the study", value=value, remedy=f"use {span}")
    if value > now.date() - timedelta(days=study.config.embargo_days):
        raise InputError(
            f"{name} lies inside the embargo", value=value, remedy=f"the study withholds {study.config.embargo_days} days"
        )


def day(text: str | None, *, name: str) -> date | None:
    """Return the date that a user typed; InputError names the option and the value."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{name} is no date", value=text, remedy="use YYYY-MM-DD") from error
