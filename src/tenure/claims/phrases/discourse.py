"""What has been named so far: antecedents of "they", "the group", "the town", "there"."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["ActorRef", "Discourse", "PlaceRef"]


@dataclass(frozen=True, slots=True)
class ActorRef:
    """An actor's surface string with its characters in the report (-1: not verbatim); `anaphor` when it was resolved.

    `owner` is whose unit it is, as the report says it: "the 35th Brigade of the Orlan army".
    """

    text: str
    start: int = -1
    end: int = -1
    anaphor: bool = False
    owner: str = ""


@dataclass(frozen=True, slots=True)
class PlaceRef:
    """A place's surface string, role, characters, and the noun that says what it is ("village", "airbase"), if any."""

    text: str
    role: str
    start: int = -1
    end: int = -1
    noun: str = ""


_BASES = {"base", "headquarters", "camp", "barracks", "garrison", "command", "compound", "outpost", "airbase", "academy"}
_QUARTERS = {"district", "neighborhood", "neighbourhood", "quarter", "suburb", "area"}


@dataclass(slots=True)
class Discourse:
    """Recent actors, places and persons of a report, most recent last."""

    actors: list[tuple[ActorRef, ...]] = field(default_factory=list)
    targets: list[tuple[ActorRef, ...]] = field(default_factory=list)
    places: list[PlaceRef] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    speakers: list[str] = field(default_factory=list)
    objects: list[PlaceRef] = field(default_factory=list)
    """Places of the last claim: what "these" and "them" stand for."""
    holders: dict[str, tuple[ActorRef, ...]] = field(default_factory=dict)
    """Who last took or held a place, by its text in lower case."""
    owners: dict[str, str] = field(default_factory=dict)
    """Whose a unit is, by its text: said once, it holds for the report."""

    def add_actors(self, refs: tuple[ActorRef, ...]) -> None:
        """Note who has acted."""
        if (refs and not all(r.anaphor for r in refs)) or refs:
            self.actors.append(refs)

    def last_actors(self) -> tuple[ActorRef, ...]:
        """Return who acted last, none when nobody did."""
        return self.actors[-1] if self.actors else ()

    def last_place(self, noun: str, settlements: frozenset[str]) -> PlaceRef | None:
        """Return the place that "the <noun>" stands for: the last of its kind, for a settlement noun the last settlement."""
        told = [p for p in self.places if p.role != "in_area"]
        found = self._search(told, noun, settlements) or self._search(self.places, noun, settlements)
        if found is None and noun in settlements:  # described as a post or a junction, still a town by its bare name
            bare = [p for p in told if p.noun and p.noun not in p.text.lower()]
            found = bare[-1] if bare else None
        return found

    @staticmethod
    def _search(places: list[PlaceRef], noun: str, settlements: frozenset[str]) -> PlaceRef | None:
        for place in reversed(places):
            kind = place.noun or "settlement"
            if noun in {"", "area", "region", "place", "territory", "stronghold", "location"}:
                return place
            if noun in settlements and (kind == "settlement" or kind in settlements):
                return place
            if (noun in _QUARTERS and kind in _QUARTERS) or (noun in _BASES and kind in _BASES):
                return place
            if (
                noun == kind
                or noun in place.text.lower()
                or (noun == "airport" and "air" in kind)
                or ("base" in noun and "base" in place.text.lower())
            ):
                return place
        return None
