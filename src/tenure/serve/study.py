"""The feed of a study's folder: the last finished build, looked for again as it changes, and as known on earlier days."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as day_time
from typing import TYPE_CHECKING

from tenure.errors import InputError, TenureError
from tenure.serve.edition import BusyError, Edition, make_edition
from tenure.store import ReadStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from tenure.commands.why import Explained
    from tenure.control import ClaimWeight

__all__ = ["StudyFeed"]

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
"""How often, in seconds, the folder is looked at for a newer build."""

WAIT_S = 25.0
"""How long, in seconds, a request waits for a knowledge day before it is asked to come back."""

_KEPT_DAYS = 4  # knowledge days whose editions are kept: each holds all tables


def _build_of(folder: Path) -> str:
    """Return the identity of the last finished build; NotBuiltError when there is none."""
    with ReadStore.open(folder) as store:
        return str(store.table("runs")["run_id"][0].as_py())


@dataclass(slots=True)
class _Fusing:
    """A knowledge day that is being fused, and how that ended."""

    known_on: date
    done: threading.Event = field(default_factory=threading.Event)
    error: TenureError | None = None


class _Weigher:
    """What each claim does to a place on a day: control is fused in the background when it is first asked for."""

    def __init__(self, folder: Path, now: datetime, patience_s: float) -> None:
        self._folder, self._now, self._patience_s = folder, now, patience_s
        self._starting, self._done = threading.Lock(), threading.Event()
        self._started = False
        self._explained: Explained | None = None

    def __call__(self, place_id: str, on: date) -> tuple[ClaimWeight, ...]:
        """Return the weights, strongest first; BusyError while control is being fused longer than a request can wait."""
        with self._starting:
            if not self._started:
                self._started = True
                threading.Thread(target=self._fuse, daemon=True, name="tenure-weigh").start()
        if not self._done.wait(self._patience_s):
            raise BusyError("the study is being fused", value=place_id, remedy="ask again in a while")
        if self._explained is None:
            raise BusyError("the claims could not be weighed", value=place_id, remedy="see the service's log")
        return self._explained.weigh(place_id, on)

    def _fuse(self) -> None:
        from tenure.commands.why import open_explained

        try:
            self._explained = open_explained(self._folder, now=self._now)
        except Exception:
            log.exception("the claims could not be weighed")
        finally:
            self._done.set()


class StudyFeed:
    """Supplies the editions of a study's folder.

    A newer build, or a new day under the embargo, is loaded beside the edition that is being served and then takes its
    place; where that fails the old edition stays and the log says why.
    """

    def __init__(
        self,
        folder: Path,
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
        draw_map: bool = True,
        weigh: bool = True,
    ) -> None:
        """Load the last finished build; `now` gives the aware time that the embargo counts from, `clock` is monotonic.

        `weigh` lets `why` weigh claims on the day that is asked for. Raises NotBuiltError when there is no build, and what
        the study's files raise.
        """
        self._weigh = weigh
        self._patience_s = WAIT_S
        self._folder, self._now, self._clock, self._draw_map = folder, now, clock, draw_map
        self._loading = threading.Lock()
        self._starting = threading.Lock()
        self._fusing: _Fusing | None = None
        self._known: OrderedDict[tuple[str, date], Edition] = OrderedDict()
        self._state = self._wanted()
        self._edition = self._load(self._state[0], self._now())
        self._looked = clock()

    def _wanted(self) -> tuple[str, date]:
        return _build_of(self._folder), self._now().date()

    def _load(self, build: str, now: datetime, *, known_on: date | None = None) -> Edition:
        from tenure.pipeline.built import release_built

        released = release_built(self._folder, now=now, brief=known_on is not None)
        pages: dict[str, bytes] = {}
        if self._draw_map and known_on is None:
            from tenure.publish.map.page import render_site

            pages = render_site(released)
        weigh = _Weigher(self._folder, now, self._patience_s) if self._weigh else None
        return make_edition(released, build=build, loaded_at=self._now(), pages=pages, known_on=known_on, weigh=weigh)

    def edition(self, known_on: date | None = None) -> Edition:
        """Return what is published now, or what could be known at the end of a day: control is then fused again.

        Raises BusyError while that takes longer than a request can wait, InputError for a day before the study.
        """
        if self._clock() - self._looked >= LOOK_EVERY_S and self._loading.acquire(blocking=False):
            self._looked = self._clock()
            threading.Thread(target=self._refresh, daemon=True, name="tenure-refresh").start()
        if known_on is None or known_on >= self._edition.cutoff:
            return self._edition
        if self._edition.first_day is not None and known_on < self._edition.first_day:
            remedy = f"use {self._edition.first_day} or later"
            raise InputError("known-on lies before the study", value=known_on, remedy=remedy)
        return self._as_known(known_on)

    def _refresh(self) -> None:
        """Load a newer build where there is one; holds the lock that `edition` took."""
        try:
            state = self._wanted()
            if state != self._state:
                self._edition, self._state = self._load(state[0], self._now()), state
                self._known.clear()
        except TenureError as error:
            log.warning("a newer build cannot be served, the last one stays: %s", error)
        finally:
            self._loading.release()

    def _as_known(self, known_on: date) -> Edition:
        """Return the edition of an earlier day, fused in the background: the first to ask waits for it for a while."""
        key = (self._state[0], known_on)
        found = self._known.get(key)
        if found is not None:
            return found
        with self._starting:
            work = self._fusing
            if work is None or work.done.is_set():
                work = self._fusing = _Fusing(known_on)
                threading.Thread(target=self._fuse, args=(work, key), daemon=True, name="tenure-fuse").start()
        if work.known_on == known_on and work.done.wait(self._patience_s):
            if work.error is not None:
                raise work.error
            return self._known[key]
        raise BusyError("a knowledge day is being fused", value=work.known_on, remedy="ask again in a while")

    def _fuse(self, work: _Fusing, key: tuple[str, date]) -> None:
        moment = datetime.combine(work.known_on + timedelta(days=self._edition.embargo_days), day_time(12), UTC)
        try:
            self._known[key] = self._load(key[0], moment, known_on=work.known_on)
            while len(self._known) > _KEPT_DAYS:
                self._known.popitem(last=False)
        except TenureError as error:
            work.error = error
        except Exception:
            work.error = BusyError(
                "the knowledge day could not be fused", value=work.known_on, remedy="see the service's log"
            )
            log.exception("a knowledge day could not be fused")
        finally:
            work.done.set()
