"""The gate on claims in Arabic, Russian, Turkish and Ukrainian: figures by language, with pinned floors.

Half of the passages, by hash, is kept aside: no rule was written on them. Usage: python gates/languages.py. Exit code 0 when
all floors hold (or ../shared is not here), 1 when one does not.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tenure.claims import Extractor
from tenure.claims.wire import claim_to_json
from tenure.model import Report

HERE = Path(__file__).resolve()
GOLD = HERE.parents[2] / "shared" / "gold"
PASSAGES = GOLD / "langs_dev.jsonl"
FLOORS = HERE.with_name("languages_floors.toml")
Row = dict[str, Any]


def predict(rows: list[Row]) -> tuple[list[Row], float]:
    """Return the passages' claims, and the sentences read in a second after the pack is loaded."""
    extractor = Extractor()
    reports = [
        Report(
            row["id"],
            row["text"],
            datetime.fromisoformat(row["published_at"]).replace(tzinfo=UTC),
            "day",
            country=row["country"],
            language=row["lang"],
        )
        for row in rows
    ]
    list(extractor.extract(reports[:1]))
    began = time.perf_counter()
    found = [{"id": o.report_id, "claims": [claim_to_json(c) for c in o.claims]} for o in extractor.extract(reports)]
    sentences = sum(max(1, r.text.count(". ") + 1) for r in reports)
    return found, sentences / (time.perf_counter() - began)


def score(rows: list[Row], found: list[Row]) -> Row:
    """Return what the gold folder's scorer says of claims, with the share of quiet passages left quiet."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("gold.jsonl", "found.jsonl")]
        for path, lines in zip(paths, (rows, found), strict=True):
            path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, str(GOLD / "score.py"), *map(str, paths)], capture_output=True, text=True, check=True
        )
    out: Row = json.loads(done.stdout)
    by_id = {f["id"]: f["claims"] for f in found}
    quiet = [r for r in rows if not _moves(r["claims"])]
    left = sum(not _moves(by_id.get(r["id"], [])) for r in quiet)
    return {
        "control": out["control_f1"]["f1"],
        "detect": out["detect_f1"]["f1"],
        "speaker": out["fields"]["speaker"],
        "stance": out["fields"]["stance"],
        "date_overlap": out["fields"]["date_overlap"],
        "quiet": left / len(quiet) if quiet else 1.0,
    }


def _moves(claims: list[Row]) -> bool:
    return any(c["event"] in {"gain", "loss", "hold"} for c in claims)


def unseen(row: Row) -> bool:
    """Whether a passage is in the half that no rule was written on."""
    return int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % 2 == 1


def main() -> int:
    """Print the table and compare it with the floors."""
    if not PASSAGES.is_file():
        print("skipped: ../shared/gold/langs_dev.jsonl is not here")
        return 0
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    digest = hashlib.sha256(PASSAGES.read_bytes()).hexdigest()[:16]
    if digest != floors["digest"]:
        print(f"the passages changed: {digest}, floors are for {floors['digest']}; measure and pin anew")
        return 1
    rows = [json.loads(line) for line in PASSAGES.read_text(encoding="utf-8").splitlines() if line.strip()]
    failed = []
    for language in ("ru", "uk", "tr", "ar"):
        own = [r for r in rows if r["lang"] == language]
        for part, chosen in (("all", own), ("unseen", [r for r in own if unseen(r)])):
            found, speed = predict(chosen)
            figures = score(chosen, found)
            print(
                f"{language} {part:7}" + "  ".join(f"{k} {v:.2f}" for k, v in figures.items()) + f"  {speed:.0f} sentences/s"
            )
            wanted = floors.get(language, {}).get(part, {})
            failed += [f"{language} {part} {k}: {figures[k]:.3f} below {v}" for k, v in wanted.items() if figures[k] < v]
            if part == "all" and speed < floors["sentences_per_second"]:
                failed.append(f"{language}: {speed:.0f} sentences a second")
    print("\n".join(failed) if failed else "all floors hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
