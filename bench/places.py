"""Speeds of the places stage on one core, and the ratio to a linear fuzzy scan (rapidfuzz) over the same names.

Usage: python bench/places.py. Processor time, so that other work on the machine does not count; no files are left behind.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from tenure.model import Report
from tenure.places import Gazetteer, Locator, build_gazetteer
from tenure.places.gazetteer.match import match_exact, match_fuzzy

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTRY = "UA"
QUERIES = 2_000
SCANNED = 40
TEXT = "Fighting was reported near {0} and {1} in {2}, officials in {3} said on Friday; roads from {0} to {4} are cut."


def rate(run: Callable[[], object], count: int) -> float:
    """Return how many of `count` things a run does in a second of processor time."""
    start = time.process_time()
    run()
    return count / max(time.process_time() - start, 1e-9)


def main() -> None:
    """Measure and print."""
    start = time.process_time()
    gazetteer = build_gazetteer([], [], countries=[COUNTRY])
    print(f"build, towns of 500 people with alternates: {time.process_time() - start:6.1f} s, {len(gazetteer):,} places")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gazetteer.bin"
        path.write_bytes(gazetteer.to_bytes())
        with path.open("rb") as file:
            start = time.perf_counter()
            mapped = Gazetteer.from_buffer(mmap(file.fileno(), 0, access=ACCESS_READ))
            found = mapped.lookup("Bakhmut")[0].size
            seconds, megabytes = time.perf_counter() - start, path.stat().st_size / 1e6
            print(f"load and first look-up of the mapped file:  {seconds:8.4f} s, {megabytes:.0f} MB")
            assert found
    number = gazetteer.countries.index(COUNTRY)
    rows = [row for row in range(len(gazetteer)) if gazetteer.arrays["country"][row] == number][:QUERIES]
    names = [gazetteer.name(row) for row in rows]
    typos = [name[:2] + name[3:] if len(name) > 5 else name for name in names]
    exact = rate(lambda: [match_exact(gazetteer, name) for name in names], len(names))
    fuzzy = rate(lambda: [match_fuzzy(gazetteer, name) for name in typos], len(typos))
    everything = [gazetteer.key(index) for index in range(0, gazetteer.arrays["key_hash"].size, 17)][:50_000]
    linear = rate(lambda: [process.extract(q, everything, scorer=fuzz.ratio, limit=5) for q in typos[:SCANNED]], SCANNED)
    print(f"exact look-ups:  {exact:10,.0f} a second")
    print(f"fuzzy look-ups:  {fuzzy:10,.0f} a second")
    print(f"rapidfuzz's scan of {len(everything):,} names: {linear:,.0f} a second, a ratio of {fuzzy / linear:.1f}")
    locator = Locator(gazetteer, countries=[COUNTRY])
    when = datetime(2022, 3, 1, tzinfo=UTC)
    reports, spans = [], []
    for i in range(0, len(names) - 5, 5):
        text = TEXT.format(*names[i : i + 5])
        reports.append(Report(str(i), text, when, "day"))
        spans.append([(at, at + len(name)) for name in names[i : i + 5] if (at := text.find(name)) >= 0])
    documents = rate(lambda: [locator.locate(r, s) for r, s in zip(reports, spans, strict=True)], len(reports))
    again = rate(lambda: [locator.locate(r, s) for r, s in zip(reports, spans, strict=True)], len(reports))
    print(f"gold spans, documents of five names: {documents:7,.0f} a second; names known already: {again:,.0f}")


if __name__ == "__main__":
    main()
