"""The texts of the records that leave a study, without personal names: the part of the release rule that words pass.

Every output takes its texts from here: the release does for files, map, service and report, the terminal for its answers.
What a text is decides how it is read. Running text (quotes, headlines, parties as a report names them): names by title, verb
and hint. Names of places and the codes of reports: by hint only, since "Sheikh Such" is a village more often than a man.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from tenure.publish.redaction import Redactor, can_tell_names, make_redactor, release_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenure.config import Study
    from tenure.model import Claim, Placement, Report
    from tenure.publish.publication import Publication

__all__ = ["redact_claim", "redact_records", "redactor_for", "study_redactor"]


def study_redactor(publication: Publication) -> Redactor:
    """Return the redactor of a publication: its lists stay, the persons that its texts show go."""
    return redactor_for(publication, publication.claims, publication.reports, publication.persons)


def redactor_for(
    study: Study | Publication, claims: Iterable[Claim], reports: Iterable[Report], persons: Iterable[str] = ()
) -> Redactor:
    """Return a redactor that knows a study's actors, sources, places and zones, and the persons that its reports show.

    `persons` are strings that a recogniser took for persons. A name that one report gives with its title, or that speaks, is
    known wherever another has the surname alone.
    """
    names = [n for a in study.actors for n in (a.name, a.actor_id, *a.aliases)]
    names += [n for s in study.sources for n in (s.source_id, *s.names)]
    names += [n for p in study.places for n in (p.name, *p.alternate_names)]
    names += [n for a in study.areas for n in (a.name, *a.alternate_names)]
    names += [z.name for z in study.zones]
    first = make_redactor(names, persons)
    claims = tuple(claims)
    shown = {c.report_id for c in claims}
    found = {n for r in reports if r.report_id in shown for n in first.persons_in(r.text)}
    found |= {c.speaker for c in claims if c.speaker and first.is_person(c.speaker)}
    return make_redactor(names, {*persons, *found})


def redact_records(publication: Publication, redactor: Redactor) -> Publication:
    """Return a publication whose records hold no personal name, contact or full text."""
    claims = tuple(redact_claim(c, redactor) for c in publication.claims)
    incidents = (
        replace(
            i,
            actors=tuple(redactor.text(a) for a in i.actors),
            targets=tuple(redactor.text(t) for t in i.targets),
            where=redactor.hinted(i.where),
        )
        for i in publication.incidents
    )
    return replace(
        publication,
        claims=claims,
        placements=tuple(_redact_placement(p, redactor) for p in publication.placements),
        reports=tuple(_redact_report(r, redactor) for r in publication.reports),
        incidents=tuple(incidents),
        compliance=tuple(replace(c, actor=redactor.text(c.actor)) for c in publication.compliance),
        reliabilities=tuple(
            replace(r, name=redactor.hinted(r.name), source_id=source_code(r.source_id, redactor))
            for r in publication.reliabilities
        ),
        checks=tuple(replace(c, subject=redactor.hinted(c.subject)) for c in publication.checks),
        corridors=tuple(replace(c, note=redactor.hinted(c.note)) for c in publication.corridors),
    )


def shorten(text: str, limit: int) -> str:
    """Return the text cut before `limit` characters at a word, with an ellipsis."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(None, 1)[0].rstrip(" ,;:") + "…"


def quote_of(text: str, redactor: Redactor) -> str:
    """Return a quote as it may be shown: nameless, on one line, and short; none in a script without capitals."""
    if not can_tell_names(text):
        return str(release_rules()["withheld_quote"])
    return shorten(redactor.text(" ".join(text.split())), release_rules()["quote_characters"])


def redact_claim(claim: Claim, redactor: Redactor) -> Claim:
    """Return a claim as it may be shown: speaker by role, parties and quotes without personal names."""
    return replace(
        claim,
        report_id=report_code(claim.report_id, redactor) or "",
        quote=quote_of(claim.quote, redactor),
        speaker=redactor.speaker(claim.speaker),
        actors=tuple(redactor.text(a) for a in claim.actors),
        targets=tuple(redactor.text(t) for t in claim.targets),
        places=tuple(replace(p, name=redactor.hinted(p.name)) for p in claim.places),
        quantities=tuple(replace(q, quote=quote_of(q.quote, redactor)) for q in claim.quantities),
    )


def _redact_placement(placement: Placement, redactor: Redactor) -> Placement:
    code = report_code(placement.report_id, redactor) or ""
    return replace(placement, name=redactor.hinted(placement.name), report_id=code)


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def report_code(code: str | None, redactor: Redactor) -> str | None:
    """Return an id, or a digest of it where a file or an outlet gave it the name of a person; None stays None."""
    if code is None or not redactor.names_person(code):
        return code
    return "r-" + _digest(code)


def source_code(code: str, redactor: Redactor) -> str:
    """Return the id of a source; an outlet that no list names has its name for one, which may be a person's."""
    return code if redactor.hinted(code) == code else "s-" + _digest(code)


def _redact_report(report: Report, redactor: Redactor) -> Report:
    """Return a report without text, byline and dateline, and without the address of a person's page that no source owns."""
    url = report.url
    if url is not None and report.source_id is None and (redactor.is_contact(url) or redactor.names_person(url)):
        url = None
    return replace(
        report,
        report_id=report_code(report.report_id, redactor) or "",
        story_id=report_code(report.story_id, redactor) or "",
        copy_of=report_code(report.copy_of, redactor),
        text="",
        subtitle=None,
        byline=None,
        tags=(),
        origin="",
        dateline=None,
        title=redactor.text(report.title) if report.title is not None and can_tell_names(report.title) else None,
        publisher=None if report.publisher is None else redactor.hinted(report.publisher),
        provenance=None if report.provenance is None else redactor.text(report.provenance),
        url=url,
    )
