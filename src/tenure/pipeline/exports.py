"""`tenure export`: the study's public tables in the format that a file's suffix names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenure.pipeline.study import load_study
from tenure.store import ReadStore, write_file

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from tenure.publish import Release

__all__ = ["ExportRequest", "export_study", "release_built"]


def release_built(folder: Path, *, now: datetime, brief: bool = False) -> Release:
    """Return what of a built study may be published now: the same record that the build's own outputs are made of.

    `brief` leaves out what takes long and no map of one day shows, where the embargo makes it necessary to fuse again.
    """
    from tenure.pipeline.answers import methods_of
    from tenure.pipeline.outputs import release_of
    from tenure.pipeline.published import load_publication

    study = load_study(folder)
    with ReadStore.open(folder) as store:
        methods = methods_of(store)
        publication = load_publication(store, study)
    return release_of(study, publication, methods=methods, now=now, brief=brief)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What `tenure export` is asked for; `step` asks for the panel by day or week."""

    to: Path
    schema: str = "tenure"
    table: str = "control"
    step: str | None = None
    filtered: bool = False


def export_study(folder: Path, request: ExportRequest, *, now: datetime) -> list[dict[str, Any]]:
    """Write an export and return one row that says what was written; InputError for a suffix or schema that is none."""
    from tenure.publish import export

    content = export(
        release_built(folder, now=now),
        request.to.suffix.lower(),
        schema=request.schema,
        table=request.table,
        step=request.step,
        filtered=request.filtered,
    )
    write_file(request.to, content)
    return [{"file": str(request.to), "bytes": len(content), "schema": request.schema, "table": request.table}]
