"""`tenure build`: the order of the stages, resumable, and the same bytes for the same inputs.

    read -> copies -> extract (cached by text and method) -> place -> review -> fuse -> measure -> publish

Extraction is the slow stage: a report whose text, date and extractor have not changed is not extracted again. Batches are
kept as they are done, so a killed build loses at most one; the tables that readers see, `site/` and `out/` are swapped in at
the end, all or nothing. A finding, picture or file that cannot be made is named in the result, and the others are made.

In the store `extracted` and `placed` are what the stages said, `claims` and `placements` what holds after the reviewers'
decisions; `decisions` tells what became of each.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from tenure.model import Claim, Evidence, Placement, PlacementStatus, Quarantine, Report, from_table, to_table
from tenure.pipeline.attempts import Attempts, Failure
from tenure.pipeline.decisions import UNREVIEWED, Reviewed, Verdict, apply_decisions
from tenure.pipeline.engine import count_read, count_unread, log_refused, make_engine
from tenure.pipeline.progress import Progress, Silent
from tenure.pipeline.study import copy_shipped_study, load_study, make_locator, study_file
from tenure.store import BuildStore, check_made_folders, finish_build, read_documents
from tenure.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa

    from tenure.claims import Extractor, LlmExtractor
    from tenure.config import Study
    from tenure.pipeline.assessment import Assessment
    from tenure.pipeline.engine import ModelEndpoint

__all__ = ["BuildResult", "Progress", "build_study", "demo_study"]

log = logging.getLogger(__name__)

BATCH = 32
"""Reports whose claims are kept together: what a killed build can lose."""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build made: counts by name, the headline and finding tables, and the files to open."""

    folder: Path
    run_id: str
    counts: dict[str, int]
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    """What could not be made, and why; all else was made, and the store answers."""
    kept: tuple[str, ...] = ()
    """Files of the user's that stood where the build writes, by the name that they have now."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The tables of one run, from reports to evidence; the later stages take it whole."""

    study: Study
    run_id: str
    reports: tuple[Report, ...]
    quarantined: tuple[Quarantine, ...]
    claims: tuple[Claim, ...]
    """As extracted, until `reviewed` is made."""
    placements: tuple[Placement, ...]
    statuses: dict[str, str]
    """Extraction status by report_id: ``extracted``, ``no_language_pack``, ``not_in_languages`` or ``unreadable_answer``."""
    methods: dict[str, str]
    placed: tuple[Placement, ...] = ()
    """Placements before review."""
    reviewed: Reviewed = UNREVIEWED
    persons: tuple[str, ...] = ()
    """Strings that the extractor took for persons: they leave no output."""
    embargoed: frozenset[str] = frozenset()
    """Ids of the reports that may not be told yet."""


def demo_study(folder: Path, *, now: datetime, progress: Progress | None = None) -> BuildResult:
    """Copy the shipped study into a folder, where it is not there yet, and build it."""
    copy_shipped_study(folder)
    return build_study(folder, now=now, progress=progress)


def build_study(
    folder: Path, *, now: datetime, progress: Progress | None = None, endpoint: ModelEndpoint | None = None
) -> BuildResult:
    """Run every stage over a study's folder and return what was made.

    `now` decides what the embargo withholds, also from what is learned of names, and nothing else. With an `endpoint` a
    language model reads the claims instead of the rules; the run names which. Errors: StudyError for the study's files,
    StoreError for its database, FetchError for an endpoint that fails; a bad report is quarantined and counted, what cannot
    be made is in `failures`.
    """
    from tenure.pipeline.assessment import assess, assessed_tables
    from tenure.pipeline.publication import MADE_FOLDERS

    progress = progress or Silent()
    study = load_study(folder)
    check_made_folders(folder, MADE_FOLDERS)
    with BuildStore.open(folder) as store:
        chain = _read_and_extract(folder, study, store, progress, now=now, endpoint=endpoint)
        chain = _place(folder, chain, progress)
        _keep_chain(store, chain)
        assessment = assess(study, chain.claims, chain.placements, chain.reports, progress=progress)
        assessment = replace(assessment, exclusions=(*chain.reviewed.excluded, *assessment.exclusions))
        for name, table in assessed_tables(assessment).items():
            store.put(name, _with_run(table, chain.run_id))
        store.put("runs", _run_table(chain))
        attempts = Attempts(assessment.failures)
        made, tables = _publish(chain, assessment, store, attempts, now=now, progress=progress)
        kept = finish_build(store, folder, {name: made.get(name, {}) for name in MADE_FOLDERS})
    return BuildResult(
        folder=folder,
        run_id=chain.run_id,
        counts=_counts(chain, assessment.evidence, len(assessment.exclusions)),
        tables=tables,
        outputs=tuple(f"{name}/{file}" for name in sorted(made) for file in sorted(made[name])),
        failures=attempts.failures,
        kept=kept,
    )


