"""decisions.jsonl: what reviewers decided about claims and placements, one decision a line, appended and never changed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from pydantic import field_validator

from tenure.config.complaints import FileModel, decode, nearest, validated
from tenure.config.settings import Line  # noqa: TC001 - pydantic reads it at run time
from tenure.errors import StudyError
from tenure.model import Change, ClaimTrace, Decision, Event, PlaceRole, ReviewAction, Stance

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["CLAIM_FIELDS", "DECISIONS_FILE", "PLACEMENT_FIELDS", "check_changes", "parse_decisions"]

DECISIONS_FILE = "decisions.jsonl"

CLAIM_FIELDS = ("event", "stance", "actor_ids", "target_ids", "speaker_id", "start", "end")
"""Fields of a claim that a reviewer can correct; `start` and `end` are both inclusive here, as in all of a study's files."""

PLACEMENT_FIELDS = ("place_id", "role")
"""Fields of a placement that a reviewer can correct."""

_WORDS = {"event": tuple(Event), "stance": tuple(Stance), "role": tuple(PlaceRole)}
_IDS = ("actor_ids", "target_ids", "speaker_id")
_MAY_BE_EMPTY = frozenset(_IDS)
_SEVERAL = frozenset({"actor_ids", "target_ids"})


class _Extracted(FileModel):
    """What the claim was as extracted."""

    event: str
    stance: str
    actor_ids: tuple[str, ...] = ()
    target_ids: tuple[str, ...] = ()

    @field_validator("actor_ids", "target_ids", mode="before")
    @classmethod
    def _list_as_tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value


class _DecisionEntry(FileModel):
    """The keys of a line of decisions.jsonl."""

    claim: Line
    action: str
    by: Line
    at: str
    why: Line
    place: Line | None = None
    set: dict[str, str | list[str]] = {}  # noqa: RUF012 - pydantic copies a default for every instance
    report: str | None = None
    quote: str | None = None
    extracted: _Extracted | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


def parse_decisions(
    content: bytes, *, actors: Collection[str], sources: Collection[str], name: str = DECISIONS_FILE
) -> tuple[Decision, ...]:
    r"""Return the decisions in the file's order; blank lines are passed over, an empty file holds none.

    `actors` and `sources` are the study's ids. Raises StudyError that names the line. `report`, `quote` and `extracted`
    find the claim again when its id has changed; `before` and `after` are for people.

    >>> line = b'{"claim": "c1", "action": "reject", "by": "A. Reader", "at": "2018-03-01", "why": "not said"}'
    >>> parse_decisions(line, actors=(), sources=())[0].action.value
    'reject'
    """
    out = []
    for number, line in enumerate(decode(name, content).splitlines(), 1):
        if line.strip():
            out.append(_decision(line, number, f"{name} line {number}", (actors, sources)))
    return tuple(out)


def _decision(line: str, number: int, where: str, known: tuple[Collection[str], Collection[str]]) -> Decision:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise StudyError(f"{where} is no JSON", value=line[:60], remedy="write one JSON object a line") from error
    entry = validated(_DecisionEntry, data, where=where)
    if entry.action not in list(ReviewAction):
        raise StudyError(f"{where}: unknown action", value=entry.action, remedy=nearest(entry.action, list(ReviewAction)))
    action = ReviewAction(entry.action)
    values = {k: (v,) if isinstance(v, str) else tuple(v) for k, v in entry.set.items()}
    changes = tuple(Change(k, tuple(t for t in v if t)) for k, v in values.items())
    if bool(changes) is not (action is ReviewAction.CORRECT):
        needs = "needs" if action is ReviewAction.CORRECT else "has no use for"
        raise StudyError(f"{where}: {action.value} {needs} the key", value="set", remedy="mend the line")
    actors, sources = known
    check_changes(changes, placement=entry.place is not None, actors=actors, sources=sources, where=where)
    moment, trace = _moment(entry.at, where), _trace(entry)
    return Decision(number, action, entry.claim, entry.place, changes, entry.by, moment, entry.why, trace)


def _trace(entry: _DecisionEntry) -> ClaimTrace | None:
    was = entry.extracted
    if was is None or entry.report is None or entry.quote is None:
        return None
    return ClaimTrace(entry.report, entry.quote, was.event, was.stance, was.actor_ids, was.target_ids)


def _moment(text: str, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise StudyError(f"{where} has a bad at", value=text, remedy="write it as 2018-03-01T09:00:00Z") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def check_changes(
    changes: Sequence[Change], *, placement: bool, actors: Collection[str], sources: Collection[str], where: str
) -> None:
    """Check that corrections name fields and values that exist; the first that does not raises StudyError, `where` in front.

    A place's id is not checked here: the gazetteer knows it.
    """
    fields = PLACEMENT_FIELDS if placement else CLAIM_FIELDS
    for change in changes:
        if change.field not in fields:
            raise StudyError(f"{where}: unknown field", value=change.field, remedy=nearest(change.field, fields))
        if not change.values and change.field not in _MAY_BE_EMPTY:
            raise StudyError(f"{where}: {change.field} is empty", remedy=f"give a {change.field}")
        if len(change.values) > 1 and change.field not in _SEVERAL:
            raise StudyError(f"{where}: {change.field} holds one value", value=", ".join(change.values), remedy="give one")
        for value in change.values:
            _check_value(change.field, value, (actors, sources), where)


def _check_value(field: str, value: str, known: tuple[Collection[str], Collection[str]], where: str) -> None:
    actors, sources = known
    words: Collection[str] | None = _WORDS.get(field)
    if field in _IDS:
        words = [*actors, *sources] if field == "speaker_id" else actors
    if words is not None and value not in words:
        raise StudyError(f"{where}: unknown {field}", value=value, remedy=nearest(value, [str(w) for w in words]))
    if field in {"start", "end"}:
        try:
            date.fromisoformat(value)
        except ValueError as error:
            raise StudyError(f"{where}: {field} is no date", value=value, remedy="write it as YYYY-MM-DD") from error
