"""The service follows the study's folder: newer builds take over, failures leave the last, earlier days are fused once."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime

import httpx
import pytest

from tenure.errors import InputError, NotBuiltError, StoreError
from tenure.publish.release import release
from tenure.serve import ServeSettings, StudyFeed, create_app
from tenure.serve import study as module
from tenure.serve.edition import BusyError
from tenure.serve.server import listen


class Folder:
    """A study's folder as the pipeline and the store show it."""

    def __init__(self, publication, monkeypatch):
        self.build, self.today, self.clock = "run-1", datetime(2024, 1, 1, 9, tzinfo=UTC), 0.0
        self.loads, self.failure, self.gate = [], None, threading.Event()
        self.gate.set()
        self.publication = publication
        monkeypatch.setattr(module, "_build_of", self.build_of)
        monkeypatch.setattr("tenure.pipeline.built.release_built", self.release_built)

    def build_of(self, _):
        if self.failure:
            raise self.failure
        return self.build

    def release_built(self, _, *, now, brief=False):
        assert brief is (now.date() < self.today.date())
        self.loads.append((self.build, now.date()))
        assert self.gate.wait(10)
        if now.date() < date(2024, 1, 1):
            return release(_without_late(self.publication, now), now=now.date())
        return release(self.publication, now=now.date())

    def feed(self):
        return StudyFeed(None, now=lambda: self.today, clock=lambda: self.clock, draw_map=False, weigh=False)

    def settle(self, feed):
        """Let the folder be looked at, and wait until that is done."""
        self.clock += 10
        feed.edition()
        deadline = time.monotonic() + 10
        while feed._loading.locked() and time.monotonic() < deadline:
            time.sleep(0.005)


def _without_late(publication, now):
    from dataclasses import replace

    cutoff = now.date().toordinal() - 14
    claims = tuple(c for c in publication.claims if c.known_from.date().toordinal() <= cutoff)
    kept = {c.claim_id for c in claims}
    weights = tuple(w for w in publication.weights if w.claim_id in kept)
    spells = tuple(s for s in publication.spells if s.known_from.date().toordinal() <= cutoff)
    return replace(publication, claims=claims, weights=weights, spells=spells)


@pytest.fixture
def folder(whole_study, monkeypatch):
    return Folder(whole_study, monkeypatch)


def test_newer_build_takes_over_and_the_old_one_serves_meanwhile(folder):
    feed = folder.feed()
    first = feed.edition()
    folder.build = "run-2"
    assert feed.edition() is first, "the folder is not looked at for every request"
    folder.gate.clear()
    folder.clock += 10
    assert feed.edition() is first
    folder.gate.set()
    folder.settle(feed)
    assert feed.edition().key != first.key


def test_next_day_under_the_embargo_is_another_edition(folder):
    folder.today = datetime(2021, 5, 20, 9, tzinfo=UTC)
    feed = folder.feed()
    assert feed.edition().cutoff == date(2021, 5, 6)
    folder.today = datetime(2021, 5, 21, 9, tzinfo=UTC)
    folder.settle(feed)
    assert feed.edition().cutoff == date(2021, 5, 7)


def test_folder_that_fails_leaves_the_last_edition(folder, caplog):
    feed = folder.feed()
    first = feed.edition()
    folder.failure = StoreError("the database is damaged", remedy="build again")
    folder.settle(feed)
    assert feed.edition() is first
    assert "the last one stays" in caplog.text
    folder.failure = None
    folder.settle(feed)
    assert feed.edition() is first, "nothing has changed"


def test_study_without_a_build_is_told(tmp_path):
    with pytest.raises(NotBuiltError):
        StudyFeed(tmp_path, now=lambda: datetime.now(UTC))


def test_knowledge_day_is_fused_once_and_knows_nothing_later(folder):
    feed = folder.feed()
    day = date(2021, 3, 20)
    edition = feed.edition(day)
    assert (edition.known_on, edition.cutoff) == (day, day)
    assert feed.edition(day) is edition
    assert folder.loads == [("run-1", date(2024, 1, 1)), ("run-1", date(2021, 4, 3))]
    known = edition.collections["claims"].data["known_from"].to_pylist()
    assert known
    assert max(known).date() <= day
    assert feed.edition(date(2023, 12, 31)) is feed.edition(), "after the cut-off all is known"


def test_day_before_the_study_is_told(folder):
    feed = folder.feed()
    for day in (date(2021, 2, 28), date(1, 1, 1)):
        with pytest.raises(InputError, match="before the study"):
            feed.edition(day)
    assert len(folder.loads) == 1, "nothing is fused for it"
    assert feed.edition(date.max) is feed.edition()


def test_request_that_would_wait_too_long_is_asked_to_come_back(folder):
    feed = folder.feed()
    feed._patience_s = 0.05
    folder.gate.clear()
    for day in (date(2021, 3, 20), date(2021, 3, 21)):
        with pytest.raises(BusyError, match="being fused"):
            feed.edition(day)
    folder.gate.set()
    feed._patience_s = 10
    assert feed.edition(date(2021, 3, 20)).known_on == date(2021, 3, 20)


