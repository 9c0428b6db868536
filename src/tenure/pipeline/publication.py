"""Everything that leaves a study, made of its tables and passed through the one release rule."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import pairwise
from math import isnan
from typing import TYPE_CHECKING, Protocol

from tenure.pipeline.known import known_at
from tenure.pipeline.study import credits_of
from tenure.pipeline.weekly import compliance_of, weeks_of
from tenure.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from tenure.config import Study
    from tenure.control import SourceReliability
    from tenure.model import Claim, Measure, Placement, Report
    from tenure.pipeline.assessment import Assessment
    from tenure.pipeline.attempts import Attempts
    from tenure.pipeline.progress import Progress
    from tenure.publish import Publication, Release
    from tenure.publish import publication as rows
    from tenure.territory import Alternative


class Records(Protocol):
    """What has claims with their placements and reports: a build's chain, or what of it is known."""

    @property
    def claims(self) -> Sequence[Claim]:
        """Claims after review."""

    @property
    def placements(self) -> Sequence[Placement]:
        """Placements after review."""

    @property
    def reports(self) -> Sequence[Report]:
        """All reports."""


__all__ = ["MADE_FOLDERS", "changes_of", "publication_of", "release_of", "render_outputs", "series_of"]

GEOJSON_TABLES = ("control", "events", "fronts", "pockets", "corridors", "zones")
"""Tables that a build writes for maps, beside the data package that holds them all; `tenure export` writes any."""


def release_of(
    study: Study, publication: Publication, *, methods: Mapping[str, str], now: datetime, brief: bool = False
) -> Release:
    """Return what of a publication may leave now: nothing newer than the embargo allows, in any output.

    Where the embargo cuts into the study, control is fused and measured again from what was published by the cut-off.
    """
    from tenure.pipeline.assessment import assess
    from tenure.publish.release import release

    known = known_at(study, publication.claims, publication.placements, publication.reports, now)
    if known.is_cut:
        assessment = assess(known.study, known.claims, known.placements, known.reports, brief=brief)
        publication = publication_of(assessment, known, methods=methods, persons=publication.persons)
    return release(publication, now=now.date())


def publication_of(
    assessment: Assessment, records: Records, *, methods: Mapping[str, str], persons: Sequence[str] = ()
) -> Publication:
    """Return the record of all that a study may publish, before the release rule.

    `records` are the claims, placements and reports of the assessment, `persons` what a recogniser took for persons in them.
    """
    from tenure.publish import Publication

    study = assessment.study
    return Publication(
        config=study.config,
        actors=study.actors,
        places=assessment.cells.places,
        study_area=study.area,
        posterior=assessment.fused.posterior,
        filtered=assessment.filtered,
        cells=_cells(assessment),
        spells=assessment.spells,
        measures=(*assessment.change.measures, *assessment.series),
        claims=tuple(records.claims),
        placements=tuple(records.placements),
        reports=tuple(records.reports),
        persons=tuple(persons),
        sources=study.sources,
        relations=study.relations,
        zones=study.zones,
        areas=study.areas,
        weights=_weights(assessment),
        series=series_of(assessment.series),
        changes=changes_of(assessment.change.measures, assessment.since, assessment.until),
        weekly=weeks_of(assessment.weekly),
        fronts=_fronts(assessment),
        pockets=_pockets(assessment),
        corridors=_corridors(assessment),
        incidents=_incidents(assessment),
        compliance=compliance_of(assessment.incident_counts),
        checks=_checks(assessment, records.claims),
        gaps=_gaps(assessment),
        reliabilities=_reliabilities(assessment),
        attributions=credits_of(study),
        listed_places=tuple(p.place_id for p in study.places),
        method="; ".join(f"{k} {v}" for k, v in sorted({**methods, "control": assessment.fused.method}.items())),
        version=__version__,
        lacking=tuple(f.what for f in assessment.failures),
    )


def _cells(assessment: Assessment) -> tuple[rows.CellRow, ...]:
    from tenure.grid import to_geojson
    from tenure.publish import CellRow

    cells = assessment.cells
    return tuple(
        CellRow(place.place_id, to_geojson(polygon, cells.projection), float(area))
        for place, polygon, area in zip(cells.places, cells.polygons, cells.area_km2, strict=True)
        if area > 0
    )


