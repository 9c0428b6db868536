"""The gate on claims: figures on the gold passages, with pinned floors.

For the part that rules were written on and the rest; the same on invented passages about other conflicts, and on real ones
about other conflicts (fresh_dev.jsonl).

Usage: python gates/claims.py [--fit] [--figures]. Exit code 0 when all floors hold (or ../shared is not here), else 1.
`--fit` fits the weights of the confidence and writes them with their provenance; `--figures` writes what accuracy.py needs.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
import tomllib
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import figures as kept_figures
from claims_campaigns import CAMPAIGNS, read_campaigns

if TYPE_CHECKING:
    from types import ModuleType

HERE = Path(__file__).resolve()
GOLD = HERE.parents[2] / "shared" / "gold"
FRESH = GOLD / "fresh_dev.jsonl"
FLOORS = HERE.with_name("claims_floors.toml")
WEIGHTS = HERE.parents[1] / "src/tenure/claims/data/confidence.toml"
UNSEEN_SHARE = 1 / 3
SEEN_WEIGHT, RIDGE, FOLDS = 0.3, 1.0, 5
Row = dict[str, Any]


def split(rows: list[Row]) -> dict[str, list[Row]]:
    """Return the seen and unseen parts.

    In each corpus (the id's prefix) the third with the lowest hashes is unseen; all seed passages are seen.
    """
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["id"].rsplit("-", 1)[0]].append(row)
    unseen: set[str] = set()
    for name, members in groups.items():
        if name != "seed":
            ranked = sorted(members, key=lambda r: hashlib.sha256(r["id"].encode()).hexdigest())
            unseen |= {r["id"] for r in ranked[: round(len(ranked) * UNSEEN_SHARE)]}
    if all(row["id"].startswith("en-") for row in rows):  # no rule was written on them
        return {"seen": [], "unseen": rows}
    return {"seen": [r for r in rows if r["id"] not in unseen], "unseen": [r for r in rows if r["id"] in unseen]}


def load_scorer() -> ModuleType:
    """Return the gold folder's own scorer as a module."""
    spec = importlib.util.spec_from_file_location("gold_score", GOLD / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit("score.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def predict(rows: list[Row]) -> dict[str, list[Row]]:
    """Return the extractor's claims by passage, with no study."""
    from tenure.claims import Extractor, claim_to_json
    from tenure.model import Report

    reports = [
        Report(
            r["id"],
            r["text"],
            datetime.fromisoformat(r["published_at"]).replace(tzinfo=UTC),
            "day",
            publisher=r["publisher"],
            country=r["country"],
            language="en",
        )
        for r in rows
    ]
    return {e.report_id: [claim_to_json(c) for c in e.claims] for e in Extractor().extract(reports)}


def figures(rows: list[Row], predicted: dict[str, list[Row]], scorer: ModuleType) -> dict[str, float]:
    """Return the table's figures for some passages."""
    import contextlib
    import io
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        gold, ours = Path(folder, "gold.jsonl"), Path(folder, "ours.jsonl")
        gold.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
        ours.write_text(
            "".join(json.dumps({"id": r["id"], "claims": predicted[r["id"]]}) + "\n" for r in rows), encoding="utf-8"
        )
        out, argv = io.StringIO(), sys.argv
        sys.argv = ["score.py", str(gold), str(ours)]
        with contextlib.redirect_stdout(out):
            scorer.main()
        sys.argv = argv
    result = json.loads(out.getvalue())
    right, total = map(int, result["empty_passages_right"].split("/"))
    table = {name: result[name]["f1"] for name in ("control_f1", "triple_f1", "said_f1", "detect_f1")}
    table |= {name: result["fields"][name] for name in ("speaker", "stance", "date_overlap", "quantity_f1")}
    table["empty"] = right / total if total else 1.0
    table["ece"] = calibration_error(labelled(rows, predicted, scorer))
    return table


def labelled(rows: list[Row], predicted: dict[str, list[Row]], scorer: ModuleType) -> list[tuple[Row, bool]]:
    """Return the predicted claims with whether every one of their triples is in the gold."""
    out = []
    for row in rows:
        ours = scorer.settled(predicted[row["id"]], row["claims"])
        gold = scorer.triples(row["claims"])
        for claim in ours:
            triples = scorer.triples([claim])
            out.append((claim, scorer.match_triples(gold, triples) == len(triples)))
    return out


def calibration_error(claims: list[tuple[Row, bool]], bins: int = 5) -> float:
    """Return the expected calibration error over bins of equal count."""
    ranked = sorted((c["confidence"], right) for c, right in claims)
    if not ranked:
        return 0.0
    error = 0.0
    for k in range(bins):
        part = ranked[k * len(ranked) // bins : (k + 1) * len(ranked) // bins]
        if part:
            error += abs(sum(p for p, _ in part) - sum(r for _, r in part)) / len(ranked)
    return error


Labelled = list[tuple[str, bool, Row, bool]]
"""Passage, whether it was kept aside, claim, whether the claim is right."""


def features(claims: Labelled) -> Any:  # noqa: ANN401 - a numpy array, shape (claims, 1 + features)
    """Return the bias and the features of claims."""
    import numpy as np

    from tenure.claims import claim_from_json
    from tenure.claims.confidence import features_of

    return np.array([(1, *features_of(claim_from_json(c))) for _, _, c, _ in claims], dtype=float)


def weights(claims: Labelled) -> Any:  # noqa: ANN401 - a numpy array, shape (1 + features,)
    """Return the weights of a logistic with ridge, by Newton's method; a claim of a seen passage counts less."""
    import numpy as np

    x, y = features(claims), np.array([right for *_, right in claims], dtype=float)
    count = np.array([1.0 if aside else SEEN_WEIGHT for _, aside, _, _ in claims])
    ridge = np.diag([1e-6] + [RIDGE] * (x.shape[1] - 1))
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        w -= np.linalg.solve(x.T @ (x * (count * p * (1 - p))[:, None]) + ridge, x.T @ (count * (p - y)) + ridge @ w)
    return w


def out_of_fold(claims: Labelled) -> list[tuple[bool, Row, bool]]:
    """Return kept aside, claim, right: the claims with the confidence by weights fitted without their passage."""
    import numpy as np

    tried: list[tuple[bool, Row, bool]] = []
    for fold in range(FOLDS):
        test = [c for c in claims if int(hashlib.sha256(c[0].encode()).hexdigest(), 16) % FOLDS == fold]
        w = weights([c for c in claims if int(hashlib.sha256(c[0].encode()).hexdigest(), 16) % FOLDS != fold])
        p = 1 / (1 + np.exp(-features(test) @ w))
        tried += [(aside, {"confidence": float(q)}, right) for (_, aside, _, right), q in zip(test, p, strict=True)]
    return tried


def fold_errors(tried: list[tuple[bool, Row, bool]]) -> dict[str, dict[str, float]]:
    """Return the calibration error of what was tried out of fold, for both parts."""
    parts = {"all": tried, "seen": [t for t in tried if not t[0]], "unseen": [t for t in tried if t[0]]}
    return {f"folds_{n}": {"ece": calibration_error([(c, right) for _, c, right in part])} for n, part in parts.items()}


def fit(claims: Labelled, digest: str) -> None:
    """Write the weights of the confidence with their provenance."""
    from tenure.claims.confidence import FEATURES

    w, right, aside = weights(claims), sum(c[3] for c in claims), sum(c[1] for c in claims)
    lines = [
        "# Weights of confidence.py: logistic with ridge, fitted by gates/claims.py --fit on gold and invented passages;",
        f"# claims of passages that rules were written on count {SEEN_WEIGHT} each.",
        f"# {len(claims)} claims, {aside} of passages kept aside, {right} right; sha256 of dev.jsonl {digest[:16]}.",
        f"bias = {w[0]:.3f}",
        "[weights]",
        *(f"{name} = {value:.3f}" for name, value in zip(FEATURES, w[1:], strict=True)),
    ]
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def print_table(title: str, tables: dict[str, dict[str, float]], floors: dict[str, Any]) -> list[str]:
    """Print one table of figures beside their floors; return what is below one."""
    print(title)
    print(f"{'figure':14}" + "".join(f"{name:>16}{'floor':>7}" for name in tables))
    failed = []
    for figure in next(iter(tables.values())):
        cells = []
        for name, table in tables.items():
            floor = floors.get(name, {}).get(figure)
            cells.append(f"{table[figure]:16.3f}{floor if floor is not None else '':>7}")
            below = floor is not None and (table[figure] > floor if figure == "ece" else table[figure] < floor)
            if below:
                failed.append(f"{figure} ({name}) is {table[figure]:.3f}, floor {floor}")
        print(f"{figure:14}" + "".join(cells))
    return failed


def main() -> int:
    """Print the tables; return the exit code."""
    if not (GOLD / "dev.jsonl").exists():
        print("gate-claims skipped: ../shared/gold is not here")
        return 0
    content = (GOLD / "dev.jsonl").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    rows = [json.loads(line) for line in content.decode().splitlines() if line.strip()]
    scorer = load_scorer()
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    failed = [] if floors["digest"] == digest[:16] else ["the gold passages are not those that the floors were pinned on"]
    claims: Labelled = []
    measured: dict[str, dict[str, float]] = {}
    sizes: dict[str, list[int]] = {}
    fresh = [json.loads(line) for line in FRESH.read_text(encoding="utf-8").splitlines() if line.strip()]
    corpora = {"": rows, "fresh_": fresh, "campaign_": read_campaigns(CAMPAIGNS.read_text(encoding="utf-8"))}
    for prefix, corpus in corpora.items():
        answers, parts = predict(corpus), split(corpus)
        claims += [
            (row["id"], part == "unseen", claim, right)
            for part, members in parts.items()
            for row in members
            for claim, right in labelled([row], answers, scorer)
        ]
        named = {prefix + name: part for name, part in (("all", corpus), *parts.items())}
        named = {"fresh_all": corpus} if prefix == "fresh_" else named
        tables = {name: figures(part, answers, scorer) for name, part in named.items()}
        title = {"": "gold dev.jsonl sha256 " + digest[:16], "fresh_": FRESH.name}.get(prefix, CAMPAIGNS.name)
        failed += print_table(title + ": " + ", ".join(f"{k} {len(v)}" for k, v in named.items()), tables, floors)
        measured |= tables
        sizes |= {name: [len(part), sum(len(row["claims"]) for row in part)] for name, part in named.items()}
    if "--fit" in sys.argv:
        fit(claims, digest)
        return 0
    tried = out_of_fold(claims)
    failed += print_table("confidence, out of fold", fold_errors(tried), floors)
    judged = kept_figures.bands([(c["confidence"], right) for _, c, right in tried], kept_figures.EDGES)
    failed += kept_figures.keep("claims", {"digest": digest, "figures": measured, "sizes": sizes, "bands": judged})
    for line in failed:
        print("FAILED: " + line)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
