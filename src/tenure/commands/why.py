"""`tenure why`: the posterior of a place on a day, the claims that made it, and what it is without a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tenure.commands.days import check_published, day
from tenure.commands.named_place import find_place, named_after
from tenure.commands.standing import state_of
from tenure.errors import InputError, UnknownPlaceError
from tenure.pipeline.built import Built, known_of, open_built
from tenure.pipeline.known import fuse_known, release_texts

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from datetime import date
    from pathlib import Path

    from tenure.control import ClaimWeight, Fused
    from tenure.grid import Cells
    from tenure.model import Place
    from tenure.pipeline.known import Known
    from tenure.publish import Release

__all__ = ["Explained", "explain_place", "flips_without", "list_flips", "open_explained", "without_source"]

ONE_DAY = timedelta(days=1)

AROUND_DAYS = 14
"""Days around the one asked for in which a place counts as spoken of."""


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """A built study with control fused, ready to be asked why; fused once, however many places are asked for."""

    built: Built
    known: Known
    fused: Fused
    cells: Cells
    released: Release
    now: datetime

    def weigh(self, place_id: str, on: date) -> tuple[ClaimWeight, ...]:
        """Return what each claim that bears on a place does to its posterior on a day, strongest first."""
        from tenure.control import weigh_claims

        return weigh_claims(self.fused, place_id, on)

    def why(self, place: str, on: str, *, without: str | None = None) -> dict[str, Any]:
        """Return the posterior of a place on a day and the claims that made it; see `explain_place`."""
        study, when = self.built.study, day(on, name="--on")
        assert when is not None  # noqa: S101 - the option is required
        check_published(study, "--on", when, self.now)
        target = find_place(study, place)
        shown = {p.place_id for p in self.released.publication.places}
        if target.place_id in self.cells.place_ids and target.place_id not in shown:
            raise UnknownPlaceError(
                "the place is withheld", value=place, remedy="hospitals, schools and camps are not shown"
            )
        if target.place_id not in shown:
            remedy = "name a place inside it"
            raise UnknownPlaceError("an area or a river is held by nobody", value=target.name, remedy=remedy)
        beside = [p for p in named_after(study, target) if p.place_id in shown]
        if target.place_id != place:  # named, not identified: the one that reports speak of around the day comes first
            target, *beside = sorted([target, *beside], key=lambda p: -_spoken_of(self.known, p, when))
        claims = [row for p in (target, *beside) for row in _weight_rows(self, p, when)]
        return {
            **state_of(self.fused, target, when),
            "claims": sorted(claims, key=lambda r: (-abs(r["log_odds"]), r["claim_id"], r["place"])),
            "also": [state_of(self.fused, p, when) for p in beside],
            **self._without(target.place_id, when, without),
        }

    def flips(self, source: str) -> list[dict[str, Any]]:
        """Return the places that another would hold without a source; see `list_flips`."""
        names = {p.place_id: p.name for p in self.released.publication.places}
        listed = {s.source_id for s in self.built.study.sources}
        rows = flips_without(self.fused, source, names=names, listed=listed)
        return [r for r in rows if r["day"] <= self.known.cutoff.isoformat()]

    def _without(self, place_id: str, when: date, source: str | None) -> dict[str, Any]:
        if source is None:
            return {}
        listed = {s.source_id for s in self.built.study.sources}
        return {"without": without_source(self.fused, place_id, when, source, listed=listed)}


def open_explained(folder: Path, *, now: datetime) -> Explained:
    """Return the last finished build, fused from what may be told at `now`; NotBuiltError when there is none."""
    built = open_built(folder)
    known = known_of(built, now)
    fused, cells = fuse_known(known, built.evidence)
    released = release_texts(known, fused.posterior, cells, persons=built.persons, now=now)
    return Explained(built, known, fused, cells, released, now)


def explain_place(folder: Path, place: str, *, on: str, now: datetime, without: str | None = None) -> dict[str, Any]:
    """Return the posterior of a place on a day and the claims that made it, each with its weight, quote and speaker.

    Keys: place_id, name, on, informed, controller, posterior, track_record, claims, also. `track_record` tells how often a P
    like this was right on campaigns whose outcome is known (None where nothing bears on the place). A claim's `log_odds` is
    what the log-odds of its own state lose when its story is left out. `also` tells the same of the bases and facilities
    that bear the place's name; their claims stand among `claims` under their own place. `without` adds the posterior
    without a source.
    """
    return open_explained(folder, now=now).why(place, on, without=without)


def list_flips(folder: Path, source: str, *, now: datetime) -> list[dict[str, Any]]:
    """Return the places whose most probable controller changes without a source: place_id, name, day, with, without.

    `day` is the first on which it does; neighbours and learned reliabilities stay as they are.
    """
    return open_explained(folder, now=now).flips(source)


def _spoken_of(known: Known, place: Place, when: date) -> int:
    """Return how many claims about the days around a day are placed at a place."""
    dated = {c.claim_id: c for c in known.claims}
    around = [dated[p.claim_id] for p in known.placements if p.place_id == place.place_id and p.claim_id in dated]
    return sum(abs((c.start - when).days) <= AROUND_DAYS for c in around)


def _weight_rows(explained: Explained, place: Place, when: date) -> list[dict[str, Any]]:
    publication = explained.released.publication
    claims = {c.claim_id: c for c in publication.claims}
    reports = {r.report_id: r for r in publication.reports}
    rows = []
    for weight in explained.weigh(place.place_id, when):
        row: dict[str, Any] = {"log_odds": round(weight.log_odds, 3), "state": weight.state, "place": place.name}
        claim = claims.get(weight.claim_id)
        story = weight.story
        if claim is not None:
            report = reports[claim.report_id]
            story = report.story_id
            row |= {
                "event": claim.event.value,
                "stance": claim.stance.value,
                "speaker": claim.speaker or report.publisher,
                "from": claim.start.isoformat(),
                "to": (claim.end - ONE_DAY).isoformat(),
                "published": report.published_at.date().isoformat(),
                "quote": claim.quote,
                "url": report.url,
            }
        rows.append(row | {"story": story, "claim_id": weight.claim_id})
    return rows


def without_source(fused: Fused, place_id: str, when: date, source: str, *, listed: Container[str]) -> dict[str, Any]:
    """Return source, controller, flips and posterior of a place on a day without all that a source says of the place.

    The neighbours and what was learned of sources stay as they are. Raises InputError for one that says nothing of it,
    which names those that do of the `listed` (a report's own words for its source may name a person).
    """
    from tenure.control import leave_out_sources

    found = leave_out_sources(fused, place_id, when)
    if source not in found:
        known = ", ".join([s for s in found if s in listed][:8])
        remedy = f"use one of {known}" if known else "no listed source speaks of it"
        raise InputError("--without: the source says nothing of this place", value=source, remedy=remedy)
    posterior, states = fused.posterior, fused.posterior.states
    before = posterior.on(when)[posterior.place_ids.index(place_id)]
    after = found[source]
    return {
        "source": source,
        "controller": states[int(after.argmax())],
        "flips": bool(after.argmax() != before.argmax()),
        "posterior": {s: round(float(v), 4) for s, v in zip(states, after, strict=True)},
    }


def flips_without(fused: Fused, source: str, *, names: Mapping[str, str], listed: Container[str]) -> list[dict[str, Any]]:
    """Return the places whose most probable controller changes without a source, by the first day on which it does.

    Keys: place_id, name, day, with, without. `names` are those of the places that may be shown; field and reliabilities stay
    as they are. Raises InputError for a source that is not `listed` or says nothing.
    """
    from tenure.control import sensitivity

    heard = [s for s in fused.scene.rows.obs.sources if s in listed]
    if source not in heard:
        remedy = f"use one of {', '.join(heard[:8])}" if heard else "no listed source says who holds what"
        raise InputError("--without: the source says nothing of any place", value=source, remedy=remedy)
    told = sorted((f.day, f.place_id, f.with_source, f.without_source) for f in sensitivity(fused, source))
    return [
        {"place_id": place, "name": names[place], "day": day.isoformat(), "with": held, "without": other}
        for day, place, held, other in told
        if place in names
    ]