def _weights(assessment: Assessment) -> tuple[rows.WeightRow, ...]:
    from tenure.publish import WeightRow

    return tuple(
        WeightRow(place_id, w.claim_id, w.log_odds, w.state)
        for place_id, weights in sorted(assessment.weights.items())
        for w in weights
    )


def series_of(measures: Sequence[Measure]) -> tuple[rows.SeriesRow, ...]:
    """Return area and places by actor and day."""
    from tenure.publish import SeriesRow

    places = {(m.actor, m.since): m for m in measures if m.name == "places"}
    out = []
    for m in measures:
        if m.name != "area_km2" or m.group:
            continue
        held = places.get((m.actor, m.since))
        counts = (held.value, held.lo90, held.hi90) if held else (0.0, 0.0, 0.0)
        out.append(SeriesRow(m.actor, m.since, m.value, m.lo90, m.hi90, *counts))
    return tuple(out)


def changes_of(measures: Sequence[Measure], since: date, until: date) -> tuple[rows.ChangeRow, ...]:
    """Return what passed from one state to another between two days, both inclusive."""
    from tenure.publish import ChangeRow

    named = {(m.name, m.group, m.actor): m for m in measures if m.name.startswith("transfer_")}
    out = []
    for (name, loser, gainer), area in named.items():
        count = named.get(("transfer_places", loser, gainer))
        if name != "transfer_km2" or count is None:
            continue
        places = (count.value, count.lo90, count.hi90)
        out.append(ChangeRow(since, until, loser, gainer, *places, area.value, area.lo90, area.hi90))
    return tuple(out)


def _fronts(assessment: Assessment) -> tuple[rows.FrontRow, ...]:
    from tenure.publish import FrontRow

    days = sorted({f.day for f in assessment.fronts})
    following: dict[date | None, date | None] = dict(pairwise([*days, None]))
    return tuple(
        FrontRow(
            f"front-{f.day}-{f.first}-{f.second}",
            f.first,
            f.second,
            f.day,
            following[f.day],
            f.geometry,
            f.length_km,
            f.lo90,
            f.hi90,
            f.band or None,
        )
        for f in assessment.fronts
    )


def _open_end(assessment: Assessment, end: date) -> date | None:
    return None if end >= assessment.study.config.end else end


def _pockets(assessment: Assessment) -> tuple[rows.PocketRow, ...]:
    from tenure.publish import PocketRow

    return tuple(
        PocketRow(
            p.pocket_id,
            p.actor,
            p.start,
            _open_end(assessment, p.end),
            p.geometry,
            p.area_km2,
            p.area_km2,
            p.area_km2,
            p.places,
            p.p,
            p.besieged_by,
            p.last_connected,
            p.population,
            p.population_unknown,
        )
        for p in assessment.pockets
    )


def explanation(alternative: Alternative) -> str:
    """Return the kind of an explanation with its probability where the samples could tell one."""
    kind = alternative.kind.replace("_", " ")
    return kind if isnan(alternative.p) else f"{kind} (p {alternative.p:.2f})"


def _corridors(assessment: Assessment) -> tuple[rows.CorridorRow, ...]:
    from tenure.publish import CorridorRow

    return tuple(
        CorridorRow(
            c.corridor_id,
            c.actor,
            c.day,
            c.day + timedelta(days=1),
            c.geometry,
            c.min_cut_km,
            c.p,
            c.path,
            c.claims,
            "; ".join(f"{explanation(a)}: {a.detail}" for a in c.alternatives),
        )
        for c in assessment.corridors
    )


def _incidents(assessment: Assessment) -> tuple[rows.IncidentRow, ...]:
    from tenure.publish import IncidentRow

    return tuple(
        IncidentRow(
            i.incident_id,
            i.zone_id,
            i.start,
            i.end,
            i.event,
            tuple(i.actor.split(" + ")) if i.actor else (),
            i.place_id or None,
            i.claims,
            i.stories,
            i.tier.value,
            i.exempt,
            i.p_inside,
            tuple(t for t in i.target.split(" + ") if t),
            i.where,
            i.one_sided,
            i.basis,
            i.passed,
            i.also_in,
        )
        for i in assessment.incidents
    )


