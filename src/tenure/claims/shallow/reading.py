"""A report in one of the packs' languages to its claims: the same records as those of the English reader."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from tenure.claims.confidence import confidence
from tenure.claims.frames.timeline import published_day
from tenure.claims.identities import claim_id
from tenure.claims.shallow import cased, uncased
from tenure.claims.shallow.clauses import fill, heads_in
from tenure.claims.shallow.counts import quantities_in
from tenure.claims.shallow.days import days_in
from tenure.claims.shallow.folding import Folded, fold
from tenure.claims.shallow.mentions import ActorMention
from tenure.claims.shallow.speech import Speech, at, speeches_in, stance_of
from tenure.model import Claim, ClaimPlace, Event, PlaceRole, Stance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tenure.claims.shallow.clauses import Clause, Head
    from tenure.claims.shallow.days import Day
    from tenure.claims.shallow.mentions import Names, Spot
    from tenure.claims.shallow.packs import Pack
    from tenure.model import Quantity, Report

__all__ = ["read_claims"]

_END = re.compile(r"[.!?؟…]+[»\"”')]*(?=\s+[«\"“(]?[^\W_a-zа-яіїєґ])|\n+")
_SHORT = re.compile(r"(?:^|\s)(?:г|гг|им|ул|т|тыс|млн|м|с|р|рр|обл|тис|н|п|смт|ген|полк|пос|dr|prof|gen|[^\W\d_])$")
_CONTROL = frozenset({"gain", "loss", "hold"})
_KEPT = frozenset({"at", "near", "from", "to", "in_area"})
_MAX = 1500  # characters of a sentence; what is longer is a table
_UNDER = frozenset({"come_under", "rule"})
_OWN = frozenset({"act", "leave", "oust", "repel"})
_OPENING = re.compile(r"[^\W\d_a-zа-яіїєґ][\w-]+(?:\s[^\W\d_a-zа-яіїєґ][\w-]+)*")
_NEAR = 3  # words between an unknown name and what it does
_STEP = timedelta(days=1)


@dataclass(slots=True)
class _State:
    """What has been named so far in a report."""

    place: tuple[str, int, int, str] | None = None
    speaker: tuple[str, int, int] | None = None
    actors: tuple[str, ...] = ()
    told: list[Claim] | None = None


@dataclass(frozen=True, slots=True)
class _Task:
    """The report that is read, against which lists, and what it has named so far."""

    report: Report
    lists: Names
    published: date
    state: _State


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of a folded report with all that was found in it."""

    text: Folded
    offset: int
    low: str
    speeches: list[Speech]
    days: list[Day]
    clauses: list[Clause]
    places: list[Spot]


def read_claims(report: Report, lists: Names, *, method: str) -> tuple[Claim, ...]:
    """Return the claims of a report; one without a known event word, or without anybody or anything named, gives none."""
    text = fold(report.text, turkic=lists.pack.family == "turkic")
    published = published_day(report)
    task = _Task(report, lists, published, _State(told=[]))
    out: list[Claim] = []
    for start, end in _sentences(text):
        sentence = _read(text, start, end, published, lists)
        made = [replace(c, method=method) for c in _claims(sentence, task)]
        task.state.told = made or task.state.told
        for one in made:
            if not any(_same(one, o) for o in out):
                out = [o for o in out if o.actors or not _same(one, replace(o, actors=one.actors))]
                out.append(one)
    return tuple(out)


def _sentences(text: Folded) -> list[tuple[int, int]]:
    out, start = [], 0
    for hit in _END.finditer(text.cased):
        if hit[0] == "." and _SHORT.search(text.low[max(0, hit.start() - 8) : hit.start()]):
            continue
        out.append((start, hit.end()))
        start = hit.end()
    out.append((start, len(text.low)))
    return [
        (s + len(text.low[s:e]) - len(text.low[s:e].lstrip()), min(e, s + _MAX)) for s, e in out if text.low[s:e].strip()
    ]


