"""Who makes a claim is one source, under whichever name evidence and what is learned of it are kept."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tenure.model import Source, SourceKind
from tenure.pipeline.assessment import _witnesses
from tenure.territory.testimony import _PRECISION

STUDY = SimpleNamespace(
    sources=(Source("gazette", ("Gazette",), (), None, SourceKind.MEDIA),),
    actors=(),
)


def learned(source, precision, stories=10):
    return SimpleNamespace(source=source, precision=precision, stories=stories)


def told(n, *, speaker=None):
    return SimpleNamespace(claim_id=f"c{n}", report_id=f"r{n}", speaker_id=speaker, speaker=speaker)


def report(n, *, source=None, publisher="The Bugle", story=None):
    return SimpleNamespace(report_id=f"r{n}", source_id=source, publisher=publisher, story_id=story)


def test_an_outlet_that_is_not_listed_is_one_source_and_has_what_was_learned_of_it():
    fused = SimpleNamespace(reliabilities=(learned("The Bugle", 0.6), learned("gazette", 0.95)))
    found = _witnesses(STUDY, fused, [told(1), told(2), told(3)], [report(1), report(2), report(3, source="gazette")])
    assert {found["c1"].source, found["c2"].source} == {"The Bugle"}
    assert [found[c].precision for c in ("c1", "c2", "c3")] == pytest.approx([0.6, 0.6, 0.95])


def test_copies_stay_one_story_where_nothing_was_learned():
    fused = SimpleNamespace(reliabilities=(learned("gazette", float("nan")),))
    found = _witnesses(STUDY, fused, [told(1), told(2)], [report(1, story="s"), report(2, story="s", publisher="Echo")])
    assert [w.story for w in found.values()] == ["s", "s"]
    assert {w.precision for w in found.values()} == {_PRECISION}
