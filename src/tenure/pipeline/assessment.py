"""From claims and placements to control, measures and findings: the part of a build that no report's text is needed for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any, cast

from tenure.model import Claim, Evidence, Placement, Report, to_table
from tenure.model.track_record import NAMED_P
from tenure.pipeline.attempts import Attempts, Failure
from tenure.pipeline.besieged import with_sieges
from tenure.pipeline.enclosed import gather_evidence
from tenure.pipeline.ground import control_places, fuse_study, study_cells
from tenure.pipeline.progress import Silent
from tenure.pipeline.stored import control_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from tenure.config import Study
    from tenure.control import ClaimWeight, Exclusion, Fused
    from tenure.grid import Cells
    from tenure.model import ControlSamples, ControlSpell, Measure, Posterior
    from tenure.pipeline.known import Known
    from tenure.pipeline.progress import Progress
    from tenure.publish.making import Make
    from tenure.territory import Capture, ChangeBetween, Check, Corridor, Front, Incident, IncidentCount, Pocket, Witness

__all__ = ["Assessment", "assess", "headline_dates", "sample_dates", "sample_known"]

DAILY_DRAWS = 100_000_000
"""Draws (samples x places x days) up to which every day is sampled; above it one day a week, to keep a laptop's memory."""

FRONT_STEP_DAYS = 7
"""Front lines are drawn for one day a week and the headline dates: between them `front_km` of the series tells."""


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """What a study's evidence says: control in two readings, joint samples, measures and findings."""

    study: Study
    evidence: tuple[Evidence, ...]
    exclusions: tuple[Exclusion, ...]
    cells: Cells
    fused: Fused
    spells: tuple[ControlSpell, ...]
    """The spells of control, cut where a place is besieged."""
    filtered: Posterior | None
    """Each day as it was known then; None in a brief assessment."""
    samples: ControlSamples
    since: date
    until: date
    series: tuple[Measure, ...]
    change: ChangeBetween
    weekly: tuple[Measure, ...]
    fronts: tuple[Front, ...]
    pockets: tuple[Pocket, ...]
    corridors: tuple[Corridor, ...]
    incidents: tuple[Incident, ...]
    incident_counts: tuple[IncidentCount, ...]
    checks: tuple[Check, ...]
    weights: dict[str, tuple[ClaimWeight, ...]]
    """By place: what each claim that names it does to its posterior on the claim's own last day."""
    failures: tuple[Failure, ...] = ()
    """Measures and findings that could not be made, and so are empty here."""


def headline_dates(study: Study) -> tuple[date, date]:
    """Return the two dates (both inclusive) of the headline table."""
    config = study.config
    last = config.end - timedelta(days=1)
    return config.report_since or config.start, config.report_until or last


def sample_dates(study: Study, places: int, wanted: Sequence[date] = ()) -> tuple[date, ...]:
    """Return the days on which joint samples are drawn: every day of a small study, else one a week, and those wanted."""
    first, days = study.config.start, (study.config.end - study.config.start).days
    step = 1 if study.config.samples * places * days <= DAILY_DRAWS else 7
    regular = {first + timedelta(days=d) for d in range(0, days, step)} | {first + timedelta(days=days - 1)}
    return tuple(sorted(regular | {d for d in wanted if first <= d < study.config.end}))


