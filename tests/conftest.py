"""What all tests share: property tests try the same examples everywhere, and no test fails because a machine is slow."""

from __future__ import annotations

import os
import shutil
import tempfile

from hypothesis import HealthCheck, settings

LONGEST = ("test_shipped_study", "test_map_in_chromium", "test_resume", "test_release_everywhere", "test_spark")
"""Files whose slow tests take minutes: begun first, so that no process is left with one at the end."""

settings.register_profile("same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")


def pytest_configure(config):
    """Give all processes of a run one folder for compiled gazetteers: to compile one takes longer than to build a study."""
    if "TENURE_CACHE" not in os.environ and not hasattr(config, "workerinput"):
        config.own_cache = os.environ["TENURE_CACHE"] = tempfile.mkdtemp(prefix="tenure-tests-")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


def pytest_unconfigure(config):
    if own := getattr(config, "own_cache", None):
        shutil.rmtree(own, ignore_errors=True)
        del os.environ["TENURE_CACHE"]
