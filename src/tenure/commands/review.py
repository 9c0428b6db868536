"""`tenure review`: what was extracted and placed, and the reviewers' decisions about it, which are only ever appended.

A decision is checked against the study and the last build, written to decisions.jsonl, and taken in by the next build.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from tenure.config import DECISIONS_FILE, check_changes
from tenure.errors import InputError
from tenure.model import Change, Claim, Decision, Placement, Report, ReviewAction, from_table
from tenure.pipeline.decisions import Reviewed, apply_decisions, trace_of
from tenure.pipeline.study import load_study, make_locator
from tenure.store import ReadStore, append_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from tenure.places import Locator

__all__ = ["OpenReview", "ReviewRequest", "parse_changes"]

_SEVERAL = ("actor_ids", "target_ids")
_CHOICES = 5


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """A decision as it is asked for: about a claim or, with `place`, about its placement of that name."""

    claim_id: str
    action: ReviewAction
    by: str
    why: str
    place: str | None = None
    changes: tuple[Change, ...] = ()


def parse_changes(texts: Sequence[str]) -> tuple[Change, ...]:
    """Return corrections from texts like ``event=gain`` or ``actor_ids=gov,militia``; nothing after the sign clears a field.

    >>> parse_changes(["actor_ids=gov, militia", "speaker_id="])
    (Change(field='actor_ids', values=('gov', 'militia')), Change(field='speaker_id', values=()))
    """
    out = []
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise InputError("no correction", value=text, remedy="write FIELD=VALUE, for example event=gain")
        parts = value.split(",") if name.strip() in _SEVERAL else [value]
        out.append(Change(name.strip(), tuple(p.strip() for p in parts if p.strip())))
    return tuple(out)


class OpenReview:
    """The last build of a study opened for review; it keeps its tables, and the decisions made since, in memory."""

    def __init__(self, folder: Path) -> None:
        """Read the build and the decisions; NotBuiltError when there is no build, StudyError for a bad decision."""
        self.folder = folder
        self.study = load_study(folder)
        with ReadStore.open(folder) as store:
            self.claims = tuple(from_table(Claim, store.table("extracted")))
            self.placements = tuple(from_table(Placement, store.table("placed")))
            self.reports = {r.report_id: r for r in from_table(Report, store.table("reports"))}
        self.decisions = self.study.decisions
        self._locator: Locator | None = None

    def _located(self) -> Locator:
        if self._locator is None:
            self._locator = make_locator(self.study, folder=self.folder)
        return self._locator

    def _pin(self, placement: Placement, place_id: str) -> Placement | None:
        return self._located().pin(placement, place_id)

    def reviewed(self, decisions: Sequence[Decision] | None = None) -> Reviewed:
        """Return claims and placements after the decisions in hand, or after those given."""
        return apply_decisions(
            self.claims, self.placements, self.decisions if decisions is None else decisions, pin=self._pin
        )

    def rows(self, *, below: float | None = None, everything: bool = False) -> list[dict[str, Any]]:
        """Return one row a claim, the least confident first; those decided already only with `everything`.

        `confidence` is what the extraction gave; `below` leaves out the claims that have that much or more.
        """
        after = self.reviewed()
        kept = {c.claim_id: c for c in after.claims}
        standing: dict[str, str] = {}
        for verdict in after.verdicts:
            if verdict.outcome == "applied" and verdict.place is None:
                standing[verdict.claim_id] = verdict.action.value
        places: dict[str, list[str]] = {}
        for p in after.placements:
            places.setdefault(p.claim_id or "", []).append(f"{p.name}: {p.place_id or p.reason} ({p.p:.2f})")
        out = []
        for claim in sorted(self.claims, key=lambda c: (c.confidence, c.claim_id)):
            decided = standing.get(claim.claim_id, "")
            decided = "" if decided == ReviewAction.WITHDRAW else decided
            if (below is None or claim.confidence < below) and (everything or not decided):
                out.append(self._row(claim, kept.get(claim.claim_id, claim), places.get(claim.claim_id, []), decided))
        return out

    def _row(self, extracted: Claim, claim: Claim, places: list[str], decided: str) -> dict[str, Any]:
        report = self.reports[claim.report_id]
        return {
            "claim_id": claim.claim_id,
            "confidence": round(extracted.confidence, 3),
            "event": claim.event.value,
            "stance": claim.stance.value,
            "actor": list(claim.actor_ids or claim.actors),
            "target": list(claim.target_ids or claim.targets),
            "places": places,
            "from": claim.start.isoformat(),
            "to": (claim.end - timedelta(days=1)).isoformat(),
            "speaker": claim.speaker or report.publisher,
            "published": report.published_at.date().isoformat(),
            "report": report.report_id,
            "quote": claim.quote,
            "decision": decided,
        }

    def history(self) -> list[dict[str, Any]]:
        """Return every decision in its order, with what becomes of it (see `Verdict.outcome`)."""
        return [
            {
                "line": v.number,
                "claim_id": v.claim_id,
                "place": v.place,
                "action": v.action.value,
                "outcome": v.outcome,
                "by": v.by,
                "at": v.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "why": v.why,
            }
            for v in self.reviewed().verdicts
        ]

    def names(self, claim_id: str) -> list[str]:
        """Return the names of a claim's placements."""
        return list(dict.fromkeys(p.name for p in self.placements if p.claim_id == claim_id))

    def choices(self, name: str) -> list[tuple[str, str]]:
        """Return id and description of the places that a name, or an id, may mean, the nearest first."""
        from tenure.places import find_places

        gazetteer = self._located().gazetteer
        ids = [name] if gazetteer.row_of(name) is not None else []
        ids += [f.place_id for f in find_places(gazetteer, name, limit=_CHOICES)]
        out = []
        for place_id in dict.fromkeys(ids):
            row = gazetteer.row_of(place_id)
            if row is not None:
                place = gazetteer.place(row)
                units = [u for u in (place.admin3, place.admin2, place.admin1, place.country) if u]
                out.append((place_id, ", ".join([f"{place.name} ({place.feature.value})", *dict.fromkeys(units)])))
        return out

    def decide(self, request: ReviewRequest, *, now: datetime) -> dict[str, Any]:
        """Append a decision and return it as one row with what it changes; the next build takes it in.

        Errors: InputError for an unknown claim, placement or place, StudyError for an unknown field or value.
        """
        claim = self._checked(request)
        number = max((d.number for d in self.decisions), default=0) + 1
        moment = now.astimezone(UTC).replace(microsecond=0)
        said = (request.changes, request.by, moment, request.why)
        decision = Decision(number, request.action, claim.claim_id, request.place, *said, trace_of(claim))
        before, after = self.reviewed(), self.reviewed((*self.decisions, decision))
        outcome = next(v.outcome for v in after.verdicts if v.number == number)
        if outcome != "applied":
            raise InputError("the decision cannot be applied", value=outcome, remedy="give values that fit the claim")
        row = {
            "claim": claim.claim_id,
            "place": request.place,
            "action": request.action.value,
            "set": {c.field: list(c.values) if c.field in _SEVERAL else "".join(c.values) for c in request.changes},
            "by": request.by,
            "at": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "why": request.why,
            "report": claim.report_id,
            "quote": claim.quote,
            "extracted": {
                "event": claim.event.value,
                "stance": claim.stance.value,
                "actor_ids": list(claim.actor_ids),
                "target_ids": list(claim.target_ids),
            },
            "before": _facts(before, request),
            "after": _facts(after, request),
        }
        line = orjson.dumps({k: v for k, v in row.items() if v not in (None, {})})
        append_file(self.folder / DECISIONS_FILE, line)
        self.decisions = (*self.decisions, decision)
        return row

    def _checked(self, request: ReviewRequest) -> Claim:
        claim = next((c for c in self.claims if c.claim_id == request.claim_id), None)
        if claim is None:
            remedy = f"`tenure review {self.folder} --list --all` shows the ids of all claims"
            raise InputError("the last build has no such claim", value=request.claim_id, remedy=remedy)
        names = self.names(claim.claim_id)
        if request.place is not None and request.place.casefold() not in [n.casefold() for n in names]:
            remedy = "use " + ", ".join(names) if names else "the claim names no place"
            raise InputError("the claim has no such placement", value=request.place, remedy=remedy)
        check_changes(
            request.changes,
            placement=request.place is not None,
            actors=[a.actor_id for a in self.study.actors],
            sources=[s.source_id for s in self.study.sources],
            where="correction",
        )
        for change in request.changes:
            if change.field == "place_id" and self._located().gazetteer.row_of(change.values[0]) is None:
                raise InputError(
                    "no such place", value=change.values[0], remedy="give an id, or add the place to places.csv"
                )
        return claim


def _facts(reviewed: Reviewed, request: ReviewRequest) -> dict[str, Any] | None:
    """Return what holds of the target in a form for people, None when it is out of the chain; last days inclusive."""
    if request.place is None:
        claim = next((c for c in reviewed.claims if c.claim_id == request.claim_id), None)
        return None if claim is None else _claim_facts(claim)
    wanted = request.place.casefold()
    found = [p for p in reviewed.placements if p.claim_id == request.claim_id and p.name.casefold() == wanted]
    return (
        {
            "status": found[0].status.value,
            "place_id": found[0].place_id,
            "role": found[0].role.value if found[0].role else None,
            "p": found[0].p,
        }
        if found
        else None
    )


def _claim_facts(claim: Claim) -> dict[str, Any]:
    return {
        "event": claim.event.value,
        "stance": claim.stance.value,
        "actor_ids": list(claim.actor_ids),
        "target_ids": list(claim.target_ids),
        "speaker_id": claim.speaker_id,
        "start": claim.start.isoformat(),
        "end": (claim.end - timedelta(days=1)).isoformat(),
        "confidence": round(claim.confidence, 4),
    }
