"""The shipped study, read once for all its tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenure.config import Study, parse_study
from tenure.model import RawDocument, Report
from tenure.reports import mark_copies, read_documents

FOLDER = Path(__file__).parents[2] / "examples" / "idlib-2018"


@pytest.fixture(scope="session")
def folder() -> Path:
    return FOLDER


@pytest.fixture(scope="session")
def study() -> Study:
    files = [
        path for path in sorted(FOLDER.iterdir()) if path.suffix in {".toml", ".csv", ".geojson"}
    ]  # not what a build leaves
    return parse_study({path.name: path.read_bytes() for path in files})


@pytest.fixture(scope="session")
def reports(study: Study) -> dict[str, Report]:
    documents = [RawDocument(f"reports/{p.name}", p.read_bytes()) for p in sorted((FOLDER / "reports").iterdir())]
    result = read_documents(documents, sources=study.sources, default_country="SY")
    assert result.quarantined == ()
    return {report.report_id: report for report in mark_copies(result.reports)}