def assess(
    study: Study,
    claims: Sequence[Claim],
    placements: Sequence[Placement],
    reports: Sequence[Report],
    *,
    progress: Progress | None = None,
    brief: bool = False,
) -> Assessment:
    """Return control, measures and findings of a study's claims. The order of the steps is that of the chain.

    A measure or finding that fails is empty and named in `failures`; control itself raises.
    `brief` leaves out the filtered reading, the checks and the claims' weights, which take more than half of the time.
    """
    from tenure import territory
    from tenure.control import draw_samples

    progress = progress or Silent()
    progress.stage("fusing control", 3)
    cells = study_cells(study)
    collected = gather_evidence(study, claims, placements, reports, cells)
    table = to_table(Evidence, collected.evidence)
    fused = fuse_study(study, table, cells)
    progress.advance()
    filtered = None if brief else fuse_study(study, table, cells, reading="filtered").posterior
    progress.advance()
    since, until = headline_dates(study)
    asked = () if brief else territory.dates_to_sample(claims, study.config.start, study.config.end - timedelta(days=1))
    dates = sample_dates(study, len(cells.places), (since, until, *asked))
    samples = draw_samples(fused, dates, count=study.config.samples, seed=study.config.seed)
    progress.advance()

    progress.stage("measuring ground", 8)
    attempts = Attempts()
    records = (claims, placements, reports)
    steps = _findings(study, records, fused, samples, cells, make=attempts.each(progress.advance), brief=brief)
    weights: dict[str, tuple[ClaimWeight, ...]] = {}
    if not brief:
        weights = attempts.make("weights", lambda: _claim_weights(fused, collected.evidence), weights)
    return Assessment(
        study=study,
        evidence=tuple(collected.evidence),
        exclusions=(*collected.excluded, *fused.excluded),
        cells=cells,
        fused=fused,
        filtered=filtered,
        samples=samples,
        since=since,
        until=until,
        weights=weights,
        failures=attempts.failures,
        **steps,
    )


def _findings(
    study: Study,
    records: tuple[Sequence[Claim], Sequence[Placement], Sequence[Report]],
    fused: Fused,
    samples: ControlSamples,
    cells: Cells,
    *,
    make: Make,
    brief: bool,
) -> dict[str, Any]:
    """Return the measures and findings of an assessment by name; a brief one has no checks."""
    from tenure import territory

    claims, placements, reports = records
    posterior, relations = fused.posterior, study.relations
    since, until = headline_dates(study)
    first, last = study.config.start, study.config.end - timedelta(days=1)
    unchanged = territory.ChangeBetween(since, until + timedelta(days=1), (), (), ())
    found: dict[str, Any] = {"checks": (), "spells": fused.spells}
    found["series"] = make("series", lambda: territory.areas_by_actor(posterior, samples, cells, samples.dates), ())
    found["change"] = make("change", lambda: territory.change_between(posterior, samples, cells, since, until), unchanged)
    found["weekly"] = make("weekly", lambda: territory.weekly_change(samples, cells, first, last), ())
    found["fronts"] = make("fronts", lambda: _fronts(study, posterior, samples, cells, (since, until)), ())

    def pockets() -> tuple[tuple[Pocket, ...], tuple[ControlSpell, ...]]:
        shut, stays = territory.follow_pockets(posterior, samples, cells, relations=relations)
        return tuple(shut), with_sieges(fused.spells, shut, stays)

    found["pockets"], found["spells"] = make("pockets", pockets, ((), fused.spells))
    told: dict[str, Any] = {"claims": claims, "placements": placements, "relations": relations}
    told |= {"witnesses": _witnesses(study, fused, claims, reports)}
    found["corridors"] = make("corridors", lambda: territory.find_corridors(posterior, samples, cells, **told), ())
    bearing = partial(_bearing, fused)
    seen: Any = make("incidents", lambda: territory.zone_incidents(study, *records, posterior, cells, because=bearing), None)
    found["incidents"], found["incident_counts"] = (seen.incidents, seen.counts) if seen else ((), ())
    if not brief:
        found["checks"] = make("checks", lambda: territory.check_quantities(study, *records, posterior, samples, cells), ())
    return found


def _witnesses(study: Study, fused: Fused, claims: Sequence[Claim], reports: Sequence[Report]) -> dict[str, Witness]:
    """Return who makes each claim, with the mean precision of its source over what it reported of changes."""
    from tenure.control import ClaimSources
    from tenure.territory import Witness

    known, sources = {r.report_id: r for r in reports}, ClaimSources(study)
    learned: dict[str, list[tuple[float, int]]] = {}
    for r in fused.reliabilities:
        if isfinite(r.precision) and r.stories:
            learned.setdefault(r.source, []).append((r.precision, r.stories))
    out = {}
    for claim in claims:
        report = known.get(claim.report_id)
        source, story = sources.of(claim, report).source, (report.story_id if report else "") or claim.report_id
        rows = learned.get(source)
        right = {"precision": sum(p * n for p, n in rows) / sum(n for _, n in rows)} if rows else {}
        out[claim.claim_id] = Witness(source, story, **right)
    return out