def _read(text: Folded, start: int, end: int, published: date, lists: Names) -> _Sentence:
    """Return a sentence with its clauses; without an event word nothing else is looked for but who speaks."""
    low, capitals, pack = text.low[start:end], text.cased[start:end], lists.pack
    heads = heads_in(low, pack)
    speeches = speeches_in(low, pack)
    module = uncased if pack.family == "semitic" else cased
    if not heads:
        return _Sentence(text, start, low, speeches, [], [], module.places_in(low, capitals, lists, [], []))
    days = days_in(low, published, pack)
    speakers = [s.speaker for s in speeches if s.speaker]
    actors = [a for a in module.actors_in(low, capitals, lists) if not any(s < a.end and a.start < e for s, e in speakers)]
    actors += _holders(capitals, heads, actors, pack)
    actors += _opening(low, capitals, heads, actors, speakers, pack)
    free = [a for a in actors if not any(_touches(h, a) for h in heads)]
    taken = [*speakers, *((a.start, a.end) for a in free), *((d.start, d.end) for d in days)]
    ends = [h.end for h in heads if h.frame not in _UNDER] + [a.end for a in free if a.case == "from"]
    begins = {h.start for h in heads}
    places = [p for p in module.places_in(low, capitals, lists, taken, ends) if p.start not in begins]
    return _Sentence(text, start, low, speeches, days, fill(low, heads, free, places, pack), places)


def _opening(  # noqa: PLR0917 - all that a sentence has
    low: str,
    capitals: str,
    heads: Sequence[Head],
    actors: Sequence[ActorMention],
    speakers: Sequence[tuple[int, int]],
    pack: Pack,
) -> list[ActorMention]:
    """Return the name that begins a sentence as who acts, where nobody else does: a state, a leader, an unknown group."""
    hit = None if pack.family == "semitic" else _OPENING.match(capitals)
    first = next((h for h in heads if h.frame in _OWN), None)
    if hit is None or first is None or hit.end() > first.start or any(s < hit.end() for s, _ in speakers):
        return []
    if any(a.end <= first.start for a in actors) or pack.words["place.nouns"].search(low, 0, hit.end()):
        return []
    words = [pack.words[f"place.{n}"] for n in ("in", "from", "to", "near")] + [pack.words["speech.skip"], *pack.weekdays]
    if any(w.fullmatch(hit[0].split()[0].lower()) for w in words) or pack.words["dates.today"].match(low):
        return []
    gap = low[hit.end() : first.start]
    if pack.family == "slavic" and (re.search(r"[,;:—(]", gap) or len(gap.split()) > _NEAR):
        return []
    after = pack.words["place.nouns"].match(low, min(len(low), hit.end() + 1))
    return [] if after or capitals[hit.end() : hit.end() + 1] == "'" else [ActorMention(*hit.span())]


def _touches(head: Head, actor: ActorMention) -> bool:
    """Whether a predicate and an actor are the same words; an actor between the words of one is its own."""
    inside = head.start < actor.start and actor.end < head.end
    return head.start < actor.end and actor.start < head.end and not inside


def _holders(capitals: str, heads: Sequence[Head], actors: Sequence[ActorMention], pack: Pack) -> list[ActorMention]:
    """Return the names right after "under the control of": whoever they are, they hold."""
    out = []
    for head in heads if pack.family == "slavic" else ():
        hit = re.compile(r"\s[^\W\da-zа-яіїєґ][\w-]*").match(capitals, head.end)
        if head.frame in _UNDER and hit and not any(a.start < hit.end() and hit.start() < a.end for a in actors):
            out.append(ActorMention(hit.start() + 1, hit.end(), "genitive"))
    return out


def _claims(sentence: _Sentence, task: _Task) -> list[Claim]:
    state, lists = task.state, task.lists
    out: list[Claim] = []
    for clause in sentence.clauses:
        speech = at(sentence.speeches, clause.head.start)
        places = _named(clause.places, sentence, state)
        if not places or (clause.head.event == "other" and not _counted(sentence, clause, lists)):
            continue
        claim = _claim(clause, places, speech, sentence, task)
        if claim.event.value in _CONTROL and not claim.places:
            continue
        out.append(claim)
    if not sentence.clauses:
        _named(sentence.places, sentence, state)
    out = _settled(out)
    out = [_finished(c) for c in out]
    out.extend(_denials(sentence, state, out, lists))
    for speech in sentence.speeches:
        if speech.speaker:
            state.speaker = _verbatim(sentence, *speech.speaker)
    return out


def _counted(sentence: _Sentence, clause: Clause, lists: Names) -> tuple[Quantity, ...]:
    """Return what is counted in a clause."""
    return quantities_in(sentence.text, sentence.offset + clause.start, sentence.offset + clause.end, lists.pack)


def _verbatim(sentence: _Sentence, start: int, end: int) -> tuple[str, int, int]:
    return sentence.text.verbatim(sentence.offset + start, sentence.offset + end)


