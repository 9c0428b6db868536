"""The extractor, loaded once, and a short way to make a report of a text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tenure.claims import Extractor
from tenure.model import Report


def make_report(text: str, published: str = "2020-06-19", report_id: str = "r1", language: str = "en") -> Report:
    return Report(report_id, text, datetime.fromisoformat(published).replace(tzinfo=UTC), "day", language=language)


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return Extractor()


@pytest.fixture(scope="session")
def claims_of(extractor):
    def extract(text: str, published: str = "2020-06-19"):
        return next(iter(extractor.extract([make_report(text, published)]))).claims

    return extract
