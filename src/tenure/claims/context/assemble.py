"""Drafts of a report's sentences to its claims: dates, speakers, quantities, joint readings, duplicates, ids."""

# ruff: noqa: RUF001 - the patterns and tests mean typographic quotes and dashes

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tenure.claims.context.bygones import end_states
from tenure.claims.context.candidate import ClaimCandidate, Reading, reading
from tenure.claims.context.denials import denials
from tenure.claims.context.reconcile import is_background, reconcile
from tenure.claims.context.records import Prepared, record
from tenure.claims.frames.counting import quantities_of
from tenure.claims.frames.read import read_frames
from tenure.claims.frames.states import mend_states
from tenure.claims.frames.timeline import SentenceDates, continues, light_date, published_day
from tenure.claims.phrases.actors import actors as actors_in
from tenure.claims.phrases.attribution import attribute
from tenure.claims.phrases.cues import find_cues
from tenure.claims.phrases.discourse import ActorRef, Discourse, PlaceRef
from tenure.claims.phrases.reader import Reader
from tenure.claims.syntax.parse import mark
from tenure.claims.syntax.predicates import find_predicates
from tenure.claims.syntax.repair import mend_agents, mend_reports
from tenure.claims.text.beside import stands_beside
from tenure.claims.text.names import shouts
from tenure.claims.text.relevance import denying, select
from tenure.claims.text.segments import readable, split_sentences
from tenure.model import Claim, Stance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.frames.draft import Draft
    from tenure.claims.packs import LanguagePack
    from tenure.claims.phrases.cues import Cue
    from tenure.claims.syntax.parse import Tree, Word
    from tenure.claims.text.dates import Interval
    from tenure.claims.text.names import NameFinder
    from tenure.claims.text.segments import Sentence
    from tenure.model import Actor, Report, Source

__all__ = ["Prepared", "assemble", "prepare"]


def prepare(report: Report, pack: LanguagePack, finder: NameFinder) -> Prepared:
    """Return a report's sentences with those marked that may hold a claim."""
    original = report.text
    text, index = readable(original)
    report = replace(report, text=text)
    sentences = [_undated(s, report.text) for s in split_sentences(report.text)]
    which = select([report.text[s.start : s.end] for s in sentences], pack, finder.actors)
    asked = {k - 1 for k in which if k and _ANAPHORA.search(report.text[sentences[k].start : sentences[k].start + 40])}
    denied = {k + 1 for k in which if k + 1 < len(sentences) and denying(_text(sentences[k + 1], text), pack)}
    which = [k for k in sorted({*which, *asked, *denied}) if not shouts(report.text[sentences[k].start : sentences[k].end])]
    marked = [mark(_line(report.text[sentences[k].start : sentences[k].end]), pack, finder) for k in which]
    return Prepared(report, original, index, pack, sentences, which, marked)


def assemble(
    prepared: Prepared, trees: Sequence[Tree], *, method: str, actors: Sequence[Actor] = (), sources: Sequence[Source] = ()
) -> tuple[tuple[Claim, Reading], ...]:
    """Return the claims of a report from the trees of its marked sentences, each with what in the lexicon read it."""
    return tuple((record(t, prepared, method, actors, sources), reading(t)) for t in _tell(prepared, trees))


def _tell(prepared: Prepared, trees: Sequence[Tree]) -> list[ClaimCandidate]:
    report, pack = prepared.report, prepared.pack
    published = published_day(report)
    discourse = Discourse()
    running: Interval | None = None
    by_sentence = {k: _mended(tree, pack) for k, tree in zip(prepared.which, trees, strict=True)}
    told: list[ClaimCandidate] = []
    quoted: dict[int, str | None] = {}
    paragraph = -1
    pending: str | None = None
    for k, sentence in enumerate(prepared.sentences):
        text = report.text[sentence.start : sentence.end]
        fresh = sentence.paragraph != paragraph
        carried = running
        if fresh:
            paragraph = sentence.paragraph
        tree = by_sentence.get(k)
        pending = _light_speaker(text) if text.endswith(":") else pending
        if tree is None:
            running = light_date(text, published, running, pack) or running
            _light_speaker_note(text, discourse)
            continue
        reader = Reader(tree, pack, discourse, sentence.start, [], [])
        cues = find_cues(reader)
        default = _quoting(cues, sentence, told, prepared, quoted) or pending
        for cue in cues:
            if cue.speaker and _is_person(cue.speaker, tree):
                discourse.persons.append(cue.speaker)
        found = find_predicates(tree, pack)
        drafts = [_with_near(d, report.text, pack) for d in read_frames(found, reader) if not is_background(d)]
        dates = SentenceDates(tree, published, carried, pack, narrative=not fresh or carried is None or continues(text))
        batch = _batch(drafts, cues, default, reader, dates, sentence, k)
        batch = reconcile(batch, reader, told)
        end_states(batch)
        batch.extend(denials(cues, [*told, *batch], k, sentence, reader))
        for one in batch:
            if one.draft.slots is not None or one.draft.counts:
                one.quantities = quantities_of(one.draft, [b.draft for b in batch], reader)
        told.extend(batch)
        running = dates.running or running
        _remember(batch, tree, reader, discourse)
    end_states(told)
    return _settle(told)


