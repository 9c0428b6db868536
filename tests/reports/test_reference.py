"""docs/reference/reports.md names every suffix, every key and every code of quarantine, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from tenure.reports.drafts import Limits
from tenure.reports.formats import FORMATS
from tenure.reports.frontmatter import KEYS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/reports.md").read_text(encoding="utf-8")


def first_cells(heading: str) -> set[str]:
    """Return what stands between backticks in the first column of the table under a heading."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*) \|", section, flags=re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_suffix_is_documented() -> None:
    assert first_cells("Formats") == set(FORMATS)


def test_every_key_is_documented() -> None:
    assert first_cells("Keys") == set(KEYS)


def test_every_code_of_quarantine_is_documented() -> None:
    sources = "".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "src/tenure/reports").glob("*.py")))
    assert first_cells("Codes of quarantine") == set(re.findall(r"reason=\"(\w+)\"", sources))


def test_limits_are_documented() -> None:
    limits = Limits()
    assert f"{limits.text_chars:,}" in PAGE
    assert f"{limits.line_chars:,}" in PAGE
    assert f"{limits.page_bytes >> 20} MB" in PAGE
    assert f"{limits.unpacked_bytes >> 20} MB" in PAGE
