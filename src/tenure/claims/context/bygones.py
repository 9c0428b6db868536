"""States that are over: what a side held until another took it.

A state that is told beside the capture of its place by another ends on the day of the capture: "retook A, which X had
held since D". It speaks for nobody on that day.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tenure.claims.context.lending import texts
from tenure.claims.phrases.mentions import count_of
from tenure.claims.text.dates import Interval
from tenure.model import Stance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.context.candidate import ClaimCandidate

__all__ = ["end_states"]

_DAY = timedelta(days=1)


_STATES = {"hold", "state", "presence", "grip"}


def end_states(batch: Sequence[ClaimCandidate]) -> None:
    """End the states of a sentence or a report that tells the capture of their place by another."""
    holds = [t for t in batch if t.draft.event == "hold" and t.draft.found.frame in _STATES and _bygone(t)]
    gains: dict[str, list[ClaimCandidate]] = {}
    for gain in batch if holds else ():
        told = gain.draft.event == "gain" and gain.stance is Stance.ASSERTED
        if told and not any(count_of(c) for c in gain.draft.counts):  # a share or a number ends no hold on the whole
            for place in gain.draft.places:
                gains.setdefault(place.text, []).append(gain)
    for one in holds:
        for gain in (g for p in one.draft.places for g in gains.get(p.text, ())):
            if texts(gain.draft.actors) & texts(one.draft.actors):
                continue
            if one.when.start <= gain.when.start < one.when.end:
                start = min(one.when.start, gain.when.start - _DAY)
                one.when = Interval(start, gain.when.start, explicit=one.when.explicit)


def _bygone(one: ClaimCandidate) -> bool:
    """Whether a state is told as past: with "had", in a clause that hangs on its place, or by a noun."""
    word = one.draft.word
    beside = {c.lower for c in word.children if c.dep in {"aux", "auxpass"}}
    now = bool(beside & {"is", "are"}) or any(c.lower in {"still", "now"} for c in word.children)
    since = bool(beside & {"has", "have"}) and one.when.start < one.when.last  # "has been under X's control since D"
    return not now and ("had" in beside or since or word.dep in {"relcl", "acl"} or one.draft.found.nominal)