def _text(sentence: Sentence, text: str) -> str:
    return text[sentence.start : sentence.end]


def _line(text: str) -> str:
    """Return a sentence on one line, as long as before; breaks before bullets stay."""
    return re.sub(r"\n(?![ ]*(?:[-*•–]|\(?\d{1,3}[.)]))", " ", text)


def _batch(  # noqa: PLR0917 - all that a sentence has
    drafts: Sequence[Draft],
    cues: Sequence[Cue],
    default: str | None,
    reader: Reader,
    dates: SentenceDates,
    sentence: Sentence,
    number: int,
) -> list[ClaimCandidate]:
    """Return what a sentence tells: each draft with who says it, how, and when, cut by the dates of its places."""
    out = []
    for draft in drafts:
        said = attribute(draft.word, list(cues), default, reader)
        if said.void:
            continue
        quote, planned = _quote(draft, drafts, sentence, reader.tree), said.stance is Stance.PLANNED
        for part, when, dated in dates.parts(draft, drafts, reader.offset):
            day = when if planned else dates.told(when)
            out.append(ClaimCandidate(part, number, day, said.stance, said.speaker, said.span, [], quote, dated))
    return out


def _quoting(
    cues: Sequence[Cue],
    sentence: Sentence,
    told: Sequence[ClaimCandidate],
    prepared: Prepared,
    quoted: dict[int, str | None],
) -> str | None:
    """Return who speaks in the quotation that a sentence stands in, and note it for the others in it."""
    if sentence.quotation < 0:
        return None
    default = quoted.get(sentence.quotation)
    own = next((c.speaker for c in cues if c.whole and c.speaker), None)
    for one in told if own is not None else ():  # the words before the attribution are the same speaker's
        if one.speaker is None and prepared.sentences[one.sentence].quotation == sentence.quotation:
            one.speaker = own
    quoted.setdefault(sentence.quotation, own)
    return default


def _mended(tree: Tree, pack: LanguagePack) -> Tree:
    """Return a tree, what a small parser hangs in the wrong place put right."""
    mend_states(tree, pack.lexicon["support.rule"])
    mend_agents(tree)
    return mend_reports(tree, pack)


def _with_near(draft: Draft, text: str, pack: LanguagePack) -> Draft:
    """Return the draft with role near for the places that only say where something else lies."""
    draft.places = [replace(p, role="near") if stands_beside(text, p.start, pack) else p for p in draft.places]
    return draft


_DATELINE = re.compile(
    r"(?:[A-Z][A-Z.'’]+(?:[ ,/-]{1,2}[A-Z][A-Z.'’]+)*(?:, [A-Z][\w.]+){0,2}(?:,? \w+\.? \d{1,2})?|[A-Z]\w+(?:, [A-Z]\w+)?) ?(?:\([\w ]{2,20}\) ?)?[-–—]{1,2} "  # noqa: E501 - one rule, one line
)


def _undated(sentence: Sentence, text: str) -> Sentence:
    """Return a sentence without the dateline that it begins with ("BEIRUT (Wire) - ")."""
    hit = _DATELINE.match(text, sentence.start, min(sentence.end, sentence.start + 80))
    return replace(sentence, start=hit.end()) if hit and hit.end() < sentence.end else sentence


def _is_person(name: str, tree: Tree) -> bool:
    return any(w.name is not None and w.name.kind in {"person", "unknown"} and w.text == name for w in tree.words)


_ANAPHORA = re.compile(
    r"^(?:[\w ]{0,24}, )?(?:They|It|Its|Their|He|His|These|This|The (?:group|militants|fighters|town|city|village|area|attack|organization))\b|\b(?:they|its|their) "  # noqa: E501 - one rule, one line
)


_COLON = re.compile(
    r"^(?:[^:]{0,120}?\b)?((?:[A-Z][\w.'’-]+ ){0,3}[A-Z][\w.'’-]+) (?:said|stated|added|wrote|declared|announced|told [\w ]+):$"  # noqa: E501 - one rule, one line
)


def _light_speaker(text: str) -> str | None:
    hit = _COLON.match(text)
    return hit[1] if hit else None


def _light_speaker_note(text: str, discourse: Discourse) -> None:
    for hit in re.finditer(r"\b((?:[A-Z][\w'’-]+ ){1,3}[A-Z][\w'’-]+),? (?:said|added|told)\b", text):
        discourse.persons.append(hit[1])


