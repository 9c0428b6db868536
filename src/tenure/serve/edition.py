"""What the service shows at one time: the released tables of one finished build, and who supplies them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from tenure.errors import TenureError
from tenure.serve.collection import collection_names, make_collection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from tenure.publish.release import Release
    from tenure.serve.collection import Collection
    from tenure.serve.why import Weight

__all__ = ["BusyError", "Edition", "Feed", "FixedFeed", "make_edition"]


class BusyError(TenureError):
    """The service cannot take on this work now; it can in a while."""


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """The released tables of one finished build; answers of one edition never change."""

    key: str
    """Identity of the build and the day of its release: part of every ETag."""
    title: str
    description: str
    notes: tuple[str, ...]
    """Licences, credits and what was withheld: shown with the landing page."""
    loaded_at: datetime
    collections: dict[str, Collection]
    cutoff: date
    """Last day that is published."""
    pages: Mapping[str, bytes] = field(default_factory=dict)
    """The map: `index.html` and its parts, by relative name."""
    first_day: date | None = None
    """First day that is published."""
    known_on: date | None = None
    """The day by the end of which all of it was known, None for the present knowledge."""
    embargo_days: int = 0
    explain: Callable[[str, date, date | None], Mapping[str, Any]] = field(repr=False, default=lambda *_: {})
    """Answer of `why` for a place, a day and a knowledge day; raises UnknownPlaceError."""


class Feed(Protocol):
    """Who supplies editions: the study's folder in earnest, fixed tables in tests."""

    def edition(self, known_on: date | None = None) -> Edition:
        """Return the edition of the last finished build; cheap when nothing has changed.

        With `known_on` the edition of what could be known at the end of that day, where the feed can fuse it again.
        """


@dataclass(frozen=True, slots=True)
class FixedFeed:
    """A feed that always supplies the same edition."""

    only: Edition

    def edition(self, known_on: date | None = None) -> Edition:
        """Return it, whatever the day: its rows are then selected by when they became known."""
        del known_on
        return self.only


def make_edition(
    released: Release,
    *,
    build: str,
    loaded_at: datetime,
    pages: Mapping[str, bytes] | None = None,
    known_on: date | None = None,
    weigh: Callable[[str, date], Sequence[Weight]] | None = None,
) -> Edition:
    """Return a release as an edition; `build` identifies the finished build that it is from.

    `weigh` tells what each claim does to a place's posterior on a day; without it `why` shows what each claim did on its own
    last day.

    Nothing reaches the service but through the release: embargo, protected sites, names and quotes are dealt with there.
    """
    from tenure.publish.tables import table
    from tenure.serve.why import Explainer

    config = released.publication.config
    credits_ = (f"{a.what}: {a.licence}. {a.credit}" for a in released.publication.attributions)
    key = hashlib.sha256(f"{build}|{released.cutoff.isoformat()}|{known_on}".encode()).hexdigest()[:16]
    return Edition(
        key=key,
        title=config.title,
        description=f"Who holds which place, since when, and who says so: {config.title}.",
        notes=(*released.disclosures, *credits_),
        loaded_at=loaded_at,
        collections={name: make_collection(table(released, name)) for name in collection_names()},
        cutoff=released.cutoff,
        pages=pages or {},
        first_day=released.first_day,
        known_on=known_on,
        embargo_days=config.embargo_days,
        explain=Explainer(released, weigh).explain,
    )
