"""`why`: the posterior of a place on a day and the claims that made it, from a release and nothing else."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from tenure.errors import InputError, UnknownPlaceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from tenure.model import Claim, Place, Report
    from tenure.publish.release import Release

__all__ = ["Explainer", "Weight"]


def _folded(text: str) -> str:
    """Return a spelling without case, accents and marks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isalnum())


class Weight(Protocol):
    """What a claim does to the posterior of a place on a day."""

    @property
    def claim_id(self) -> str:
        """Id of the claim."""

    @property
    def state(self) -> str:
        """Actor or ``contested`` that the weight is for."""

    @property
    def log_odds(self) -> float:
        """Log-odds that the claim adds for the state."""


@dataclass(frozen=True)
class Explainer:
    """Explains the places of a release."""

    released: Release
    weigh: Callable[[str, date], Sequence[Weight]] | None = None

    @cached_property
    def _reports(self) -> dict[str, Report]:
        return {report.report_id: report for report in self.released.publication.reports}

    @cached_property
    def _by_spelling(self) -> dict[str, tuple[Place, ...]]:
        out: dict[str, tuple[Place, ...]] = {}
        for place in self.released.publication.places:
            for word in {place.place_id, *map(_folded, (place.name, *place.alternate_names))}:
                out[word] = (*out.get(word, ()), place)
        return out

    @cached_property
    def _claims(self) -> dict[str, Claim]:
        return {claim.claim_id: claim for claim in self.released.publication.claims}

    def find(self, spelling: str) -> Place:
        """Return the place of an id or any spelling; UnknownPlaceError when there is none or more than one."""
        found = self._by_spelling.get(spelling) or self._by_spelling.get(_folded(spelling), ())
        if not found:
            raise UnknownPlaceError(
                "no such place", value=spelling, remedy="search /collections/places/items?filter=name LIKE '...'"
            )
        if len(found) > 1:
            ids = ", ".join(f"{p.place_id} ({p.admin2 or p.admin1 or p.feature.value})" for p in found[:10])
            raise UnknownPlaceError("the name belongs to several places", value=spelling, remedy=f"use an id: {ids}")
        return found[0]

    def explain(self, spelling: str, on: date, known_on: date | None) -> Mapping[str, Any]:
        """Return the probabilities at a place on a day and the claims about it with their weights, strongest first.

        `known_on` leaves out claims that were published later; the probabilities are then the filtered ones of that
        day where the release has them. Raises InputError for a day that is not published.
        """
        place = self.find(spelling)
        publication = self.released.publication
        if not self.released.first_day <= on <= self.released.last_day:
            span = f"{self.released.first_day} to {self.released.last_day}"
            raise InputError("the day is not published", value=on, remedy=f"use {span}")
        posterior = (
            publication.filtered if known_on is not None and publication.filtered is not None else publication.posterior
        )
        day = on if known_on is None else min(on, known_on)
        row = posterior.place_ids.index(place.place_id) if place.place_id in posterior.place_ids else -1
        informed = row >= 0 and bool(posterior.informed_on(day)[row])
        probabilities = dict(zip(posterior.states, posterior.on(day)[row].tolist(), strict=True)) if informed else {}
        return {
            "place_id": place.place_id,
            "name": place.name,
            "on": on.isoformat(),
            "status": "known" if informed else "unknown",
            "p": {state: round(p, 6) for state, p in sorted(probabilities.items(), key=lambda i: (-i[1], i[0]))},
            "weights_of": "the day" if self.weigh is not None else "each claim's last day",
            "claims": self._trail(place.place_id, day, known_on) if row >= 0 else [],
        }

    def _weights(self, place_id: str, on: date) -> Iterator[tuple[str, str, float]]:
        """Yield claim, state and weight on the day, or on each claim's own last day where the day's are not to be had."""
        if self.weigh is None:
            stored = self.released.publication.weights
            yield from ((w.claim_id, w.state, w.weight) for w in stored if w.place_id == place_id)
        else:
            yield from ((w.claim_id, w.state, w.log_odds) for w in self.weigh(place_id, on))

    def _trail(self, place_id: str, on: date, known_on: date | None) -> list[dict[str, Any]]:
        rows = []
        for claim_id, state, weight in self._weights(place_id, on):
            claim = self._claims.get(claim_id)
            if claim is None or (known_on is not None and claim.known_from.date() > known_on):
                continue
            report = self._reports.get(claim.report_id)
            rows.append(
                {
                    "claim_id": claim.claim_id,
                    "weight": round(weight, 4),
                    "state": state,
                    "event": claim.event.value,
                    "stance": claim.stance.value,
                    "start": claim.start.isoformat(),
                    "end": claim.end.isoformat(),
                    "speaker": claim.speaker,
                    "publisher": report.publisher if report else None,
                    "url": _web(report.url) if report else None,
                    "quote": claim.quote,
                    "known_from": claim.known_from.isoformat(),
                }
            )
        return sorted(rows, key=lambda r: (-abs(r["weight"]), r["start"], r["claim_id"], r["state"]))


def _web(url: str | None) -> str | None:
    return url if url is not None and url.lower().startswith(("http://", "https://")) else None