def _quote(draft: Draft, drafts: Sequence[Draft], sentence: Sentence, tree: Tree) -> tuple[int, int]:
    """Characters of the clause that carries a draft: its subtree without the clauses of other predicates."""
    others = {d.word.i for d in drafts if d is not draft}
    keep, stack = [], [draft.word]
    while stack:
        word = stack.pop()
        keep.append(word)
        stack.extend(
            c
            for c in word.children
            if c.i not in others
            and not (c.dep in {"advcl", "parataxis", "conj", "relcl"} and any(s.i in others for s in c.subtree()))
        )
    spans = [(a.start, a.end) for a in draft.actors if not a.anaphor and a.start >= sentence.start]
    spans += [(p.start, p.end) for p in draft.places if p.start >= sentence.start]
    lo = min(
        [sentence.start + w.start for w in keep if w.dep != "punct"] + [s for s, _ in spans if s < sentence.end],
        default=sentence.start,
    )
    hi = max(
        [sentence.start + w.end for w in keep if w.dep != "punct"] + [e for _, e in spans if e <= sentence.end],
        default=sentence.end,
    )
    text = tree.text[lo - sentence.start : hi - sentence.start]
    lead = len(text) - len(text.lstrip(" ,;"))
    return lo + lead, hi - (len(text) - len(text.rstrip(" ,;")))


def _remember(batch: Sequence[ClaimCandidate], tree: Tree, reader: Reader, discourse: Discourse) -> None:  # noqa: C901 - a table of cases reads best in one piece
    """Note a sentence's actors and places for the pronouns after it."""
    for one in batch:
        if one.draft.actors:
            discourse.add_actors(tuple(one.draft.actors))
            if one.draft.event in {"gain", "hold"} and one.stance is not Stance.PLANNED:
                for place in one.draft.places:
                    discourse.holders[place.text.lower()] = tuple(one.draft.actors)
        if one.draft.places:
            discourse.objects = list(one.draft.places)
        if one.speaker:
            discourse.speakers.append(one.speaker)
    discourse.targets.extend(tuple(one.draft.targets) for one in batch if one.draft.targets)
    named = [p for one in batch for p in one.draft.places if p.start >= 0]
    inside = {(p.start, p.end) for p in named}
    for word in tree.words:
        if (
            word.name is not None
            and word.name.kind == "place"
            and (reader.offset + word.start, reader.offset + word.end) not in inside
        ):
            text, start, end = reader.slice(word, word)
            discourse.places.append(PlaceRef(text, "at", start, end, text.split()[-1].lower() if " " in text else ""))
    for one in batch:  # what a claim names first is what a later "it" or "the town" means
        discourse.places.extend(p for p in reversed(one.draft.places) if p.start >= 0)
    if not batch:
        subjects = [w for w in tree.words if w.dep in {"nsubj", "nsubjpass"} and w.head is not None and w.head.head is None]
        refs = [
            r
            for s in subjects
            if not (s.name is not None and s.name.kind == "person")
            for r in (*actors_in(reader, s), *_companions(s, reader))
        ]
        groups = [w for w in tree.words if w.name is not None and w.name.kind == "actor"]
        if not refs and groups:
            refs = [ActorRef(*reader.slice(groups[-1], groups[-1]))]
        if refs:
            discourse.add_actors(tuple(refs))


def _companions(subject: Word, reader: Reader) -> list[ActorRef]:
    """Read "X, along with Y, are ...": those after the subject."""
    verb = subject.head
    words = [
        p
        for c in (verb.children if verb is not None else [])
        if c.lower == "along"
        for w in c.subtree()
        if w.dep == "pobj"
        for p in [w]
    ]
    return [r for w in words for r in actors_in(reader, w)]


def _settle(told: list[ClaimCandidate]) -> list[ClaimCandidate]:
    """Drop what repeats an earlier claim of the report by the same speaker."""
    out: list[ClaimCandidate] = []
    for one in told:
        twin = next((o for o in out if _same(o, one)), None)
        if twin is None:
            out.append(one)
        else:
            twin.quantities = twin.quantities or one.quantities
    return out


def _same(a: ClaimCandidate, b: ClaimCandidate) -> bool:
    if a.draft.event != b.draft.event or a.stance is not b.stance or a.speaker != b.speaker:
        return False
    if {p.text for p in a.draft.places} != {p.text for p in b.draft.places}:
        return False
    if a.quantities != b.quantities and (a.quantities and b.quantities):
        return False
    if not a.draft.places and not b.draft.places and a.sentence != b.sentence:
        return False
    return (
        {x.text for x in a.draft.actors} == {x.text for x in b.draft.actors}
        and a.when.start <= b.when.end
        and b.when.start <= a.when.end
    )
