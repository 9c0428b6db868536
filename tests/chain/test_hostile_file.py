"""A study with hostile files builds as it does without them, plus a line of the quarantine for each."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

import tenure
from tenure.pipeline import build_study, init_study
from tenure.reports import read_documents as parse
from tenure.store import read_documents

NOW = datetime(2031, 6, 1, tzinfo=UTC)
HOSTILE = {
    "0-first.json": b"[" * 5000,
    "deep.md": b"+++\nx = " + b"[" * 3000 + b"]" * 3000 + b"\n+++\nThe army took everything.",
    "digits.md": b"+++\nid = " + b"7" * 6000 + b"\n+++\nThe army took everything.",
    "feed.xml": b"<?xml version='1.0'?><rss><channel><item><title>&#xD800;</title></item></channel></rss>",
    "picture.html": b"\x89PNG" + bytes(range(256)) * 4,
    "zz.jsonl": b'{"text": "The army took everything.", "published_at": "9999-99-99"}',
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = tmp_path_factory.mktemp("studies")
    init_study(root / "plain")
    shutil.copytree(root / "plain", root / "hostile")
    for name, content in HOSTILE.items():
        (root / "hostile" / "reports" / name).write_bytes(content)
    (root / "hostile" / "reports" / "link.md").symlink_to("/etc/hostname")
    return {name: build_study(root / name, now=NOW) for name in ("plain", "hostile")}


def test_each_hostile_file_is_told_by_its_name(built):
    refused = parse(read_documents(built["hostile"].folder, "reports")).quarantined
    assert {q.origin.partition("#")[0] for q in refused} == {*HOSTILE, "link.md"}
    assert built["hostile"].counts["quarantined"] == len(refused)
    assert built["plain"].counts["quarantined"] == 0
    assert built["hostile"].counts["reports"] == built["plain"].counts["reports"]


@pytest.mark.parametrize("table", ["control", "claims", "changes", "measures"])
def test_what_is_found_is_the_same(built, table):
    plain, hostile = (tenure.open(built[name].folder).arrow(table) for name in ("plain", "hostile"))
    assert hostile.equals(plain)