def _named(places: Sequence[Spot], sentence: _Sentence, state: _State) -> list[tuple[str, int, int, str]]:
    """Return places as strings with characters and role; a word like "the town" is the last place named."""
    out = []
    for place in places:
        if place.anaphor:
            before = [p for p in sentence.places if not p.anaphor and p.end <= place.start and p.role != "in_area"]
            meant = (*_verbatim(sentence, before[-1].start, before[-1].end), "at") if before else state.place
            if meant is not None:
                out.append((*meant[:3], place.role if place.role != "in_area" else "at"))
            continue
        made = (*_verbatim(sentence, place.start, place.end), place.role)
        out.append(made)
    fresh = [o for o, p in zip(out, places, strict=False) if not p.anaphor]
    if fresh:
        state.place = next((f for f in fresh if f[3] != "in_area"), fresh[0])
    return list(dict.fromkeys(out))


def _claim(
    clause: Clause, places: list[tuple[str, int, int, str]], speech: Speech | None, sentence: _Sentence, task: _Task
) -> Claim:
    state, lists, report = task.state, task.lists, task.report
    actors, targets = (tuple(_names(m, sentence)) for m in (clause.actors, clause.targets))
    speaker = _speaker(speech, sentence, state)
    actors = actors or _unsaid(clause, speech, speaker, sentence, task)
    actors = _own_side(actors, speaker, lists)
    state.actors = actors or state.actors
    stance = stance_of(clause, sentence.low, lists.pack)
    if speech is not None and speech.denies and stance in {Stance.ASSERTED, Stance.POSSIBLE}:
        stance = Stance.DENIED
    first, after = _when(clause, sentence, task.published)
    start, end = _quote(clause, sentence)
    quote, start, end = sentence.text.verbatim(start, end)
    return Claim(
        claim_id="",
        report_id=report.report_id,
        quote=quote,
        start_char=start,
        end_char=end,
        event=Event(clause.head.event),
        stance=stance,
        actors=actors,
        targets=targets,
        actor_ids=_ids(actors, lists),
        target_ids=_ids(targets, lists),
        places=tuple(ClaimPlace(n, PlaceRole(_fit(r, clause)), s, e) for n, s, e, r in places),
        start=first,
        end=after,
        speaker=speaker,
        speaker_id=lists.source_id(speaker) if speaker else None,
        quantities=_counted(sentence, clause, lists),
        confidence=0.5,
        method="",
        known_from=report.published_at.astimezone(UTC),
        language=lists.pack.language,
    )


def _own_side(actors: tuple[str, ...], speaker: str | None, lists: Names) -> tuple[str, ...]:
    """Return whose "units" are meant that a side's own speaker tells of: "the chief of X said that units left A"."""
    names, nouns = lists.pack.words["actor.names"], lists.pack.words["actor.nouns"]
    bare = len(actors) == 1 and nouns.fullmatch(fold(actors[0], turkic=lists.pack.family == "turkic").low)
    if not bare or not speaker or not actors[0][0].islower():
        return actors
    told = fold(speaker, turkic=lists.pack.family == "turkic")
    hit = names.search(told.low)
    return (told.verbatim(*hit.span())[0],) if hit else actors


def _unsaid(clause: Clause, speech: Speech | None, speaker: str | None, sentence: _Sentence, task: _Task) -> tuple[str, ...]:
    """Return who acts where a clause names nobody: a pronoun's side, the side that speaks, or whose statement is denied."""
    state, lists, head = task.state, task.lists, clause.head
    pack = lists.pack
    before = sentence.low[clause.start : head.start]
    if "speech.statements" in pack.words:
        hit = re.search(rf"{pack.words['speech.statements'].pattern}\s+((?:[\w-]+\s+){{1,3}}?)(?:о|об|про)\s*$", before)
        if hit:
            return (_verbatim(sentence, clause.start + hit.start(1), clause.start + hit.end(1) - 1)[0],)
    if head.frame in _OWN and "place.pronouns" in pack.words and pack.words["place.pronouns"].search(before):
        return state.actors
    denies = speech is not None and speech.denies
    nominal = head.frame == "name" and head.event == "gain"
    return (speaker,) if speaker and not denies and (head.frame in _OWN or nominal) and _is_side(speaker, lists) else ()


