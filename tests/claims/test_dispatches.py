"""Every sentence of dispatches.txt: its control claims with actors, roles and days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tenure.model import Event, Report, Stance

LINES = [
    tuple(line.split(" => "))
    for line in Path(__file__).with_name("dispatches.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]
CLAIM = re.compile(r"(\w+) (\w+) (.+?) @ (.+?)(?: \[(\S+)\.\.(\S+)\])?$")
CONTROL = {Event.GAIN, Event.HOLD, Event.LOSS}


def name(text: str) -> str:
    return " ".join(re.sub(r"\b(?:the|of|town|towns|city|village|villages)\b", "", text, flags=re.IGNORECASE).split())


@pytest.fixture(scope="module")
def found(extractor):
    stamp = datetime(2020, 6, 19, tzinfo=UTC)
    reports = [Report(str(k), text.replace("\\n", "\n"), stamp, "day", language="en") for k, (text, _) in enumerate(LINES)]
    return {e.report_id: e.claims for e in extractor.extract(reports)}


@pytest.mark.parametrize("number", range(len(LINES)), ids=[text[:60] for text, _ in LINES])
def test_dispatch_gives_its_control_claims(number, found):
    claims = [c for c in found[str(number)] if c.event in CONTROL]
    if LINES[number][1] == "nothing":
        assert not [c for c in claims if c.stance is Stance.ASSERTED]
        return
    wanted = [CLAIM.fullmatch(part).groups() for part in LINES[number][1].split(" | ")]
    seen = [(c.event, c.stance, c.actors, [(p.name, p.role.value) for p in c.places], c.start, c.end) for c in claims]
    assert len(claims) == len(wanted), seen
    for event, stance, actors, places, first, last in wanted:
        at = {name(p) for p in places.split("+") if "/" not in p}
        areas = {name(p.split("/")[0]) for p in places.split("+") if "/" in p}
        assert [
            c
            for c in claims
            if (c.event.value, c.stance.value) == (event, stance)
            and {name(p.name) for p in c.places if p.role.value in {"at", "from"}} == at
            and areas <= {name(p.name) for p in c.places if p.role.value == "in_area"}
            and {name(a) for a in c.actors} == {name(a) for a in actors.split("+")}
            and (first is None or (c.start, c.end) == (date.fromisoformat(first), day_after(last)))
        ], seen


def day_after(day: str) -> date:
    return date.fromisoformat(day) + timedelta(days=1)