def _claim_weights(fused: Fused, evidence: Sequence[Evidence]) -> dict[str, tuple[ClaimWeight, ...]]:
    from tenure.control import weigh_claims_on_days

    known, first = set(fused.posterior.place_ids), fused.posterior.first_day
    days: dict[str, dict[date, set[str]]] = {}
    for e in evidence:
        if e.p_place >= NAMED_P and e.place_id in known:
            last = first + timedelta(days=fused.posterior.index_of(e.t1 - timedelta(days=1)))
            days.setdefault(e.place_id, {}).setdefault(last, set()).add(e.claim_id)
    return {
        place_id: tuple(w for _, weights in sorted(weigh_claims_on_days(fused, place_id, by).items()) for w in weights)
        for place_id, by in sorted(days.items())
    }


BEARS = 0.1
"""Log-odds from which a claim counts as making a change of control probable."""


def _bearing(fused: Fused, capture: Capture) -> tuple[str, ...]:
    """Return the claims that speak for the gainer or against the loser at the place of a change on its day."""
    from tenure.control import weigh_claims

    found: dict[str, float] = {}
    for w in weigh_claims(fused, capture.place_id, capture.day):
        gain = w.log_odds if w.state == capture.gainer else -w.log_odds if w.state == capture.loser else 0.0
        if gain >= BEARS:
            found[w.claim_id] = max(gain, found.get(w.claim_id, 0.0))
    return tuple(sorted(found, key=lambda c: (-found[c], c)))


def _fronts(
    study: Study, posterior: Posterior, samples: ControlSamples, cells: Cells, headline: tuple[date, date]
) -> tuple[Front, ...]:
    from tenure.territory import front_lines

    first, days = study.config.start, posterior.days
    chosen = {first + timedelta(days=d) for d in range(0, days, FRONT_STEP_DAYS)} | set(headline)
    sampled = set(samples.dates)
    fronts: list[Front] = []
    for on in sorted(d for d in chosen if d in sampled):
        fronts += front_lines(posterior, cells, on, samples=samples)
    return tuple(fronts)


def assessed_tables(assessment: Assessment) -> dict[str, pa.Table]:
    """Return every table of an assessment by its name in the store."""
    from tenure import territory
    from tenure.control import Exclusion, SourceReliability
    from tenure.model import ControlSpell, Measure

    newest: dict[str, Any] = {}
    for e in assessment.evidence:
        newest[e.place_id] = max(e.pub, newest.get(e.place_id, e.pub))
    return {
        "evidence": to_table(Evidence, assessment.evidence),
        "exclusions": to_table(cast("type", Exclusion), assessment.exclusions),
        "control": control_table(assessment.fused.posterior, newest),
        "control_filtered": control_table(assessment.filtered or assessment.fused.posterior, newest),
        "spells": to_table(ControlSpell, assessment.spells),
        "reliabilities": to_table(SourceReliability, assessment.fused.reliabilities),
        "places": control_places(assessment.study, assessment.cells),
        "series": to_table(Measure, assessment.series),
        "change": to_table(Measure, assessment.change.measures),
        "weekly": to_table(Measure, assessment.weekly),
        "captures": to_table(territory.Capture, assessment.change.captures),
        "fronts": to_table(territory.Front, assessment.fronts),
        "pockets": to_table(territory.Pocket, assessment.pockets),
        "corridors": to_table(territory.Corridor, assessment.corridors),
        "incidents": to_table(territory.Incident, assessment.incidents),
        "incident_counts": to_table(territory.IncidentCount, assessment.incident_counts),
        "checks": to_table(territory.Check, assessment.checks),
        "failures": to_table(Failure, assessment.failures),
    }


def sample_known(known: Known, fused: Fused, cells: Cells, wanted: Sequence[date]) -> ControlSamples:
    """Return joint samples of control on the study's regular days and those wanted."""
    from tenure.control import draw_samples

    config = known.study.config
    dates = sample_dates(known.study, len(cells.places), wanted)
    return draw_samples(fused, dates, count=config.samples, seed=config.seed)