def _fit(role: str, clause: Clause) -> str:
    """Return the role of a place that an event allows: what is left is left from there."""
    if clause.head.frame == "leave" and role == "at":
        return "from"
    if clause.head.event == "advance" and role == "to":
        return "to"
    if clause.head.event == "gain" and role in {"from", "to"}:
        return "at"
    return role if role in _KEPT else "at"


def _ids(names: Sequence[str], lists: Names) -> tuple[str, ...]:
    found = (lists.actor_id(n) for n in names)
    return tuple(dict.fromkeys(f for f in found if f))


def _names(mentions: Sequence[ActorMention], sentence: _Sentence) -> list[str]:
    return list(dict.fromkeys(_verbatim(sentence, m.start, m.end)[0] for m in mentions))


def _speaker(speech: Speech | None, sentence: _Sentence, state: _State) -> str | None:
    if speech is None:
        return None
    if speech.speaker:
        return _verbatim(sentence, *speech.speaker)[0]
    return state.speaker[0] if speech.carried and state.speaker else None


def _is_side(name: str, lists: Names) -> bool:
    """Whether a speaker is itself an armed side: "the army said that it took A"."""
    low = fold(name, turkic=lists.pack.family == "turkic").low
    words = lists.pack.words
    state = words["place.not"].match(low) and " " not in low
    return bool(state or lists.actor_id(name) or words["actor.nouns"].search(low) or words["actor.names"].search(low))


def _when(clause: Clause, sentence: _Sentence, published: date) -> tuple[date, date]:
    inside = [d for d in sentence.days if clause.start <= d.start <= clause.end]
    chosen = inside or sentence.days[:1]
    if not chosen:
        return published, published + _STEP
    day = min(chosen, key=lambda d: min(abs(d.start - clause.head.end), abs(clause.head.start - d.end)))
    return day.first, max(day.after, day.first + _STEP)


def _quote(clause: Clause, sentence: _Sentence) -> tuple[int, int]:
    """Return the characters of the folded text from the first to the last word that a claim was read from."""
    spans = [(clause.head.start, clause.head.end), *((a.start, a.end) for a in clause.actors)]
    spans += [(p.start, p.end) for p in clause.places]
    inside = [(s, e) for s, e in spans if s >= 0 and e <= len(sentence.low)]
    return sentence.offset + min(s for s, _ in inside), sentence.offset + max(e for _, e in inside)


def _settled(claims: list[Claim]) -> list[Claim]:
    """Drop what another claim of the sentence says better: a fight beside a hold or gain, a nominal beside its verb."""
    out: list[Claim] = []
    for one in claims:
        names = {p.name for p in one.places}
        rivals = [c for c in claims if c is not one and names & {p.name for p in c.places}]
        if one.event is Event.CLASH and any(c.event in {Event.HOLD, Event.GAIN, Event.LOSS, Event.STRIKE} for c in rivals):
            continue
        if one.event is Event.ADVANCE and any(c.event is Event.GAIN and c.stance is one.stance for c in rivals):
            continue
        twin = next(
            (c for c in out if c.event is one.event and c.stance is one.stance and names & {p.name for p in c.places}), None
        )
        if twin is not None and (not one.actors or not twin.actors or one.actors == twin.actors):
            if len(one.actors) > len(twin.actors):
                out[out.index(twin)] = one
            continue
        out.append(one)
    return out


def _denials(sentence: _Sentence, state: _State, made: Sequence[Claim], lists: Names) -> list[Claim]:
    """Return the claims of the sentence before as denied, where a denial only points back."""
    deny = next((s for s in sentence.speeches if s.denies), None)
    if deny is None or any(c.stance is Stance.DENIED for c in made):
        return []
    speaker = _speaker(deny, sentence, state)
    before = [c for c in state.told or () if c.event.value in _CONTROL and c.stance is Stance.ASSERTED]
    return [
        _finished(
            replace(c, stance=Stance.DENIED, speaker=speaker, speaker_id=lists.source_id(speaker) if speaker else None)
        )
        for c in before[:1]
    ]


def _finished(claim: Claim) -> Claim:
    claim = replace(claim, confidence=confidence(claim))
    return replace(claim, claim_id=claim_id(claim))


def _same(a: Claim, b: Claim) -> bool:
    return (a.event, a.stance, a.speaker, a.actors, {p.name for p in a.places}) == (
        b.event,
        b.stance,
        b.speaker,
        b.actors,
        {p.name for p in b.places},
    )
