"""`tenure export`: the study's public tables in the format that a file's suffix names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tenure.commands.days import day
from tenure.errors import InputError
from tenure.pipeline.built import release_built
from tenure.pipeline.study import load_study
from tenure.store import ReadStore, write_file

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from tenure.publish import Release

__all__ = ["ExportRequest", "export_study", "release_between"]

REPORTS = {".html": "html", ".md": "markdown"}
"""Suffixes of the situation report, and its forms."""


def release_between(folder: Path, since: date | None, until: date | None, *, now: datetime) -> Release:
    """Return the release of a built study with what changed between two days (both inclusive) measured.

    Days default to those of the study's own report. Raises InputError for a day outside the study or its embargo.
    """
    from tenure.pipeline.assessment import sample_known
    from tenure.pipeline.built import methods_of
    from tenure.pipeline.known import fuse_known, known_at
    from tenure.pipeline.publication import changes_of, release_of, series_of
    from tenure.pipeline.stored import load_publication
    from tenure.territory import areas_by_actor, change_between

    study = load_study(folder)
    with ReadStore.open(folder) as store:
        methods, publication, evidence = methods_of(store), load_publication(store, study), store.table("evidence")
    known = known_at(study, publication.claims, publication.placements, publication.reports, now)
    first, last = known.days(since, until)
    if known.is_cut:
        config = replace(study.config, report_since=first, report_until=last)
        study = replace(study, config=config)
        return release_of(study, replace(publication, config=config), methods=methods, now=now)
    if not any((c.since, c.until) == (first, last) for c in publication.changes):
        fused, cells = fuse_known(known, evidence)
        samples = sample_known(known, fused, cells, [first, last])
        measures = change_between(fused.posterior, samples, cells, first, last).measures
        series = series_of(areas_by_actor(fused.posterior, samples, cells, [first, last]))
        others = tuple(s for s in publication.series if s.on not in (first, last))
        publication = replace(
            publication,
            measures=(*measures, *publication.measures),
            changes=(*changes_of(measures, first, last), *publication.changes),
            series=(*series, *others),
        )
    return release_of(study, publication, methods=methods, now=now)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What `tenure export` is asked for; `step` asks for the panel by day or week."""

    to: Path
    schema: str = "tenure"
    table: str = "control"
    step: str | None = None
    filtered: bool = False
    since: str | None = None
    until: str | None = None
    """First and last day of the situation report, as a user typed them."""


def export_study(folder: Path, request: ExportRequest, *, now: datetime) -> list[dict[str, Any]]:
    """Write an export and return a row that says what was written; InputError for a suffix or schema that is none.

    A file named .html or .md is the situation report; the pictures of the Markdown are written beside it.
    """
    from tenure.publish import export
    from tenure.publish.files.formats import SUFFIXES
    from tenure.publish.files.vector import csv_metadata

    suffix = request.to.suffix.lower()
    if suffix not in (*SUFFIXES, *REPORTS):
        known = ", ".join((*SUFFIXES, *REPORTS))
        raise InputError("no such kind of file", value=request.to.name, remedy=f"name it with one of {known}")
    if suffix in REPORTS:
        return _export_report(folder, request, now=now)
    if request.since or request.until:
        raise InputError("only the situation report takes two days", value=request.to.name, remedy="name it .html or .md")
    released = release_built(folder, now=now)
    content = export(
        released,
        suffix,
        schema=request.schema,
        table=request.table,
        step=request.step,
        filtered=request.filtered,
    )
    files = {request.to: content}
    if suffix == ".csv":  # a table of text cannot say whose data it is made of
        beside = request.to.with_name(request.to.name + "-metadata.json")
        files[beside] = csv_metadata(released, request.table, url=request.to.name)
    for path, written in files.items():
        write_file(path, written)
    return [{"file": str(request.to), "bytes": len(content), "schema": request.schema, "table": request.table}]


def _export_report(folder: Path, request: ExportRequest, *, now: datetime) -> list[dict[str, Any]]:
    from tenure.publish import report_pictures, situation_report

    since, until = day(request.since, name="--since"), day(request.until, name="--until")
    released = release_between(folder, since, until, now=now)
    config = released.publication.config
    days: dict[str, Any] = {"since": since or config.report_since, "until": until or config.report_until}
    form = REPORTS[request.to.suffix.lower()]
    files = {request.to: situation_report(released, form=form, **days)}
    if form == "markdown":
        files |= {request.to.parent / name: content for name, content in report_pictures(released, **days).items()}
    for path, content in files.items():
        write_file(path, content)
    return [{"file": str(path), "bytes": len(content), "schema": "report", "table": form} for path, content in files.items()]
