"""The shipped study, built once for all tests that only read it or copy it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tenure.pipeline import demo_study


@pytest.fixture(scope="session")
def now():
    return datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory, now):
    return demo_study(tmp_path_factory.mktemp("demo") / "idlib-2018", now=now)
