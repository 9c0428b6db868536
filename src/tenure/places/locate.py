"""The locator: reports in, placements out; configured once by a gazetteer and the study's facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenure.places.gazetteer import digest_of
from tenure.places.precision import place_toponym
from tenure.places.recognise import Toponym, context_toponyms, recognise, toponym_of
from tenure.places.resolve import Setting, resolve_document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tenure.model import Actor, Claim, Placement, Report
    from tenure.places.gazetteer import Gazetteer
    from tenure.places.recognise import Parser

__all__ = ["Locator"]

_NAME = "places 1"


@dataclass(frozen=True, eq=False)
class Locator:
    """Resolves toponyms of reports against a gazetteer.

    `area` is the study area as GeoJSON geometry text, `countries` the theatre's ISO codes; `parser` makes a parser of raw text when
    one is first needed (only `locate` without spans needs it).
    """

    gazetteer: Gazetteer
    actors: Sequence[Actor] = ()
    area: str | None = None
    countries: Sequence[str] = ()
    parser: Callable[[], Parser] | None = None
    source_priors: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    setting: Setting = field(init=False)

    def __post_init__(self) -> None:
        """Prepare what every document needs."""
        object.__setattr__(self, "setting", Setting.of(self.gazetteer, area=self.area, countries=self.countries))

    @property
    def method(self) -> str:
        """Identity of the method: its name and a hash of everything that it was configured with."""
        parts = [self.gazetteer.digest, self.area or "", *sorted(self.countries), *sorted(a.actor_id for a in self.actors)]
        return f"{_NAME}:{digest_of([part.encode() for part in parts])[:12]}"

    def locate(self, report: Report, spans: Sequence[tuple[int, int]] | None = None) -> tuple[Placement, ...]:
        """Return a placement for every span, in order of the text; without spans the toponyms are recognised first."""
        if spans is None:
            spans = recognise(report.text, self.gazetteer, actors=self.actors, parser=self.parser)
        toponyms = [toponym_of(self.gazetteer, report.text[a:b], a, b) for a, b in sorted(set(spans))]
        return self._place(report, toponyms)

    def place_claims(self, report: Report, claims: Sequence[Claim]) -> tuple[Placement, ...]:
        """Return a placement for every place of every claim, with claim_id and role, in the order of the claims."""
        toponyms = []
        for claim in claims:
            for place in claim.places:
                toponym = toponym_of(self.gazetteer, place.name, place.start_char, place.end_char)
                toponyms.append(toponym.in_claim(claim.claim_id, place.role))
        return self._place(report, toponyms)

    def _place(self, report: Report, toponyms: Sequence[Toponym]) -> tuple[Placement, ...]:
        context = context_toponyms(report.text, self.gazetteer, toponyms)
        prior = self.source_priors.get(report.source_id or report.publisher or "")
        posteriors = resolve_document(self.setting, report.text, toponyms, context, source_point=prior)
        method = self.method
        return tuple(
            place_toponym(self.setting, report, toponym, posterior, method=method)
            for toponym, posterior in zip(toponyms, posteriors, strict=True)
        )