def _publish(
    chain: Chain, assessment: Assessment, store: BuildStore, attempts: Attempts, *, now: datetime, progress: Progress
) -> tuple[dict[str, dict[str, bytes]], dict[str, list[dict[str, Any]]]]:
    """Return the files by folder and the tables to print; what cannot be made is noted in `attempts` and left out."""
    from tenure.pipeline.assessment import assess
    from tenure.pipeline.headline import Wording, headline_tables
    from tenure.pipeline.known import known_at
    from tenure.pipeline.publication import publication_of, render_outputs
    from tenure.pipeline.stored import publication_tables
    from tenure.publish.release import release

    publication = attempts.make(
        "map, files and report",
        lambda: publication_of(assessment, chain, methods=chain.methods, persons=chain.persons),
        None,
    )
    if publication is None:
        return {}, {}
    for name, table in publication_tables(publication).items():
        store.put(name, _with_run(table, chain.run_id))

    def publish() -> tuple[dict[str, dict[str, bytes]], dict[str, list[dict[str, Any]]]]:
        known = known_at(chain.study, chain.claims, chain.placements, chain.reports, now)
        shown, told = assessment, publication
        if known.is_cut:
            shown = assess(known.study, known.claims, known.placements, known.reports)
            told = publication_of(shown, known, methods=chain.methods, persons=chain.persons)
        released = release(told, now=now.date())
        made = render_outputs(released, attempts, progress=progress)
        tables = attempts.make("tables", lambda: headline_tables(shown, Wording.of(known, released)), None)
        return made, tables or {}

    return attempts.make("map, files and report", publish, None) or ({}, {})


def _read_and_extract(
    folder: Path, study: Study, store: BuildStore, progress: Progress, *, now: datetime, endpoint: ModelEndpoint | None
) -> Chain:
    from tenure import reports as stage
    from tenure.publish.release import cutoff_date

    progress.stage("reading reports", None)
    documents = read_documents(folder, study_file(study, "reports"))
    result = stage.read_documents(documents, sources=study.sources, default_country=study.config.country or None)
    reports = stage.mark_copies(result.reports)
    extractor = make_engine(study, endpoint)
    methods = {"reports": stage.METHOD, "claims": extractor.method}
    cutoff = cutoff_date(now.date(), study.config.embargo_days)
    embargoed = frozenset(r.report_id for r in reports if r.readable_from.date() > cutoff)
    run_id = _run_id(study, reports, methods, embargoed)
    statuses, claims = _extract(store, extractor, reports, run_id, progress)
    log_refused(extractor)
    told = {c.report_id for c in claims}
    persons = extractor.persons([r for r in reports if r.report_id in told])
    return Chain(
        study, run_id, reports, result.quarantined, claims, (), statuses, methods, persons=persons, embargoed=embargoed
    )