def test_kept_knowledge_days_are_few(folder):
    feed = folder.feed()
    for n in range(10, 20):
        feed.edition(date(2021, 3, n))
    assert len(feed._known) == module._KEPT_DAYS


def test_failure_of_the_fusing_is_an_answer(folder, monkeypatch, caplog):
    feed = folder.feed()

    def broken(*_, **__):
        raise RuntimeError("inside")

    monkeypatch.setattr("tenure.pipeline.built.release_built", broken)
    with pytest.raises(BusyError, match="could not be fused"):
        feed.edition(date(2021, 3, 20))
    assert "inside" in caplog.text


def test_known_on_reaches_the_feed_through_the_service(folder, running):
    feed = folder.feed()
    with running(create_app(feed, ServeSettings())) as address, httpx.Client(base_url=address, trust_env=False) as client:
        url = "/collections/control/items"
        now = client.get(url, params={"datetime": "2021-03-20", "limit": 1000})
        then = client.get(url, params={"datetime": "2021-03-20", "limit": 1000, "known-on": "2021-03-20"})
        assert now.headers["etag"] != then.headers["etag"]
        assert then.json()["numberMatched"] <= now.json()["numberMatched"]
        later = client.get(url, params={"datetime": "2021-04-20", "known-on": "2021-03-20"})
        assert later.json()["numberMatched"] == 0
        why = client.get("/why", params={"place": "p09", "on": "2021-03-20", "known-on": "2021-03-20"}).json()
        assert why["known_on"] == "2021-03-20"
        feed._patience_s = 0.01
        folder.gate.clear()
        busy = client.get(url, params={"known-on": "2021-03-25"})
        folder.gate.set()
        assert busy.status_code == 503
        assert busy.headers["retry-after"] == "30"


def test_port_that_is_taken_is_told():
    with listen(ServeSettings(port=0)) as bound:
        with pytest.raises(InputError, match="cannot listen"):
            listen(ServeSettings(port=bound.getsockname()[1]))
        assert bound.getsockname()[0] == "127.0.0.1"


def test_serving_a_folder_announces_its_address_and_answers(folder, monkeypatch):
    import uvicorn

    from tenure.serve import serve_study

    heard = []

    class Stub(uvicorn.Server):
        def run(self, sockets):
            heard.append(sockets[0].getsockname()[1])

    monkeypatch.setattr(uvicorn, "Server", Stub)
    monkeypatch.setattr("tenure.publish.map.page.render_map", lambda _: b"<!doctype html>")
    serve_study(None, ServeSettings(port=0), now=lambda: folder.today, ready=heard.append)
    assert heard[0] == f"http://127.0.0.1:{heard[1]}/"


def weighing(folder, monkeypatch, explained):
    monkeypatch.setattr("tenure.commands.why.open_explained", explained)
    feed = StudyFeed(None, now=lambda: folder.today, clock=lambda: folder.clock, draw_map=False)
    feed.edition().explain.__self__.weigh._patience_s = 5
    return feed.edition()


def test_why_weighs_the_claims_on_the_day_that_is_asked_for(folder, monkeypatch):
    from tenure.control import ClaimWeight

    days, opened = [], []
    claim = folder.publication.weights[0]

    class Explained:
        def weigh(self, place_id, on):
            days.append((place_id, on))
            return (ClaimWeight(claim.claim_id, "s", "x", "took", "asserted", claim.state, 0.25, 0.6, 0.5, speaks=True),)

    edition = weighing(folder, monkeypatch, lambda _, *, now: opened.append(now) or Explained())
    for on in (date(2021, 3, 20), date(2021, 3, 25)):
        answer = edition.explain(claim.place_id, on, None)
        assert answer["weights_of"] == "the day"
        assert [(c["claim_id"], c["weight"]) for c in answer["claims"]] == [(claim.claim_id, 0.25)]
    assert days == [(claim.place_id, date(2021, 3, 20)), (claim.place_id, date(2021, 3, 25))]
    assert len(opened) == 1, "control is fused once"


def test_why_that_cannot_weigh_yet_asks_to_come_back(folder, monkeypatch, caplog):
    gate = threading.Event()

    def slow(*_, **__):
        gate.wait(10)
        raise RuntimeError("inside")

    edition = weighing(folder, monkeypatch, slow)
    weigh = edition.explain.__self__.weigh
    weigh._patience_s = 0.05
    place = folder.publication.weights[0].place_id
    with pytest.raises(BusyError, match="being fused"):
        edition.explain(place, date(2021, 3, 20), None)
    gate.set()
    weigh._patience_s = 5
    with pytest.raises(BusyError, match="see the service's log"):
        edition.explain(place, date(2021, 3, 20), None)
    assert "inside" in caplog.text
