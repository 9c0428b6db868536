"""Every construction of constructions.txt, one line each: its event, stance, actors and places."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tenure.model import Report

LINES = [
    tuple(line.split(" => "))
    for line in Path(__file__).with_name("constructions.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


def expected(text: str) -> list[tuple[str, str, frozenset[str], frozenset[str]]]:
    if text == "nothing":
        return []
    out = []
    for claim in text.split(" | "):
        event, stance, rest = claim.split(" ", 2)
        actors, places = rest.split(" @ ")
        out.append((event, stance, frozenset(actors.split("+")) - {"-"}, frozenset(places.split("+")) - {"-"}))
    return out


def bare(place: str) -> str:
    locators = r"\b(?:the|of|northern|southern|eastern|western|area|province|districts?|countryside|village|town|city|part|oblast)\b"  # noqa: E501 - one rule, one line
    return " ".join(re.sub(locators, "", place.lower()).replace("'s", "").split())


@pytest.fixture(scope="module")
def found(extractor):
    stamp = datetime(2020, 6, 19, tzinfo=UTC)
    reports = [Report(str(k), text, stamp, "day", language="en") for k, (text, _) in enumerate(LINES)]
    return {e.report_id: e.claims for e in extractor.extract(reports)}


@pytest.mark.parametrize("number", range(len(LINES)), ids=[text[:60] for text, _ in LINES])
def test_construction_gives_its_claims(number, found):
    wanted = expected(LINES[number][1])
    claims = found[str(number)]
    assert sorted((c.event.value, c.stance.value) for c in claims) == sorted((e, s) for e, s, _, _ in wanted)
    for event, stance, actors, places in wanted:
        matching = [
            c
            for c in claims
            if (c.event.value, c.stance.value) == (event, stance)
            and {bare(p.name) for p in c.places} == {bare(p) for p in places}
            and bool(c.actors) == bool(actors)
            and all(any(a.lower() in x.lower() or x.lower() in a.lower() for x in c.actors) for a in actors)
        ]
        assert matching, [(c.event.value, c.actors, [p.name for p in c.places]) for c in claims]