def _checks(assessment: Assessment, claims: Sequence[Claim]) -> tuple[rows.CheckRow, ...]:
    from tenure.publish import CheckRow

    names = {a.actor_id: a.name for a in assessment.study.actors}
    highs = {(c.claim_id, q.value): q.high for c in claims for q in c.quantities}
    return tuple(
        CheckRow(
            c.claim_id,
            f"{c.basis} by {' and '.join(names.get(a, a) for a in c.actors) or 'nobody named'}, {c.where}",
            c.start,
            c.end - timedelta(days=1),
            c.reported,
            c.qualifier,
            highs.get((c.claim_id, c.reported)),
            "places" if c.kind == "villages" else c.kind,
            c.measured,
            c.lo90,
            c.hi90,
            c.verdict,
            c.ratio,
            c.p_at_least,
            c.reason,
        )
        for c in assessment.checks
    )


def _gaps(assessment: Assessment) -> tuple[rows.GapRow, ...]:
    """Return by second admin level the places of which nothing at all is known or on which no evidence bears."""
    from tenure.publish import GapRow

    seen = {e.place_id for e in assessment.evidence}
    by: dict[str, list[int]] = {}
    for i, place in enumerate(assessment.cells.places):
        if place.place_id not in seen:
            by.setdefault(place.admin2 or place.admin1 or "unknown", []).append(i)
    config = assessment.study.config
    return tuple(
        GapRow(name, config.start, None, len(index), float(assessment.cells.area_km2[index].sum()), "no report names them")
        for name, index in sorted(by.items())
    )


def _share_held(r: SourceReliability) -> float | None:
    """Return how often what a kind of report asserts holds: its precision, or the odds of a state told, at even odds before.

    None for fighting, which asserts no holder.
    """
    if r.verb == "clash":
        return None
    if not isnan(r.precision):
        return r.precision
    return None if isnan(r.agree) else r.agree / (1.0 + r.agree)


def _reliabilities(assessment: Assessment) -> tuple[rows.ReliabilityRow, ...]:
    """Return by source how often what it asserts held, over its stories of all kinds, with a 90% interval (Jeffreys)."""
    from scipy.stats import beta

    from tenure.publish import ReliabilityRow

    sources = {s.source_id: s for s in assessment.study.sources}
    stories: dict[str, int] = {}
    held: dict[str, float] = {}
    for r in assessment.fused.reliabilities:
        p = _share_held(r)
        if p is not None:
            stories[r.source] = stories.get(r.source, 0) + r.stories
            held[r.source] = held.get(r.source, 0.0) + p * r.stories
    out = []
    for name, n in sorted(stories.items()):
        p = held[name] / n if n else 0.5
        lo, hi = (float(beta.ppf(q, p * n + 0.5, (1 - p) * n + 0.5)) for q in (0.05, 0.95))
        source = sources.get(name)
        shown = source.names[0] if source else name
        kind = source.kind.value if source else "unknown"
        out.append(ReliabilityRow(name, shown, source.side if source else None, kind, n, p, lo, hi))
    return tuple(out)


MADE_FOLDERS = ("site", "out")
"""The folders that a build makes."""


def render_outputs(released: Release, attempts: Attempts, *, progress: Progress) -> dict[str, dict[str, bytes]]:
    """Return the files of `site/` and `out/` by folder and name; what fails is left out and noted in `attempts`."""
    from tenure import publish

    progress.stage("publishing", 3)
    nothing: dict[str, bytes] = {}
    site = attempts.make("site/index.html", lambda: publish.render_site(released), nothing)
    progress.advance()
    inside, data = attempts.under("out/"), attempts.under("out/data/")
    tried: dict[str, bytes | None] = {
        f"{name}.geojson": inside(f"{name}.geojson", partial(publish.to_geojson, released, name), None)
        for name in GEOJSON_TABLES
    }
    tried["control.parquet"] = inside("control.parquet", lambda: publish.to_geoparquet(released, "control"), None)
    package = inside("data", lambda: publish.data_package(released, data), nothing)
    tried |= {f"data/{name}": content for name, content in package.items()}
    progress.advance()
    for name, form in (("report.html", "html"), ("report.md", "markdown")):
        write = partial(publish.situation_report, released, form=form, make=inside)
        tried[name] = inside(name, write, None)
    tried |= inside("map-*.svg", lambda: publish.report_pictures(released, make=inside), nothing)
    progress.advance()
    out = {name: content for name, content in tried.items() if content is not None}
    return dict(zip(MADE_FOLDERS, (site, out), strict=True))
