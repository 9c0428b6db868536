"""The columns that the importers of a build fill: one row a place, one entry a name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tenure.places.gazetteer.compiled import FEATURES

if TYPE_CHECKING:
    from tenure.model import FeatureClass

__all__ = ["NO_ROW", "Columns", "Entry", "Licence"]

NO_ROW = -1


@dataclass(frozen=True, slots=True)
class Licence:
    """Licence and credit of one source of places."""

    licence: str
    credit: str


class Entry(NamedTuple):
    """One place to append: its point is (lon, lat), nan where unknown; country and source are numbers, admins rows."""

    place_id: str
    name: str
    point: tuple[float, float]
    feature: FeatureClass
    country: int
    source: int
    admins: tuple[int, int, int] = (NO_ROW, NO_ROW, NO_ROW)
    population: int = 0
    radius_km: float = 0.0
    focus: int = 0


@dataclass(slots=True, eq=False)
class Columns:
    """Growing columns of a gazetteer's places and of their names."""

    ids: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    lon: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    population: list[int] = field(default_factory=list)
    feature: list[int] = field(default_factory=list)
    country: list[int] = field(default_factory=list)
    admin: tuple[list[int], list[int], list[int]] = field(default_factory=lambda: ([], [], []))
    radius_km: list[float] = field(default_factory=list)
    source: list[int] = field(default_factory=list)
    countries: dict[str, int] = field(default_factory=dict)
    sources: dict[str, Licence] = field(default_factory=dict)
    name_row: list[int] = field(default_factory=list)
    name_kind: list[int] = field(default_factory=list)
    name_text: list[str] = field(default_factory=list)
    focus: list[int] = field(default_factory=list)
    """Per place, how far misspellings of its names are looked for: 2 by all keys, 1 by its sound, 0 not at all."""

    capitals: set[int] = field(default_factory=set)
    """Rows of the capitals of countries."""

    def country_number(self, code: str | None) -> int:
        """Return the number of a country code, giving it one at its first use; -1 for none."""
        return NO_ROW if not code else self.countries.setdefault(code.upper(), len(self.countries))

    def source_number(self, name: str, licence: Licence) -> int:
        """Return the number of a source, registering its licence at its first use."""
        self.sources.setdefault(name, licence)
        return list(self.sources).index(name)

    def add(self, entry: Entry) -> int:
        """Append a place and return its row; its main name is not yet among the names."""
        self.ids.append(entry.place_id)
        self.names.append(entry.name)
        self.lon.append(entry.point[0])
        self.lat.append(entry.point[1])
        self.population.append(entry.population)
        self.feature.append(FEATURES.index(entry.feature))
        self.country.append(entry.country)
        for column, admin in zip(self.admin, entry.admins, strict=True):
            column.append(admin)
        self.radius_km.append(entry.radius_km)
        self.source.append(entry.source)
        self.focus.append(entry.focus)
        return len(self.ids) - 1

    def name_place(self, row: int, texts: list[str], kind: int) -> None:
        """Append names of a place, all of one kind (see NAME_KINDS)."""
        self.name_row.extend([row] * len(texts))
        self.name_kind.extend([kind] * len(texts))
        self.name_text.extend(texts)
