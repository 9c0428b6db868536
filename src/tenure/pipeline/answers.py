"""What a built study is asked: `measure`, `check`, `why`, `watch`.

Findings are read from the store; the model is fused again from the stored evidence where a question names dates or places.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from tenure.errors import InputError, UnknownPlaceError
from tenure.model import Claim, Placement, Report, from_table
from tenure.pipeline.asked import find_place, named_after
from tenure.pipeline.assess import headline_dates, sample_dates
from tenure.pipeline.embargo import fuse_known, known_at, release_texts
from tenure.pipeline.fusion import day
from tenure.pipeline.headline import Wording, check_rows, incident_rows, measure_rows
from tenure.pipeline.leaving import flips_without, without_source
from tenure.pipeline.published import read_finding, read_persons
from tenure.pipeline.standing import state_of
from tenure.pipeline.study import load_study
from tenure.store import ReadStore, read_document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    import pyarrow as pa

    from tenure.config import Study
    from tenure.control import ClaimWeight, Fused
    from tenure.grid import Cells
    from tenure.model import ControlSamples, Measure, Place
    from tenure.pipeline.embargo import Known
    from tenure.publish import Release
    from tenure.territory import Grouping

__all__ = [
    "Built",
    "Explained",
    "check_study",
    "explain_place",
    "measure_study",
    "methods_of",
    "open_built",
    "open_explained",
    "sample_known",
    "watch_zones",
]

log = logging.getLogger(__name__)

ONE_DAY = timedelta(days=1)

AROUND_DAYS = 14
"""Days around the one asked for in which a place counts as spoken of."""

NAMING = ("name", "area_id", "zone_id", "id")
"""Properties of a polygon that name it, the first that is there."""

BY = ("admin1", "admin2", "admin3", "week", "zone")


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """The last finished build of a study: its lists and the tables that questions start from."""

    study: Study
    run_id: str
    evidence: pa.Table
    claims: tuple[Claim, ...]
    placements: tuple[Placement, ...]
    reports: tuple[Report, ...]
    persons: tuple[str, ...]
    """Strings that the claims stage took for persons."""
    methods: dict[str, str]


def open_built(folder: Path) -> Built:
    """Return the last finished build; NotBuiltError when there is none. The log says when the study has changed since."""
    with ReadStore.open(folder) as store:
        run = store.table("runs").to_pylist()[0]
        tables = {name: store.table(name) for name in ("evidence", "claims", "placements", "reports")}
        persons = read_persons(store)
    study = load_study(folder)
    if run["study_digest"] != study.digest:
        log.warning("the study's files changed since the last build; run `tenure build %s` to take them in", folder)
    return Built(
        study=study,
        run_id=run["run_id"],
        evidence=tables["evidence"],
        claims=tuple(from_table(Claim, tables["claims"])),
        placements=tuple(from_table(Placement, tables["placements"])),
        reports=tuple(from_table(Report, tables["reports"])),
        persons=persons,
        methods=_methods(run),
    )


def _methods(run: dict[str, Any]) -> dict[str, str]:
    return {k.removeprefix("method_"): v for k, v in run.items() if k.startswith("method_")}


def methods_of(store: ReadStore) -> dict[str, str]:
    """Return the identity of the method of every stage of a build."""
    return _methods(store.table("runs").to_pylist()[0])


def _known(built: Built, now: datetime) -> Known:
    return known_at(built.study, built.claims, built.placements, built.reports, now)


def measure_study(
    folder: Path,
    *,
    since: str | None = None,
    until: str | None = None,
    by: str | None = None,
    area: Path | None = None,
    as_known_on: str | None = None,
    now: datetime,
) -> list[dict[str, Any]]:
    """Return measures as rows: area and places on both dates and the change between them, whole or by unit.

    `by` is an admin level, ``zone`` or ``week`` (weekly areas, and what each actor gained, lost and netted week by week);
    `area` a GeoJSON file, each of whose polygons is a unit. `as_known_on` measures with what was published by that day, and
    up to it. Errors: InputError for a bad date or `by`, StudyError for a bad file.
    """
    from tenure.territory import areas_by_actor, change_between, weekly_change

    if by is not None and by not in BY:
        raise InputError("unknown grouping", value=by, remedy="use " + ", ".join(BY))
    if by is not None and area is not None:
        raise InputError("--by and --area exclude each other", value=by, remedy="give one of them")
    built = open_built(folder)
    now = _as_of(built.study, as_known_on, now)
    first, last = _dates(built.study, since, until, now)
    known = _known(built, now)
    fused, cells = fuse_known(known, built.evidence)
    weeks = [first + timedelta(days=7 * w) for w in range((last - first).days // 7 + 1)] if by == "week" else []
    samples = sample_known(known, fused, cells, [first, last, *weeks])
    if by == "week":
        held = areas_by_actor(fused.posterior, samples, cells, sorted({*weeks, last}))
        return measure_rows((*held, *weekly_change(samples, cells, first, last)))
    grouping = _grouping(built.study, cells, by) if area is None else _by_file(cells, area)
    measures: list[Measure] = [*areas_by_actor(fused.posterior, samples, cells, [first, last], grouping=grouping)]
    measures += change_between(fused.posterior, samples, cells, first, last, grouping=grouping).measures
    return measure_rows(measures)


def _as_of(study: Study, as_known_on: str | None, now: datetime) -> datetime:
    """Return the moment at which the embargo's cut-off was a day: what was published later is not known then."""
    when = day(as_known_on, name="--as-known-on")
    if when is None:
        return now
    if when > now.date() - timedelta(days=study.config.embargo_days) or when < study.config.start:
        remedy = f"use a day from {study.config.start} up to the embargo of {study.config.embargo_days} days"
        raise InputError("--as-known-on is not a day that may be told", value=when, remedy=remedy)
    return datetime.combine(when + timedelta(days=study.config.embargo_days), time(tzinfo=UTC))


