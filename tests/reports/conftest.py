"""Documents and reports, shortly."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tenure.model import Quarantine, RawDocument, Report
from tenure.reports import read_documents

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def read_one() -> Callable[..., Report]:
    """Return a reader that expects one report from one document."""

    def read(content: str | bytes, name: str = "report.txt", **options: object) -> Report:
        raw = content.encode() if isinstance(content, str) else content
        result = read_documents([RawDocument(name, raw)], **options)  # type: ignore[arg-type] # options of several types
        assert not result.quarantined
        (report,) = result.reports
        return report

    return read


@pytest.fixture
def refused() -> Callable[..., Quarantine]:
    """Return a reader that expects one quarantined item and no report."""

    def read(content: str | bytes, name: str = "report.txt", **options: object) -> Quarantine:
        raw = content.encode() if isinstance(content, str) else content
        result = read_documents([RawDocument(name, raw)], **options)  # type: ignore[arg-type] # options of several types
        assert not result.reports
        (quarantine,) = result.quarantined
        assert "\n" not in quarantine.detail
        assert "; " in quarantine.detail  # what, value; what to do
        return quarantine

    return read


@pytest.fixture
def report() -> Callable[..., Report]:
    """Return a maker of reports: id, text, day of January 2018, publisher."""

    def make(report_id: str, text: str, day: int = 1, publisher: str = "wire") -> Report:
        return Report(report_id, text, datetime(2018, 1, day, tzinfo=UTC), "day", publisher=publisher)

    return make