def _run_id(study: Study, reports: Sequence[Report], methods: dict[str, str], embargoed: frozenset[str]) -> str:
    digest = hashlib.sha256(f"{__version__}|{study.digest}|{sorted(methods.items())}".encode())
    for report in reports:
        kept_back = "|embargoed" if report.report_id in embargoed else ""  # where others are is then told without it
        stamp = report.published_at.isoformat()
        digest.update(f"|{report.report_id}|{report.text_sha256}|{stamp}{kept_back}".encode())
    return digest.hexdigest()[:16]


def _cache_key(report: Report, method: str) -> str:
    parts = (
        report.report_id,
        report.text_sha256,
        report.published_at.isoformat(),
        report.published_precision,
        str(report.local_day),
        report.language,
        report.publisher or "",
        report.country or "",
        report.dateline or "",
        method,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def _extract(
    store: BuildStore, extractor: Extractor | LlmExtractor, reports: Sequence[Report], run_id: str, progress: Progress
) -> tuple[dict[str, str], tuple[Claim, ...]]:
    """Extract what is not cached, keep it batch by batch, and return status and claims of every report in report order."""
    keys = {r.report_id: _cache_key(r, extractor.method) for r in reports}
    done = _cached_keys(store)
    todo = [r for r in reports if keys[r.report_id] not in done]
    progress.stage("extracting claims", len(reports))
    progress.advance(len(reports) - len(todo))
    for first in range(0, len(todo), BATCH):
        batch = todo[first : first + BATCH]
        extractions = list(extractor.extract(batch))
        claims = [c for e in extractions for c in e.claims]
        with store.transaction():
            store.append("extracted", _keyed(to_table(Claim, claims), [keys[c.report_id] for c in claims], run_id))
            store.append("extractions", _extraction_table(extractions, keys, run_id))
        progress.advance(len(batch))
    return _collect(store, keys)


def _cached_keys(store: BuildStore) -> set[str]:
    if not store.has("extractions"):
        return set()
    return set(store.table("extractions")["cache_key"].to_pylist())


def _keyed(table: pa.Table, keys: list[str], run_id: str) -> pa.Table:
    import pyarrow as pa

    table = table.append_column("cache_key", pa.array(keys, pa.string()))
    return table.append_column("run_id", pa.array([run_id] * table.num_rows, pa.string()))


def _extraction_table(extractions: Iterable[Any], keys: dict[str, str], run_id: str) -> pa.Table:
    import pyarrow as pa

    rows = [(e.report_id, keys[e.report_id], e.status) for e in extractions]
    columns = {
        "report_id": pa.array([r[0] for r in rows], pa.string()),
        "cache_key": pa.array([r[1] for r in rows], pa.string()),
        "status": pa.array([r[2] for r in rows], pa.string()),
        "run_id": pa.array([run_id] * len(rows), pa.string()),
    }
    return pa.table(columns)


def _collect(store: BuildStore, keys: dict[str, str]) -> tuple[dict[str, str], tuple[Claim, ...]]:
    """Drop what belongs to no present report, put the rest in report order, and return it."""
    import pyarrow as pa

    if not store.has("extractions"):
        return {}, ()
    extractions, claims = store.table("extractions"), store.table("extracted")
    wanted = {key: number for number, key in enumerate(keys.values())}
    statuses: dict[str, str] = {}
    for name, table in (("extractions", extractions), ("extracted", claims)):
        order = [wanted.get(k, -1) for k in table["cache_key"].to_pylist()]
        kept = sorted((o, i) for i, o in enumerate(order) if o >= 0)
        sorted_table = table.take(pa.array([i for _, i in kept], pa.int64()))
        store.put(name, sorted_table)
        if name == "extractions":
            statuses = dict(zip(sorted_table["report_id"].to_pylist(), sorted_table["status"].to_pylist(), strict=True))
        else:
            claims = sorted_table
    return statuses, tuple(from_table(Claim, claims))


def _place(folder: Path, chain: Chain, progress: Progress) -> Chain:
    """Return the chain with its claims placed and reviewed.

    What names mean is learned from reports that are out of embargo: those that are not must not show in where others are.
    """
    by_report: dict[str, list[Claim]] = {}
    for claim in chain.claims:
        by_report.setdefault(claim.report_id, []).append(claim)
    told = [report for report in chain.reports if report.report_id in by_report]
    open_ = [report for report in told if report.report_id not in chain.embargoed]
    claims = [by_report[report.report_id] for report in open_]
    locator = make_locator(chain.study, folder=folder).learn_sources(open_, claims).learn_front(open_, claims)
    progress.stage("resolving places", len(by_report))
    placements: list[Placement] = []
    for report in told:
        placements += locator.place_claims(report, by_report[report.report_id])
        progress.advance()
    reviewed = apply_decisions(chain.claims, placements, chain.study.decisions, pin=locator.pin)
    return replace(
        chain,
        claims=reviewed.claims,
        placements=reviewed.placements,
        placed=tuple(placements),
        reviewed=reviewed,
        methods={**chain.methods, "places": locator.method},
    )


def _with_run(table: pa.Table, run_id: str) -> pa.Table:
    import pyarrow as pa

    return table.append_column("run_id", pa.array([run_id] * table.num_rows, pa.string()))


def _keep_chain(store: BuildStore, chain: Chain) -> None:
    import pyarrow as pa

    reports = to_table(Report, chain.reports)
    reports = reports.append_column("known_from", reports["published_at"])
    statuses = [chain.statuses.get(r.report_id, "") for r in chain.reports]
    reports = reports.append_column("extraction", pa.array(statuses, pa.string()))
    store.put("reports", _with_run(reports, chain.run_id))
    store.put("quarantine", _with_run(to_table(Quarantine, chain.quarantined), chain.run_id))
    store.put("claims", _with_run(to_table(Claim, chain.claims), chain.run_id))
    store.put("placed", _with_run(to_table(Placement, chain.placed), chain.run_id))
    store.put("placements", _with_run(to_table(Placement, chain.placements), chain.run_id))
    store.put("decisions", _with_run(to_table(cast("type", Verdict), chain.reviewed.verdicts), chain.run_id))


def _run_table(chain: Chain) -> pa.Table:
    import pyarrow as pa

    row = {"run_id": chain.run_id, "version": __version__, "study_digest": chain.study.digest}
    row |= {f"method_{k}": v for k, v in sorted(chain.methods.items())}
    return pa.Table.from_pylist([row])


def _counts(chain: Chain, evidence: Sequence[Evidence], excluded: int) -> dict[str, int]:
    return {
        "reports": len(chain.reports),
        "copies": sum(r.copy_of is not None for r in chain.reports),
        "quarantined": len(chain.quarantined),
        **count_read(chain.reports, chain.statuses),
        "language not read": count_unread(chain.reports, chain.statuses),
        **_unreadable_counts(chain),
        "claims": len(chain.claims),
        "placements": len(chain.placements),
        "unresolved": sum(p.place_id is None for p in chain.placements),
        "places that places.csv lacks": len(_unlisted(chain)),
        "evidence": len(evidence),
        "excluded": excluded,
        **_decision_counts(chain),
    }


def _unlisted(chain: Chain) -> set[str | None]:
    """Return the places that claims name and nobody can hold, since the study does not list them."""
    listed = {place.place_id for place in chain.study.places}
    return {p.place_id for p in chain.placements if p.status is PlacementStatus.RESOLVED and p.place_id not in listed}


def _unreadable_counts(chain: Chain) -> dict[str, int]:
    """Return how many answers of a language model could not be read; nothing where there are none."""
    count = sum(s == "unreadable_answer" for s in chain.statuses.values())
    return {"unreadable answers": count} if count else {}


def _decision_counts(chain: Chain) -> dict[str, int]:
    """Return how many decisions were applied and how many fit nothing; nothing where nobody has decided yet."""
    outcomes = [v.outcome for v in chain.reviewed.verdicts]
    if not outcomes:
        return {}
    fit = {"applied", "superseded", "withdrawn"}
    return {"decisions": len(outcomes), "decisions that fit nothing": sum(o not in fit for o in outcomes)}