def _by_file(cells: Cells, path: Path) -> Grouping:
    """Return one group a polygon of a GeoJSON file, by its name or id; those of one name are told apart by a number."""
    from tenure.config.shapes import read_shapes
    from tenure.territory import by_polygon

    polygons: dict[str, str] = {}
    for shape in read_shapes(path.name, read_document(path).content, repair=True):
        name = next((str(shape.properties[k]) for k in NAMING if shape.properties.get(k)), path.stem)
        twins = sum(1 for p in polygons if p == name or p.startswith(f"{name} #"))
        polygons[f"{name} #{twins + 1}" if twins else name] = shape.geometry
    return by_polygon(cells, polygons)


def _dates(study: Study, since: str | None, until: str | None, now: datetime) -> tuple[date, date]:
    told = now.date() - timedelta(days=study.config.embargo_days)
    first, last = (max(min(d, told), study.config.start) for d in headline_dates(study))
    first, last = day(since, name="--since") or first, day(until, name="--until") or last
    for name, value in (("--since", first), ("--until", last)):
        _check_published(study, name, value, now)
    if last < first:
        raise InputError("--until lies before --since", value=f"{first} to {last}", remedy="swap them")
    return first, last


def _check_published(study: Study, name: str, value: date, now: datetime) -> None:
    """Raise InputError, in the option's own name, for a day outside the study or inside its embargo."""
    if not study.config.start <= value < study.config.end:
        span = f"{study.config.start} to {study.config.end - timedelta(days=1)}"
        raise InputError(f"{name} lies outside the study", value=value, remedy=f"use {span}")
    if value > now.date() - timedelta(days=study.config.embargo_days):
        raise InputError(
            f"{name} lies inside the embargo", value=value, remedy=f"the study withholds {study.config.embargo_days} days"
        )


def sample_known(known: Known, fused: Fused, cells: Cells, wanted: Sequence[date]) -> ControlSamples:
    """Return joint samples of control on the study's regular days and those wanted."""
    from tenure.control import draw_samples

    config = known.study.config
    dates = sample_dates(known.study, len(cells.places), wanted)
    return draw_samples(fused, dates, count=config.samples, seed=config.seed)


def _grouping(study: Study, cells: Cells, by: str | None) -> Grouping | None:
    from tenure.territory import by_admin, by_zone

    if by is None:
        return None
    return by_zone(cells, study.zones) if by == "zone" else by_admin(cells, by, study.areas)


def check_study(folder: Path, *, now: datetime) -> list[dict[str, Any]]:
    """Return each reported quantity beside the measured one, as the last build found them.

    Where the embargo cuts into the study they are found again from what was published by the cut-off.
    """
    from tenure.territory import CheckRow, check_quantities, dates_to_sample

    built = open_built(folder)
    known = _known(built, now)
    fused, cells = fuse_known(known, built.evidence)
    if known.is_cut:
        study, records = known.study, (known.claims, known.placements, known.reports)
        wanted = dates_to_sample(known.claims, study.config.start, study.config.end - timedelta(days=1))
        samples = sample_known(known, fused, cells, [*headline_dates(study), *wanted])
        checks = check_quantities(study, *records, fused.posterior, samples, cells)
    else:
        with ReadStore.open(folder) as store:
            checks = tuple(from_table(CheckRow, read_finding(store, "checks")))
    released = release_texts(known, fused.posterior, cells, persons=built.persons, now=now)
    quotes = {c.claim_id: c.quote for c in released.publication.claims}
    return check_rows(
        replace(c, quote=quotes[c.claim_id]) for c in checks if c.claim_id in quotes and c.end <= known.cutoff + ONE_DAY
    )


def watch_zones(folder: Path, *, now: datetime) -> list[dict[str, Any]]:
    """Return the zone incidents of the last build.

    Where the embargo cuts into the study they are found again from what was published by the cut-off.
    """
    from tenure.territory import Incident, zone_incidents

    built = open_built(folder)
    known = _known(built, now)
    fused, cells = fuse_known(known, built.evidence)
    if known.is_cut:
        records = (known.claims, known.placements, known.reports)
        incidents = zone_incidents(known.study, *records, fused.posterior, cells).incidents
    else:
        with ReadStore.open(folder) as store:
            incidents = tuple(from_table(Incident, read_finding(store, "incidents")))
    released = release_texts(known, fused.posterior, cells, persons=built.persons, now=now)
    begun = (replace(i, end=min(i.end, known.cutoff + ONE_DAY)) for i in incidents if i.start <= known.cutoff)
    return incident_rows(begun, Wording.of(known, released))


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
        _check_published(study, "--on", when, self.now)
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
    known = _known(built, now)
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
