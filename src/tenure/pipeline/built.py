"""The last finished build: its lists and tables, from which every question and export starts."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenure.model import Claim, Placement, Report, from_table
from tenure.pipeline.known import known_at
from tenure.pipeline.stored import read_persons
from tenure.pipeline.study import load_study
from tenure.store import ReadStore

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa

    from tenure.config import Study
    from tenure.pipeline.known import Known
    from tenure.publish import Release

__all__ = ["Built", "known_of", "methods_of", "open_built", "release_built"]

log = logging.getLogger(__name__)


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


def known_of(built: Built, now: datetime) -> Known:
    """Return what of a build may be told at a moment."""
    return known_at(built.study, built.claims, built.placements, built.reports, now)


def release_built(folder: Path, *, now: datetime, brief: bool = False) -> Release:
    """Return what of a built study may be published now: the same record that the build's own outputs are made of.

    `brief` leaves out what takes long and no map of one day shows, where the embargo makes it necessary to fuse again.
    """
    from tenure.pipeline.publication import release_of
    from tenure.pipeline.stored import load_publication

    study = load_study(folder)
    with ReadStore.open(folder) as store:
        methods = methods_of(store)
        publication = load_publication(store, study)
    return release_of(study, publication, methods=methods, now=now, brief=brief)
