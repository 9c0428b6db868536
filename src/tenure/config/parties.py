"""actors.toml, sources.toml and licences.toml: who fights, who speaks, and whose data is used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from tenure.config.complaints import FileModel, load_toml, nearest, validated
from tenure.config.settings import Day, Line
from tenure.config.study import Attribution
from tenure.errors import StudyError
from tenure.model import CONTESTED, UNKNOWN, Actor, ActorKind, Relation, RelationKind, Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["PALETTE", "parse_actors", "parse_licences", "parse_sources"]

RESERVED = frozenset({CONTESTED, UNKNOWN, "none"})
"""States and marks of the record that no actor can be called by."""

PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195", "#8c6d31")
"""Colours for actors that choose none: Okabe and Ito (2008), https://jfly.uni-koeln.de/color/, and two darker ones."""


def _as_tuple(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return value


def _check_id(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", value):
        raise ValueError("use up to 64 letters, digits, _ and -")
    if value.casefold() in RESERVED:
        raise ValueError("the word is reserved, choose another id")
    return value


def _as_member(enum: type[Any], value: object) -> object:
    """Read a member of a closed list by its value or its name; a wrong word raises ValueError with the nearest one."""
    if isinstance(value, enum):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("use one of: " + ", ".join(m.name.lower() for m in enum))  # noqa: TRY004 - pydantic wants ValueError
    word = re.sub(r"[\s/-]+", "_", str(value).strip().casefold())
    for member in enum:
        if word in (str(member.value), member.name.lower()):
            return member
    raise ValueError(nearest(word, [m.name.lower() for m in enum]))


Id = Annotated[str, AfterValidator(_check_id)]
Lines = Annotated[tuple[Line, ...], BeforeValidator(_as_tuple)]


class _ActorEntry(FileModel):
    id: Id
    name: Line
    kind: Annotated[ActorKind, BeforeValidator(lambda v: _as_member(ActorKind, v))]
    aliases: Lines = ()
    colour: str | None = None
    side: Id | None = None
    holds_ground: bool = True

    @field_validator("colour")
    @classmethod
    def _check_colour(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
            raise ValueError("write a colour as #rrggbb, for example '#d55e00'")
        return value


class _RelationEntry(FileModel):
    kind: Annotated[RelationKind, BeforeValidator(lambda v: _as_member(RelationKind, v))]
    actors: Annotated[Lines, Field(min_length=2)]
    source: Line
    start: Day | None = None
    end: Day | None = None

    @model_validator(mode="after")
    def _check_order(self) -> _RelationEntry:
        if self.start and self.end and self.end < self.start:
            raise ValueError("end lies before start, swap them")
        return self


class _SourceEntry(FileModel):
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    names: Annotated[Lines, Field(min_length=1)]
    kind: Annotated[SourceKind, BeforeValidator(lambda v: _as_member(SourceKind, v))] = SourceKind.UNKNOWN
    domains: Lines = ()
    side: Line | None = None

    @field_validator("domains")
    @classmethod
    def _check_domains(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for domain in value:
            if not re.fullmatch(r"[^\s/:@]+\.[^\s/:@.]+", domain):
                raise ValueError(f"write a bare domain such as example.org, not {domain!r}")
        return tuple(domain.lower().removeprefix("www.") for domain in value)


class _LicenceEntry(FileModel):
    what: Line
    licence: Line
    credit: Annotated[str, Field(min_length=1, max_length=2000)]


def _entries(data: dict[str, Any], *, name: str, tables: Sequence[str]) -> dict[str, list[Any]]:
    """Return the arrays of tables of a file by their name; any other key raises StudyError."""
    for key, value in data.items():
        if key not in tables:
            raise StudyError(f"{name} has an unknown key", value=key, remedy=nearest(key, tables))
        if not isinstance(value, list):
            raise StudyError(f"{name} has a single {key}", value=key, remedy=f"write [[{key}]] with two brackets")
    return {table: data.get(table, []) for table in tables}


def _where(name: str, table: str, index: int, entry: object) -> str:
    label = entry.get("id") or entry.get("name") if isinstance(entry, dict) else None
    return f"{name} [[{table}]] number {index + 1}" + (f" ({label})" if isinstance(label, str) else "")


def _check_unique(pairs: Iterable[tuple[str, str]], *, what: str, owner: str) -> None:
    """Raise StudyError when two owners claim one word, whatever its case; pairs are (word, owner's id)."""
    seen: dict[str, str] = {}
    for word, who in pairs:
        other = seen.setdefault(" ".join(word.casefold().split()), who)
        if other != who:
            raise StudyError(
                f"{what} is claimed by two {owner}", value=f"{word} ({other} and {who})", remedy="leave it to one"
            )


def parse_actors(content: bytes, *, name: str = "actors.toml") -> tuple[tuple[Actor, ...], tuple[Relation, ...]]:
    """Return the actors in the file's order and their dated relations (an `end` in the file is its last day).

    Raises StudyError for a bad entry, an id twice, an alias of two actors, or a relation with an unknown actor.
    """
    tables = _entries(load_toml(name, content), name=name, tables=("actor", "relation"))
    entries = [validated(_ActorEntry, e, where=_where(name, "actor", i, e)) for i, e in enumerate(tables["actor"])]
    if not entries:
        raise StudyError(f"{name} names no actor", remedy="add an [[actor]] with id, name and kind")
    ids = [entry.id for entry in entries]
    _check_ids(ids, name=name, what="actor")
    words = [(word, entry.id) for entry in entries for word in (entry.id, entry.name, *entry.aliases)]
    _check_unique(words, what=f"{name}: a name", owner="actors")
    actors = tuple(
        Actor(
            actor_id=entry.id,
            name=entry.name,
            aliases=tuple(dict.fromkeys(entry.aliases)),
            kind=entry.kind,
            colour=(entry.colour or PALETTE[index % len(PALETTE)]).lower(),
            side=entry.side or entry.id,
            holds_ground=entry.holds_ground,
        )
        for index, entry in enumerate(entries)
    )
    return actors, tuple(_relation(name, i, e, ids) for i, e in enumerate(tables["relation"]))


def _check_ids(ids: Sequence[str], *, name: str, what: str) -> None:
    seen: dict[str, str] = {}
    for identifier in ids:
        if identifier.casefold() in seen:
            raise StudyError(f"{name} has two {what}s with one id", value=identifier, remedy="rename or remove one")
        seen[identifier.casefold()] = identifier


def _relation(name: str, index: int, data: object, ids: Sequence[str]) -> Relation:
    from datetime import timedelta

    where = _where(name, "relation", index, data)
    entry = validated(_RelationEntry, data, where=where)
    for actor in entry.actors:
        if actor not in ids:
            raise StudyError(f"{where} has an unknown actor", value=actor, remedy=nearest(actor, ids))
    if len(set(entry.actors)) < len(entry.actors):
        raise StudyError(f"{where} names an actor twice", value=", ".join(entry.actors), remedy="name each once")
    end = entry.end + timedelta(days=1) if entry.end else None
    return Relation(kind=entry.kind, actors=entry.actors, start=entry.start, end=end, source=entry.source)


def parse_sources(content: bytes, sides: Iterable[str], *, name: str = "sources.toml") -> tuple[Source, ...]:
    """Return the sources in the file's order; a side must be one of `sides`, and none (or "none") is non-partisan.

    Raises StudyError for a bad entry, an id twice, a name or domain of two sources, or a side that no actor has.
    """
    tables = _entries(load_toml(name, content), name=name, tables=("source",))
    known = sorted(set(sides))
    out = []
    for index, data in enumerate(tables["source"]):
        where = _where(name, "source", index, data)
        entry = validated(_SourceEntry, data, where=where)
        side = None if entry.side is None or entry.side.casefold() == "none" else entry.side
        if side is not None and side not in known:
            raise StudyError(f"{where} is on a side that no actor has", value=side, remedy=nearest(side, known))
        out.append(
            Source(entry.id, tuple(dict.fromkeys(entry.names)), tuple(dict.fromkeys(entry.domains)), side, entry.kind)
        )
    _check_ids([source.source_id for source in out], name=name, what="source")
    _check_unique([(n, s.source_id) for s in out for n in s.names], what=f"{name}: a name", owner="sources")
    _check_unique([(d, s.source_id) for s in out for d in s.domains], what=f"{name}: a domain", owner="sources")
    return tuple(out)


def parse_licences(content: bytes, *, name: str = "licences.toml") -> tuple[Attribution, ...]:
    """Return the licences and credits of the data that the study uses, in the file's order."""
    tables = _entries(load_toml(name, content), name=name, tables=("licence",))
    entries = [validated(_LicenceEntry, e, where=_where(name, "licence", i, e)) for i, e in enumerate(tables["licence"])]
    return tuple(Attribution(entry.what, entry.licence, " ".join(entry.credit.split())) for entry in entries)
